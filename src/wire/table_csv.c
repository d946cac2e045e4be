/* CSV after RFC 4180, with the liberties that office programs take. */
#include "wire/charset.h"
#include "wire/table_rows.h"

struct csv {
    struct wx_arena *arena;
    struct wx_str text;
    size_t at;
    uint32_t line;
    char delimiter;
};

static bool at_line_end(const struct csv *c)
{
    return c->at >= c->text.len || c->text.ptr[c->at] == '\n' ||
           c->text.ptr[c->at] == '\r';
}

static void line_end_take(struct csv *c)
{
    if (c->at < c->text.len && c->text.ptr[c->at] == '\r')
        c->at++;
    if (c->at < c->text.len && c->text.ptr[c->at] == '\n')
        c->at++;
    c->line++;
}

/* The sign that stands most often outside quotes in the first line with anything in it;
 * Excel's own "sep=;" line decides when there is one. */
static char delimiter_find(struct csv *c)
{
    static const char signs[] = ",;\t";
    size_t count[3] = {0}, i = 0;
    bool is_quoted = false;
    char best = ',';

    if (wx_str_istarts(c->text, "sep=") && c->text.len > 4) {
        best = c->text.ptr[4];
        c->at = 5;
        if (at_line_end(c)) {
            line_end_take(c);
            return best;
        }
        c->at = 0;
        best = ',';
    }
    while (i < c->text.len && wx_is_space((unsigned char)c->text.ptr[i]) &&
           c->text.ptr[i] != '\t')
        i++;
    for (; i < c->text.len; i++) {
        char ch = c->text.ptr[i];
        const char *sign;

        if (ch == '"')
            is_quoted = !is_quoted;
        if (is_quoted)
            continue;
        if (ch == '\n' || ch == '\r')
            break;
        sign = ch ? strchr(signs, ch) : NULL;
        if (sign)
            count[sign - signs]++;
    }
    if (count[1] > count[0])
        best = ';';
    if (count[2] && count[2] >= count[0] && count[2] >= count[1])
        best = '\t';
    return best;
}

static struct wx_str plain_take(struct csv *c)
{
    size_t from = c->at;

    while (!at_line_end(c) && c->text.ptr[c->at] != c->delimiter)
        c->at++;
    return wx_str_sub(c->text, from, c->at);
}

/* A quoted field, the opening quote taken; what follows the closing one belongs to it.
 * False: it never closes. */
static bool quoted_take(struct csv *c, struct wx_str *out)
{
    size_t from = c->at, n = 0;
    struct wx_str tail;
    char *copy;
    bool is_doubled = false;

    for (;; c->at++) {
        if (c->at >= c->text.len)
            return false;
        if (c->text.ptr[c->at] == '\n')
            c->line++;
        if (c->text.ptr[c->at] != '"')
            continue;
        if (c->at + 1 < c->text.len && c->text.ptr[c->at + 1] == '"') {
            is_doubled = true;
            c->at++;
            continue;
        }
        break;
    }
    *out = wx_str_sub(c->text, from, c->at++);
    tail = plain_take(c);
    if (!is_doubled && !wx_str_trim(tail).len)
        return true;
    copy = wx_arena_alloc(c->arena, out->len + tail.len);
    for (size_t i = 0; i < out->len; i++) {
        copy[n++] = out->ptr[i];
        if (out->ptr[i] == '"')
            i++;
    }
    if (tail.len)
        memcpy(copy + n, tail.ptr, tail.len);
    *out = (struct wx_str){copy, n + tail.len};
    return true;
}

static bool opens_quote(struct csv *c)
{
    size_t at = c->at;

    while (at < c->text.len && c->text.ptr[at] == ' ')
        at++;
    if (at >= c->text.len || c->text.ptr[at] != '"')
        return false;
    c->at = at + 1;
    return true;
}

static enum wx_status row_take(struct csv *c, struct wx_table_rows *rows,
                               struct wx_err *err)
{
    size_t column = 0;

    rows->number = c->line;
    for (;; column++) {
        struct wx_str cell;

        if (!opens_quote(c))
            cell = plain_take(c);
        else if (!quoted_take(c, &cell))
            return wx_fail(err, WX_E_INVALID,
                           wx_text(rows->lang, WX_T_TABLE_OPEN_QUOTE), rows->number,
                           (unsigned)column + 1);
        wx_table_put(rows, column, cell);
        if (at_line_end(c))
            break;
        c->at++;
    }
    line_end_take(c);
    return wx_table_end_row(rows, err);
}

enum wx_status wx_table_read_csv(struct wx_arena *arena, struct wx_str bytes,
                                 enum wx_lang lang, struct wx_table *out,
                                 struct wx_err *err)
{
    struct wx_decoded decoded =
        wx_charset_decode(arena, bytes, (struct wx_str){NULL, 0});
    struct csv c = {.arena = arena, .text = decoded.text, .line = 1};
    struct wx_table_rows *rows = wx_arena_new(arena, struct wx_table_rows);
    enum wx_status status = WX_OK;

    if (wx_str_chr(c.text, '\0') != WX_NPOS || decoded.n_replaced > c.text.len / 50 + 3)
        return wx_fail(err, WX_E_INVALID, "%s", wx_text(lang, WX_T_TABLE_IS_BINARY));
    rows->arena = arena;
    rows->table = out;
    rows->lang = lang;
    c.delimiter = delimiter_find(&c);
    while (c.at < c.text.len && status == WX_OK)
        status = row_take(&c, rows, err);
    if (status == WX_OK && !out->n_rows)
        status = wx_fail(err, WX_E_INVALID, "%s", wx_text(lang, WX_T_TABLE_NO_ROWS));
    return status;
}
