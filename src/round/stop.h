/*
 * The emergency stop: a file, DATA/emergency-stop, so that it holds whatever becomes of
 * the database, the server or a page, and over restarts. Every inspecting process looks
 * at it several times a second by itself; none starts while it is there.
 */
#ifndef WX_ROUND_STOP_H
#define WX_ROUND_STOP_H

#include "base/arena.h"
#include "base/err.h"

struct wx_stop {
    bool is_in_force;
    struct wx_str reason, by; /* in the arena */
    int64_t account_id, since_s;
};

/* DATA/emergency-stop. */
void wx_stop_path(const char *data_dir, char *out, size_t max);
bool wx_stop_is_in_force(const char *data_dir);
/* A file that cannot be understood is in force all the same, without its reason. */
WX_MUST_CHECK enum wx_status wx_stop_read(const char *data_dir, struct wx_arena *arena,
                                          struct wx_stop *out, struct wx_err *err);
/* Synced when it returns. A stop already in force keeps its reason. */
WX_MUST_CHECK enum wx_status
wx_stop_set(const char *data_dir, const struct wx_stop *stop, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_stop_release(const char *data_dir, struct wx_err *err);

#endif
