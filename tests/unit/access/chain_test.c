#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "access/checkpoint.h"
#include "access/token.h"
#include "base/limits.h"
#include <stdio.h>
#include <stdlib.h>

enum { N = 120 };
struct record {
    int64_t number;
    char line[400];
    size_t len;
    struct wx_chain_link hash;
};
struct log {
    struct record at[N + 2];
    size_t n;
    enum wx_chain_hash kind;
};

static void event_add(struct log *log, const char *login)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
    struct record *r = &log->at[log->n];
    struct wx_chain_link before =
        log->n ? r[-1].hash : wx_chain_first(log->kind, WX_STR("wangxun/test"));
    struct wx_audit_event event = {.number = r->number = (int64_t)++log->n,
                                   .at_ms = 1700000000000 + r->number,
                                   .account_id = r->number % 3,
                                   .login = wx_str_of(login),
                                   .by = WX_STR("session"),
                                   .address = WX_STR("127.0.0.1"),
                                   .operation = WX_STR("finding.read"),
                                   .kind = WX_STR("finding"),
                                   .object_id = r->number * 7,
                                   .unit_id = 3,
                                   .status = 200,
                                   .detail = WX_STR("{ \"b\": 1, \"a\" : \"二\" }")};

    assert_int_equal(wx_audit_line(&event, &buf, NULL), WX_OK);
    assert_true(buf.len < sizeof r->line);
    memcpy(r->line, buf.ptr, buf.len);
    r->len = buf.len;
    r->hash = wx_chain_next(log->kind, &before, wx_buf_str(&buf));
    wx_buf_clear(&buf);
}

static void log_make(struct log *log, enum wx_chain_hash kind)
{
    memset(log, 0, sizeof *log);
    log->kind = kind;
    for (int i = 0; i < N; i++)
        event_add(log, "lisi");
}

static enum wx_chain_fault walk(const struct log *log, struct wx_chain_walk *w)
{
    wx_chain_walk_begin(w, log->kind, WX_STR("wangxun/test"));
    for (size_t i = 0; i < log->n; i++)
        if (!wx_chain_walk_record(w, log->at[i].number,
                                  (struct wx_str){log->at[i].line, log->at[i].len},
                                  &log->at[i].hash))
            break;
    return w->fault;
}

static void hash__sm3_and_sha256_answer_their_standards(void **state)
{
    /* GB/T 32905-2016 A.1 and FIPS 180-4: the hash of "abc" */
    static const char *const wanted[] = {
        [WX_CHAIN_SHA256] =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        [WX_CHAIN_SM3] =
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct wx_chain_link link =
            wx_chain_first((enum wx_chain_hash)i, WX_STR("abc"));
        char hex[65];

        wx_hex(link.bytes, 32, hex);
        assert_string_equal(hex, wanted[i]);
    }
}

static void walk__passes_an_untouched_log(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 2; kind++) {
        struct log log;
        struct wx_chain_walk w;

        log_make(&log, (enum wx_chain_hash)kind);
        assert_int_equal(walk(&log, &w), WX_CHAIN_FINE);
        assert_int_equal(w.number, N);
        assert_true(wx_chain_walk_end(&w, N));
    }
}

static void walk__names_the_record_with_a_flipped_bit(void **state)
{
    struct log log;
    struct wx_chain_walk w;
    long n_flips = 0;

    (void)state;
    log_make(&log, WX_CHAIN_SHA256);
    for (size_t i = 0; i < N; i += 7) {
        for (size_t bit = 0; bit < (log.at[i].len + 32) * 8; bit++, n_flips++) {
            char *byte = bit / 8 < log.at[i].len
                             ? &log.at[i].line[bit / 8]
                             : (char *)&log.at[i].hash.bytes[bit / 8 - log.at[i].len];

            *byte ^= (char)(1 << bit % 8);
            assert_int_not_equal(walk(&log, &w), WX_CHAIN_FINE);
            assert_int_equal(w.bad_number, i + 1);
            *byte ^= (char)(1 << bit % 8);
        }
    }
    assert_true(n_flips > 10000);
    assert_int_equal(walk(&log, &w), WX_CHAIN_FINE);
}

