/* Findings from outside: another tool's file, or one that a person writes down. */
#include "api/finding.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/upload.h"
#include "base/clock.h"
#include "base/limits.h"
#include "finding/foreign.h"
#include "model/finding.h"
#include "store/office_import.h"
#include "wire/url.h"

enum {
    ROWS_PER_TX = 200, /* others write in between */
    MAX_LISTED = 1000, /* rows told one by one */
    MAX_REF_BYTES = 200,
};

const struct wx_rules *wx_call_rules(const struct wx_call *call)
{
    return wx_server_rules(call->server);
}

static bool is_source(struct wx_str s)
{
    static const char *const sources[] = {"import", "superior", "self_inspection",
                                          "monitoring", "incident"};

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (wx_str_eqz(s, sources[i]))
            return true;
    return false;
}

static enum wx_status bad(struct wx_call *call, const char *field, const char *code,
                          enum wx_text text, struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, code, text);
    return wx_fail(err, WX_E_INVALID, "'%s': %s", field, code);
}

/* ---- whose site it is ---- */

/* The registered site of an address, within the transaction's scope: by host and port,
 * by host, and with or without "www.". *SITE_ID 0: none. */
static enum wx_status find_site(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_url *url, int64_t *site_id,
                                struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("site"));
    const struct wx_record_field *domain = wx_record_field_find(kind, WX_STR("domain"));
    bool has_www = wx_str_starts(url->host, "www.");
    const struct wx_str tries[] = {
        wx_url_origin(arena, url),
        url->host,
        has_www ? wx_str_sub(url->host, 4, url->host.len)
                : wx_arena_printf(arena, "www.%.*s", WX_STR_ARG(url->host)),
    };
    enum wx_status status = WX_OK;

    *site_id = 0;
    for (size_t i = 0; !status && *site_id <= 0 && i < 3; i++)
        status = wx_record_by_value(tx, kind, domain, tries[i], 0, site_id, err);
    if (*site_id < 0)
        *site_id = 0;
    return status;
}

/* ---- a file ---- */

struct importing {
    struct wx_call *call;
    struct wx_convert_answer answer;
    struct wx_finding_import sum;
    struct wx_json j; /* items of the reply */
    size_t n_listed;
    struct wx_arena arena; /* of one row */
    struct wx_tx *tx;
};

static enum wx_text text_of(const char *code)
{
    return strcmp(code, "no_address") == 0    ? WX_T_FINDING_NO_ADDRESS
           : strcmp(code, "bad_address") == 0 ? WX_T_FINDING_BAD_ADDRESS
                                              : WX_T_FINDING_UNKNOWN_HOST;
}

static void list_row(struct importing *im, int64_t row, const char *result,
                     const char *code, int64_t id, const struct wx_foreign_finding *f)
{
    if (im->n_listed++ >= MAX_LISTED)
        return;
    wx_json_open(&im->j, '{');
    wx_json_kint(&im->j, "row", row);
    wx_json_kz(&im->j, "result", result);
    if (code) {
        wx_json_kz(&im->j, "code", code);
        wx_json_kz(&im->j, "detail", wx_text(im->call->lang, text_of(code)));
    }
    if (id)
        wx_json_kint(&im->j, "finding_id", id);
    wx_json_kstr(&im->j, "title", f->title);
    wx_json_kstr(&im->j, "url", f->url);
    wx_json_close(&im->j, '}');
}

static void refuse_row(struct importing *im, int64_t row, const char *code,
                       const struct wx_foreign_finding *f)
{
    im->sum.n_refused++;
    list_row(im, row, "refused", code, 0, f);
}

static enum wx_status keep_row(struct importing *im, int64_t row,
                               struct wx_foreign_finding *f, struct wx_err *err)
{
    enum wx_foreign_result result;
    int64_t id = 0;
    enum wx_status status = wx_finding_take_foreign(im->tx, f, &result, &id, err);

    if (status)
        return status;
    *(result == WX_FOREIGN_NEW         ? &im->sum.n_new
      : result == WX_FOREIGN_REGRESSED ? &im->sum.n_regressed
                                       : &im->sum.n_again) += 1;
    list_row(im, row, wx_foreign_result_name(result), NULL, id, f);
    return WX_OK;
}

static enum wx_status import_row(struct importing *im, size_t i, struct wx_err *err)
{
    struct wx_foreign_finding f = {.source = im->sum.source,
                                   .source_ref = im->sum.source_ref,
                                   .account_id = im->call->who.account_id,
                                   .now_s = im->call->now_s};
    struct wx_str text = im->answer.items[i];
    json_t *item = json_loadb(text.ptr, text.len, 0, NULL);
    int64_t row = json_integer_value(json_object_get(item, "row"));
    struct wx_record_facts facts;
    struct wx_url url;
    enum wx_status status = WX_OK;

