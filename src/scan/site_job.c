#include "scan/site_job.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include <stdlib.h>
#include <lz4.h>

enum {
    HELD_MAX_BYTES = 8 << 20,  /* pages waiting for style sheets; past it, no waiting */
    ASSET_MAX_BYTES = 1 << 20, /* of one style sheet or script that is looked into */
    ASSETS_MAX_BYTES = 6 << 20, /* of all of a site */
    LZ4_SPEED = 12, /* half the time of 1; 0.64 of the page stays instead of 0.45 */
    RECORD_MAX_BYTES = 1 << 20, /* JSON of one observation, finding or result */
};

/* A page that waits for style sheets: its observation in text form, and its body. */
struct held_page {
    struct held_page *next;
    struct wx_str record, body;
    char bytes[];
};

struct wx_site_job {
    struct wx_site_context *context;
    struct wx_arena arena;      /* as long as the job */
    struct wx_arena page_arena; /* one answer */
    struct wx_site site;
    struct wx_crawl *crawl;
    struct wx_judge *judge;
    struct wx_site_result result;
    struct held_page *held, **held_tail;
    size_t held_bytes, asset_bytes;
    int64_t begun_mono_ms;
    uint32_t seq;
    const char *cut_reason;
    struct wx_buf record;
};

uint64_t wx_site_job_id(const struct wx_site_job *job)
{
    return job->site.id;
}

static void send_finding(void *ctx, const struct wx_finding *finding)
{
    struct wx_site_job *job = ctx;
    struct wx_msg_out *out = job->context->out;

    if (!finding->grew) /* grown ones were told before */
        job->result.n_findings++;
    wx_buf_reset(&job->record);
    wx_finding_format(finding, &job->record);
    if (job->record.is_full)
        return;
    wx_msg_begin(out, WX_MSG_FINDING);
    wx_msg_str(out, wx_buf_str(&job->record));
    wx_msg_end(out);
}

struct wx_site_job *wx_site_job_new(struct wx_site_context *context,
                                    const struct wx_site *site, int64_t now_s)
{
    struct wx_site_job *job = wx_new(struct wx_site_job);
    struct wx_judge_sink sink = {.ctx = job, .finding = send_finding};
    struct wx_crawl_options options = {
        .max_pages = context->max_pages,
        .max_depth = context->max_depth,
        .max_in_flight = context->max_in_flight,
        .now_s = now_s,
        .paths = context->paths,
        .n_paths = context->n_paths,
        .check_offsite = context->check_offsite,
        .ignore_robots = context->ignore_robots,
        .agent = context->agent,
        .tag = job,
    };

    job->context = context;
    job->held_tail = &job->held;
    job->record = WX_BUF_INIT(RECORD_MAX_BYTES);
    wx_arena_init(&job->arena);
    wx_arena_init(&job->page_arena);
    job->site = wx_site_copy(&job->arena, site);
    job->crawl = wx_crawl_new(context->egress, &job->site, &options);
    job->judge = wx_judge_new(context->rules, &job->site, context->reg, now_s, sink);
    job->result.site_id = site->id;
    job->result.begun_s = now_s;
    job->begun_mono_ms = wx_mono_ms();
    return job;
}

static void drop_held(struct wx_site_job *job)
{
    while (job->held) {
        struct held_page *next = job->held->next;

        free(job->held);
        job->held = next;
    }
    job->held_tail = &job->held;
    job->held_bytes = 0;
}

void wx_site_job_free(struct wx_site_job *job)
{
    if (!job)
        return;
    drop_held(job);
    wx_judge_free(job->judge);
    wx_crawl_free(job->crawl);
    wx_buf_clear(&job->record);
    wx_arena_clear(&job->page_arena);
    wx_arena_clear(&job->arena);
    free(job);
}

/* ---- telling the core ---- */

static bool was_sent(struct wx_site_context *context, const struct wx_sha256 *hash)
{
    uint64_t key;
    uint64_t *slot;

    memcpy(&key, hash->bytes, sizeof key);
    slot = &context->sent[key & (sizeof context->sent / sizeof *context->sent - 1)];
    if (*slot == key)
        return true;
    *slot = key;
    return false;
}

/*
 * Compressed here, so that the core never unpacks what a site sent. LZ4 rather than
 * zstd: half the processor time of a page went into the latter for a quarter less disk.
 */
static void send_evidence(struct wx_site_context *context, const struct wx_sha256 *hash,
                          struct wx_str bytes)
{
    struct wx_msg_out *out = context->out;
    int bound = LZ4_compressBound((int)bytes.len), n;
    char *room;

