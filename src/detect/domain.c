/*
 * The site's address against the norm in force on the day it was seen. Which suffix a
 * body may use depends on what kind of body it is, so a unit whose kind the register
 * does not say is not judged.
 *
 * 2014 (中网办发文〔2014〕1号): party and government sites end in .gov.cn, .政务.cn,
 * .政务. 2018 (国办函〔2018〕55号): institutions without administrative functions not
 * .gov.cn. 2024-07-01 (互联网政务应用安全管理规定): organs .gov.cn or .政务, nobody
 * else may; institutions .cn or .公益.
 */
#include "detect/detect.h"

#define TLD_ZHENGWU "xn--zfr164b"   /* 政务 */
#define TLD_GONGYI "xn--55qw42g"    /* 公益 */
#define TLD_ZHONGGUO "xn--fiqs8s"   /* 中国, the same registry as .cn */
#define TLD_ZHONGGUO_T "xn--fiqz9s" /* 中國 */

extern const struct wx_detector wx_detector_domain;

struct suffix_norm {
    int64_t from_s;
    const char *organ[4];       /* accepted for organs */
    const char *institution[5]; /* accepted for institutions; empty: not laid down */
    const char *organ_zh, *institution_zh;
};

static const struct suffix_norm norms[] = {
    {1719763200, /* 2024-07-01 in China */
     {"gov.cn", TLD_ZHENGWU, NULL},
     {"cn", TLD_GONGYI, TLD_ZHONGGUO, TLD_ZHONGGUO_T, NULL},
     "“.gov.cn”或“.政务”",
     "“.cn”或“.公益”"},
    {1399564800, /* 2014-05-09 */
     {"gov.cn", TLD_ZHENGWU, TLD_ZHENGWU ".cn", NULL},
     {NULL},
     "“.gov.cn”“.政务.cn”或“.政务”",
     ""},
};

struct domain_state {
    bool is_seen; /* some page of the site was read */
    struct wx_str title;
    const struct wx_observation *home;
};

static const struct suffix_norm *norm_at(int64_t now_s)
{
    for (size_t i = 0; i < sizeof norms / sizeof *norms; i++)
        if (now_s >= norms[i].from_s)
            return &norms[i];
    return NULL;
}

static bool ends_in(struct wx_str host, const char *const *suffixes)
{
    for (size_t i = 0; suffixes[i]; i++)
        if (wx_domain_covers(wx_str_of(suffixes[i]), host))
            return true;
    return false;
}

static struct domain_state *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_domain, sizeof(struct domain_state));
}

static void on_page(struct wx_judge *judge, struct wx_page *page)
{
    struct domain_state *state = state_of(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_observation *copy;

    state->is_seen = true;
    if (page->fetch->purpose != WX_FOR_HOME || state->home)
        return;
    copy = wx_arena_new(arena, struct wx_observation);
    copy->seq = page->obs->seq;
    copy->kind = page->obs->kind;
    copy->fetch.body = page->fetch->body;
    copy->fetch.status = page->fetch->status;
    copy->fetch.url = wx_arena_str(arena, page->fetch->url);
    copy->fetch.final_url = wx_arena_str(arena, page->fetch->final_url);
    state->home = copy;
    state->title = wx_arena_str(arena, wx_utf8_clip(page->html->title, 200));
}

static void report(struct wx_judge *judge, const char *rule, struct wx_draft d)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_str shown = wx_host_display(arena, site->domain);

    d.rule = rule;
    d.is_site_wide = true;
    d.obs = state_of(judge)->home;
    if (!d.key.len)
        d.key = site->domain;
    d.where = WX_STR("网站域名 / site domain");
    d.excerpt = wx_str_eq(shown, site->domain)
                    ? shown
                    : wx_arena_printf(arena, WX_STR_FMT " (" WX_STR_FMT ")",
                                      WX_STR_ARG(shown), WX_STR_ARG(site->domain));
    wx_judge_report(judge, &d);
}

