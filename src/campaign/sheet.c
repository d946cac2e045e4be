#include "campaign/sheet.h"

#include "base/limits.h"

/* Dropping one answer can make others not apply; forms nest three or four deep. */
enum { MAX_DROP_ROUNDS = 12, MAX_FILES = 50 };

static const char *const result_words[] = {"conform", "partly", "not", "na", "open"};

const char *wx_check_result_name(enum wx_check_result result)
{
    return result_words[result];
}

const char *wx_check_result_text(enum wx_lang lang, enum wx_check_result result)
{
    return wx_text(lang, (enum wx_text)(WX_T_CHECK_CONFORM + result));
}

/* ---- problems ---- */

struct sheet_job {
    struct wx_arena *arena;
    const struct wx_campaign_form *form;
    enum wx_sheet_mode mode;
    struct wx_sheet_result *out;
    size_t cap_problems, cap_dropped;
    /* where it is now */
    const struct wx_form_block *block;
    const json_t *row;
    size_t i_row;
};

static struct wx_str path_of(const struct sheet_job *job, const char *field)
{
    const struct wx_form_block *b = job->block;
    const char *dot = field ? "." : "";

    if (!field)
        field = "";
    if (b->is_repeated && job->row)
        return wx_arena_printf(job->arena, WX_STR_FMT "[%zu]%s%s", WX_STR_ARG(b->key),
                               job->i_row, dot, field);
    return wx_arena_printf(job->arena, WX_STR_FMT "%s%s", WX_STR_ARG(b->key), dot,
                           field);
}

static struct wx_str problem_text(const struct sheet_job *job, enum wx_lang lang,
                                  const char *label, struct wx_str what)
{
    return wx_arena_printf(job->arena, wx_text(lang, WX_T_SHEET_PROBLEM), label,
                           wx_arena_z(job->arena, what));
}

static void tell(struct sheet_job *job, const struct wx_sheet_problem *problem)
{
    struct wx_sheet_result *out = job->out;
    size_t kept = out->n_problems;

    out->n_errors += !problem->is_warning;
    if (kept >= WX_MAX_SHEET_PROBLEMS)
        return;
    if (kept == job->cap_problems) {
        job->cap_problems = kept ? kept * 2 : 16;
        out->problems =
            wx_arena_grow(job->arena, out->problems, kept * sizeof *out->problems,
                          job->cap_problems * sizeof *out->problems);
    }
    out->problems[out->n_problems++] = *problem;
}

static void tell_at(struct sheet_job *job, struct wx_str path, const char *code,
                    const char *zh, const char *en, enum wx_text text)
{
    tell(job, &(struct wx_sheet_problem){
                  .path = path,
                  .code = code,
                  .zh = problem_text(job, WX_ZH, zh, wx_str_of(wx_text(WX_ZH, text))),
                  .en = problem_text(job, WX_EN, en, wx_str_of(wx_text(WX_EN, text)))});
}

static void tell_field(struct sheet_job *job, const struct wx_form_field *f,
                       const char *code, enum wx_text text)
{
    tell_at(job, path_of(job, f->record.name), code, f->record.zh, f->record.en, text);
}

static void tell_block(struct sheet_job *job, const char *code, enum wx_text text)
{
    const struct wx_words *title = &job->block->title;

    tell_at(job, path_of(job, NULL), code, wx_arena_z(job->arena, title->zh),
            wx_arena_z(job->arena, title->en), text);
}

/* ---- what does not apply goes ---- */

static void note_dropped(struct sheet_job *job, const char *field)
{
    struct wx_sheet_result *out = job->out;

    if (out->n_dropped == job->cap_dropped) {
        size_t old = job->cap_dropped * sizeof *out->dropped;

        job->cap_dropped = job->cap_dropped ? job->cap_dropped * 2 : 16;
        out->dropped = wx_arena_grow(job->arena, out->dropped, old,
                                     job->cap_dropped * sizeof *out->dropped);
    }
    out->dropped[out->n_dropped++] = path_of(job, field);
}

static bool drop_in_row(struct sheet_job *job, json_t *row)
{
    bool is_changed = false;

    job->row = row;
    for (size_t i = 0; i < job->block->n_fields; i++) {
        const struct wx_form_field *f = &job->block->fields[i];
        const json_t *value = json_object_get(row, f->record.name);

        if (!value || wx_condition_holds(&f->when, job->out->answers, row))
            continue;
        if (!wx_answer_is_empty(value))
            note_dropped(job, f->record.name);
        json_object_del(row, f->record.name);
        is_changed = true;
    }
    return is_changed;
}

