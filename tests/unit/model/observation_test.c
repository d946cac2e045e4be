#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "model/observation.h"

/* A small generator (xorshift64*): the test's seed is its only state. */
struct dice {
    uint64_t state;
    struct wx_arena arena;
};

static uint64_t roll(struct dice *d, uint64_t n)
{
    d->state ^= d->state >> 12;
    d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return (d->state * 0x2545F4914F6CDD1DULL >> 11) % n;
}

/* Empty, plain, Chinese, hostile controls, or bytes that are no UTF-8 at all. */
static struct wx_str roll_text(struct dice *d, size_t max)
{
    static const char *const pieces[] = {"a",    "网巡", "\"",          "\\",
                                         "\x01", "\n",   "\r\n",        "\xE2\x80\xAE",
                                         "\x7F", "😀",    "\xEF\xBF\xBD"};
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    uint64_t kind = roll(d, 5), n = roll(d, max);
    struct wx_str s;

    for (uint64_t i = 0; kind && i < n; i++) {
        if (kind == 4)
            wx_buf_addc(&buf, (char)roll(d, 256));
        else
            wx_buf_addz(&buf, pieces[roll(d, sizeof pieces / sizeof *pieces)]);
    }
    if (kind == 3)
        wx_buf_addc(&buf, '\0');
    s = wx_arena_str(&d->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return s.len ? s : (struct wx_str){0};
}

static struct wx_sha256 roll_hash(struct dice *d)
{
    struct wx_sha256 hash = {{0}};

    if (roll(d, 3))
        for (size_t i = 0; i < sizeof hash.bytes; i++)
            hash.bytes[i] = (unsigned char)roll(d, 256);
    return hash;
}

static struct wx_tls *roll_tls(struct dice *d)
{
    struct wx_tls *tls = wx_arena_new(&d->arena, struct wx_tls);

    tls->version = (uint16_t)roll(d, 65536);
    tls->cipher = roll_text(d, 20);
    tls->needs_old_client = roll(d, 2);
    tls->cert_problems = (uint32_t)roll(d, 512);
    tls->error = roll_text(d, 20);
    tls->subject = roll_text(d, 20);
    tls->issuer = roll_text(d, 20);
    tls->n_names = roll(d, 5);
    tls->names = wx_arena_array(&d->arena, struct wx_str, tls->n_names + 1);
    for (size_t i = 0; i < tls->n_names; i++)
        tls->names[i] = roll_text(d, 20);
    tls->not_before_s = (int64_t)roll(d, UINT32_MAX) - 1000;
    tls->not_after_s = (int64_t)roll(d, INT64_MAX);
    tls->key = roll_text(d, 10);
    tls->signature = roll_text(d, 10);
    tls->n_chain = (uint8_t)roll(d, 256);
    tls->leaf_sha256 = roll_hash(d);
    tls->chain = roll_hash(d);
    return tls;
}

static struct wx_str roll_some_text(struct dice *d)
{
    struct wx_str s = roll_text(d, 30);

