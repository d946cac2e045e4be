/* The fictional district: units of different kinds with their people, systems and
 * sites, and what really is wrong with these. The seed decides the details. */
#include "prog/simulate.h"

#include "model/site.h"

static const struct {
    const char *name, *kind, *key;
    int n_sites;
} units[] = {
    {"星源区教育局", "organ", "jyj", 4},
    {"星源区卫生健康局", "organ", "wjj", 4},
    {"星源区民政局", "organ", "mzj", 3},
    {"星源区财政局", "organ", "czj", 2},
    {"星源区人力资源和社会保障局", "organ", "rsj", 3},
    {"星源区自然资源局", "organ", "zrj", 3},
    {"星源区生态环境局", "organ", "hbj", 2},
    {"星源区住房和城乡建设局", "organ", "zjj", 3},
    {"星源区交通运输局", "organ", "jtj", 3},
    {"星源区水务局", "organ", "swj", 2},
    {"星源区农业农村局", "organ", "nyj", 3},
    {"星源区商务局", "organ", "swu", 2},
    {"星源区文化和旅游局", "organ", "wlj", 4},
    {"星源区应急管理局", "organ", "yjj", 2},
    {"星源区审计局", "organ", "sjj", 2},
    {"星源区市场监督管理局", "organ", "scj", 3},
    {"星源区统计局", "organ", "tjj", 2},
    {"星源区医疗保障局", "organ", "ybj", 2},
    {"星源区司法局", "organ", "sfj", 2},
    {"星源区城市管理局", "organ", "cgj", 2},
    {"星源区临河镇人民政府", "organ", "linhe", 2},
    {"星源区青石街道办事处", "organ", "qingshi", 2},
    {"星源区图书馆", "institution", "lib", 3},
    {"星源区第一中学", "institution", "yizhong", 2},
    {"星源区中心医院", "institution", "yy", 3},
    {"星源区博物馆", "institution", "bwg", 2},
    {"星源区疾病预防控制中心", "institution", "cdc", 2},
    {"星源区融媒体中心", "institution", "rmt", 2},
    {"星源区城市建设投资集团有限公司", "enterprise", "ct", 2},
    {"星源区自来水有限公司", "enterprise", "water", 2},
};
static const char *const surnames[] = {"甲", "乙", "丙", "丁", "戊", "己"};
static const char *const site_words[] = {"门户网站", "网上办事平台", "信息公开专题网站",
                                         "便民服务网"};
static const char *const site_kinds[] = {"portal", "business", "topic", "business"};

static const struct {
    const char *rule, *path;
} wrongs[] = {
    {"hidden-link-css", "/"},       {"exposed-git", "/.git/config"},
    {"exposed-backup", "/www.zip"}, {"personal-id-card", "/gs/2.html"},
    {"cert-expired", "/"},          {"tls-old-protocol", "/"},
    {"form-over-http", "/login"},   {"exposed-swagger", "/swagger-ui.html"},
    {"mixed-content-active", "/"},  {"missing-csp", "/"},
    {"cookie-no-httponly", "/"},    {"dead-link", "/links.html"},
    {"missing-frame-options", "/"}, {"offsite-dead-domain", "/links.html"},
};
enum { N_SERIOUS = 8, N_WRONGS = sizeof wrongs / sizeof *wrongs };

/* ---- the register ---- */

static enum wx_status add(struct wx_sim *sim, const char *kind, json_t *values,
                          int64_t *id)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);
    struct wx_field_problems problems = {.n = 0};
    enum wx_status status = wx_record_check(wx_record_kind_find(wx_str_of(kind)),
                                            values, true, &problems, sim->err);

    if (status) {
        if (problems.n)
            status = wx_fail(sim->err, WX_E_INVALID, "%s: '%s' %s", kind,
                             problems.at[0].field, problems.at[0].code);
        json_decref(values);
        return status;
    }
    return wx_fields_create(sim->tx, kind, values, &by, id, sim->err);
}

static json_t *phone(struct wx_sim *sim, const char *what, int64_t id)
{
    return json_string(
        wx_arena_printf(&sim->arena, "000-5550%04u", wx_sim_die(sim, what, id, 10000))
            .ptr);
}

