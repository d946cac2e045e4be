#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "store/db.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

struct place {
    char dir[64];
    struct wx_err err;
};

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    strcpy(p->dir, "/tmp/wx-store-XXXXXX");
    *state = p;
    return mkdtemp(p->dir) && rmdir(p->dir) == 0 ? 0 : -1;
}

static int place_clear(void **state)
{
    struct place *p = *state;

    nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}

#define OK(call)                                                                       \
    do {                                                                               \
        p->err.text[0] = '\0';                                                         \
        if ((call) != WX_OK)                                                           \
            fail_msg("%s: %s", #call, p->err.text);                                    \
    } while (0)

static struct wx_store *reopen(struct place *p, enum wx_store_open how)
{
    struct wx_store *store;

    OK(wx_store_open(p->dir, how, &store, &p->err));
    return store;
}

/* Finding, observation and evidence number I, the same whenever they are made. */
struct made {
    struct wx_site site;
    struct wx_finding finding;
    struct wx_observation obs;
    struct wx_hop hop;
    char raw[400], url[80], key[32], json[4096];
    struct wx_sha256 hash;
    size_t raw_len;
};

static void make(struct made *m, uint32_t i)
{
    struct wx_buf json = WX_BUF_INIT(sizeof m->json);

    memset(m, 0, sizeof *m);
    m->site.id = wx_site_key(i % 2 ? WX_STR("b.gov.cn") : WX_STR("a.gov.cn"), 0);
    m->site.domain = i % 2 ? WX_STR("b.gov.cn") : WX_STR("a.gov.cn");
    m->site.name = i % 2 ? WX_STR("乙站") : WX_STR("甲站");
    m->site.unit_kind = WX_UNIT_ORGAN;
    m->raw_len = (size_t)snprintf(m->raw, sizeof m->raw, "<html>%u %0*u</html>", i,
                                  (int)(i * 7919 % 300), i);
    m->hash = wx_sha256_of((struct wx_str){m->raw, m->raw_len});
    snprintf(m->url, sizeof m->url, "https://%.*s/p%u", (int)m->site.domain.len,
             m->site.domain.ptr, i);
    snprintf(m->key, sizeof m->key, "k%u", i);
    m->finding = (struct wx_finding){
        .rule = WX_STR("hidden-link-css"),
        .category = WX_STR("hidden_link"),
        .severity = (enum wx_severity)(i % 5),
        .verdict = WX_FAIL,
        .confidence = 95,
        .site_id = m->site.id,
        .site = m->site.domain,
        .url = wx_str_of(m->url),
        .place = wx_str_of(m->url),
        .key = wx_str_of(m->key),
        .excerpt = WX_STR("<a href=\"http://spam.example/\">x</a>"),
        .evidence = {m->hash},
        .n_evidence = 1,
        .observation_seq = i + 1,
        .n_places = 1,
        .first_seen_s = 1000 + i,
        .last_seen_s = 1000 + i,
    };
    wx_finding_identify(&m->finding);
    m->hop = (struct wx_hop){.url = wx_str_of(m->url), .status = 200};
    m->obs = (struct wx_observation){
        .site_id = m->site.id, .seq = i + 1, .kind = WX_OBS_FETCH};
    m->obs.fetch =
        (struct wx_fetch){.purpose = i % 10 == 9 ? WX_FOR_ASSET : WX_FOR_PAGE,
                          .url = wx_str_of(m->url),
                          .hops = &m->hop,
                          .n_hops = 1,
                          .status = 200,
                          .body = m->hash};
    wx_observation_format(&m->obs, &json);
    memcpy(m->json, json.ptr, json.len + 0);
    m->json[json.len] = '\0';
    wx_buf_clear(&json);
}

static enum wx_status put(struct wx_store *store, const struct made *m,
                          struct wx_err *err)
{
    char packed[1000];
    size_t n = ZSTD_compress(packed, sizeof packed, m->raw, m->raw_len, 1);
    struct wx_store_observation obs = {.site_id = m->site.id,
                                       .seq = m->obs.seq,
                                       .kind = WX_OBS_FETCH,
                                       .purpose = (uint8_t)m->obs.fetch.purpose,
                                       .status = 200,
                                       .url = wx_str_of(m->url),
                                       .body = m->hash,
                                       .json = wx_str_of(m->json)};
    enum wx_status st = wx_store_add_evidence(
        store, &m->hash, m->raw_len, WX_CODEC_ZSTD, (struct wx_str){packed, n}, err);

    if (!st)
        st = wx_store_add_observation(store, &obs, err);
    if (!st)
        st = wx_store_put_finding(store, &m->finding, err);
    return st;
}

static void add_sites(struct place *p, struct wx_store *store)
{
    struct made m;

    for (uint32_t i = 0; i < 2; i++) {
        make(&m, i);
        OK(wx_store_add_site(store, &m.site, &p->err));
    }
}

static void put_many(struct place *p, struct wx_store *store, uint32_t from,
                     uint32_t to)
{
    struct made m;

    for (uint32_t i = from; i < to; i++) {
        make(&m, i);
        OK(put(store, &m, &p->err));
    }
}

struct seen {
    struct wx_store *store;
    uint32_t n;
    unsigned char is_there[200000];
    struct wx_err *err;
    uint64_t last_site;
    int last_severity;
    bool is_ordered;
};

static bool see_finding(void *ctx, const struct wx_finding *f)
{
    struct seen *s = ctx;
    uint64_t i;

    assert_true(wx_str_starts(f->key, "k"));
    assert_true(
        wx_str_to_u64(wx_str_sub(f->key, 1, f->key.len), sizeof s->is_there - 1, &i));
    assert_false(s->is_there[i]);
    s->is_there[i] = 1;
    s->n++;
    if (s->last_site == f->site_id && (int)f->severity > s->last_severity)
        s->is_ordered = false;
    s->last_site = f->site_id;
    s->last_severity = (int)f->severity;
    return true;
}

static struct seen *see_all(struct place *p, struct wx_store *store)
{
    struct seen *s = calloc(1, sizeof *s);

    s->is_ordered = true;
    s->store = store;
    OK(wx_store_findings(store, 0, see_finding, s, &p->err));
    return s;
}

static void run__is_written_and_read_back(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_buf raw = WX_BUF_INIT(1 << 20);
    struct wx_arena arena;
    struct wx_str value;
    struct made m;
    struct seen *s;

    wx_arena_init(&arena);
    add_sites(p, store);
    OK(wx_store_set(store, "begun_s", WX_STR("1780000000"), &p->err));
    OK(wx_store_set(store, "begun_s", WX_STR("1780000001"), &p->err));
    put_many(p, store, 0, 2500);
    wx_store_close(store);

    store = reopen(p, WX_STORE_READ);
    OK(wx_store_get(store, "begun_s", &arena, &value, &p->err));
    assert_true(wx_str_eqz(value, "1780000001"));
    assert_int_equal(wx_store_get(store, "none", &arena, &value, &p->err),
                     WX_E_NOT_FOUND);
    s = see_all(p, store);
    assert_int_equal(s->n, 2500);
    assert_true(s->is_ordered);
    free(s);
    make(&m, 1234);
    OK(wx_store_get_evidence(store, &m.hash, &raw, &p->err));
    assert_true(wx_str_eq(wx_buf_str(&raw), (struct wx_str){m.raw, m.raw_len}));
    OK(wx_store_check(store, true, &p->err));
    wx_store_close(store);
    wx_buf_clear(&raw);
    wx_arena_clear(&arena);
}

static void open__says_what_is_wrong_with_the_place(void **state)
{
    struct place *p = *state;
    struct wx_store *store = NULL, *other = NULL;
    char file[100];
    int fd;

    assert_int_equal(wx_store_open(p->dir, WX_STORE_READ, &store, &p->err),
                     WX_E_NOT_FOUND);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_RESUME, &store, &p->err),
                     WX_E_NOT_FOUND);
    store = reopen(p, WX_STORE_CREATE);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_RESUME, &other, &p->err),
                     WX_E_AGAIN);
    other = reopen(p, WX_STORE_READ); /* a reader may look while it is written */
    wx_store_close(other);
    wx_store_close(store);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_CREATE, &store, &p->err),
                     WX_E_EXISTS);
    snprintf(file, sizeof file, "%s/wangxun.db", p->dir);
    fd = open(file, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd,
                           "this is no database, but longer than its header, "
                           "which has one hundred bytes of its own, so to say",
                           98),
                     98);
    close(fd);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_READ, &store, &p->err),
                     WX_E_INVALID);
    assert_int_equal(wx_store_open("/proc/none/x", WX_STORE_CREATE, &store, &p->err),
                     WX_E_NOT_FOUND);
    assert_null(store);
}

