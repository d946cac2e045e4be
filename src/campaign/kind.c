#include "campaign/kind_reading.h"

#include "base/limits.h"
#include "base/shipped.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- measures ---- */

static const struct wx_measure_word measures[] = {
#define M(set, word, zh, en) {#set, #word, zh, en},
#include "campaign/measures.def"
#undef M
};

const struct wx_measure_word *wx_measure_find(const char *set, struct wx_str word)
{
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (strcmp(measures[i].set, set) == 0 && wx_str_eqz(word, measures[i].word))
            return &measures[i];
    return NULL;
}

const struct wx_measure_word *wx_measure_at(size_t i)
{
    return i < sizeof measures / sizeof *measures ? &measures[i] : NULL;
}

/* ---- what the parts share ---- */

enum wx_status wx_kind_norm(struct wx_kind_reading *r, struct fy_node *node,
                            struct wx_norm_ref *out)
{
    return wx_norm_ref_read(r->y, node, &r->kind->norms, out);
}

enum wx_status wx_kind_take_list(struct wx_kind_reading *r, struct fy_node *map,
                                 const struct wx_kind_list *list, void **out, size_t *n)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t total;
    enum wx_status st =
        wx_yaml_seq_opt(r->y, map, list->key, WX_MAX_KIND_ITEMS, &seq, &total);

    *n = 0;
    if (st || !seq)
        return st;
    *out = wx_arena_zalloc(&r->kind->arena, wx_size_mul(total + 1, list->size));
    while (!st && (item = fy_node_sequence_iterate(seq, &prev))) {
        st = list->take(r, item, (char *)*out + *n * list->size);
        if (!st)
            ++*n;
    }
    return st;
}

/* ---- the head ---- */

static enum wx_status take_event(struct wx_kind_reading *r, struct fy_node *node,
                                 void *out)
{
    static const char *const keys[] = {"key", "title", "on", NULL};
    struct wx_kind_event *e = out;
    struct wx_str on = {NULL, 0};
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    e->on = WX_DAY_NONE;
    if (!st)
        st = wx_yaml_str_need(r->y, node, "key", &e->key);
    if (!st && (wx_measure_find("EVENT", e->key) || wx_str_starts(e->key, "task.")))
        st = wx_yaml_fail(r->y, node, "this event is known to every kind");
    if (!st)
        st = wx_words_need(r->y, node, "title", &e->title);
    if (!st)
        st = wx_yaml_str_opt(r->y, node, "on", &on);
    if (!st && on.len && !wx_day_parse(on, &e->on))
        st = wx_yaml_fail(r->y, wx_yaml_get(node, "on"),
                          "'on' must be a day such as 2010-11-12");
    return st;
}

static enum wx_status take_text(struct wx_kind_reading *r, struct fy_node *node,
                                void *out)
{
    static const char *const keys[] = {"key", "title", "text", "norm", NULL};
    struct wx_kind_text *t = out;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &t->key);
    for (size_t i = 0; !st && i < r->kind->n_texts; i++)
        if (wx_str_eq(r->kind->texts[i].key, t->key))
            st = wx_yaml_fail(r->y, node, "the text '" WX_STR_FMT "' stands twice",
                              WX_STR_ARG(t->key));
    if (!st)
        st = wx_words_need(r->y, node, "title", &t->title);
    if (!st)
        st = wx_words_need(r->y, node, "text", &t->text);
    return st ? st : wx_kind_norm(r, node, &t->norm);
}

static enum wx_status take_places(struct wx_kind_reading *r)
{
    struct fy_node *map = wx_yaml_get(r->y->root, "places");
    enum wx_status st = WX_OK;
    size_t n;

    if (!map)
        return WX_OK;
    if (!fy_node_is_mapping(map))
        return wx_yaml_fail(r->y, map, "'places' must be a mapping of words to texts");
    n = (size_t)fy_node_mapping_item_count(map);
    if (n > WX_MAX_PLACES)
        return wx_yaml_fail(r->y, map, "'places' has more than %d", WX_MAX_PLACES);
    for (size_t i = 0; !st && i < n; i++) {
        struct wx_kind_place *p = &r->kind->places[i];
        struct fy_node *value;

        st = wx_yaml_pair(r->y, map, i, &p->name, &value);
        if (!st)
            st = wx_yaml_str(r->y, value, &p->value);
        r->kind->n_places = i + 1;
    }
    return st;
}

