#include "round/take.h"

#include "base/clock.h"
#include "finding/take.h"
#include "register/contradiction.h"
#include "round/request.h"
#include "store/office_request.h"
#include "store/office_round.h"
#include <stdlib.h>

enum { PATH_BYTES = 4096, SITES_A_TX = 20 };

struct done_list { /* of sites that have their result */
    struct wx_arena arena;
    uint64_t *at;
    size_t n, cap;
    bool is_over;
};

/* A site cut by an interrupt is inspected again from its start when the round goes on.
 */
static bool is_final(const struct wx_site_result *result, bool is_over)
{
    if (result->status == WX_SITE_WAITING || result->status == WX_SITE_RUNNING)
        return false;
    return is_over || result->status != WX_SITE_PARTLY ||
           wx_str_eqz(result->reason, "truncated");
}

static bool collect(void *ctx, const struct wx_site *site,
                    const struct wx_site_result *result)
{
    struct done_list *list = ctx;

    (void)site;
    if (!is_final(result, list->is_over))
        return true;
    if (list->n == list->cap) {
        size_t old = list->cap;

        list->cap = old ? old * 2 : 64;
        list->at = wx_arena_grow(&list->arena, list->at, old * sizeof *list->at,
                                 list->cap * sizeof *list->at);
    }
    list->at[list->n++] = result->site_id;
    return true;
}

/* Findings, and what was measured against what is reported; a site that left the
 * register is let go. A re-inspection that was cut short says nothing of the register:
 * it would put less in the place of what a whole one measured. */
static enum wx_status take_content(struct wx_taking *t, struct wx_tx *tx,
                                   const struct wx_take *take, struct wx_str facts,
                                   struct wx_err *err)
{
    struct wx_measure measure = {.site_id = take->site_id,
                                 .round_id = take->round_id,
                                 .now_s = take->now_s,
                                 .status = take->status,
                                 .facts = facts,
                                 .places = t->places};
    enum wx_status status = wx_finding_take_site(tx, take, err);

    if (!status && (!t->is_retest || take->status == WX_SITE_INSPECTED))
        status = wx_register_measured(tx, &measure, err);
    return status == WX_E_NOT_FOUND ? WX_OK : status;
}

static enum wx_status take_site(struct wx_taking *t, struct wx_tx *tx,
                                struct wx_store *run,
                                const struct wx_site_result *result, struct wx_err *err)
{
    struct wx_round_site site;
    struct wx_taken taken = {0};
    struct wx_take take = {.run = run,
                           .run_site_id = result->site_id,
                           .round_id = t->round_id,
                           .now_s = t->now_s,
                           .begun_s = result->begun_s,
                           .status = result->status,
                           .reason = result->reason,
                           .is_retest = t->is_retest,
                           .rules = t->rules,
                           .taken = &taken};
    struct wx_round_taken row = {.taken_s = t->now_s};
    enum wx_status status =
        wx_round_site_find(tx, t->round_id, result->site_id, &site, err);

    if (status == WX_E_NOT_FOUND || (!status && site.taken_s))
        return WX_OK; /* not the office's, or done before */
    take.site_id = site.site_id;
    take.unit_id = site.unit_id;
    if (!status)
        status = take_content(t, tx, &take, result->facts, err);
    row.n_new = taken.n_new;
    row.n_gone = taken.n_gone;
    row.n_findings = (int64_t)taken.n_new + taken.n_again + taken.n_regressed;
    if (!status)
        status = wx_round_site_done(tx, t->round_id, result, &row, err);
    if (!status)
        status = wx_event_add(tx, "round.site", "round", t->round_id, site.unit_id,
                              t->now_s, &t->last_event, err);
    t->n_taken += !status;
    return status;
}

static enum wx_status take_some(struct wx_taking *t, struct wx_store *run,
                                const struct done_list *list, size_t from,
                                struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    struct wx_arena scratch;
    enum wx_status status = wx_tx_write(t->office, &wx_scope_everything, &tx, err);

    wx_arena_init(&scratch);
    for (size_t i = from; !status && i < list->n && i < from + SITES_A_TX; i++) {
        struct wx_site_result result;

        wx_arena_reset(&scratch);
        status = wx_store_site_result(run, list->at[i], &scratch, &result, err);
        if (!status)
            status = take_site(t, tx, run, &result, err);
    }
    wx_arena_clear(&scratch);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    return status;
}

/* Those that were taken in before need no transaction of their own. */
static enum wx_status leave_out_taken(struct wx_taking *t, struct done_list *list,
                                      struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    size_t n = 0;
    enum wx_status status = wx_tx_read(t->office, &wx_scope_everything, &tx, err);

    for (size_t i = 0; !status && i < list->n; i++) {
        struct wx_round_site site;

        if (wx_round_site_find(tx, t->round_id, list->at[i], &site, NULL) == WX_OK &&
            !site.taken_s)
            list->at[n++] = list->at[i];
    }
    list->n = n;
    wx_tx_end(tx);
    return status;
}

enum wx_status wx_take_in(struct wx_taking *t, struct wx_err *err)
{
    struct done_list list = {.is_over = t->is_over};
    struct wx_store *run = NULL;
    char dir[PATH_BYTES];
    enum wx_status status;

    wx_arena_init(&list.arena);
    wx_round_dir(wx_office_dir(t->office), t->round_id, dir, sizeof dir);
    status = wx_store_open(dir, WX_STORE_READ, &run, err);
    if (!status)
        status = wx_store_sites(run, collect, &list, err);
    if (!status)
        status = leave_out_taken(t, &list, err);
    for (size_t i = 0; !status && i < list.n; i += SITES_A_TX)
        status = take_some(t, run, &list, i, err);
    wx_store_close(run);
    wx_arena_clear(&list.arena);
    return status;
}
