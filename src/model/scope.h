/*
 * Whose objects somebody may see at all: a set of unit ids, worked out by access/ and
 * applied a second time by the store's views (the second wall). Unit ids are small row
 * numbers, so the set is a bitmap: bit UNIT_ID & 63 of word UNIT_ID >> 6.
 *
 * A scope of zeros sees nothing.
 */
#ifndef WX_MODEL_SCOPE_H
#define WX_MODEL_SCOPE_H

#include "base/str.h"

/* Authorities that objects are divided among (requirements 35, 36). A unit belongs to
 * one of the first two; an item (a finding, an incident) may be marked with any. */
enum wx_part {
    WX_PART_GOVERNMENT = 1, /* 政府办, 网信办 */
    WX_PART_CRYPTO = 2,     /* 密码管理局: inner network, ciphers */
    WX_PART_GRADING = 4,    /* 公安: graded protection, incidents */
    WX_PART_SECRET = 8,     /* 保密局: what may touch secrets */
};

struct wx_scope {
    bool sees_all;            /* every unit, present and future; bits are not asked */
    bool sees_office_records; /* records of the office itself: unit_id 0 */
    bool sees_untold; /* records that their unit was not told of yet (field "told" 0) */
    const uint64_t *bits; /* n_bits bits, (n_bits + 63) / 64 words; the arena's */
    size_t n_bits;        /* a unit id at or past it is not in the set */
    uint32_t parts;       /* WX_PART_: items so marked are seen, of whatever unit */
};

/* False for ids below 0: no record has one. */
static inline bool wx_scope_has(const struct wx_scope *scope, int64_t unit_id)
{
    if (unit_id == 0)
        return scope->sees_office_records;
    if (unit_id < 0)
        return false;
    if (scope->sees_all)
        return true;
    return (uint64_t)unit_id < scope->n_bits &&
           (scope->bits[unit_id >> 6] >> (unit_id & 63) & 1);
}

/* Is everything that INNER sees also seen by OUTER? */
static inline bool wx_scope_covers(const struct wx_scope *outer,
                                   const struct wx_scope *inner)
{
    if (inner->sees_office_records && !outer->sees_office_records)
        return false;
    if (inner->sees_untold && !outer->sees_untold)
        return false;
    if (outer->sees_all || inner->sees_all)
        return outer->sees_all;
    for (size_t i = 0; i < (inner->n_bits + 63) / 64; i++)
        if (inner->bits[i] & ~(i < (outer->n_bits + 63) / 64 ? outer->bits[i] : 0))
            return false;
    return true;
}

/* The same for an item that bears marks of its own. */
static inline bool wx_scope_has_item(const struct wx_scope *scope, int64_t unit_id,
                                     uint32_t parts)
{
    return (scope->parts & parts) || wx_scope_has(scope, unit_id);
}

#endif
