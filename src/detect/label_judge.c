/*
 * Judges the labels of a site: present where they are owed, of the right form, agreeing
 * with each other, with the domain and with the register.
 *
 * Owed by: bodies with a government domain, and units the register calls organ or
 * institution. Site code and jiucuo are for government sites, so courts, party organs,
 * people's congresses and institutions on their own .cn domain owe neither.
 */
#include "detect/label_check.h"

static bool has_any(struct wx_str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (wx_str_findz(s, words[i]) != WX_NPOS)
            return true;
    return false;
}

/* Party organs, congresses, courts and mass organisations: 党政机关, not 政府网站. */
static bool is_outside_government(const struct wx_label_check *c)
{
    static const char *const words[] = {
        "法院",   "检察院",   "人大",   "人民代表大会", "政协",   "政治协商", "纪委",
        "监委",   "纪检监察", "组织部", "宣传部",       "统战部", "政法委",   "党委",
        "区委",   "市委",     "县委",   "省委",         "共青团", "团委",     "妇联",
        "总工会", "工商联",   "残联",   "文联",         "科协",   "党校",     "编办"};
    size_t n = sizeof words / sizeof *words;

    return has_any(c->site->unit, words, n) || has_any(c->site->name, words, n) ||
           has_any(c->labels->home_title, words, n);
}

static bool has_unread_source(const struct wx_labels *labels)
{
    for (size_t i = 0; i < labels->n_sources; i++) {
        bool is_read = false;

        for (size_t k = 0; k < labels->n_read && !is_read; k++)
            is_read = labels->read[k] == labels->sources[i];
        if (!is_read)
            return true;
    }
    return false;
}

bool wx_labels_are_determined(const struct wx_judge *judge,
                              const struct wx_labels *labels)
{
    switch (wx_judge_status(judge, NULL)) {
    case WX_SITE_UNREACHABLE:
    case WX_SITE_BLOCKED:
    case WX_SITE_ELSEWHERE:
    case WX_SITE_PARKED:
    case WX_SITE_DENIED:
    case WX_SITE_FAILED:
        return false;
    default:
        return labels->home && labels->n_pages > 0;
    }
}

static void checker_init(struct wx_label_check *c, struct wx_judge *judge,
                         const struct wx_labels *labels)
{
    enum wx_unit_kind kind;

    *c = (struct wx_label_check){.judge = judge, .labels = labels};
    c->site = wx_judge_site(judge);
    c->arena = wx_judge_arena(judge);
    c->code = wx_label_best(&labels->lists[WX_IDENT_SITE_CODE]);
    c->icp = wx_label_best(&labels->lists[WX_IDENT_ICP]);
    c->police = wx_label_best(&labels->lists[WX_IDENT_POLICE]);
    c->on_government_domain = wx_domain_is_government(c->site->domain);
    kind = c->site->unit_kind;
    c->is_entitled = kind == WX_UNIT_ORGAN || kind == WX_UNIT_INSTITUTION ||
                     (kind == WX_UNIT_UNKNOWN && c->on_government_domain);
    c->owes_site_code = c->is_entitled &&
                        (kind == WX_UNIT_ORGAN || c->on_government_domain) &&
                        !is_outside_government(c);
    c->is_determined = wx_labels_are_determined(judge, labels);
    c->has_unread_source = has_unread_source(labels);
}

/* ---- reporting ---- */

struct wx_draft wx_label_draft(const char *rule, const struct wx_label_value *v)
{
    struct wx_draft d = {.rule = rule, .is_site_wide = true};

    if (v) {
        d.obs = v->proof;
        d.excerpt = v->shown;
        d.where = v->where;
    }
    return d;
}

