#include "access/desk.h"

#include "access/token.h"

#include "store/office_account.h"
#include <pthread.h>
#include <stdlib.h>

/* Accounts' limits: idle, absolute, and how long a second proof is fresh. */
enum { IDLE_S = 1800, ABSOLUTE_S = 8 * 3600 };

/* The organisation as it is committed; its arena is replaced as a whole. */
struct plan {
    struct wx_arena arena;
    struct wx_org org;
};

struct wx_desk {
    struct wx_office *office;
    pthread_rwlock_t lock;
    struct plan *plan; /* NULL: to be read */
};

struct wx_desk *wx_desk_new(struct wx_office *office)
{
    struct wx_desk *desk = wx_new(struct wx_desk);

    desk->office = office;
    pthread_rwlock_init(&desk->lock, NULL);
    return desk;
}

static void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    wx_arena_clear(&plan->arena);
    free(plan);
}

void wx_desk_free(struct wx_desk *desk)
{
    if (!desk)
        return;
    plan_free(desk->plan);
    pthread_rwlock_destroy(&desk->lock);
    free(desk);
}

void wx_desk_forget(struct wx_desk *desk)
{
    pthread_rwlock_wrlock(&desk->lock);
    plan_free(desk->plan);
    desk->plan = NULL;
    pthread_rwlock_unlock(&desk->lock);
}

struct reading {
    struct wx_arena *arena;
    struct wx_org_unit *units;
    size_t n, cap;
};

static void take_unit(void *ctx, int64_t id, int64_t parent_id, struct wx_str authority)
{
    struct reading *r = ctx;

    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 256;

        r->units = wx_arena_grow(r->arena, r->units, r->cap * sizeof *r->units,
                                 cap * sizeof *r->units);
        r->cap = cap;
    }
    r->units[r->n++] =
        (struct wx_org_unit){id, parent_id,
                             wx_str_eqz(authority, "crypto")       ? WX_PART_CRYPTO
                             : wx_str_eqz(authority, "government") ? WX_PART_GOVERNMENT
                                                                   : 0};
}

static enum wx_status read_org(struct wx_tx *tx, struct wx_arena *arena,
                               struct wx_org *org, struct wx_err *err)
{
    struct reading r = {.arena = arena};
    enum wx_status status = wx_org_units(tx, take_unit, &r, err);

    if (status)
        return status;
    return wx_org_make(org, arena, r.units, r.n, NULL, 0, err);
}

static void make_reach(struct wx_principal *who, struct wx_arena *arena,
                       const struct wx_org *org)
{
    struct wx_reach_of of = {who->account_id, who->agency_id, who->unit_id,
                             WX_WINDOW_ALWAYS};

    wx_reach_make(&who->reach, arena, org, &of, who->now_s);
}

enum wx_status wx_desk_reach(struct wx_tx *tx, struct wx_arena *arena,
                             struct wx_principal *who, struct wx_err *err)
{
    struct wx_org org;
    enum wx_status status = read_org(tx, arena, &org, err);

    if (!status)
        make_reach(who, arena, &org);
    return status;
}

/* The reach out of the kept organisation, which is read when it is not there. */
static enum wx_status reach_kept(struct wx_desk *desk, struct wx_tx *tx,
                                 struct wx_arena *arena, struct wx_principal *who,
                                 struct wx_err *err)
{
    struct plan *plan;
    enum wx_status status;

    pthread_rwlock_rdlock(&desk->lock);
    if (desk->plan) {
        make_reach(who, arena, &desk->plan->org);
        pthread_rwlock_unlock(&desk->lock);
        return WX_OK;
    }
    pthread_rwlock_unlock(&desk->lock);
    plan = wx_new(struct plan);
    wx_arena_init(&plan->arena);
    status = read_org(tx, &plan->arena, &plan->org, err);
    if (status) {
        plan_free(plan);
        return status;
    }
    make_reach(who, arena, &plan->org);
    pthread_rwlock_wrlock(&desk->lock);
    if (desk->plan || wx_tx_is_write(tx)) /* a write may see what is not committed */
        plan_free(plan);
    else
        desk->plan = plan;
    pthread_rwlock_unlock(&desk->lock);
    return WX_OK;
}

enum wx_status wx_desk_look(struct wx_desk *desk, struct wx_tx *tx,
                            struct wx_arena *arena, const struct wx_desk_sign *sign,
                            struct wx_desk_known *out, struct wx_err *err)
{
    struct wx_sha256 secret = wx_token_hash(sign->secret);
    struct wx_session_row session;
    struct wx_account_row account;
    enum wx_status status;

    if (sign->is_bearer)
        return wx_fail(err, WX_E_NOT_FOUND, "no such token");
    status = wx_session_by_secret(tx, &secret, &session, err);
    if (!status)
        status = wx_account_by_id(tx, arena, session.account_id, &account, err);
    if (status)
        return status;
    if (account.locked_s || sign->now_s - session.begun_s >= ABSOLUTE_S ||
        sign->now_s - session.used_s >= IDLE_S)
        return wx_fail(err, WX_E_EXPIRED, "the session is over");
    out->session_id = session.id;
    out->who = (struct wx_principal){
        .account_id = account.id,
        .unit_id = account.unit_id,
        .agency_id = account.agency_id,
        .roles = account.roles,
        .has_mfa = session.has_mfa,
        .is_fresh = session.step_up_s > sign->now_s,
        .now_s = sign->now_s,
    };
    return reach_kept(desk, tx, arena, &out->who, err);
}

enum wx_status wx_desk_identify(struct wx_desk *desk, struct wx_tx *tx,
                                struct wx_arena *arena, const struct wx_desk_sign *sign,
                                struct wx_desk_known *out, struct wx_err *err)
{
    return wx_desk_look(desk, tx, arena, sign, out, err);
}

void wx_desk_tick(struct wx_desk *desk, int64_t now_s)
{
    (void)desk;
    (void)now_s;
}
