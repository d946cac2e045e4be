/* The parts of a kind: scope, target, phases, papers, tasks, draw, evaluation. */
#include "base/limits.h"
#include "base/shipped.h"
#include "campaign/kind_reading.h"
#include "model/filter.h"
#include "model/record.h"
#include <stdio.h>

const char *const wx_task_party_words[] = {"unit", "site", "office", "agency", NULL};

/* ---- scope and target ---- */

/* A filter of the register's lists, whose fields must be there. */
static enum wx_status take_filter(struct wx_kind_reading *r, struct fy_node *map,
                                  const char *key, const char *record,
                                  struct wx_str *out)
{
    const struct wx_record_kind *kind = wx_record_kind_find(wx_str_of(record));
    struct wx_filter filter;
    struct wx_err err;
    enum wx_status st = wx_yaml_str_opt(r->y, map, key, out);

    if (st || !out->len)
        return st;
    if (wx_filter_parse(*out, &r->kind->arena, &filter, &err))
        return wx_yaml_fail(r->y, wx_yaml_get(map, key), "%s", err.text);
    for (size_t i = 0; i < filter.n; i++) {
        struct wx_str field = filter.terms[i].field;

        if (filter.terms[i].op != WX_FILTER_WORD && !wx_record_field_find(kind, field))
            return wx_yaml_fail(r->y, wx_yaml_get(map, key),
                                "a %s has no field '" WX_STR_FMT "'", record,
                                WX_STR_ARG(wx_utf8_clip(field, 60)));
    }
    return WX_OK;
}

enum wx_status wx_kind_take_scope(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"units",    "sites", "systems", "focus",
                                       "excludes", "text",  "norm",    NULL};
    struct wx_kind_scope *s = &r->kind->scope;
    struct fy_node *node;
    enum wx_status st = wx_yaml_need(r->y, r->y->root, "scope", &node);

    if (!st)
        st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = take_filter(r, node, "units", "unit", &s->units);
    if (!st)
        st = take_filter(r, node, "sites", "site", &s->sites);
    if (!st)
        st = take_filter(r, node, "systems", "system", &s->systems);
    if (!st)
        st = take_filter(r, node, "focus", "site", &s->focus);
    if (!st)
        st = wx_texts_opt(r->y, node, "excludes", 20, &s->excludes, &s->n_excludes);
    if (!st)
        st = wx_words_need(r->y, node, "text", &s->text);
    return st ? st : wx_kind_norm(r, node, &s->norm);
}

static enum wx_status take_readings(struct wx_kind_reading *r, struct fy_node *node,
                                    const char *const *words)
{
    struct wx_kind_target *t = &r->kind->target;
    struct wx_str *list = NULL;
    size_t n = 0;
    enum wx_status st = wx_texts_opt(r->y, node, "readings", WX_N_READINGS, &list, &n);

    for (size_t i = 0; !st && i < n; i++) {
        int which = -1;

        for (int k = 0; words[k]; k++)
            if (wx_str_eqz(list[i], words[k]))
                which = k;
        if (which < 0)
            return wx_yaml_fail(r->y, wx_yaml_get(node, "readings"),
                                "a reading is any, medium or after");
        t->shown[which] = true;
    }
    t->shown[t->reading] = true;
    return st;
}

enum wx_status wx_kind_take_target(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"percent", "reading", "readings",
                                       "text",    "norm",    NULL};
    static const char *const readings[] = {"any", "medium", "after", NULL};
    struct fy_node *node = wx_yaml_get(r->y->root, "target");
    struct wx_kind_target *t = &r->kind->target;
    int64_t percent = -1;
    int reading = 0;
    enum wx_status st;

    if (!node)
        return WX_OK;
    t->is_there = true;
    st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = wx_yaml_int_opt(r->y, node, "percent", 0, 100, &percent);
    if (!st && percent < 0)
        st = wx_yaml_fail(r->y, node, "'percent' is missing");
    if (!st)
        st = wx_choice_opt(r->y, node, "reading", readings, &reading);
    t->percent = (int)percent;
    t->reading = (enum wx_target_reading)reading;
    if (!st)
        st = take_readings(r, node, readings);
    if (!st)
        st = wx_words_need(r->y, node, "text", &t->text);
    return st ? st : wx_kind_norm(r, node, &t->norm);
}

/* ---- phases and papers ---- */

