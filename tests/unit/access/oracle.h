/*
 * A second reading of policy/roles.policy for the tests: parsed from the text itself
 * and answered the slow way (walking up from the object, row after row), sharing no
 * code with src/access/ but its input structs. Included by one test program.
 */
#ifndef WX_TEST_ORACLE_H
#define WX_TEST_ORACLE_H

#include "access/policy.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>

enum { ORACLE_OPS = 400, ORACLE_GRANTS = 24, ORACLE_ROLES = 32, ORACLE_NOUNS = 40 };

struct oracle_grant {
    char role[32], scope[16], states[200];
    bool not_own, step, person;
};
struct oracle_op {
    char name[64];
    struct oracle_grant grants[ORACLE_GRANTS];
    int n_grants;
};
struct oracle_role {
    char name[32], kind[32], part[32];
    bool is_privileged;
};
struct oracle {
    struct oracle_op ops[ORACLE_OPS];
    int n_ops;
    struct oracle_role roles[ORACLE_ROLES];
    int n_roles;
    char nouns[ORACLE_NOUNS][32], states[ORACLE_NOUNS][200];
    int n_nouns;
};

struct oracle_world {
    struct wx_org_unit units[40];
    size_t n_units;
    struct wx_org_assignment assignments[20];
    size_t n_assignments;
    int64_t now_s;
    struct wx_window cleared;
};

static void oracle_grant_read(struct oracle_op *op, char *word)
{
    struct oracle_grant *g = &op->grants[op->n_grants++];
    char *mark;

    memset(g, 0, sizeof *g);
    if ((mark = strstr(word, "!own")))
        g->not_own = true;
    if (strstr(word, "+step"))
        g->step = true;
    if (strstr(word, "+person"))
        g->person = true;
    word[strcspn(word, "!+")] = '\0';
    if ((mark = strchr(word, '@'))) {
        snprintf(g->states, sizeof g->states, ",%s,", mark + 1);
        *mark = '\0';
    }
    mark = strchr(word, '=');
    *mark = '\0';
    snprintf(g->role, sizeof g->role, "%s", word);
    snprintf(g->scope, sizeof g->scope, "%s", mark + 1);
}

static void oracle_line(struct oracle *o, char *line)
{
    char *save = NULL, *word, *first;

    line[strcspn(line, "#\n")] = '\0';
    first = strtok_r(line, " ", &save);
    if (!first)
        return;
    if (strchr(first, '.')) {
        struct oracle_op *op = &o->ops[o->n_ops++];

        snprintf(op->name, sizeof op->name, "%s", first);
        while ((word = strtok_r(NULL, " ", &save)))
            oracle_grant_read(op, word);
    } else if (!strcmp(first, "role")) {
        struct oracle_role *r = &o->roles[o->n_roles++];

        snprintf(r->name, sizeof r->name, "%s", strtok_r(NULL, " ", &save));
        snprintf(r->kind, sizeof r->kind, "%s", strtok_r(NULL, " ", &save));
        while ((word = strtok_r(NULL, " ", &save)) && *word != '"') {
            if (!strcmp(word, "privileged"))
                r->is_privileged = true;
            else
                snprintf(r->part, sizeof r->part, "%s", word + 5);
        }
    } else if (!strcmp(first, "states")) {
        char *out = o->states[o->n_nouns];

        snprintf(o->nouns[o->n_nouns++], 32, "%s", strtok_r(NULL, " ", &save));
        while ((word = strtok_r(NULL, " ", &save))) {
            strcat(out, word);
            strcat(out, ",");
        }
    }
}

static struct oracle *oracle_read(void)
{
    struct oracle *o = calloc(1, sizeof *o);
    FILE *file = fopen(WX_SOURCE_ROOT "/policy/roles.policy", "r");
    char line[4096];

    if (!file || !o)
        abort();
    while (fgets(line, sizeof line, file))
        oracle_line(o, line);
    fclose(file);
    return o;
}

static struct oracle_op *oracle_op(struct oracle *o, const char *name)
{
    for (int i = 0; i < o->n_ops; i++)
        if (!strcmp(o->ops[i].name, name))
            return &o->ops[i];
    return NULL;
}

