/*
 * What visitors meet in the TLS handshake: the certificate and the protocol, as the
 * connection negotiated them. One finding for each host and problem, however many
 * pages came over it. Only the unit's own hosts count.
 */
#include "detect/draft.h"

enum {
    MAX_HOSTS = 16,
    MAX_FACTS_NAMES = 60,
    SOON_DAYS = 30,
    URGENT_DAYS = 7,
    DAY_S = 86400,
};

struct cert_seen {
    struct wx_str host;
    struct wx_sha256 leaf;
    uint16_t version;
    bool is_failed;
};

struct certificate {
    struct cert_seen seen[MAX_HOSTS];
    size_t n_seen;
    const struct wx_observation *facts_obs; /* the site's own host */
    const struct wx_tls *facts_tls;
    uint32_t facts_problems;
};

static struct certificate *state_of(struct wx_judge *judge);

/* What a problem bit is called in the rules. */
static const struct {
    uint32_t bit;
    const char *rule;
    enum wx_text detail;
} problems[] = {
    {WX_CERT_EXPIRED, "cert-expired", WX_T_CERT_EXPIRED},
    {WX_CERT_NOT_YET_VALID, "cert-not-yet-valid", WX_T_CERT_NOT_YET},
    {WX_CERT_WRONG_NAME, "cert-wrong-name", WX_T_CERT_NAME},
    {WX_CERT_SELF_SIGNED, "cert-untrusted", WX_T_CERT_SELF},
    {WX_CERT_UNTRUSTED, "cert-untrusted", WX_T_CERT_UNTRUSTED},
    {WX_CERT_INCOMPLETE, "cert-chain-incomplete", WX_T_CERT_CHAIN},
    {WX_CERT_REVOKED, "cert-revoked", WX_T_CERT_REVOKED},
    {WX_CERT_WEAK, "cert-weak", WX_T_CERT_WEAK},
};

/* "a.gov.cn, *.a.gov.cn, ... (12)" */
static struct wx_str names_text(struct wx_arena *arena, const struct wx_tls *tls)
{
    struct wx_str text = {NULL, 0};
    size_t n = tls->n_names < 5 ? tls->n_names : 5;

    if (!tls->n_names)
        return wx_utf8_clip(tls->subject, 120);
    for (size_t i = 0; i < n; i++)
        text =
            wx_arena_printf(arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(text),
                            i ? ", " : "", WX_STR_ARG(wx_utf8_clip(tls->names[i], 80)));
    if (tls->n_names > n)
        text = wx_arena_printf(arena, WX_STR_FMT " … (%zu)", WX_STR_ARG(text),
                               tls->n_names);
    return text;
}

/* The register's own name counts fully; www/apex twins that nobody printed, less. */
static bool is_main_host(struct wx_judge *judge, struct wx_str host)
{
    return wx_str_eq(host, wx_judge_site(judge)->domain);
}

/*
 * The bits as negotiated, completed from the dates: an observation may be judged later
 * than it was made. A self-signed certificate is untrusted as well: said once.
 */
static uint32_t problem_bits(const struct wx_tls *tls, int64_t now_s)
{
    uint32_t bits = tls->cert_problems;

    if (tls->not_after_s && tls->not_after_s < now_s)
        bits |= WX_CERT_EXPIRED;
    if (tls->not_before_s && tls->not_before_s > now_s)
        bits |= WX_CERT_NOT_YET_VALID;
    if (bits & WX_CERT_SELF_SIGNED)
        bits &= ~(uint32_t)(WX_CERT_UNTRUSTED | WX_CERT_INCOMPLETE);
    if (bits & WX_CERT_INCOMPLETE)
        bits &= ~(uint32_t)WX_CERT_UNTRUSTED;
    return bits;
}

struct place { /* one host's handshake, as reported */
    struct wx_judge *judge;
    struct wx_arena *arena;
    const struct wx_observation *obs;
    const struct wx_tls *tls;
    struct wx_str host, url;
};

static struct wx_draft draft_at(const struct place *p, const char *rule)
{
    return (struct wx_draft){.rule = rule,
                             .obs = p->obs,
                             .url = p->url,
                             .key = p->host,
                             .is_site_wide = true};
}

