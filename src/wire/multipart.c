#include "wire/multipart.h"

#include <stdio.h>

enum { MAX_BOUNDARY_BYTES = 70 /* RFC 2046, 5.1.1 */, MAX_PART_HEADERS = 16 };

/* ---- parameters of a field: name="value"; name=value ---- */

/* VALUE of parameter NAME in FIELD, quotes taken off; false when absent. A backslash is
 * kept: browsers escape quotes as %22 and send paths of Windows as they are. */
static bool parameter(struct wx_str field, const char *name, struct wx_str *value)
{
    size_t n_name = strlen(name), at = 0;

    while ((at = wx_str_find(field, WX_STR(";"), at)) != WX_NPOS) {
        struct wx_str rest = wx_str_trim(wx_str_sub(field, ++at, field.len));
        size_t end;

        if (!wx_str_istarts(rest, name) || rest.len <= n_name ||
            rest.ptr[n_name] != '=')
            continue;
        rest = wx_str_sub(rest, n_name + 1, rest.len);
        if (wx_str_starts(rest, "\"")) {
            rest = wx_str_sub(rest, 1, rest.len);
            end = wx_str_chr(rest, '"');
            if (end == WX_NPOS)
                return false;
        } else {
            end = wx_str_chr(rest, ';');
        }
        *value = wx_str_sub(rest, 0, end);
        return true;
    }
    return false;
}

bool wx_multipart_begin(struct wx_multipart *m, struct wx_str content_type,
                        struct wx_str body)
{
    *m = (struct wx_multipart){.body = body};
    if (!wx_str_istarts(content_type, "multipart/form-data") ||
        !parameter(content_type, "boundary", &m->boundary))
        return false;
    m->boundary = wx_str_trim(m->boundary);
    return m->boundary.len > 0 && m->boundary.len <= MAX_BOUNDARY_BYTES;
}

/* Where the next "--boundary" begins, at the body's start or behind a line end. */
static size_t find_boundary(const struct wx_multipart *m, size_t from)
{
    while ((from = wx_str_find(m->body, m->boundary, from)) != WX_NPOS) {
        size_t at = from - 2;

        if (from >= 2 && m->body.ptr[at] == '-' && m->body.ptr[at + 1] == '-' &&
            (at == 0 || m->body.ptr[at - 1] == '\n'))
            return at;
        from++;
    }
    return WX_NPOS;
}

/* A line without its end; false when there is no line end. */
static bool line_take(struct wx_multipart *m, struct wx_str *line)
{
    size_t end = wx_str_find(m->body, WX_STR("\n"), m->at);

    if (end == WX_NPOS)
        return false;
    *line = wx_str_sub(m->body, m->at, end);
    if (wx_str_ends(*line, "\r"))
        line->len--;
    m->at = end + 1;
    return true;
}

static bool head_take(struct wx_multipart *m, struct wx_form_part *out)
{
    struct wx_str line;

    for (int i = 0; i <= MAX_PART_HEADERS; i++) {
        if (!line_take(m, &line))
            return false;
        if (!line.len)
            return true;
        if (wx_str_istarts(line, "content-disposition:")) {
            (void)parameter(line, "name", &out->name);
            (void)parameter(line, "filename", &out->file_name);
        } else if (wx_str_istarts(line, "content-type:")) {
            out->content_type =
                wx_str_trim(wx_str_sub(line, strlen("content-type:"), line.len));
        }
    }
    return false;
}

bool wx_multipart_next(struct wx_multipart *m, struct wx_form_part *out)
{
    size_t at = find_boundary(m, m->at), end;
    struct wx_str line;

    *out = (struct wx_form_part){0};
    if (at == WX_NPOS)
        return false;
    m->at = at + 2 + m->boundary.len;
    if (wx_str_starts(wx_str_sub(m->body, m->at, m->body.len), "--"))
        return false; /* the last one */
    if (!line_take(m, &line) || !head_take(m, out))
        return false;
    end = find_boundary(m, m->at);
    if (end == WX_NPOS)
        return false;
    out->bytes = wx_str_sub(m->body, m->at, end);
    m->at = end;
    if (wx_str_ends(out->bytes, "\n"))
        out->bytes.len--;
    if (wx_str_ends(out->bytes, "\r"))
        out->bytes.len--;
    return true;
}

