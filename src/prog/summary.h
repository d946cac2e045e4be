/* What inspect says at its end: a table for people, or summary.json for programs. */
#ifndef WX_PROG_SUMMARY_H
#define WX_PROG_SUMMARY_H

#include "document/numbers.h"
#include "prog/options.h"
#include "store/store.h"

void wx_summary_print(const struct wx_options *options, struct wx_store *store);

#endif