/* A label that is not there; unsure while a script of the page was not read. */
static void report_missing(const struct wx_label_check *c, const char *rule)
{
    struct wx_draft d = {.rule = rule, .is_site_wide = true, .obs = c->labels->home};

    d.where = WX_STR("首页及已检测页面 / home page and pages inspected");
    d.detail_zh = wx_arena_printf(c->arena,
                                  "已检查首页等%u个页面的正文、底部、链接与脚本，"
                                  "均未发现该标识。",
                                  c->labels->n_pages);
    d.detail_en = wx_arena_printf(c->arena,
                                  "Text, footers, links and scripts of %u page(s), the "
                                  "home page among them, were read; it is on none.",
                                  c->labels->n_pages);
    if (c->has_unread_source) {
        d.verdict = WX_SUSPECTED;
        d.confidence = 60;
        d.detail_zh = wx_arena_printf(
            c->arena, WX_STR_FMT "首页另有未能读取的脚本或框架，请人工核实。",
            WX_STR_ARG(d.detail_zh));
        d.detail_en = wx_arena_printf(
            c->arena,
            WX_STR_FMT " Some scripts or frames of the home page could not be "
                       "read; please check by eye.",
            WX_STR_ARG(d.detail_en));
    }
    wx_judge_report(c->judge, &d);
}

void wx_label_report_differs(const struct wx_label_check *c, const char *rule,
                             const struct wx_label_value *v, struct wx_str registered)
{
    struct wx_draft d = wx_label_draft(rule, v);

    d.key = v->value;
    d.detail_zh = wx_arena_printf(
        c->arena, "页面显示“" WX_STR_FMT "”，台账登记为“" WX_STR_FMT "”。",
        WX_STR_ARG(v->value), WX_STR_ARG(registered));
    d.detail_en = wx_arena_printf(c->arena,
                                  "The page says \"" WX_STR_FMT
                                  "\", the register says \"" WX_STR_FMT "\".",
                                  WX_STR_ARG(v->value), WX_STR_ARG(registered));
    wx_judge_report(c->judge, &d);
}

static void check_missing(const struct wx_label_check *c)
{
    if (!c->is_entitled || !c->is_determined || wx_judge_is_cut(c->judge))
        return;
    if (c->owes_site_code && !c->code && !c->labels->jiucuo.site_code.len)
        report_missing(c, "site-code-missing");
    if (!c->icp)
        report_missing(c, "icp-missing");
    if (!c->police)
        report_missing(c, "police-code-missing");
    if (c->labels->badge.state == WX_BADGE_ABSENT)
        report_missing(c, "conac-missing");
    if (c->owes_site_code && !c->labels->jiucuo.is_present)
        report_missing(c, "jiucuo-missing");
    if (!c->labels->lists[WX_IDENT_HOST_UNIT].n)
        report_missing(c, "host-unit-missing");
    if (!c->labels->has_contact_link && !c->labels->lists[WX_IDENT_PHONE].n &&
        !c->labels->lists[WX_IDENT_MAIL].n && !c->labels->lists[WX_IDENT_ADDRESS].n)
        report_missing(c, "contact-missing");
}

/* The start page came as an empty frame for scripts: nothing can be called missing. */
static void check_undetermined(const struct wx_label_check *c)
{
    struct wx_draft d = {.rule = "site-code-missing", .is_site_wide = true};

    if (c->is_determined || wx_judge_is_cut(c->judge) || !c->owes_site_code ||
        c->code || !c->labels->home || !c->labels->home_is_shell || c->labels->n_pages)
        return;
    d.obs = c->labels->home;
    d.is_not_determined = true;
    d.severity_plus_1 = 1 + WX_SEV_INFO;
    d.where = WX_STR("首页 / home page");
    d.detail_zh = WX_STR("首页文字很少（可能由脚本生成，或仅作跳转），未读到页面底部，"
                         "网站标识码等标识未能判定，"
                         "请人工核实。");
    d.detail_en = WX_STR(
        "The home page holds hardly any text (drawn by scripts, or it only "
        "forwards); no footer could be read, so its labels were not determined.");
    wx_judge_report(c->judge, &d);
}

/* ---- labels on sites that may not carry them ---- */

