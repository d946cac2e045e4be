/* Sites of a run and what became of them. */
#include "store/db.h"

enum wx_status wx_store_add_site(struct wx_store *store, const struct wx_site *site,
                                 struct wx_err *err)
{
    struct wx_row row = wx_row_write(store, WX_SQL_ADD_SITE, err);

    wx_row_put_int(&row, (int64_t)site->id);
    wx_row_put_str(&row, site->name);
    wx_row_put_str(&row, site->domain);
    wx_row_put_str(&row, site->start_url);
    wx_row_put_str(&row, site->ip);
    wx_row_put_str(&row, site->server_place);
    wx_row_put_str(&row, site->icp);
    wx_row_put_str(&row, site->unit);
    wx_row_put_str(&row, site->contact);
    wx_row_put_str(&row, site->leader);
    wx_row_put_str(&row, site->phone);
    wx_row_put_str(&row, wx_str_of(wx_unit_kind_name(site->unit_kind)));
    wx_row_put_int(&row, site->grade);
    wx_row_put_str(&row, site->site_code);
    wx_row_put_str(&row, site->police_code);
    wx_row_put_int(&row, site->row);
    return wx_row_finish(&row, err);
}

enum wx_status wx_store_site_done(struct wx_store *store,
                                  const struct wx_site_result *result,
                                  struct wx_err *err)
{
    struct wx_row row = wx_row_write(store, WX_SQL_SITE_DONE, err);

    wx_row_put_int(&row, (int64_t)result->site_id);
    wx_row_put_str(&row, wx_str_of(wx_site_status_name(result->status)));
    wx_row_put_str(&row, result->reason);
    wx_row_put_int(&row, result->n_pages);
    wx_row_put_int(&row, result->n_fetches);
    wx_row_put_int(&row, result->n_requests);
    wx_row_put_int(&row, (int64_t)result->wire_bytes);
    wx_row_put_int(&row, result->begun_s);
    wx_row_put_int(&row, result->duration_ms);
    wx_row_put_int(&row, result->n_findings);
    wx_row_put_str(&row, result->facts);
    return wx_row_finish(&row, err);
}

enum wx_status wx_store_site_begin(struct wx_store *store, uint64_t site_id,
                                   struct wx_err *err)
{
    static const enum wx_statement cleanings[] = {WX_SQL_DROP_OBSERVATIONS,
                                                  WX_SQL_LOOSEN_FINDINGS};
    struct wx_row row = wx_row_write(store, WX_SQL_SITE_BEGIN, err);
    enum wx_status st;

    wx_row_put_int(&row, (int64_t)site_id);
    wx_row_put_str(&row, wx_str_of(wx_site_status_name(WX_SITE_RUNNING)));
    st = wx_row_run(&row, NULL, err);
    for (size_t i = 0; !st && i < sizeof cleanings / sizeof *cleanings; i++) {
        row = wx_row_write(store, cleanings[i], err);
        wx_row_put_int(&row, (int64_t)site_id);
        st = wx_row_run(&row, NULL, err);
    }
    return st;
}

static struct wx_site site_read(struct wx_row *row)
{
    struct wx_site site = {.id = (uint64_t)wx_row_int(row)};

    site.name = wx_row_str(row);
    site.domain = wx_row_str(row);
    site.start_url = wx_row_str(row);
    site.ip = wx_row_str(row);
    site.server_place = wx_row_str(row);
    site.icp = wx_row_str(row);
    site.unit = wx_row_str(row);
    site.contact = wx_row_str(row);
    site.leader = wx_row_str(row);
    site.phone = wx_row_str(row);
    if (!wx_unit_kind_parse(wx_row_str(row), &site.unit_kind))
        site.unit_kind = WX_UNIT_UNKNOWN;
    site.grade = (uint8_t)wx_row_int(row);
    site.site_code = wx_row_str(row);
    site.police_code = wx_row_str(row);
    site.row = (uint32_t)wx_row_int(row);
    return site;
}

static struct wx_site_result result_read(struct wx_row *row, uint64_t site_id)
{
    struct wx_site_result result = {.site_id = site_id};
    struct wx_str status = wx_row_str(row);

    if (!wx_site_status_parse(status, &result.status))
        result.status = status.len ? WX_SITE_FAILED : WX_SITE_WAITING;
    result.reason = wx_row_str(row);
    result.n_pages = (uint32_t)wx_row_int(row);
    result.n_fetches = (uint32_t)wx_row_int(row);
    result.n_requests = (uint32_t)wx_row_int(row);
    result.wire_bytes = (uint64_t)wx_row_int(row);
    result.begun_s = wx_row_int(row);
    result.duration_ms = wx_row_int(row);
    result.n_findings = (uint32_t)wx_row_int(row);
    result.facts = wx_row_str(row);
    return result;
}

enum wx_status wx_store_sites(struct wx_store *store, wx_store_each_site *each,
                              void *ctx, struct wx_err *err)
{
    struct wx_row row = wx_row_read(
        store,
        "SELECT id, name, domain, start_url, ip, server_place, icp, unit, contact,"
        " leader, phone, unit_kind, grade, site_code, police_code, row,"
        " status, reason, pages, fetches, requests, wire_bytes, begun_s, duration_ms,"
        " findings, facts FROM site LEFT JOIN site_result ON site_result.site = site.id"
        " ORDER BY ordinal",
        err);

    while (wx_row_next(&row, err)) {
        struct wx_site site = site_read(&row);
        struct wx_site_result result = result_read(&row, site.id);

        if (!each(ctx, &site, &result))
            break;
    }
    return wx_row_close(&row);
}

enum wx_status wx_store_site_result(struct wx_store *store, uint64_t site_id,
                                    struct wx_arena *arena, struct wx_site_result *out,
                                    struct wx_err *err)
{
    struct wx_row row = wx_row_read(
        store,
        "SELECT status, reason, pages, fetches, requests, wire_bytes, begun_s,"
        " duration_ms, findings, facts FROM site LEFT JOIN site_result"
        " ON site_result.site = site.id WHERE site.id = ?1",
        err);
    bool is_there;
    enum wx_status st;

    wx_row_put_int(&row, (int64_t)site_id);
    is_there = wx_row_next(&row, err);
    if (is_there) {
        *out = result_read(&row, site_id);
        out->reason = wx_arena_str(arena, out->reason);
        out->facts = wx_arena_str(arena, out->facts);
    }
    st = wx_row_close(&row);
    if (!st && !is_there)
        st = wx_fail(err, WX_E_NOT_FOUND, "the run has no such site");
    return st;
}
