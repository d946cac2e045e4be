#include "access/desk.h"

#include "access/account.h"
#include "access/audit.h"
#include "access/plan.h"
#include "access/token.h"
#include "base/log.h"
#include "store/office_session.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* The organisation as it was at one revision; replaced as a whole. */
struct kept_plan {
    struct wx_arena arena;
    struct wx_org org;
    struct wx_desk_limits limits;
    int64_t rev;
};

/* Last uses not yet written down; a table that cannot grow. A use that finds no place
 * is written at once by nobody: the session merely seems idle a minute longer. */
enum { N_USES = 4096, WRITE_EVERY_S = 60, CLEAN_EVERY_S = 600 };
struct use {
    int64_t id; /* of the session; negative: of the token */
    int64_t account_id, used_s, written_s;
    char address[46];
};

struct wx_desk {
    struct wx_office *office;
    struct wx_seal_key field, checkpoint;
    struct wx_throttle *throttle;
    pthread_rwlock_t lock; /* plan */
    struct kept_plan *plan;
    pthread_mutex_t uses_lock;
    struct use uses[N_USES];
    int64_t written_s, cleaned_s; /* by the ticking thread only */
};

enum wx_status wx_desk_open(struct wx_office *office, struct wx_desk **out,
                            struct wx_err *err)
{
    struct wx_desk *desk = wx_new(struct wx_desk);
    const char *dir = wx_office_dir(office);
    enum wx_status status = wx_key_load(dir, WX_KEY_FIELD, true, &desk->field, err);

    if (!status)
        status = wx_key_load(dir, WX_KEY_CHECKPOINT, true, &desk->checkpoint, err);
    if (status) {
        free(desk);
        return status;
    }
    desk->office = office;
    desk->throttle = wx_throttle_new();
    pthread_rwlock_init(&desk->lock, NULL);
    pthread_mutex_init(&desk->uses_lock, NULL);
    *out = desk;
    return WX_OK;
}

static void plan_free(struct kept_plan *plan)
{
    if (!plan)
        return;
    wx_arena_clear(&plan->arena);
    free(plan);
}

static void uses_write(struct wx_desk *desk, int64_t now_s);

void wx_desk_free(struct wx_desk *desk)
{
    if (!desk)
        return;
    uses_write(desk, INT64_MAX);
    plan_free(desk->plan);
    wx_throttle_free(desk->throttle);
    wx_seal_key_forget(&desk->field);
    wx_seal_key_forget(&desk->checkpoint);
    pthread_rwlock_destroy(&desk->lock);
    pthread_mutex_destroy(&desk->uses_lock);
    free(desk);
}

const struct wx_seal_key *wx_desk_field_key(const struct wx_desk *desk)
{
    return &desk->field;
}

const struct wx_seal_key *wx_desk_checkpoint_key(const struct wx_desk *desk)
{
    return &desk->checkpoint;
}

struct wx_throttle *wx_desk_throttle(struct wx_desk *desk)
{
    return desk->throttle;
}

/* ---- limits and roles ---- */

static enum wx_status limit_read(struct wx_tx *tx, const char *key, int64_t preset,
                                 int64_t *out, struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_str text;
    uint64_t value;
    enum wx_status status;

    *out = preset;
    wx_arena_init(&arena);
    status = wx_office_get(tx, key, &arena, &text, err);
    if (!status && wx_str_to_u64(text, 7 * 86400, &value) && value >= 60)
        *out = (int64_t)value;
    wx_arena_clear(&arena);
    return status == WX_E_NOT_FOUND ? WX_OK : status;
}

enum wx_status wx_desk_limits_read(struct wx_tx *tx, struct wx_desk_limits *out,
                                   struct wx_err *err)
{
    enum wx_status status = limit_read(tx, "session.idle_s", 1800, &out->idle_s, err);

    if (!status)
        status = limit_read(tx, "session.idle_privileged_s", 900,
                            &out->idle_privileged_s, err);
    if (!status)
        status = limit_read(tx, "session.absolute_s", 8 * 3600, &out->absolute_s, err);
    if (!status)
        status = limit_read(tx, "session.fresh_s", 300, &out->fresh_s, err);
    return status;
}

enum wx_status wx_desk_roles(struct wx_tx *tx, const struct wx_account_row *row,
                             int64_t now_s, uint32_t *roles, struct wx_err *err)
{
    int64_t n_system = 0, n_security = 0;
    enum wx_status status = WX_OK;

    *roles = row->roles;
    if (!(row->roles >> WX_ROLE_FOUNDER & 1))
        return WX_OK;
    if (row->founder_until_s) {
        if (now_s >= row->founder_until_s)
            *roles &= ~(1u << WX_ROLE_FOUNDER);
        return WX_OK;
    }
    status = wx_account_count_role(tx, WX_ROLE_SYSADMIN, 0, &n_system, err);
    if (!status)
        status = wx_account_count_role(tx, WX_ROLE_SECADMIN, 0, &n_security, err);
    if (!status && n_system && n_security)
        *roles &= ~(1u << WX_ROLE_FOUNDER);
    return status;
}