/* ---- file names ---- */

/* Controls, the marks that turn the direction of writing, line and byte order marks. */
static bool is_hidden(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x00AD || cp == 0x061C ||
           (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || cp == 0xFFFD ||
           (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE007F);
}

static bool is_device_name(struct wx_str stem)
{
    static const char *const names[] = {"con", "prn", "aux", "nul", "com", "lpt"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);

        if (!wx_str_istarts(stem, names[i]))
            continue;
        if (i < 4 && stem.len == n)
            return true;
        if (i >= 4 && stem.len == n + 1 && stem.ptr[n] >= '0' && stem.ptr[n] <= '9')
            return true;
    }
    return false;
}

static struct wx_str without_ends(struct wx_str s)
{
    while (s.len && (s.ptr[0] == '.' || s.ptr[0] == ' '))
        s = wx_str_sub(s, 1, s.len);
    while (s.len && (s.ptr[s.len - 1] == '.' || s.ptr[s.len - 1] == ' '))
        s.len--;
    return s;
}

struct wx_str wx_file_name_clean(struct wx_arena *arena, struct wx_str name)
{
    char *out, *p;
    struct wx_str kept, stem, ext;
    size_t pos = 0, n = 0, dot = WX_NPOS;

    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '/' || name.ptr[i] == '\\')
            pos = i + 1;
    name = wx_str_sub(name, pos, name.len);
    name = wx_utf8_clip(name, 4096);
    out = p = wx_arena_alloc(arena, name.len * 3 + 8);
    for (pos = 0; pos < name.len;) {
        uint32_t cp = wx_utf8_next(name, &pos);

        if (is_hidden(cp))
            continue;
        if (cp < 0x80 && strchr("<>:\"|?*;%", (int)cp))
            cp = '_';
        n += wx_utf8_put(cp, p + n);
    }
    kept = without_ends((struct wx_str){out, n});
    for (size_t i = 0; i < kept.len; i++)
        dot = kept.ptr[i] == '.' ? i : dot;
    stem = wx_str_sub(kept, 0, dot);
    ext = dot == WX_NPOS || kept.len - dot > 20 ? WX_STR("")
                                                : wx_str_sub(kept, dot, kept.len);
    if (!ext.len)
        stem = kept;
    stem = without_ends(wx_utf8_clip(stem, WX_MAX_FILE_NAME_BYTES - ext.len - 1));
    if (!stem.len)
        stem = WX_STR("file");
    return wx_arena_printf(
        arena, "%s" WX_STR_FMT WX_STR_FMT,
        is_device_name(wx_str_sub(stem, 0, wx_str_chr(stem, '.'))) ? "_" : "",
        WX_STR_ARG(stem), WX_STR_ARG(ext));
}

struct wx_str wx_content_disposition(struct wx_arena *arena, struct wx_str name)
{
    struct wx_str clean = wx_file_name_clean(arena, name);
    char *ascii = wx_arena_alloc(arena, clean.len + 1);
    char *coded = wx_arena_alloc(arena, clean.len * 3 + 1);
    size_t n = 0, m = 0;

    for (size_t i = 0; i < clean.len; i++) {
        unsigned char c = (unsigned char)clean.ptr[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';

        ascii[n++] = c < 0x80 && c != '"' && c != '\\' ? (char)c : '_';
        if (is_plain)
            coded[m++] = (char)c;
        else
            m += (size_t)snprintf(coded + m, 4, "%%%02X", c);
    }
    return wx_arena_printf(
        arena, "attachment; filename=\"" WX_STR_FMT "\"; filename*=UTF-8''" WX_STR_FMT,
        (int)n, ascii, (int)m, coded);
}
