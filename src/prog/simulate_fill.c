/* Answers that a unit would give to a form, from the register where the form takes them
 * from there. The liar's answers say what the register says, too: that is the lie. */
#include "prog/simulate.h"

#include "campaign/sheet.h"

struct filling {
    struct wx_sim *sim;
    const struct wx_sim_unit *unit;
    const struct wx_campaign_form *form;
    int64_t site_id;
    json_t *people, *systems;
    int64_t file_id;
    int64_t most; /* of the next whole number: totals come first, parts after them */
    bool is_bare; /* all parts are 0: for forms whose parts must not pass a sum */
};

/* ---- one value ---- */

static json_t *record_of(const struct filling *f, struct wx_str kind, size_t row)
{
    struct wx_sim *sim = f->sim;

    if (wx_str_eqz(kind, "unit"))
        return f->unit->row;
    if (wx_str_eqz(kind, "site")) {
        const struct wx_sim_site *site = wx_sim_site(sim, f->site_id);

        return site                     ? site->row
               : row < f->unit->n_sites ? sim->sites[f->unit->first_site + row].row
                                        : NULL;
    }
    if (wx_str_eqz(kind, "person"))
        return json_array_get(f->people, row % (json_array_size(f->people) + 1));
    if (wx_str_eqz(kind, "system"))
        return json_array_get(f->systems, row);
    return NULL;
}

static json_t *from_register(const struct filling *f, const struct wx_form_field *field,
                             size_t row)
{
    struct wx_str path = wx_str_of(field->from ? field->from : ""), kind;
    json_t *v;

    if (!path.len)
        return NULL;
    kind = wx_str_cut(&path, '.');
    v = json_object_get(record_of(f, kind, row), wx_arena_z(&f->sim->arena, path));
    if (!v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
        (json_is_array(v) && !json_array_size(v)))
        return NULL;
    return json_incref(v);
}

static json_t *first_word(const struct wx_form_field *field, bool as_list)
{
    struct wx_enum_word word;
    size_t at = 0;
    json_t *one;

    if (!field->record.spec || !wx_enum_next(field->record.spec, &at, &word))
        return json_null();
    one = json_stringn(word.word.ptr, word.word.len);
    return as_list ? json_pack("[o]", one) : one;
}

/* A check row: a good unit conforms nearly everywhere. */
static json_t *check(const struct filling *f, const struct wx_form_field *field)
{
    int64_t mark = f->unit->id * 1000 + field->line;
    uint32_t bad = f->unit->role ? 5 : 14;
    uint32_t die = wx_sim_die(f->sim, "check", mark, bad);

    if (die == 0)
        return json_pack("{s:s, s:s}", "result", "not", "note", "正在制定，已列入计划");
    if (die == 1)
        return json_pack("{s:s, s:s}", "result", "partly", "note",
                         "制度已定，执行记录不全");
    return json_pack("{s:s, s:s}", "result", "conform", "note", "见台账和制度汇编");
}

static json_t *whole_number(struct filling *f, const struct wx_form_field *field)
{
    int64_t v = f->is_bare ? 0 : f->most;

    if (wx_str_eqz(wx_str_of(field->record.name), "n_sites"))
        v = (int64_t)f->unit->n_sites;
    if (v < f->most)
        f->most = v;
    f->most = f->most > 1 ? f->most - 1 : f->most;
    if (field->has_min && v < field->min)
        v = field->min;
    if (field->max && v > field->max)
        v = field->max;
    return json_integer(v);
}

static const char *words_of(enum wx_sim_role role)
{
    return role == WX_SIM_UNABLE
               ? "老旧系统与业务深度耦合，需改造后方能整改，已采取临时防护措施。"
               : "已按通知要求组织开展，明确分管领导和责任科室，逐项对照检查并建立台账"
                 "。";
}