static bool drop_in_block(struct sheet_job *job)
{
    const char *key = wx_arena_z(job->arena, job->block->key);
    json_t *value = json_object_get(job->out->answers, key), *row;
    bool is_changed = false;
    size_t i;

    if (!value)
        return false;
    job->row = NULL;
    if (!wx_condition_holds(&job->block->when, job->out->answers, NULL)) {
        if (!wx_answer_is_empty(value) || json_object_size(value))
            note_dropped(job, NULL);
        json_object_del(job->out->answers, key);
        return true;
    }
    if (!job->block->is_repeated)
        return json_is_object(value) && drop_in_row(job, value);
    json_array_foreach(value, i, row)
    {
        job->i_row = i;
        is_changed = (json_is_object(row) && drop_in_row(job, row)) || is_changed;
    }
    return is_changed;
}

static void drop_all(struct sheet_job *job)
{
    bool is_changed = true;

    for (int round = 0; is_changed && round < MAX_DROP_ROUNDS; round++) {
        is_changed = false;
        for (size_t b = 0; b < job->form->n_blocks; b++) {
            job->block = &job->form->blocks[b];
            is_changed = drop_in_block(job) || is_changed;
        }
    }
}

/* ---- one answer ---- */

static bool are_files(const json_t *value)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(value) || json_array_size(value) > MAX_FILES)
        return false;
    json_array_foreach(value, i, item)
    {
        if (!json_is_integer(item) || json_integer_value(item) <= 0)
            return false;
    }
    return true;
}

static enum wx_check_result result_of(const json_t *value)
{
    const char *word = json_string_value(json_object_get(value, "result"));

    for (int i = 0; word && i < WX_CHECK_OPEN; i++)
        if (strcmp(word, result_words[i]) == 0)
            return (enum wx_check_result)i;
    return WX_CHECK_OPEN;
}

static void count_check(struct sheet_job *job, const struct wx_form_field *f,
                        const json_t *value)
{
    enum wx_check_result result = result_of(value);
    const json_t *score = json_object_get(value, "score");

    job->out->n_checks[result]++;
    if (result == WX_CHECK_NA || result == WX_CHECK_OPEN)
        return;
    job->out->max_points += f->points;
    if (json_is_number(score))
        job->out->points += json_number_value(score);
    else if (result != WX_CHECK_NOT)
        job->out->points += result == WX_CHECK_CONFORM ? f->points : f->points / 2.0;
}

/* Shape of {"result", "note", "files", "score"}; false: a problem was told. */
static bool check_shape(struct sheet_job *job, const struct wx_form_field *f,
                        json_t *value)
{
    const json_t *note = json_object_get(value, "note");
    const json_t *score = json_object_get(value, "score");
    const json_t *files = json_object_get(value, "files"), *item;
    const json_t *word = json_object_get(value, "result");
    const char *key;

    json_object_foreach(value, key, item)
    {
        if (strcmp(key, "result") != 0 && strcmp(key, "note") != 0 &&
            strcmp(key, "files") != 0 && strcmp(key, "score") != 0) {
            tell_field(job, f, "unknown", WX_T_FIELD_UNKNOWN);
            return false;
        }
    }
    if (!json_is_object(value) ||
        (!wx_answer_is_empty(word) && result_of(value) == WX_CHECK_OPEN))
        tell_field(job, f, "not_a_result", WX_T_SHEET_NOT_A_RESULT);
    else if (note && !json_is_null(note) && !json_is_string(note))
        tell_field(job, f, "not_text", WX_T_FIELD_NOT_TEXT);
    else if (json_string_length(note) > WX_MAX_ANSWER_CHARS)
        tell_field(job, f, "too_long", WX_T_FIELD_TOO_LONG);
    else if (files && !json_is_null(files) && !are_files(files))
        tell_field(job, f, "not_files", WX_T_SHEET_NOT_FILES);
    else if (score && !json_is_null(score) &&
             (!json_is_number(score) || !(json_number_value(score) >= 0) ||
              json_number_value(score) > f->points))
        tell_field(job, f, "not_a_number", WX_T_SHEET_NOT_A_DECIMAL);
    else
        return true;
    return false;
}

