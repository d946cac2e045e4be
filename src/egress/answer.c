/* What an ended exchange means: the pace learns, redirects go on, the caller is told.
 */
#include "egress/loop.h"

#include "base/limits.h"
#include <stdlib.h>

/* --- jobs ------------------------------------------------------------------------- */

struct packing { /* strings of a request on their way into the job's own bytes */
    char *at;
    struct wx_str old_href, new_href;
};

static void pack(struct packing *p, struct wx_str *s)
{
    size_t from = (size_t)(s->ptr - p->old_href.ptr);

    if (!s->len)
        return;
    if (s->ptr >= p->old_href.ptr && from + s->len <= p->old_href.len) {
        s->ptr = p->new_href.ptr + from;
        return;
    }
    memcpy(p->at, s->ptr, s->len);
    s->ptr = p->at;
    p->at += s->len;
}

struct wx_job *wx_job_new(const struct wx_request *request)
{
    const struct wx_url *u = &request->url;
    size_t size = u->href.len * 2 + u->scheme.len + u->user.len + u->password.len +
                  u->host.len + u->path.len + u->query.len + u->fragment.len +
                  request->referrer.len;
    struct wx_job *job = wx_alloc(sizeof *job + size);
    struct wx_url *to = &job->request.url;
    struct packing p = {.at = job->bytes};

    job->request = *request;
    p.old_href = (struct wx_str){"", 0};
    pack(&p, &to->href);
    p.old_href = u->href;
    p.new_href = to->href;
    pack(&p, &to->scheme);
    pack(&p, &to->user);
    pack(&p, &to->password);
    pack(&p, &to->host);
    pack(&p, &to->path);
    pack(&p, &to->query);
    pack(&p, &to->fragment);
    pack(&p, &job->request.referrer);
    job->connect_ms = job->tls_ms = job->dns_ms = -1;
    return job;
}

void wx_job_free(struct wx_job *job)
{
    struct wx_trail *trail = job->trail;

    if (trail) {
        for (size_t i = 0; i < trail->n_hops; i++)
            wx_tls_facts_unref(trail->facts[i]);
        wx_arena_clear(&trail->arena);
        free(trail);
    }
    free(job);
}

static struct wx_trail *trail_of(struct wx_job *job)
{
    if (!job->trail) {
        job->trail = wx_new(struct wx_trail);
        wx_arena_init(&job->trail->arena);
        job->trail->url = job->request.url;
    }
    return job->trail;
}

/* --- telling the caller ----------------------------------------------------------- */

struct ending {
    struct wx_egress *egress;
    struct wx_job *job;
    struct wx_conn *conn;          /* NULL: there was none */
    struct wx_http_reader *reader; /* NULL: no answer began */
    enum wx_outcome outcome;
    const char *detail;
    struct wx_str location;
};

static struct wx_str without_fragment(const struct wx_url *url)
{
    size_t tail = url->has_fragment ? url->fragment.len + 1 : 0;

    return wx_str_sub(url->href, 0, url->href.len - tail);
}

/* Undo the content encoding; what cannot be undone is handed over as it came. */
static struct wx_str body_decode(struct ending *end, struct wx_fetch *fetch)
{
    struct wx_str raw = wx_buf_str(&end->reader->body);
    struct wx_str encoding =
        wx_headers_get(wx_buf_str(&end->reader->header), "content-encoding");
    struct wx_buf *out = &end->egress->decoded;
    enum wx_status status;
    struct wx_err err;

    if (!encoding.len || !raw.len || wx_str_ieqz(encoding, "identity"))
        return raw;
    wx_buf_reset(out);
    out->max_bytes = end->reader->body.max_bytes;
    status = wx_http_decode(encoding, raw, out, &err);
    if (status == WX_E_TOO_BIG)
        fetch->is_truncated = true;
    if (status == WX_OK || status == WX_E_TOO_BIG)
        return wx_buf_str(out);
    if (!fetch->detail.len)
        fetch->detail = WX_STR("the body does not decode as its Content-Encoding says");
    return out->len ? wx_buf_str(out) : raw;
}

