/*
 * The run's memory: a SQLite database (wangxun.db, WAL, synchronous=FULL) and evidence
 * packs beside it (evidence/NNNN.pack, LZ4 or zstd, named by the SHA-256 of the raw
 * bytes). The only room with SQL. A commit is the only truth: evidence is synced before
 * the transaction that refers to it commits, so a row never points at nothing. Rows are
 * gathered into batches (1,000 rows or 200 ms); wx_store_commit() ends one.
 */
#ifndef WX_STORE_STORE_H
#define WX_STORE_STORE_H

#include "model/finding.h"
#include "model/observation.h"
#include "model/run.h"
#include "model/site.h"

struct wx_store;

enum wx_store_open {
    WX_STORE_CREATE, /* fails with WX_E_EXISTS when a run is already there */
    WX_STORE_RESUME, /* continues an earlier run */
    WX_STORE_READ,   /* replay, reports */
};

WX_MUST_CHECK enum wx_status wx_store_open(const char *dir, enum wx_store_open how,
                                           struct wx_store **out, struct wx_err *err);
/*
 * Commits what is open; a failure of that is only logged, so call wx_store_commit()
 * first when it matters. NULL is fine.
 *
 * After a failed write the open batch is given up and every later write fails with the
 * same error: reopen with RESUME. What was committed before stands.
 */
void wx_store_close(struct wx_store *store);
/* No batch is open: everything written so far is committed and may be acknowledged. */
bool wx_store_is_clean(const struct wx_store *store);

/* Key-value facts of the run: permit, options, begun, ended, rules version ... */
WX_MUST_CHECK enum wx_status wx_store_set(struct wx_store *store, const char *key,
                                          struct wx_str value, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_store_get(struct wx_store *store, const char *key,
                                          struct wx_arena *arena, struct wx_str *value,
                                          struct wx_err *err); /* WX_E_NOT_FOUND */

/* Sites of the run, in order; one already there is left alone. */
WX_MUST_CHECK enum wx_status wx_store_add_site(struct wx_store *store,
                                               const struct wx_site *site,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_store_site_done(struct wx_store *store,
                                                const struct wx_site_result *result,
                                                struct wx_err *err);
/* Before a site is inspected (again): drops half-finished observations of it and marks
 * it RUNNING. Findings stay (they were acknowledged); their observation_seq becomes 0
 * until they are found again. */
WX_MUST_CHECK enum wx_status wx_store_site_begin(struct wx_store *store,
                                                 uint64_t site_id, struct wx_err *err);

enum wx_codec { WX_CODEC_RAW, WX_CODEC_ZSTD, WX_CODEC_LZ4 };
/* BYTES as compressed by the worker. One already kept is skipped. */
WX_MUST_CHECK enum wx_status
wx_store_add_evidence(struct wx_store *store, const struct wx_sha256 *hash,
                      uint64_t raw_size, enum wx_codec codec, struct wx_str bytes,
                      struct wx_err *err);
struct wx_store_observation {
    uint64_t site_id;
    uint32_t seq;
    uint8_t kind, purpose, outcome;
    uint16_t status;
    struct wx_str url;
    struct wx_sha256 body; /* zero: none */
    struct wx_str json;
};
WX_MUST_CHECK enum wx_status
wx_store_add_observation(struct wx_store *store, const struct wx_store_observation *obs,
                         struct wx_err *err);
/* Insert, or merge with the row of the same id: first_seen stays, last_seen, places
 * and texts are renewed. WX_E_NOT_FOUND when its site is not of this run. */
WX_MUST_CHECK enum wx_status wx_store_put_finding(struct wx_store *store,
                                                  const struct wx_finding *finding,
                                                  struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_store_commit(struct wx_store *store,
                                             struct wx_err *err);
/* Commit when the batch is full or old enough; call it from the loop. */
WX_MUST_CHECK enum wx_status wx_store_tick(struct wx_store *store, int64_t mono_ms,
                                           struct wx_err *err);

/* Reading. The callback returns false to stop; what it gets lives until it returns. */
/* In the order of the register. RESULT is never NULL: a site not begun is WAITING. */
typedef bool wx_store_each_site(void *ctx, const struct wx_site *site,
                                const struct wx_site_result *result);
WX_MUST_CHECK enum wx_status wx_store_sites(struct wx_store *store,
                                            wx_store_each_site *each, void *ctx,
                                            struct wx_err *err);
/* One site's; WAITING when it has none yet. Texts in ARENA. WX_E_NOT_FOUND: not of this
 * run. */
WX_MUST_CHECK enum wx_status
wx_store_site_result(struct wx_store *store, uint64_t site_id, struct wx_arena *arena,
                     struct wx_site_result *out, struct wx_err *err);
typedef bool wx_store_each_finding(void *ctx, const struct wx_finding *finding);
/* By site order, then severity (worst first), rule, url. SITE_ID 0: all. */
WX_MUST_CHECK enum wx_status wx_store_findings(struct wx_store *store, uint64_t site_id,
                                               wx_store_each_finding *each, void *ctx,
                                               struct wx_err *err);
typedef bool wx_store_each_observation(void *ctx, const struct wx_observation *obs);
/* Assets (style sheets, scripts) first, then by seq. */
WX_MUST_CHECK enum wx_status wx_store_observations(struct wx_store *store,
                                                   uint64_t site_id,
                                                   wx_store_each_observation *each,
                                                   void *ctx, struct wx_err *err);
/* Decompressed and verified against its hash: a blob that lies is WX_E_INVALID. */
WX_MUST_CHECK enum wx_status wx_store_get_evidence(struct wx_store *store,
                                                   const struct wx_sha256 *hash,
                                                   struct wx_buf *out,
                                                   struct wx_err *err);

/* Care. check: the database's own integrity check, and with DEEP every piece of
 * evidence against its hash; WX_E_INVALID names the first thing wrong. */
WX_MUST_CHECK enum wx_status wx_store_check(struct wx_store *store, bool deep,
                                            struct wx_err *err);
/* The index of the evidence from the packs themselves, for a run whose database is
 * damaged or gone (a new one is made); *N says how many records were added. */
WX_MUST_CHECK enum wx_status wx_store_reindex(const char *dir, uint64_t *n,
                                              struct wx_err *err);

#endif
