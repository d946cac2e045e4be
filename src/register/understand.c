#include "register/understand.h"

#include "base/limits.h"
#include "register/cell.h"
#include "register/column.h"
#include "register/table_out.h"
#include "register/value.h"

enum {
    MAX_HEADER_ROW = 30, /* title rows and notes that may stand above the header */
    MAX_DOMAINS_IN_CELL = 50,
    SHOWN_VALUE_BYTES = 120,
};

/* ---- heads ---- */

/* Columns of lists of sites that say something of the unit. */
static const struct {
    const char *field;
    enum wx_column column;
    enum wx_text label;
} extras[] = {
    {"unit_kind", WX_COL_UNIT_KIND, WX_T_IMPORT_COLUMN_UNIT_KIND},
    {"unit_address", WX_COL_UNIT_ADDRESS, WX_T_IMPORT_COLUMN_UNIT_ADDRESS},
    {"contact", WX_COL_CONTACT, WX_T_IMPORT_COLUMN_CONTACT},
    {"leader", WX_COL_LEADER, WX_T_IMPORT_COLUMN_LEADER},
    {"phone", WX_COL_PHONE, WX_T_IMPORT_COLUMN_PHONE},
};
enum { N_EXTRAS = sizeof extras / sizeof *extras };

/* Synonyms of the site's own fields. */
static const struct {
    enum wx_column column;
    const char *field;
} site_fields[] = {
    {WX_COL_DOMAIN, "domain"},
    {WX_COL_NAME, "name"},
    {WX_COL_IP, "ip"},
    {WX_COL_SERVER_PLACE, "server_place"},
    {WX_COL_ICP, "icp"},
    {WX_COL_UNIT, "unit_id"},
    {WX_COL_SITE_CODE, "site_code"},
    {WX_COL_POLICE_CODE, "police_code"},
    {WX_COL_GRADE, "grade"},
};

static bool is_of_sites(const struct wx_record_kind *kind)
{
    return strcmp(kind->name, "site") == 0;
}

bool wx_understand_is_extra(const struct wx_record_kind *kind, struct wx_str field)
{
    for (int i = 0; i < N_EXTRAS; i++)
        if (wx_str_eqz(field, extras[i].field))
            return is_of_sites(kind) && !wx_record_field_find(kind, field);
    return false;
}

enum wx_text wx_understand_extra_label(struct wx_str field)
{
    for (int i = 0; i < N_EXTRAS; i++)
        if (wx_str_eqz(field, extras[i].field))
            return extras[i].label;
    return WX_TEXT_COUNT;
}

static const char *field_of_synonym(struct wx_arena *arena,
                                    const struct wx_record_kind *kind,
                                    struct wx_str head)
{
    enum wx_column column = wx_column_parse(arena, head);

    if (!column || !is_of_sites(kind))
        return NULL;
    for (size_t i = 0; i < sizeof site_fields / sizeof *site_fields; i++)
        if (site_fields[i].column == column &&
            wx_record_field_find(kind, wx_str_of(site_fields[i].field)))
            return site_fields[i].field;
    for (int i = 0; i < N_EXTRAS; i++)
        if (extras[i].column == column)
            return extras[i].field;
    return NULL;
}

/* A field's own labels first, so that what was exported is understood again. */
static const char *field_of_head(struct wx_arena *arena,
                                 const struct wx_record_kind *kind, struct wx_str head)
{
    struct wx_str name = wx_column_name(arena, head);

    if (!name.len || head.len > WX_MAX_CELL_BYTES)
        return NULL;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *f = &kind->fields[i];

        if (f->kind == WX_F_GROUP || f->kind == WX_F_JSON ||
            f->flags & (WX_FIELD_READ_ONLY | WX_FIELD_SEALED))
            continue;
        if (wx_str_eq(name, wx_column_name(arena, wx_str_of(f->zh))) ||
            wx_str_eq(name, wx_column_name(arena, wx_str_of(f->en))) ||
            wx_str_eq(name, wx_column_name(arena, wx_str_of(f->name))))
            return f->name;
    }
    return field_of_synonym(arena, kind, head);
}

