/*
 * What the register asks of the database beyond plain records: places in the tree of
 * units, hosts that are registered, completeness, what was measured last. Functions
 * marked "trusted" see past the wall; each says why that gives nothing away.
 */
#ifndef WX_STORE_OFFICE_REGISTER_H
#define WX_STORE_OFFICE_REGISTER_H

#include "model/record.h"
#include "store/office.h"

/* A record neither changed nor confirmed for so long has to be surveyed again: half a
 * year, since the checks it feeds come twice a year. */
enum { WX_STALE_S = 183 * 86400 };

/* ---- units ---- */

/* Is ABOVE_ID the unit itself or one above it? Trusted: a loop may close above what the
 * caller sees; he learns only that his choice is refused. */
WX_MUST_CHECK enum wx_status wx_unit_is_below(struct wx_tx *tx, int64_t unit_id,
                                              int64_t above_id, bool *is_below,
                                              struct wx_err *err);
struct wx_unit_facts {
    struct wx_str name, short_name, kind, level, division, parent_name;
    int has_duties; /* 1, 0, -1: not stated */
};
/* Of a record's own unit. Trusted: who may write the record may know whose it is. */
WX_MUST_CHECK enum wx_status wx_unit_facts(struct wx_tx *tx, struct wx_arena *arena,
                                           int64_t unit_id, struct wx_unit_facts *out,
                                           struct wx_err *err);

/* ---- sites and hosts ---- */

/* Portals in force of the unit beside EXCEPT_ID, by the wall; name of one of them. */
WX_MUST_CHECK enum wx_status wx_unit_portals(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t unit_id, int64_t except_id,
                                             struct wx_str *name, struct wx_err *err);
/* Is the host (ASCII, with or without "www.", whatever port) some record's domain?
 * Trusted: asked by the server's own work on what an inspection saw. */
WX_MUST_CHECK enum wx_status wx_host_is_registered(struct wx_tx *tx, struct wx_str host,
                                                   bool *is_registered,
                                                   struct wx_err *err);
/* Does a site in force have a domain at or below REGISTRABLE? Trusted, as above. */
WX_MUST_CHECK enum wx_status wx_domain_is_used(struct wx_tx *tx,
                                               struct wx_str registrable, bool *is_used,
                                               struct wx_err *err);
/* Seen again: no history line, since nothing was decided. Trusted, as above. */
WX_MUST_CHECK enum wx_status wx_found_host_seen(struct wx_tx *tx, int64_t id,
                                                int64_t n_links, int64_t round_id,
                                                int64_t now_s, struct wx_err *err);
/* The row of that host at that unit; *ID 0: none. Trusted, as above. */
WX_MUST_CHECK enum wx_status wx_found_host_find(struct wx_tx *tx, int64_t unit_id,
                                                struct wx_str host, int64_t *id,
                                                struct wx_err *err);
/* "sibling" or "government" as an earlier row of that host says, or NULL. Trusted, as
 * above. */
WX_MUST_CHECK enum wx_status wx_found_host_why(struct wx_tx *tx, struct wx_str host,
                                               const char **why, struct wx_err *err);
/* All rows of HOST still found become claimed by SITE_ID. Trusted: the host is in the
 * register now, for whichever unit it had been found at. */
WX_MUST_CHECK enum wx_status wx_found_host_claimed(struct wx_tx *tx, struct wx_str host,
                                                   int64_t site_id, int64_t account_id,
                                                   int64_t now_s, struct wx_err *err);

/* ---- contradictions ---- */

struct wx_contradiction_row {
    int64_t id; /* 0: none */
    struct wx_str state, how, reported, measured;
};
/* Trusted: the server's own work after an inspection. */
WX_MUST_CHECK enum wx_status wx_contradiction_find(struct wx_tx *tx,
                                                   struct wx_arena *arena,
                                                   int64_t site_id, struct wx_str field,
                                                   struct wx_contradiction_row *out,
                                                   struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_contradiction_seen(struct wx_tx *tx, int64_t id,
                                                   int64_t round_id, int64_t now_s,
                                                   struct wx_err *err);

/* ---- what was measured last ---- */

struct wx_measured_row {
    int64_t round_id, at_s;
    bool is_determined;
    struct wx_str checks; /* JSON array */
};
WX_MUST_CHECK enum wx_status wx_measured_keep(struct wx_tx *tx, int64_t site_id,
                                              int64_t unit_id,
                                              const struct wx_measured_row *row,
                                              struct wx_err *err);
/* WX_E_NOT_FOUND: never measured. */
WX_MUST_CHECK enum wx_status wx_measured_get(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t site_id,
                                             struct wx_measured_row *out,
                                             struct wx_err *err);

/* ---- completeness ---- */

struct wx_complete_row {
    int64_t id, unit_id, fresh_s; /* last confirmed or changed */
    struct wx_str name;
    struct wx_str stated; /* '1' or '0' for each ASKED field in order; '-': does not
                             apply */
};
typedef void wx_each_complete(void *ctx, const struct wx_complete_row *row);
/* Records in force of KIND at UNIT_ID (0: every unit in the scope). */
WX_MUST_CHECK enum wx_status wx_records_complete(struct wx_tx *tx,
                                                 const struct wx_record_kind *kind,
                                                 int64_t unit_id,
                                                 wx_each_complete *each, void *ctx,
                                                 struct wx_err *err);
size_t wx_record_kind_asked(const struct wx_record_kind *kind);

/* ---- counts ---- */

struct wx_unit_line {
    int64_t id, parent_id;
    struct wx_str name, kind;
};
/* Units in force in the scope by id, at most LIMIT. */
WX_MUST_CHECK enum wx_status wx_units_lines(struct wx_tx *tx, struct wx_arena *arena,
                                            size_t limit, struct wx_unit_line **out,
                                            size_t *n, bool *is_cut,
                                            struct wx_err *err);

/* Records in force of KIND by unit, by the wall. */
typedef void wx_each_count(void *ctx, int64_t unit_id, int64_t n);
WX_MUST_CHECK enum wx_status wx_records_count(struct wx_tx *tx,
                                              const struct wx_record_kind *kind,
                                              const char *state, wx_each_count *each,
                                              void *ctx, struct wx_err *err);
/* Duties (words of person.def) held by somebody of the unit: "|leader|contact|..." */
WX_MUST_CHECK enum wx_status wx_unit_duties(struct wx_tx *tx, struct wx_arena *arena,
                                            int64_t unit_id, struct wx_str *out,
                                            struct wx_err *err);

/* ---- going online ---- */

struct wx_launch_gate {
    int64_t review_id;             /* approved registration of the site; 0: none */
    int64_t round_id, inspected_s; /* last inspection; 0: none */
    bool is_inspected;             /* to an end, and after the review was applied for */
    int64_t n_findings; /* open, at or above the severity; -1: findings are not kept */
};
/* SEVERITY: "critical", "high", "medium" or "low". */
WX_MUST_CHECK enum wx_status wx_launch_gate(struct wx_tx *tx, int64_t site_id,
                                            struct wx_str severity,
                                            struct wx_launch_gate *out,
                                            struct wx_err *err);

#endif
