#include "access/policy.h"

struct role_row {
    const char *name, *zh, *en;
    bool is_privileged;
    uint32_t part, excluded, grantable;
};
struct op_row {
    const char *name;
    const char *const *states;
    int read_op; /* the noun's reading, -1: none */
    uint16_t first_grant, n_grants;
};
#include "policy_table.inc"

const char *wx_role_name(enum wx_role role)
{
    return roles[role].name;
}

const char *wx_role_text(enum wx_role role, enum wx_lang lang)
{
    return lang == WX_ZH ? roles[role].zh : roles[role].en;
}

bool wx_role_find(struct wx_str name, enum wx_role *role)
{
    for (unsigned i = 0; i < WX_ROLE_COUNT; i++)
        if (wx_str_eqz(name, roles[i].name)) {
            *role = (enum wx_role)i;
            return true;
        }
    return false;
}

bool wx_role_is_privileged(enum wx_role role)
{
    return roles[role].is_privileged;
}

uint32_t wx_role_part(enum wx_role role)
{
    return roles[role].part;
}

uint32_t wx_role_excluded(enum wx_role role)
{
    return roles[role].excluded;
}

uint32_t wx_roles_privileged(void)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < WX_ROLE_COUNT; i++)
        bits |= roles[i].is_privileged ? 1u << i : 0;
    return bits;
}

bool wx_roles_conflict(uint32_t held, enum wx_role *a, enum wx_role *b)
{
    for (unsigned i = 0; i < WX_ROLE_COUNT; i++) {
        uint32_t both = held & roles[i].excluded;

        if ((held >> i & 1) && both) {
            *a = (enum wx_role)i;
            *b = (enum wx_role)__builtin_ctz(both);
            return true;
        }
    }
    return false;
}

uint32_t wx_roles_grantable(uint32_t held)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < WX_ROLE_COUNT; i++)
        if (held >> i & 1)
            bits |= roles[i].grantable;
    return bits;
}

const char *wx_op_name(enum wx_op op)
{
    return ops[op].name;
}

bool wx_op_find(struct wx_str name, enum wx_op *op)
{
    for (unsigned i = 0; i < WX_OP_COUNT; i++)
        if (wx_str_eqz(name, ops[i].name)) {
            *op = (enum wx_op)i;
            return true;
        }
    return false;
}

const struct wx_grant *wx_op_grants(enum wx_op op, size_t *n)
{
    *n = ops[op].n_grants;
    return &grants[ops[op].first_grant];
}

const char *const *wx_op_states(enum wx_op op)
{
    return ops[op].states;
}

uint32_t wx_principal_roles(const struct wx_principal *who)
{
    uint32_t held = who->account_id && !who->is_suspended ? who->roles : 0;

    return who->has_mfa ? held : held & ~wx_roles_privileged();
}

static bool has_role(const struct wx_principal *who, uint32_t held, int role)
{
    if (role == WX_ROLE_PUBLIC)
        return true;
    if (role == WX_ROLE_ANYONE)
        return who->account_id != 0;
    return held >> role & 1;
}

static bool token_has(const struct wx_principal *who, enum wx_op op)
{
    return !who->is_token || (who->token_ops.bits[op / 64] >> (op % 64) & 1);
}

static struct wx_scope scope_of(const struct wx_principal *who,
                                const struct wx_grant *grant)
{
    struct wx_scope scope = {0};

    switch (grant->scope) {
    case WX_SCOPE_ALL:
        return (struct wx_scope){
            .sees_all = true, .sees_office_records = true, .sees_untold = true};
    case WX_SCOPE_OWN:
        return who->reach.own;
    case WX_SCOPE_TREE:
        return who->reach.tree;
    case WX_SCOPE_ASSIGNED:
        scope = who->reach.assigned;
        scope.sees_untold = true;
        break;
    case WX_SCOPE_PART:
        if (roles[grant->role].part == WX_PART_GOVERNMENT)
            scope = who->reach.government;
        else if (roles[grant->role].part == WX_PART_CRYPTO)
            scope = who->reach.crypto;
        scope.parts = roles[grant->role].part;
        scope.sees_untold = true;
        break;
    case WX_SCOPE_ANY:
    case WX_SCOPE_SELF:
        break;
    }
    return scope;
}

static bool covers(const struct wx_principal *who, const struct wx_grant *grant,
                   const struct wx_object *object)
{
    struct wx_scope scope;

    if (object->is_list)
        return true;
    if (grant->scope == WX_SCOPE_ANY || object->is_none)
        return true;
    if (!object->exists)
        return false;
    if (grant->scope == WX_SCOPE_SELF)
        return object->account_id != 0 && object->account_id == who->account_id;
    scope = scope_of(who, grant);
    return wx_scope_has_item(&scope, object->unit_id, object->parts);
}