static json_t *by_kind(struct filling *f, const struct wx_form_field *field)
{
    char day[16];

    switch (field->record.kind) {
    case WX_F_INT:
        return whole_number(f, field);
    case WX_F_BOOL:
        return json_boolean(f->unit->role != WX_SIM_UNABLE);
    case WX_F_DATE:
        wx_day_format(f->sim->day - 3, day);
        return json_string(day);
    case WX_F_ENUM:
        return first_word(field, false);
    case WX_F_ENUMS:
        return first_word(field, true);
    case WX_F_PHONE:
        return json_string("000-55500000");
    case WX_F_EMAIL:
        return json_string("anquan@xingyuan.example");
    case WX_F_DOMAIN:
        return json_string("mail.xingyuan.example");
    case WX_F_URL:
        return json_string("https://www.xingyuan.example/");
    case WX_F_LONG:
        return json_string(words_of(f->unit->role));
    default:
        return json_string("星源区网络安全工作组");
    }
}

static json_t *value_of(struct filling *f, const struct wx_form_field *field,
                        size_t row)
{
    json_t *v;

    if (field->kind == WX_ANSWER_CHECK)
        return check(f, field);
    if (field->kind == WX_ANSWER_FILE)
        return json_pack("[I]", (json_int_t)f->file_id);
    if (field->kind == WX_ANSWER_NUMBER)
        return json_real(12.5);
    v = from_register(f, field, row);
    return v ? v : by_kind(f, field);
}

/* ---- blocks ---- */

static json_t *row_of(struct filling *f, const struct wx_form_block *block, size_t row)
{
    json_t *out = json_object();

    for (size_t i = 0; i < block->n_fields; i++)
        json_object_set_new(out, block->fields[i].record.name,
                            value_of(f, &block->fields[i], row));
    return out;
}

static size_t rows_of(const struct filling *f, const struct wx_form_block *block)
{
    size_t n = wx_str_eqz(block->of, "site")     ? f->unit->n_sites
               : wx_str_eqz(block->of, "person") ? 2
                                                 : 1;

    if (n < block->min_rows)
        n = block->min_rows;
    return n > block->max_rows ? block->max_rows : n;
}

static json_t *fill(struct filling *f)
{
    json_t *answers = json_object();

    f->most = 6;
    for (size_t b = 0; b < f->form->n_blocks; b++) {
        const struct wx_form_block *block = &f->form->blocks[b];
        const char *key = wx_arena_z(&f->sim->arena, block->key);
        json_t *rows;

        if (!block->is_repeated) {
            json_object_set_new(answers, key, row_of(f, block, b));
            continue;
        }
        rows = json_array();
        for (size_t r = 0; r < rows_of(f, block); r++)
            json_array_append_new(rows, row_of(f, block, r));
        json_object_set_new(answers, key, rows);
    }
    return answers;
}

enum wx_status wx_sim_answers(struct wx_sim *sim, const struct wx_sim_unit *unit,
                              int64_t site_id, const struct wx_campaign_form *form,
                              json_t **out)
{
    struct filling f = {.sim = sim, .unit = unit, .form = form, .site_id = site_id};
    struct wx_sheet_result result;
    enum wx_status status = wx_sim_file(sim, unit->id, "proof.pdf", &f.file_id);
    json_t *answers;

    *out = NULL;
    f.people = wx_sim_list(sim, "person", "unit_id:%lld", (long long)unit->id);
    f.systems = wx_sim_list(sim, "system", "unit_id:%lld", (long long)unit->id);
    if (status || !f.people || !f.systems) {
        json_decref(f.people);
        json_decref(f.systems);
        return status ? status : WX_E_IO;
    }
    answers = fill(&f);
    wx_sheet_check(&sim->arena, form, answers, WX_SHEET_SUBMIT, &result);
    if (result.n_errors) {
        json_decref(result.answers);
        json_decref(answers);
        f.is_bare = true;
        answers = fill(&f);
        wx_sheet_check(&sim->arena, form, answers, WX_SHEET_SUBMIT, &result);
    }
    if (result.n_errors)
        status = wx_fail(sim->err, WX_E_INVALID,
                         "form '" WX_STR_FMT "', '" WX_STR_FMT "': " WX_STR_FMT,
                         WX_STR_ARG(form->key), WX_STR_ARG(result.problems[0].path),
                         WX_STR_ARG(result.problems[0].en));
    else
        *out = json_incref(result.answers);
    json_decref(result.answers);
    json_decref(answers);
    json_decref(f.people);
    json_decref(f.systems);
    return status;
}