const struct wx_record_field *wx_understand_key(const struct wx_record_kind *kind)
{
    static const uint32_t flags[] = {WX_FIELD_UNIQUE, WX_FIELD_SEARCH,
                                     WX_FIELD_REQUIRED};

    for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
        for (size_t i = 0; i < kind->n_fields; i++)
            if (kind->fields[i].flags & flags[k] &&
                !(kind->fields[i].flags & WX_FIELD_READ_ONLY) &&
                kind->fields[i].kind != WX_F_REF)
                return &kind->fields[i];
    return &kind->fields[kind->n_fields - 1];
}

static size_t match_row(struct wx_arena *arena, const struct wx_table_row *row,
                        struct wx_understanding *u, bool *has_key)
{
    const char *key = wx_understand_key(u->kind)->name;
    size_t n = 0;

    *has_key = false;
    u->n_columns = 0;
    for (size_t i = 0; i < row->n_cells && i < WX_UNDERSTAND_MAX_COLUMNS; i++) {
        struct wx_understood_column *c = &u->columns[u->n_columns++];

        *c = (struct wx_understood_column){.at = i, .head = row->cells[i]};
        c->field = field_of_head(arena, u->kind, row->cells[i]);
        for (size_t k = 0; c->field && k + 1 < u->n_columns; k++)
            if (u->columns[k].field && strcmp(u->columns[k].field, c->field) == 0)
                c->is_repeated = true;
        n += c->field && !c->is_repeated;
        *has_key |= c->field && strcmp(c->field, key) == 0;
    }
    return n;
}

/* The nine columns of requirements 52-60 name the unit as 所属部门; where no other
 * column does, that is whose site it is. */
static void unit_of_department(struct wx_understanding *u)
{
    struct wx_understood_column *department = NULL;

    if (!wx_record_field_find(u->kind, WX_STR("unit_id")))
        return;
    for (size_t i = 0; i < u->n_columns; i++) {
        const char *field = u->columns[i].field;

        if (field && strcmp(field, "unit_id") == 0)
            return;
        if (field && strcmp(field, "department") == 0 && !department)
            department = &u->columns[i];
    }
    if (department)
        department->field = "unit_id";
}

/* Without a header: a list of domains, one a line. */
static bool is_bare_list(struct wx_arena *arena, const struct wx_table *table)
{
    struct wx_url url;
    struct wx_str one;
    size_t pos = 0;

    return table->n_rows && table->rows[0].n_cells &&
           wx_cell_next_domain(wx_column_fold(arena, table->rows[0].cells[0]), &pos,
                               &one) &&
           wx_cell_parse_domain(arena, one, &url) == WX_TEXT_COUNT;
}

enum wx_status wx_table_understand(struct wx_arena *arena, const struct wx_table *table,
                                   const struct wx_record_kind *kind, enum wx_lang lang,
                                   struct wx_understanding *out, struct wx_err *err)
{
    const struct wx_record_field *key = wx_understand_key(kind);
    size_t best = WX_NPOS, best_n = 0;
    bool has_key;

    *out = (struct wx_understanding){.kind = kind, .lang = lang};
    for (size_t i = 0; i < table->n_rows && i < MAX_HEADER_ROW; i++) {
        size_t n = match_row(arena, &table->rows[i], out, &has_key);

        if (has_key && n > best_n) {
            best = i;
            best_n = n;
        }
    }
    if (best != WX_NPOS) {
        (void)match_row(arena, &table->rows[best], out, &has_key);
        unit_of_department(out);
        out->header_row = table->rows[best].number;
        out->first = best + 1;
    } else if (is_of_sites(kind) && is_bare_list(arena, table)) {
        out->n_columns = 1;
        out->columns[0] =
            (struct wx_understood_column){.head = WX_STR("1"), .field = "domain"};
    } else {
        return wx_fail(err, WX_E_INVALID, wx_text(lang, WX_T_IMPORT_NO_COLUMN),
                       lang == WX_EN ? key->en : key->zh);
    }
    out->seen = json_object();
    return WX_OK;
}

