#include "detect/judge.h"

#include "base/limits.h"

enum { EXCERPT_AROUND = 120 };

/* Move POS to the start of the character it stands in. */
static size_t char_start(struct wx_str text, size_t pos)
{
    while (pos && pos < text.len && ((unsigned char)text.ptr[pos] & 0xC0) == 0x80)
        pos--;
    return pos;
}

static struct wx_str fold_space(struct wx_arena *arena, struct wx_str s)
{
    char *p = wx_arena_alloc(arena, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        bool is_space = wx_is_space((unsigned char)s.ptr[i]);

        if (is_space && (!n || p[n - 1] == ' '))
            continue;
        p[n++] = is_space ? ' ' : s.ptr[i];
    }
    return (struct wx_str){p, n};
}

struct wx_str wx_excerpt_make(struct wx_arena *arena, struct wx_str text, size_t offset,
                              size_t end)
{
    size_t from, to;
    struct wx_str out;

    if (offset > text.len)
        offset = text.len;
    if (end < offset)
        end = offset;
    if (end > offset + WX_MAX_EXCERPT_BYTES)
        end = offset + WX_MAX_EXCERPT_BYTES;
    from = char_start(text, offset > EXCERPT_AROUND ? offset - EXCERPT_AROUND : 0);
    to = end + EXCERPT_AROUND < text.len ? char_start(text, end + EXCERPT_AROUND)
                                         : text.len;
    /* mask before clipping: half a number would no longer look like one */
    out = wx_mask(arena, fold_space(arena, wx_str_sub(text, from, to)));
    return wx_utf8_clip(out, WX_MAX_EXCERPT_BYTES);
}

struct wx_str wx_excerpt_place(struct wx_arena *arena, struct wx_str text,
                               size_t offset)
{
    unsigned line = 1;

    if (offset > text.len)
        offset = text.len;
    for (size_t i = 0; i < offset; i++)
        line += text.ptr[i] == '\n';
    return wx_arena_printf(arena, "第%u行，第%zu字节 / line %u, byte %zu", line, offset,
                           line, offset);
}
