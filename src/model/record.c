#include "model/record.h"

#include "base/clock.h"
#include <ctype.h>

/* clang-format off */
#define REQUIRED WX_FIELD_REQUIRED
#define READ_ONLY WX_FIELD_READ_ONLY
#define MASKED WX_FIELD_MASKED
#define SEARCH WX_FIELD_SEARCH
#define LIST WX_FIELD_LIST
#define SORT WX_FIELD_SORT
#define UNIQUE WX_FIELD_UNIQUE
#define SEALED WX_FIELD_SEALED
#define ASKED WX_FIELD_ASKED
#define G(name, zh, en) {name, WX_F_GROUP, 0, 0, zh, en, NULL},
#define F(name, kind, max, flags, zh, en, spec) {#name, WX_F_##kind, max, flags, zh, en, spec},
/* clang-format on */

#include "model/record/fields.inc"

#define N_FIELDS(name) (sizeof fields_##name / sizeof fields_##name[0])
static const struct wx_record_kind kinds[] = {
#define R(name, plural, zh, en, owner, read, write, retire)                            \
    {#name, plural, zh, en, owner, fields_##name, N_FIELDS(name), false},
#define M(name, plural, zh, en, owner, read, write, retire)                            \
    {#name, plural, zh, en, owner, fields_##name, N_FIELDS(name), true},
#include "model/record/records.def"
#undef M
#undef R
};

size_t wx_record_kind_count(void)
{
    return sizeof kinds / sizeof kinds[0];
}

const struct wx_record_kind *wx_record_kind_at(size_t i)
{
    return i < wx_record_kind_count() ? &kinds[i] : NULL;
}

const struct wx_record_kind *wx_record_kind_find(struct wx_str name)
{
    for (size_t i = 0; i < wx_record_kind_count(); i++)
        if (wx_str_eqz(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

const struct wx_record_kind *wx_record_kind_by_plural(struct wx_str plural)
{
    for (size_t i = 0; i < wx_record_kind_count(); i++)
        if (wx_str_eqz(plural, kinds[i].plural))
            return &kinds[i];
    return NULL;
}

const struct wx_record_field *wx_record_field_find(const struct wx_record_kind *kind,
                                                   struct wx_str name)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].kind != WX_F_GROUP &&
            wx_str_eqz(name, kind->fields[i].name))
            return &kind->fields[i];
    return NULL;
}

bool wx_enum_next(const char *spec, size_t *at, struct wx_enum_word *out)
{
    struct wx_str rest = wx_str_of(spec + *at), part;

    if (rest.len == 0)
        return false;
    part = wx_str_cut(&rest, '|');
    *at = strlen(spec) - rest.len;
    out->word = wx_str_cut(&part, ':');
    out->zh = wx_str_cut(&part, ':');
    out->en = part;
    return true;
}

bool wx_enum_find(const char *spec, struct wx_str word, struct wx_enum_word *out)
{
    size_t at = 0;

    while (wx_enum_next(spec, &at, out))
        if (wx_str_eq(out->word, word))
            return true;
    return false;
}

void wx_field_problem_add(struct wx_field_problems *problems, const char *field,
                          const char *code, enum wx_text text)
{
    if (problems->n < WX_MAX_FIELD_PROBLEMS)
        problems->at[problems->n++] =
            (struct wx_field_problem){field, code, text, NULL};
}

void wx_field_problem_say(struct wx_field_problems *problems, const char *field,
                          const char *code, const char *said)
{
    if (problems->n < WX_MAX_FIELD_PROBLEMS)
        problems->at[problems->n++] =
            (struct wx_field_problem){.field = field, .code = code, .said = said};
}

void wx_phone_mask(struct wx_str phone, struct wx_buf *out)
{
    size_t from = phone.len >= 11 ? phone.len - 8 : phone.len / 3;
    size_t until = phone.len >= 11 ? phone.len - 4 : phone.len - phone.len / 3;

    for (size_t i = 0; i < phone.len; i++)
        (void)wx_buf_addc(out, i >= from && i < until ? '*' : phone.ptr[i]);
}
