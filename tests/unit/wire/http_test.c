#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/limits.h"
#include "wire/http.h"

enum { MAX_BODY = 1000 };

/* Feed TEXT in pieces of STEP bytes; returns how many belonged to the answer. */
static size_t read_text(struct wx_http_reader *r, struct wx_str text, bool is_head,
                        size_t step)
{
    size_t used = 0;

    wx_http_reader_init(r, is_head, MAX_BODY);
    while (used < text.len) {
        struct wx_str piece = wx_str_sub(text, used, used + step);
        size_t n = wx_http_reader_feed(r, piece);

        used += n;
        if (n < piece.len)
            break;
    }
    return used;
}

static void assert_body(const struct wx_http_reader *r, const char *want)
{
    if (!wx_str_eqz(wx_buf_str(&r->body), want))
        fail_msg("body '" WX_STR_FMT "' is not '%s'", WX_STR_ARG(wx_buf_str(&r->body)),
                 want);
}

static const size_t steps[] = {1, 2, 3, 7, 100000};
#define EACH_STEP(s)                                                                   \
    size_t s##_i = 0, s;                                                               \
    s##_i < 5 && (s = steps[s##_i], true);                                             \
    s##_i++

static void length__gives_the_body_and_leaves_the_next_answer(void **state)
{
    struct wx_str text =
        WX_STR("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1");

    (void)state;
    for (EACH_STEP(step)) {
        struct wx_http_reader r;

        assert_int_equal(read_text(&r, text, false, step), text.len - 8);
        assert_int_equal(r.state, WX_HTTP_DONE);
        assert_int_equal(r.status, 200);
        assert_true(r.can_reuse && r.has_length && !r.is_length_wrong);
        assert_body(&r, "hello");
        assert_int_equal(r.wire_bytes, text.len - 8);
        wx_http_reader_clear(&r);
    }
}

static void chunks__are_joined_whatever_the_pieces(void **state)
{
    struct wx_str text =
        WX_STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
               "5\r\nhello\r\n00006 ;x=\"1\"\r\n world\r\n0\r\nT: 1\r\n\r\n");

    (void)state;
    for (EACH_STEP(step)) {
        struct wx_http_reader r;

        assert_int_equal(read_text(&r, text, false, step), text.len);
        assert_int_equal(r.state, WX_HTTP_DONE);
        assert_true(r.can_reuse && r.is_chunked);
        assert_body(&r, "hello world");
        wx_http_reader_clear(&r);
    }
}

static void bare_line_feeds__are_understood(void **state)
{
    struct wx_http_reader r;

    (void)state;
    read_text(&r, WX_STR("\r\nHTTP/1.0 404\nServer: x\n\ngone"), false, 1);
    assert_int_equal(r.state, WX_HTTP_BODY);
    assert_int_equal(r.status, 404);
    wx_http_reader_close(&r);
    assert_int_equal(r.state, WX_HTTP_DONE);
    assert_true(r.is_until_close && !r.is_length_wrong && !r.can_reuse);
    assert_body(&r, "gone");
    wx_http_reader_clear(&r);
}

static void interim_answers__are_passed_over_but_not_for_ever(void **state)
{
    struct wx_http_reader r;
    char many[4096] = "";

    (void)state;
    read_text(&r,
              WX_STR("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100\r\n\r\n"
                     "HTTP/1.1 204 No\r\n\r\n"),
              false, 5);
    assert_int_equal(r.state, WX_HTTP_DONE);
    assert_int_equal(r.status, 204);
    assert_int_equal(r.n_interim, 2);
    assert_true(wx_str_starts(wx_buf_str(&r.header), "HTTP/1.1 204"));
    wx_http_reader_clear(&r);
    /* line ends behind an interim answer: once depended on how the bytes were cut */
    for (EACH_STEP(step)) {
        read_text(&r, WX_STR("HTTP/1.1 100 C\r\n\r\n\r\nHTTP/1.1 204 No\r\n\r\n"),
                  false, step);
        assert_int_equal(r.status, 204);
        wx_http_reader_clear(&r);
    }
    for (int i = 0; i < 20; i++)
        strcat(many, "HTTP/1.1 100 Continue\r\n\r\n");
    read_text(&r, wx_str_of(many), false, 100);
    assert_int_equal(r.state, WX_HTTP_BAD);
    assert_non_null(strstr(r.why, "endless"));
    wx_http_reader_clear(&r);
}

