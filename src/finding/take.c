#include "finding/take.h"

#include "finding/machine.h"
#include "finding/trace.h"
#include "store/office_finding.h"
#include "store/office_request.h"

enum { GONE_ROUNDS_TO_FIX = 2, MAX_LIST_BYTES = 64 << 10 };

struct taking {
    struct wx_tx *tx;
    const struct wx_take *take;
    struct wx_taken taken;
    struct wx_arena arena; /* of the finding at hand */
    struct wx_arena site;  /* of the whole site */
    struct wx_record_by by;
    enum wx_status status;
    struct wx_err *err;
};

/* ---- from the run's finding to the office's row ---- */

/* Findings that touch a further authority's business are seen by it as well, whosever
 * unit it is (requirements 35, 36): intrusions by public security, marks of secrecy by
 * the secrecy administration. */
static int64_t parts_of(struct wx_str category)
{
    static const struct {
        const char *category;
        uint32_t parts;
    } marks[] = {
        {"classified", WX_PART_SECRET},     {"defaced", WX_PART_GRADING},
        {"injected_code", WX_PART_GRADING}, {"hidden_link", WX_PART_GRADING},
        {"seo_spam", WX_PART_GRADING},
    };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (wx_str_eqz(category, marks[i].category))
            return marks[i].parts;
    return 0;
}

static struct wx_str list_text(struct wx_arena *arena, const struct wx_finding *f,
                               bool of_evidence)
{
    struct wx_buf buf = WX_BUF_INIT(MAX_LIST_BYTES);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_str out;
    char hex[65];

    wx_json_open(&j, '[');
    for (size_t i = 0; of_evidence && i < f->n_evidence; i++) {
        wx_hex(f->evidence[i].bytes, 32, hex);
        wx_json_str(&j, wx_str_of(hex));
    }
    for (size_t i = 0; !of_evidence && i < f->n_more_urls; i++)
        wx_json_str(&j, f->more_urls[i]);
    wx_json_close(&j, ']');
    out = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

static struct wx_finding_text text_of(struct taking *t, const struct wx_finding *f)
{
    return (struct wx_finding_text){
        .excerpt = f->excerpt,
        .place = f->place,
        .key = f->key,
        .detail_zh = f->detail_zh,
        .detail_en = f->detail_en,
        .evidence = list_text(&t->arena, f, true),
        .more_urls = list_text(&t->arena, f, false),
        .observation = f->observation_seq,
    };
}

/* What every look tells anew. */
static void renew(struct taking *t, const struct wx_finding *f,
                  struct wx_finding_row *row)
{
    const struct wx_rule *rule =
        t->take->rules ? wx_rules_find(t->take->rules, f->rule) : NULL;

    row->title = rule && rule->zh.title.len ? rule->zh.title : f->rule;
    row->title_en = rule && rule->en.title.len ? rule->en.title : f->rule;
    row->category = f->category;
    row->severity = wx_str_of(wx_severity_name(f->severity));
    row->verdict = wx_str_of(wx_verdict_name(f->verdict));
    row->origin = f->site;
    row->url = f->url;
    row->location = f->where;
    row->n_places = f->n_places ? f->n_places : 1;
    row->confidence = f->confidence;
    row->priority = wx_finding_priority(row->severity, row->verdict, f->confidence);
    row->parts = parts_of(f->category);
}

static enum wx_status sight(struct taking *t, const struct wx_finding_row *row,
                            const char *result)
{
    struct wx_sighting s = {
        .round_id = t->take->round_id,
        .finding_id = row->id,
        .unit_id = row->unit_id,
        .parts = row->parts,
        .site_id = row->site_id,
        .n_places = row->n_places,
        .at_s = t->take->now_s,
        .result = wx_str_of(result),
        .severity = row->severity,
        .verdict = row->verdict,
        .state = row->state,
    };

    return wx_sighting_add(t->tx, &s, t->err);
}

static enum wx_status keep_evidence(struct taking *t, const struct wx_finding *f,
                                    const struct wx_finding_row *row)
{
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < f->n_evidence; i++)
        status = wx_finding_evidence_add(t->tx, row, &f->evidence[i], t->take->round_id,
                                         t->err);
    return status;
}