    if (!bytes.len || was_sent(context, hash))
        return;
    wx_buf_reset(&context->packed);
    room = wx_buf_room(&context->packed, (size_t)bound);
    n = room ? LZ4_compress_fast_extState(context->compressor, bytes.ptr, room,
                                          (int)bytes.len, bound, LZ4_SPEED)
             : 0;
    wx_msg_begin(out, WX_MSG_EVIDENCE);
    wx_msg_bytes(out, hash->bytes, sizeof hash->bytes);
    wx_msg_u64(out, bytes.len);
    if (n > 0) {
        wx_msg_u8(out, 2);
        wx_msg_str(out, (struct wx_str){room, (size_t)n});
    } else {
        wx_msg_u8(out, 0);
        wx_msg_str(out, bytes);
    }
    wx_msg_end(out);
}

static void send_observation(struct wx_site_job *job, const struct wx_observation *obs)
{
    struct wx_msg_out *out = job->context->out;

    wx_buf_reset(&job->record);
    wx_observation_format(obs, &job->record);
    if (job->record.is_full)
        return;
    wx_msg_begin(out, WX_MSG_OBSERVATION);
    wx_msg_u64(out, obs->site_id);
    wx_msg_u32(out, obs->seq);
    wx_msg_u8(out, (uint8_t)obs->kind);
    wx_msg_u8(out, (uint8_t)obs->fetch.purpose);
    wx_msg_u8(out, (uint8_t)obs->fetch.outcome);
    wx_msg_u32(out, obs->fetch.status);
    wx_msg_str(out, obs->fetch.url);
    wx_msg_bytes(out, obs->fetch.body.bytes, sizeof obs->fetch.body.bytes);
    wx_msg_str(out, wx_buf_str(&job->record));
    wx_msg_end(out);
}

void wx_site_job_tell_progress(struct wx_site_job *job)
{
    struct wx_crawl_counters counters = wx_crawl_counters(job->crawl);
    struct wx_msg_out *out = job->context->out;

    wx_msg_begin(out, WX_MSG_PROGRESS);
    wx_msg_u64(out, job->site.id);
    wx_msg_u32(out, counters.n_pages);
    wx_msg_u32(out, counters.n_waiting);
    wx_msg_u64(out, job->result.n_requests);
    wx_msg_u64(out, job->result.wire_bytes);
    wx_msg_end(out);
}

/* ---- answers ---- */

/* Over what a visitor reads, so that changing links and counters do not matter. */
static uint64_t text_hash(const struct wx_html *html)
{
    return html && html->n_blocks ? wx_hash64(wx_html_all_text(html)) : 0;
}

static void count(struct wx_site_job *job, const struct wx_fetch *fetch)
{
    job->result.n_fetches++;
    job->result.n_requests += fetch->n_requests;
    job->result.wire_bytes += fetch->wire_bytes;
}

/* A script of many megabytes is a library; it hides no links worth the memory. */
static void limit_asset(struct wx_site_job *job, struct wx_page *page)
{
    size_t size = page->decoded.text.len;

    if (page->fetch->purpose != WX_FOR_ASSET)
        return;
    if (size > ASSET_MAX_BYTES || job->asset_bytes + size > ASSETS_MAX_BYTES)
        page->decoded.text = (struct wx_str){NULL, 0};
    else
        job->asset_bytes += size;
}

static void hold(struct wx_site_job *job, const struct wx_observation *obs,
                 struct wx_str body)
{
    struct held_page *held;

    wx_buf_reset(&job->record);
    wx_observation_format(obs, &job->record);
    held = wx_alloc(sizeof *held + job->record.len + body.len);
    held->record = (struct wx_str){held->bytes, job->record.len};
    held->body = (struct wx_str){held->bytes + job->record.len, body.len};
    memcpy(held->bytes, job->record.ptr, job->record.len);
    if (body.len)
        memcpy(held->bytes + job->record.len, body.ptr, body.len);
    *job->held_tail = held;
    job->held_tail = &held->next;
    job->held_bytes += job->record.len + body.len;
}

static void judge_held(struct wx_site_job *job)
{
    for (struct held_page *held = job->held; held; held = held->next) {
        struct wx_observation obs;
        struct wx_page page;

        wx_arena_reset(&job->page_arena);
        if (wx_observation_parse(held->record, &job->page_arena, &obs, NULL))
            WX_BUG("an observation does not read back");
        wx_page_open(&page, &job->page_arena, &obs, held->body);
        wx_judge_observe(job->judge, &obs, &page);
    }
    drop_held(job);
}

