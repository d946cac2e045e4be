/* The embedded core's other half: what workers saw goes into the store of the run. */
#ifndef WX_PROG_RUN_SINK_H
#define WX_PROG_RUN_SINK_H

#include "base/catalogue.h"
#include "scan/core.h"
#include "store/store.h"

struct wx_run_sink {
    struct wx_store *store;
    enum wx_lang lang;
    bool shows_progress; /* a line on standard error */
    bool is_terminal;    /* ... rewritten in place */
    int64_t shown_at_ms;
    bool said_stopping;
    const volatile sig_atomic_t *stop_flag;
};

struct wx_scan_sink wx_run_sink_of(struct wx_run_sink *sink);
/* End the progress line, if one stands. */
void wx_run_sink_end(struct wx_run_sink *sink);

#endif