static void check_misused(const struct wx_label_check *c)
{
    enum wx_unit_kind kind = c->site->unit_kind;
    const struct wx_badge *badge = &c->labels->badge;
    bool is_commercial = kind == WX_UNIT_ENTERPRISE || kind == WX_UNIT_OTHER;
    struct wx_draft d = wx_label_draft("label-misused", c->code);

    if (c->is_entitled || c->on_government_domain)
        return;
    if (c->code && c->code->is_well_formed) {
        d.key = c->code->value;
        d.detail_zh = wx_arena_printf(
            c->arena,
            WX_STR_FMT "显示政府网站标识码“" WX_STR_FMT "”，但域名不属于党政机关域名，"
                       "台账中%s。",
            WX_STR_ARG(c->site->domain), WX_STR_ARG(c->code->value),
            is_commercial ? "该单位不是机关或事业单位" : "也没有登记单位类型");
        d.detail_en = wx_arena_printf(
            c->arena,
            WX_STR_FMT
            " shows the government site code \"" WX_STR_FMT
            "\", but its domain is no government domain and the register %s.",
            WX_STR_ARG(c->site->domain), WX_STR_ARG(c->code->value),
            is_commercial ? "calls the unit neither organ nor institution"
                          : "does not say what kind of unit it is");
        if (!is_commercial)
            d.confidence = 60;
        wx_judge_report(c->judge, &d);
    }
    if (badge->state < WX_BADGE_LINK || !(is_commercial || badge->is_red))
        return;
    d = (struct wx_draft){.rule = "label-misused", .is_site_wide = true};
    d.obs = c->labels->badge_proof;
    d.key = WX_STR("conac");
    d.excerpt = badge->id;
    d.where = WX_STR("党政机关、事业单位网站标识 / CONAC badge");
    d.detail_zh = wx_arena_printf(
        c->arena, "非党政机关、事业单位网站" WX_STR_FMT "放置了CONAC网站标识。",
        WX_STR_ARG(c->site->domain));
    d.detail_en = wx_arena_printf(c->arena,
                                  WX_STR_FMT " is no site of an organ or an "
                                             "institution, but carries CONAC's badge.",
                                  WX_STR_ARG(c->site->domain));
    wx_judge_report(c->judge, &d);
}

/* ---- badge and embed ---- */

static void report_badge(const struct wx_label_check *c, const char *rule,
                         const char *key, const char *zh, const char *en)
{
    struct wx_draft d = {.rule = rule, .is_site_wide = true, .key = wx_str_of(key)};

    d.obs = c->labels->badge_proof;
    d.where = WX_STR("党政机关、事业单位网站标识 / CONAC badge");
    d.excerpt =
        c->labels->badge.script.len ? c->labels->badge.script : c->labels->badge.id;
    d.detail_zh = wx_str_of(zh);
    d.detail_en = wx_str_of(en);
    wx_judge_report(c->judge, &d);
}

static void check_badge(const struct wx_label_check *c)
{
    const struct wx_badge *badge = &c->labels->badge;

    if (badge->has_error_image)
        report_badge(
            c, "conac-error", "error-image",
            "标识图片为错误状态（*_error.png），说明标识与本域名不符或已失效。",
            "The badge's picture is CONAC's error picture: the badge does not "
            "belong to this domain, or has lapsed.");
    if (badge->is_inconsistent)
        report_badge(c, "conac-error", "inconsistent",
                     "标识脚本的文件名与其所在路径不一致，不是发证机构生成的原始代码。",
                     "The name of the badge's script does not repeat its path: this is "
                     "not the code that CONAC issues.");
    if (!c->is_entitled || !c->is_determined)
        return;
    if (badge->state == WX_BADGE_COMMENTED)
        report_badge(c, "conac-not-official", "commented-out",
                     "标识代码被注释，访问者看不到网站标识。",
                     "The badge's code is commented out; visitors do not see it.");
    else if (badge->state == WX_BADGE_IMAGE)
        report_badge(c, "conac-not-official", "image-only",
                     "只放置了标识图片，没有指向发证机构的链接，无法核验。",
                     "There is a picture of the badge without a link to CONAC; nobody "
                     "can verify it.");
    else if (badge->state == WX_BADGE_LINK)
        report_badge(c, "conac-not-official", "link-only",
                     "使用了静态链接和本地图片，没有使用发证机构的标识脚本。",
                     "There is a static link with a local picture in place of CONAC's "
                     "script.");
}

static void check_jiucuo(const struct wx_label_check *c)
{
    struct wx_draft d = {.rule = "jiucuo-outdated", .is_site_wide = true};

    if (!c->labels->jiucuo.is_present || !c->labels->jiucuo.is_outdated)
        return;
    d.obs = c->labels->jiucuo_proof;
    d.key = c->labels->jiucuo.host;
    d.excerpt = c->labels->jiucuo.host;
    d.where = WX_STR("“我为政府网站找错”代码 / jiucuo embed");
    d.detail_zh = wx_arena_printf(c->arena, "找错代码仍引用旧地址“" WX_STR_FMT "”。",
                                  WX_STR_ARG(c->labels->jiucuo.host));
    d.detail_en = wx_arena_printf(
        c->arena, "The jiucuo embed still loads from \"" WX_STR_FMT "\".",
        WX_STR_ARG(c->labels->jiucuo.host));
    wx_judge_report(c->judge, &d);
}