static enum wx_status take_phase(struct wx_kind_reading *r, struct fy_node *node,
                                 void *out)
{
    static const char *const keys[] = {"key",  "title", "when", "owner",
                                       "text", "norm",  NULL};
    struct wx_kind_phase *p = out;
    struct fy_node *when;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &p->key);
    if (!st && wx_kind_phase_find(r->kind, p->key))
        st = wx_yaml_fail(r->y, node, "the phase '" WX_STR_FMT "' stands twice",
                          WX_STR_ARG(p->key));
    if (!st)
        st = wx_words_need(r->y, node, "title", &p->title);
    if (!st)
        st = wx_words_opt(r->y, node, "owner", &p->owner);
    if (!st)
        st = wx_words_opt(r->y, node, "text", &p->text);
    if (!st)
        st = wx_yaml_need(r->y, node, "when", &when);
    if (!st)
        st = wx_deadline_read(r->y, when, &p->when);
    if (!st &&
        (p->when.form == WX_DEADLINE_AFTER || p->when.form == WX_DEADLINE_BEFORE))
        st = wx_yaml_fail(r->y, when, "a phase has dates of its own");
    return st ? st : wx_kind_norm(r, node, &p->norm);
}

enum wx_status wx_kind_take_phases(struct wx_kind_reading *r)
{
    static const struct wx_kind_list list = {"phases", sizeof(struct wx_kind_phase),
                                             take_phase};
    enum wx_status st = wx_kind_take_list(
        r, r->y->root, &list, (void **)&r->kind->phases, &r->kind->n_phases);

    if (!st && r->kind->n_phases == 0)
        st = wx_yaml_fail(r->y, r->y->root, "a kind needs 'phases'");
    return st;
}

static const struct wx_kind_paper *paper_find(const struct wx_campaign_kind *kind,
                                              struct wx_str key)
{
    for (size_t i = 0; i < kind->n_papers; i++)
        if (wx_str_eq(kind->papers[i].key, key))
            return &kind->papers[i];
    return NULL;
}

static enum wx_status need_phase(struct wx_kind_reading *r, struct fy_node *node,
                                 struct wx_str *out)
{
    enum wx_status st = wx_yaml_str_opt(r->y, node, "phase", out);

    if (!st && out->len && !wx_kind_phase_find(r->kind, *out))
        st = wx_yaml_fail(r->y, wx_yaml_get(node, "phase"),
                          "there is no phase '" WX_STR_FMT "'",
                          WX_STR_ARG(wx_utf8_clip(*out, 40)));
    return st;
}

static enum wx_status take_paper(struct wx_kind_reading *r, struct fy_node *node,
                                 void *out)
{
    static const char *const keys[] = {"key",  "paper",     "title",  "to",   "phase",
                                       "from", "approvals", "public", "norm", NULL};
    struct wx_kind_paper *p = out;
    int64_t approvals = 0;
    int from = WX_PARTY_OFFICE;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &p->key);
    if (!st && paper_find(r->kind, p->key))
        st = wx_yaml_fail(r->y, node, "the paper '" WX_STR_FMT "' stands twice",
                          WX_STR_ARG(p->key));
    p->paper = p->key;
    if (!st && wx_yaml_get(node, "paper"))
        st = wx_key_need(r->y, node, "paper", &p->paper);
    if (!st)
        st = wx_words_need(r->y, node, "title", &p->title);
    if (!st)
        st = wx_words_opt(r->y, node, "to", &p->to);
    if (!st)
        st = need_phase(r, node, &p->phase);
    if (!st)
        st = wx_choice_opt(r->y, node, "from", wx_task_party_words, &from);
    if (!st)
        st = wx_yaml_int_opt(r->y, node, "approvals", 0, 3, &approvals);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "public", &p->is_public);
    if (!st && p->is_public && approvals < 2)
        st = wx_yaml_fail(r->y, node, "what goes public needs two approvals or more");
    p->from = (enum wx_task_party)from;
    p->approvals = (int)approvals;
    return st ? st : wx_kind_norm(r, node, &p->norm);
}

enum wx_status wx_kind_take_papers(struct wx_kind_reading *r)
{
    static const struct wx_kind_list list = {"papers", sizeof(struct wx_kind_paper),
                                             take_paper};

    return wx_kind_take_list(r, r->y->root, &list, (void **)&r->kind->papers,
                             &r->kind->n_papers);
}

/* ---- tasks ---- */

static bool event_is_known(const struct wx_campaign_kind *kind, struct wx_str event)
{
    for (size_t i = 0; i < kind->n_events; i++)
        if (wx_str_eq(kind->events[i].key, event))
            return true;
    if (wx_str_starts(event, "task.") && wx_str_ends(event, ".accepted"))
        return wx_kind_task_find(kind, wx_str_sub(event, 5, event.len - 9)) != NULL;
    return wx_measure_find("EVENT", event) != NULL;
}