static enum wx_status tell(struct taking *t, const struct wx_finding_row *row,
                           const char *operation, const char *event_type)
{
    struct wx_finding_trace trace = {operation, event_type, "round", t->take->round_id,
                                     t->take->now_s};

    return wx_finding_tell(t->tx, row, &trace, t->err);
}

/* ---- seen ---- */

static enum wx_status take_new(struct taking *t, const struct wx_finding *f)
{
    struct wx_finding_row row = {
        .unit_id = t->take->unit_id,
        .site_id = t->take->site_id,
        .fingerprint = wx_str_of(f->id),
        .rule = f->rule,
        .source = WX_STR("round"),
        .state = WX_STR("open"),
        .certainty = WX_STR("once"),
        .round_first = t->take->round_id,
        .round_last = t->take->round_id,
        .first_seen = t->take->now_s,
        .last_seen = t->take->now_s,
        .last_result = WX_STR("seen"),
    };
    struct wx_finding_text text = text_of(t, f);
    enum wx_status status;

    renew(t, f, &row);
    if (f->verdict == WX_NOT_DETERMINED)
        row.last_result = WX_STR("not_determined");
    status = wx_finding_row_add(t->tx, &row, &text, WX_STR("found"), &t->by, t->err);
    if (!status)
        status = keep_evidence(t, f, &row);
    if (!status)
        status =
            sight(t, &row, f->verdict == WX_NOT_DETERMINED ? "not_determined" : "new");
    if (!status && f->verdict != WX_NOT_DETERMINED && f->severity >= WX_SEV_HIGH)
        status = tell(t, &row, "finding.add", "finding.new");
    if (f->verdict == WX_NOT_DETERMINED)
        t->taken.n_not_determined++;
    else
        t->taken.n_new++;
    return status;
}

static enum wx_status leave_undetermined(struct taking *t,
                                         const struct wx_finding_row *row)
{
    struct wx_finding_row after = *row;
    enum wx_status status = sight(t, row, "not_determined");

    if (status == WX_E_EXISTS)
        return WX_OK;
    after.last_result = WX_STR("not_determined");
    if (!status)
        status = wx_finding_row_change(t->tx, row, &after, WX_STR(""), WX_STR(""),
                                       &t->by, t->err);
    t->taken.n_not_determined++;
    return status;
}

/* Mended after this look had begun: the look says nothing about that. */
static bool is_older_than_fix(const struct taking *t, const struct wx_finding_row *row)
{
    return t->take->begun_s && row->fixed && row->fixed_by &&
           row->fixed >= t->take->begun_s;
}

static enum wx_status take_again(struct taking *t, const struct wx_finding *f,
                                 const struct wx_finding_row *row)
{
    struct wx_finding_row after = *row;
    struct wx_finding_text text = text_of(t, f);
    struct wx_finding_input input = {.now_s = t->take->now_s};
    bool is_back =
        wx_finding_may(WX_ACT_REGRESS, row->state) && !is_older_than_fix(t, row);
    enum wx_status status;

    renew(t, f, &after);
    after.last_seen = t->take->now_s;
    after.round_last = t->take->round_id;
    after.last_result = WX_STR("seen");
    after.gone_times = 0;
    if (wx_str_eqz(row->certainty, "once"))
        after.certainty = WX_STR("twice");
    status = sight(t, &after, is_back ? "regressed" : "again");
    if (status == WX_E_EXISTS) /* this round told it before: nothing is counted twice */
        return wx_finding_text_put(t->tx, row, &text, t->err);
    if (!status && is_back)
        status = wx_finding_move_row(WX_ACT_REGRESS, &input, &after, t->err);
    if (!status)
        status = wx_finding_row_change(t->tx, row, &after,
                                       is_back ? WX_STR("regress") : WX_STR(""),
                                       WX_STR(""), &t->by, t->err);
    if (!status)
        status = wx_finding_text_put(t->tx, &after, &text, t->err);
    if (!status)
        status = keep_evidence(t, f, &after);
    if (!status && is_back)
        status = tell(t, &after, "finding.reopen", "finding.regressed");
    if (is_back)
        t->taken.n_regressed++;
    else
        t->taken.n_again++;
    return status;
}

