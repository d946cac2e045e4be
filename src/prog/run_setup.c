#include "prog/run_setup.h"

#include "base/clock.h"
#include <unistd.h>

enum {
    DEFAULT_MAX_PAGES = 200,
    WORKERS_MAX = 64,
    SITES_IN_FLIGHT_MAX = 256, /* of one worker: each holds its frontier and judge */
};

static uint32_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (uint32_t)n;
}

/* A header field is ASCII: other characters of the holder's name are percent-encoded.
 */
static const char *header_safe(struct wx_arena *arena, const char *text)
{
    struct wx_buf out = WX_BUF_INIT(1024);
    const char *safe;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c >= 0x20 && c < 0x7F && c != '(' && c != ')' && c != ';')
            (void)wx_buf_addc(&out, (char)c);
        else
            (void)wx_buf_printf(&out, "%%%02X", c);
    }
    safe = wx_arena_z(arena, wx_buf_str(&out));
    wx_buf_clear(&out);
    return safe;
}

static const char *user_agent(const struct wx_permit *permit,
                              const struct wx_run_wishes *wishes,
                              struct wx_arena *arena)
{
    const char *holder = wx_permit_holder(permit), *url = wishes->info_url;

    if (wishes->user_agent)
        return wishes->user_agent;
    /* RFC 9511, 4: in-band attribution, the address of probing.txt */
    return wx_arena_printf(arena,
                           "Mozilla/5.0 (compatible; Wangxun/%s; authorised security "
                           "inspection%s%s%s%s)",
                           WX_VERSION, *holder ? "; " : "", header_safe(arena, holder),
                           url && *url ? "; +" : "", url ? header_safe(arena, url) : "")
        .ptr;
}

void wx_run_setup(const struct wx_permit *permit, const struct wx_run_wishes *wishes,
                  struct wx_arena *arena, struct wx_setup *out)
{
    uint32_t per_host = wx_permit_host_connections(permit);
    uint32_t n_workers = wishes->n_workers ? wishes->n_workers : processors();

    if (n_workers > wishes->n_sites)
        n_workers = wishes->n_sites ? (uint32_t)wishes->n_sites : 1;
    out->n_workers = n_workers;
    out->max_pages = wishes->max_pages ? wishes->max_pages : DEFAULT_MAX_PAGES;
    out->max_depth = wishes->max_depth;
    out->max_in_flight = per_host * 2;
    out->max_sites = wx_permit_connections(permit) / per_host / n_workers;
    if (out->max_sites < 1)
        out->max_sites = 1;
    if (out->max_sites > SITES_IN_FLIGHT_MAX)
        out->max_sites = SITES_IN_FLIGHT_MAX;
    out->user_agent = user_agent(permit, wishes, arena);
}

bool wx_run_is_done(const struct wx_site_result *result)
{
    return result->status != WX_SITE_WAITING && result->status != WX_SITE_RUNNING &&
           (result->status != WX_SITE_PARTLY ||
            wx_str_eqz(result->reason, "truncated"));
}

enum wx_status wx_run_end(struct wx_store *store, enum wx_status how,
                          struct wx_err *err)
{
    const char *word = how == WX_E_INTERRUPTED ? "interrupted"
                       : how == WX_E_TIMEOUT   ? "deadline"
                                               : "complete";
    char ended[24];
    enum wx_status st;

    wx_time_format(wx_now_s(), ended);
    st = wx_store_set(store, "ended", wx_str_of(ended), err);
    if (!st)
        st = wx_store_set(store, "how_ended", wx_str_of(word), err);
    return st ? st : wx_store_commit(store, err);
}
