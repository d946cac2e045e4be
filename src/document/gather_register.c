/* Facts from the register and from permits: contacts, the survey form, authorisations,
 * the filing of source addresses. */
#include "campaign/row.h"
#include "document/gather.h"
#include "store/office_account.h"
#include "store/office_permit.h"

/* ---- people ---- */

static struct wx_str duties_of(struct wx_gather *g, const json_t *person)
{
    const json_t *words = json_object_get(person, "duty");
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *text = json_string_value(json_array_get(words, i));
        struct wx_str word = wx_gather_word("person", "duty", wx_str_of(text));

        out = wx_arena_printf(g->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out),
                              i ? "、" : "", WX_STR_ARG(word));
    }
    return out;
}

static void put_people(struct wx_gather *g, const json_t *people,
                       struct wx_contacts_facts *out)
{
    size_t n = json_array_size(people);
    struct wx_contact_person *at =
        wx_arena_array(g->arena, struct wx_contact_person, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *person = json_array_get(people, i);

        at[i] = (struct wx_contact_person){
            .role = duties_of(g, person),
            .name = wx_gather_text(g, person, "name"),
            .title = wx_gather_text(g, person, "title"),
            .office = wx_gather_text(g, person, "office_phone"),
            .mobile = wx_gather_text(g, person, "mobile"),
            .mail = wx_gather_text(g, person, "email")};
    }
    out->people = at;
    out->n_people = n;
}

enum wx_status wx_gather_contacts(struct wx_gather *g, int64_t unit_id,
                                  struct wx_contacts_facts *out)
{
    json_t *unit = wx_gather_row(g, "unit", unit_id), *people;

    *out = (struct wx_contacts_facts){.frame = g->frame};
    if (!unit)
        return WX_E_NOT_FOUND;
    people = wx_gather_list(g, "person", "unit_id:%lld", (long long)unit_id);
    out->unit = wx_gather_text(g, unit, "name");
    out->address = wx_gather_text(g, unit, "address");
    out->duty_phone = wx_gather_text(g, unit, "phone");
    out->filled = wx_gather_today(g);
    put_people(g, people, out);
    json_decref(unit);
    json_decref(people);
    return people ? WX_OK : WX_E_IO;
}

/* ---- the survey form ---- */

enum wx_status wx_gather_survey(struct wx_gather *g, int64_t site_id,
                                struct wx_survey_facts *out)
{
    json_t *site = wx_gather_row(g, "site", site_id), *unit;
    struct wx_survey_line *lines;
    struct wx_form form = {0};

    *out = (struct wx_survey_facts){.frame = g->frame};
    if (!site)
        return WX_E_NOT_FOUND;
    unit = wx_gather_row(g, "unit", wx_gather_int(site, "unit_id"));
    if (!unit) {
        json_decref(site);
        return WX_E_NOT_FOUND;
    }
    wx_form_fill(&form, g->arena, WX_ZH, unit, site);
    lines = wx_arena_array(g->arena, struct wx_survey_line, form.n + 1);
    for (size_t i = 0; i < form.n; i++)
        lines[i].text = wx_arena_str(g->arena, form.texts[i]);
    out->lines = lines;
    out->n_lines = form.n;
    json_decref(site);
    json_decref(unit);
    return WX_OK;
}

/* ---- agencies and permits ---- */

enum { MAX_TESTERS = 200 };
struct testers {
    struct wx_gather *g;
    struct wx_agency_person *at;
    size_t n;
};

/* Testers who are cleared now; their papers' numbers are not kept here and are written
 * in by hand. */
static bool take_tester(void *ctx, const struct wx_account_row *row)
{
    struct testers *t = ctx;
    struct wx_gather *g = t->g;
    struct wx_str until;

    if (row->locked_s || !row->vetted_s || row->vetted_until_s <= g->now_s)
        return true;
    until = wx_paper_day_text(g->arena, wx_gather_day_at(row->vetted_until_s), false);
    t->at[t->n++] = (struct wx_agency_person){
        .name = wx_arena_str(g->arena, row->name),
        .identity = WX_STR(""),
        .qualification = wx_arena_printf(
            g->arena, "%.*s%s审查有效期至" WX_STR_FMT, WX_STR_ARG(row->vet_note),
            row->vet_note.len ? "；" : "", WX_STR_ARG(until))};
    return t->n < MAX_TESTERS;
}

static enum wx_status put_testers(struct wx_gather *g, int64_t agency_id,
                                  struct wx_agency_facts *out)
{
    struct wx_account_query query = {.agency_id = agency_id};
    struct testers t = {
        .g = g, .at = wx_arena_array(g->arena, struct wx_agency_person, MAX_TESTERS)};
    enum wx_status status =
        wx_account_list(g->tx, g->arena, &query, take_tester, &t, g->err);

    out->people = t.at;
    out->n_people = t.n;
    return status;
}

/* A permit names its holder in words: the agency on record of that name, if any. */
static enum wx_status put_holder(struct wx_gather *g, struct wx_agency_facts *out)
{
    json_t *rows = wx_gather_list(g, "agency", "-is:retired");
    enum wx_status status = rows ? WX_OK : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (!wx_str_eq(wx_fields_text(row, "name"), out->agency))
            continue;
        out->agency_code = wx_gather_text(g, row, "code");
        out->representative = wx_gather_text(g, row, "leader");
        status = put_testers(g, wx_gather_int(row, "id"), out);
        break;
    }
    json_decref(rows);
    return status;
}