static enum wx_status add_people(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct {
        const char *duty, *title;
    } posts[] = {{"chief", "局长"},
                 {"leader", "副局长"},
                 {"responsible", "科长"},
                 {"liaison", "科员"}};
    const struct wx_record_field *duty =
        wx_record_field_find(wx_record_kind_find(WX_STR("person")), WX_STR("duty"));
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < sizeof posts / sizeof *posts; i++) {
        struct wx_enum_word word;
        int64_t id = unit->id * 10 + (int64_t)i;
        json_t *v =
            json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:s}", "unit_id",
                      (json_int_t)unit->id, "name",
                      wx_arena_printf(&sim->arena, "%s某某",
                                      surnames[wx_sim_die(sim, "name", id, 6)])
                          .ptr,
                      "title", posts[i].title, "section", "办公室（网络安全）",
                      "office_phone", phone(sim, "office", id), "mobile",
                      json_string(wx_arena_printf(&sim->arena, "1990000%04u",
                                                  wx_sim_die(sim, "mobile", id, 10000))
                                      .ptr),
                      "employment", "staff");

        if (wx_enum_find(duty->spec, wx_str_of(posts[i].duty), &word))
            json_object_set_new(v, "duty", json_pack("[s]", posts[i].duty));
        status = add(sim, "person", v, &id);
    }
    return status;
}

static enum wx_status add_system(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    int64_t id;
    json_t *v = json_pack("{s:I, s:s, s:s}", "unit_id", (json_int_t)unit->id, "name",
                          "业务管理系统", "state", "running");

    if (unit->id % 3 == 0)
        json_object_set_new(v, "grade", json_string("3"));
    return add(sim, "system", v, &id);
}

static json_t *site_values(struct wx_sim *sim, const struct wx_sim_unit *unit, size_t u,
                           size_t k)
{
    int64_t mark = unit->id * 10 + (int64_t)k;
    const char *person = surnames[wx_sim_die(sim, "leader", mark, 6)];
    const char *domain =
        strcmp(units[u].kind, "enterprise") == 0
            ? wx_arena_printf(&sim->arena, "%s%zu.xingyuan.example", units[u].key, k)
                  .ptr
        : k == 0
            ? wx_arena_printf(&sim->arena, "%s.xingyuan.gov.cn", units[u].key).ptr
            : wx_arena_printf(&sim->arena, "%s%zu.xingyuan.gov.cn", units[u].key, k + 1)
                  .ptr;
    json_t *v = json_pack(
        "{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:b, s:b}",
        "unit_id", (json_int_t)unit->id, "name",
        wx_arena_printf(&sim->arena, "%s%s", units[u].name, site_words[k]).ptr,
        "domain", domain, "ip",
        wx_arena_printf(&sim->arena, "203.0.113.%u",
                        1 + wx_sim_die(sim, "ip", mark, 250))
            .ptr,
        "kind", site_kinds[k], "state",
        wx_sim_die(sim, "state", mark, 20) == 0 ? "suspended" : "running",
        "server_place", "星源区数据中心", "department", units[u].name, "leader",
        wx_arena_printf(&sim->arena, "%s某某", person).ptr, "contact",
        wx_arena_printf(&sim->arena, "%s某某",
                        surnames[wx_sim_die(sim, "contact", mark, 6)])
            .ptr,
        "has_icp", 1, "icp",
        wx_arena_printf(&sim->arena, "津ICP备%08u号-%zu",
                        10000000 + wx_sim_die(sim, "icp", unit->id, 900000), k + 1)
            .ptr,
        "unified_label", 1, "is_domestic", 1);

    json_object_set_new(v, "phone", phone(sim, "contact", mark));
    json_object_set_new(v, "leader_title", json_string("副局长"));
    json_object_set_new(v, "leader_phone", phone(sim, "leader", mark));
    json_object_set_new(v, "grade",
                        json_string(wx_sim_die(sim, "grade", mark, 3) ? "2" : "3"));
    return v;
}

static enum wx_status add_site(struct wx_sim *sim, size_t u, size_t k)
{
    struct wx_sim_unit *unit = &sim->units[u];
    struct wx_sim_site *site = &sim->sites[sim->n_sites];
    enum wx_status status = add(sim, "site", site_values(sim, unit, u, k), &site->id);