enum wx_status wx_desk_has_window(struct wx_tx *tx, const struct wx_account_row *row,
                                  int64_t now_s, bool *has, struct wx_err *err)
{
    struct wx_reach_of of = {row->id, row->agency_id, row->unit_id,
                             wx_tester_window(row)};
    struct wx_arena arena;
    struct wx_org org;
    enum wx_status status;

    *has = true;
    if (!row->agency_id)
        return WX_OK;
    wx_arena_init(&arena);
    status = wx_plan_read(tx, &arena, &org, err);
    if (!status)
        *has = wx_reach_is_assigned(&org, &of, now_s);
    wx_arena_clear(&arena);
    return status;
}

/* ---- the organisation ---- */

static void reach_from(struct wx_principal *who, struct wx_arena *arena,
                       const struct wx_org *org, struct wx_window cleared)
{
    struct wx_reach_of of = {who->account_id, who->agency_id, who->unit_id, cleared};

    wx_reach_make(&who->reach, arena, org, &of, who->now_s);
    who->is_suspended =
        who->agency_id != 0 && !wx_reach_is_assigned(org, &of, who->now_s);
}

enum wx_status wx_desk_reach(struct wx_tx *tx, struct wx_arena *arena,
                             struct wx_principal *who, struct wx_err *err)
{
    struct wx_account_row row;
    struct wx_org org;
    enum wx_status status = wx_account_by_id(tx, arena, who->account_id, &row, err);

    if (!status)
        status = wx_plan_read(tx, arena, &org, err);
    if (!status)
        reach_from(who, arena, &org, wx_tester_window(&row));
    return status;
}

/* The reach and the limits of sessions: out of what is kept when it is of the revision
 * that TX sees; else it is read, and kept unless TX writes (it may see what will never
 * be committed). */
static enum wx_status reach_kept(struct wx_desk *desk, struct wx_tx *tx,
                                 struct wx_arena *arena, struct wx_principal *who,
                                 struct wx_window cleared,
                                 struct wx_desk_limits *limits, struct wx_err *err)
{
    struct kept_plan *plan;
    int64_t rev;
    bool is_kept;
    enum wx_status status = wx_org_rev(tx, &rev, err);

    if (status)
        return status;
    pthread_rwlock_rdlock(&desk->lock);
    is_kept = desk->plan && desk->plan->rev == rev;
    if (is_kept) {
        reach_from(who, arena, &desk->plan->org, cleared);
        *limits = desk->plan->limits;
    }
    pthread_rwlock_unlock(&desk->lock);
    if (is_kept)
        return WX_OK;
    plan = wx_new(struct kept_plan);
    wx_arena_init(&plan->arena);
    plan->rev = rev;
    status = wx_plan_read(tx, &plan->arena, &plan->org, err);
    if (!status)
        status = wx_desk_limits_read(tx, &plan->limits, err);
    if (status) {
        plan_free(plan);
        return status;
    }
    reach_from(who, arena, &plan->org, cleared);
    *limits = plan->limits;
    pthread_rwlock_wrlock(&desk->lock);
    if (!wx_tx_is_write(tx) && (!desk->plan || desk->plan->rev < rev)) {
        struct kept_plan *old = desk->plan;

        desk->plan = plan;
        plan = old;
    }
    pthread_rwlock_unlock(&desk->lock);
    plan_free(plan);
    return WX_OK;
}

/* ---- uses ---- */

static struct use *use_find(struct wx_desk *desk, int64_t id, bool may_claim)
{
    struct use *free_one = NULL;

    for (size_t i = 0; i < 16; i++) {
        struct use *use =
            &desk->uses[((uint64_t)id * 11400714819323198485u + i) % N_USES];

        if (use->id == id)
            return use;
        if (!free_one && (use->id == 0 || use->used_s <= use->written_s))
            free_one = use;
    }
    if (!may_claim || !free_one)
        return NULL;
    *free_one = (struct use){.id = id};
    return free_one;
}

static int64_t last_use(struct wx_desk *desk, int64_t id, int64_t written_s)
{
    int64_t used_s = written_s;
    struct use *use;

    pthread_mutex_lock(&desk->uses_lock);
    use = use_find(desk, id, false);
    if (use && use->used_s > used_s)
        used_s = use->used_s;
    pthread_mutex_unlock(&desk->uses_lock);
    return used_s;
}

