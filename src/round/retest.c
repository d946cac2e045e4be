#include "round/retest.h"

#include "base/clock.h"
#include "store/office_finding.h"

enum wx_status wx_retest_plan(struct wx_tx *tx, struct wx_arena *arena,
                              const struct wx_retest *retest, int64_t *round_id,
                              struct wx_err *err)
{
    struct wx_site_pick pick = {.site_ids = &retest->site_id, .n_site_ids = 1};
    struct wx_picked_sites sites;
    struct wx_round_plan plan = {
        .kind = "retest", .sites = &sites, .note = retest->note, .by = retest->by};
    char day[24];
    enum wx_status status = wx_sites_pick(tx, arena, &pick, &sites, err);

    if (!status && !sites.n)
        status = wx_fail(err, WX_E_NOT_FOUND, "site %lld is not in the register",
                         (long long)retest->site_id);
    if (status)
        return status;
    wx_time_format_china(retest->by.now_s, day);
    plan.name = wx_arena_printf(arena, wx_text(retest->lang, WX_T_RETEST_NAME),
                                WX_STR_ARG(sites.at[0].domain), day);
    status = wx_round_plan(tx, arena, &plan, round_id, err);
    return status ? status : wx_retest_planned(tx, retest->site_id, *round_id, err);
}
