/*
 * Identifiers against their form, each other, the register and the places they name.
 */
#include "detect/division.h"
#include "detect/label_check.h"

static void report_malformed(const struct wx_label_check *c, const char *rule,
                             const struct wx_label_list *list, const char *form_zh,
                             const char *form_en)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct wx_label_value *v = &list->values[i];
        struct wx_draft d = wx_label_draft(rule, v);

        if (v->is_well_formed)
            continue;
        d.key = v->value;
        d.detail_zh =
            wx_arena_printf(c->arena, "页面显示“" WX_STR_FMT "”，规范格式为%s。",
                            WX_STR_ARG(v->shown), form_zh);
        d.detail_en = wx_arena_printf(
            c->arena, "The page says \"" WX_STR_FMT "\"; the form is %s.",
            WX_STR_ARG(v->shown), form_en);
        wx_judge_report(c->judge, &d);
    }
}

static void check_malformed(const struct wx_label_check *c)
{
    const struct wx_label_list *lists = c->labels->lists;

    report_malformed(c, "site-code-malformed", &lists[WX_IDENT_SITE_CODE],
                     "10位数字（部委网站为bm加8位数字）",
                     "10 digits (\"bm\" and 8 digits for ministries)");
    report_malformed(c, "icp-malformed", &lists[WX_IDENT_ICP],
                     "“省份简称ICP备8位数字号-序号”",
                     "<province>ICP备<8 digits>号-<n>");
    report_malformed(c, "police-code-malformed", &lists[WX_IDENT_POLICE],
                     "“省份简称公网安备14位数字号”", "<province>公网安备<14 digits>号");
}

/* The other code counts only where a whole page would show it: footer, or start page.
 */
static void check_conflict(const struct wx_label_check *c)
{
    const struct wx_label_list *list = &c->labels->lists[WX_IDENT_SITE_CODE];
    struct wx_str embed = c->labels->jiucuo.site_code;

    for (size_t i = 0; c->code && i < list->n; i++) {
        const struct wx_label_value *v = &list->values[i];
        struct wx_draft d = wx_label_draft("site-code-conflict", v);

        if (v == c->code || !v->is_well_formed || !(v->on_home || v->in_foot))
            continue;
        d.key = v->value;
        d.detail_zh = wx_arena_printf(
            c->arena,
            "网站主要显示“" WX_STR_FMT "”，另有%u个页面显示“" WX_STR_FMT "”。",
            WX_STR_ARG(c->code->value), v->n_pages, WX_STR_ARG(v->value));
        d.detail_en = wx_arena_printf(c->arena,
                                      "The site shows \"" WX_STR_FMT
                                      "\", but %u page(s) show \"" WX_STR_FMT "\".",
                                      WX_STR_ARG(c->code->value), v->n_pages,
                                      WX_STR_ARG(v->value));
        wx_judge_report(c->judge, &d);
    }
    if (c->code && embed.len && !wx_str_ieq(embed, c->code->value)) {
        struct wx_draft d = {.rule = "site-code-conflict", .is_site_wide = true};

        d.obs = c->labels->jiucuo_proof;
        d.key = wx_arena_printf(c->arena, "jiucuo:" WX_STR_FMT, WX_STR_ARG(embed));
        d.where = WX_STR("“我为政府网站找错”代码 / jiucuo embed");
        d.excerpt =
            wx_arena_printf(c->arena, "sitecode=\"" WX_STR_FMT "\"", WX_STR_ARG(embed));
        d.detail_zh = wx_arena_printf(c->arena,
                                      "“找错”代码中的sitecode为“" WX_STR_FMT
                                      "”，页面底部标识码为“" WX_STR_FMT
                                      "”，纠错信息会转到其他网站。",
                                      WX_STR_ARG(embed), WX_STR_ARG(c->code->value));
        d.detail_en = wx_arena_printf(c->arena,
                                      "The jiucuo embed says \"" WX_STR_FMT
                                      "\", the footer \"" WX_STR_FMT
                                      "\": reports of errors go to another site.",
                                      WX_STR_ARG(embed), WX_STR_ARG(c->code->value));
        wx_judge_report(c->judge, &d);
    }
}

/* Province letters have synonyms (川, 蜀); a register may leave the letter out. */
static bool icp_agrees(struct wx_str shown, struct wx_str registered)
{
    struct wx_str a, b;
    uint32_t x, y;

    if (!wx_icp_read(shown, &x, &a) || !wx_icp_read(registered, &y, &b))
        return true;
    if (!wx_str_ieq(a, b))
        return false;
    return !x || !y || x == y || wx_division_of_letter(x) == wx_division_of_letter(y);
}

static bool any_agrees(const struct wx_label_list *list, struct wx_str registered,
                       bool (*agrees)(struct wx_str, struct wx_str))
{
    for (size_t i = 0; i < list->n; i++)
        if (agrees(list->values[i].value, registered))
            return true;
    return false;
}

