/*
 * Facts of a paper as JSON and back, by their table (document/template.h): what a paper
 * was approved with is kept so, and it can be made again after the office's records
 * went on. The frame is not part of it.
 */
#ifndef WX_DOCUMENT_FROZEN_H
#define WX_DOCUMENT_FROZEN_H

#include "document/template.h"
#include <jansson.h>

/* The caller's. */
json_t *wx_facts_write(const struct wx_fact *table, const void *facts);
/* Into FACTS, which the caller zeroed; texts and rows in ARENA. Names that the table
 * does not have are left out. WX_E_INVALID: a value of the wrong kind. */
WX_MUST_CHECK enum wx_status wx_facts_read(const struct wx_fact *table,
                                           const json_t *json, struct wx_arena *arena,
                                           void *facts, struct wx_err *err);

/* A paper's own words in place of texts that were gathered: {"name": "text", ...}.
 * WX_E_INVALID: no such fact, or one that is counted and not written. */
WX_MUST_CHECK enum wx_status wx_facts_override(const struct wx_fact *table,
                                               const json_t *texts, json_t *facts,
                                               struct wx_err *err);

#endif
