/* Values of a record held against its field table. */
#include "base/clock.h"
#include "model/record.h"

struct checking {
    const struct wx_record_field *field;
    struct wx_field_problems *problems;
    json_t *values;
};

static void problem(struct checking *c, const char *code, enum wx_text text)
{
    wx_field_problem_add(c->problems, c->field->name, code, text);
}

static bool is_date(struct wx_str s)
{
    int64_t at_s;

    return s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-' && wx_time_parse(s, &at_s);
}

static bool is_email(struct wx_str s)
{
    size_t at = wx_str_chr(s, '@');

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ' || strchr("<>\",;\\", s.ptr[i]))
            return false;
    return at != WX_NPOS && at > 0 && at + 1 < s.len &&
           wx_str_find(s, WX_STR("@"), at + 1) == WX_NPOS;
}

static bool is_phone(struct wx_str s)
{
    size_t n_digits = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            n_digits++;
        else if (!strchr("+-() /,*转", s.ptr[i]) && (unsigned char)s.ptr[i] < 0x80)
            return false;
    }
    return n_digits >= 3;
}

/* Letters, digits, dots, hyphens, an optional port; Unicode labels are let through and
 * made ASCII by register/, which knows IDNA. */
static bool is_domain(struct wx_str s)
{
    if (wx_str_starts(s, "[")) /* an IPv6 address */
        return wx_str_chr(s, ']') != WX_NPOS;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char ch = (unsigned char)s.ptr[i];

        if (ch < 0x80 && !(ch >= '0' && ch <= '9') && !(ch >= 'a' && ch <= 'z') &&
            !(ch >= 'A' && ch <= 'Z') && !strchr(".-_:", ch))
            return false;
    }
    return wx_str_chr(s, '.') != WX_NPOS;
}

static bool is_web_address(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ')
            return false;
    return wx_str_istarts(s, "http://") || wx_str_istarts(s, "https://");
}

static void check_shape(struct checking *c, struct wx_str s)
{
    struct wx_enum_word word;

    switch (c->field->kind) {
    case WX_F_DATE:
        if (!is_date(s))
            problem(c, "not_a_date", WX_T_FIELD_NOT_A_DATE);
        break;
    case WX_F_ENUM:
        if (!wx_enum_find(c->field->spec, s, &word))
            problem(c, "unknown_word", WX_T_FIELD_UNKNOWN_WORD);
        break;
    case WX_F_PHONE:
        if (!is_phone(s))
            problem(c, "not_a_phone", WX_T_FIELD_NOT_A_PHONE);
        break;
    case WX_F_EMAIL:
        if (!is_email(s))
            problem(c, "not_an_email", WX_T_FIELD_NOT_AN_EMAIL);
        break;
    case WX_F_DOMAIN:
        if (!is_domain(s))
            problem(c, "not_a_domain", WX_T_FIELD_NOT_A_DOMAIN);
        break;
    case WX_F_URL:
        if (!is_web_address(s))
            problem(c, "not_a_url", WX_T_FIELD_NOT_A_URL);
        break;
    default:
        break;
    }
}

static bool has_control(struct wx_str s, bool lines)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 &&
            !(lines && (s.ptr[i] == '\n' || s.ptr[i] == '\t' || s.ptr[i] == '\r')))
            return true;
    return false;
}

static void keep_string(struct checking *c, struct wx_str s)
{
    char lower[300];

    if (c->field->kind == WX_F_DOMAIN && s.len < sizeof lower) {
        for (size_t i = 0; i < s.len; i++)
            lower[i] = (char)wx_lower((unsigned char)s.ptr[i]);
        s.ptr = lower;
    }
    json_object_set_new(c->values, c->field->name,
                        json_stringn(s.ptr ? s.ptr : "", s.len));
}

static void check_string(struct checking *c, json_t *value)
{
    struct wx_str s;

    if (json_is_null(value)) {
        s = WX_STR("");
    } else if (!json_is_string(value)) {
        problem(c, "not_text", WX_T_FIELD_NOT_TEXT);
        return;
    } else {
        s = (struct wx_str){json_string_value(value), json_string_length(value)};
    }
    s = wx_str_trim(s);
    if (s.len > c->field->max)
        problem(c, "too_long", WX_T_FIELD_TOO_LONG);
    else if (has_control(s, c->field->kind == WX_F_LONG))
        problem(c, "control_character", WX_T_FIELD_CONTROL);
    else if (s.len == 0 && (c->field->flags & WX_FIELD_REQUIRED))
        problem(c, "required", WX_T_FIELD_REQUIRED);
    else if (s.len)
        check_shape(c, s);
    keep_string(c, s);
}