static bool state_fits(enum wx_op op, const struct wx_grant *grant,
                       const struct wx_object *object)
{
    if (!grant->states || object->is_list || object->is_none)
        return true;
    if (!object->state.len)
        return grant->states & 1;
    for (unsigned i = 0; ops[op].states[i]; i++)
        if (wx_str_eqz(object->state, ops[op].states[i]))
            return grant->states >> i & 1;
    return false;
}

/* One right against one object that it covers. The later the answer stands in enum
 * wx_answer, the less was missing. */
static enum wx_answer weigh(const struct wx_principal *who, enum wx_op op,
                            const struct wx_grant *grant,
                            const struct wx_object *object)
{
    if (!state_fits(op, grant, object))
        return WX_DENY_STATE;
    if ((grant->flags & WX_GRANT_NOT_OWN) && !object->is_list && !object->is_none &&
        object->made_by == who->account_id)
        return WX_DENY_OWN;
    if ((grant->flags & WX_GRANT_PERSON) && who->is_token)
        return WX_DENY_PERSON;
    /* a token was made with a step-up, for the operations that it names */
    if ((grant->flags & WX_GRANT_STEP) && !who->is_fresh && !who->is_token)
        return WX_DENY_STEP_UP;
    return WX_ALLOW;
}

/* May he at least read it? Then a refusal may say so; otherwise it was never there. */
static bool may_read(const struct wx_principal *who, enum wx_op op,
                     const struct wx_object *object)
{
    uint32_t held = wx_principal_roles(who);
    size_t n;
    const struct wx_grant *grant;

    if (ops[op].read_op < 0 || !token_has(who, (enum wx_op)ops[op].read_op))
        return false;
    grant = wx_op_grants((enum wx_op)ops[op].read_op, &n);
    for (size_t i = 0; i < n; i++)
        if (has_role(who, held, grant[i].role) && covers(who, &grant[i], object))
            return true;
    return false;
}

enum wx_answer wx_access_ask(const struct wx_principal *who, enum wx_op op,
                             const struct wx_object *object)
{
    uint32_t held = wx_principal_roles(who);
    enum wx_answer best = WX_DENY_HIDDEN;
    bool has_any = false;
    size_t n;
    const struct wx_grant *grant = wx_op_grants(op, &n);

    if (!token_has(who, op))
        return WX_DENY;
    for (size_t i = 0; i < n; i++) {
        enum wx_answer answer;

        if (!has_role(who, held, grant[i].role))
            continue;
        has_any = true;
        if (!covers(who, &grant[i], object))
            continue;
        answer = weigh(who, op, &grant[i], object);
        if (answer == WX_ALLOW)
            return WX_ALLOW;
        if (answer > best)
            best = answer;
    }
    /* without the right at all, it makes no difference whether the object exists */
    if (!has_any)
        return who->account_id ? WX_DENY : WX_DENY_SIGN_IN;
    if (best == WX_DENY_HIDDEN && object->exists && may_read(who, op, object))
        return WX_DENY;
    return best;
}

bool wx_access_may(const struct wx_principal *who, enum wx_op op)
{
    uint32_t held = wx_principal_roles(who);
    size_t n;
    const struct wx_grant *grant = wx_op_grants(op, &n);

    if (!token_has(who, op))
        return false;
    for (size_t i = 0; i < n; i++)
        if (has_role(who, held, grant[i].role) &&
            !((grant[i].flags & WX_GRANT_PERSON) && who->is_token))
            return true;
    return false;
}

/* Adds what OP's rights cover; true: a right without an object is among them. */
static bool scope_join(const struct wx_principal *who, enum wx_op op,
                       struct wx_scope *scope, uint64_t *bits)
{
    uint32_t held = wx_principal_roles(who);
    bool has_any = false;
    size_t n;
    const struct wx_grant *grant = wx_op_grants(op, &n);

    for (size_t i = 0; i < n; i++) {
        struct wx_scope one;

        if (!has_role(who, held, grant[i].role))
            continue;
        one = scope_of(who, &grant[i]);
        has_any |= grant[i].scope == WX_SCOPE_ANY || grant[i].scope == WX_SCOPE_SELF;
        scope->sees_all |= one.sees_all;
        scope->sees_office_records |= one.sees_office_records;
        scope->sees_untold |= one.sees_untold;
        scope->parts |= one.parts;
        for (size_t w = 0; w < (one.n_bits + 63) / 64; w++)
            bits[w] |= one.bits[w];
    }
    return has_any;
}

void wx_access_scope(const struct wx_principal *who, enum wx_op op,
                     struct wx_arena *arena, struct wx_scope *scope)
{
    size_t n_bits = who->reach.own.n_bits, n_words = (n_bits + 63) / 64;
    uint64_t *bits = wx_arena_array(arena, uint64_t, n_words ? n_words : 1);

    *scope = (struct wx_scope){.bits = bits, .n_bits = n_bits};
    if (token_has(who, op) && scope_join(who, op, scope, bits))
        (void)scope_join(who, WX_OP_UNIT_READ, scope, bits);
}