static bool form_is_known(const struct wx_kind_reading *r, struct wx_str form)
{
    char name[120];

    if (r->finder && r->finder->has_form(r->finder->user, form))
        return true;
    snprintf(name, sizeof name, "templates/forms/%.*s.yaml",
             form.len > 60 ? 60 : (int)form.len, form.ptr);
    return wx_shipped_find(wx_str_of(name)) != NULL;
}

static enum wx_status take_due(struct wx_kind_reading *r, struct fy_node *node,
                               struct wx_kind_task *t)
{
    struct fy_node *due;
    enum wx_status st = wx_yaml_need(r->y, node, "due", &due);

    if (!st)
        st = wx_deadline_read(r->y, due, &t->due);
    if (!st && t->due.event.len && !event_is_known(r->kind, t->due.event))
        st = wx_yaml_fail(r->y, due, "there is no event '" WX_STR_FMT "'",
                          WX_STR_ARG(wx_utf8_clip(t->due.event, 60)));
    return st;
}

static enum wx_status take_reminders(struct wx_kind_reading *r, struct fy_node *node,
                                     struct wx_kind_task *t)
{
    struct wx_str *list = NULL;
    size_t n = 0;
    enum wx_status st = wx_texts_opt(r->y, node, "remind", WX_MAX_REMINDERS, &list, &n);

    if (!st && n && t->due.form == WX_DEADLINE_OPEN)
        st = wx_yaml_fail(r->y, wx_yaml_get(node, "remind"),
                          "there is nothing to remind of without a deadline");
    for (size_t i = 0; !st && i < n; i++)
        if (!wx_reminder_parse(list[i], &t->remind[i]))
            st = wx_yaml_fail(r->y, wx_yaml_get(node, "remind"),
                              "'" WX_STR_FMT "' is no reminder such as -3wd or +1d",
                              WX_STR_ARG(wx_utf8_clip(list[i], 20)));
    t->n_remind = st ? 0 : n;
    return st;
}

static enum wx_status take_task_papers(struct wx_kind_reading *r, struct fy_node *node,
                                       struct wx_kind_task *t)
{
    struct wx_str *list = NULL;
    enum wx_status st =
        wx_texts_opt(r->y, node, "papers", WX_MAX_TASK_REFS, &list, &t->n_papers);

    for (size_t i = 0; !st && i < t->n_papers; i++) {
        t->papers[i] = paper_find(r->kind, list[i]);
        if (!t->papers[i])
            st = wx_yaml_fail(r->y, wx_yaml_get(node, "papers"),
                              "there is no paper '" WX_STR_FMT "'",
                              WX_STR_ARG(wx_utf8_clip(list[i], 40)));
    }
    return st;
}

/* Only tasks that stand above may be waited for: so nothing waits in a ring. */
static enum wx_status take_needs(struct wx_kind_reading *r, struct fy_node *node,
                                 struct wx_kind_task *t)
{
    struct wx_str *list = NULL;
    enum wx_status st =
        wx_texts_opt(r->y, node, "needs", WX_MAX_TASK_REFS, &list, &t->n_needs);

    for (size_t i = 0; !st && i < t->n_needs; i++) {
        t->needs[i] = list[i];
        if (!wx_kind_task_find(r->kind, list[i]))
            st = wx_yaml_fail(r->y, wx_yaml_get(node, "needs"),
                              "there is no task '" WX_STR_FMT "' above this one",
                              WX_STR_ARG(wx_utf8_clip(list[i], 40)));
    }
    return st;
}

static enum wx_status take_work(struct wx_kind_reading *r, struct fy_node *node,
                                struct wx_kind_task *t)
{
    static const char *const counts[] = {"none",     "plan",    "report", "survey",
                                         "feedback", "summary", NULL};
    int party = 0, counted = 0;
    enum wx_status st = wx_choice_opt(r->y, node, "party", wx_task_party_words, &party);

    if (!st)
        st = wx_choice_opt(r->y, node, "counts_as", counts, &counted);
    t->party = (enum wx_task_party)party;
    t->counts_as = (enum wx_counts_as)counted;
    if (!st)
        st = wx_yaml_str_opt(r->y, node, "form", &t->form);
    if (!st && t->form.len && !form_is_known(r, t->form))
        st = wx_yaml_fail(r->y, wx_yaml_get(node, "form"),
                          "there is no form '" WX_STR_FMT "'",
                          WX_STR_ARG(wx_utf8_clip(t->form, 60)));
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "seal", &t->needs_seal);
    if (!st)
        st = wx_yaml_str_opt(r->y, node, "lead", &t->lead);
    if (!st)
        st = wx_texts_opt(r->y, node, "joint", 20, &t->joint, &t->n_joint);
    return st;
}