/* What must come of an answer: state, and a word of the reason. */
static void odd_answers__are_typed(void **state)
{
    static const struct {
        const char *text;
        enum wx_http_state state;
        bool is_length_wrong;
        const char *why;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
         WX_HTTP_BAD, true, "several"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello", WX_HTTP_BAD, true,
         "several"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", WX_HTTP_DONE, false,
         NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
         "5\r\nhello\r\n0\r\n\r\n",
         WX_HTTP_DONE, true, "both"},
        {"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", WX_HTTP_BODY, true,
         "not a number"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", WX_HTTP_BAD,
         false, "twice"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz", WX_HTTP_BAD, false,
         "chunk size"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", WX_HTTP_BAD,
         false, "chunk size"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
         WX_HTTP_BAD, false, "absurd"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello", WX_HTTP_BAD,
         false, "longer"},
        {"<html>old</html>", WX_HTTP_BAD, false, "not an HTTP"},
        {"SSH-2.0-OpenSSH_9.2\r\n", WX_HTTP_BAD, false, "not an HTTP"},
        {"HTTP/2.0 200 OK\r\n\r\n", WX_HTTP_BAD, false, "not an HTTP"},
        {"HTTP/1.1 2000 OK\r\n\r\n", WX_HTTP_BAD, false, "status line"},
        {"HTTP/1.1 abc\r\n\r\n", WX_HTTP_BAD, false, "status line"},
        {"HTTP/1.1 101 Switching\r\n\r\n", WX_HTTP_BAD, false, "switched"},
        {"HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", WX_HTTP_DONE, false, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (EACH_STEP(step)) {
            struct wx_http_reader r;

            read_text(&r, wx_str_of(cases[i].text), false, step);
            if (r.state != cases[i].state ||
                r.is_length_wrong != cases[i].is_length_wrong ||
                (cases[i].why && (!r.why || !strstr(r.why, cases[i].why))))
                fail_msg("case %zu, step %zu: state %d, why '%s'", i, step, r.state,
                         r.why ? r.why : "");
            wx_http_reader_clear(&r);
        }
    }
}

static void early_close__is_marked_and_keeps_what_came(void **state)
{
    struct wx_http_reader r;

    (void)state;
    read_text(&r, WX_STR("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhel"), false, 4);
    wx_http_reader_close(&r);
    assert_int_equal(r.state, WX_HTTP_DONE);
    assert_true(r.is_length_wrong);
    assert_body(&r, "hel");
    wx_http_reader_clear(&r);
    read_text(&r, WX_STR("HTTP/1.1 200 OK\r\nCont"), false, 4);
    wx_http_reader_close(&r);
    assert_int_equal(r.state, WX_HTTP_BAD);
    wx_http_reader_clear(&r);
}

static void ceilings__stop_every_endless_part(void **state)
{
    struct wx_http_reader r;
    char *big = malloc(200000);

    (void)state;
    memset(big, 'a', 200000);
    memcpy(big, "HTTP/1.1 200 OK\r\nX: ", 20);
    read_text(&r, (struct wx_str){big, 200000}, false, 1000);
    assert_int_equal(r.state, WX_HTTP_TOO_BIG);
    wx_http_reader_clear(&r);

    for (size_t i = 17; i + 4 <= 200000; i += 4)
        memcpy(big + i, "a:\r\n", 4);
    read_text(&r, (struct wx_str){big, 200000}, false, 1000);
    assert_int_equal(r.state, WX_HTTP_TOO_BIG);
    wx_http_reader_clear(&r);

    memset(big, 'b', 200000);
    memcpy(big, "HTTP/1.1 200 OK\r\n\r\n", 19);
    read_text(&r, (struct wx_str){big, 200000}, false, 1000);
    assert_int_equal(r.state, WX_HTTP_DONE);
    assert_true(r.is_truncated && !r.can_reuse);
    assert_int_equal(r.body.len, MAX_BODY);
    wx_http_reader_clear(&r);

    memcpy(big, "HTTP/1.1 200 OK\r\nTransfer-Encoding:chunked\r\n\r\n1;", 48);
    read_text(&r, (struct wx_str){big, 200000}, false, 1000);
    assert_int_equal(r.state, WX_HTTP_BAD);
    assert_non_null(strstr(r.why, "extension"));
    wx_http_reader_clear(&r);

    memcpy(big, "HTTP/1.1 200 OK\r\nTransfer-Encoding:chunked\r\n\r\n0\r\n", 49);
    read_text(&r, (struct wx_str){big, 200000}, false, 1000);
    assert_int_equal(r.state, WX_HTTP_BAD);
    assert_non_null(strstr(r.why, "trailer"));
    wx_http_reader_clear(&r);
    free(big);
}