    if (status)
        return status;
    site->row = wx_record_json(sim->tx, &sim->arena, "site", site->id, true, sim->err);
    if (!site->row)
        return WX_E_NOT_FOUND;
    site->unit = u;
    site->name = wx_arena_str(&sim->arena, wx_fields_text(site->row, "name"));
    site->domain = wx_arena_str(&sim->arena, wx_fields_text(site->row, "domain"));
    site->key = wx_site_key(site->domain, 0);
    sim->n_sites++;
    unit->n_sites++;
    return WX_OK;
}

static enum wx_status add_unit(struct wx_sim *sim, size_t u)
{
    struct wx_sim_unit *unit = &sim->units[u];
    json_t *v = json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "name", units[u].name,
                          "kind", units[u].kind, "level", "county", "has_duties",
                          strcmp(units[u].kind, "enterprise") != 0, "address",
                          "星源区星河路", "lead_section", "办公室（网络安全）");
    enum wx_status status;

    json_object_set_new(v, "phone", phone(sim, "unit", (int64_t)u));
    status = add(sim, "unit", v, &unit->id);
    if (status)
        return status;
    unit->row = wx_record_json(sim->tx, &sim->arena, "unit", unit->id, true, sim->err);
    unit->name = wx_str_of(units[u].name);
    unit->kind = wx_str_of(units[u].kind);
    unit->account = 100 + unit->id;
    unit->first_site = sim->n_sites;
    sim->n_units++;
    for (size_t k = 0; !status && k < (size_t)units[u].n_sites; k++)
        status = add_site(sim, u, k);
    if (!status)
        status = add_people(sim, unit);
    return status ? status : add_system(sim, unit);
}

/* ---- characters and flaws ---- */

/* Each of the named characters is an organ, so that every kind has it in its scope. */
static void give_roles(struct wx_sim *sim)
{
    for (int role = WX_SIM_LATE; role < WX_SIM_ROLES; role++) {
        size_t u = wx_sim_die(sim, "role", role, 20);

        while (sim->units[u].role)
            u = (u + 1) % 20;
        sim->units[u].role = (enum wx_sim_role)role;
    }
}

static void add_flaw(struct wx_sim *sim, size_t site, size_t wrong)
{
    for (size_t i = 0; i < sim->n_flaws; i++)
        if (sim->flaws[i].site == site &&
            strcmp(sim->flaws[i].rule, wrongs[wrong].rule) == 0)
            return;
    if (sim->n_flaws < WX_SIM_MAX_FLAWS)
        sim->flaws[sim->n_flaws++] = (struct wx_sim_flaw){.site = site,
                                                          .rule = wrongs[wrong].rule,
                                                          .path = wrongs[wrong].path,
                                                          .is_there = true,
                                                          .back_on = WX_DAY_NONE};
}

static void give_flaws(struct wx_sim *sim)
{
    for (size_t s = 0; s < sim->n_sites; s++) {
        int64_t mark = (int64_t)s;
        size_t n = wx_sim_die(sim, "flaws", mark, 4);

        for (size_t k = 0; k < n; k++)
            add_flaw(sim, s,
                     wx_sim_die(sim, "wrong", mark * 10 + (int64_t)k, N_WRONGS));
    }
    for (size_t u = 0; u < sim->n_units; u++) { /* the named ones have something */
        size_t s = sim->units[u].first_site;

        if (!sim->units[u].role)
            continue;
        add_flaw(sim, s, wx_sim_die(sim, "serious", (int64_t)u, N_SERIOUS / 2));
        add_flaw(sim, s + 1,
                 N_SERIOUS / 2 +
                     wx_sim_die(sim, "serious2", (int64_t)u, N_SERIOUS / 2));
    }
    for (size_t i = 0; i < sim->n_flaws; i++) {
        const struct wx_sim_unit *unit =
            &sim->units[sim->sites[sim->flaws[i].site].unit];

        /* the liar's first flaw is only said to be mended; so is one in twenty */
        sim->flaws[i].is_denied =
            (unit->role == WX_SIM_LIAR && sim->flaws[i].site == unit->first_site) ||
            (!unit->role && wx_sim_die(sim, "denied", (int64_t)i, 20) == 0);
    }
}

enum wx_status wx_sim_found(struct wx_sim *sim)
{
    enum wx_status status = wx_sim_begin(sim, 8);

    for (size_t u = 0; !status && u < sizeof units / sizeof *units; u++)
        status = add_unit(sim, u);
    if (sim->tx)
        status = wx_sim_end(sim, status);
    give_roles(sim);
    give_flaws(sim);
    return status;
}
