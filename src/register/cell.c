#include "register/cell.h"

#include "register/column.h"
#include <arpa/inet.h>

bool wx_cell_is_empty_word(struct wx_str s)
{
    static const char *const words[] = {"无", "暂无", "没有", "-",    "--",   "—", "——",
                                        "/",  "\\",   "N/A",  "none", "未知", "0"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_ieqz(s, words[i]))
            return true;
    return s.len == 0;
}

/* "www.a.gov.cn/www.b.gov.cn": behind the slash stands a name, not a file. */
static bool is_name_behind_slash(struct wx_str s)
{
    static const char *const files[] = {"html", "htm", "shtml",  "php", "jsp", "asp",
                                        "aspx", "do",  "action", "js",  "xml", "cfm"};
    struct wx_str end;
    size_t dot = WX_NPOS;

    for (size_t i = 0; i < s.len && s.ptr[i] != '/' && s.ptr[i] != '?'; i++)
        dot = s.ptr[i] == '.' ? i : dot;
    if (dot == WX_NPOS || dot == 0)
        return false;
    end = wx_str_sub(s, dot + 1, s.len);
    end = wx_str_sub(end, 0, wx_str_chr(end, '/'));
    end = wx_str_sub(end, 0, wx_str_chr(end, ':'));
    if (end.len < 2)
        return false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (wx_str_ieqz(end, files[i]))
            return false;
    for (size_t i = 0; i < end.len; i++)
        if (end.ptr[i] >= '0' && end.ptr[i] <= '9')
            return false;
    return wx_str_istarts(s, "www.") || wx_str_ends(end, "cn") ||
           wx_str_ieqz(end, "com") || wx_str_ieqz(end, "net") ||
           wx_str_ieqz(end, "org");
}

/* How long the separator at S[I] is; 0: none. */
static size_t separator_at(struct wx_str s, size_t i, size_t from)
{
    struct wx_str rest = wx_str_sub(s, i, s.len);
    char c = s.ptr[i];

    if (c == ',' || c == ';' || c == '|' || wx_is_space((unsigned char)c))
        return 1;
    if (wx_str_starts(rest, "、"))
        return strlen("、");
    if (c == '/' && i > from && s.ptr[i - 1] != '/' && s.ptr[i - 1] != ':' &&
        !(rest.len > 1 && rest.ptr[1] == '/') &&
        is_name_behind_slash(wx_str_sub(rest, 1, rest.len)))
        return 1;
    return 0;
}

/* The next domain of a cell; what stands in brackets is a remark. */
bool wx_cell_next_domain(struct wx_str cell, size_t *pos, struct wx_str *out)
{
    size_t i, from, n;

    while (*pos < cell.len) {
        from = i = *pos;
        if (cell.ptr[i] == '(') {
            while (i < cell.len && cell.ptr[i] != ')')
                i++;
            *pos = i + 1;
            continue;
        }
        for (n = 0; i < cell.len && cell.ptr[i] != '('; i++)
            if ((n = separator_at(cell, i, from)))
                break;
        *pos = i + n;
        *out = wx_str_sub(cell, from, i);
        if (out->len)
            return true;
    }
    return false;
}

static bool host_is_public_name(const struct wx_url *url)
{
    struct wx_str host = url->host, last = host;
    size_t dot;

    if (url->host_kind == WX_HOST_IPV4 || url->host_kind == WX_HOST_IPV6)
        return true;
    if (wx_str_eqz(host, "localhost"))
        return true;
    while ((dot = wx_str_chr(last, '.')) != WX_NPOS)
        last = wx_str_sub(last, dot + 1, last.len);
    if (last.len == host.len || last.len < 2 || wx_str_chr(host, '*') != WX_NPOS)
        return false;
    for (size_t i = 0; i < last.len; i++)
        if (wx_lower((unsigned char)last.ptr[i]) >= 'a' &&
            wx_lower((unsigned char)last.ptr[i]) <= 'z')
            return true;
    return false;
}

enum wx_text wx_cell_parse_domain(struct wx_arena *arena, struct wx_str text,
                                  struct wx_url *url)
{
    size_t colon = wx_str_findz(text, "://");

    if (colon != WX_NPOS && !wx_str_istarts(text, "http://") &&
        !wx_str_istarts(text, "https://"))
        return WX_T_IMPORT_NOT_HTTP;
    if (wx_url_parse_target(arena, text, url, NULL))
        return WX_T_IMPORT_BAD_DOMAIN;
    if (!url->is_http)
        return WX_T_IMPORT_NOT_HTTP;
    if (url->user.len || url->password.len || !host_is_public_name(url))
        return WX_T_IMPORT_BAD_DOMAIN;
    return WX_TEXT_COUNT; /* nothing to say */
}

bool wx_cell_is_address(struct wx_arena *arena, struct wx_str s)
{
    const char *z = wx_arena_z(arena, s);
    unsigned char bytes[16];

    return inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1;
}

/* "三级", "第三级", "3", "3级", "等保三级"; 0 for not graded, -1 for anything else. */
int wx_cell_grade(struct wx_arena *arena, struct wx_str cell)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五"};
    static const char *const none[] = {"未定级", "未", "否", "不定级", "未备案"};
    struct wx_str s = wx_str_trim(wx_column_fold(arena, cell));
    int found = -1;

    if (wx_cell_is_empty_word(s))
        return 0;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (wx_str_starts(s, none[i]))
            return 0;
    for (int i = 0; i < 5; i++) {
        char digit[2] = {(char)('1' + i), '\0'};
        bool has = wx_str_findz(s, numerals[i]) != WX_NPOS ||
                   wx_str_findz(s, digit) != WX_NPOS;

        if (has && found > 0)
            return -1; /* "二级、三级": which is meant? */
        if (has)
            found = i + 1;
    }
    return s.len <= 40 ? found : -1;
}

struct wx_str wx_cell_digits(struct wx_arena *arena, struct wx_str cell)
{
    struct wx_str folded = wx_column_fold(arena, cell);
    char *p = (char *)folded.ptr;
    size_t n = 0;

    for (size_t i = 0; i < folded.len; i++)
        if (p[i] >= '0' && p[i] <= '9')
            p[n++] = p[i];
    return (struct wx_str){p, n};
}