static void newer_format__is_refused(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);

    OK(wx_db_exec(store, "PRAGMA user_version = 99", &p->err));
    wx_store_close(store);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_RESUME, &store, &p->err),
                     WX_E_UNSUPPORTED);
    assert_non_null(strstr(p->err.text, "newer wangxun"));
}

static bool see_merged(void *ctx, const struct wx_finding *f)
{
    struct wx_finding *out = ctx;

    out->first_seen_s = f->first_seen_s;
    out->last_seen_s = f->last_seen_s;
    out->n_places = f->n_places;
    out->observation_seq = f->observation_seq;
    out->n_more_urls = f->n_more_urls;
    assert_true(wx_str_eqz(f->detail_zh, "新的说明"));
    assert_true(wx_str_eqz(f->site_name, "乙站"));
    assert_true(wx_str_eqz(f->more_urls[0], "https://b.gov.cn/\"2\""));
    return true;
}

static void finding__met_again_is_merged(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_finding merged = {.site_id = 0};
    struct made m;

    add_sites(p, store);
    make(&m, 7);
    OK(wx_store_put_finding(store, &m.finding, &p->err));
    m.finding.first_seen_s = 2000;
    m.finding.last_seen_s = 3000;
    m.finding.n_places = 12;
    m.finding.detail_zh = WX_STR("新的说明");
    m.finding.more_urls[0] = WX_STR("https://b.gov.cn/\"2\"");
    m.finding.n_more_urls = 1;
    OK(wx_store_put_finding(store, &m.finding, &p->err));
    OK(wx_store_findings(store, 0, see_merged, &merged, &p->err));
    assert_int_equal(merged.first_seen_s, 1007);
    assert_int_equal(merged.last_seen_s, 3000);
    assert_int_equal(merged.n_places, 12);
    OK(wx_store_site_begin(store, m.site.id, &p->err));
    OK(wx_store_findings(store, 0, see_merged, &merged, &p->err));
    assert_int_equal(merged.observation_seq, 0);
    m.finding.site_id = 42;
    assert_int_equal(wx_store_put_finding(store, &m.finding, &p->err), WX_E_NOT_FOUND);
    OK(wx_store_commit(store, &p->err)); /* one wrong row spoils nothing */
    wx_store_close(store);
}

