#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jail/outside.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct run {
    char dir[64];
    struct wx_buf said;
    struct wx_err err;
    char report[128];
};

static enum wx_status run(struct run *r, const char *script, int64_t timeout_ms)
{
    const char *argv[] = {"/bin/bash", "-c", script, NULL};
    const char *env[] = {"PATH=/usr/bin:/bin", NULL};
    struct wx_outside what = {.argv = argv,
                              .env = env,
                              .dir = r->dir,
                              .max_file_bytes = 1 << 20,
                              .max_cpu_s = 5,
                              .timeout_ms = timeout_ms};

    wx_buf_reset(&r->said);
    return wx_outside_run(&what, &r->said, r->report, &r->err);
}

static int begin(void **state)
{
    struct run *r = calloc(1, sizeof *r);

    r->said = WX_BUF_INIT(4096);
    snprintf(r->dir, sizeof r->dir, "/tmp/wangxun-outside.XXXXXX");
    *state = r;
    return mkdtemp(r->dir) && !wx_outside_give(r->dir, NULL) ? 0 : -1;
}

static int end(void **state)
{
    struct run *r = *state;
    char path[96];

    snprintf(path, sizeof path, "%s/own", r->dir);
    (void)remove(path);
    (void)remove(r->dir);
    wx_buf_clear(&r->said);
    free(r);
    return 0;
}

static bool says(const struct run *r, const char *z)
{
    return wx_str_findz(wx_buf_str(&r->said), z) != WX_NPOS;
}

static void outside__writes_its_own_folder_and_no_other(void **state)
{
    struct run *r = *state;

    assert_int_equal(run(r, "echo well > own && cat own", 10000), WX_OK);
    assert_true(says(r, "well"));
    if (!strstr(r->report, "landlock"))
        skip();
    assert_int_equal(run(r, "echo x > /tmp/wangxun-outside-not-mine", 10000), WX_E_IO);
    assert_true(says(r, "ermission denied"));
    assert_int_equal(access("/tmp/wangxun-outside-not-mine", F_OK), -1);
    assert_int_equal(run(r, "ls /home /root /var/log", 10000), WX_E_IO);
}

static void outside__has_no_network(void **state)
{
    struct run *r = *state;

    assert_int_equal(run(r, "exec 3<>/dev/tcp/127.0.0.1/9", 10000), WX_E_IO);
    assert_true(says(r, "not supported"));
}

static void outside__has_nothing_of_our_environment_or_files(void **state)
{
    struct run *r = *state;

    assert_int_equal(setenv("WANGXUN_SECRET", "geheim", 1), 0);
    assert_int_equal(run(r, "set; ls /proc/self/fd", 10000), WX_OK);
    assert_false(says(r, "geheim"));
    assert_false(says(r, "\n5\n"));
}

static void outside__is_ended_in_time_and_says_how_it_failed(void **state)
{
    struct run *r = *state;

    assert_int_equal(run(r, "sleep 20 & sleep 20", 300), WX_E_TIMEOUT);
    assert_int_equal(run(r, "exit 3", 10000), WX_E_IO);
    assert_non_null(strstr(r->err.text, "status 3"));
    assert_int_equal(run(r, "head -c 3000000 /dev/zero > own", 10000), WX_E_IO);
}

static void outside__names_a_program_that_is_not_there(void **state)
{
    struct run *r = *state;
    const char *argv[] = {"/nonexistent/office", NULL}, *env[] = {NULL};
    struct wx_outside what = {.argv = argv,
                              .env = env,
                              .dir = r->dir,
                              .max_file_bytes = 1 << 20,
                              .max_cpu_s = 5,
                              .timeout_ms = 10000};

    assert_int_equal(wx_outside_run(&what, &r->said, NULL, &r->err), WX_E_NOT_FOUND);
    assert_non_null(strstr(r->err.text, "/nonexistent/office"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outside__writes_its_own_folder_and_no_other),
        TEST(outside__has_no_network),
        TEST(outside__has_nothing_of_our_environment_or_files),
        TEST(outside__is_ended_in_time_and_says_how_it_failed),
        TEST(outside__names_a_program_that_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