static enum wx_status take_task(struct wx_kind_reading *r, struct fy_node *node,
                                void *out)
{
    static const char *const keys[] = {
        "key",    "phase", "title",  "text", "party", "due",  "form",      "seal",
        "papers", "needs", "remind", "lead", "joint", "norm", "counts_as", NULL};
    struct wx_kind_task *t = out;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &t->key);
    if (!st && wx_kind_task_find(r->kind, t->key))
        st = wx_yaml_fail(r->y, node, "the task '" WX_STR_FMT "' stands twice",
                          WX_STR_ARG(t->key));
    if (!st)
        st = wx_yaml_str_need(r->y, node, "phase", &t->phase);
    if (!st)
        st = need_phase(r, node, &t->phase);
    if (!st)
        st = wx_words_need(r->y, node, "title", &t->title);
    if (!st)
        st = wx_words_opt(r->y, node, "text", &t->text);
    if (!st)
        st = take_due(r, node, t);
    if (!st)
        st = take_work(r, node, t);
    if (!st)
        st = take_task_papers(r, node, t);
    if (!st)
        st = take_needs(r, node, t);
    if (!st)
        st = take_reminders(r, node, t);
    return st ? st : wx_kind_norm(r, node, &t->norm);
}

enum wx_status wx_kind_take_tasks(struct wx_kind_reading *r)
{
    static const struct wx_kind_list list = {"tasks", sizeof(struct wx_kind_task),
                                             take_task};
    enum wx_status st = wx_kind_take_list(r, r->y->root, &list,
                                          (void **)&r->kind->tasks, &r->kind->n_tasks);

    if (!st && r->kind->n_tasks == 0)
        st = wx_yaml_fail(r->y, r->y->root, "a kind needs 'tasks'");
    return st;
}

/* ---- draw, evaluation, bulletins ---- */

static enum wx_status take_weight(struct wx_kind_reading *r, struct fy_node *node,
                                  const char *set, struct wx_kind_weight *w)
{
    static const char *const keys[] = {"measure", "weight", "norm", NULL};
    struct wx_str word;
    int64_t weight = -1;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_yaml_str_need(r->y, node, "measure", &word);
    if (st)
        return st;
    w->measure = wx_measure_find(set, word);
    if (!w->measure)
        return wx_yaml_fail(r->y, wx_yaml_get(node, "measure"),
                            "nothing measures '" WX_STR_FMT "' here",
                            WX_STR_ARG(wx_utf8_clip(word, 40)));
    st = wx_yaml_int_opt(r->y, node, "weight", 0, 100, &weight);
    if (!st && weight < 0)
        st = wx_yaml_fail(r->y, node, "'weight' is missing");
    w->weight = (int)weight;
    return st ? st : wx_kind_norm(r, node, &w->norm);
}

static enum wx_status take_criterion(struct wx_kind_reading *r, struct fy_node *node,
                                     void *out)
{
    return take_weight(r, node, "SPOT", out);
}

static enum wx_status take_score(struct wx_kind_reading *r, struct fy_node *node,
                                 void *out)
{
    return take_weight(r, node, "SCORE", out);
}

static enum wx_status check_weights(struct wx_kind_reading *r, struct fy_node *node,
                                    const struct wx_kind_weight *weights, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += weights[i].weight;
        for (size_t k = 0; k < i; k++)
            if (weights[k].measure == weights[i].measure)
                return wx_yaml_fail(r->y, node, "'%s' stands twice",
                                    weights[i].measure->word);
    }
    return sum == 100
               ? WX_OK
               : wx_yaml_fail(r->y, node, "the weights sum to %d, not to 100", sum);
}

