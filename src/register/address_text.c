/* Lists of addresses as people write them into a register. */
#include "register/check.h"

#include <arpa/inet.h>
#include <stdio.h>

bool wx_list_next(struct wx_str list, size_t *pos, struct wx_str *out)
{
    static const char *const wide[] = {"、", "，", "；", "　", "／"};
    size_t i = *pos, begin;

    for (;;) { /* skip separators */
        size_t step = 0;

        if (i < list.len && strchr(" ,;\t\r\n", list.ptr[i]))
            step = 1;
        for (size_t k = 0; !step && k < sizeof wide / sizeof *wide; k++)
            if (wx_str_starts(wx_str_sub(list, i, list.len), wide[k]))
                step = strlen(wide[k]);
        if (!step)
            break;
        i += step;
    }
    if (i >= list.len)
        return false;
    for (begin = i; i < list.len; i++) {
        bool is_end = strchr(" ,;\t\r\n", list.ptr[i]) != NULL;

        for (size_t k = 0; !is_end && k < sizeof wide / sizeof *wide; k++)
            is_end = wx_str_starts(wx_str_sub(list, i, list.len), wide[k]);
        if (is_end)
            break;
    }
    *out = wx_str_sub(list, begin, i);
    *pos = i;
    return true;
}

struct address {
    unsigned char bytes[16];
    size_t n; /* 4, 16; 0: none */
};

static struct address read_address(struct wx_str text)
{
    struct address a = {.n = 0};
    char z[64];

    if (wx_str_starts(text, "[") && wx_str_ends(text, "]"))
        text = wx_str_sub(text, 1, text.len - 1);
    if (text.len >= sizeof z)
        return a;
    snprintf(z, sizeof z, "%.*s", WX_STR_ARG(text));
    if (inet_pton(AF_INET, z, a.bytes) == 1)
        a.n = 4;
    else if (inet_pton(AF_INET6, z, a.bytes) == 1)
        a.n = 16;
    return a;
}

/* FIRST..LAST of TEXT; false: none of the three forms. */
static bool read_range(struct wx_str text, struct address *first, struct address *last)
{
    size_t slash = wx_str_chr(text, '/'), dash = wx_str_chr(text, '-');
    size_t cut = slash != WX_NPOS ? slash : dash;
    struct wx_str rest;
    uint64_t v;

    *first = read_address(wx_str_sub(text, 0, cut == WX_NPOS ? text.len : cut));
    *last = *first;
    if (!first->n || cut == WX_NPOS)
        return first->n != 0;
    rest = wx_str_sub(text, cut + 1, text.len);
    if (slash != WX_NPOS) {
        if (!wx_str_to_u64(rest, first->n * 8, &v))
            return false;
        for (size_t i = 0; i < first->n * 8; i++) {
            if (i < v)
                continue;
            first->bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
            last->bytes[i / 8] |= (unsigned char)(0x80 >> i % 8);
        }
        return true;
    }
    if (first->n == 4 && wx_str_to_u64(rest, 255, &v)) { /* 10.0.0.1-9 */
        last->bytes[3] = (unsigned char)v;
        return last->bytes[3] >= first->bytes[3];
    }
    *last = read_address(rest);
    return last->n == first->n && memcmp(last->bytes, first->bytes, last->n) >= 0;
}

bool wx_address_text_is_valid(struct wx_str text)
{
    struct address first, last;

    return read_range(text, &first, &last);
}

bool wx_address_text_covers(struct wx_str text, struct wx_str address)
{
    struct address first, last, a = read_address(address);

    return a.n && read_range(text, &first, &last) && first.n == a.n &&
           memcmp(a.bytes, first.bytes, a.n) >= 0 &&
           memcmp(a.bytes, last.bytes, a.n) <= 0;
}