static enum wx_status take_basis(struct wx_kind_reading *r)
{
    struct wx_str *keys = NULL;
    size_t n;
    enum wx_status st =
        wx_texts_opt(r->y, r->y->root, "basis", WX_MAX_KIND_ITEMS, &keys, &n);

    if (st)
        return st;
    r->kind->basis = (const struct wx_norm_entry **)wx_arena_zalloc(
        &r->kind->arena, wx_size_mul(n + 1, sizeof *r->kind->basis));
    for (size_t i = 0; i < n; i++) {
        r->kind->basis[i] = wx_norm_find(&r->kind->norms, keys[i]);
        if (!r->kind->basis[i])
            return wx_yaml_fail(r->y, wx_yaml_get(r->y->root, "basis"),
                                "there is no norm '" WX_STR_FMT "'",
                                WX_STR_ARG(wx_utf8_clip(keys[i], 60)));
    }
    r->kind->n_basis = n;
    return WX_OK;
}

static enum wx_status take_superior(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"organ", "norm", "reports", NULL};
    struct fy_node *node = wx_yaml_get(r->y->root, "superior");
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = wx_yaml_str_need(r->y, node, "organ", &r->kind->superior);
    if (!st)
        st = wx_words_need(r->y, node, "reports", &r->kind->superior_reports);
    return st ? st : wx_kind_norm(r, node, &r->kind->superior_norm);
}

static enum wx_status take_agencies(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"vetting", "agreement", "qualification",
                                       "listed",  "norm",      NULL};
    struct fy_node *node = wx_yaml_get(r->y->root, "agencies");
    struct wx_kind_agencies *a = &r->kind->agencies;
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_keys(r->y, node, keys);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "vetting", &a->vetting);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "agreement", &a->agreement);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "qualification", &a->qualification);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "listed", &a->listed);
    return st ? st : wx_kind_norm(r, node, &a->norm);
}

static enum wx_status take_dates(struct wx_kind_reading *r)
{
    struct fy_node *root = r->y->root;
    struct wx_campaign_kind *k = r->kind;
    struct wx_str issued = {NULL, 0};
    int64_t year = 0, hours = 0, version = 0;
    enum wx_status st = wx_yaml_str_opt(r->y, root, "issued", &issued);

    k->issued = WX_DAY_NONE;
    if (!st && issued.len && !wx_day_parse(issued, &k->issued))
        st = wx_yaml_fail(r->y, wx_yaml_get(root, "issued"),
                          "'issued' must be a day such as 2016-06-22");
    if (!st)
        st = wx_yaml_int_opt(r->y, root, "year", WX_MIN_YEAR, WX_MAX_YEAR, &year);
    if (!st)
        st = wx_yaml_int_opt(r->y, root, "at_once_hours", 1, 720, &hours);
    if (!st)
        st = wx_yaml_int_opt(r->y, root, "version", 1, 1000000, &version);
    if (!st && (!year || !version))
        st = wx_yaml_fail(r->y, root, "'%s' is missing", year ? "version" : "year");
    k->year = (int)year;
    k->at_once_hours = (int)hours;
    k->version = (int)version;
    return st;
}

static enum wx_status take_choices(struct wx_kind_reading *r)
{
    static const char *const categories[] = {
        "vulnerability", "rectification", "assurance", "standing",
        "annual",        "other",         NULL};
    static const char *const validities[] = {"unknown", "in_force",  "amended",
                                             "lapsed",  "abolished", NULL};
    static const char *const befores[] = {"", "inclusive", "exclusive", NULL};
    static const char *const numerals[] = {"arabic", "chinese", NULL};
    int category = WX_CAMPAIGN_OTHER, validity = 0, before = 1, chinese = 0;
    enum wx_status st =
        wx_choice_opt(r->y, r->y->root, "category", categories, &category);