    return s.len ? s : WX_STR("http://www.xingyuan.gov.cn/");
}

static void roll_fetch(struct dice *d, struct wx_fetch *f)
{
    f->purpose = (enum wx_purpose)(1 + roll(d, WX_FOR_OFFSITE));
    f->is_head = roll(d, 2);
    f->outcome = (enum wx_outcome)roll(d, WX_OUT_COUNT);
    f->detail = roll_text(d, 30);
    f->url = roll_some_text(d);
    f->final_url = roll_text(d, 30);
    f->referrer = roll_text(d, 30);
    f->n_hops = roll(d, WX_MAX_REDIRECTS + 2);
    f->hops = wx_arena_array(&d->arena, struct wx_hop, f->n_hops + 1);
    for (size_t i = 0; i < f->n_hops; i++) {
        f->hops[i].url = roll_text(d, 30);
        f->hops[i].address = roll_text(d, 10);
        f->hops[i].status = (uint16_t)roll(d, 65536);
        f->hops[i].location = roll_text(d, 30);
        f->hops[i].headers = roll_text(d, 300);
        f->hops[i].tls = roll(d, 2) ? roll_tls(d) : NULL;
    }
    f->status = (uint16_t)roll(d, 65536);
    f->body = roll_hash(d);
    f->body_bytes = roll(d, INT64_MAX);
    f->wire_bytes = roll(d, INT64_MAX);
    f->is_truncated = roll(d, 2);
    f->is_length_wrong = roll(d, 2);
    f->dns_ms = (int32_t)roll(d, 1000) - 1;
    f->connect_ms = (int32_t)roll(d, 1000) - 1;
    f->tls_ms = -1;
    f->first_byte_ms = (int32_t)roll(d, INT32_MAX);
    f->total_ms = (int32_t)roll(d, INT32_MAX);
    f->n_requests = (uint32_t)roll(d, UINT32_MAX);
    f->depth = (uint16_t)roll(d, 65536);
}

#define SAME(field) assert_true(a->field == b->field)
#define SAME_TEXT(field) assert_true(wx_str_eq(a->field, b->field))
#define SAME_HASH(field) assert_memory_equal(&a->field, &b->field, 32)

static void same_tls(const struct wx_tls *a, const struct wx_tls *b)
{
    SAME(version);
    SAME_TEXT(cipher);
    SAME(needs_old_client);
    SAME(cert_problems);
    SAME_TEXT(error);
    SAME_TEXT(subject);
    SAME_TEXT(issuer);
    SAME(n_names);
    for (size_t i = 0; i < a->n_names; i++)
        SAME_TEXT(names[i]);
    SAME(not_before_s);
    SAME(not_after_s);
    SAME_TEXT(key);
    SAME_TEXT(signature);
    SAME(n_chain);
    SAME_HASH(leaf_sha256);
    SAME_HASH(chain);
}

static void same_hop(const struct wx_hop *a, const struct wx_hop *b)
{
    SAME_TEXT(url);
    SAME_TEXT(address);
    SAME(status);
    SAME_TEXT(location);
    SAME_TEXT(headers);
    assert_int_equal(a->tls != NULL, b->tls != NULL);
    if (a->tls)
        same_tls(a->tls, b->tls);
}

static void same_fetch(const struct wx_fetch *a, const struct wx_fetch *b)
{
    SAME(purpose);
    SAME(is_head);
    SAME(outcome);
    SAME_TEXT(detail);
    SAME_TEXT(url);
    SAME_TEXT(final_url);
    SAME_TEXT(referrer);
    SAME(status);
    SAME_HASH(body);
    SAME(body_bytes);
    SAME(wire_bytes);
    SAME(is_truncated);
    SAME(is_length_wrong);
    SAME(dns_ms);
    SAME(connect_ms);
    SAME(tls_ms);
    SAME(first_byte_ms);
    SAME(total_ms);
    SAME(n_requests);
    SAME(depth);
    SAME(n_hops);
    for (size_t i = 0; i < a->n_hops; i++)
        same_hop(&a->hops[i], &b->hops[i]);
}

static void text_form__is_read_back_unchanged(void **state)
{
    struct dice d = {.state = 20260601};

    (void)state;
    wx_arena_init(&d.arena);
    for (int round = 0; round < 400; round++) {
        struct wx_observation obs = {.kind = WX_OBS_FETCH}, back;
        struct wx_buf buf = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);
        struct wx_err err;

        obs.site_id = roll(&d, UINT64_MAX >> 11) << 11 | 1;
        obs.seq = (uint32_t)roll(&d, UINT32_MAX - 1) + 1;
        obs.at_ms = (int64_t)roll(&d, INT64_MAX);
        roll_fetch(&d, &obs.fetch);
        wx_observation_format(&obs, &buf);
        assert_true(wx_utf8_is_valid(wx_buf_str(&buf)));
        assert_true(wx_str_chr(wx_buf_str(&buf), '\n') == WX_NPOS);
        if (wx_observation_parse(wx_buf_str(&buf), &d.arena, &back, &err))
            fail_msg("%s: %.*s", err.text, (int)buf.len, buf.ptr);
        assert_true(obs.site_id == back.site_id);
        assert_int_equal(obs.seq, back.seq);
        assert_true(obs.at_ms == back.at_ms);
        same_fetch(&obs.fetch, &back.fetch);
        wx_buf_clear(&buf);
        wx_arena_reset(&d.arena);
    }
    wx_arena_clear(&d.arena);
}

static void expect_refused(const char *json, const char *names)
{
    struct wx_observation obs;
    struct wx_arena arena;
    struct wx_err err;

    wx_arena_init(&arena);
    assert_int_equal(wx_observation_parse(wx_str_of(json), &arena, &obs, &err),
                     WX_E_INVALID);
    if (!strstr(err.text, names))
        fail_msg("'%s' does not name '%s'", err.text, names);
    wx_arena_clear(&arena);
}