static void check_number(struct checking *c, json_t *value)
{
    bool is_ref = c->field->kind == WX_F_REF;

    if (json_is_null(value) && !(c->field->flags & WX_FIELD_REQUIRED))
        return;
    if (json_is_null(value))
        problem(c, "required", WX_T_FIELD_REQUIRED);
    else if (!json_is_integer(value) || json_integer_value(value) < 0 ||
             (!is_ref && c->field->max && json_integer_value(value) > c->field->max))
        problem(c, "not_a_number", WX_T_FIELD_NOT_A_NUMBER);
}

static void check_words(struct checking *c, json_t *value)
{
    struct wx_enum_word word;
    json_t *item;
    size_t i;

    if (json_is_null(value))
        return;
    if (!json_is_array(value) || json_array_size(value) > 64) {
        problem(c, "not_a_list", WX_T_FIELD_NOT_A_LIST);
        return;
    }
    json_array_foreach(value, i, item)
    {
        const char *z = json_string_value(item);

        if (!z || !wx_enum_find(c->field->spec, wx_str_of(z), &word)) {
            problem(c, "unknown_word", WX_T_FIELD_UNKNOWN_WORD);
            return;
        }
    }
}

static void check_time(struct checking *c, json_t *value)
{
    int64_t at_s;

    if (!json_is_null(value) &&
        !(json_is_string(value) &&
          wx_time_parse(wx_str_of(json_string_value(value)), &at_s)))
        problem(c, "not_a_time", WX_T_FIELD_NOT_A_TIME);
}

static void check_value(struct checking *c, json_t *value)
{
    switch (c->field->kind) {
    case WX_F_GROUP:
    case WX_F_JSON:
        break;
    case WX_F_INT:
    case WX_F_REF:
        check_number(c, value);
        break;
    case WX_F_BOOL:
        if (!json_is_boolean(value) && !json_is_null(value))
            problem(c, "not_yes_or_no", WX_T_FIELD_NOT_A_BOOL);
        break;
    case WX_F_ENUMS:
        check_words(c, value);
        break;
    case WX_F_TIME:
        check_time(c, value);
        break;
    default:
        check_string(c, value);
        break;
    }
}

/* A name that the table does not have; its own text, since the table cannot say. */
static void check_names(const struct wx_record_kind *kind, json_t *values,
                        struct wx_field_problems *problems)
{
    const char *name;
    json_t *value;

    json_object_foreach(values, name, value)
    {
        const struct wx_record_field *field =
            wx_record_field_find(kind, wx_str_of(name));

        if (!field)
            wx_field_problem_add(problems, name, "unknown_field", WX_T_FIELD_UNKNOWN);
        else if (field->flags & WX_FIELD_READ_ONLY)
            wx_field_problem_add(problems, field->name, "read_only",
                                 WX_T_FIELD_READ_ONLY);
    }
}

enum wx_status wx_record_check(const struct wx_record_kind *kind, json_t *values,
                               bool whole, struct wx_field_problems *problems,
                               struct wx_err *err)
{
    struct checking c = {.problems = problems, .values = values};

    problems->n = 0;
    if (!json_is_object(values))
        return wx_fail(err, WX_E_INVALID, "the values of a '%s' must be a JSON object",
                       kind->name);
    check_names(kind, values, problems);
    for (size_t i = 0; i < kind->n_fields; i++) {
        json_t *value = json_object_get(values, kind->fields[i].name);

        c.field = &kind->fields[i];
        if (value)
            check_value(&c, value);
        else if (whole && (c.field->flags & WX_FIELD_REQUIRED) &&
                 !(c.field->flags & WX_FIELD_READ_ONLY))
            problem(&c, "required", WX_T_FIELD_REQUIRED);
    }
    if (problems->n)
        return wx_fail(err, WX_E_INVALID, "field '%s' of the %s: %s",
                       problems->at[0].field, kind->name, problems->at[0].code);
    return WX_OK;
}