static enum wx_status take_lot(struct wx_kind_reading *r, struct fy_node *draw)
{
    static const char *const keys[] = {"percent", "min", "strata", NULL};
    const struct wx_record_kind *unit = wx_record_kind_find(WX_STR("unit"));
    struct fy_node *node = wx_yaml_get(draw, "lot");
    struct wx_kind_draw *d = &r->kind->draw;
    int64_t percent = 0, min = 0;
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = wx_yaml_int_opt(r->y, node, "percent", 0, 100, &percent);
    if (!st)
        st = wx_yaml_int_opt(r->y, node, "min", 0, 10000, &min);
    if (!st)
        st = wx_texts_opt(r->y, node, "strata", 4, &d->strata, &d->n_strata);
    for (size_t i = 0; !st && i < d->n_strata; i++)
        if (!wx_record_field_find(unit, d->strata[i]))
            st = wx_yaml_fail(r->y, wx_yaml_get(node, "strata"),
                              "a unit has no field '" WX_STR_FMT "'",
                              WX_STR_ARG(wx_utf8_clip(d->strata[i], 40)));
    d->lot_percent = (int)percent;
    d->lot_min = (int)min;
    return st;
}

enum wx_status wx_kind_take_draw(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"criteria", "lot", "norm", NULL};
    static const struct wx_kind_list list = {"criteria", sizeof(struct wx_kind_weight),
                                             take_criterion};
    struct fy_node *node = wx_yaml_get(r->y->root, "draw");
    struct wx_kind_draw *d = &r->kind->draw;
    enum wx_status st;

    if (!node)
        return WX_OK;
    d->is_there = true;
    st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = wx_kind_take_list(r, node, &list, (void **)&d->criteria, &d->n_criteria);
    if (!st)
        st = check_weights(r, node, d->criteria, d->n_criteria);
    if (!st)
        st = take_lot(r, node);
    return st ? st : wx_kind_norm(r, node, &d->norm);
}

static enum wx_status take_grade(struct wx_kind_reading *r, struct fy_node *node,
                                 void *out)
{
    static const char *const keys[] = {"from", "title", NULL};
    const struct wx_kind_evaluation *e = &r->kind->evaluation;
    struct wx_kind_grade *g = out;
    int64_t from = -1;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_yaml_int_opt(r->y, node, "from", 0, 100, &from);
    if (!st && (from < 0 || (e->n_grades && from >= g[-1].from)))
        st = wx_yaml_fail(r->y, node, "grades go from the highest 'from' down");
    g->from = (int)from;
    return st ? st : wx_words_need(r->y, node, "title", &g->title);
}

enum wx_status wx_kind_take_evaluation(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"parts", "grades", "norm", NULL};
    static const struct wx_kind_list parts = {"parts", sizeof(struct wx_kind_weight),
                                              take_score};
    static const struct wx_kind_list grades = {"grades", sizeof(struct wx_kind_grade),
                                               take_grade};
    struct fy_node *node = wx_yaml_get(r->y->root, "evaluation");
    struct wx_kind_evaluation *e = &r->kind->evaluation;
    enum wx_status st;

    if (!node)
        return WX_OK;
    e->is_there = true;
    st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = wx_kind_take_list(r, node, &parts, (void **)&e->parts, &e->n_parts);
    if (!st)
        st = check_weights(r, node, e->parts, e->n_parts);
    if (!st)
        st = wx_kind_take_list(r, node, &grades, (void **)&e->grades, &e->n_grades);
    if (!st && e->n_grades && e->grades[e->n_grades - 1].from != 0)
        st = wx_yaml_fail(r->y, node, "the last grade goes from 0");
    return st ? st : wx_kind_norm(r, node, &e->norm);
}

static enum wx_status take_bulletin(struct wx_kind_reading *r, struct fy_node *node,
                                    void *out)
{
    static const char *const keys[] = {"key",     "measure", "to", "text",
                                       "goes_up", "norm",    NULL};
    struct wx_kind_bulletin *b = out;
    struct wx_str word;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &b->key);
    if (!st)
        st = wx_yaml_str_need(r->y, node, "measure", &word);
    if (!st && !(b->measure = wx_measure_find("BULLETIN", word)))
        st = wx_yaml_fail(r->y, wx_yaml_get(node, "measure"),
                          "nothing measures '" WX_STR_FMT "' here",
                          WX_STR_ARG(wx_utf8_clip(word, 40)));
    if (!st)
        st = wx_words_need(r->y, node, "to", &b->to);
    if (!st)
        st = wx_words_opt(r->y, node, "text", &b->text);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "goes_up", &b->goes_up);
    return st ? st : wx_kind_norm(r, node, &b->norm);
}

enum wx_status wx_kind_take_bulletins(struct wx_kind_reading *r)
{
    static const struct wx_kind_list list = {
        "bulletins", sizeof(struct wx_kind_bulletin), take_bulletin};

    return wx_kind_take_list(r, r->y->root, &list, (void **)&r->kind->bulletins,
                             &r->kind->n_bulletins);
}
