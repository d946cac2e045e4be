/* Facts of papers about one site or one incident. What the register does not know
 * stands open, to be written by who drafts the paper, or by hand. */
#include "document/gather.h"
#include "store/office_finding.h"
#include "store/record.h"

/* ---- incidents ---- */

static void put_stage(struct wx_str measure, struct wx_incident_facts *out)
{
    out->is_more = wx_str_eqz(measure, "more");
    out->is_final = wx_str_eqz(measure, "final");
    out->is_first = !out->is_more && !out->is_final;
    out->stage = out->is_first  ? WX_STR("首报")
                 : out->is_more ? WX_STR("续报")
                                : WX_STR("终报");
}

enum wx_status wx_gather_incident(struct wx_gather *g, int64_t finding_id,
                                  struct wx_str measure, struct wx_incident_facts *out)
{
    json_t *row = wx_gather_row(g, "finding", finding_id), *site;
    struct wx_finding_text text = {0};

    *out = (struct wx_incident_facts){.frame = g->frame, .organ = g->organ};
    if (!row)
        return WX_E_NOT_FOUND;
    site = wx_record_json(g->tx, g->arena, "site", wx_gather_int(row, "site_id"), true,
                          NULL);
    put_stage(measure, out);
    out->unit = wx_gather_name(g, "unit", wx_gather_int(row, "unit_id"));
    out->site = wx_gather_text(g, site, "name");
    out->domain = wx_gather_text(g, site, "domain");
    out->title = wx_gather_text(g, row, "title");
    out->category =
        wx_gather_word("finding", "category", wx_gather_text(g, row, "category"));
    out->severity =
        wx_gather_word("finding", "severity", wx_gather_text(g, row, "severity"));
    out->source = wx_gather_word("finding", "source", wx_gather_text(g, row, "source"));
    out->state = wx_gather_word("finding", "state", wx_gather_text(g, row, "state"));
    out->found = wx_gather_day(row, "first_seen");
    if (!wx_finding_text_read(g->tx, g->arena, finding_id, &text, NULL))
        out->happened = text.detail_zh;
    json_decref(row);
    json_decref(site);
    return WX_OK;
}

/* ---- sites ---- */

struct site_rows {
    json_t *site, *unit;
};

static enum wx_status read_site(struct wx_gather *g, int64_t site_id,
                                struct site_rows *out)
{
    *out = (struct site_rows){.site = wx_gather_row(g, "site", site_id)};
    if (!out->site)
        return WX_E_NOT_FOUND;
    out->unit = wx_record_json(g->tx, g->arena, "unit",
                               wx_gather_int(out->site, "unit_id"), true, NULL);
    return WX_OK;
}

static void drop(struct site_rows *rows)
{
    json_decref(rows->site);
    json_decref(rows->unit);
}

enum wx_status wx_gather_counterfeit(struct wx_gather *g, int64_t site_id,
                                     struct wx_counterfeit_facts *out)
{
    struct site_rows rows;
    enum wx_status status = read_site(g, site_id, &rows);

    *out = (struct wx_counterfeit_facts){
        .frame = g->frame, .organ = g->organ, .found = wx_gather_today(g)};
    if (status)
        return status;
    out->unit = wx_gather_text(g, rows.unit, "name");
    out->site = wx_gather_text(g, rows.site, "name");
    out->domain = wx_gather_text(g, rows.site, "domain");
    out->site_code = wx_gather_text(g, rows.site, "site_code");
    out->icp = wx_gather_text(g, rows.site, "icp");
    drop(&rows);
    return WX_OK;
}

enum wx_status wx_gather_approval(struct wx_gather *g, int64_t site_id,
                                  struct wx_approval_facts *out)
{
    struct site_rows rows;
    enum wx_status status = read_site(g, site_id, &rows);

    *out = (struct wx_approval_facts){.frame = g->frame};
    if (status)
        return status;
    out->unit = wx_gather_text(g, rows.unit, "name");
    out->site = wx_gather_text(g, rows.site, "name");
    out->domain = wx_gather_text(g, rows.site, "domain");
    out->department = wx_gather_text(g, rows.site, "department");
    out->leader = wx_gather_text(g, rows.site, "leader");
    drop(&rows);
    return WX_OK;
}

enum wx_status wx_gather_registration(struct wx_gather *g, int64_t site_id,
                                      int64_t campaign_id,
                                      struct wx_registration_facts *out)
{
    struct site_rows rows;
    struct wx_str campaign = wx_gather_name(g, "campaign", campaign_id);
    enum wx_status status = read_site(g, site_id, &rows);

    *out = (struct wx_registration_facts){
        .frame = g->frame, .organ = g->organ, .found = wx_gather_today(g)};
    if (status)
        return status;
    out->basis = campaign.len ? wx_arena_printf(g->arena, "《" WX_STR_FMT "方案》",
                                                WX_STR_ARG(campaign))
                              : WX_STR("网站备案登记有关规定");
    out->unit = wx_gather_text(g, rows.unit, "name");
#define TEXT(member, field) out->member = wx_gather_text(g, rows.site, field)
    TEXT(site, "name");
    TEXT(domain, "domain");
    TEXT(ip, "ip");
    TEXT(place, "server_place");
    TEXT(purpose, "purpose");
    TEXT(operator, "operator");
    TEXT(icp, "icp");
    TEXT(leader, "leader");
    TEXT(contact_name, "contact");
    TEXT(contact_phone, "phone");
#undef TEXT
    out->grade = wx_gather_word("site", "grade", wx_gather_text(g, rows.site, "grade"));
    out->stage = wx_gather_word("site", "state", wx_gather_text(g, rows.site, "state"));
    out->online = wx_gather_day(rows.site, "online_since");
    drop(&rows);
    return WX_OK;
}
