/*
 * take-run DATA RUN ROUND [retest]: what RUN found becomes findings of the office in
 * DATA, as round ROUND, through the same function that rounds use. For scenarios: the
 * server must not be running. Prints one JSON line of counts.
 */
#include "base/clock.h"
#include "finding/take.h"
#include "store/office_import.h"
#include "store/record.h"
#include <stdio.h>
#include <stdlib.h>

struct work {
    struct wx_tx *tx;
    struct wx_take take;
    struct wx_taken sum, one;
    enum wx_status status;
    struct wx_err err;
    unsigned n_unknown;
};

static bool take_site(void *ctx, const struct wx_site *site,
                      const struct wx_site_result *result)
{
    struct work *w = ctx;
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("site"));
    struct wx_record_facts facts;
    struct wx_arena arena;
    int64_t id = 0;

    wx_arena_init(&arena);
    w->status =
        wx_record_by_value(w->tx, kind, wx_record_field_find(kind, WX_STR("domain")),
                           site->domain, 0, &id, &w->err);
    if (!w->status && id <= 0)
        w->n_unknown++;
    if (!w->status && id > 0)
        w->status = wx_record_facts(w->tx, &arena, kind, id, &facts, &w->err);
    if (!w->status && id > 0) {
        w->take.run_site_id = site->id;
        w->take.site_id = id;
        w->take.unit_id = facts.unit_id;
        w->take.status = result->status;
        w->take.reason = result->reason;
        w->take.begun_s = result->begun_s;
        w->status = wx_finding_take_site(w->tx, &w->take, &w->err);
        w->sum.n_new += w->one.n_new;
        w->sum.n_again += w->one.n_again;
        w->sum.n_regressed += w->one.n_regressed;
        w->sum.n_gone += w->one.n_gone;
        w->sum.n_fixed += w->one.n_fixed;
        w->sum.n_not_determined += w->one.n_not_determined;
    }
    wx_arena_clear(&arena);
    return !w->status;
}

static int complain(const struct wx_err *err)
{
    fprintf(stderr, "take-run: %s\n", err->text);
    return 1;
}

int main(int argc, char **argv)
{
    struct work w = {.status = WX_OK};
    struct wx_office *office = NULL;
    struct wx_rules *rules = NULL;

    if (argc < 4)
        return 2;
    w.take.round_id = atoll(argv[3]);
    w.take.is_retest = argc > 4 && strcmp(argv[4], "retest") == 0;
    w.take.now_s = wx_now_s();
    w.take.taken = &w.one;
    if (wx_office_open(argv[1], &office, &w.err) ||
        wx_store_open(argv[2], WX_STORE_READ, &w.take.run, &w.err) ||
        wx_rules_load(NULL, false, &rules, &w.err) ||
        wx_tx_write(office, &wx_scope_everything, &w.tx, &w.err))
        return complain(&w.err);
    w.take.rules = rules;
    if (wx_store_sites(w.take.run, take_site, &w, &w.err) || w.status ||
        wx_tx_commit(w.tx, &w.err))
        return complain(&w.err);
    wx_tx_end(w.tx);
    wx_store_close(w.take.run);
    wx_office_close(office);
    wx_rules_free(rules);
    printf("{\"new\":%u,\"again\":%u,\"regressed\":%u,\"gone\":%u,\"fixed\":%u,"
           "\"not_determined\":%u,\"unknown\":%u}\n",
           w.sum.n_new, w.sum.n_again, w.sum.n_regressed, w.sum.n_gone, w.sum.n_fixed,
           w.sum.n_not_determined, w.n_unknown);
    return 0;
}
