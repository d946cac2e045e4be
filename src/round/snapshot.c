#include "round/snapshot.h"

#include "round/request.h"
#include "store/store.h"
#include <stdio.h>

enum { PATH_BYTES = 4096, PART_BYTES = 1 << 20 };

/* Hash of a chain of parts: the text may be longer than memory ought to hold. */
struct chaining {
    struct wx_buf part;
    struct wx_sha256 so_far;
};

static void close_part(struct chaining *c)
{
    char hex[65];

    c->so_far = wx_sha256_of(wx_buf_str(&c->part));
    wx_hex(c->so_far.bytes, sizeof c->so_far.bytes, hex);
    wx_buf_reset(&c->part);
    (void)wx_buf_printf(&c->part, "%s\n", hex);
}

static bool add_site(void *ctx, const struct wx_site *site,
                     const struct wx_site_result *result)
{
    struct chaining *c = ctx;

    (void)wx_buf_printf(&c->part, "site %016llx %s " WX_STR_FMT " %u\n",
                        (unsigned long long)site->id,
                        wx_site_status_name(result->status), WX_STR_ARG(result->reason),
                        result->n_pages);
    if (c->part.len > PART_BYTES)
        close_part(c);
    return true;
}

static bool add_finding(void *ctx, const struct wx_finding *finding)
{
    struct chaining *c = ctx;

    (void)wx_buf_printf(&c->part, "finding %s %s %s\n", finding->id,
                        wx_verdict_name(finding->verdict),
                        wx_severity_name(finding->severity));
    if (c->part.len > PART_BYTES)
        close_part(c);
    return true;
}

enum wx_status wx_round_snapshot(const char *data_dir, int64_t round_id,
                                 struct wx_sha256 *out, struct wx_err *err)
{
    struct chaining c = {.part = WX_BUF_INIT(2 * PART_BYTES)};
    struct wx_store *store = NULL;
    char dir[PATH_BYTES];
    enum wx_status status;

    wx_round_dir(data_dir, round_id, dir, sizeof dir);
    status = wx_store_open(dir, WX_STORE_READ, &store, err);
    if (!status)
        status = wx_store_sites(store, add_site, &c, err);
    if (!status)
        status = wx_store_findings(store, 0, add_finding, &c, err);
    close_part(&c);
    *out = c.so_far;
    wx_store_close(store);
    wx_buf_clear(&c.part);
    return status;
}
