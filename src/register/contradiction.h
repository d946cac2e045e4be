/*
 * What was reported of a site against what an inspection measured: address, filings,
 * labels, domain, hosting country, HTTPS, the unit's name. Called by whoever takes a
 * round's results in, once for each site. "Not determined" is an answer of its own; a
 * field that was never filled in is no contradiction (completeness counts it), except
 * that hosting abroad is told all the same.
 */
#ifndef WX_REGISTER_CONTRADICTION_H
#define WX_REGISTER_CONTRADICTION_H

#include "model/run.h"
#include "register/place.h"
#include "store/office.h"
#include <jansson.h>

struct wx_measure {
    int64_t site_id; /* of the office */
    int64_t round_id, now_s;
    enum wx_site_status status;
    struct wx_str facts;            /* struct wx_site_result .facts */
    const struct wx_places *places; /* NULL: no IP database */
};

/*
 * Contradictions open, stay, or are settled as agreed; hosts nobody registered are
 * noted; what was measured is kept for the site's page. TX: a writing one with
 * wx_scope_everything. The same round may come twice. WX_E_NOT_FOUND: no such site.
 */
WX_MUST_CHECK enum wx_status wx_register_measured(struct wx_tx *tx,
                                                  const struct wx_measure *measure,
                                                  struct wx_err *err);

/* ---- the parts, for tests ---- */

enum wx_agreement {
    WX_MEASURED_AGREES,
    WX_MEASURED_DIFFERS,
    WX_MEASURED_NOT_STATED,
    WX_MEASURED_UNKNOWN
};
struct wx_measured_check {
    const char *field; /* a word of contradiction.def's field */
    enum wx_agreement verdict;
    const char *why; /* a word of contradiction.def's why, or of not_determined */
    struct wx_str reported, measured;
    struct wx_str suggested; /* what the register could take over; empty: nothing */
};
enum { WX_MAX_MEASURED_CHECKS = 16 };
struct wx_unit_facts;
struct wx_reported {
    const json_t *site; /* the record */
    const struct wx_unit_facts *unit;
};
/* Pure: texts live in ARENA. Returns how many. */
size_t wx_contradiction_judge(struct wx_arena *arena,
                              const struct wx_reported *reported, const json_t *facts,
                              const struct wx_measure *measure,
                              struct wx_measured_check out[WX_MAX_MEASURED_CHECKS]);
const char *wx_agreement_name(enum wx_agreement verdict);
/* ANSWER to a question about FIELD (a word of contradiction.def), as text ("true" of
 * yes), against what was MEASURED of it last; UNKNOWN: cannot be told. */
enum wx_agreement wx_contradiction_answer(struct wx_str field, struct wx_str answer,
                                          struct wx_str measured);

/* Two names of what may be one body: "西城区卫健委" and "北京市西城区卫生健康委员会".
 */
enum wx_name_match {
    WX_NAME_SAME,
    WX_NAME_SIMILAR, /* cannot be told */
    WX_NAME_OTHER,
};
enum wx_name_match wx_name_match(struct wx_str a, struct wx_str b);

/* Hosts of the facts that nobody registered, as records. */
WX_MUST_CHECK enum wx_status
wx_register_note_hosts(struct wx_tx *tx, struct wx_arena *arena,
                       const struct wx_measure *measure, int64_t unit_id,
                       struct wx_str domain, const json_t *facts, struct wx_err *err);

#endif
