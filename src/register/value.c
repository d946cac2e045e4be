#include "register/value.h"

#include "base/clock.h"
#include "register/cell.h"
#include "register/column.h"
#include <stdio.h>
#include <stdlib.h>

static struct wx_str folded(struct wx_arena *arena, struct wx_str text)
{
    return wx_str_trim(wx_column_fold(arena, text));
}

static json_t *string_of(struct wx_str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

/* ---- dates ---- */

/* Up to three numbers with whatever between them; how many, 0 past three. */
static int numbers_of(struct wx_str s, long out[3])
{
    int n = 0;

    for (size_t i = 0; i < s.len;) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            i++;
            continue;
        }
        if (n == 3)
            return s.ptr[i - 1] == ' ' || s.ptr[i - 1] == 'T' ? 3 : 0; /* a time */
        out[n] = 0;
        for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
            if (out[n] < 100000000)
                out[n] = out[n] * 10 + s.ptr[i] - '0';
        n++;
    }
    return n;
}

/* Days of a workbook begin with 1899-12-30, its own idea of 1900. */
static void from_serial(long days, char out[16])
{
    int64_t at_s = ((int64_t)days - 25569) * 86400;
    char text[24];

    wx_time_format(at_s, text);
    snprintf(out, 16, "%.10s", text);
}

bool wx_value_date(struct wx_arena *arena, struct wx_str text, char out[16])
{
    struct wx_str s = folded(arena, text);
    long part[3] = {0, 1, 1};
    int n = s.len > 40 ? 0 : numbers_of(s, part);
    char again[24];
    int64_t at_s;

    if (n == 1 && part[0] >= 19000101 && part[0] <= 21001231) { /* 20160104 */
        part[2] = part[0] % 100;
        part[1] = part[0] / 100 % 100;
        part[0] /= 10000;
    } else if (n == 1 && part[0] > 20000 && part[0] < 80000 && s.len == 5) {
        from_serial(part[0], out);
        return true;
    } else if (n == 1 && !wx_str_ends(s, "年") && s.len != 4) {
        return false;
    }
    if (n == 0 || part[0] < 1900 || part[0] > 2100 || part[1] < 1 || part[1] > 12 ||
        part[2] < 1 || part[2] > 31)
        return false;
    snprintf(out, 16, "%04ld-%02ld-%02ld", part[0], part[1], part[2]);
    if (!wx_time_parse(wx_str_of(out), &at_s))
        return false;
    wx_time_format(at_s, again); /* the 30th of February comes back as another day */
    return strncmp(again, out, 10) == 0;
}

/* ---- yes and no, choices ---- */

int wx_value_bool(struct wx_arena *arena, struct wx_str text)
{
    static const char *const yes[] = {
        "是",   "有", "已", "√",      "✓",      "✔",   "☑",   "■",     "yes",
        "true", "y",  "1",  "已完成", "已通过", "☑是", "☑有", "是□否", "已建"};
    static const char *const no[] = {"否",     "无",     "未",    "×", "✗",
                                     "没有",   "no",     "false", "n", "0",
                                     "未完成", "未通过", "不"};
    struct wx_str s = folded(arena, text);

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (wx_str_ieqz(s, yes[i]))
            return 1;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (wx_str_ieqz(s, no[i]))
            return 0;
    return -1;
}

/* Boxes as printed forms have them: what stands behind a ticked one. */
static const char *const ticked[] = {"☑", "☒", "■", "√", "✓", "✔"};
static const char *const empty_box[] = {"□", "☐", "◻", "○"};

static size_t sign_at(struct wx_str s, size_t i, const char *const *signs, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (wx_str_starts(wx_str_sub(s, i, s.len), signs[k]))
            return strlen(signs[k]);
    return 0;
}