/* ---- units and mail ---- */

static bool is_generic(uint32_t cp)
{
    static const char generic[] =
        "人民政府办公室厅局委员会管理处中心站院所省市区县镇乡街道国家单位和与、（）()";
    struct wx_str all = {generic, sizeof generic - 1};
    size_t pos = 0;

    while (pos < all.len)
        if (wx_utf8_next(all, &pos) == cp)
            return true;
    return false;
}

/* Characters of A that say who it is and stand in B as well. */
static size_t shared_characters(struct wx_str a, struct wx_str b, size_t *n_distinct)
{
    size_t pos = 0, shared = 0;

    *n_distinct = 0;
    while (pos < a.len) {
        size_t from = pos;
        uint32_t cp = wx_utf8_next(a, &pos);

        if (!wx_cp_is_han(cp) || is_generic(cp))
            continue;
        ++*n_distinct;
        shared += wx_str_find(b, wx_str_sub(a, from, pos), 0) != WX_NPOS;
    }
    return shared;
}

/* Names differ in a hundred honest ways; only names with nothing in common count. */
static void check_host_unit(const struct wx_label_check *c)
{
    const struct wx_label_value *v =
        wx_label_best(&c->labels->lists[WX_IDENT_HOST_UNIT]);
    size_t mine, theirs, unused;

    if (!v || !c->site->unit.len || !(v->on_home || v->in_foot))
        return;
    if (shared_characters(c->site->unit, v->value, &mine) ||
        shared_characters(v->value, c->site->unit, &theirs) || mine < 2 || theirs < 2 ||
        shared_characters(v->value, c->site->name, &unused))
        return;
    wx_label_report_differs(c, "host-unit-register", v, c->site->unit);
}

static void check_mail(const struct wx_label_check *c)
{
    static const char *const hosts[] = {
        "qq.com",      "163.com",     "126.com",     "sina.com",   "sina.cn",
        "sohu.com",    "139.com",     "189.cn",      "yeah.net",   "gmail.com",
        "hotmail.com", "outlook.com", "foxmail.com", "aliyun.com", "wo.cn",
        "21cn.com",    "tom.com",     "188.com",     "yahoo.com",  "yahoo.com.cn"};
    const struct wx_label_list *list = &c->labels->lists[WX_IDENT_MAIL];

    for (size_t i = 0; c->is_entitled && i < list->n; i++) {
        const struct wx_label_value *v = &list->values[i];
        size_t at = wx_str_chr(v->value, '@');
        struct wx_str host = wx_str_sub(v->value, at + 1, v->value.len);
        struct wx_draft d = wx_label_draft("public-webmail", v);
        bool is_public = false;

        for (size_t k = 0; k < sizeof hosts / sizeof *hosts; k++)
            is_public = is_public || wx_str_ieqz(host, hosts[k]) ||
                        (wx_str_istarts(host, "vip.") &&
                         wx_str_ieqz(wx_str_sub(host, 4, host.len), hosts[k]));
        if (!is_public || !v->in_foot || !(v->on_home || v->n_pages > 1))
            continue;
        d.key = v->value;
        d.detail_zh = wx_arena_printf(
            c->arena, "页面底部公布的邮箱使用公共邮件服务“" WX_STR_FMT "”。",
            WX_STR_ARG(host));
        d.detail_en = wx_arena_printf(c->arena,
                                      "The footer's mail address is at the public "
                                      "mail service " WX_STR_FMT ".",
                                      WX_STR_ARG(host));
        wx_judge_report(c->judge, &d);
    }
}

void wx_labels_judge(struct wx_judge *judge, const struct wx_labels *labels)
{
    struct wx_label_check c;

    checker_init(&c, judge, labels);
    check_missing(&c);
    check_undetermined(&c);
    wx_label_check_identity(&c);
    check_misused(&c);
    check_badge(&c);
    check_jiucuo(&c);
    check_host_unit(&c);
    check_mail(&c);
}