static void walk__names_a_deleted_record(void **state)
{
    (void)state;
    for (size_t i = 0; i < N - 1; i++) {
        struct log log;
        struct wx_chain_walk w;

        log_make(&log, WX_CHAIN_SHA256);
        memmove(&log.at[i], &log.at[i + 1], (N - i) * sizeof log.at[0]);
        log.n--;
        assert_int_equal(walk(&log, &w), WX_CHAIN_MISSING);
        assert_int_equal(w.bad_number, i + 1);
        /* the hole closed by giving later records lower numbers */
        for (size_t k = i; k < log.n; k++)
            log.at[k].number--;
        assert_int_equal(walk(&log, &w), WX_CHAIN_OUT_OF_ORDER);
        assert_int_equal(w.bad_number, i + 1);
    }
}

static void walk__names_an_inserted_record(void **state)
{
    (void)state;
    for (size_t i = 1; i < N; i += 5) {
        struct log log, forged = {0};
        struct wx_chain_walk w;

        log_make(&log, WX_CHAIN_SHA256);
        for (size_t k = 0; k < i; k++)
            event_add(&forged, "lisi");
        event_add(&forged, "nobody"); /* fits the chain so far perfectly */
        memmove(&log.at[i + 1], &log.at[i], (N - i) * sizeof log.at[0]);
        log.at[i] = forged.at[i];
        log.n++;
        assert_int_equal(walk(&log, &w), WX_CHAIN_OUT_OF_ORDER);
        assert_int_equal(w.bad_number, i + 1);
        for (size_t k = i + 1; k < log.n; k++)
            log.at[k].number++;
        assert_int_equal(walk(&log, &w), WX_CHAIN_OUT_OF_ORDER);
        assert_int_equal(w.bad_number, i + 2); /* the first that is not as written */
        /* doubled */
        log.at[i] = log.at[i - 1];
        assert_int_not_equal(walk(&log, &w), WX_CHAIN_FINE);
        assert_int_equal(w.bad_number, i);
    }
}

static void walk__names_swapped_records(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < N; i++) {
        struct log log;
        struct wx_chain_walk w;
        struct record one;

        log_make(&log, WX_CHAIN_SHA256);
        one = log.at[i];
        log.at[i] = log.at[i + 1];
        log.at[i + 1] = one;
        assert_int_equal(walk(&log, &w), WX_CHAIN_MISSING);
        assert_int_equal(w.bad_number, i + 1);
        log.at[i].number = (int64_t)i + 1;
        log.at[i + 1].number = (int64_t)i + 2;
        assert_int_equal(walk(&log, &w), WX_CHAIN_OUT_OF_ORDER);
        assert_int_equal(w.bad_number, i + 1);
    }
}

/* Everything counted anew, or the end cut off: the log alone cannot know. */
static void walk__needs_a_checkpoint_against_rewriting_and_cutting(void **state)
{
    struct log log, anew = {0};
    struct wx_chain_walk w;
    struct wx_chain_link mark;

    (void)state;
    log_make(&log, WX_CHAIN_SHA256);
    mark = log.at[59].hash;
    for (int i = 0; i < N; i++)
        event_add(&anew, i == 30 ? "zhao" : "lisi");
    assert_int_equal(walk(&anew, &w), WX_CHAIN_FINE);
    anew.n = 60;
    assert_int_equal(walk(&anew, &w), WX_CHAIN_FINE);
    assert_false(wx_chain_walk_checkpoint(&w, &mark));
    assert_int_equal(w.fault, WX_CHAIN_REWRITTEN);
    log.n = 60;
    assert_int_equal(walk(&log, &w), WX_CHAIN_FINE);
    assert_true(wx_chain_walk_checkpoint(&w, &mark));
    log.n = 59;
    assert_int_equal(walk(&log, &w), WX_CHAIN_FINE);
    assert_false(wx_chain_walk_end(&w, 60));
    assert_int_equal(w.fault, WX_CHAIN_TRUNCATED);
    assert_int_equal(w.bad_number, 60);
}