static struct oracle_role *oracle_role(struct oracle *o, const char *name)
{
    for (int i = 0; i < o->n_roles; i++)
        if (!strcmp(o->roles[i].name, name))
            return &o->roles[i];
    return NULL;
}

static const struct wx_org_unit *oracle_unit(const struct oracle_world *w, int64_t id)
{
    for (size_t i = 0; i < w->n_units; i++)
        if (w->units[i].id == id)
            return &w->units[i];
    return NULL;
}

static bool oracle_below(const struct oracle_world *w, int64_t id, int64_t root)
{
    for (int steps = 0; steps < 60; steps++) {
        const struct wx_org_unit *unit = oracle_unit(w, id);

        if (!unit)
            return false;
        if (id == root)
            return true;
        id = unit->parent_id;
    }
    return false;
}

static const char *oracle_part(const struct oracle_world *w, int64_t id)
{
    for (int steps = 0; steps < 60; steps++) {
        const struct wx_org_unit *unit = oracle_unit(w, id);

        if (!unit)
            break;
        if (unit->part)
            return unit->part == WX_PART_CRYPTO ? "crypto" : "government";
        id = unit->parent_id;
    }
    return "government";
}

static bool oracle_covers(struct oracle *o, const struct oracle_world *w,
                          const struct wx_principal *who, const struct oracle_grant *g,
                          int64_t unit, uint32_t parts)
{
    struct oracle_role *role = oracle_role(o, g->role);

    if (!strcmp(g->scope, "all"))
        return true;
    if (!strcmp(g->scope, "own") || !strcmp(g->scope, "tree")) {
        if (unit == 0)
            return who->unit_id == 0 && !who->agency_id;
        return oracle_unit(w, unit) &&
               (unit == who->unit_id ||
                (g->scope[0] == 't' && oracle_unit(w, who->unit_id) &&
                 oracle_below(w, unit, who->unit_id)));
    }
    if (!strcmp(g->scope, "assigned")) {
        for (size_t i = 0; i < w->n_assignments; i++) {
            const struct wx_org_assignment *a = &w->assignments[i];

            if (w->now_s < a->window.from_s || w->now_s >= a->window.until_s)
                continue;
            if (who->agency_id
                    ? a->agency_id != who->agency_id || w->now_s < w->cleared.from_s ||
                          w->now_s >= w->cleared.until_s
                    : a->account_id != who->account_id)
                continue;
            if (unit != 0 && oracle_unit(w, unit) &&
                (unit == a->unit_id || (a->with_below && oracle_unit(w, a->unit_id) &&
                                        oracle_below(w, unit, a->unit_id))))
                return true;
        }
        return false;
    }
    if (!strcmp(g->scope, "part")) {
        static const char *const marks[] = {"government", "crypto", "grading",
                                            "secret"};

        for (int i = 0; i < 4; i++)
            if (!strcmp(role->part, marks[i]) && (parts >> i & 1))
                return true;
        if (unit == 0)
            return !strcmp(role->part, "government");
        return oracle_unit(w, unit) && !strcmp(role->part, oracle_part(w, unit));
    }
    return false;
}

static bool oracle_holds(struct oracle *o, const struct wx_principal *who,
                         const char *name)
{
    struct oracle_role *role = oracle_role(o, name);

    if (!strcmp(name, "public"))
        return true;
    if (!who->account_id)
        return false;
    if (!strcmp(name, "anyone"))
        return true;
    return !who->is_suspended && (who->roles >> (role - o->roles) & 1) &&
           (!role->is_privileged || who->has_mfa);
}

static bool oracle_touches(struct oracle *o, const struct oracle_world *w,
                           const struct wx_principal *who, const struct oracle_grant *g,
                           const struct wx_object *object)
{
    if (object->is_list || object->is_none || !strcmp(g->scope, "any"))
        return true;
    if (!object->exists)
        return false;
    if (!strcmp(g->scope, "self"))
        return object->account_id && object->account_id == who->account_id;
    return oracle_covers(o, w, who, g, object->unit_id, object->parts);
}