static struct wx_hop hop_of(const struct ending *end, struct wx_tls *failed)
{
    const struct wx_conn *conn = end->conn;
    struct wx_hop hop = {.url = wx_job_url(end->job)->href, .location = end->location};

    if (!conn)
        return hop;
    hop.address = wx_str_of(conn->address_text);
    if (end->reader) {
        hop.status = end->reader->status;
        hop.headers = wx_buf_str(&end->reader->header);
    }
    if (conn->tls.facts) {
        hop.tls = &conn->tls.facts->tls;
    } else if (end->outcome == WX_OUT_TLS_FAILED) {
        failed->error = wx_str_of(end->detail);
        hop.tls = failed;
    }
    return hop;
}

static void fetch_timings(const struct ending *end, struct wx_fetch *fetch)
{
    const struct wx_job *job = end->job;
    const struct wx_conn *conn = end->conn;

    fetch->dns_ms = job->dns_ms;
    fetch->connect_ms = job->connect_ms;
    fetch->tls_ms = job->tls_ms;
    fetch->first_byte_ms = fetch->total_ms = -1;
    if (conn && end->reader && conn->first_byte_us)
        fetch->first_byte_ms = (int32_t)((conn->first_byte_us - conn->sent_us) / 1000);
    if (job->begun_us)
        fetch->total_ms = (int32_t)((end->egress->now_us - job->begun_us) / 1000);
}

/* DER evidence that nobody has yet: of the last hop, else of an earlier one. */
static struct wx_str chain_give(struct ending *end)
{
    struct wx_tls_facts *facts = end->conn ? end->conn->tls.facts : NULL;
    struct wx_trail *trail = end->job->trail;

    for (size_t i = trail ? trail->n_hops : 0;
         i > 0 && (!facts || facts->is_chain_given); i--)
        facts = trail->facts[i - 1];
    if (!facts || facts->is_chain_given)
        return (struct wx_str){0};
    facts->is_chain_given = true;
    return facts->chain;
}

/* Collect the hops: those of the trail and, if it went anywhere, the last one. */
static void fetch_hops(struct ending *end, struct wx_fetch *fetch, struct wx_hop *last)
{
    struct wx_trail *trail = end->job->trail;
    bool went_nowhere = !end->conn && (end->outcome == WX_OUT_DENIED ||
                                       end->outcome == WX_OUT_NO_SUCH_HOST ||
                                       end->outcome == WX_OUT_DNS_FAILED);

    fetch->hops = last;
    fetch->n_hops = went_nowhere ? 0 : 1;
    fetch->final_url = last->url;
    if (!trail || !trail->n_hops)
        return;
    fetch->hops = trail->hops;
    if (end->outcome == WX_OUT_DENIED) { /* a redirect that we do not follow */
        end->outcome = WX_OUT_OK;
        fetch->final_url = trail->hops[trail->n_hops - 1].url;
        fetch->n_hops = trail->n_hops;
        return;
    }
    if (last->tls && end->conn->tls.facts == trail->facts[trail->n_hops - 1] &&
        end->conn->tls.facts)
        last->tls = NULL; /* as on the hop before */
    trail->hops[trail->n_hops] = *last;
    fetch->n_hops = trail->n_hops + 1;
}