static void check_organ(struct wx_judge *judge, const struct suffix_norm *norm)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft d = {0};

    if (ends_in(site->domain, norm->organ))
        return;
    d.detail_zh = wx_arena_printf(
        arena, "台账登记的单位类型为机关，域名“" WX_STR_FMT "”不以%s结尾。",
        WX_STR_ARG(wx_host_display(arena, site->domain)), norm->organ_zh);
    d.detail_en = wx_arena_printf(arena,
                                  "The register calls the unit an organ; \"" WX_STR_FMT
                                  "\" does not end in one of %s.",
                                  WX_STR_ARG(site->domain), norm->organ_zh);
    if (wx_domain_is_government(site->domain)) /* .政务.cn, named until 2024 */
        d.severity_plus_1 = 1 + WX_SEV_LOW;
    report(judge, "domain-suffix-organ", d);
}

static void check_institution(struct wx_judge *judge, const struct suffix_norm *norm)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft d = {0};

    if (wx_domain_is_government(site->domain)) {
        d.verdict = WX_SUSPECTED; /* institutions with administrative functions may */
        d.confidence = 60;
        d.severity_plus_1 = 1 + WX_SEV_LOW;
        d.detail_zh = wx_arena_printf(arena,
                                      "台账登记为事业单位，使用党政机关域名“" WX_STR_FMT
                                      "”；承担行政职能的除外，请核实。",
                                      WX_STR_ARG(site->domain));
        d.detail_en = wx_arena_printf(
            arena,
            "The register calls the unit an institution; it uses the government "
            "domain \"" WX_STR_FMT
            "\". Institutions with administrative functions may; "
            "please check.",
            WX_STR_ARG(site->domain));
        report(judge, "domain-suffix-not-entitled", d);
        return;
    }
    if (!norm->institution[0] || ends_in(site->domain, norm->institution))
        return;
    d.detail_zh = wx_arena_printf(
        arena, "台账登记的单位类型为事业单位，域名“" WX_STR_FMT "”不以%s结尾。",
        WX_STR_ARG(wx_host_display(arena, site->domain)), norm->institution_zh);
    d.detail_en =
        wx_arena_printf(arena,
                        "The register calls the unit an institution; \"" WX_STR_FMT
                        "\" does not end in one of %s.",
                        WX_STR_ARG(site->domain), norm->institution_zh);
    report(judge, "domain-suffix-institution", d);
}

static void check_outsider(struct wx_judge *judge)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft d = {0};

    if (!wx_domain_is_government(site->domain))
        return;
    d.detail_zh = wx_arena_printf(
        arena, "台账登记的单位类型为%s，却使用党政机关域名“" WX_STR_FMT "”。",
        site->unit_kind == WX_UNIT_ENTERPRISE ? "企业" : "其他",
        WX_STR_ARG(site->domain));
    d.detail_en = wx_arena_printf(
        arena,
        "The register calls the unit %s, but it uses the government domain "
        "\"" WX_STR_FMT "\".",
        site->unit_kind == WX_UNIT_ENTERPRISE ? "an enterprise" : "\"other\"",
        WX_STR_ARG(site->domain));
    report(judge, "domain-suffix-not-entitled", d);
}

