/* What conditions and rules of a form name must be there, and of the right kind. */
#include "base/limits.h"
#include "campaign/form_reading.h"

/* The field at PLACE as seen from HOME (NULL: from a rule or a block's own condition);
 * NULL with an error. */
static const struct wx_form_field *
look_up(struct wx_form_reading *r, struct fy_node *node, const struct wx_place *place,
        const struct wx_form_block *home, const struct wx_form_block **found)
{
    const struct wx_form_block *b =
        place->block.len ? wx_form_block_find(r->form, place->block) : home;
    const struct wx_form_field *f = b ? wx_form_field_find(b, place->field) : NULL;

    *found = b;
    if (!f)
        (void)wx_yaml_fail(r->y, node,
                           "there is no field '" WX_STR_FMT "%s" WX_STR_FMT "'",
                           WX_STR_ARG(place->block), place->block.len ? "." : "",
                           WX_STR_ARG(place->field));
    return f;
}

static bool is_numeric(const struct wx_form_field *f)
{
    return f->record.kind == WX_F_INT || f->kind == WX_ANSWER_NUMBER;
}

static bool has_word(const struct wx_form_field *f, struct wx_str word)
{
    static const char *const results[] = {"conform", "partly", "not", "na"};
    struct wx_enum_word known;

    if (f->kind == WX_ANSWER_CHECK) {
        for (size_t i = 0; i < 4; i++)
            if (wx_str_eqz(word, results[i]))
                return true;
        return false;
    }
    if (f->record.kind == WX_F_BOOL)
        return wx_str_eqz(word, "true") || wx_str_eqz(word, "false");
    return f->record.spec && wx_enum_find(f->record.spec, word, &known);
}

static enum wx_status check_clause(struct wx_form_reading *r, struct fy_node *node,
                                   struct wx_clause *c,
                                   const struct wx_form_block *home)
{
    const struct wx_form_block *b;
    const struct wx_form_field *f = look_up(r, node, &c->place, home, &b);

    if (!f)
        return WX_E_INVALID;
    if (b->is_repeated && b != home)
        return wx_yaml_fail(r->y, node, "a condition cannot look into rows of a block");
    if (b == home) /* read from its own row */
        c->place.block = (struct wx_str){NULL, 0};
    if (c->op >= WX_COMPARE_LESS)
        return is_numeric(f)
                   ? WX_OK
                   : wx_yaml_fail(r->y, node, "'%s' is no number", f->record.name);
    for (size_t i = 0; i < c->n_words; i++)
        if (!has_word(f, c->words[i]))
            return wx_yaml_fail(r->y, node, "'%s' has no word '" WX_STR_FMT "'",
                                f->record.name, WX_STR_ARG(c->words[i]));
    return WX_OK;
}

static enum wx_status check_condition(struct wx_form_reading *r, struct fy_node *map,
                                      struct wx_condition *condition,
                                      const struct wx_form_block *home)
{
    enum wx_status st = WX_OK;

    for (size_t i = 0; !st && i < condition->n; i++)
        st = check_clause(r, wx_yaml_get(map, "when"), &condition->at[i], home);
    return st;
}

enum wx_status wx_form_conditions_check(struct wx_form_reading *r)
{
    struct fy_node *blocks = wx_yaml_get(r->y->root, "blocks");
    enum wx_status st = WX_OK;

    for (size_t i = 0; !st && i < r->form->n_blocks; i++) {
        struct wx_form_block *b = &r->form->blocks[i];
        struct fy_node *node = fy_node_sequence_get_by_index(blocks, (int)i);
        struct fy_node *fields = wx_yaml_get(node, "fields");

        st = check_condition(r, node, &b->when, NULL);
        for (size_t k = 0; !st && k < b->n_fields; k++)
            st = check_condition(r, fy_node_sequence_get_by_index(fields, (int)k),
                                 &b->fields[k].when, b);
    }
    return st;
}

static enum wx_status check_term(struct wx_form_reading *r, struct fy_node *node,
                                 const struct wx_term *t, bool *is_date,
                                 struct wx_form_rule *rule)
{
    const struct wx_form_block *b = NULL;
    const struct wx_form_field *f;

    if (t->kind == WX_TERM_NUMBER)
        return WX_OK;
    if (t->kind == WX_TERM_COUNT) {
        b = wx_form_block_find(r->form, t->place.block);
        return b && b->is_repeated
                   ? WX_OK
                   : wx_yaml_fail(r->y, node, "count() takes a block that repeats");
    }
    f = look_up(r, node, &t->place, NULL, &b);
    if (!f)
        return WX_E_INVALID;
    *is_date = *is_date || f->record.kind == WX_F_DATE;
    if (!is_numeric(f) && f->record.kind != WX_F_DATE)
        return wx_yaml_fail(r->y, node, "'%s' is no number and no date",
                            f->record.name);
    if (t->kind == WX_TERM_SUM)
        return b->is_repeated && is_numeric(f)
                   ? WX_OK
                   : wx_yaml_fail(r->y, node, "sum() takes numbers of rows");
    if (b->is_repeated && rule->block && rule->block != b)
        return wx_yaml_fail(r->y, node, "a rule looks at rows of one block only");
    if (b->is_repeated)
        rule->block = b;
    return WX_OK;
}

/* Fields of the block the rule is judged on are then read from its row. */
static void make_local(struct wx_rule_side *side, const struct wx_form_block *block)
{
    for (size_t i = 0; i < side->n; i++)
        if (side->at[i].kind == WX_TERM_FIELD && block &&
            wx_str_eq(side->at[i].place.block, block->key))
            side->at[i].place.block = (struct wx_str){NULL, 0};
}

static enum wx_status check_rule(struct wx_form_reading *r, struct fy_node *node,
                                 struct wx_form_rule *rule)
{
    struct wx_rule_side *sides[] = {&rule->expr.left, &rule->expr.right};
    bool is_date = false;
    enum wx_status st = WX_OK;

    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; !st && i < sides[s]->n; i++)
            st = check_term(r, node, &sides[s]->at[i], &is_date, rule);
    if (!st && is_date && (sides[0]->n != 1 || sides[1]->n != 1))
        st = wx_yaml_fail(r->y, node, "dates are compared, not summed");
    make_local(sides[0], rule->block);
    make_local(sides[1], rule->block);
    return st;
}

static enum wx_status take_rule(struct wx_form_reading *r, struct fy_node *node,
                                struct wx_form_rule *rule)
{
    static const char *const keys[] = {"that", "label", "warn", NULL};
    struct wx_str text;
    struct wx_err err;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_yaml_str_need(r->y, node, "that", &text);
    if (!st)
        st = wx_words_need(r->y, node, "label", &rule->label);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "warn", &rule->is_warning);
    if (st)
        return st;
    rule->that = text;
    if (wx_rule_expr_parse(&r->form->arena, text, &rule->expr, &err))
        return wx_yaml_fail(r->y, wx_yaml_get(node, "that"), "%s", err.text);
    return check_rule(r, wx_yaml_get(node, "that"), rule);
}

enum wx_status wx_form_rules_take(struct wx_form_reading *r)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st =
        wx_yaml_seq_opt(r->y, r->y->root, "rules", WX_MAX_FORM_RULES, &seq, &n);

    if (st || !seq)
        return st;
    r->form->rules = wx_arena_array(&r->form->arena, struct wx_form_rule, n + 1);
    while (!st && (item = fy_node_sequence_iterate(seq, &prev))) {
        st = take_rule(r, item, &r->form->rules[r->form->n_rules]);
        r->form->n_rules++;
    }
    return st;
}
