#include "detect/badge.h"

enum {
    NEAR_BYTES = 160,   /* of an address behind its host */
    AROUND_BYTES = 300, /* of an embed's attributes on either side */
    MAX_MENTIONS = 200, /* of a word on one page; the rest says nothing new */
};

const char *wx_badge_state_name(enum wx_badge_state state)
{
    static const char *const names[] = {"absent", "commented_out", "image_only",
                                        "link_only", "official"};

    return names[state];
}

static size_t ifind(struct wx_str s, const char *z, size_t from)
{
    size_t n = strlen(z);
    unsigned char low = wx_lower((unsigned char)z[0]);

    for (size_t i = from; i + n <= s.len; i++)
        if (wx_lower((unsigned char)s.ptr[i]) == low &&
            wx_str_istarts(wx_str_sub(s, i, i + n), z))
            return i;
    return WX_NPOS;
}

bool wx_badge_is_in_comment(const struct wx_html *html, size_t at)
{
    size_t low = 0, high = html ? html->n_comments : 0;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct wx_html_comment *c = &html->comments[mid];

        if (at < c->offset)
            high = mid;
        else if (at < c->offset + c->text.len + 7)
            return true;
        else
            low = mid + 1;
    }
    return false;
}

/* Inside <!-- -->, or on a script line that begins with "//". */
static bool is_commented(struct wx_str text, const struct wx_html *html, size_t at)
{
    size_t line = at;

    if (wx_badge_is_in_comment(html, at))
        return true;
    while (line && at - line < 1000 && text.ptr[line - 1] != '\n' &&
           text.ptr[line - 1] != '>')
        line--;
    while (line < at && wx_is_space((unsigned char)text.ptr[line]))
        line++;
    return wx_str_starts(wx_str_sub(text, line, at), "//");
}

/* What follows AT, with "\/" and "%2F" as '/', up to a quote, blank or '>'. */
static struct wx_str address_behind(struct wx_arena *arena, struct wx_str text,
                                    size_t at)
{
    char *out = wx_arena_alloc(arena, NEAR_BYTES);
    size_t n = 0;

    while (at < text.len && n < NEAR_BYTES) {
        struct wx_str rest = wx_str_sub(text, at, text.len);

        if (strchr("\"'<> \n\t", text.ptr[at]) && text.ptr[at])
            break;
        if (wx_str_istarts(rest, "%2F")) {
            out[n++] = '/';
            at += 3;
        } else if (wx_str_starts(rest, "\\/")) {
            out[n++] = '/';
            at += 2;
        } else if (text.ptr[at] == '%' || text.ptr[at] == '\\') {
            break; /* %27, \" : the closing quote */
        } else {
            out[n++] = text.ptr[at++];
        }
    }
    return (struct wx_str){out, n};
}

/* ---- the badge ---- */

/* "/js/05/107/0000/41468768/CA051070000414687680001.js": the name repeats the path. */
static bool script_is_consistent(struct wx_str path)
{
    char want[40] = "CA";
    size_t n = 2, slash = 0, at;

    for (at = 3; at < path.len; at++) {
        if (path.ptr[at] == '/')
            slash = at;
    }
    if (slash < 5)
        return false;
    for (at = 4; at < slash && n < sizeof want - 1; at++)
        if (path.ptr[at] != '/')
            want[n++] = path.ptr[at];
    return path.len == slash + 1 + n + 4 + 3 && wx_str_ends(path, ".js") &&
           wx_str_istarts(wx_str_sub(path, slash + 1, path.len), want);
}

static void raise_state(struct wx_badge *badge, enum wx_badge_state state, size_t at)
{
    if (state > badge->state) {
        badge->state = state;
        badge->offset = (uint32_t)at;
    }
}

static void read_script(struct wx_arena *arena, struct wx_badge *badge,
                        struct wx_str path, size_t at)
{
    size_t slash = 0;

    path = wx_str_sub(path, 0, wx_str_chr(path, '?'));
    raise_state(badge, WX_BADGE_OFFICIAL, at);
    badge->is_inconsistent = !script_is_consistent(path);
    badge->script = wx_arena_str(arena, path);
    for (size_t i = 0; i < path.len; i++)
        slash = path.ptr[i] == '/' ? i + 1 : slash;
    if (!badge->id.len)
        badge->id = wx_str_sub(badge->script, slash,
                               path.len - (wx_str_ends(path, ".js") ? 3 : 0));
}

static void read_picture(struct wx_badge *badge, struct wx_str path)
{
    badge->is_red = badge->is_red || wx_str_ifindz(path, "red") != WX_NPOS;
    badge->is_blue = badge->is_blue || wx_str_ifindz(path, "blue") != WX_NPOS;
    if (wx_str_ifindz(path, "error") != WX_NPOS)
        badge->has_error_image = true;
}

static void read_link(struct wx_arena *arena, struct wx_badge *badge,
                      struct wx_str address, size_t at)
{
    size_t id = wx_str_ifindz(address, "id=");

    raise_state(badge, WX_BADGE_LINK, at);
    if (id == WX_NPOS || address.len < id + 3 + 32)
        return;
    badge->id = wx_arena_str(arena, wx_str_sub(address, id + 3, id + 35));
}

