/*
 * Official numbers, "星网安〔2026〕12号" (GB/T 9704-2012, 7.2.5): the organ's word, the
 * year in hexagonal brackets, the number without leading zeros. One series an organ and
 * year; a number once given is never given again, and those that were cancelled are
 * shown as gaps with their reason.
 */
#ifndef WX_CAMPAIGN_NUMBER_H
#define WX_CAMPAIGN_NUMBER_H

#include "base/arena.h"
#include "store/record.h"

enum { WX_MAX_SERIES_BYTES = 40, WX_MAX_OFFICIAL_NUMBER = 99999 };

struct wx_official_number {
    struct wx_str series;
    int year;
    int64_t n;
};
struct wx_str wx_number_text(struct wx_arena *arena,
                             const struct wx_official_number *number);
/* Reads what people write, with 〔〕 ［］ 【】 [] () （）, with or without 第. False:
 * it is not such a number. */
bool wx_number_parse(struct wx_str text, struct wx_official_number *out);

/* The next number of SERIES in YEAR for the record; kept, within TX. WX_E_INVALID: the
 * series has no name, or is full. */
WX_MUST_CHECK enum wx_status
wx_number_take(struct wx_tx *tx, struct wx_str series, int year, const char *kind,
               int64_t record_id, const struct wx_record_by *by,
               struct wx_official_number *out, struct wx_err *err);
/* The series that a campaign's papers are numbered in: its own, else the office's.
 * CAMPAIGN_ID 0: the office's. WX_E_INVALID: there is none. */
WX_MUST_CHECK enum wx_status wx_number_series(struct wx_tx *tx, struct wx_arena *arena,
                                              int64_t campaign_id,
                                              struct wx_str *series,
                                              struct wx_err *err);

#endif