    wx_arena_reset(&im->arena);
    row = row ? row : (int64_t)i + 1;
    im->sum.n_rows++;
    if (!item || !wx_foreign_read(item, &im->arena, &f)) {
        refuse_row(im, row, "no_address", &f);
    } else if (wx_url_parse_target(&im->arena, f.url, &url, NULL) || !url.is_http) {
        refuse_row(im, row, "bad_address", &f);
    } else {
        status = find_site(im->tx, &im->arena, &url, &f.site_id, err);
        if (!status && !f.site_id)
            refuse_row(im, row, "unknown_host", &f);
        if (!status && f.site_id)
            status =
                wx_record_facts(im->tx, &im->arena, wx_record_kind_find(WX_STR("site")),
                                f.site_id, &facts, err);
        if (!status && f.site_id) {
            f.unit_id = facts.unit_id;
            f.origin = wx_url_origin(&im->arena, &url);
            if (im->sum.tool.len == 0 && f.tool.len)
                im->sum.tool = wx_arena_str(&im->call->arena, f.tool);
            status = keep_row(im, row, &f, err);
        }
    }
    json_decref(item);
    return status;
}

/* Some rows, kept together with their trace. */
static enum wx_status import_some(struct importing *im, size_t from, size_t to,
                                  struct wx_err *err)
{
    struct wx_call *call = im->call;
    enum wx_status status =
        wx_tx_write(wx_call_office(call), &call->scope, &im->tx, err);

    for (size_t i = from; !status && i < to; i++)
        status = import_row(im, i, err);
    if (!status && to == im->answer.n_items)
        status = wx_finding_import_add(im->tx, &im->sum, &im->sum.id, err);
    if (!status) {
        wx_call_audit(call, "finding", 0, 0);
        call->audit_detail = wx_arena_printf(
            &call->arena, "{\"format\":\"%.*s\",\"from\":%zu,\"to\":%zu}",
            WX_STR_ARG(im->sum.format), from + 1, to);
        status = wx_call_leave_trace(call, im->tx, err);
    }
    if (!status)
        status = wx_tx_commit(im->tx, err);
    wx_tx_end(im->tx);
    im->tx = NULL;
    return status;
}

static bool kind_of_format(struct wx_str format, enum wx_convert_kind *out)
{
    static const struct {
        const char *word;
        enum wx_convert_kind kind;
    } formats[] = {
        {"sarif", WX_CONVERT_SARIF},
        {"nuclei", WX_CONVERT_NUCLEI},
        {"zap", WX_CONVERT_ZAP},
        {"csv", WX_CONVERT_FINDING_CSV},
    };

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (wx_str_eqz(format, formats[i].word)) {
            *out = formats[i].kind;
            return true;
        }
    return false;
}

static void put_sum(struct importing *im)
{
    json_t *note = json_loadb(im->answer.note.ptr, im->answer.note.len, 0, NULL);

    wx_json_close(&im->j, ']');
    wx_json_kint(&im->j, "id", im->sum.id);
    wx_json_kstr(&im->j, "tool", im->sum.tool);
    wx_json_kint(&im->j, "rows", im->sum.n_rows);
    wx_json_kint(&im->j, "new", im->sum.n_new);
    wx_json_kint(&im->j, "again", im->sum.n_again);
    wx_json_kint(&im->j, "regressed", im->sum.n_regressed);
    wx_json_kint(&im->j, "refused", im->sum.n_refused);
    wx_json_kint(&im->j, "left_out",
                 json_integer_value(json_object_get(note, "left_out")));
    wx_json_kbool(&im->j, "more", im->n_listed > MAX_LISTED);
    wx_json_close(&im->j, '}');
    json_decref(note);
}

enum wx_status wx_findings_import(struct wx_call *call, struct wx_err *err)
{
    struct importing im = {.call = call};
    struct wx_upload upload;
    enum wx_convert_kind kind;
    size_t at = 0;
    enum wx_status status = wx_upload_take(call, &upload, err);

