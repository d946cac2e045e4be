#include "prog/terminal.h"

static int width_of(uint32_t cp)
{
    bool is_wide = cp >= 0x1100 && (wx_cp_is_han(cp) || (cp >= 0x2E80 && cp < 0xD800) ||
                                    (cp >= 0xFF00 && cp < 0xFF61));

    return is_wide ? 2 : 1;
}

int wx_terminal_width(struct wx_str s)
{
    int width = 0;

    for (size_t pos = 0; pos < s.len;)
        width += width_of(wx_utf8_next(s, &pos));
    return width;
}

/* C0 and C1 controls, DEL, and what Unicode has for breaking lines and turning the
 * direction (UAX #9). */
static bool is_steering(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x061C || cp == 0x200E ||
           cp == 0x200F || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF || cp == 0xFFFD;
}

void wx_terminal_put(FILE *out, struct wx_str s, int width, bool is_cut)
{
    int used = 0;

    for (size_t pos = 0; pos < s.len;) {
        size_t from = pos;
        uint32_t cp = wx_utf8_next(s, &pos);

        if (is_cut && used + width_of(cp) > width)
            break;
        used += width_of(cp);
        if (is_steering(cp))
            fputc('?', out);
        else
            fwrite(s.ptr + from, 1, pos - from, out);
    }
    for (; used < width; used++)
        fputc(' ', out);
}

void wx_terminal_put_json(FILE *out, struct wx_str json)
{
    for (size_t pos = 0; pos < json.len;) {
        size_t from = pos;
        uint32_t cp = wx_utf8_next(json, &pos);

        if (cp == '\n' || cp == '\t' || cp == '\r' || !is_steering(cp))
            fwrite(json.ptr + from, 1, pos - from, out);
        else
            fprintf(out, "\\u%04x", (unsigned)cp);
    }
}
