/*
 * Walking a raw header section (RFC 9112, 5). Bytes of a stranger: lines without a
 * colon are skipped, a bare LF ends a line as well as CRLF, an empty line ends the
 * section. A folded value (obsolete, 5.2) is one value and keeps its line breaks.
 */
#include "model/observation.h"

static struct wx_str line_at(struct wx_str headers, size_t *pos)
{
    struct wx_str line = wx_str_sub(headers, *pos, headers.len);
    size_t lf = wx_str_chr(line, '\n');

    *pos += lf == WX_NPOS ? line.len : lf + 1;
    if (lf != WX_NPOS)
        line.len = lf;
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool is_fold(struct wx_str headers, size_t pos)
{
    return pos < headers.len && (headers.ptr[pos] == ' ' || headers.ptr[pos] == '\t');
}

bool wx_headers_next(struct wx_str headers, size_t *pos, struct wx_str *name,
                     struct wx_str *value)
{
    if (*pos == 0 && wx_str_istarts(headers, "HTTP/"))
        (void)line_at(headers, pos);
    while (*pos < headers.len) {
        size_t from = *pos, colon;
        struct wx_str line = line_at(headers, pos);

        if (!line.len)
            break;
        colon = wx_str_chr(line, ':');
        if (colon == WX_NPOS || colon == 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t')
            continue;
        while (is_fold(headers, *pos)) {
            struct wx_str more = line_at(headers, pos);

            line =
                wx_str_sub(headers, from, (size_t)(more.ptr - headers.ptr) + more.len);
        }
        *name = wx_str_trim(wx_str_sub(line, 0, colon));
        *value = wx_str_trim(wx_str_sub(line, colon + 1, line.len));
        return true;
    }
    *pos = headers.len;
    return false;
}

struct wx_str wx_headers_get(struct wx_str headers, const char *name)
{
    struct wx_str field, value;
    size_t pos = 0;

    while (wx_headers_next(headers, &pos, &field, &value))
        if (wx_str_ieqz(field, name))
            return value;
    return (struct wx_str){0};
}