/* Names that only organs bear; "政府采购代理公司" is not one. */
static bool is_organ_name(struct wx_str name)
{
    static const char *const ends[] = {
        "人民政府",     "人民政府门户网站",       "政府门户网站",
        "人民政府网站", "人民政府办公室",         "人民法院",
        "人民检察院",   "人民代表大会常务委员会", "政府网"};

    name = wx_str_trim(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (wx_str_ends(name, ends[i]))
            return true;
    return false;
}

static void check_unknown(struct wx_judge *judge, const struct suffix_norm *norm)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct domain_state *state = state_of(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft d = {.is_not_determined = true, .severity_plus_1 = 1 + WX_SEV_INFO};

    if (ends_in(site->domain, norm->organ) ||
        !(is_organ_name(state->title) || is_organ_name(site->name) ||
          is_organ_name(site->unit)))
        return;
    d.detail_zh = wx_arena_printf(arena,
                                  "网站名称像是党政机关，域名“" WX_STR_FMT
                                  "”不是党政机关域名；台账没有登记单位类型，未能判定。"
                                  "请补充单位类型，并核实是否为仿冒网站。",
                                  WX_STR_ARG(site->domain));
    d.detail_en = wx_arena_printf(
        arena,
        "The name is that of an organ, \"" WX_STR_FMT "\" is no government domain, "
        "and the register does not say what kind of unit this is: not determined. Add "
        "the "
        "kind of unit, and check that the site is no counterfeit.",
        WX_STR_ARG(site->domain));
    report(judge, "domain-suffix-organ", d);
}

/* ---- the form of the address ---- */

static void check_address(struct wx_judge *judge)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft d = {0};
    struct wx_url url;

    if (wx_url_parse(arena, site->start_url, NULL, &url, NULL))
        return;
    if (url.host_kind == WX_HOST_IPV4 || url.host_kind == WX_HOST_IPV6) {
        d.detail_zh = wx_arena_printf(
            arena, "网站直接以IP地址“" WX_STR_FMT "”提供访问。", WX_STR_ARG(url.host));
        d.detail_en = wx_arena_printf(arena,
                                      "The site is offered at the bare address "
                                      "\"" WX_STR_FMT "\".",
                                      WX_STR_ARG(url.host));
        report(judge, "domain-ip-address", d);
        return;
    }
    if (!url.has_port)
        return;
    d.key = wx_arena_printf(arena, "%u", url.port);
    d.detail_zh =
        wx_arena_printf(arena, "网站使用端口%u，不是HTTP或HTTPS的默认端口。", url.port);
    d.detail_en = wx_arena_printf(arena,
                                  "The site is offered on port %u, not on the "
                                  "default port of HTTP or HTTPS.",
                                  url.port);
    report(judge, "domain-port", d);
}

/* A people's government's portal is www.□□□.gov.cn; departments stand below it. */
static void check_portal_name(struct wx_judge *judge)
{
    const struct wx_site *site = wx_judge_site(judge);
    struct domain_state *state = state_of(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft d = {0};
    struct wx_str base;

    if (!wx_domain_covers(WX_STR("gov.cn"), site->domain) ||
        !(wx_str_ends(state->title, "人民政府") ||
          wx_str_ends(site->name, "人民政府") ||
          wx_str_ends(site->name, "人民政府门户网站") ||
          wx_str_ends(state->title, "人民政府门户网站")) ||
        wx_str_findz(site->name, "镇人民政府") != WX_NPOS ||
        wx_str_findz(site->name, "乡人民政府") != WX_NPOS ||
        wx_str_findz(state->title, "镇人民政府") != WX_NPOS ||
        wx_str_findz(state->title, "乡人民政府") != WX_NPOS)
        return;
    base = wx_domain_registrable(site->domain);
    if (wx_str_starts(site->domain, "www.") && site->domain.len == base.len + 4)
        return;
    if (wx_str_eq(site->domain, base)) /* the bare name; www is checked elsewhere */
        return;
    d.detail_zh = wx_arena_printf(
        arena, "政府门户网站使用“" WX_STR_FMT "”，规范形式为“www.□□□.gov.cn”。",
        WX_STR_ARG(site->domain));
    d.detail_en = wx_arena_printf(arena,
                                  "The government's portal stands at \"" WX_STR_FMT
                                  "\"; its form is \"www.□□□.gov.cn\".",
                                  WX_STR_ARG(site->domain));
    report(judge, "domain-portal-name", d);
}

static void on_site(struct wx_judge *judge)
{
    const struct suffix_norm *norm = norm_at(wx_judge_now_s(judge));
    const struct wx_site *site = wx_judge_site(judge);
    struct wx_url url;

    if (!state_of(judge)->is_seen || !site->domain.len)
        return;
    check_address(judge);
    if (wx_url_parse(wx_judge_arena(judge), site->start_url, NULL, &url, NULL) ||
        url.host_kind != WX_HOST_NAME)
        return;
    check_portal_name(judge);
    if (!norm)
        return;
    switch (site->unit_kind) {
    case WX_UNIT_ORGAN:
        check_organ(judge, norm);
        break;
    case WX_UNIT_INSTITUTION:
        check_institution(judge, norm);
        break;
    case WX_UNIT_ENTERPRISE:
    case WX_UNIT_OTHER:
        check_outsider(judge);
        break;
    case WX_UNIT_UNKNOWN:
        check_unknown(judge, norm);
        break;
    }
}

const struct wx_detector wx_detector_domain = {
    .name = "domain", .page = on_page, .site = on_site};