static void finish(struct ending *end)
{
    struct wx_egress *egress = end->egress;
    struct wx_job *job = end->job;
    const struct wx_request *request = &job->request;
    struct wx_tls failed = {0};
    struct wx_hop last = hop_of(end, &failed);
    struct wx_fetch fetch = {
        .purpose = request->purpose,
        .is_head = request->is_head,
        .detail = wx_str_of(end->detail),
        .url = request->url.href,
        .referrer = request->referrer,
        .depth = request->depth,
        .n_requests = job->n_requests,
        .wire_bytes = job->trail ? job->trail->wire_bytes : 0,
    };
    struct wx_str body = {0}, chain;

    fetch_hops(end, &fetch, &last);
    fetch.outcome = end->outcome;
    fetch.status = fetch.n_hops ? fetch.hops[fetch.n_hops - 1].status : 0;
    fetch_timings(end, &fetch);
    if (end->reader) {
        fetch.wire_bytes += end->reader->wire_bytes;
        fetch.is_truncated = end->reader->is_truncated;
        fetch.is_length_wrong = end->reader->is_length_wrong;
        body = body_decode(end, &fetch);
        fetch.body_bytes = body.len;
    }
    chain = chain_give(end);
    egress->done(egress->ctx, request, &fetch, body, chain);
    egress->n_pending--;
    if (egress->decoded.cap > WX_KEEP_BODY_BYTES)
        wx_buf_clear(&egress->decoded);
    wx_job_free(job);
}

void wx_job_fail(struct wx_egress *egress, struct wx_job *job, enum wx_outcome outcome,
                 const char *detail)
{
    struct ending end = {
        .egress = egress, .job = job, .outcome = outcome, .detail = detail};

    finish(&end);
}

/* --- redirects -------------------------------------------------------------------- */

/* "name=value" of every cookie set, the newest of a name; only for this one host. */
static bool cookie_add(struct wx_trail *trail, struct wx_cookie *cookie)
{
    struct wx_str rest = trail->cookies, kept = {0};

    for (size_t i = 0; i < cookie->value.len + cookie->name.len; i++) {
        const char *c = i < cookie->name.len
                            ? cookie->name.ptr + i
                            : cookie->value.ptr + (i - cookie->name.len);

        if ((unsigned char)*c < ' ' || *c == ';' || *c == 0x7F)
            return false;
    }
    while (rest.len) {
        struct wx_str pair = wx_str_trim(wx_str_cut(&rest, ';'));
        struct wx_str value = pair, name = wx_str_cut(&value, '=');

        if (wx_str_eq(name, cookie->name)) {
            if (wx_str_eq(value, cookie->value))
                return false; /* nothing new */
            continue;
        }
        kept =
            wx_arena_printf(&trail->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(kept),
                            kept.len ? "; " : "", WX_STR_ARG(pair));
    }
    if (kept.len + cookie->name.len + cookie->value.len + 3 > WX_MAX_COOKIE_BYTES)
        return false;
    trail->cookies = wx_arena_printf(
        &trail->arena, WX_STR_FMT "%s" WX_STR_FMT "=" WX_STR_FMT, WX_STR_ARG(kept),
        kept.len ? "; " : "", WX_STR_ARG(cookie->name), WX_STR_ARG(cookie->value));
    return true;
}

/*
 * Many sites set a cookie and redirect to the same page until it comes back. Such
 * cookies live for this one request, go back to the very host that set them, and
 * never from https to http. True: something new was set.
 */
static bool cookies_take(struct wx_trail *trail, struct wx_str headers)
{
    struct wx_str name, value;
    struct wx_cookie cookie;
    size_t pos = 0, n = 0;
    bool is_new = false;

    if (!wx_str_eq(trail->cookie_host, trail->url.host)) {
        trail->cookie_host = wx_arena_str(&trail->arena, trail->url.host);
        trail->cookies = (struct wx_str){0};
    }
    while (n < 20 && wx_headers_next(headers, &pos, &name, &value)) {
        if (!wx_str_ieqz(name, "set-cookie") || !wx_cookie_parse(value, &cookie) ||
            !cookie.name.len)
            continue;
        n++;
        if (cookie.is_secure && !trail->url.is_https)
            continue;
        trail->has_secure_cookies |= cookie.is_secure;
        is_new |= cookie_add(trail, &cookie);
    }
    return is_new;
}

static bool was_visited(const struct wx_trail *trail, const struct wx_url *next)
{
    struct wx_str to = without_fragment(next);

    if (wx_str_eq(to, without_fragment(&trail->url)))
        return true;
    for (size_t i = 0; i < trail->n_hops; i++) {
        struct wx_str url = trail->hops[i].url;

        if (wx_str_eq(to, wx_str_sub(url, 0, wx_str_chr(url, '#'))))
            return true;
    }
    return false;
}

