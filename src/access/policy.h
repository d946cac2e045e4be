/*
 * Who may what: policy/roles.policy, compiled in. wx_access_ask() is the one question,
 * asked once for each request before its handler runs.
 */
#ifndef WX_ACCESS_POLICY_H
#define WX_ACCESS_POLICY_H

#include "access/org.h"
#include "base/catalogue.h"
#include "policy_names.inc" /* enum wx_role, enum wx_op: made from the policy */

/* One right: ROLE may, within SCOPE, when all of FLAGS hold and the state is in STATES
 * (bits in the order of the noun's states; 0: any state). */
enum wx_grant_scope {
    WX_SCOPE_ANY,
    WX_SCOPE_SELF,
    WX_SCOPE_OWN,
    WX_SCOPE_TREE,
    WX_SCOPE_ASSIGNED,
    WX_SCOPE_PART,
    WX_SCOPE_ALL,
};
enum wx_grant_flag {
    WX_GRANT_NOT_OWN = 1,
    WX_GRANT_STEP = 2,
    WX_GRANT_PERSON = 4,
};
struct wx_grant {
    int role; /* enum wx_role, or WX_ROLE_PUBLIC, WX_ROLE_ANYONE */
    enum wx_grant_scope scope;
    uint32_t flags, states;
};

const char *wx_role_name(enum wx_role role);
const char *wx_role_text(enum wx_role role, enum wx_lang lang);
bool wx_role_find(struct wx_str name, enum wx_role *role);
bool wx_role_is_privileged(enum wx_role role);
uint32_t wx_role_part(enum wx_role role);     /* 0: none */
uint32_t wx_role_excluded(enum wx_role role); /* not held together with it */
uint32_t wx_roles_privileged(void);           /* as bits 1 << role */
/* Two roles of ROLES that one account may not hold together; false: none. */
bool wx_roles_conflict(uint32_t roles, enum wx_role *a, enum wx_role *b);
/* Roles that a holder of ROLES may give and take away. */
uint32_t wx_roles_grantable(uint32_t roles);

const char *wx_op_name(enum wx_op op);
bool wx_op_find(struct wx_str name, enum wx_op *op);
const struct wx_grant *wx_op_grants(enum wx_op op, size_t *n);
/* States of the operation's noun, ended by NULL; NULL when it has none. */
const char *const *wx_op_states(enum wx_op op);

enum { WX_OP_WORDS = (WX_OP_COUNT + 63) / 64 };
struct wx_op_set {
    uint64_t bits[WX_OP_WORDS];
};

/* Who asks. All zeros: not signed in. */
struct wx_principal {
    int64_t account_id;
    int64_t unit_id, agency_id;
    uint32_t roles;    /* as held; privileged ones count only when has_mfa */
    bool has_mfa;      /* this session began with a second factor */
    bool is_fresh;     /* a second proof within the step-up time */
    bool is_token;     /* a program's bearer token: only operations in token_ops */
    bool is_suspended; /* agency outside every window: nothing but what anyone has */
    struct wx_op_set token_ops;
    struct wx_reach reach;
    int64_t now_s; /* the reach was made for this second */
};

/* What is asked about. */
struct wx_object {
    bool is_none;       /* the operation has no object (drafting, starting) */
    bool is_list;       /* all objects of a scope: scope and state are not asked here */
    bool exists;        /* false: nothing is known of it */
    int64_t unit_id;    /* owner; 0: the office */
    int64_t account_id; /* whose own thing it is (scope self); 0: nobody's */
    int64_t made_by;    /* account, for !own; 0: a machine */
    uint32_t parts;     /* WX_PART_ marks of the item itself */
    struct wx_str state; /* "": has none, or the first */
};

enum wx_answer {
    WX_ALLOW,
    WX_DENY_SIGN_IN, /* 401: not signed in, and that would be needed */
    WX_DENY_HIDDEN,  /* 404: as if there were no such object */
    WX_DENY,         /* 403 */
    WX_DENY_STATE,   /* 409: not in this state */
    WX_DENY_OWN,     /* 403: one's own act */
    WX_DENY_PERSON,  /* 403: not by a token */
    WX_DENY_STEP_UP, /* 403: give the second proof, then again */
};

enum wx_answer wx_access_ask(const struct wx_principal *who, enum wx_op op,
                             const struct wx_object *object);
/* Could he do OP to some object, state and step-up aside? For menus and lists. */
bool wx_access_may(const struct wx_principal *who, enum wx_op op);
/* Whose objects OP covers for him: what the second wall is set to while OP runs. A
 * right without an object (any, self) covers the units he may read. Bits in ARENA. */
void wx_access_scope(const struct wx_principal *who, enum wx_op op,
                     struct wx_arena *arena, struct wx_scope *scope);
/* Roles that count now: without privileged ones when the second factor is missing. */
uint32_t wx_principal_roles(const struct wx_principal *who);

#endif