static void judge_or_hold(struct wx_site_job *job, const struct wx_observation *obs,
                          struct wx_page *page, struct wx_str body)
{
    bool is_page =
        page->html && obs->fetch.status == 200 &&
        (obs->fetch.purpose == WX_FOR_PAGE || obs->fetch.purpose == WX_FOR_HOME);

    if (is_page && wx_crawl_awaits_assets(job->crawl) &&
        job->held_bytes < HELD_MAX_BYTES) {
        hold(job, obs, body);
        return;
    }
    limit_asset(job, page);
    wx_judge_observe(job->judge, obs, body.len ? page : NULL);
    if (job->held && !wx_crawl_awaits_assets(job->crawl))
        judge_held(job);
}

void wx_site_job_answer(struct wx_site_job *job, const struct wx_fetch *fetch,
                        struct wx_str body, struct wx_str chain)
{
    struct wx_observation obs = {
        .site_id = job->site.id,
        .seq = ++job->seq,
        .kind = WX_OBS_FETCH,
        .at_ms = wx_now_ms() - (fetch->total_ms > 0 ? fetch->total_ms : 0),
        .fetch = *fetch,
    };
    const struct wx_tls *tls = wx_fetch_tls(fetch);
    struct wx_crawl_view view;
    struct wx_page page;

    wx_arena_reset(&job->page_arena);
    count(job, fetch);
    if (body.len)
        obs.fetch.body = wx_sha256_of(body);
    send_evidence(job->context, &obs.fetch.body, body);
    if (tls && chain.len)
        send_evidence(job->context, &tls->chain, chain);
    send_observation(job, &obs);
    wx_page_open(&page, &job->page_arena, &obs, body);
    view = (struct wx_crawl_view){
        .text = page.decoded.text,
        .html = page.html,
        .written = wx_page_written(job->judge, &page),
        .text_hash = text_hash(page.html),
    };
    wx_crawl_answer(job->crawl, fetch, &view);
    job->result.n_pages = wx_crawl_counters(job->crawl).n_pages;
    judge_or_hold(job, &obs, &page, body);
}

static void home_blocked(void *ctx, const struct wx_fetch *fetch)
{
    struct wx_site_job *job = ctx;
    struct wx_observation obs = {
        .site_id = job->site.id,
        .seq = ++job->seq,
        .kind = WX_OBS_FETCH,
        .at_ms = wx_now_ms(),
        .fetch = *fetch,
    };

    send_observation(job, &obs);
    wx_judge_observe(job->judge, &obs, NULL);
}

void wx_site_job_pump(struct wx_site_job *job)
{
    wx_crawl_pump(job->crawl, home_blocked, job);
}

void wx_site_job_cut(struct wx_site_job *job, const char *reason)
{
    if (!job->cut_reason)
        job->cut_reason = reason;
    wx_crawl_cut(job->crawl);
}

bool wx_site_job_is_done(const struct wx_site_job *job)
{
    return wx_crawl_is_done(job->crawl);
}

/* The crawl's own numbers go into the facts object, before its closing bracket. */
static void add_crawl_facts(struct wx_site_job *job, struct wx_buf *facts)
{
    struct wx_json j = WX_JSON_INIT(facts);

    facts->len--;
    j.needs_comma = facts->len > 1;
    wx_crawl_facts(job->crawl, &j);
    wx_json_close(&j, '}');
}

void wx_site_job_finish(struct wx_site_job *job)
{
    struct wx_buf facts = WX_BUF_INIT(RECORD_MAX_BYTES / 2);
    struct wx_msg_out *out = job->context->out;
    uint16_t port;
    struct wx_str host = wx_crawl_host(job->crawl, &port);

    judge_held(job);
    if (job->cut_reason)
        wx_judge_cut(job->judge);
    wx_judge_finish(job->judge, &facts);
    add_crawl_facts(job, &facts);
    job->result.status = wx_judge_status(job->judge, &job->result.reason);
    if (job->cut_reason) {
        job->result.status = WX_SITE_PARTLY;
        job->result.reason = wx_str_of(job->cut_reason);
    }
    job->result.duration_ms = wx_mono_ms() - job->begun_mono_ms;
    job->result.facts = facts.is_full ? WX_STR("{}") : wx_buf_str(&facts);
    wx_buf_reset(&job->record);
    wx_site_result_format(&job->result, &job->record);
    wx_msg_begin(out, WX_MSG_SITE_DONE);
    wx_msg_str(out, wx_buf_str(&job->record));
    wx_msg_end(out);
    wx_buf_clear(&facts);
    if (host.len)
        wx_egress_forget_host(job->context->egress, host, port);
}
