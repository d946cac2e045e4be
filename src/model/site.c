#include "model/site.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/limits.h"
#include "model/field.h"

static const char *const kind_names[] = {
    [WX_UNIT_UNKNOWN] = "",
    [WX_UNIT_ORGAN] = "organ",
    [WX_UNIT_INSTITUTION] = "institution",
    [WX_UNIT_ENTERPRISE] = "enterprise",
    [WX_UNIT_OTHER] = "other",
};
enum { N_KINDS = sizeof kind_names / sizeof *kind_names };

/* What registers write in the column; the canonical name is always understood. */
static const struct {
    const char *text;
    enum wx_unit_kind kind;
} kind_words[] = {
    {"行政机关", WX_UNIT_ORGAN},
    {"党政机关", WX_UNIT_ORGAN},
    {"党委机关", WX_UNIT_ORGAN},
    {"政府机关", WX_UNIT_ORGAN},
    {"国家机关", WX_UNIT_ORGAN},
    {"机关", WX_UNIT_ORGAN},
    {"机关单位", WX_UNIT_ORGAN},
    {"政府部门", WX_UNIT_ORGAN},
    {"government organ", WX_UNIT_ORGAN},
    {"government", WX_UNIT_ORGAN},
    {"agency", WX_UNIT_ORGAN},
    {"事业单位", WX_UNIT_INSTITUTION},
    {"事业", WX_UNIT_INSTITUTION},
    {"参公事业单位", WX_UNIT_INSTITUTION},
    {"public institution", WX_UNIT_INSTITUTION},
    {"企业", WX_UNIT_ENTERPRISE},
    {"国有企业", WX_UNIT_ENTERPRISE},
    {"国企", WX_UNIT_ENTERPRISE},
    {"企业单位", WX_UNIT_ENTERPRISE},
    {"公司", WX_UNIT_ENTERPRISE},
    {"company", WX_UNIT_ENTERPRISE},
    {"state-owned enterprise", WX_UNIT_ENTERPRISE},
    {"其他", WX_UNIT_OTHER},
    {"其它", WX_UNIT_OTHER},
    {"社会团体", WX_UNIT_OTHER},
    {"群团组织", WX_UNIT_OTHER},
};

/*
 * The default ports are left out, so that a site keeps its identity when it moves from
 * HTTP to HTTPS. Never 0: that means "all sites" to the store.
 */
uint64_t wx_site_key(struct wx_str host, uint16_t port)
{
    struct wx_buf name = WX_BUF_INIT(WX_MAX_URL_BYTES + 16);
    struct wx_sha256 sum;
    uint64_t key = 0;

    for (size_t i = 0; i < host.len && i < WX_MAX_URL_BYTES; i++)
        (void)wx_buf_addc(&name, (char)wx_lower((unsigned char)host.ptr[i]));
    if (port && port != 80 && port != 443)
        (void)wx_buf_printf(&name, ":%u", port);
    sum = wx_sha256_of(wx_buf_str(&name));
    wx_buf_clear(&name);
    for (size_t i = 0; i < 8; i++)
        key = key << 8 | sum.bytes[i];
    return key ? key : 1;
}

const char *wx_unit_kind_name(enum wx_unit_kind kind)
{
    return (unsigned)kind < N_KINDS ? kind_names[kind] : "";
}

bool wx_unit_kind_parse(struct wx_str s, enum wx_unit_kind *out)
{
    s = wx_str_trim(s);
    for (size_t i = 1; i < N_KINDS; i++) {
        if (wx_str_ieqz(s, kind_names[i])) {
            *out = (enum wx_unit_kind)i;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++) {
        if (wx_str_ieqz(s, kind_words[i].text)) {
            *out = kind_words[i].kind;
            return true;
        }
    }
    return false;
}

struct wx_site wx_site_copy(struct wx_arena *arena, const struct wx_site *site)
{
    struct wx_site copy = *site;
    struct wx_str *texts[] = {&copy.name,  &copy.domain,       &copy.start_url,
                              &copy.ip,    &copy.server_place, &copy.icp,
                              &copy.unit,  &copy.contact,      &copy.leader,
                              &copy.phone, &copy.site_code,    &copy.police_code};

    size_t n = sizeof texts / sizeof *texts, size = 0;
    char *at;

    /* one piece: there may be 100,000 sites */
    for (size_t i = 0; i < n; i++)
        size += texts[i]->len + 1;
    at = wx_arena_alloc(arena, size);
    for (size_t i = 0; i < n; i++) {
        struct wx_str text = *texts[i];

        if (text.len)
            memcpy(at, text.ptr, text.len);
        at[text.len] = '\0';
        *texts[i] = (struct wx_str){at, text.len};
        at += text.len + 1;
    }
    return copy;
}
