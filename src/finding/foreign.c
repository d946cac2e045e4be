#include "finding/foreign.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "finding/trace.h"
#include "model/finding.h"
#include <stdlib.h>

enum {
    MAX_TITLE_BYTES = 300,
    MAX_URL_BYTES = 2000,
    MAX_LOCATION_BYTES = 600,
    MAX_DETAIL_BYTES = 4000,
    MAX_NAME_BYTES = 100,
    FOREIGN_CONFIDENCE = 50, /* nothing is known of how sure the other tool was */
};

const char *wx_foreign_result_name(enum wx_foreign_result result)
{
    static const char *const names[] = {"new", "again", "regressed"};

    return names[result];
}

/* ---- from the other tool's item ---- */

static struct wx_str text(const json_t *item, const char *name)
{
    const json_t *v = json_object_get(item, name);

    return (struct wx_str){json_string_value(v), json_string_length(v)};
}

/* What kind of problem it is, as far as words tell; a tool knows no categories of ours.
 */
static struct wx_str category_of(struct wx_str title, struct wx_str rule)
{
    static const struct {
        const char *word, *category;
    } words[] = {
        {"暗链", "hidden_link"},
        {"hidden link", "hidden_link"},
        {"篡改", "defaced"},
        {"deface", "defaced"},
        {"webshell", "defaced"},
        {"后门", "defaced"},
        {"证书", "certificate"},
        {"certificate", "certificate"},
        {"ssl", "transport"},
        {"tls", "transport"},
        {"header", "headers"},
        {"响应头", "headers"},
        {"cookie", "headers"},
        {"csp", "headers"},
        {"泄露", "disclosure"},
        {"disclosure", "disclosure"},
        {"exposure", "disclosure"},
        {"备份", "exposed"},
        {"backup", "exposed"},
        {".git", "exposed"},
        {"directory listing", "exposed"},
        {"身份证", "personal_data"},
        {"个人信息", "personal_data"},
        {"涉密", "classified"},
        {"制度", "management"},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (wx_str_ifindz(title, words[i].word) != WX_NPOS ||
            wx_str_ifindz(rule, words[i].word) != WX_NPOS)
            return wx_str_of(words[i].category);
    return WX_STR("vulnerability");
}

static struct wx_str rest_of(const json_t *item, struct wx_arena *arena)
{
    json_t *rest = json_copy((json_t *)item);
    static const char *const own[] = {"title",    "severity", "url",     "detail",
                                      "evidence", "row",      "found_at"};
    char *dumped;
    struct wx_str out;

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        json_object_del(rest, own[i]);
    dumped = json_dumps(rest, JSON_COMPACT);
    out = wx_arena_str(arena, wx_str_of(dumped ? dumped : "{}"));
    free(dumped);
    json_decref(rest);
    return out;
}

bool wx_foreign_read(const json_t *item, struct wx_arena *arena,
                     struct wx_foreign_finding *f)
{
    struct wx_str confidence = text(item, "confidence");
    enum wx_severity severity;

    f->tool = wx_utf8_clip(text(item, "tool"), MAX_NAME_BYTES);
    f->title = wx_utf8_clip(text(item, "title"), MAX_TITLE_BYTES);
    f->rule = wx_utf8_clip(text(item, "rule"), MAX_NAME_BYTES);
    f->url = wx_utf8_clip(text(item, "url"), MAX_URL_BYTES);
    if (f->title.len == 0)
        f->title = f->rule;
    if (f->rule.len == 0)
        f->rule = wx_utf8_clip(f->title, MAX_NAME_BYTES);
    f->severity = text(item, "severity");
    if (!wx_severity_parse(f->severity, &severity))
        f->severity = WX_STR("medium");
    f->verdict = wx_str_eqz(confidence, "high") || wx_str_eqz(confidence, "certain")
                     ? WX_STR("fail")
                     : WX_STR("suspected");
    f->category = category_of(f->title, f->rule);
    f->location = wx_utf8_clip(text(item, "param"), MAX_LOCATION_BYTES);
    f->detail = wx_utf8_clip(text(item, "detail"), MAX_DETAIL_BYTES);
    f->excerpt = wx_utf8_clip(text(item, "evidence"), WX_MAX_EXCERPT_BYTES);
    f->key =
        text(item, "fingerprint").len ? text(item, "fingerprint") : text(item, "param");
    f->foreign_json = rest_of(item, arena);
    if (!wx_time_parse(text(item, "found_at"), &f->found_s))
        f->found_s = 0;
    return f->url.len && f->title.len;
}

/* ---- into the office ---- */

static void fingerprint(const struct wx_foreign_finding *f, char out[33])
{
    struct wx_buf all = WX_BUF_INIT(WX_MAX_FOREIGN_ITEM_BYTES);
    /* the address without query and fragment: they change from one scan to the next,
     * and the parameter stands in the key */
    struct wx_str place = wx_str_sub(f->url, 0, wx_str_chr(f->url, '?'));
    const struct wx_str parts[] = {f->tool, f->rule, f->origin,
                                   wx_str_sub(place, 0, wx_str_chr(place, '#')),
                                   f->key};
    struct wx_sha256 hash;

    (void)wx_buf_addz(&all, "wx-foreign1");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)wx_buf_addc(&all, '\0');
        (void)wx_buf_adds(&all, parts[i]);
    }
    hash = wx_sha256_of(wx_buf_str(&all));
    wx_buf_clear(&all);
    wx_hex(hash.bytes, 16, out);
}