    if (status)
        return status;
    im.sum = (struct wx_finding_import){
        .at_s = call->now_s,
        .account_id = call->who.account_id,
        .format = wx_upload_field(call, "format"),
        .source = wx_upload_field(call, "source"),
        .source_ref = wx_utf8_clip(wx_upload_field(call, "source_ref"), MAX_REF_BYTES),
        .hash = wx_sha256_of(upload.bytes)};
    if (im.sum.source.len == 0)
        im.sum.source = WX_STR("import");
    if (!kind_of_format(im.sum.format, &kind))
        return bad(call, "format", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    if (!is_source(im.sum.source))
        return bad(call, "source", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    status = wx_upload_read(call, kind, upload.bytes, &im.answer, err);
    if (status)
        return status;
    wx_arena_init(&im.arena);
    im.j = wx_call_json(call);
    wx_json_open(&im.j, '{');
    wx_json_key(&im.j, "items");
    wx_json_open(&im.j, '[');
    do {
        size_t to =
            at + ROWS_PER_TX < im.answer.n_items ? at + ROWS_PER_TX : im.answer.n_items;

        status = import_some(&im, at, to, err);
        at = to;
    } while (!status && at < im.answer.n_items);
    wx_arena_clear(&im.arena);
    if (!status)
        put_sum(&im);
    return status;
}

enum wx_status wx_findings_imports(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    /* one's own: what others imported may be of units that he does not see */
    status = wx_finding_imports_json(call->tx, call->who.account_id, 50, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* ---- one, by hand ---- */

static enum wx_status read_new(struct wx_call *call, struct wx_foreign_finding *f,
                               struct wx_err *err)
{
    const struct wx_record_field *category = wx_record_field_find(
        wx_record_kind_find(WX_STR("finding")), WX_STR("category"));
    enum wx_severity severity;
    struct wx_enum_word word;
    int64_t at_s;

    if (wx_str_trim(f->title).len == 0)
        return bad(call, "title", "required", WX_T_FIELD_REQUIRED, err);
    if (f->title.len > 300)
        return bad(call, "title", "too_long", WX_T_FIELD_TOO_LONG, err);
    if (!wx_severity_parse(f->severity, &severity))
        return bad(call, "severity", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    if (!wx_str_eqz(f->verdict, "fail") && !wx_str_eqz(f->verdict, "suspected"))
        return bad(call, "verdict", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    if (!is_source(f->source) || wx_str_eqz(f->source, "import"))
        return bad(call, "source", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    if (!wx_enum_find(category->spec, f->category, &word))
        return bad(call, "category", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    if (f->due.len && (f->due.len != 10 || !wx_time_parse(f->due, &at_s)))
        return bad(call, "due", "not_a_date", WX_T_FIELD_NOT_A_DATE, err);
    if (f->url.len > 2000 || (f->url.len && !wx_str_istarts(f->url, "http://") &&
                              !wx_str_istarts(f->url, "https://")))
        return bad(call, "url", "not_a_url", WX_T_FIELD_NOT_A_URL, err);
    if (f->detail.len > 4000)
        return bad(call, "detail", "too_long", WX_T_FIELD_TOO_LONG, err);
    if (f->location.len > 600 || f->excerpt.len > WX_MAX_EXCERPT_BYTES)
        return bad(call, f->location.len > 600 ? "location" : "excerpt", "too_long",
                   WX_T_FIELD_TOO_LONG, err);
    return WX_OK;
}

static struct wx_str or_else(struct wx_str s, const char *preset)
{
    return s.len ? s : wx_str_of(preset);
}

enum wx_status wx_finding_add(struct wx_call *call, struct wx_err *err)
{
    struct wx_foreign_finding f = {
        .site_id = wx_call_int(call, "site_id"),
        .title = wx_call_text(call, "title"),
        .severity = wx_call_text(call, "severity"),
        .verdict = or_else(wx_call_text(call, "verdict"), "fail"),
        .category = or_else(wx_call_text(call, "category"), "vulnerability"),
        .source = or_else(wx_call_text(call, "source"), "self_inspection"),
        .source_ref = wx_utf8_clip(wx_call_text(call, "source_ref"), MAX_REF_BYTES),
        .url = wx_call_text(call, "url"),
        .location = wx_call_text(call, "location"),
        .detail = wx_call_text(call, "detail"),
        .excerpt = wx_call_text(call, "excerpt"),
        .due = wx_call_text(call, "due"),
        .tool = WX_STR("person"),
        .account_id = call->who.account_id,
        .now_s = call->now_s,
    };
    const struct wx_record_kind *site = wx_record_kind_find(WX_STR("site"));
    enum wx_foreign_result result;
    struct wx_finding_row row;
    struct wx_record_facts facts;
    struct wx_json j;
    int64_t id = 0;
    enum wx_status status = read_new(call, &f, err);

    if (status)
        return status;
    f.rule = wx_utf8_clip(f.title, 100);
    status = wx_record_facts(call->tx, &call->arena, site, f.site_id, &facts, err);
    if (status == WX_E_NOT_FOUND)
        return bad(call, "site_id", "no_such_record", WX_T_FIELD_NO_SUCH_RECORD, err);
    if (status)
        return status;
    f.unit_id = facts.unit_id;
    call->object = (struct wx_object){
        .exists = true, .unit_id = f.unit_id, .made_by = call->who.account_id};
    if (wx_access_ask(&call->who, call->endpoint->op, &call->object) != WX_ALLOW)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "unit %lld is not within your responsibility",
                              (long long)f.unit_id);
    status = wx_finding_take_foreign(call->tx, &f, &result, &id, err);
    if (!status && result != WX_FOREIGN_NEW)
        return wx_call_refuse(call, WX_P_EXISTS, err, "finding %lld", (long long)id);
    if (!status)
        status = wx_finding_row_read(call->tx, &call->arena, id, &row, err);
    if (status)
        return status;
    j = wx_call_json(call);
    status = wx_record_get(call->tx, &call->arena,
                           wx_record_kind_find(WX_STR("finding")), id, false, &j, err);
    wx_call_created(call, "findings", id);
    wx_call_etag(call, row.rev);
    wx_call_audit(call, "finding", id, row.unit_id);
    wx_call_event(call, "finding.new", "finding", id, row.unit_id);
    return status;
}
