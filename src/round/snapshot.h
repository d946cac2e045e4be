/*
 * The digest of a round's results, for the series that is kept as it was: SHA-256 over
 * what became of each site and every finding's fingerprint, verdict and severity, in
 * the store's order. The same run folder always has the same one.
 */
#ifndef WX_ROUND_SNAPSHOT_H
#define WX_ROUND_SNAPSHOT_H

#include "base/err.h"
#include "base/hash.h"

WX_MUST_CHECK enum wx_status wx_round_snapshot(const char *data_dir, int64_t round_id,
                                               struct wx_sha256 *out,
                                               struct wx_err *err);

#endif