/* May the request go on to NEXT? Sets the outcome or the detail when not. */
static bool redirect_is_allowed(struct ending *end, const struct wx_url *next,
                                bool has_new_cookies, struct wx_err *err)
{
    struct wx_egress *egress = end->egress;
    const struct wx_request *request = &end->job->request;
    enum wx_status status;

    if (!request->follow)
        return false;
    if (!next->is_http) {
        end->detail = "redirect to something that is not http or https";
        return false;
    }
    if (next->href.len > WX_MAX_URL_BYTES) {
        end->detail = "redirect to a URL that is too long";
        return false;
    }
    if (end->job->trail->n_hops >= WX_MAX_REDIRECTS ||
        (was_visited(end->job->trail, next) && !has_new_cookies)) {
        end->outcome = WX_OUT_REDIRECT_LOOP;
        end->detail = end->job->trail->n_hops >= WX_MAX_REDIRECTS
                          ? "too many redirects"
                          : "redirects lead back to a page on the way";
        return false;
    }
    status = request->is_offsite ? wx_permit_check_offsite(egress->permit, next->host,
                                                           egress->now_s, err)
                                 : wx_permit_check_host(egress->permit, next->host,
                                                        next->port, egress->now_s, err);
    if (status != WX_OK)
        end->detail = err->text;
    return status == WX_OK;
}

/* The hop just made becomes part of the trail; its bytes are about to go. */
static void trail_push(struct ending *end)
{
    struct wx_trail *trail = end->job->trail;
    struct wx_hop *hop = &trail->hops[trail->n_hops];
    struct wx_tls_facts *facts = end->conn->tls.facts;

    *hop = hop_of(end, NULL);
    hop->url = wx_arena_str(&trail->arena, hop->url);
    hop->address = wx_arena_str(&trail->arena, hop->address);
    hop->headers = wx_arena_str(&trail->arena, hop->headers);
    if (trail->n_hops && facts && facts == trail->facts[trail->n_hops - 1])
        hop->tls = NULL;
    trail->facts[trail->n_hops++] = wx_tls_facts_ref(facts);
    trail->wire_bytes += end->reader->wire_bytes;
}

