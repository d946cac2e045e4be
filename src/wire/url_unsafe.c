/* Addresses that do something when they are followed: logout, delete, edit. */
#include "base/limits.h"
#include "wire/percent.h"
#include "wire/url.h"

/* Compared by length first: this runs for every link of every page. */
static bool word_in(struct wx_str s, const struct wx_str *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s.len == words[i].len && wx_str_ieq(s, words[i]))
            return true;
    return false;
}

static bool ends_in(struct wx_str w, struct wx_str end)
{
    return w.len >= end.len && wx_str_ieq(wx_str_sub(w, w.len - end.len, w.len), end);
}

#define W(z)                                                                           \
    {                                                                                  \
        z, sizeof(z) - 1                                                               \
    }

/* Whole words of a path segment, parameter name or value. */
static bool word_is_unsafe(struct wx_str w)
{
    static const struct wx_str words[] = {
        W("logoff"),      W("signoff"),    W("del"),      W("edit"),     W("remove"),
        W("erase"),       W("destroy"),    W("purge"),    W("exit"),     W("quit"),
        W("unsubscribe"), W("unregister"), W("删除"),     W("注销"),     W("退出"),
        W("退出登录"),    W("退出系统"),   W("安全退出"), W("注销登录"), W("注销账号"),
    };
    /* joined with what is deleted: deleteNews is two words, deletenews is not; "del"
     * alone would also catch delivery and delegation, so it needs a known object */
    static const struct wx_str del_objects[] = {
        W("user"), W("news"), W("info"), W("article"), W("file"),  W("item"),
        W("msg"),  W("row"),  W("all"),  W("data"),    W("photo"), W("image"),
    };

    if (w.len < 3)
        return false;
    switch (wx_lower((unsigned char)w.ptr[0])) {
    case 'd':
        if (wx_str_istarts(w, "delete") ||
            (wx_str_istarts(w, "del") &&
             word_in(wx_str_sub(w, 3, w.len), del_objects,
                     sizeof del_objects / sizeof *del_objects)))
            return true;
        break;
    case 'l':
        if (wx_str_istarts(w, "logout"))
            return true;
        break;
    case 's':
        if (wx_str_istarts(w, "signout"))
            return true;
        break;
    }
    switch (wx_lower((unsigned char)w.ptr[w.len - 1])) {
    case 't': /* dologout */
        if (ends_in(w, WX_STR("logout")) || ends_in(w, WX_STR("signout")))
            return true;
        break;
    case 'e':
        if (ends_in(w, WX_STR("delete")))
            return true;
        break;
    }
    return word_in(w, words, sizeof words / sizeof *words);
}

static bool is_word_byte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z') ||
           c >= 0x80;
}

/* "log-out", "sign_off", "log%20out": two words that mean one. */
static bool pair_is_unsafe(struct wx_str a, struct wx_str b)
{
    return (wx_str_ieqz(a, "log") || wx_str_ieqz(a, "sign")) &&
           (wx_str_ieqz(b, "out") || wx_str_ieqz(b, "off"));
}

/* Words end at punctuation and where camelCase begins a new one. */
static bool text_is_unsafe(struct wx_str s)
{
    struct wx_str last = {NULL, 0};
    size_t i = 0;

    while (i < s.len) {
        struct wx_str run, word;
        size_t from, hump;

        while (i < s.len && !is_word_byte((unsigned char)s.ptr[i]))
            i++;
        from = hump = i;
        for (; i < s.len && is_word_byte((unsigned char)s.ptr[i]); i++) {
            bool is_hump = i > hump && s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' &&
                           s.ptr[i - 1] >= 'a' && s.ptr[i - 1] <= 'z';

            if (!is_hump)
                continue;
            word = wx_str_sub(s, hump, i);
            if (word_is_unsafe(word) || pair_is_unsafe(last, word))
                return true;
            last = word;
            hump = i;
        }
        run = wx_str_sub(s, from, i);
        word = wx_str_sub(s, hump, i);
        if (word_is_unsafe(run) || word_is_unsafe(word) || pair_is_unsafe(last, word))
            return true;
        last = word;
    }
    return false;
}

static size_t percent_decode(struct wx_str s, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        int hi, lo;

        if (s.ptr[i] == '%' && i + 2 < s.len &&
            (hi = wx_hex_digit((unsigned char)s.ptr[i + 1])) >= 0 &&
            (lo = wx_hex_digit((unsigned char)s.ptr[i + 2])) >= 0) {
            out[n++] = (char)(hi << 4 | lo);
            i += 2;
        } else {
            out[n++] = s.ptr[i];
        }
    }
    return n;
}

struct wx_str wx_percent_decode(struct wx_arena *arena, struct wx_str s)
{
    char *out;

    if (wx_str_chr(s, '%') == WX_NPOS)
        return s;
    out = wx_arena_alloc(arena, s.len);
    return (struct wx_str){out, percent_decode(s, out)};
}

/* 退出, 注销, 删除 as old pages in GBK write them into their links. */
static bool has_gbk_word(struct wx_str s)
{
    return wx_str_ifindz(s, "%CD%CB%B3%F6") != WX_NPOS ||
           wx_str_ifindz(s, "%D7%A2%CF%FA") != WX_NPOS ||
           wx_str_ifindz(s, "%C9%BE%B3%FD") != WX_NPOS;
}

static bool part_is_unsafe(struct wx_str s)
{
    char decoded[WX_MAX_URL_BYTES];

    if (wx_str_chr(s, '%') == WX_NPOS)
        return text_is_unsafe(s);
    if (has_gbk_word(s))
        return true;
    s.len = percent_decode(s, decoded);
    s.ptr = decoded;
    return text_is_unsafe(s);
}

bool wx_url_looks_unsafe(const struct wx_url *url)
{
    if (url->href.len > WX_MAX_URL_BYTES)
        return true;
    return part_is_unsafe(url->path) || part_is_unsafe(url->query);
}