static void read_mention(struct wx_arena *arena, struct wx_badge *badge,
                         struct wx_str text, const struct wx_html *html, size_t at)
{
    struct wx_str before = wx_str_sub(text, 0, at), address;

    if (is_commented(text, html, at)) {
        raise_state(badge, WX_BADGE_COMMENTED, at);
        return;
    }
    address = address_behind(arena, text, at + strlen("conac"));
    if (wx_str_starts(address, ".cn"))
        address = wx_str_sub(address, 3, address.len);
    if (wx_str_ends(before, "dcs.") && wx_str_starts(address, "/js/"))
        read_script(arena, badge, address, at);
    else if (wx_str_ends(before, "dcs.") && wx_str_starts(address, "/image/"))
        read_picture(badge, address);
    else if (wx_str_ends(before, "bszs."))
        read_link(arena, badge, address, at);
}

/* A picture that shows the badge: named after CONAC, or titled by what it says. */
static bool is_badge_picture(const struct wx_html_link *link)
{
    bool is_titled =
        wx_str_eqz(link->text, "党政机关") || wx_str_eqz(link->text, "事业单位") ||
        wx_str_eqz(link->title, "党政机关") || wx_str_eqz(link->title, "事业单位");

    if (link->kind != WX_LINK_IMG || (link->in & WX_IN_COMMENT))
        return false;
    if (wx_str_ifindz(link->href, "conac") != WX_NPOS)
        return wx_str_ifindz(link->href, "dcs.conac.cn") == WX_NPOS;
    return is_titled && (wx_str_ifindz(link->href, "red") != WX_NPOS ||
                         wx_str_ifindz(link->href, "blue") != WX_NPOS ||
                         wx_str_ifindz(link->href, "jiguan") != WX_NPOS ||
                         wx_str_ifindz(link->href, "dzjg") != WX_NPOS);
}

void wx_badge_read(struct wx_arena *arena, struct wx_str text,
                   const struct wx_html *html, struct wx_badge *badge)
{
    size_t at = 0;

    for (int n = 0; n < MAX_MENTIONS; n++) {
        at = ifind(text, "conac", at);
        if (at == WX_NPOS)
            break;
        read_mention(arena, badge, text, html, at);
        at += strlen("conac");
    }
    for (size_t i = 0; html && i < html->n_links; i++) {
        const struct wx_html_link *link = &html->links[i];

        if (!is_badge_picture(link))
            continue;
        raise_state(badge, WX_BADGE_IMAGE, link->offset);
        read_picture(badge, link->href);
    }
}

/* ---- jiucuo ---- */

/* "sitecode='1304000009'", "site_code=1304000009&", with quotes in any escape. */
static struct wx_str code_behind(struct wx_str s, const char *name)
{
    size_t at = ifind(s, name, 0), end;

    if (at == WX_NPOS)
        return (struct wx_str){NULL, 0};
    at += strlen(name);
    while (at < s.len && s.ptr[at] && strchr(" =\\\"':", s.ptr[at]))
        at++;
    for (int i = 0; i < 2; i++) /* %3D%22 */
        if (wx_str_istarts(wx_str_sub(s, at, s.len), "%3D") ||
            wx_str_istarts(wx_str_sub(s, at, s.len), "%22") ||
            wx_str_istarts(wx_str_sub(s, at, s.len), "%27"))
            at += 3;
    for (end = at; end < s.len; end++) {
        unsigned char c = wx_lower((unsigned char)s.ptr[end]);

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')))
            break;
    }
    return end - at >= 6 && end - at <= 24 ? wx_str_sub(s, at, end)
                                           : (struct wx_str){NULL, 0};
}

static const struct {
    const char *host;
    bool is_outdated;
} jiucuo_hosts[] = {
    {"zfwzgl.www.gov.cn", false},
    {"pucha.kaipuyun.cn", true},
    {"121.43.68.40", true},
};

void wx_jiucuo_read(struct wx_arena *arena, struct wx_str text,
                    const struct wx_html *html, struct wx_jiucuo *jiucuo)
{
    size_t at = 0;

    for (int n = 0; n < MAX_MENTIONS; n++) {
        struct wx_str around, code;

        at = ifind(text, "jiucuo", at);
        if (at == WX_NPOS)
            return;
        around = wx_str_sub(text, at > AROUND_BYTES ? at - AROUND_BYTES : 0,
                            at + AROUND_BYTES);
        at += strlen("jiucuo");
        if (is_commented(text, html, at))
            continue;
        for (size_t i = 0; i < sizeof jiucuo_hosts / sizeof *jiucuo_hosts; i++) {
            if (wx_str_findz(around, jiucuo_hosts[i].host) == WX_NPOS)
                continue;
            /* a page may load the new script and keep a link to the old one */
            if (!jiucuo->host.len || !jiucuo_hosts[i].is_outdated) {
                jiucuo->host = wx_str_of(jiucuo_hosts[i].host);
                jiucuo->is_outdated = jiucuo_hosts[i].is_outdated;
                jiucuo->offset = (uint32_t)at;
            }
            jiucuo->is_present = true;
        }
        code = code_behind(around, "sitecode");
        if (!code.len)
            code = code_behind(around, "site_code");
        if (code.len) {
            jiucuo->is_present = true;
            jiucuo->site_code = wx_arena_str(arena, code);
        }
    }
}