void wx_understanding_clear(struct wx_understanding *u)
{
    json_decref(u->seen);
    u->seen = NULL;
}

json_t *wx_understanding_heads(const struct wx_understanding *u)
{
    json_t *heads = json_object();

    for (size_t i = 0; i < u->n_columns; i++) {
        const struct wx_understood_column *c = &u->columns[i];
        struct wx_str head = wx_utf8_clip(c->head, SHOWN_VALUE_BYTES);

        if (c->field && !c->is_repeated)
            json_object_set_new(heads, c->field, json_stringn(head.ptr, head.len));
    }
    return heads;
}

/* ---- one row ---- */

struct reading {
    struct wx_arena *arena;
    const struct wx_record_kind *kind;
    enum wx_lang lang;
    const json_t *heads;
    json_t *problems;
    bool must_mend;
};

/* What to do about it, by what is wrong. */
static enum wx_text next_step(enum wx_text reason)
{
    switch (reason) {
    case WX_T_FIELD_REQUIRED:
    case WX_T_IMPORT_NO_DOMAIN:
        return WX_T_IMPORT_NEXT_FILL;
    case WX_T_IMPORT_DUPLICATE:
    case WX_T_FIELD_NOT_UNIQUE:
        return WX_T_IMPORT_NEXT_SAME;
    case WX_T_FIELD_UNKNOWN_WORD:
    case WX_T_IMPORT_SEVERAL_TICKED:
        return WX_T_IMPORT_NEXT_CHOOSE;
    case WX_T_FIELD_TOO_LONG:
        return WX_T_IMPORT_NEXT_SHORTEN;
    default:
        return WX_T_IMPORT_NEXT_CORRECT;
    }
}

static const char *label_of(const struct reading *r, const char *field)
{
    const struct wx_record_field *f = wx_record_field_find(r->kind, wx_str_of(field));
    const char *head = json_string_value(json_object_get(r->heads, field));
    enum wx_text label = wx_understand_extra_label(wx_str_of(field));

    if (head)
        return head;
    if (f)
        return r->lang == WX_EN ? f->en : f->zh;
    return label != WX_TEXT_COUNT ? wx_text(r->lang, label) : field;
}

static void report(struct reading *r, const char *field, const json_t *texts,
                   const char *code, enum wx_text reason, bool is_lost)
{
    const json_t *text = json_object_get(texts, field);
    struct wx_str value = {json_string_value(text), json_string_length(text)};

    value = wx_utf8_clip(value, SHOWN_VALUE_BYTES);
    r->must_mend |= is_lost;
    json_array_append_new(r->problems,
                          json_pack("{s:s, s:s, s:s%, s:s, s:s, s:s, s:b}", "field",
                                    field, "column", label_of(r, field), "value",
                                    value.ptr ? value.ptr : "", value.len, "code", code,
                                    "text", wx_text(r->lang, reason), "next",
                                    wx_text(r->lang, is_lost ? next_step(reason)
                                                             : WX_T_IMPORT_NEXT_DOUBT),
                                    "is_lost", is_lost));
}

static void read_field(struct reading *r, const struct wx_record_field *f,
                       const json_t *texts, json_t *values)
{
    const json_t *text = json_object_get(texts, f->name);
    struct wx_str s = {json_string_value(text), json_string_length(text)};
    enum wx_text why;
    json_t *value;

    if (!json_is_string(text) || f->kind == WX_F_REF)
        return;
    why = wx_value_read(r->arena, f, s, &value);
    if (why != WX_TEXT_COUNT) {
        report(r, f->name, texts, "not_understood", why, true);
        return;
    }
    if (value)
        json_object_set_new(values, f->name, value);
}

/* A list without names: each site is called by its domain until somebody names it. */
static void name_by_domain(const struct reading *r, const json_t *texts, json_t *values)
{
    json_t *domain = json_object_get(values, "domain");

    if (is_of_sites(r->kind) && domain && !json_object_get(r->heads, "name") &&
        !json_object_get(texts, "name"))
        json_object_set(values, "name", domain);
}