static void line__one_field_never_looks_like_another_event(void **state)
{
    static const char *const nasty[] = {"a\",\"operation\":\"audit.read",
                                        "line\n{\"number\":1}",
                                        "\x1b[2J",
                                        "\xFF\xFE\x80",
                                        "nul\0in",
                                        "\\u0022",
                                        "\xE2\x80\xAE"
                                        "live",
                                        "\xED\xA0\x80",
                                        "{\"a\":\"\xFF\"}",
                                        "{\"b\":\"\\u0000\\u007f/\"}"};
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
        struct wx_buf buf = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
        struct wx_str text = {nasty[i], i == 4 ? 6 : strlen(nasty[i])};
        struct wx_audit_event event = {.number = 1,
                                       .login = text,
                                       .kind = text,
                                       .detail = text},
                              back;
        struct wx_err err;

        assert_int_equal(wx_audit_line(&event, &buf, NULL), WX_OK);
        for (size_t k = 0; k < buf.len; k++)
            assert_true((unsigned char)buf.ptr[k] >= 0x20);
        if (wx_audit_parse(wx_buf_str(&buf), &arena, &back, &err))
            fail_msg("%d: %s: " WX_STR_FMT, (int)i, err.text,
                     WX_STR_ARG(wx_buf_str(&buf)));
        assert_int_equal(back.operation.len, 0);
        wx_buf_clear(&buf);
    }
    wx_arena_clear(&arena);
}

static void line__huge_fields_are_cut_and_read_back(void **state)
{
    size_t size = 10 << 20;
    char *huge = malloc(size);
    struct wx_arena arena;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    for (int bad = 0; bad < 2; bad++) {
        struct wx_buf buf = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
        struct wx_audit_event event = {.number = 1}, back;

        memset(huge, bad ? 0xFF : 'x', size);
        event.login = event.detail = (struct wx_str){huge, size};
        assert_int_equal(wx_audit_line(&event, &buf, NULL), WX_OK);
        assert_int_equal(wx_audit_parse(wx_buf_str(&buf), &arena, &back, &err), WX_OK);
        wx_buf_reset(&buf);
        /* an object too long: the event stays, the detail says that it was cut */
        memcpy(huge, "{\"a\":\"", 6);
        memset(huge + 6, 'y', size - 8);
        memcpy(huge + size - 2, "\"}", 2);
        event.login = WX_STR("lisi");
        assert_int_equal(wx_audit_line(&event, &buf, NULL), WX_OK);
        assert_int_equal(wx_audit_parse(wx_buf_str(&buf), &arena, &back, &err), WX_OK);
        assert_true(wx_str_eqz(back.detail, "{\"cut\":true}"));
        wx_buf_clear(&buf);
    }
    free(huge);
    wx_arena_clear(&arena);
}

static void line__has_one_spelling(void **state)
{
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{}",
                                        "{\"at_ms\":5,\"number\":1}",
                                        "{\"number\":1, \"at_ms\":5}",
                                        "{\"number\":1,\"at_ms\":5,\"extra\":1}",
                                        "{\"number\":1,\"at_ms\":5} ",
                                        "{\"number\":1,\"at_ms\":5,\"number\":2}",
                                        "{\"number\":1,\"at_ms\":5.0}"};
    struct wx_arena arena;
    struct wx_audit_event back;

    (void)state;
    wx_arena_init(&arena);
    assert_int_equal(
        wx_audit_parse(WX_STR("{\"number\":1,\"at_ms\":5}"), &arena, &back, NULL),
        WX_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(wx_audit_parse(wx_str_of(wrong[i]), &arena, &back, NULL),
                         WX_E_INVALID);
    wx_arena_clear(&arena);
}

