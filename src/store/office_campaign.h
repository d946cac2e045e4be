/*
 * What campaigns ask of the database beyond plain records: who is in their scope,
 * duties by the thousand, sheets and what was submitted, reminders, counts for draws
 * and evaluations. Everything through the wall of the transaction's scope.
 */
#ifndef WX_STORE_OFFICE_CAMPAIGN_H
#define WX_STORE_OFFICE_CAMPAIGN_H

#include "base/hash.h"
#include "base/json.h"
#include "store/record.h"

/* ---- scope ---- */

struct wx_target_query {
    struct wx_str units, sites; /* filters (model/filter.h); empty: all in force */
    bool skips_military, skips_secret;
    int64_t now_s;
};
struct wx_target_site {
    int64_t id, unit_id;
    struct wx_str name;
};
struct wx_targets { /* units and sites by id, in the arena */
    int64_t *unit_ids;
    size_t n_units;
    struct wx_target_site *sites; /* of those units; closed and merged ones are not */
    size_t n_sites;
};
/* WX_E_INVALID: a filter; WX_E_TOO_BIG: more than WX_MAX_TARGETS of either. */
enum { WX_MAX_TARGETS = 200000 };
WX_MUST_CHECK enum wx_status wx_targets_find(struct wx_tx *tx, struct wx_arena *arena,
                                             const struct wx_target_query *query,
                                             struct wx_targets *out,
                                             struct wx_err *err);
/* Changes whenever a unit or site did: to know whether to look at scopes again. */
WX_MUST_CHECK enum wx_status wx_register_mark(struct wx_tx *tx, int64_t *mark,
                                              struct wx_err *err);

/* Units in force whose kind is not stated, as elements {id, name} by name, at most 200:
 * no scope by kind finds them. */
WX_MUST_CHECK enum wx_status
wx_units_without_kind_json(struct wx_tx *tx, struct wx_json *out, struct wx_err *err);

/* ---- duties ---- */

struct wx_duty_row { /* texts in ARENA */
    int64_t id, rev, unit_id, campaign_id, task_id, phase_id, site_id, turn;
    int64_t submitted_s, n_returned, paused_days, late_days, created_by;
    struct wx_str name, state, due, first_due, paused_on, first_submitted;
};
WX_MUST_CHECK enum wx_status wx_duty_row_read(struct wx_tx *tx, struct wx_arena *arena,
                                              int64_t id, struct wx_duty_row *out,
                                              struct wx_err *err);
/* Of a campaign, in states of IN_STATES ("open,draft"); empty: all. By id. */
WX_MUST_CHECK enum wx_status wx_duty_rows(struct wx_tx *tx, struct wx_arena *arena,
                                          int64_t campaign_id, const char *in_states,
                                          struct wx_duty_row **out, size_t *n,
                                          struct wx_err *err);
/* Made once: the same task of the same unit (or site) in the same turn again is
 * nothing. No history: the campaign's start is on record. */
struct wx_duty_new {
    int64_t unit_id, campaign_id, task_id, phase_id, site_id, turn;
    int64_t because_id; /* what it came of, of kind BECAUSE ("notice"); 0: the plan */
    struct wx_str name, due, because;
};
WX_MUST_CHECK enum wx_status wx_duty_add(struct wx_tx *tx,
                                         const struct wx_duty_new *duty,
                                         const struct wx_record_by *by, bool *was_added,
                                         struct wx_err *err);
/* Which duties of a task there are, in order, by what makes each one: to add none in
 * vain where there are thousands. wx_duty_is_known() looks in it. */
struct wx_duty_keys {
    struct wx_str *at;
    size_t n;
};
WX_MUST_CHECK enum wx_status wx_duty_keys(struct wx_tx *tx, struct wx_arena *arena,
                                          int64_t task_id, struct wx_duty_keys *out,
                                          struct wx_err *err);