static bool take_one(void *ctx, const struct wx_finding *f)
{
    struct taking *t = ctx;
    struct wx_finding_row row = {0};

    if (f->verdict == WX_PASS || f->verdict == WX_NOT_APPLICABLE)
        return true; /* not a problem: one that was is gone */
    wx_arena_reset(&t->arena);
    t->status = wx_finding_row_known(t->tx, &t->arena, t->take->site_id,
                                     wx_str_of(f->id), &row, t->err);
    if (t->status == WX_E_NOT_FOUND)
        t->status = take_new(t, f);
    else if (!t->status && f->verdict == WX_NOT_DETERMINED)
        t->status = leave_undetermined(t, &row);
    else if (!t->status)
        t->status = take_again(t, f, &row);
    return !t->status;
}

/* ---- not seen ---- */

/* Nothing can be said when the site was not looked at to its end, or the rule that
 * found it is no longer there to find it again. */
static bool says_something(const struct taking *t, const struct wx_finding_row *row)
{
    return t->take->status == WX_SITE_INSPECTED &&
           (!t->take->rules || wx_rules_find(t->take->rules, row->rule));
}

static enum wx_status leave_gone(struct taking *t, const struct wx_finding_row *row)
{
    struct wx_finding_row after = *row;
    struct wx_finding_input input = {.now_s = t->take->now_s};
    bool is_fixed;
    enum wx_status status = sight(t, row, "gone");

    if (status == WX_E_EXISTS)
        return WX_OK;
    after.last_result = WX_STR("gone");
    after.gone_times++;
    is_fixed = wx_finding_may(WX_ACT_CLEAR, row->state) &&
               (t->take->is_retest || after.gone_times >= GONE_ROUNDS_TO_FIX);
    if (!status && is_fixed)
        status = wx_finding_move_row(WX_ACT_CLEAR, &input, &after, t->err);
    if (!status)
        status = wx_finding_row_change(t->tx, row, &after,
                                       is_fixed ? WX_STR("clear") : WX_STR(""),
                                       WX_STR(""), &t->by, t->err);
    if (!status && is_fixed)
        status = tell(t, &after, "finding.fix", "finding.fixed");
    t->taken.n_gone++;
    t->taken.n_fixed += is_fixed;
    return status;
}

static enum wx_status take_missing(struct taking *t)
{
    int64_t *ids = NULL;
    size_t n = 0;
    enum wx_status status = wx_findings_unseen(t->tx, &t->site, t->take->site_id,
                                               t->take->round_id, &ids, &n, t->err);

    for (size_t i = 0; !status && i < n; i++) {
        struct wx_finding_row row;

        wx_arena_reset(&t->arena);
        status = wx_finding_row_read(t->tx, &t->arena, ids[i], &row, t->err);
        if (!status)
            status = says_something(t, &row) ? leave_gone(t, &row)
                                             : leave_undetermined(t, &row);
    }
    return status;
}

enum wx_status wx_finding_take_site(struct wx_tx *tx, const struct wx_take *take,
                                    struct wx_err *err)
{
    struct taking t = {.tx = tx, .take = take, .by = {0, take->now_s}, .err = err};
    struct wx_record_facts facts;
    int64_t event_id;
    enum wx_status status;

    wx_arena_init(&t.arena);
    wx_arena_init(&t.site);
    status = wx_record_facts(tx, &t.site, wx_record_kind_find(WX_STR("site")),
                             take->site_id, &facts, err);
    if (!status)
        status = wx_sighting_site_put(tx, take->round_id, take->site_id, take->unit_id,
                                      wx_str_of(wx_site_status_name(take->status)),
                                      take->reason, take->now_s, err);
    if (!status)
        status = wx_store_findings(take->run, take->run_site_id, take_one, &t, err);
    if (!status)
        status = t.status;
    if (!status)
        status = take_missing(&t);
    if (!status)
        status = wx_event_add(tx, "finding.taken", "site", take->site_id, take->unit_id,
                              take->now_s, &event_id, err);
    if (!status && take->taken)
        *take->taken = t.taken;
    wx_arena_clear(&t.arena);
    wx_arena_clear(&t.site);
    return status;
}