    if (!st)
        st = wx_choice_opt(r->y, r->y->root, "validity", validities, &validity);
    if (!st)
        st = wx_choice_opt(r->y, r->y->root, "before", befores, &before);
    if (!st)
        st = wx_choice_opt(r->y, r->y->root, "numerals", numerals, &chinese);
    r->kind->category = (enum wx_campaign_category)category;
    r->kind->validity = (enum wx_validity)validity;
    r->kind->before = (enum wx_before)before;
    r->kind->has_chinese_numerals = chinese == 1;
    return st;
}

static enum wx_status take_forwarded(struct wx_kind_reading *r)
{
    static const char *const keys[] = {"drafted_by", NULL};
    struct fy_node *node = wx_yaml_get(r->y->root, "forwarded");
    enum wx_status st = node ? wx_yaml_keys(r->y, node, keys) : WX_OK;

    return st || !node
               ? st
               : wx_yaml_str_need(r->y, node, "drafted_by", &r->kind->drafted_by);
}

static enum wx_status take_name(struct wx_kind_reading *r)
{
    static const char *const keys[] = {
        "kind",   "version",  "name",     "category",   "title",         "number",
        "issued", "validity", "year",     "norm",       "norms",         "forwarded",
        "organs", "basis",    "superior", "before",     "at_once_hours", "numerals",
        "places", "events",   "texts",    "scope",      "target",        "phases",
        "papers", "tasks",    "draw",     "evaluation", "bulletins",     "agencies",
        NULL};
    struct wx_campaign_kind *k = r->kind;
    struct fy_node *root = r->y->root;
    enum wx_status st = wx_yaml_keys(r->y, root, keys);

    if (!st)
        st = wx_yaml_str_need(r->y, root, "kind", &k->key);
    if (!st && k->key.len > 40)
        st = wx_yaml_fail(r->y, wx_yaml_get(root, "kind"), "'kind' is longer than 40");
    if (!st)
        st = wx_words_need(r->y, root, "name", &k->name);
    if (!st)
        st = wx_yaml_str_need(r->y, root, "title", &k->title);
    if (!st)
        st = wx_yaml_str_opt(r->y, root, "number", &k->number);
    if (!st)
        st = wx_norm_read(r->y, root, &k->norms);
    if (!st)
        st = wx_kind_norm(r, root, &k->norm);
    if (!st)
        st = wx_texts_opt(r->y, root, "organs", 20, &k->organs, &k->n_organs);
    if (!st && k->n_organs == 0)
        st = wx_yaml_fail(r->y, root, "'organs' is missing");
    return st;
}

static enum wx_status take_all(struct wx_kind_reading *r)
{
    static const struct wx_kind_list events = {"events", sizeof(struct wx_kind_event),
                                               take_event};
    static const struct wx_kind_list texts = {"texts", sizeof(struct wx_kind_text),
                                              take_text};
    static enum wx_status (*const parts[])(struct wx_kind_reading *) = {
        take_dates,
        take_choices,
        take_forwarded,
        take_places,
        take_basis,
        take_superior,
        take_agencies,
        wx_kind_take_scope,
        wx_kind_take_target,
        wx_kind_take_phases,
        wx_kind_take_papers,
        wx_kind_take_tasks,
        wx_kind_take_draw,
        wx_kind_take_evaluation,
        wx_kind_take_bulletins};
    struct wx_campaign_kind *k = r->kind;
    enum wx_status st = take_name(r);

    if (!st)
        st = wx_kind_take_list(r, r->y->root, &events, (void **)&k->events,
                               &k->n_events);
    if (!st)
        st = wx_kind_take_list(r, r->y->root, &texts, (void **)&k->texts, &k->n_texts);
    for (size_t i = 0; !st && i < sizeof parts / sizeof *parts; i++)
        st = parts[i](r);
    return st;
}

enum wx_status wx_campaign_kind_read(const char *file, struct wx_str text,
                                     const struct wx_form_finder *finder,
                                     struct wx_campaign_kind **out, struct wx_err *err)
{
    struct wx_campaign_kind *kind;
    struct wx_yaml y;
    struct wx_kind_reading r = {&y, NULL, finder};
    enum wx_status st;