static bool oracle_token(const struct wx_principal *who, struct oracle *o,
                         const struct oracle_op *op)
{
    long i = op - o->ops;

    return !who->is_token || (who->token_ops.bits[i / 64] >> (i % 64) & 1);
}

/* With the comma behind it. */
static const char *oracle_first_state(struct oracle *o, const char *op)
{
    static char out[64];

    snprintf(out, sizeof out, ",");
    for (int i = 0; i < o->n_nouns; i++)
        if (!strncmp(op, o->nouns[i], strlen(o->nouns[i])) &&
            op[strlen(o->nouns[i])] == '.')
            snprintf(out, sizeof out, "%.*s", (int)strcspn(o->states[i], ",") + 1,
                     o->states[i]);
    return out;
}

static enum wx_answer oracle_ask(struct oracle *o, const struct oracle_world *w,
                                 const struct wx_principal *who, const char *name,
                                 const struct wx_object *object)
{
    struct oracle_op *op = oracle_op(o, name), *reader;
    bool has = false, state = false, own = false, person = false, step = false,
         touched = false;
    char noun[64], key[80];

    if (!oracle_token(who, o, op))
        return WX_DENY;
    for (int i = 0; i < op->n_grants; i++) {
        struct oracle_grant *g = &op->grants[i];

        if (!oracle_holds(o, who, g->role))
            continue;
        has = true;
        if (!oracle_touches(o, w, who, g, object))
            continue;
        touched = true;
        if (object->state.len)
            snprintf(key, sizeof key, ",%.*s,", (int)object->state.len,
                     object->state.ptr);
        else
            snprintf(key, sizeof key, ",%s", oracle_first_state(o, name));
        if (*g->states && !object->is_list && !object->is_none &&
            !strstr(g->states, key))
            state = true;
        else if (g->not_own && !object->is_list && !object->is_none &&
                 object->made_by == who->account_id)
            own = true;
        else if (g->person && who->is_token)
            person = true;
        else if (g->step && !who->is_token && !who->is_fresh)
            step = true;
        else
            return WX_ALLOW;
    }
    if (!has)
        return who->account_id ? WX_DENY : WX_DENY_SIGN_IN;
    if (touched)
        return step     ? WX_DENY_STEP_UP
               : person ? WX_DENY_PERSON
               : own    ? WX_DENY_OWN
               : state  ? WX_DENY_STATE
                        : WX_DENY_HIDDEN;
    snprintf(noun, sizeof noun, "%s", name);
    noun[strcspn(noun, ".")] = '\0';
    snprintf(key, sizeof key, "%.50s.read", noun);
    reader = oracle_op(o, key);
    snprintf(key, sizeof key, "%.50s.list", noun);
    reader = reader ? reader : oracle_op(o, key);
    if (reader && object->exists && oracle_token(who, o, reader))
        for (int i = 0; i < reader->n_grants; i++)
            if (oracle_holds(o, who, reader->grants[i].role) &&
                oracle_touches(o, w, who, &reader->grants[i], object))
                return WX_DENY;
    return WX_DENY_HIDDEN;
}

/* Is an item of UNIT with marks PARTS in what NAME covers? */
static bool oracle_sees(struct oracle *o, const struct oracle_world *w,
                        const struct wx_principal *who, const char *name, int64_t unit,
                        uint32_t parts)
{
    struct oracle_op *op = oracle_op(o, name);
    bool has_any = false;

    if (!oracle_token(who, o, op))
        return false;
    for (int i = 0; i < op->n_grants; i++) {
        struct oracle_grant *g = &op->grants[i];

        if (!oracle_holds(o, who, g->role))
            continue;
        has_any |= !strcmp(g->scope, "any") || !strcmp(g->scope, "self");
        if (oracle_covers(o, w, who, g, unit, parts))
            return true;
    }
    op = oracle_op(o, "unit.read");
    for (int i = 0; has_any && i < op->n_grants; i++)
        if (oracle_holds(o, who, op->grants[i].role) &&
            oracle_covers(o, w, who, &op->grants[i], unit, parts))
            return true;
    return false;
}

#endif