static void parse__names_the_bad_field(void **state)
{
#define HEAD "{\"site\":\"00000000000000a1\",\"seq\":1,\"kind\":\"fetch\",\"at_ms\":1,"
#define FETCH                                                                          \
    HEAD "\"fetch\":{\"purpose\":\"page\",\"method\":\"GET\",\"outcome\":\"ok\","
    (void)state;
    expect_refused("", "not JSON");
    expect_refused("[]", "not a JSON object");
    expect_refused("{\"site\":\"0\"}", "'site'");
    expect_refused("{\"site\":\"00000000000000a1\"}", "'seq'");
    expect_refused(HEAD "\"at_ms\":2}", "not JSON"); /* duplicate key */
    expect_refused(HEAD "\"fetch\":7}", "'fetch'");
    expect_refused(HEAD "\"fetch\":{}}", "'purpose'");
    expect_refused(FETCH "\"url\":5}}", "'url'");
    expect_refused(FETCH "\"url\":\"x\",\"status\":70000}}", "'status'");
    expect_refused(FETCH "\"url\":\"x\",\"body\":\"zz\"}}", "'body'");
    expect_refused(FETCH "\"url\":\"x\",\"detail_b64\":\"a\"}}", "'detail_b64'");
    expect_refused(FETCH "\"url\":\"x\",\"timing_ms\":{},\"hops\":[1]}}", "'hop'");
    expect_refused(FETCH "\"url\":\"x\",\"timing_ms\":{},\"hops\":[{\"tls\":{}}]}}",
                   "'version'");
    expect_refused(FETCH "\"url\":\"x\",\"timing_ms\":{},\"hops\":[1,1,1,1,1,1,1,1,1,1,"
                         "1,1]}}",
                   "'hops'");
}

static void headers__walks_fields_and_skips_rubbish(void **state)
{
    struct wx_str raw =
        WX_STR("HTTP/1.1 200 OK\r\nServer : nginx\r\nno colon\r\n"
               "X-Long: one\r\n two\r\nSet-Cookie: a=b\nset-cookie:c\r\n"
               ": empty\r\n\r\nBody: not a field\r\n");
    struct wx_str name, value;
    size_t pos = 0, n = 0;

    (void)state;
    while (wx_headers_next(raw, &pos, &name, &value))
        n++;
    assert_int_equal(n, 4);
    assert_false(wx_headers_next(raw, &pos, &name, &value));
    assert_true(wx_str_eqz(wx_headers_get(raw, "server"), "nginx"));
    assert_true(wx_str_eqz(wx_headers_get(raw, "x-long"), "one\r\n two"));
    assert_true(wx_str_eqz(wx_headers_get(raw, "SET-COOKIE"), "a=b"));
    assert_int_equal(wx_headers_get(raw, "body").len, 0);
    assert_int_equal(wx_headers_get(WX_STR("A:1"), "a").len, 1);
    assert_int_equal(wx_headers_get((struct wx_str){0}, "a").len, 0);
}

static void tls__is_the_one_of_the_connection_used_again(void **state)
{
    struct wx_tls a = {.version = 0x0303}, b = {.version = 0x0304};
    struct wx_hop hops[] = {
        {.url = WX_STR("https://a.gov.cn/"), .tls = &a},
        {.url = WX_STR("https://b.gov.cn/"), .tls = &b},
        {.url = WX_STR("https://a.gov.cn/x")},
        {.url = WX_STR("http://a.gov.cn/x")},
    };
    struct wx_fetch fetch = {.hops = hops, .n_hops = 3};

    (void)state;
    assert_ptr_equal(wx_fetch_tls(&fetch), &a);
    fetch.n_hops = 2;
    assert_ptr_equal(wx_fetch_tls(&fetch), &b);
    fetch.n_hops = 4;
    assert_null(wx_fetch_tls(&fetch));
    fetch.n_hops = 0;
    assert_null(wx_fetch_tls(&fetch));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_form__is_read_back_unchanged),
        cmocka_unit_test(parse__names_the_bad_field),
        cmocka_unit_test(headers__walks_fields_and_skips_rubbish),
        cmocka_unit_test(tls__is_the_one_of_the_connection_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