bool wx_duty_is_known(const struct wx_duty_keys *keys, const struct wx_duty_new *duty);
int64_t wx_duty_last_id(struct wx_tx *tx); /* of the one added just now */
/* Duties to be done yet whose unit or site is no longer where it was. */
struct wx_place_now {
    int64_t duty_id, site_unit_id; /* as the register has it, in force or not */
    bool unit_is_there,
        site_is_there; /* in force; the site neither closed nor merged */
};
WX_MUST_CHECK enum wx_status
wx_duties_displaced(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                    struct wx_place_now **out, size_t *n, struct wx_err *err);
/* Who stands in for a unit: itself while it is in force, else the one that it was
 * merged into, and so on; 0: nobody. */
WX_MUST_CHECK enum wx_status wx_unit_heir(struct wx_tx *tx, int64_t unit_id,
                                          int64_t *heir, struct wx_err *err);
/* Is this unit (as a whole) asked for the same task in the same turn? */
WX_MUST_CHECK enum wx_status wx_duty_is_asked(struct wx_tx *tx, int64_t task_id,
                                              int64_t turn, int64_t unit_id, bool *is,
                                              struct wx_err *err);
/* To another unit, with its sheet and what was submitted. */
WX_MUST_CHECK enum wx_status wx_duty_move(struct wx_tx *tx, int64_t id, int64_t unit_id,
                                          const struct wx_record_by *by,
                                          struct wx_err *err);

/* ---- campaigns and their tasks ---- */

struct wx_task_row {
    int64_t id, campaign_id, phase_id;
    struct wx_str name, party, counts_as, scope, due, remind, recurs, form, deadline,
        due_note;
};
WX_MUST_CHECK enum wx_status wx_task_rows(struct wx_tx *tx, struct wx_arena *arena,
                                          int64_t campaign_id, struct wx_task_row **out,
                                          size_t *n, struct wx_err *err);
/* Ids of campaigns in one of STATES ("running,evaluating"), by id. */
WX_MUST_CHECK enum wx_status wx_campaigns_in(struct wx_tx *tx, struct wx_arena *arena,
                                             const char *states, int64_t **ids,
                                             size_t *n, struct wx_err *err);
/* Units with a duty in the campaign made at or after SINCE_S, by id. */
WX_MUST_CHECK enum wx_status wx_campaign_units(struct wx_tx *tx, struct wx_arena *arena,
                                               int64_t campaign_id, int64_t since_s,
                                               int64_t **ids, size_t *n,
                                               struct wx_err *err);
/* A unit with a duty in the campaign that TX sees; 0: none. */
WX_MUST_CHECK enum wx_status wx_campaign_seen_unit(struct wx_tx *tx, const char *column,
                                                   int64_t id, int64_t *unit_id,
                                                   struct wx_err *err);
/* Rows of a campaign's phases or tasks (kind's name), by order, as elements. */
WX_MUST_CHECK enum wx_status
wx_campaign_parts_json(struct wx_tx *tx, struct wx_arena *arena, const char *kind,
                       int64_t campaign_id, struct wx_json *out, struct wx_err *err);

/* ---- sheets ---- */

struct wx_duty_sheet {
    int64_t form_id, rev, updated_s, updated_by; /* rev 0: nothing was kept yet */
    struct wx_str answers;
};
/* WX_OK with rev 0 when there is none. */
WX_MUST_CHECK enum wx_status wx_duty_sheet_read(struct wx_tx *tx,
                                                struct wx_arena *arena, int64_t duty_id,
                                                struct wx_duty_sheet *out,
                                                struct wx_err *err);
/* SHEET->rev is the one that was read (WX_E_AGAIN when it moved on), then the new one.
 */
WX_MUST_CHECK enum wx_status wx_duty_sheet_keep(struct wx_tx *tx, int64_t duty_id,
                                                int64_t unit_id,
                                                struct wx_duty_sheet *sheet,
                                                struct wx_err *err);
