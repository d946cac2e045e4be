#include "wire/robots.h"

#include "base/limits.h"
#include "wire/percent.h"
#include <stdlib.h>

struct rule {
    struct wx_str pattern; /* normalised, without the '$' */
    bool is_allow, is_anchored;
};

/* The rules of one audience: ours by name, or everybody's. */
struct rules {
    struct rule *at;
    size_t n, cap;
    int32_t crawl_delay_ms;
    bool is_named; /* a group for this audience exists */
};

struct wx_robots {
    struct rules ours, all;
    const struct rules *in_force;
    struct wx_str sitemaps[WX_MAX_SITEMAPS];
    size_t n_sitemaps;
};

struct reader {
    struct wx_arena *arena;
    struct wx_robots *robots;
    struct wx_str agent;
    bool in_agents;         /* the last line named an agent: the next one joins it */
    bool for_ours, for_all; /* whom the group at hand addresses */
};

/* --- percent-encoding in one form (RFC 9309, 2.2.2) --------------------------------
 */

static bool is_unreserved(unsigned char c)
{
    unsigned char l = wx_lower(c);

    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

static size_t put_octet(char *out, unsigned char c)
{
    static const char hex[] = "0123456789ABCDEF";

    out[0] = '%';
    out[1] = hex[c >> 4];
    out[2] = hex[c & 15];
    return 3;
}

/*
 * S in one form: unreserved characters plain, all else that was or must be encoded as
 * %XX in capitals. In a path, '*' and '$' are only characters, so they are encoded; in
 * a pattern they are signs. OUT holds CAP bytes; what does not fit is cut off.
 */
static size_t normalize(struct wx_str s, bool is_pattern, char *out, size_t cap)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len && n + 3 <= cap; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        int hi, lo;

        if (c == '%' && i + 2 < s.len &&
            (hi = wx_hex_digit((unsigned char)s.ptr[i + 1])) >= 0 &&
            (lo = wx_hex_digit((unsigned char)s.ptr[i + 2])) >= 0) {
            c = (unsigned char)(hi << 4 | lo);
            i += 2;
            if (is_unreserved(c))
                out[n++] = (char)c;
            else
                n += put_octet(out + n, c);
        } else if (c >= 0x80 || c <= ' ' || (!is_pattern && (c == '*' || c == '$'))) {
            n += put_octet(out + n, c);
        } else {
            out[n++] = (char)c;
        }
    }
    return n;
}

/* --- reading -----------------------------------------------------------------------
 */

static void rule_add(struct reader *r, struct rules *rules, struct rule rule)
{
    if (rules->n == WX_MAX_ROBOTS_RULES)
        return;
    if (rules->n == rules->cap) {
        size_t cap = rules->cap ? rules->cap * 2 : 16;

        rules->at = wx_arena_grow(r->arena, rules->at, rules->cap * sizeof rule,
                                  cap * sizeof rule);
        rules->cap = cap;
    }
    rules->at[rules->n++] = rule;
}

static void pattern_take(struct reader *r, struct wx_str value, bool is_allow)
{
    struct rule rule = {.is_allow = is_allow};
    struct wx_str raw = wx_str_sub(value, 0, WX_MAX_URL_BYTES);
    char *text;
    size_t n = 0;

    if (!raw.len || (!r->for_ours && !r->for_all))
        return;
    if (raw.ptr[raw.len - 1] == '$') {
        rule.is_anchored = true;
        raw.len--;
    }
    text = wx_arena_alloc(r->arena, raw.len * 3 + 4);
    /* "Disallow: admin" can only have meant /admin */
    if (!raw.len || (raw.ptr[0] != '/' && raw.ptr[0] != '*' && raw.ptr[0] != '%'))
        text[n++] = '/';
    n += normalize(raw, true, text + n, raw.len * 3 + 3);
    rule.pattern = (struct wx_str){text, n};
    if (r->for_ours)
        rule_add(r, &r->robots->ours, rule);
    if (r->for_all)
        rule_add(r, &r->robots->all, rule);
}

/* The product token at the start of "Wangxun/1.0 (+http://...)". */
static struct wx_str product_token(struct wx_str s)
{
    size_t n = 0;

    while (n < s.len && (is_unreserved((unsigned char)s.ptr[n]) && s.ptr[n] != '.' &&
                         s.ptr[n] != '~'))
        n++;
    return wx_str_sub(s, 0, n);
}

static void agent_take(struct reader *r, struct wx_str value)
{
    if (!r->in_agents)
        r->for_ours = r->for_all = false;
    r->in_agents = true;
    if (value.len && value.ptr[0] == '*') {
        r->for_all = r->robots->all.is_named = true;
    } else if (r->agent.len && wx_str_ieq(product_token(value), r->agent)) {
        r->for_ours = r->robots->ours.is_named = true;
    }
}

/* Seconds with an optional fraction, at most a day. */
static void delay_take(struct reader *r, struct wx_str value)
{
    struct wx_str whole = wx_str_cut(&value, '.');
    uint64_t s, tenths = 0;
    int32_t ms;

    if (!wx_str_to_u64(whole, UINT64_MAX, &s))
        return;
    (void)wx_str_to_u64(wx_str_sub(value, 0, 1), 9, &tenths);
    ms = s >= 86400 ? 86400000 : (int32_t)(s * 1000 + tenths * 100);
    if (r->for_ours)
        r->robots->ours.crawl_delay_ms = ms;
    if (r->for_all)
        r->robots->all.crawl_delay_ms = ms;
}

