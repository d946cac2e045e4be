#include "store/db.h"

#include "base/json.h"
#include <jansson.h>

/* Small enough for the stack: at most WX_MAX_FINDING_URLS addresses, mostly none. */
static void urls_format(const struct wx_finding *finding, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    if (!finding->n_more_urls)
        return;
    wx_json_open(&j, '[');
    for (size_t i = 0; i < finding->n_more_urls; i++)
        wx_json_str(&j, finding->more_urls[i]);
    wx_json_close(&j, ']');
}

enum wx_status wx_store_put_finding(struct wx_store *store,
                                    const struct wx_finding *finding,
                                    struct wx_err *err)
{
    struct wx_buf urls = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);
    struct wx_row row;
    unsigned char id[16];
    enum wx_status st;

    if (!wx_unhex(wx_str_of(finding->id), id, sizeof id))
        return wx_fail(err, WX_E_INVALID, "'%.40s' is no fingerprint", finding->id);
    urls_format(finding, &urls);
    row = wx_row_write(store, WX_SQL_PUT_FINDING, err);
    wx_row_put_int(&row, (int64_t)finding->site_id);
    wx_row_put_blob(&row, id, sizeof id);
    wx_row_put_str(&row, finding->rule);
    wx_row_put_str(&row, finding->category);
    wx_row_put_int(&row, finding->severity);
    wx_row_put_int(&row, finding->verdict);
    wx_row_put_int(&row, finding->confidence);
    wx_row_put_str(&row, finding->site);
    wx_row_put_str(&row, finding->url);
    wx_row_put_str(&row, finding->place);
    wx_row_put_str(&row, finding->key);
    wx_row_put_str(&row, finding->where);
    wx_row_put_str(&row, finding->excerpt);
    wx_row_put_str(&row, finding->detail_zh);
    wx_row_put_str(&row, finding->detail_en);
    wx_row_put_blob(&row, finding->evidence,
                    finding->n_evidence * sizeof(struct wx_sha256));
    wx_row_put_int(&row, finding->observation_seq);
    wx_row_put_int(&row, finding->n_places);
    wx_row_put_str(&row, wx_buf_str(&urls));
    wx_row_put_int(&row, finding->first_seen_s);
    wx_row_put_int(&row, finding->last_seen_s);
    st = wx_row_finish(&row, err);
    wx_buf_clear(&urls);
    return st;
}

static void evidence_read(struct wx_row *row, struct wx_finding *out)
{
    struct wx_str bytes = wx_row_str(row);

    out->n_evidence = bytes.len / sizeof(struct wx_sha256);
    if (out->n_evidence > WX_MAX_EVIDENCE_REFS)
        out->n_evidence = WX_MAX_EVIDENCE_REFS;
    if (out->n_evidence)
        memcpy(out->evidence, bytes.ptr, out->n_evidence * sizeof(struct wx_sha256));
}

static void urls_read(struct wx_row *row, struct wx_finding *out, json_t **keep)
{
    struct wx_str text = wx_row_str(row);

    *keep = text.len ? json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, NULL) : NULL;
    for (size_t i = 0; i < json_array_size(*keep); i++) {
        const json_t *url = json_array_get(*keep, i);

        if (json_is_string(url) && out->n_more_urls < WX_MAX_FINDING_URLS)
            out->more_urls[out->n_more_urls++] =
                (struct wx_str){json_string_value(url), json_string_length(url)};
    }
}

/* *KEEP holds the decoded list of addresses as long as OUT is used. */
static void finding_read(struct wx_row *row, struct wx_finding *out, json_t **keep)
{
    struct wx_str id;

    *out = (struct wx_finding){.site_id = (uint64_t)wx_row_int(row)};
    id = wx_row_str(row);
    if (id.len == 16)
        wx_hex((const unsigned char *)id.ptr, 16, out->id);
    out->rule = wx_row_str(row);
    out->category = wx_row_str(row);
    out->severity = (enum wx_severity)wx_row_int(row);
    out->verdict = (enum wx_verdict)wx_row_int(row);
    out->confidence = (uint8_t)wx_row_int(row);
    out->site = wx_row_str(row);
    out->site_name = wx_row_str(row);
    out->unit = wx_row_str(row);
    out->url = wx_row_str(row);
    out->place = wx_row_str(row);
    out->key = wx_row_str(row);
    out->where = wx_row_str(row);
    out->excerpt = wx_row_str(row);
    out->detail_zh = wx_row_str(row);
    out->detail_en = wx_row_str(row);
    evidence_read(row, out);
    out->observation_seq = (uint32_t)wx_row_int(row);
    out->n_places = (uint32_t)wx_row_int(row);
    urls_read(row, out, keep);
    out->first_seen_s = wx_row_int(row);
    out->last_seen_s = wx_row_int(row);
    if ((unsigned)out->severity > WX_SEV_CRITICAL)
        out->severity = WX_SEV_INFO;
    if ((unsigned)out->verdict > WX_NOT_APPLICABLE)
        out->verdict = WX_NOT_DETERMINED;
}

/* Within a site the rows are few (WX_MAX_SITE_FINDINGS): they are sorted as read. Asked
 * once for each site of a report: preparing it costs more than its rows. */
static struct wx_row read_site(struct wx_store *store, uint64_t site_id,
                               struct wx_err *err)
{
    struct wx_row row = {.store = store, .stmt = store->findings_of_site};

    store->findings_of_site = NULL; /* EACH may ask for another site's meanwhile */
    if (!row.stmt)
        row = wx_row_read(
            store,
            "SELECT site, finding.id, rule, category, severity, verdict, confidence, "
            "origin,"
            " name, unit, url, place, key, location, excerpt, detail_zh, detail_en,"
            " evidence, observation, places, more_urls, first_seen_s, last_seen_s"
            " FROM finding JOIN site ON site.id = finding.site WHERE site = ?1"
            " ORDER BY severity DESC, rule, url, finding.id",
            err);
    wx_row_put_int(&row, (int64_t)site_id);
    return row;
}

static enum wx_status give_back(struct wx_row *row)
{
    if (row->status || row->store->findings_of_site)
        return wx_row_close(row);
    sqlite3_reset(row->stmt); /* holds no snapshot from here on */
    row->store->findings_of_site = row->stmt;
    return WX_OK;
}

static enum wx_status walk_site(struct wx_store *store, uint64_t site_id,
                                wx_store_each_finding *each, void *ctx,
                                bool *is_stopped, struct wx_err *err)
{
    struct wx_row row = read_site(store, site_id, err);

    while (!*is_stopped && wx_row_next(&row, err)) {
        struct wx_finding finding;
        json_t *keep;

        finding_read(&row, &finding, &keep);
        *is_stopped = !each(ctx, &finding);
        json_decref(keep);
    }
    return give_back(&row);
}

enum wx_status wx_store_findings(struct wx_store *store, uint64_t site_id,
                                 wx_store_each_finding *each, void *ctx,
                                 struct wx_err *err)
{
    enum wx_status st = WX_OK, read;
    bool is_stopped = false;
    struct wx_row row;

    if (site_id)
        return walk_site(store, site_id, each, ctx, &is_stopped, err);
    row = wx_row_read(store, "SELECT id FROM site ORDER BY ordinal", err);
    while (!st && !is_stopped && wx_row_next(&row, err))
        st = walk_site(store, (uint64_t)wx_row_int(&row), each, ctx, &is_stopped, err);
    read = wx_row_close(&row);
    return st ? st : read;
}