static bool is_told(const json_t *problems, const char *field)
{
    const json_t *told;
    size_t i;

    json_array_foreach(
        problems, i, told) if (strcmp(json_string_value(json_object_get(told, "field")),
                                      field) == 0) return true;
    return false;
}

/* What the record's own check says; fields that could not be read have said so. */
static void check_values(struct reading *r, const json_t *texts, json_t *values)
{
    struct wx_field_problems problems;

    if (!wx_record_check(r->kind, values, true, &problems, NULL))
        return;
    for (size_t i = 0; i < problems.n; i++) {
        const char *field = problems.at[i].field;
        const struct wx_record_field *f =
            wx_record_field_find(r->kind, wx_str_of(field));

        if (!f || f->kind == WX_F_REF)
            continue; /* units are found by name when the draft is looked at */
        if (!is_told(r->problems, field))
            report(r, field, texts, problems.at[i].code, problems.at[i].text, true);
    }
}

static void check_extras(struct reading *r, const json_t *texts)
{
    const json_t *text = json_object_get(texts, "unit_kind");
    struct wx_str kind = {json_string_value(text), json_string_length(text)};
    const struct wx_record_kind *unit = wx_record_kind_find(WX_STR("unit"));
    const struct wx_record_field *f = wx_record_field_find(unit, WX_STR("kind"));
    json_t *value = NULL;

    if (!kind.len || !f || !wx_understand_is_extra(r->kind, WX_STR("unit_kind")))
        return;
    if (wx_value_read(r->arena, f, kind, &value) != WX_TEXT_COUNT)
        report(r, "unit_kind", texts, "doubtful", WX_T_IMPORT_BAD_UNIT_KIND, false);
    json_decref(value);
}

void wx_understand_tell(const struct wx_record_kind *kind, enum wx_lang lang,
                        const json_t *heads, const struct wx_field_problems *problems,
                        bool is_lost, json_t *row)
{
    struct reading r = {.kind = kind,
                        .lang = lang,
                        .heads = heads,
                        .problems = json_object_get(row, "problems")};
    const char *state = json_string_value(json_object_get(row, "state"));

    for (size_t i = 0; i < problems->n; i++) {
        const struct wx_field_problem *p = &problems->at[i];

        if (!is_told(r.problems, p->field))
            report(&r, p->field, json_object_get(row, "texts"), p->code, p->text,
                   is_lost);
    }
    if (r.must_mend && state && strcmp(state, "good") == 0)
        json_object_set_new(row, "state", json_string("mend"));
}

void wx_understand_texts(struct wx_arena *arena, const struct wx_record_kind *kind,
                         enum wx_lang lang, const json_t *heads, json_t *row)
{
    struct reading r = {.arena = arena,
                        .kind = kind,
                        .lang = lang,
                        .heads = heads,
                        .problems = json_array()};
    const json_t *texts = json_object_get(row, "texts");
    json_t *values = json_object();

    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].kind != WX_F_GROUP)
            read_field(&r, &kind->fields[i], texts, values);
    name_by_domain(&r, texts, values);
    check_values(&r, texts, values);
    check_extras(&r, texts);
    json_object_set_new(row, "values", values);
    json_object_set_new(row, "problems", r.problems);
    json_object_set_new(row, "state", json_string(r.must_mend ? "mend" : "good"));
}

/* ---- rows of a table ---- */

static json_t *texts_of(const struct wx_understanding *u,
                        const struct wx_table_row *row)
{
    json_t *texts = json_object();

    for (size_t i = 0; i < u->n_columns; i++) {
        const struct wx_understood_column *c = &u->columns[i];
        struct wx_str cell;

        if (!c->field || c->is_repeated || c->at >= row->n_cells)
            continue;
        cell = wx_str_trim(row->cells[c->at]);
        if (wx_str_starts(cell, "'") &&
            wx_cell_is_formula(wx_str_sub(cell, 1, cell.len)))
            cell = wx_str_sub(cell, 1, cell.len); /* an export put it there */
        if (cell.len) /* NULL when not UTF-8, which a table never gives */
            json_object_set_new(texts, c->field, json_stringn(cell.ptr, cell.len));
    }
    return texts;
}