static void check_row_answer(struct sheet_job *job, const struct wx_form_field *f,
                             json_t *value)
{
    bool has_note, has_files;
    enum wx_check_result result;

    if (!check_shape(job, f, value))
        return;
    result = result_of(value);
    count_check(job, f, value);
    if (job->mode == WX_SHEET_DRAFT)
        return;
    has_note = !wx_answer_is_empty(json_object_get(value, "note"));
    has_files = !wx_answer_is_empty(json_object_get(value, "files"));
    if ((result == WX_CHECK_PARTLY || result == WX_CHECK_NOT) && !has_note)
        tell_field(job, f, "needs_note", WX_T_SHEET_NEEDS_NOTE);
    if (result == WX_CHECK_CONFORM && f->needs_proof && !has_note && !has_files)
        tell_field(job, f, "needs_proof", WX_T_SHEET_NEEDS_PROOF);
}

/* By the register's own rules, as if the form were a record of one field. */
static void check_plain(struct sheet_job *job, const struct wx_form_field *f,
                        json_t *row)
{
    const struct wx_record_kind kind = {
        .name = "form", .fields = &f->record, .n_fields = 1};
    json_t *one = json_object(), *value = json_object_get(row, f->record.name);
    struct wx_field_problems problems;
    struct wx_err err;

    json_object_set(one, f->record.name, value);
    if (wx_record_check(&kind, one, false, &problems, &err))
        tell_field(job, f, problems.at[0].code, problems.at[0].text);
    else if (f->has_min && json_is_integer(value) && json_integer_value(value) < f->min)
        tell_field(job, f, "too_small", WX_T_SHEET_TOO_SMALL);
    else
        json_object_set(row, f->record.name, json_object_get(one, f->record.name));
    json_decref(one);
}

static void check_number(struct sheet_job *job, const struct wx_form_field *f,
                         const json_t *value)
{
    double v = json_number_value(value);

    if (json_is_null(value))
        return;
    if (!json_is_number(value) || !(v <= (double)f->max) || v < (double)f->min)
        tell_field(job, f, "not_a_number", WX_T_SHEET_NOT_A_DECIMAL);
}

static void check_answer(struct sheet_job *job, const struct wx_form_field *f,
                         json_t *row)
{
    json_t *value = json_object_get(row, f->record.name);

    switch (f->kind) {
    case WX_ANSWER_CHECK:
        check_row_answer(job, f, value);
        break;
    case WX_ANSWER_NUMBER:
        check_number(job, f, value);
        break;
    case WX_ANSWER_FILE:
        if (!json_is_null(value) && !are_files(value))
            tell_field(job, f, "not_files", WX_T_SHEET_NOT_FILES);
        break;
    default:
        check_plain(job, f, row);
    }
}

/* ---- rows and blocks ---- */

static void check_row(struct sheet_job *job, json_t *row)
{
    const char *key;
    json_t *value;
    void *next;

    job->row = row;
    if (!json_is_object(row)) {
        tell_block(job, "not_an_object", WX_T_SHEET_NOT_OBJECT);
        return;
    }
    json_object_foreach_safe(row, next, key, value)
    {
        if (wx_form_field_find(job->block, wx_str_of(key)))
            continue;
        tell_at(job,
                path_of(job, wx_arena_z(job->arena, wx_utf8_clip(wx_str_of(key), 60))),
                "unknown", wx_arena_z(job->arena, job->block->title.zh),
                wx_arena_z(job->arena, job->block->title.en), WX_T_FIELD_UNKNOWN);
        json_object_del(row, key);
    }
    for (size_t i = 0; i < job->block->n_fields; i++) {
        const struct wx_form_field *f = &job->block->fields[i];
        bool is_there = json_object_get(row, f->record.name) != NULL;
        bool is_empty;

        if (!wx_condition_holds(&f->when, job->out->answers, row))
            continue;
        if (is_there)
            check_answer(job, f, row);
        else if (f->kind == WX_ANSWER_CHECK)
            job->out->n_checks[WX_CHECK_OPEN]++;
        is_empty = wx_answer_is_empty(json_object_get(row, f->record.name));
        job->out->n_asked += f->is_required;
        job->out->n_answered += f->is_required && !is_empty;
        if (f->is_required && is_empty && job->mode == WX_SHEET_SUBMIT)
            tell_field(job, f, "required", WX_T_FIELD_REQUIRED);
    }
}