static void say_problem(const struct place *p, size_t i)
{
    struct wx_draft draft = draft_at(p, problems[i].rule);
    char from[24], until[24];

    wx_date_format(p->tls->not_before_s, from);
    wx_date_format(p->tls->not_after_s, until);
    draft.excerpt = wx_arena_printf(
        p->arena, "subject=" WX_STR_FMT "; issuer=" WX_STR_FMT "; %s … %s",
        WX_STR_ARG(wx_utf8_clip(p->tls->subject, 160)),
        WX_STR_ARG(wx_utf8_clip(p->tls->issuer, 160)), from, until);
    if (problems[i].bit == WX_CERT_WRONG_NAME && !is_main_host(p->judge, p->host))
        draft.severity_plus_1 = 1 + WX_SEV_LOW;
    switch (problems[i].bit) {
    case WX_CERT_EXPIRED:
        wx_draft_detail(
            &draft, p->arena, problems[i].detail, WX_STR_ARG(p->host), until,
            (long long)((wx_judge_now_s(p->judge) - p->tls->not_after_s) / DAY_S));
        break;
    case WX_CERT_NOT_YET_VALID:
        wx_draft_detail(&draft, p->arena, problems[i].detail, WX_STR_ARG(p->host),
                        from);
        break;
    case WX_CERT_WRONG_NAME:
        wx_draft_detail(&draft, p->arena, problems[i].detail, WX_STR_ARG(p->host),
                        WX_STR_ARG(names_text(p->arena, p->tls)));
        break;
    case WX_CERT_WEAK:
        wx_draft_detail(&draft, p->arena, problems[i].detail, WX_STR_ARG(p->host),
                        WX_STR_ARG(p->tls->key), WX_STR_ARG(p->tls->signature));
        break;
    default:
        wx_draft_detail(&draft, p->arena, problems[i].detail, WX_STR_ARG(p->host),
                        WX_STR_ARG(wx_utf8_clip(p->tls->issuer, 160)),
                        (unsigned)p->tls->n_chain);
    }
    wx_judge_report(p->judge, &draft);
}

static void say_soon(const struct place *p)
{
    int64_t now_s = wx_judge_now_s(p->judge);
    int64_t left_s = p->tls->not_after_s - now_s;
    struct wx_draft draft = draft_at(p, "cert-expires-soon");
    char until[24];

    if (!p->tls->not_after_s || left_s < 0 || left_s > (int64_t)SOON_DAYS * DAY_S)
        return;
    wx_date_format(p->tls->not_after_s, until);
    if (left_s <= (int64_t)URGENT_DAYS * DAY_S)
        draft.severity_plus_1 = 1 + WX_SEV_MEDIUM;
    wx_draft_detail(&draft, p->arena, WX_T_CERT_SOON, WX_STR_ARG(p->host), until,
                    (long long)(left_s / DAY_S));
    wx_judge_report(p->judge, &draft);
}

static const char *version_name(uint16_t version)
{
    switch (version) {
    case 0x0002:
        return "SSL 2.0";
    case 0x0300:
        return "SSL 3.0";
    case 0x0301:
        return "TLS 1.0";
    case 0x0302:
        return "TLS 1.1";
    case 0x0303:
        return "TLS 1.2";
    case 0x0304:
        return "TLS 1.3";
    case 0x0101:
        return "TLCP 1.1";
    default:
        return "";
    }
}

/* TLCP (0x0101, GB/T 38636) is a national protocol, not an old TLS. */
static bool version_is_old(uint16_t version)
{
    return version == 0x0002 || (version >= 0x0300 && version <= 0x0302);
}

static void say_protocol(const struct place *p)
{
    const struct wx_tls *tls = p->tls;
    struct wx_draft draft =
        draft_at(p, tls->needs_old_client ? "tls-old-client-only" : "tls-old-protocol");

    if (!tls->needs_old_client && !version_is_old(tls->version))
        return;
    wx_draft_detail(
        &draft, p->arena, tls->needs_old_client ? WX_T_TLS_OLD_CLIENT : WX_T_TLS_OLD,
        WX_STR_ARG(p->host), version_name(tls->version), WX_STR_ARG(tls->cipher));
    wx_judge_report(p->judge, &draft);
}

static void say_failed(const struct place *p, const struct wx_fetch *fetch)
{
    struct wx_draft draft = draft_at(p, "tls-handshake-failed");
    struct wx_str why = p->tls && p->tls->error.len ? p->tls->error : fetch->detail;

    draft.excerpt = wx_utf8_clip(why, 300);
    wx_draft_detail(&draft, p->arena, WX_T_TLS_FAILED, WX_STR_ARG(p->host),
                    WX_STR_ARG(wx_utf8_clip(why, 200)));
    wx_judge_report(p->judge, &draft);
}