static void checkpoint__key_is_that_of_rfc_8032(void **state)
{
    struct wx_seal_key secret;
    struct wx_checkpoint_key key;
    char hex[65];

    (void)state; /* RFC 8032, 7.1, test 1 */
    assert_true(wx_unhex(
        WX_STR("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
        secret.bytes, 32));
    key = wx_checkpoint_public(&secret);
    wx_hex(key.bytes, 32, hex);
    assert_string_equal(
        hex, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

static void checkpoint__reads_back_and_no_byte_may_change(void **state)
{
    struct wx_checkpoint mark = {.origin = WX_STR("wangxun/test"),
                                 .number = 1042,
                                 .at_s = 1700000000,
                                 .kind = WX_CHAIN_SM3},
                         back;
    struct wx_buf text = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES),
                  verifier = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES);
    struct wx_seal_key secret, other;
    struct wx_checkpoint_key key, parsed, wrong;
    struct wx_arena arena;
    struct wx_str origin;
    size_t signed_bytes;

    (void)state;
    wx_arena_init(&arena);
    wx_random(&secret, sizeof secret);
    wx_random(&other, sizeof other);
    memset(mark.link.bytes, 0xA5, 32);
    key = wx_checkpoint_public(&secret);
    wrong = wx_checkpoint_public(&other);
    assert_int_equal(wx_checkpoint_write(&mark, &secret, &text, NULL), WX_OK);
    wx_checkpoint_verifier(&key, mark.origin, &verifier);
    assert_int_equal(wx_checkpoint_verifier_parse(wx_buf_str(&verifier), &arena,
                                                  &origin, &parsed, NULL),
                     WX_OK);
    assert_memory_equal(&parsed, &key, sizeof key);
    assert_true(wx_str_eq(origin, mark.origin));
    assert_int_equal(wx_checkpoint_parse(wx_buf_str(&text), &key, &arena, &back, NULL),
                     WX_OK);
    assert_int_equal(back.number, 1042);
    assert_int_equal(back.at_s, 1700000000);
    assert_int_equal(back.kind, WX_CHAIN_SM3);
    assert_memory_equal(&back.link, &mark.link, 32);
    assert_int_equal(
        wx_checkpoint_parse(wx_buf_str(&text), &wrong, &arena, &back, NULL),
        WX_E_INVALID);
    signed_bytes = wx_str_findz(wx_buf_str(&text), "\n\n");
    for (size_t bit = 0; bit < text.len * 8; bit++) {
        /* the last bits of base64 padding and the closing newline carry nothing */
        if (bit / 8 > signed_bytes && bit / 8 + 4 >= text.len)
            break;
        text.ptr[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(
            wx_checkpoint_parse(wx_buf_str(&text), &key, &arena, &back, NULL),
            WX_E_INVALID);
        text.ptr[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t n = 0; n + 1 < text.len; n++)
        assert_int_equal(wx_checkpoint_parse(wx_str_sub(wx_buf_str(&text), 0, n), &key,
                                             &arena, &back, NULL),
                         WX_E_INVALID);
    wx_buf_clear(&text);
    wx_buf_clear(&verifier);
    wx_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash__sm3_and_sha256_answer_their_standards),
        cmocka_unit_test(walk__passes_an_untouched_log),
        cmocka_unit_test(walk__names_the_record_with_a_flipped_bit),
        cmocka_unit_test(walk__names_a_deleted_record),
        cmocka_unit_test(walk__names_an_inserted_record),
        cmocka_unit_test(walk__names_swapped_records),
        cmocka_unit_test(walk__needs_a_checkpoint_against_rewriting_and_cutting),
        cmocka_unit_test(line__one_field_never_looks_like_another_event),
        cmocka_unit_test(line__huge_fields_are_cut_and_read_back),
        cmocka_unit_test(line__has_one_spelling),
        cmocka_unit_test(checkpoint__key_is_that_of_rfc_8032),
        cmocka_unit_test(checkpoint__reads_back_and_no_byte_may_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