static bool is_redirect(uint16_t status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

/* True: the job is on its way to the next hop. */
static bool redirect_follow(struct ending *end, struct wx_err *err)
{
    struct wx_egress *egress = end->egress;
    struct wx_str headers = wx_buf_str(&end->reader->header);
    struct wx_str value = wx_headers_get(headers, "location");
    struct wx_trail *trail;
    struct wx_url next;
    struct wx_host *host;

    if (!value.len || value.len > 4 * WX_MAX_URL_BYTES)
        return false;
    trail = trail_of(end->job);
    if (wx_url_parse(&trail->arena, value, &trail->url, &next, NULL) != WX_OK) {
        end->location = wx_arena_str(&trail->arena, value);
        end->detail = "redirect to something that is not a URL";
        return false;
    }
    end->location = next.href;
    if (!redirect_is_allowed(end, &next, cookies_take(trail, headers), err))
        return false;
    trail_push(end);
    trail->url = next;
    if (trail->has_secure_cookies && !next.is_https)
        trail->cookies = (struct wx_str){0};
    end->job->wants_fresh = false;
    host = wx_host_get(egress, next.host);
    wx_host_push(host, end->job, true);
    wx_host_poke(host);
    return true;
}

/* --- endings ---------------------------------------------------------------------- */

/* 429, or 503 with a date to come back: wait and ask again before giving the answer. */
static bool throttle_retry(struct ending *end, int64_t retry_after_s)
{
    struct wx_job *job = end->job;
    struct wx_host *host = end->conn->endpoint->host;

    if (end->reader->status != 429 && retry_after_s < 0)
        return false;
    if (job->request.is_offsite || host->pace.gave_up ||
        job->n_throttled >= WX_MAX_THROTTLE_RETRIES)
        return false;
    job->n_throttled++;
    trail_of(job)->wire_bytes += end->reader->wire_bytes;
    wx_host_push(host, job, true);
    return true;
}

/* Tell the pace of the host; returns Retry-After. */
static int64_t pace_learn(struct wx_conn *conn, struct wx_http_reader *reader)
{
    struct wx_egress *egress = conn->egress;
    int64_t latency_us = conn->first_byte_us - conn->sent_us, retry_after_s = -1;
    enum wx_pace_result result = WX_PACE_GOOD;

    if (reader->status == 429 || reader->status == 503) {
        result = WX_PACE_THROTTLED;
        retry_after_s = wx_http_retry_after_s(
            wx_headers_get(wx_buf_str(&reader->header), "retry-after"), egress->now_s);
    } else if (reader->status == 502 || reader->status == 504) {
        result = WX_PACE_FAILED;
    }
    wx_pace_answered(&conn->endpoint->host->pace, egress->now_us, result, latency_us,
                     retry_after_s);
    return retry_after_s;
}

/* The connection after its answer: the next request, kept, or closed. */
static void conn_release(struct wx_conn *conn, bool can_reuse)
{
    struct wx_egress *egress = conn->egress;
    struct wx_host *host = conn->endpoint->host;

    host->idle_since_us = egress->now_us;
    if (conn->state != WX_CONN_CLOSED) {
        if (can_reuse && !conn->is_ending)
            wx_conn_keep(conn);
        else
            wx_conn_close(conn);
    }
    wx_host_poke(host);
}

void wx_answer_complete(struct wx_conn *conn)
{
    struct wx_answer *answer = conn->answer;
    struct wx_http_reader *reader = &answer->reader;
    struct ending end = {
        .egress = conn->egress,
        .job = conn->job,
        .conn = conn,
        .reader = reader,
        .outcome = WX_OUT_OK,
        .detail = reader->why ? reader->why : "",
    };
    int64_t retry_after_s = pace_learn(conn, reader);
    struct wx_err err;

    conn->job = NULL;
    conn->answer = NULL;
    conn->endpoint->host->n_active--;
    if (!((reader->status == 429 || reader->status == 503) &&
          throttle_retry(&end, retry_after_s)) &&
        !(is_redirect(reader->status) && redirect_follow(&end, &err)))
        finish(&end);
    wx_answer_give(conn->egress, answer);
    conn_release(conn, reader->can_reuse);
}

static bool is_hosts_fault(enum wx_outcome outcome)
{
    switch (outcome) {
    case WX_OUT_REFUSED:
    case WX_OUT_UNREACHABLE:
    case WX_OUT_CONNECT_TIMEOUT:
    case WX_OUT_TLS_FAILED:
    case WX_OUT_TIMEOUT:
    case WX_OUT_BODY_TIMEOUT:
    case WX_OUT_RESET:
        return true;
    default:
        return false;
    }
}

void wx_answer_failed(struct wx_conn *conn, enum wx_outcome outcome, const char *detail)
{
    struct wx_egress *egress = conn->egress;
    struct wx_host *host = conn->endpoint->host;
    struct wx_answer *answer = conn->answer;
    struct ending end = {
        .egress = egress,
        .job = conn->job,
        .conn = conn,
        .reader = answer ? &answer->reader : NULL,
        .outcome = outcome,
        .detail = detail ? detail : "",
    };

    if (outcome == WX_OUT_STOPPED)
        wx_pace_cancelled(&host->pace);
    else
        wx_pace_answered(&host->pace, egress->now_us,
                         is_hosts_fault(outcome) ? WX_PACE_FAILED : WX_PACE_GOOD, -1,
                         -1);
    conn->job = NULL;
    conn->answer = NULL;
    host->n_active--;
    finish(&end);
    if (answer)
        wx_answer_give(egress, answer);
    conn_release(conn, false);
}