static void use_note(struct wx_desk *desk, int64_t id, int64_t account_id,
                     const struct wx_desk_sign *sign)
{
    struct use *use;

    pthread_mutex_lock(&desk->uses_lock);
    use = use_find(desk, id, true);
    if (use) {
        use->account_id = account_id;
        if (sign->now_s > use->used_s)
            use->used_s = sign->now_s;
        snprintf(use->address, sizeof use->address, "%.*s",
                 WX_STR_ARG(wx_str_sub(sign->address, 0, 45)));
    }
    pthread_mutex_unlock(&desk->uses_lock);
}

static enum wx_status use_write(struct wx_tx *tx, const struct use *use,
                                struct wx_err *err)
{
    enum wx_status status = use->id > 0
                                ? wx_session_put_used(tx, use->id, use->used_s, err)
                                : wx_token_put_used(tx, -use->id, use->used_s,
                                                    wx_str_of(use->address), err);

    return status ? status : wx_account_seen(tx, use->account_id, use->used_s, err);
}

/* Uses up to NOW_S are written; a failure (full disk) leaves them for the next time. */
static void uses_write(struct wx_desk *desk, int64_t now_s)
{
    struct use *copy = wx_alloc(sizeof desk->uses);
    struct wx_tx *tx = NULL;
    enum wx_status status = WX_OK;
    size_t n = 0;

    pthread_mutex_lock(&desk->uses_lock);
    for (size_t i = 0; i < N_USES; i++)
        if (desk->uses[i].id && desk->uses[i].used_s > desk->uses[i].written_s &&
            desk->uses[i].used_s <= now_s)
            copy[n++] = desk->uses[i];
    pthread_mutex_unlock(&desk->uses_lock);
    if (n)
        status = wx_tx_write(desk->office, NULL, &tx, NULL);
    for (size_t i = 0; i < n && !status; i++)
        status = use_write(tx, &copy[i], NULL);
    if (n && !status)
        status = wx_tx_commit(tx, NULL);
    wx_tx_end(tx);
    pthread_mutex_lock(&desk->uses_lock);
    for (size_t i = 0; i < n && !status; i++) {
        struct use *use = use_find(desk, copy[i].id, false);

        if (use)
            use->written_s = copy[i].used_s;
    }
    pthread_mutex_unlock(&desk->uses_lock);
    free(copy);
}

/* ---- who is it ---- */

static bool is_privileged(uint32_t roles)
{
    return (roles & wx_roles_privileged()) != 0;
}

/* What an account is at NOW_S, whatever it came in with. */
static enum wx_status account_known(struct wx_desk *desk, struct wx_tx *tx,
                                    struct wx_arena *arena, int64_t account_id,
                                    struct wx_desk_known *out,
                                    struct wx_desk_limits *limits, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status = wx_account_by_id(tx, arena, account_id, &row, err);

    if (status)
        return status;
    if (row.locked_s || !row.password.len)
        return wx_fail(err, WX_E_EXPIRED, "the account is locked");
    out->who.account_id = row.id;
    out->who.unit_id = row.unit_id;
    out->who.agency_id = row.agency_id;
    status = wx_desk_roles(tx, &row, out->who.now_s, &out->who.roles, err);
    if (!status)
        status =
            reach_kept(desk, tx, arena, &out->who, wx_tester_window(&row), limits, err);
    if (status)
        return status;
    if (out->who.is_suspended)
        return wx_fail(err, WX_E_EXPIRED, "no engagement is in force");
    out->must_enrol = is_privileged(out->who.roles) && !row.totp.len;
    return WX_OK;
}

static enum wx_status session_known(struct wx_desk *desk, struct wx_tx *tx,
                                    struct wx_arena *arena,
                                    const struct wx_desk_sign *sign,
                                    struct wx_desk_known *out, struct wx_err *err)
{
    struct wx_sha256 secret = wx_token_hash(sign->secret);
    struct wx_desk_limits limits;
    struct wx_session_row session;
    enum wx_status status = wx_session_by_secret(tx, &secret, &session, err);

    if (status)
        return status;
    out->who.has_mfa = session.has_mfa;
    out->step_up_s = session.step_up_s > sign->now_s ? session.step_up_s : 0;
    out->who.is_fresh = out->step_up_s != 0;
    out->session_id = session.id;
    status = account_known(desk, tx, arena, session.account_id, out, &limits, err);
    if (status)
        return status;
    out->expires_s = session.begun_s + limits.absolute_s;
    if (sign->now_s >= out->expires_s)
        return wx_fail(err, WX_E_EXPIRED, "the session is over");
    out->idle_s =
        is_privileged(out->who.roles) ? limits.idle_privileged_s : limits.idle_s;
    if (sign->now_s - last_use(desk, session.id, session.used_s) >= out->idle_s)
        return wx_fail(err, WX_E_EXPIRED, "the session was idle too long");
    return WX_OK;
}

