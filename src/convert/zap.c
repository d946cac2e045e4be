/*
 * The traditional JSON report of ZAP: site[].alerts[], each with instances[]. Texts are
 * small pieces of HTML; only their text is taken. Each instance is a finding.
 */
#include "convert/foreign.h"

enum { MAX_INSTANCES = 200 /* of one alert; ZAP lists one page thousands of times */ };

/* "<p>One.</p><p>Two.</p>" to lines of text. */
static struct wx_str plain(struct wx_convert_child *child, struct wx_str html)
{
    struct wx_buf out = WX_BUF_INIT(16 << 10);
    struct wx_str kept;
    bool in_tag = false;

    html = wx_utf8_clip(html, 16 << 10);
    for (size_t i = 0; i < html.len; i++) {
        char c = html.ptr[i];

        if (c == '<') {
            in_tag = true;
            if (wx_str_istarts(wx_str_sub(html, i, html.len), "</p>"))
                (void)wx_buf_addc(&out, '\n');
        } else if (c == '>' && in_tag) {
            in_tag = false;
        } else if (!in_tag) {
            (void)wx_buf_addc(&out, c);
        }
    }
    kept = wx_arena_str(child->arena, wx_str_trim(wx_buf_str(&out)));
    wx_buf_clear(&out);
    return kept;
}

static struct wx_str of_number(struct wx_str code, const char *const *words, size_t n)
{
    uint64_t i;

    return wx_str_to_u64(code, n - 1, &i) ? wx_str_of(words[i]) : WX_STR("");
}

static void read_references(struct wx_foreign *f, struct wx_str text)
{
    struct wx_str rest = text;

    while (rest.len)
        wx_foreign_refer(f, wx_str_cut(&rest, '\n'));
}

static enum wx_status read_alert(struct wx_convert_child *child, const json_t *alert,
                                 struct wx_str version, struct wx_str site,
                                 struct wx_err *err)
{
    static const char *const risks[] = {"info", "low", "medium", "high"};
    static const char *const trust[] = {"", "low", "medium", "high", "high"};
    const json_t *instances = json_object_get(alert, "instances");
    size_t n = json_array_size(instances);
    struct wx_foreign f = {0};
    struct wx_str ref = wx_foreign_str(alert, "alertRef");
    enum wx_status st = WX_OK;

    if (wx_str_eqz(wx_foreign_str(alert, "confidence"), "0"))
        return WX_OK; /* marked a false positive by who ran it */
    f.texts[WX_FOREIGN_TOOL] = WX_STR("ZAP");
    f.texts[WX_FOREIGN_TOOL_VERSION] = version;
    f.texts[WX_FOREIGN_RULE] = ref.len ? ref : wx_foreign_str(alert, "pluginid");
    f.texts[WX_FOREIGN_TITLE] = wx_foreign_str(alert, "name");
    if (!f.texts[WX_FOREIGN_TITLE].len)
        f.texts[WX_FOREIGN_TITLE] = wx_foreign_str(alert, "alert");
    f.texts[WX_FOREIGN_SEVERITY] =
        of_number(wx_foreign_str(alert, "riskcode"), risks, 4);
    f.texts[WX_FOREIGN_CONFIDENCE] =
        of_number(wx_foreign_str(alert, "confidence"), trust, 5);
    f.texts[WX_FOREIGN_DETAIL] = plain(child, wx_foreign_str(alert, "desc"));
    f.texts[WX_FOREIGN_FIX] = plain(child, wx_foreign_str(alert, "solution"));
    read_references(&f, plain(child, wx_foreign_str(alert, "reference")));
    wx_foreign_cwe(&f, wx_foreign_str(alert, "cweid"));
    if (n == 0) {
        f.texts[WX_FOREIGN_URL] = site;
        return wx_foreign_send(child, &f, err);
    }
    for (size_t i = 0; !st && i < n; i++) {
        const json_t *one = json_array_get(instances, i);

        if (i >= MAX_INSTANCES) {
            child->n_left_out += n - i;
            break;
        }
        f.texts[WX_FOREIGN_URL] = wx_foreign_str(one, "uri");
        f.texts[WX_FOREIGN_METHOD] = wx_foreign_str(one, "method");
        f.texts[WX_FOREIGN_PARAM] = wx_foreign_str(one, "param");
        f.texts[WX_FOREIGN_EVIDENCE] = wx_foreign_str(one, "evidence");
        f.texts[WX_FOREIGN_REQUEST] = wx_foreign_str(one, "attack");
        st = wx_foreign_send(child, &f, err);
    }
    return st;
}

enum wx_status wx_convert_zap(struct wx_convert_child *child, struct wx_str bytes,
                              struct wx_err *err)
{
    json_t *root = wx_foreign_load(child, bytes, err);
    const json_t *sites = json_object_get(root, "site");
    struct wx_str version = wx_foreign_str(root, "@version");
    enum wx_status st = WX_OK;

    if (!root)
        return err ? err->status : WX_E_INVALID;
    if (!json_is_array(sites))
        st = wx_fail(err, WX_E_INVALID, "%s",
                     wx_text(child->lang, WX_T_CONVERT_NOT_ZAP));
    for (size_t i = 0; !st && i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i);
        const json_t *alerts = json_object_get(site, "alerts");

        for (size_t k = 0; !st && k < json_array_size(alerts); k++)
            st = read_alert(child, json_array_get(alerts, k), version,
                            wx_foreign_str(site, "@name"), err);
    }
    if (!st)
        wx_foreign_end(child, WX_STR("ZAP"));
    json_decref(root);
    return st;
}