/* Printed pages repeat the header. */
static bool repeats_header(const struct wx_understanding *u,
                           const struct wx_table_row *row)
{
    size_t n_same = 0, n = 0;

    for (size_t i = 0; i < u->n_columns; i++) {
        const struct wx_understood_column *c = &u->columns[i];

        if (!c->field || c->at >= row->n_cells)
            continue;
        n++;
        n_same += wx_str_eq(wx_str_trim(row->cells[c->at]), wx_str_trim(c->head));
    }
    return u->header_row && n && n_same == n;
}

/* The same thing twice in one table: the later row waits for a person. */
static void find_same(struct wx_arena *arena, struct wx_understanding *u, json_t *row)
{
    const struct wx_record_field *key = wx_understand_key(u->kind);
    json_t *heads = wx_understanding_heads(u);
    struct reading r = {.arena = arena,
                        .kind = u->kind,
                        .lang = u->lang,
                        .heads = heads,
                        .problems = json_object_get(row, "problems")};
    const char *value =
        json_string_value(json_object_get(json_object_get(row, "values"), key->name));

    if (value && *value && json_object_get(u->seen, value)) {
        report(&r, key->name, json_object_get(row, "texts"), "duplicate",
               WX_T_IMPORT_DUPLICATE, true);
        json_object_set_new(row, "state", json_string("skip"));
    } else if (value && *value) {
        json_object_set(u->seen, value, json_object_get(row, "row"));
    }
    json_decref(heads);
}

static void add_row(struct wx_arena *arena, struct wx_understanding *u, uint32_t number,
                    json_t *texts, json_t *rows)
{
    json_t *heads = wx_understanding_heads(u);
    json_t *row = json_pack("{s:i, s:o}", "row", (int)number, "texts", texts);

    wx_understand_texts(arena, u->kind, u->lang, heads, row);
    find_same(arena, u, row);
    json_array_append_new(rows, row);
    json_decref(heads);
}

/*
 * Several pieces of which none is a domain are one wrong value, not several; and so is
 * a domain with a blank slipped into it: "www.swj example.gov.cn" must not become two
 * names, one of which is somebody else's.
 */
static bool names_domains(struct wx_arena *arena, struct wx_str cell)
{
    struct wx_url url;
    struct wx_str one;
    size_t pos = 0, n_good = 0, n_doubtful = 0;

    for (size_t n = 0; n < MAX_DOMAINS_IN_CELL; n++) {
        if (!wx_cell_next_domain(cell, &pos, &one))
            break;
        if (wx_cell_parse_domain(arena, one, &url) != WX_TEXT_COUNT)
            continue;
        n_good++;
        n_doubtful +=
            url.host_kind == WX_HOST_NAME && !wx_domain_has_known_suffix(url.host);
    }
    return n_good == 1 || (n_good && !n_doubtful);
}

json_t *wx_understand_row(struct wx_arena *arena, struct wx_understanding *u,
                          const struct wx_table_row *row)
{
    json_t *rows = json_array(), *texts = texts_of(u, row);
    const json_t *cell = json_object_get(texts, "domain");
    const struct wx_record_field *domain =
        wx_record_field_find(u->kind, WX_STR("domain"));
    struct wx_str several, one;
    size_t pos = 0, n = 0;

    if (!json_object_size(texts) || repeats_header(u, row)) {
        json_decref(texts);
        return rows;
    }
    several = wx_column_fold(
        arena, (struct wx_str){json_string_value(cell), json_string_length(cell)});
    if (!domain || domain->kind != WX_F_DOMAIN || !names_domains(arena, several))
        several.len = 0;
    while (n < MAX_DOMAINS_IN_CELL && wx_cell_next_domain(several, &pos, &one)) {
        json_t *copy = json_copy(texts);

        json_object_set_new(copy, "domain", json_stringn(one.ptr, one.len));
        add_row(arena, u, row->number, copy, rows);
        n++;
    }
    if (n)
        json_decref(texts);
    else
        add_row(arena, u, row->number, texts, rows);
    return rows;
}