static void ops_read(struct wx_str names, struct wx_op_set *set)
{
    while (names.len) {
        struct wx_str name = wx_str_cut(&names, ' ');
        enum wx_op op;

        if (wx_op_find(name, &op)) /* one that is gone since is no right any more */
            set->bits[op / 64] |= 1ull << (op % 64);
    }
}

static enum wx_status token_known(struct wx_desk *desk, struct wx_tx *tx,
                                  struct wx_arena *arena,
                                  const struct wx_desk_sign *sign,
                                  struct wx_desk_known *out, struct wx_err *err)
{
    struct wx_sha256 secret = wx_token_hash(sign->secret);
    struct wx_token_row token;
    struct wx_desk_limits limits;
    enum wx_status status = wx_token_by_secret(tx, arena, &secret, &token, err);

    if (status)
        return status;
    if (sign->now_s >= token.until_s)
        return wx_fail(err, WX_E_EXPIRED, "the token has expired");
    out->who.is_token = true;
    out->who.has_mfa = true; /* made in a session that had it, and by a step-up */
    out->session_id = token.id;
    out->expires_s = token.until_s;
    ops_read(token.operations, &out->who.token_ops);
    return account_known(desk, tx, arena, token.account_id, out, &limits, err);
}

enum wx_status wx_desk_look(struct wx_desk *desk, struct wx_tx *tx,
                            struct wx_arena *arena, const struct wx_desk_sign *sign,
                            struct wx_desk_known *out, struct wx_err *err)
{
    *out = (struct wx_desk_known){.who.now_s = sign->now_s};
    if (!wx_token_is_formed(sign->secret))
        return wx_fail(err, WX_E_NOT_FOUND, "no such session or token");
    return sign->is_bearer ? token_known(desk, tx, arena, sign, out, err)
                           : session_known(desk, tx, arena, sign, out, err);
}

enum wx_status wx_desk_identify(struct wx_desk *desk, struct wx_tx *tx,
                                struct wx_arena *arena, const struct wx_desk_sign *sign,
                                struct wx_desk_known *out, struct wx_err *err)
{
    enum wx_status status = wx_desk_look(desk, tx, arena, sign, out, err);

    if (!status)
        use_note(desk, sign->is_bearer ? -out->session_id : out->session_id,
                 out->who.account_id, sign);
    return status;
}

/* ---- by the clock ---- */

static void clean(struct wx_desk *desk, int64_t now_s)
{
    struct wx_desk_limits limits;
    struct wx_tx *tx = NULL;
    int64_t idle_s;
    enum wx_status status = wx_tx_write(desk->office, NULL, &tx, NULL);

    if (!status)
        status = wx_desk_limits_read(tx, &limits, NULL);
    if (!status) {
        idle_s = limits.idle_s > limits.idle_privileged_s ? limits.idle_s
                                                          : limits.idle_privileged_s;
        status = wx_session_remove_old(tx, now_s - limits.absolute_s,
                                       now_s - idle_s - 2 * WRITE_EVERY_S, NULL);
    }
    if (!status)
        status = wx_link_remove_old(tx, now_s - 86400, NULL);
    if (!status)
        status = wx_tx_commit(tx, NULL);
    wx_tx_end(tx);
}

enum wx_status wx_desk_checkpoint(struct wx_desk *desk, int64_t now_s, bool force,
                                  struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_str note;
    enum wx_status status;

    wx_arena_init(&arena);
    status = wx_audit_checkpoint(
        desk->office, &desk->checkpoint,
        wx_arena_printf(&arena, "%s/checkpoints%c", wx_office_dir(desk->office), 0).ptr,
        now_s, force, &arena, &note, err);
    wx_arena_clear(&arena);
    return status;
}

void wx_desk_tick(struct wx_desk *desk, int64_t now_s)
{
    struct wx_err err;

    wx_setup_drops_take(desk->office, now_s);
    if (wx_desk_checkpoint(desk, now_s, false, &err))
        wx_log(WX_LOG_WARN, "access", "checkpoint_failed", "text=%s", err.text);
    if (now_s - desk->written_s >= WRITE_EVERY_S) {
        uses_write(desk, now_s);
        desk->written_s = now_s;
    }
    if (now_s - desk->cleaned_s >= CLEAN_EVERY_S) {
        clean(desk, now_s);
        desk->cleaned_s = now_s;
    }
}