struct obs_order {
    uint32_t n, n_assets, last;
    bool is_ordered;
};

static bool see_observation(void *ctx, const struct wx_observation *obs)
{
    struct obs_order *o = ctx;

    if (obs->fetch.purpose == WX_FOR_ASSET) {
        o->is_ordered &= o->n == o->n_assets;
        o->n_assets++;
    } else {
        o->is_ordered &= o->n == o->n_assets || obs->seq > o->last;
    }
    o->last = obs->seq;
    o->n++;
    return true;
}

static void observations__come_assets_first_and_go_when_begun_again(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct obs_order o = {.is_ordered = true};
    struct made m;

    add_sites(p, store);
    put_many(p, store, 0, 100);
    make(&m, 1);
    OK(wx_store_observations(store, m.site.id, see_observation, &o, &p->err));
    assert_int_equal(o.n, 50);
    assert_int_equal(o.n_assets, 10);
    assert_true(o.is_ordered);
    OK(wx_store_site_begin(store, m.site.id, &p->err));
    o = (struct obs_order){.is_ordered = true};
    OK(wx_store_observations(store, m.site.id, see_observation, &o, &p->err));
    assert_int_equal(o.n, 0);
    OK(wx_store_observations(store, 0, see_observation, &o, &p->err));
    assert_int_equal(o.n, 50);
    wx_store_close(store);
}

static bool see_site(void *ctx, const struct wx_site *site,
                     const struct wx_site_result *result)
{
    struct wx_site_result *out = ctx;

    if (wx_str_eqz(site->domain, "a.gov.cn")) {
        assert_int_equal(result->status, WX_SITE_INSPECTED);
        assert_true(wx_str_eqz(result->facts, "{\"title\":\"x\"}"));
        assert_int_equal(site->unit_kind, WX_UNIT_ORGAN);
        assert_int_equal(out->n_pages++, 0);
    } else {
        assert_int_equal(result->status, WX_SITE_WAITING);
        assert_int_equal(out->n_pages++, 1);
    }
    return true;
}