static void head__has_no_body_and_close_is_respected(void **state)
{
    struct wx_http_reader r;

    (void)state;
    read_text(&r, WX_STR("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), true, 9);
    assert_int_equal(r.state, WX_HTTP_DONE);
    assert_true(r.can_reuse);
    wx_http_reader_reset(&r, false);
    assert_int_equal(r.header.len, 0);
    wx_http_reader_feed(&r, WX_STR("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n"
                                   "Content-Length: 0\r\n\r\n"));
    assert_int_equal(r.state, WX_HTTP_DONE);
    assert_false(r.can_reuse);
    wx_http_reader_clear(&r);
}

/* "hello hello hello" in each encoding */
static const char gz[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9"
                         "\x57\xc8\x40\x90\x00\x80\x88\xf9\xe5\x11\x00\x00\x00";
static const char zl[] =
    "\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00\x3a\x2e\x06\x7d";
static const char br[] =
    "\x1b\x10\x00\xf8\x8d\x94\x6e\xde\x44\x55\x86\x96\x6c\x20\x6f\x01\x4f\x1c\x60\x1c";

static struct wx_str bytes_of(const char *p, size_t n)
{
    return (struct wx_str){p, n};
}

static void decode__undoes_each_encoding(void **state)
{
    struct wx_str whole = bytes_of(gz, sizeof gz - 1), z = bytes_of(zl, sizeof zl - 1);
    struct wx_buf out = WX_BUF_INIT(100);
    char twice[2 * sizeof gz];

    (void)state;
    assert_int_equal(wx_http_decode(WX_STR("gzip"), whole, &out, NULL), WX_OK);
    assert_true(wx_str_eqz(wx_buf_str(&out), "hello hello hello"));
    wx_buf_reset(&out);
    assert_int_equal(wx_http_decode(WX_STR(" Deflate , identity"), z, &out, NULL),
                     WX_OK);
    assert_true(wx_str_eqz(wx_buf_str(&out), "hello hello hello"));
    wx_buf_reset(&out);
    z = wx_str_sub(z, 2, z.len - 4);
    assert_int_equal(wx_http_decode(WX_STR("deflate"), z, &out, NULL), WX_OK);
    assert_true(wx_str_eqz(wx_buf_str(&out), "hello hello hello"));
    wx_buf_reset(&out);
    memcpy(twice, gz, sizeof gz - 1);
    memcpy(twice + sizeof gz - 1, gz, sizeof gz - 1);
    whole = bytes_of(twice, 2 * (sizeof gz - 1));
    assert_int_equal(wx_http_decode(WX_STR("x-gzip"), whole, &out, NULL), WX_OK);
    assert_true(wx_str_eqz(wx_buf_str(&out), "hello hello hellohello hello hello"));
    wx_buf_reset(&out);
    assert_int_equal(wx_http_decode(WX_STR(""), WX_STR("plain"), &out, NULL), WX_OK);
    assert_int_equal(wx_http_decode(WX_STR("gzip"), WX_STR(" not so"), &out, NULL),
                     WX_OK);
    assert_true(wx_str_eqz(wx_buf_str(&out), "plain not so"));
    wx_buf_reset(&out);
    assert_int_equal(
        wx_http_decode(WX_STR("br"), bytes_of(br, sizeof br - 1), &out, NULL), WX_OK);
    assert_true(wx_str_eqz(wx_buf_str(&out), "hello hello hello"));
    wx_buf_clear(&out);
}

static void decode__tells_damage_bombs_and_strangers_apart(void **state)
{
    struct wx_str whole = bytes_of(gz, sizeof gz - 1);
    struct wx_buf out = WX_BUF_INIT(9);
    struct wx_err err;

    (void)state;
    assert_int_equal(wx_http_decode(WX_STR("gzip"), whole, &out, &err), WX_E_TOO_BIG);
    assert_true(wx_str_eqz(wx_buf_str(&out), "hello hel"));
    wx_buf_clear(&out);
    out = WX_BUF_INIT(17); /* exactly as long as the content */
    assert_int_equal(wx_http_decode(WX_STR("gzip"), whole, &out, &err), WX_OK);
    wx_buf_reset(&out);
    assert_int_equal(
        wx_http_decode(WX_STR("gzip"), wx_str_sub(whole, 0, 18), &out, &err),
        WX_E_INVALID);
    assert_non_null(strstr(err.text, "ends"));
    wx_buf_reset(&out);
    assert_int_equal(wx_http_decode(WX_STR("gzip, br, gzip"), whole, &out, &err),
                     WX_E_UNSUPPORTED);
    assert_int_equal(wx_http_decode(WX_STR("compress"), whole, &out, &err),
                     WX_E_UNSUPPORTED);
    wx_buf_clear(&out);
}

static void date__is_read_in_its_three_forms(void **state)
{
    int64_t at = 0;

    (void)state;
    assert_true(wx_http_date_parse(WX_STR("Sun, 06 Nov 1994 08:49:37 GMT"), &at));
    assert_int_equal(at, 784111777);
    assert_true(wx_http_date_parse(WX_STR("Sunday, 06-Nov-94 08:49:37 GMT"), &at));
    assert_int_equal(at, 784111777);
    assert_true(wx_http_date_parse(WX_STR("Sun Nov  6 08:49:37 1994"), &at));
    assert_int_equal(at, 784111777);
    assert_false(wx_http_date_parse(WX_STR("Sun, 30 Feb 2026 08:49:37 GMT"), &at));
    assert_false(wx_http_date_parse(WX_STR("Sun, 06 Nov 1994 24:49:37 GMT"), &at));
    assert_false(wx_http_date_parse(WX_STR("tomorrow"), &at));
    assert_false(wx_http_date_parse(WX_STR(""), &at));
}

static void retry_after__is_capped_and_never_negative(void **state)
{
    int64_t now = 784111777;

    (void)state;
    assert_int_equal(wx_http_retry_after_s(WX_STR(" 120 "), now), 120);
    assert_int_equal(wx_http_retry_after_s(WX_STR("99999999999999999999999"), now),
                     86400);
    assert_int_equal(wx_http_retry_after_s(WX_STR("-5"), now), -1);
    assert_int_equal(wx_http_retry_after_s(WX_STR(""), now), -1);
    assert_int_equal(
        wx_http_retry_after_s(WX_STR("Sun, 06 Nov 1994 08:50:37 GMT"), now), 60);
    assert_int_equal(
        wx_http_retry_after_s(WX_STR("Sun, 06 Nov 1990 08:50:37 GMT"), now), 0);
    assert_int_equal(
        wx_http_retry_after_s(WX_STR("Fri, 31 Dec 9999 23:59:59 GMT"), now), 86400);
}

static void cookie__gives_name_value_and_flags(void **state)
{
    struct wx_cookie c;

    (void)state;
    assert_true(wx_cookie_parse(
        WX_STR(
            "JSESSIONID= a=b ; Path=/x; DOMAIN=.h.cn; secure; HttpOnly; SameSite=Lax"),
        &c));
    assert_true(wx_str_eqz(c.name, "JSESSIONID") && wx_str_eqz(c.value, "a=b"));
    assert_true(wx_str_eqz(c.path, "/x") && wx_str_eqz(c.domain, "h.cn"));
    assert_true(c.is_secure && c.is_http_only && wx_str_eqz(c.same_site, "Lax"));
    assert_true(wx_cookie_parse(WX_STR("lonely"), &c));
    assert_true(wx_str_eqz(c.value, "lonely") && !c.name.len && !c.is_secure);
    assert_false(wx_cookie_parse(WX_STR("=; Secure"), &c));
    assert_false(wx_cookie_parse(WX_STR("a=b\x01"), &c));
    assert_false(wx_cookie_parse(WX_STR(""), &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length__gives_the_body_and_leaves_the_next_answer),
        cmocka_unit_test(chunks__are_joined_whatever_the_pieces),
        cmocka_unit_test(bare_line_feeds__are_understood),
        cmocka_unit_test(interim_answers__are_passed_over_but_not_for_ever),
        cmocka_unit_test(odd_answers__are_typed),
        cmocka_unit_test(early_close__is_marked_and_keeps_what_came),
        cmocka_unit_test(ceilings__stop_every_endless_part),
        cmocka_unit_test(head__has_no_body_and_close_is_respected),
        cmocka_unit_test(decode__undoes_each_encoding),
        cmocka_unit_test(decode__tells_damage_bombs_and_strangers_apart),
        cmocka_unit_test(date__is_read_in_its_three_forms),
        cmocka_unit_test(retry_after__is_capped_and_never_negative),
        cmocka_unit_test(cookie__gives_name_value_and_flags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
