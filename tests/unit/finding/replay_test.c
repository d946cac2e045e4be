/* The line that runs a request again: one address for the shell, no secret in it. */
#include "finding/replay.h"

#include "base/limits.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char *curl(struct wx_buf *buf, const char *method, const char *url)
{
    wx_buf_reset(buf);
    wx_replay_curl(wx_str_of(method), wx_str_of(url), buf);
    (void)wx_buf_addc(buf, '\0');
    return buf->ptr;
}

static void addresses__are_quoted_and_stay_one_argument(void **state)
{
    /* what a hostile page may have as its address */
    static const char *const urls[] = {
        "http://a.gov.cn/'; rm -rf ~ #",
        "http://a.gov.cn/$(id)`id`",
        "http://a.gov.cn/\" -o /etc/passwd \"",
        "http://a.gov.cn/a\nb\r\nc\td",
        "http://a.gov.cn/\x1b[31mred\x07",
        "http://a.gov.cn/\xe2\x80\xae\xe4\xb8\xad",
        "http://a.gov.cn/[1-100000]{a,b}",
        "http://a.gov.cn/\\'\\\\",
        "http://a.gov.cn/?q=' -K /dev/stdin '",
    };
    struct wx_buf buf = WX_BUF_INIT(1 << 16);

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const char *line = curl(&buf, "GET", urls[i]);
        size_t n_quotes = 0;

        for (const char *c = line; *c; c++) {
            n_quotes += *c == '\'';
            if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
                fail_msg("case %zu leaves byte %02x", i, (unsigned char)*c);
        }
        assert_int_equal(n_quotes, 2); /* its own two, none from the address */
        assert_int_equal(line[strlen(line) - 1], '\'');
    }
    wx_buf_clear(&buf);
}

/* The real shell takes it apart again: its last argument is the address, whole. */
static void a_shell__reads_the_address_as_one_word(void **state)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 16);
    const char *line =
        curl(&buf, "GET", "http://a.gov.cn/x'y$(touch /tmp/no)\"z;&|<>*?a=b");
    char script[2048], got[2048] = "";
    FILE *pipe_out;
    int fds[2];

    (void)state;
    snprintf(script, sizeof script, "set -- %s; shift $(($# - 1)); printf %%s \"$1\"",
             line);
    assert_int_equal(pipe(fds), 0);
    if (fork() == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(9);
    }
    close(fds[1]);
    pipe_out = fdopen(fds[0], "r");
    assert_non_null(pipe_out);
    assert_true(fread(got, 1, sizeof got - 1, pipe_out) > 0);
    fclose(pipe_out);
    assert_true(strncmp(got, "http://a.gov.cn/x%27y$(touch", 28) == 0);
    assert_non_null(strstr(got, "a=b"));
    wx_buf_clear(&buf);
}

static void secrets__are_taken_out_of_addresses(void **state)
{
    static const struct {
        const char *url, *gone, *kept;
    } cases[] = {
        {"https://u:hunter2@a.gov.cn/x", "hunter2", "REMOVED@a.gov.cn/x"},
        {"https://a.gov.cn/x?token=abc123&id=5", "abc123", "id=5"},
        {"https://a.gov.cn/x?ACCESS_TOKEN=abc123", "abc123", "ACCESS_TOKEN=REMOVED"},
        {"https://a.gov.cn/x?a=1&password=p%40ss", "p%40ss", "a=1"},
        {"https://a.gov.cn/x?sid=s3ss&b", "s3ss", "&b"},
        {"https://a.gov.cn/x?JSESSIONID=j", "=j", "JSESSIONID=REMOVED"},
        {"https://a.gov.cn/x#access_token=frag", "frag", "/x"},
        {"https://a@b:c@d.gov.cn/", "b:c", "REMOVED@d.gov.cn"},
    };
    struct wx_buf buf = WX_BUF_INIT(1 << 16);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *line = curl(&buf, "GET", cases[i].url);

        if (strstr(line, cases[i].gone) || !strstr(line, cases[i].kept))
            fail_msg("case %zu: %s", i, line);
    }
    wx_buf_clear(&buf);
}

static void only_the_web__is_asked(void **state)
{
    static const char *const urls[] = {
        "",         "file:///etc/passwd", "javascript:alert(1)",
        "-o/tmp/x", "gopher://a/",        "//a.gov.cn/"};
    struct wx_buf buf = WX_BUF_INIT(1 << 16);

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        assert_string_equal(curl(&buf, "GET", urls[i]), "");
    assert_non_null(strstr(curl(&buf, "HEAD", "http://a/"), " --head "));
    assert_non_null(strstr(curl(&buf, "POST", "http://a/"), " --request POST "));
    assert_null(strstr(curl(&buf, "GET -o x", "http://a/"), "-o"));
    assert_null(strstr(curl(&buf, "X'Y", "http://a/"), "X"));
    wx_buf_clear(&buf);
}

static void raw_messages__lose_the_values_of_secret_headers(void **state)
{
    static const char raw[] =
        "GET /a?token=t0ken&x=1 HTTP/1.1\r\nHost: a.gov.cn\r\nCookie: sid=c00kie\r\n"
        "authorization: Bearer b34rer\r\nX-Api-Key: k3y\r\nSet-Cookie: s=s3t\r\n"
        "Proxy-Authorization: pr0xy\r\nAccept: */*\r\n\r\nbody: stays";
    static const char *const gone[] = {"t0ken", "c00kie", "b34rer",
                                       "k3y",   "s3t",    "pr0xy"};
    struct wx_buf buf = WX_BUF_INIT(1 << 16);

    (void)state;
    wx_replay_clean(WX_STR(""), &buf);
    assert_int_equal(buf.len, 0);
    wx_replay_clean(wx_str_of(raw), &buf);
    (void)wx_buf_addc(&buf, '\0');
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        if (strstr(buf.ptr, gone[i]))
            fail_msg("'%s' is still there: %s", gone[i], buf.ptr);
    assert_non_null(strstr(buf.ptr, "GET /a?token=REMOVED&x=1 HTTP/1.1"));
    assert_non_null(strstr(buf.ptr, "Accept: */*"));
    assert_non_null(strstr(buf.ptr, "body: stays"));
    wx_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses__are_quoted_and_stay_one_argument),
        cmocka_unit_test(a_shell__reads_the_address_as_one_word),
        cmocka_unit_test(secrets__are_taken_out_of_addresses),
        cmocka_unit_test(only_the_web__is_asked),
        cmocka_unit_test(raw_messages__lose_the_values_of_secret_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