static void sites__keep_the_registers_order_and_their_results(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_site_result count = {.site_id = 0}, done = {.status = WX_SITE_INSPECTED};
    struct made m;

    add_sites(p, store);
    add_sites(p, store);
    make(&m, 0);
    done.site_id = m.site.id;
    done.facts = WX_STR("{\"title\":\"x\"}");
    OK(wx_store_site_begin(store, m.site.id, &p->err));
    OK(wx_store_site_done(store, &done, &p->err));
    OK(wx_store_sites(store, see_site, &count, &p->err));
    assert_int_equal(count.n_pages, 2);
    wx_store_close(store);
}

static void batch__ends_by_rows_by_age_and_by_commit(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct made m;

    add_sites(p, store);
    assert_false(wx_store_is_clean(store));
    OK(wx_store_tick(store, 1000, &p->err));
    OK(wx_store_tick(store, 1199, &p->err));
    assert_false(wx_store_is_clean(store));
    OK(wx_store_tick(store, 1200, &p->err));
    assert_true(wx_store_is_clean(store));
    make(&m, 0);
    for (int i = 0; i < WX_BATCH_ROWS; i++)
        OK(wx_store_put_finding(store, &m.finding, &p->err));
    assert_true(wx_store_is_clean(store));
    OK(wx_store_put_finding(store, &m.finding, &p->err));
    OK(wx_store_commit(store, &p->err));
    assert_true(wx_store_is_clean(store));
    wx_store_close(store);
}

/* The file of the first pack. */
static int open_pack(struct place *p, int number, int flags)
{
    char file[120];
    int fd;

    snprintf(file, sizeof file, "%s/evidence/%04d.pack", p->dir, number);
    fd = open(file, flags);
    assert_true(fd >= 0);
    return fd;
}

static void evidence__changed_by_one_bit_is_refused(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_buf raw = WX_BUF_INIT(1 << 20);
    off_t size;
    int fd;

    add_sites(p, store);
    put_many(p, store, 0, 20);
    wx_store_close(store);
    fd = open_pack(p, 1, O_RDWR);
    size = lseek(fd, 0, SEEK_END);
    for (off_t at = 0; at < size; at += 97) {
        unsigned char byte, flipped;

        assert_int_equal(pread(fd, &byte, 1, at), 1);
        flipped = byte ^ 0x10;
        assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
        store = reopen(p, WX_STORE_READ);
        assert_int_equal(wx_store_check(store, true, &p->err), WX_E_INVALID);
        wx_store_close(store);
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    store = reopen(p, WX_STORE_READ);
    OK(wx_store_check(store, true, &p->err));
    wx_store_close(store);
    close(fd);
    wx_buf_clear(&raw);
}

static void evidence__of_a_lying_worker_is_refused(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_buf raw = WX_BUF_INIT(1 << 20);
    struct made m;
    char packed[1000];
    size_t n;

    make(&m, 3);
    n = ZSTD_compress(packed, sizeof packed, m.raw, m.raw_len, 1);
    /* says another size, is no frame, is other bytes than its name */
    OK(wx_store_add_evidence(store, &m.hash, m.raw_len + 1, WX_CODEC_ZSTD,
                             (struct wx_str){packed, n}, &p->err));
    assert_int_equal(wx_store_get_evidence(store, &m.hash, &raw, &p->err),
                     WX_E_INVALID);
    m.hash.bytes[0] ^= 1;
    OK(wx_store_add_evidence(store, &m.hash, 4, WX_CODEC_ZSTD, WX_STR("junk"),
                             &p->err));
    assert_int_equal(wx_store_get_evidence(store, &m.hash, &raw, &p->err),
                     WX_E_INVALID);
    m.hash.bytes[0] ^= 2;
    OK(wx_store_add_evidence(store, &m.hash, 4, WX_CODEC_RAW, WX_STR("junk"), &p->err));
    assert_int_equal(wx_store_get_evidence(store, &m.hash, &raw, &p->err),
                     WX_E_INVALID);
    m.hash.bytes[0] ^= 4;
    assert_int_equal(wx_store_get_evidence(store, &m.hash, &raw, &p->err),
                     WX_E_NOT_FOUND);
    assert_int_equal(wx_store_add_evidence(store, &m.hash, UINT64_MAX, WX_CODEC_ZSTD,
                                           WX_STR("junk"), &p->err),
                     WX_E_TOO_BIG);
    assert_int_equal(raw.len, 0);
    wx_store_close(store);
    wx_buf_clear(&raw);
}

static void packs__roll_and_are_found_again(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct stat st;
    char file[120];

    add_sites(p, store);
    store->packs.roll_bytes = 4096;
    put_many(p, store, 0, 500);
    put_many(p, store, 0, 500); /* known already: the packs do not grow */
    assert_true(store->packs.number > 10);
    OK(wx_store_check(store, true, &p->err)); /* also what is still gathered */
    wx_store_close(store);
    store = reopen(p, WX_STORE_RESUME);
    OK(wx_store_check(store, true, &p->err));
    wx_store_close(store);
    snprintf(file, sizeof file, "%s/evidence/0001.pack", p->dir);
    assert_int_equal(stat(file, &st), 0);
    assert_true(st.st_size <= 4096);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void torn_tail__is_cut_on_resume_and_lost_bytes_are_named(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    off_t size;
    int fd;

    add_sites(p, store);
    put_many(p, store, 0, 50);
    wx_store_close(store);
    fd = open_pack(p, 1, O_RDWR);
    size = lseek(fd, 0, SEEK_END);
    assert_int_equal(write(fd, "WXE1 a record that was never finished", 37), 37);
    store = reopen(p, WX_STORE_RESUME);
    assert_int_equal(lseek(fd, 0, SEEK_END), size);
    put_many(p, store, 50, 60);
    OK(wx_store_check(store, true, &p->err));
    wx_store_close(store);
    assert_int_equal(ftruncate(fd, size / 2), 0);
    close(fd);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_RESUME, &store, &p->err),
                     WX_E_INVALID);
    assert_non_null(strstr(p->err.text, "0001.pack"));
}