enum wx_status wx_gather_agency(struct wx_gather *g, int64_t agency_id,
                                int64_t campaign_id, struct wx_agency_facts *out)
{
    enum { USUAL_YEARS = 5 };
    json_t *row = wx_gather_row(g, "agency", agency_id);

    *out = (struct wx_agency_facts){
        .frame = g->frame, .organ = g->organ, .keep_years = USUAL_YEARS};
    if (!row)
        return WX_E_NOT_FOUND;
    out->agency = wx_gather_text(g, row, "name");
    out->agency_code = wx_gather_text(g, row, "code");
    out->representative = wx_gather_text(g, row, "leader");
    out->from = wx_gather_day(row, "agreement_on");
    out->until = wx_gather_day(row, "agreement_until");
    json_decref(row);
    out->campaign = wx_gather_name(g, "campaign", campaign_id);
    if (!out->campaign.len)
        out->campaign = WX_STR("网站安全检测");
    return put_testers(g, agency_id, out);
}

static enum wx_status put_sources(struct wx_gather *g, struct wx_agency_facts *out)
{
    json_t *rows = wx_gather_list(g, "source", "-is:retired");
    size_t n = json_array_size(rows);
    struct wx_agency_source *at =
        wx_arena_array(g->arena, struct wx_agency_source, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_agency_source){.address = wx_gather_text(g, row, "address"),
                                          .use = wx_gather_text(g, row, "purpose"),
                                          .carrier = wx_gather_text(g, row, "carrier")};
    }
    out->sources = at;
    out->n_sources = n;
    json_decref(rows);
    return rows ? WX_OK : WX_E_IO;
}

static enum wx_status put_targets(struct wx_gather *g, int64_t permit_id,
                                  struct wx_agency_facts *out)
{
    struct wx_picked_sites sites = {0};
    struct wx_agency_target *at;
    enum wx_status status =
        wx_permit_sites(g->tx, g->arena, permit_id, 0, UINT32_MAX / 2, &sites, g->err);

    at = wx_arena_array(g->arena, struct wx_agency_target, sites.n + 1);
    for (size_t i = 0; !status && i < sites.n; i++)
        at[i] = (struct wx_agency_target){
            .unit = wx_gather_name(g, "unit", sites.at[i].unit_id),
            .site = wx_gather_name(g, "site", sites.at[i].site_id),
            .host = sites.at[i].domain};
    out->targets = at;
    out->n_targets = sites.n;
    return status;
}

static struct wx_str methods_of(const json_t *permit)
{
    struct wx_str depth = wx_fields_text(permit, "depth");

    if (wx_str_eqz(depth, "passive"))
        return WX_STR(
            "被动检测：只以普通访问者的方式读取公开页面，不提交表单，不登录。");
    if (wx_str_eqz(depth, "active"))
        return WX_STR("主动检测（无损）：除读取公开页面外，可发送不改变数据、不影响"
                      "运行的探测请求。");
    return WX_STR("渗透性检测：按另行批准的方案进行，全程记录，事先与被检测单位约定"
                  "时间。");
}

enum wx_status wx_gather_permit(struct wx_gather *g, int64_t permit_id,
                                int64_t campaign_id, struct wx_agency_facts *out)
{
    json_t *row = wx_gather_row(g, "permit", permit_id);
    struct wx_str from, until;
    enum wx_status status;

    *out = (struct wx_agency_facts){.frame = g->frame, .organ = g->organ};
    if (!row)
        return WX_E_NOT_FOUND;
    from = wx_gather_text(g, row, "daily_from");
    until = wx_gather_text(g, row, "daily_until");
    out->agency = wx_gather_text(g, row, "holder");
    out->campaign = wx_gather_name(g, "campaign", campaign_id);
    if (!out->campaign.len)
        out->campaign = wx_gather_text(g, row, "name");
    out->permit = wx_gather_text(g, row, "number");
    out->from = wx_gather_day(row, "valid_from");
    out->until = wx_gather_day(row, "valid_until");
    out->window = from.len ? wx_arena_printf(g->arena, WX_STR_FMT "至" WX_STR_FMT,
                                             WX_STR_ARG(from), WX_STR_ARG(until))
                           : WX_STR("不限时段");
    out->pace = wx_arena_printf(g->arena, "每个网站每分钟不超过%lld次请求。",
                                (long long)wx_gather_int(row, "pace_per_min"));
    out->methods = methods_of(row);
    out->forbidden = WX_STR("拒绝服务、口令猜测、植入程序、修改或者删除数据、下载与检测"
                            "无关的信息，以及授权范围以外的一切方式。");
    out->filed_with = WX_STR("公安机关、通信运营企业");
    out->emergency_phone = wx_gather_text(g, row, "contact");
    json_decref(row);
    status = put_sources(g, out);
    if (!status)
        status = put_holder(g, out);
    return status ? status : put_targets(g, permit_id, out);
}