static void line_take(struct reader *r, struct wx_str line)
{
    struct wx_str value = wx_str_cut(&line, '#'), key;

    if (wx_str_chr(value, ':') == WX_NPOS)
        return;
    key = wx_str_trim(wx_str_cut(&value, ':'));
    value = wx_str_trim(value);
    if (wx_str_ieqz(key, "user-agent") || wx_str_ieqz(key, "useragent")) {
        agent_take(r, value);
        return;
    }
    if (wx_str_ieqz(key, "sitemap")) {
        struct wx_robots *robots = r->robots;

        if (value.len && value.len <= WX_MAX_URL_BYTES &&
            robots->n_sitemaps < WX_MAX_SITEMAPS)
            robots->sitemaps[robots->n_sitemaps++] = wx_arena_str(r->arena, value);
        return; /* belongs to no group, and ends none */
    }
    if (wx_str_ieqz(key, "allow")) {
        pattern_take(r, value, true);
    } else if (wx_str_ieqz(key, "disallow") || wx_str_ieqz(key, "dissallow") ||
               wx_str_ieqz(key,
                           "disalow")) { /* the wish is plain in spite of the typo */
        pattern_take(r, value, false);
    } else if (wx_str_ieqz(key, "crawl-delay")) {
        delay_take(r, value);
    } else {
        return;
    }
    r->in_agents = false;
}

/* Longest first; on a tie what allows comes first. So the first match decides. */
static int by_weight(const void *a, const void *b)
{
    const struct rule *x = a, *y = b;
    size_t n = x->pattern.len + x->is_anchored, m = y->pattern.len + y->is_anchored;

    if (n != m)
        return n < m ? 1 : -1;
    return (int)y->is_allow - (int)x->is_allow;
}

static void rules_close(struct rules *rules)
{
    if (rules->n)
        qsort(rules->at, rules->n, sizeof *rules->at, by_weight);
}

struct wx_robots *wx_robots_parse(struct wx_arena *arena, struct wx_str text,
                                  struct wx_str agent)
{
    struct wx_robots *robots = wx_arena_new(arena, struct wx_robots);
    struct reader r = {.arena = arena, .robots = robots, .agent = product_token(agent)};

    robots->ours.crawl_delay_ms = robots->all.crawl_delay_ms = -1;
    text = wx_str_sub(text, 0, WX_MAX_ROBOTS_BYTES);
    if (wx_str_starts(text, "\xEF\xBB\xBF"))
        text = wx_str_sub(text, 3, text.len);
    while (text.len) {
        size_t end = 0;

        while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\r')
            end++;
        line_take(&r, wx_str_sub(text, 0, end));
        text = wx_str_sub(text, end + 1, text.len);
    }
    rules_close(&robots->ours);
    rules_close(&robots->all);
    robots->in_force = robots->ours.is_named ? &robots->ours : &robots->all;
    return robots;
}

/* --- asking ------------------------------------------------------------------------
 */

/*
 * Pieces between stars are looked for from left to right, each at its first place; that
 * is enough, because a later place leaves less room for the rest. Linear.
 */
static bool rule_matches(const struct rule *rule, struct wx_str path)
{
    struct wx_str rest = rule->pattern, piece;
    bool has_star = wx_str_chr(rest, '*') != WX_NPOS;
    size_t at;

    piece = wx_str_cut(&rest, '*');
    if (path.len < piece.len || !wx_str_eq(wx_str_sub(path, 0, piece.len), piece))
        return false;
    if (!has_star)
        return !rule->is_anchored || path.len == piece.len;
    path = wx_str_sub(path, piece.len, path.len);
    while (wx_str_chr(rest, '*') != WX_NPOS) {
        piece = wx_str_cut(&rest, '*');
        at = wx_str_find(path, piece, 0);
        if (at == WX_NPOS)
            return false;
        path = wx_str_sub(path, at + piece.len, path.len);
    }
    if (!rule->is_anchored)
        return wx_str_find(path, rest, 0) != WX_NPOS;
    return path.len >= rest.len &&
           wx_str_eq(wx_str_sub(path, path.len - rest.len, path.len), rest);
}

bool wx_robots_allows(const struct wx_robots *robots, struct wx_str path)
{
    char room[3 * WX_MAX_URL_BYTES];
    struct wx_str normal = {room, 0};

    if (!robots || wx_str_eqz(path, "/robots.txt"))
        return true;
    normal.len = normalize(path, false, room, sizeof room);
    for (size_t i = 0; i < robots->in_force->n; i++)
        if (rule_matches(&robots->in_force->at[i], normal))
            return robots->in_force->at[i].is_allow;
    return true;
}

int32_t wx_robots_crawl_delay_ms(const struct wx_robots *robots)
{
    return robots ? robots->in_force->crawl_delay_ms : -1;
}

size_t wx_robots_sitemaps(const struct wx_robots *robots, const struct wx_str **urls)
{
    *urls = robots ? robots->sitemaps : NULL;
    return robots ? robots->n_sitemaps : 0;
}