static void index__is_made_again_from_the_packs(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_buf raw = WX_BUF_INIT(1 << 20);
    char file[120];
    struct made m;
    uint64_t n;

    add_sites(p, store);
    store->packs.roll_bytes = 4096;
    put_many(p, store, 0, 100);
    wx_store_close(store);
    snprintf(file, sizeof file, "%s/wangxun.db", p->dir);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(wx_store_open(p->dir, WX_STORE_CREATE, &store, &p->err),
                     WX_E_EXISTS);
    OK(wx_store_reindex(p->dir, &n, &p->err));
    assert_int_equal(n, 100);
    store = reopen(p, WX_STORE_RESUME);
    for (uint32_t i = 0; i < 100; i++) {
        make(&m, i);
        wx_buf_reset(&raw);
        OK(wx_store_get_evidence(store, &m.hash, &raw, &p->err));
    }
    wx_store_close(store);
    wx_buf_clear(&raw);
}

/* Writes for ever; says over FD how far it has committed. */
static _Noreturn void write_until_killed(struct place *p, uint32_t from, unsigned seed,
                                         int fd)
{
    struct wx_store *store;
    struct made m;

    if (wx_store_open(p->dir, WX_STORE_RESUME, &store, &p->err))
        _exit(1);
    store->packs.roll_bytes = 64 << 10;
    for (uint32_t i = from;; i++) {
        make(&m, i);
        if (put(store, &m, &p->err))
            _exit(2);
        seed = seed * 1103515245 + 12345;
        if ((seed >> 16) % 40 == 0) {
            uint32_t n = i + 1;

            if (wx_store_commit(store, &p->err) || write(fd, &n, 4) != 4)
                _exit(3);
        } else if ((seed >> 16) % 40 == 1) {
            /* a crash between evidence and its rows */
            if (wx_packs_flush(&store->packs, false, &p->err))
                _exit(4);
        }
    }
}

/* What the child acknowledged before it was killed. */
static uint32_t run_and_kill(struct place *p, uint32_t from, unsigned seed)
{
    uint32_t acknowledged = from, n;
    int fds[2], status;
    pid_t child;

    assert_int_equal(pipe(fds), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(fds[0]);
        write_until_killed(p, from, seed, fds[1]);
    }
    close(fds[1]);
    /* the moment: after some acknowledgements, or some time without */
    for (unsigned k = seed % 5; k > 0; k--)
        if (read(fds[0], &n, 4) == 4)
            acknowledged = n;
    usleep(seed * 7919 % 12000);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    while (read(fds[0], &n, 4) == 4)
        acknowledged = n;
    close(fds[0]);
    return acknowledged;
}