static struct wx_str digits_of(struct wx_arena *arena, struct wx_str s)
{
    char *out = wx_arena_alloc(arena, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            out[n++] = s.ptr[i];
    return (struct wx_str){out, n};
}

static void check_register(const struct wx_label_check *c)
{
    const struct wx_label_list *lists = c->labels->lists;
    struct wx_str police = digits_of(c->arena, c->site->police_code);

    if (c->code && c->code->is_well_formed &&
        wx_site_code_is_valid(c->site->site_code) &&
        !any_agrees(&lists[WX_IDENT_SITE_CODE], c->site->site_code, wx_str_ieq))
        wx_label_report_differs(c, "site-code-register", c->code, c->site->site_code);
    if (c->icp && c->icp->is_well_formed && c->site->icp.len &&
        !any_agrees(&lists[WX_IDENT_ICP], c->site->icp, icp_agrees))
        wx_label_report_differs(c, "icp-register", c->icp, c->site->icp);
    if (c->police && c->police->is_well_formed && wx_police_code_is_valid(police) &&
        !any_agrees(&lists[WX_IDENT_POLICE], police, wx_str_ieq))
        wx_label_report_differs(c, "police-code-register", c->police, police);
}

/* ---- somebody else's identifier ---- */

static void report_foreign(const struct wx_label_check *c,
                           const struct wx_label_value *v, const struct wx_site *owner)
{
    struct wx_draft d = wx_label_draft("identifier-foreign", v);

    d.key = v->value;
    if (wx_str_eq(wx_domain_registrable(owner->domain),
                  wx_domain_registrable(c->site->domain)))
        d.confidence = 60; /* often a template copied within one platform */
    d.detail_zh = wx_arena_printf(
        c->arena, "“" WX_STR_FMT "”在台账中属于“" WX_STR_FMT "”（" WX_STR_FMT "）。",
        WX_STR_ARG(v->value), WX_STR_ARG(owner->unit.len ? owner->unit : owner->name),
        WX_STR_ARG(owner->domain));
    d.detail_en = wx_arena_printf(
        c->arena,
        "In the register \"" WX_STR_FMT "\" belongs to \"" WX_STR_FMT "\" (" WX_STR_FMT
        ").",
        WX_STR_ARG(v->value), WX_STR_ARG(owner->unit.len ? owner->unit : owner->name),
        WX_STR_ARG(owner->domain));
    wx_judge_report(c->judge, &d);
}

static struct wx_str registered_value(const struct wx_site *site,
                                      enum wx_identifier_kind kind)
{
    return kind == WX_IDENT_SITE_CODE ? site->site_code : site->police_code;
}

/*
 * ICP numbers are left out: units on one platform rightly share the platform's. The
 * register is walked only for a value that is not the site's own.
 */
static void check_foreign(const struct wx_label_check *c, enum wx_identifier_kind kind)
{
    const struct wx_register_view *reg = wx_judge_register(c->judge);
    const struct wx_label_list *list = &c->labels->lists[kind];

    for (size_t i = 0; reg && i < list->n; i++) {
        const struct wx_label_value *v = &list->values[i];
        const struct wx_site *owner = NULL;

        if (!v->is_well_formed || wx_str_ieq(v->value, registered_value(c->site, kind)))
            continue;
        for (size_t k = 0; k < reg->n_sites && !owner; k++)
            if (wx_str_ieq(registered_value(&reg->sites[k], kind), v->value))
                owner = &reg->sites[k];
        if (owner && owner->id != c->site->id &&
            !wx_str_eq(owner->domain, c->site->domain) &&
            !(owner->unit.len && wx_str_eq(owner->unit, c->site->unit)))
            report_foreign(c, v, owner);
    }
}

/* ---- places ---- */

static void report_division(const struct wx_label_check *c,
                            const struct wx_label_value *v, const char *key,
                            struct wx_str zh, struct wx_str en)
{
    struct wx_draft d = wx_label_draft("division-mismatch", v);

    d.key = wx_str_of(key);
    d.detail_zh = zh;
    d.detail_en = en;
    wx_judge_report(c->judge, &d);
}

static void check_division(const struct wx_label_check *c)
{
    struct wx_str code =
        c->code && c->code->is_well_formed ? c->code->value : WX_STR("");
    struct wx_str police = c->police ? c->police->value : WX_STR(""), digits;
    struct wx_str place = wx_division_path(c->arena, code);
    uint32_t letter = 0;
    int by_code, by_icp;

    if (c->police && c->police->is_well_formed && !wx_division_agrees(code, police))
        report_division(
            c, c->police, "police",
            wx_arena_printf(c->arena,
                            "标识码前六位对应“" WX_STR_FMT
                            "”，公安备案号前六位对应“" WX_STR_FMT "”。",
                            WX_STR_ARG(place),
                            WX_STR_ARG(wx_division_path(c->arena, police))),
            wx_arena_printf(c->arena,
                            "The site code begins with the division \"" WX_STR_FMT
                            "\", the police number with \"" WX_STR_FMT "\".",
                            WX_STR_ARG(place),
                            WX_STR_ARG(wx_division_path(c->arena, police))));
    if (!c->icp || !c->icp->is_well_formed)
        return;
    (void)wx_icp_read(c->icp->value, &letter, &digits);
    by_icp = wx_division_of_letter(letter);
    by_code = wx_division_province(code.len ? code : police);
    if (by_icp && by_code && by_icp != by_code)
        report_division(
            c, c->icp, "icp",
            wx_arena_printf(c->arena, "ICP备案号属于“%s”，标识码或公安备案号属于“%s”。",
                            wx_division_province_name(by_icp),
                            wx_division_province_name(by_code)),
            wx_arena_printf(c->arena,
                            "The ICP number is of %s, the site code or police "
                            "number of %s.",
                            wx_division_province_name(by_icp),
                            wx_division_province_name(by_code)));
}

void wx_label_check_identity(const struct wx_label_check *c)
{
    check_malformed(c);
    check_conflict(c);
    check_register(c);
    check_foreign(c, WX_IDENT_SITE_CODE);
    check_foreign(c, WX_IDENT_POLICE);
    check_division(c);
}