static void check_rows(struct sheet_job *job, json_t *rows)
{
    json_t *row;
    size_t i;

    job->row = NULL;
    if (!json_is_array(rows)) {
        tell_block(job, "not_rows", WX_T_SHEET_NOT_ROWS);
        return;
    }
    if (json_array_size(rows) > job->block->max_rows) {
        tell_block(job, "too_many_rows", WX_T_SHEET_TOO_MANY_ROWS);
        return;
    }
    if (json_array_size(rows) < job->block->min_rows && job->mode == WX_SHEET_SUBMIT)
        tell_block(job, "too_few_rows", WX_T_SHEET_TOO_FEW_ROWS);
    json_array_foreach(rows, i, row)
    {
        job->i_row = i;
        check_row(job, row);
    }
}

static void check_block(struct sheet_job *job)
{
    const char *key = wx_arena_z(job->arena, job->block->key);
    json_t *value = json_object_get(job->out->answers, key);

    if (!wx_condition_holds(&job->block->when, job->out->answers, NULL))
        return;
    if (!value || json_is_null(value)) {
        if (job->block->is_repeated && job->mode == WX_SHEET_DRAFT)
            return;
        value = job->block->is_repeated ? json_array() : json_object();
        json_object_set_new(job->out->answers, key, value);
    }
    if (job->block->is_repeated) {
        check_rows(job, value);
    } else {
        job->row = NULL;
        check_row(job, value);
    }
}

static void check_names(struct sheet_job *job)
{
    const char *key;
    json_t *value;
    void *next;

    json_object_foreach_safe(job->out->answers, next, key, value)
    {
        struct wx_str name = wx_str_of(key);

        if (wx_form_block_find(job->form, name))
            continue;
        name = wx_arena_str(job->arena, wx_utf8_clip(name, 60));
        tell_at(job, name, "unknown", wx_arena_z(job->arena, name),
                wx_arena_z(job->arena, name), WX_T_SHEET_NO_BLOCK);
        json_object_del(job->out->answers, key);
    }
}

/* ---- rules ---- */

/* The first field it names is where a person looks. */
static struct wx_str rule_path(struct sheet_job *job, const struct wx_form_rule *rule)
{
    const struct wx_rule_side *sides[] = {&rule->expr.left, &rule->expr.right};

    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < sides[s]->n; i++) {
            const struct wx_place *p = &sides[s]->at[i].place;

            if (sides[s]->at[i].kind != WX_TERM_FIELD)
                continue;
            if (!p->block.len) {
                job->block = rule->block;
                return path_of(job, wx_arena_z(job->arena, p->field));
            }
            return wx_arena_printf(job->arena, WX_STR_FMT "." WX_STR_FMT,
                                   WX_STR_ARG(p->block), WX_STR_ARG(p->field));
        }
    return WX_STR("");
}

static void judge_rule(struct sheet_job *job, const struct wx_form_rule *rule,
                       const json_t *row)
{
    job->row = row;
    if (wx_rule_judge(&rule->expr, job->out->answers, row) != WX_RULE_BROKEN)
        return;
    tell(job, &(struct wx_sheet_problem){.path = rule_path(job, rule),
                                         .code = "implausible",
                                         .is_warning = rule->is_warning,
                                         .zh = rule->label.zh,
                                         .en = rule->label.en});
}

static void check_rules(struct sheet_job *job)
{
    for (size_t i = 0; i < job->form->n_rules; i++) {
        const struct wx_form_rule *rule = &job->form->rules[i];
        const json_t *rows, *row;

        if (!rule->block) {
            judge_rule(job, rule, NULL);
            continue;
        }
        rows = json_object_get(job->out->answers,
                               wx_arena_z(job->arena, rule->block->key));
        json_array_foreach(rows, job->i_row, row)
        {
            judge_rule(job, rule, row);
        }
    }
}

void wx_sheet_check(struct wx_arena *arena, const struct wx_campaign_form *form,
                    const json_t *answers, enum wx_sheet_mode mode,
                    struct wx_sheet_result *out)
{
    struct sheet_job job = {.arena = arena, .form = form, .mode = mode, .out = out};

    memset(out, 0, sizeof *out);
    if (answers && !json_is_object(answers))
        tell_at(&job, WX_STR(""), "not_an_object", wx_arena_z(arena, form->title.zh),
                wx_arena_z(arena, form->title.en), WX_T_SHEET_NOT_OBJECT);
    out->answers = json_is_object(answers) ? json_deep_copy(answers) : json_object();
    check_names(&job);
    drop_all(&job);
    for (size_t b = 0; b < form->n_blocks; b++) {
        job.block = &form->blocks[b];
        check_block(&job);
    }
    check_rules(&job);
}

double wx_sheet_share(const struct wx_sheet_result *result)
{
    return result->n_asked ? (double)result->n_answered / result->n_asked : 1;
}
