/*
 * Which units are checked on the spot (requirements 203-206): ranked by criteria, with
 * every reason and number, and drawn by lot so that anybody can draw again. Pure, whole
 * numbers only: the same input gives the same list on every machine.
 *
 * Points of a criterion: weight * value / the largest value among the units, in
 * hundredths, rounded down; a value that is not known gives none and says so. Score:
 * the sum. Ranked by score; equal ones by their lot.
 *
 * Lot: SHA-256 of the text SEED:ID (seed in UTF-8, a colon, the unit's number in
 * decimal), compared as hexadecimal text; the smallest are drawn first. Drawn within
 * each stratum from the units that the ranking did not propose already: PERCENT of the
 * stratum's units, rounded up, at least MIN, never more than there are.
 *
 * The list's digest - SHA-256 over lines "ID STRATUM\n" in the order of ID - can be
 * published before the seed is: who knows the digest knows that the list was not made
 * to fit the seed.
 */
#ifndef WX_CAMPAIGN_DRAW_H
#define WX_CAMPAIGN_DRAW_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { WX_MAX_DRAW_CRITERIA = 16, WX_MAX_DRAW_UNITS = 100000, WX_MAX_SEED_BYTES = 100 };

struct wx_draw_criterion {
    struct wx_str measure; /* word of campaign/measures.def, SPOT */
    int weight;            /* 0..100 */
};
struct wx_draw_rules {
    struct wx_draw_criterion criteria[WX_MAX_DRAW_CRITERIA];
    size_t n_criteria;
    uint32_t n_top;     /* proposed by rank; those with no point are not */
    int lot_percent;    /* 0..100, of each stratum */
    uint32_t lot_min;   /* of each stratum */
    struct wx_str seed; /* 1..WX_MAX_SEED_BYTES */
};

enum wx_draw_how { WX_DRAW_NOT, WX_DRAW_BY_RANK, WX_DRAW_BY_LOT };
struct wx_draw_unit {
    /* in */
    int64_t id;
    struct wx_str stratum;
    int64_t values[WX_MAX_DRAW_CRITERIA]; /* below 0: not known */
    /* out */
    int64_t points_x100[WX_MAX_DRAW_CRITERIA];
    int64_t score_x100;
    uint32_t rank, lot_rank; /* from 1; lot_rank within the stratum */
    char lot[65];
    enum wx_draw_how how;
};

struct wx_draw_result {
    int64_t largest[WX_MAX_DRAW_CRITERIA];
    struct wx_sha256 digest;
    size_t n_by_rank, n_by_lot;
};

/*
 * UNITS come back in the order of rank. WX_E_INVALID: no unit, a unit twice, a weight
 * or percentage out of range, no seed; WX_E_TOO_BIG.
 */
WX_MUST_CHECK enum wx_status wx_draw(const struct wx_draw_rules *rules,
                                     struct wx_draw_unit *units, size_t n,
                                     struct wx_draw_result *out, struct wx_err *err);

#endif