/* False when this host was already heard with the same certificate and protocol. */
static bool is_news(struct certificate *c, struct wx_arena *arena, struct wx_str host,
                    const struct wx_tls *tls, bool is_failed)
{
    struct cert_seen now = {.host = host, .is_failed = is_failed};

    if (tls) {
        now.leaf = tls->leaf_sha256;
        now.version = tls->version;
    }
    for (size_t i = 0; i < c->n_seen; i++)
        if (wx_str_eq(c->seen[i].host, host) && c->seen[i].is_failed == is_failed &&
            c->seen[i].version == now.version &&
            memcmp(&c->seen[i].leaf, &now.leaf, sizeof now.leaf) == 0)
            return false;
    if (c->n_seen == MAX_HOSTS)
        return false;
    now.host = wx_arena_str(arena, host);
    c->seen[c->n_seen++] = now;
    return true;
}

static void hear(const struct place *p, struct certificate *c)
{
    uint32_t bits = problem_bits(p->tls, wx_judge_now_s(p->judge));

    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        if (bits & problems[i].bit)
            say_problem(p, i);
    if (!(bits & WX_CERT_EXPIRED))
        say_soon(p);
    say_protocol(p);
    if (!c->facts_tls || is_main_host(p->judge, p->host)) {
        c->facts_obs = wx_observation_keep(wx_judge_arena(p->judge), p->obs);
        c->facts_problems = bits;
        for (size_t i = 0; i < p->obs->fetch.n_hops; i++)
            if (p->obs->fetch.hops[i].tls == p->tls)
                c->facts_tls = c->facts_obs->fetch.hops[i].tls;
    }
}

static void certificate_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                              struct wx_page *page)
{
    struct certificate *c = state_of(judge);
    const struct wx_fetch *fetch = &obs->fetch;
    struct wx_arena scratch;

    (void)page;
    if (fetch->purpose == WX_FOR_OFFSITE)
        return;
    wx_arena_init(&scratch);
    for (size_t i = 0; i < fetch->n_hops; i++) {
        const struct wx_hop *hop = &fetch->hops[i];
        bool is_failed = fetch->outcome == WX_OUT_TLS_FAILED && i + 1 == fetch->n_hops;
        struct place p = {judge, &scratch, obs, hop->tls, {NULL, 0}, hop->url};

        if (!hop->tls && !is_failed)
            continue;
        p.host = wx_host_of(&scratch, hop->url);
        if (!p.host.len || !wx_judge_is_own_host(judge, p.host) ||
            !is_news(c, wx_judge_arena(judge), p.host, hop->tls, is_failed))
            continue;
        if (is_failed)
            say_failed(&p, fetch);
        else if (hop->tls->version)
            hear(&p, c);
    }
    wx_arena_clear(&scratch);
}

static void certificate_facts(struct wx_judge *judge, struct wx_json *facts)
{
    const struct certificate *c = state_of(judge);
    const struct wx_tls *tls = c->facts_tls;
    char date[24];

    if (!tls)
        return;
    wx_json_key(facts, "tls");
    wx_json_open(facts, '{');
    wx_json_kz(facts, "version", version_name(tls->version));
    wx_json_kstr_opt(facts, "cipher", tls->cipher);
    wx_json_kstr_opt(facts, "subject", tls->subject);
    wx_json_kstr_opt(facts, "issuer", tls->issuer);
    wx_json_kstr_opt(facts, "key", tls->key);
    wx_date_format(tls->not_after_s, date);
    if (tls->not_after_s)
        wx_json_kz(facts, "not_after", date);
    wx_json_kbool(facts, "old_client_only", tls->needs_old_client);
    wx_json_kbool(facts, "trusted", c->facts_problems == 0);
    wx_json_key(facts, "names"); /* for whoever looks for hosts nobody registered */
    wx_json_open(facts, '[');
    for (size_t i = 0; i < tls->n_names && i < MAX_FACTS_NAMES; i++)
        wx_json_str(facts, tls->names[i]);
    wx_json_close(facts, ']');
    wx_json_close(facts, '}');
}

const struct wx_detector wx_detector_certificate = {
    .name = "certificate",
    .fetch = certificate_fetch,
    .facts = certificate_facts,
};

static struct certificate *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_certificate, sizeof(struct certificate));
}