/* The newest version of a form of the campaign: WX_E_NOT_FOUND. */
struct wx_kept_form {
    int64_t id, version;
    struct wx_str name, source;
};
WX_MUST_CHECK enum wx_status
wx_campaign_form_newest(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                        struct wx_str name, struct wx_kept_form *out,
                        struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_campaign_form_get(struct wx_tx *tx,
                                                  struct wx_arena *arena, int64_t id,
                                                  struct wx_kept_form *out,
                                                  struct wx_err *err);
/* Another version; the same text again is the same version. */
WX_MUST_CHECK enum wx_status
wx_campaign_form_keep(struct wx_tx *tx, int64_t campaign_id, struct wx_str name,
                      struct wx_str source, const struct wx_record_by *by, int64_t *id,
                      struct wx_err *err);

struct wx_submission {
    int64_t id, duty_id, unit_id, form_id, at_s, account_id;
    struct wx_str way, answers;
    struct wx_sha256 hash;
};
WX_MUST_CHECK enum wx_status wx_submission_add(struct wx_tx *tx,
                                               const struct wx_submission *submission,
                                               struct wx_err *err);
/* The newest of a duty; id 0: none. */
WX_MUST_CHECK enum wx_status wx_submission_last(struct wx_tx *tx,
                                                struct wx_arena *arena, int64_t duty_id,
                                                struct wx_submission *out,
                                                struct wx_err *err);
/* Elements {id, at, account_id, way, sha256}, newest first. */
WX_MUST_CHECK enum wx_status wx_submissions_json(struct wx_tx *tx, int64_t duty_id,
                                                 struct wx_json *out,
                                                 struct wx_err *err);

/* ---- reminders and lateness ---- */

struct wx_due_group { /* duties to be done yet, by task and day; in ARENA */
    int64_t campaign_id, task_id, n;
    struct wx_str due, remind;
};
WX_MUST_CHECK enum wx_status wx_due_groups(struct wx_tx *tx, struct wx_arena *arena,
                                           struct wx_due_group **out, size_t *n,
                                           struct wx_err *err);
/* One line for each unit with duties of TASK_IDS ("[1,2]", of one campaign) on the
 * group's day. KIND: "before" or "after". */
WX_MUST_CHECK enum wx_status wx_reminders_keep(struct wx_tx *tx,
                                               const struct wx_due_group *group,
                                               struct wx_str task_ids, const char *kind,
                                               struct wx_str day, int64_t now_s,
                                               struct wx_err *err);
/* Chased by hand: one duty, or all that are past their day (DUTY_ID 0); on record like
 * the reminders that go by themselves, a unit's of one day together. */
struct wx_chase {
    int64_t campaign_id, duty_id, now_s;
    struct wx_str day; /* today */
};
WX_MUST_CHECK enum wx_status
wx_chase_keep(struct wx_tx *tx, const struct wx_chase *chase, struct wx_err *err);
/* The units that it is on record for. */
WX_MUST_CHECK enum wx_status wx_chased_units(struct wx_tx *tx, struct wx_arena *arena,
                                             const struct wx_chase *chase,
                                             int64_t **ids, size_t *n,
                                             struct wx_err *err);
typedef enum wx_status wx_each_reminder(void *ctx, int64_t campaign_id, int64_t unit_id,
                                        struct wx_str kind, int64_t n,
                                        struct wx_err *err);
/* Those of DAY, one call for each campaign, unit and kind. */
WX_MUST_CHECK enum wx_status wx_reminders_of(struct wx_tx *tx, struct wx_str day,
                                             wx_each_reminder *each, void *ctx,
                                             struct wx_err *err);
/* Elements {day, unit_id, unit, kind, due, n} of a campaign, newest first. */
WX_MUST_CHECK enum wx_status wx_reminders_json(struct wx_tx *tx, int64_t campaign_id,
                                               uint32_t limit, struct wx_json *out,
                                               struct wx_err *err);
/*
 * Members of the open object: "tasks": [{task_id, name, due, open, draft, submitted,
 * returned, accepted, waived, late}], "late": [{unit_id, unit, n, days}] worst first.
 */
WX_MUST_CHECK enum wx_status
wx_campaign_progress_json(struct wx_tx *tx, int64_t campaign_id, struct wx_str today,
                          struct wx_json *out, struct wx_err *err);

#endif