static void acknowledged__survives_kill_9(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct wx_buf raw = WX_BUF_INIT(1 << 20);
    uint32_t acknowledged = 0;

    add_sites(p, store);
    wx_store_close(store);
    for (unsigned round = 0; round < 40; round++) {
        struct seen *s;
        struct made m;

        acknowledged = run_and_kill(p, acknowledged, 20260601 + round * 31);
        store = reopen(p, WX_STORE_RESUME);
        s = see_all(p, store);
        for (uint32_t i = 0; i < acknowledged; i++) {
            if (!s->is_there[i])
                fail_msg("round %u: finding %u of %u is lost", round, i, acknowledged);
        }
        for (uint32_t i = acknowledged > 200 ? acknowledged - 200 : 0; i < acknowledged;
             i++) {
            make(&m, i);
            wx_buf_reset(&raw);
            OK(wx_store_get_evidence(store, &m.hash, &raw, &p->err));
        }
        free(s);
        OK(wx_store_check(store, round % 8 == 7, &p->err));
        wx_store_close(store);
    }
    assert_true(acknowledged > 100);
    wx_buf_clear(&raw);
}

/* In a child, so that the limit ends with it. Writes until the disk is "full". */
static void fill_disk(struct place *p, int fd)
{
    struct rlimit limit = {600 << 10, 600 << 10};
    struct wx_store *store;
    uint32_t committed = 0;
    enum wx_status st = WX_OK, again;
    struct made m;

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (wx_store_open(p->dir, WX_STORE_RESUME, &store, &p->err))
        _exit(1);
    for (uint32_t i = 0; !st; i++) {
        make(&m, i);
        st = put(store, &m, &p->err);
        if (!st && i % 50 == 49)
            st = wx_store_commit(store, &p->err);
        if (!st && i % 50 == 49)
            committed = i + 1;
        if (i > 100000)
            _exit(2);
    }
    again = wx_store_put_finding(store, &m.finding, &p->err);
    wx_store_close(store);
    if (write(fd, &committed, 4) != 4)
        _exit(3);
    _exit(st == WX_E_NO_SPACE && again == WX_E_NO_SPACE ? 0 : 4);
}

static void full_disk__is_a_typed_error_and_what_was_committed_stands(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    uint32_t committed = 0;
    int fds[2], status;
    struct seen *s;
    pid_t child;

    add_sites(p, store);
    wx_store_close(store);
    assert_int_equal(pipe(fds), 0);
    child = fork();
    if (child == 0)
        fill_disk(p, fds[1]);
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(read(fds[0], &committed, 4), 4);
    assert_true(committed > 0);
    store = reopen(p, WX_STORE_RESUME);
    s = see_all(p, store);
    for (uint32_t i = 0; i < committed; i++)
        assert_true(s->is_there[i]);
    free(s);
    OK(wx_store_check(store, true, &p->err));
    put_many(p, store, 100000, 100100);
    OK(wx_store_commit(store, &p->err));
    wx_store_close(store);
    close(fds[0]);
    close(fds[1]);
}

static void finished_run__is_read_from_a_folder_that_cannot_be_written(void **state)
{
    struct place *p = *state;
    struct wx_store *store = reopen(p, WX_STORE_CREATE);
    struct seen *s;

    add_sites(p, store);
    put_many(p, store, 0, 10);
    wx_store_close(store);
    assert_int_equal(chmod(p->dir, 0500), 0);
    store = reopen(p, WX_STORE_READ);
    s = see_all(p, store);
    assert_int_equal(s->n, 10);
    free(s);
    wx_store_close(store);
    assert_int_equal(chmod(p->dir, 0700), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(run__is_written_and_read_back),
        TEST(open__says_what_is_wrong_with_the_place),
        TEST(newer_format__is_refused),
        TEST(finding__met_again_is_merged),
        TEST(observations__come_assets_first_and_go_when_begun_again),
        TEST(sites__keep_the_registers_order_and_their_results),
        TEST(batch__ends_by_rows_by_age_and_by_commit),
        TEST(evidence__changed_by_one_bit_is_refused),
        TEST(evidence__of_a_lying_worker_is_refused),
        TEST(packs__roll_and_are_found_again),
        TEST(torn_tail__is_cut_on_resume_and_lost_bytes_are_named),
        TEST(index__is_made_again_from_the_packs),
        TEST(acknowledged__survives_kill_9),
        TEST(full_disk__is_a_typed_error_and_what_was_committed_stands),
        TEST(finished_run__is_read_from_a_folder_that_cannot_be_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