static size_t any_box_at(struct wx_str s, size_t i, bool *is_ticked)
{
    size_t n = sign_at(s, i, ticked, sizeof ticked / sizeof *ticked);

    *is_ticked = n != 0;
    return n ? n : sign_at(s, i, empty_box, sizeof empty_box / sizeof *empty_box);
}

/* "□行政机关 ☑事业单位" gives 事业单位, once for each ticked box. False: no more. *POS
 * begins at 0. */
static bool next_ticked(struct wx_str s, size_t *pos, struct wx_str *out)
{
    bool is_ticked, other;

    for (size_t i = *pos; i < s.len;) {
        size_t n = any_box_at(s, i, &is_ticked), end;

        if (!n || !is_ticked) {
            i += n ? n : 1;
            continue;
        }
        for (end = i + n; end < s.len && !any_box_at(s, end, &other); end++)
            ;
        *pos = end;
        *out = wx_str_trim(wx_str_sub(s, i + n, end));
        return true;
    }
    *pos = s.len;
    return false;
}

static bool has_boxes(struct wx_str s)
{
    bool is_ticked;

    for (size_t i = 0; i < s.len; i++)
        if (any_box_at(s, i, &is_ticked))
            return true;
    return false;
}

/* By word or label; else the only label that stands in the text or has the text in it:
 * "第三级" is 三级, but "二级、三级" is nothing. */
/* S is folded, so the words that it is held against are too: some bear brackets. */
static bool find_choice(struct wx_arena *arena, const char *spec, struct wx_str s,
                        struct wx_enum_word *out)
{
    struct wx_enum_word word;
    size_t at = 0, n_found = 0;

    if (!s.len)
        return false;
    while (wx_enum_next(spec, &at, &word))
        if (wx_str_ieq(s, word.word) || wx_str_ieq(s, wx_column_fold(arena, word.zh)) ||
            wx_str_ieq(s, word.en)) {
            *out = word;
            return true;
        }
    at = 0;
    while (s.len <= 60 && wx_enum_next(spec, &at, &word)) {
        struct wx_str zh = wx_column_fold(arena, word.zh);

        if (wx_str_find(s, zh, 0) != WX_NPOS ||
            (s.len >= 6 && wx_str_find(zh, s, 0) != WX_NPOS)) {
            *out = word;
            n_found++;
        }
    }
    return n_found == 1;
}

static enum wx_text read_choice(struct wx_arena *arena,
                                const struct wx_record_field *field, struct wx_str s,
                                json_t **out)
{
    struct wx_enum_word word;
    struct wx_str one = s, second;
    size_t pos = 0;

    if (has_boxes(s)) {
        if (!next_ticked(s, &pos, &one))
            return WX_TEXT_COUNT; /* a form left blank */
        if (next_ticked(s, &pos, &second))
            return WX_T_IMPORT_SEVERAL_TICKED;
    }
    if (!find_choice(arena, field->spec, one, &word))
        return WX_T_FIELD_UNKNOWN_WORD;
    *out = string_of(word.word);
    return WX_TEXT_COUNT;
}

static size_t list_sign_at(struct wx_str s, size_t i)
{
    static const char *const signs[] = {"、", ",", ";", "/", "|", "\n", " "};

    return sign_at(s, i, signs, sizeof signs / sizeof *signs);
}

static bool next_listed(struct wx_str s, size_t *pos, struct wx_str *out)
{
    size_t from = *pos, i, n = 0;

    while (from < s.len && (n = list_sign_at(s, from)))
        from += n;
    for (i = from; i < s.len && !list_sign_at(s, i); i++)
        ;
    *pos = i;
    *out = wx_str_sub(s, from, i);
    return i > from;
}

static enum wx_text read_choices(struct wx_arena *arena,
                                 const struct wx_record_field *field, struct wx_str s,
                                 json_t **out)
{
    bool boxes = has_boxes(s);
    json_t *list = json_array();
    struct wx_enum_word word;
    struct wx_str one;
    size_t pos = 0;

    while (boxes ? next_ticked(s, &pos, &one) : next_listed(s, &pos, &one)) {
        if (!find_choice(arena, field->spec, one, &word)) {
            json_decref(list);
            return WX_T_FIELD_UNKNOWN_WORD;
        }
        json_array_append_new(list, string_of(word.word));
    }
    *out = list;
    return WX_TEXT_COUNT;
}