static void renew(const struct wx_foreign_finding *f, struct wx_finding_row *row)
{
    row->title = f->title;
    row->severity = f->severity;
    row->verdict = f->verdict;
    row->category = f->category;
    row->origin = f->origin;
    row->url = f->url;
    row->location = f->location;
    row->confidence = FOREIGN_CONFIDENCE;
    row->priority =
        wx_finding_priority(row->severity, row->verdict, FOREIGN_CONFIDENCE);
    row->last_seen = f->found_s ? f->found_s : f->now_s;
    row->last_result = WX_STR("seen");
    row->n_places = 1;
    if (f->due.len)
        row->due = f->due;
}

static struct wx_finding_text text_of(const struct wx_foreign_finding *f)
{
    return (struct wx_finding_text){.excerpt = f->excerpt,
                                    .detail_zh = f->detail,
                                    .key = f->key,
                                    .more_urls = WX_STR("[]"),
                                    .evidence = WX_STR("[]"),
                                    .foreign_json = f->foreign_json};
}

static enum wx_status add_new(struct wx_tx *tx, const struct wx_foreign_finding *f,
                              const char *print, int64_t *id, struct wx_err *err)
{
    struct wx_record_by by = {f->account_id, f->now_s};
    struct wx_finding_text texts = text_of(f);
    struct wx_finding_row row = {
        .unit_id = f->unit_id,
        .site_id = f->site_id,
        .fingerprint = wx_str_of(print),
        .rule = f->rule,
        .source = f->source,
        .source_ref = f->source_ref.len ? f->source_ref : f->tool,
        .state = WX_STR("open"),
        .certainty = WX_STR("once"),
        .first_seen = f->found_s ? f->found_s : f->now_s,
    };
    enum wx_status status;

    renew(f, &row);
    status = wx_finding_row_add(
        tx, &row, &texts,
        wx_str_eqz(f->source, "import") ? WX_STR("import") : WX_STR("add"), &by, err);
    *id = row.id;
    return status;
}

static enum wx_status meet_again(struct wx_tx *tx, const struct wx_foreign_finding *f,
                                 const struct wx_finding_row *row,
                                 enum wx_foreign_result *result, struct wx_err *err)
{
    struct wx_record_by by = {f->account_id, f->now_s};
    struct wx_finding_input input = {.account_id = f->account_id, .now_s = f->now_s};
    struct wx_finding_trace trace = {"finding.reopen", "finding.regressed", "import", 0,
                                     f->now_s};
    struct wx_finding_text texts = text_of(f);
    struct wx_finding_row after = *row;
    /* what the tool saw before it was mended is no regression */
    bool is_back = wx_finding_may(WX_ACT_REGRESS, row->state) &&
                   (!f->found_s || f->found_s > row->fixed);
    enum wx_status status = WX_OK;

    *result = is_back ? WX_FOREIGN_REGRESSED : WX_FOREIGN_AGAIN;
    renew(f, &after);
    if (after.last_seen < row->last_seen)
        after.last_seen = row->last_seen;
    if (is_back)
        status = wx_finding_move_row(WX_ACT_REGRESS, &input, &after, err);
    if (!status)
        status = wx_finding_row_change(tx, row, &after,
                                       is_back ? WX_STR("regress") : WX_STR(""),
                                       WX_STR(""), &by, err);
    if (!status)
        status = wx_finding_text_put(tx, &after, &texts, err);
    if (!status && is_back)
        status = wx_finding_tell(tx, &after, &trace, err);
    return status;
}

enum wx_status wx_finding_take_foreign(struct wx_tx *tx,
                                       const struct wx_foreign_finding *f,
                                       enum wx_foreign_result *result, int64_t *id,
                                       struct wx_err *err)
{
    struct wx_finding_row row;
    struct wx_arena arena;
    char print[33];
    enum wx_status status;

    wx_arena_init(&arena);
    fingerprint(f, print);
    *result = WX_FOREIGN_NEW;
    status = wx_finding_row_known(tx, &arena, f->site_id, wx_str_of(print), &row, err);
    if (status == WX_E_NOT_FOUND) {
        status = add_new(tx, f, print, id, err);
    } else if (!status) {
        *id = row.id;
        status = meet_again(tx, f, &row, result, err);
    }
    wx_arena_clear(&arena);
    return status;
}