    *out = NULL;
    if (text.len > WX_MAX_KIND_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "kind '%s' is larger than %d bytes", file,
                       WX_MAX_KIND_BYTES);
    r.kind = kind = wx_new(struct wx_campaign_kind);
    wx_arena_init(&kind->arena);
    st = wx_yaml_open(&y, &kind->arena, file, text, err);
    if (!st) {
        kind->text = wx_arena_str(&kind->arena, text);
        wx_norm_library(&kind->arena, &kind->norms);
        st = take_all(&r);
        wx_yaml_close(&y);
    }
    if (st)
        wx_campaign_kind_free(kind);
    else
        *out = kind;
    return st;
}

enum wx_status wx_campaign_kind_shipped(struct wx_str key,
                                        struct wx_campaign_kind **out,
                                        struct wx_err *err)
{
    char name[120], all[200] = "";
    const struct wx_shipped *file;

    *out = NULL;
    snprintf(name, sizeof name, "templates/campaigns/%.*s.yaml",
             key.len > 60 ? 60 : (int)key.len, key.ptr ? key.ptr : "");
    file = wx_shipped_find(wx_str_of(name));
    if (file)
        return wx_campaign_kind_read(file->name, file->text, NULL, out, err);
    for (size_t i = 0; i < wx_n_shipped_files; i++) {
        struct wx_str known = wx_str_of(wx_shipped_files[i].name);
        size_t n = strlen(all);

        if (wx_str_starts(known, "templates/campaigns/"))
            snprintf(all + n, sizeof all - n, "%s%.*s", n ? ", " : "",
                     (int)(known.len - strlen("templates/campaigns/.yaml")),
                     known.ptr + strlen("templates/campaigns/"));
    }
    return wx_fail(err, WX_E_NOT_FOUND, "there is no kind '%.*s'; there are %s",
                   key.len > 60 ? 60 : (int)key.len, key.ptr ? key.ptr : "", all);
}

void wx_campaign_kind_free(struct wx_campaign_kind *kind)
{
    if (!kind)
        return;
    wx_arena_clear(&kind->arena);
    free(kind);
}

/* ---- asking ---- */

const struct wx_kind_phase *wx_kind_phase_find(const struct wx_campaign_kind *kind,
                                               struct wx_str key)
{
    for (size_t i = 0; i < kind->n_phases; i++)
        if (wx_str_eq(kind->phases[i].key, key))
            return &kind->phases[i];
    return NULL;
}

const struct wx_kind_task *wx_kind_task_find(const struct wx_campaign_kind *kind,
                                             struct wx_str key)
{
    for (size_t i = 0; i < kind->n_tasks; i++)
        if (wx_str_eq(kind->tasks[i].key, key))
            return &kind->tasks[i];
    return NULL;
}

const struct wx_kind_text *wx_kind_text_find(const struct wx_campaign_kind *kind,
                                             struct wx_str key)
{
    for (size_t i = 0; i < kind->n_texts; i++)
        if (wx_str_eq(kind->texts[i].key, key))
            return &kind->texts[i];
    return NULL;
}

static const struct wx_kind_place *place_find(const struct wx_kind_place *places,
                                              size_t n, struct wx_str name)
{
    for (size_t i = 0; i < n; i++)
        if (wx_str_eq(places[i].name, name))
            return &places[i];
    return NULL;
}

struct wx_str wx_kind_fill(struct wx_arena *arena, const struct wx_campaign_kind *kind,
                           struct wx_str template, const struct wx_kind_place *places,
                           size_t n_places)
{
    struct wx_buf out = WX_BUF_INIT(WX_MAX_KIND_BYTES);
    struct wx_str done;

    for (size_t at = 0; at < template.len;) {
        const struct wx_kind_place *p = NULL;
        size_t end = at;

        if (template.ptr[at] == '{')
            end = wx_str_find(template, WX_STR("}"), at);
        if (template.ptr[at] == '{' && end != WX_NPOS) {
            struct wx_str name = wx_str_sub(template, at + 1, end);

            p = place_find(places, n_places, name);
            if (!p)
                p = place_find(kind->places, kind->n_places, name);
        }
        if (p) {
            (void)wx_buf_adds(&out, p->value);
            at = end + 1;
        } else {
            (void)wx_buf_addc(&out, template.ptr[at++]);
        }
    }
    done = wx_arena_str(arena, wx_buf_str(&out));
    wx_buf_clear(&out);
    return done;
}