/* ---- addresses, numbers ---- */

static enum wx_text read_domain(struct wx_arena *arena, struct wx_str s, json_t **out)
{
    struct wx_url url;
    enum wx_text why = wx_cell_parse_domain(arena, s, &url);

    if (why != WX_TEXT_COUNT)
        return why;
    *out = url.port == 80 || url.port == 443
               ? string_of(url.host)
               : json_sprintf(WX_STR_FMT ":%u", WX_STR_ARG(url.host), url.port);
    return WX_TEXT_COUNT;
}

static enum wx_text read_url(struct wx_arena *arena, struct wx_str s, json_t **out)
{
    struct wx_url url;

    if (wx_cell_parse_domain(arena, s, &url) != WX_TEXT_COUNT)
        return WX_T_FIELD_NOT_A_URL;
    *out = string_of(url.href);
    return WX_TEXT_COUNT;
}

static enum wx_text read_number(const struct wx_record_field *field, struct wx_str s,
                                json_t **out)
{
    uint64_t max = field->max ? field->max : INT64_MAX, n;

    if (!wx_str_to_u64(s, max, &n))
        return WX_T_FIELD_NOT_A_NUMBER;
    *out = json_integer((json_int_t)n);
    return WX_TEXT_COUNT;
}

static enum wx_text read_bool(struct wx_arena *arena, struct wx_str s, json_t **out)
{
    struct wx_str one = s;
    size_t pos = 0;
    int yes;

    if (has_boxes(s) && s.len > 3 && !next_ticked(s, &pos, &one))
        return WX_TEXT_COUNT;
    yes = wx_value_bool(arena, one);
    if (yes < 0)
        return wx_cell_is_empty_word(one) ? WX_TEXT_COUNT : WX_T_FIELD_NOT_A_BOOL;
    *out = json_boolean(yes);
    return WX_TEXT_COUNT;
}

enum wx_text wx_value_read(struct wx_arena *arena, const struct wx_record_field *field,
                           struct wx_str text, json_t **out)
{
    struct wx_str s = folded(arena, text);
    char date[16];

    *out = NULL;
    if (field->kind == WX_F_BOOL)
        return read_bool(arena, s, out);
    if (wx_cell_is_empty_word(s) && field->kind != WX_F_INT)
        return WX_TEXT_COUNT;
    switch (field->kind) {
    case WX_F_INT:
        return s.len ? read_number(field, s, out) : WX_TEXT_COUNT;
    case WX_F_DATE:
        if (!wx_value_date(arena, s, date))
            return WX_T_FIELD_NOT_A_DATE;
        *out = json_string(date);
        return WX_TEXT_COUNT;
    case WX_F_ENUM:
        return read_choice(arena, field, s, out);
    case WX_F_ENUMS:
        return read_choices(arena, field, s, out);
    case WX_F_DOMAIN:
        return read_domain(arena, s, out);
    case WX_F_URL:
        return read_url(arena, s, out);
    case WX_F_PHONE:
    case WX_F_EMAIL:
        if (field->flags & WX_FIELD_MASKED && wx_str_findz(s, "**") != WX_NPOS)
            return WX_TEXT_COUNT; /* masked when it was given out: nothing new */
        *out = string_of(s);
        return WX_TEXT_COUNT;
    case WX_F_TEXT:
    case WX_F_LONG:
    case WX_F_TIME:
        *out = string_of(wx_str_trim(text)); /* as written: it is somebody's wording */
        return WX_TEXT_COUNT;
    default:
        return WX_T_FIELD_READ_ONLY; /* not for tables */
    }
}
