#include "site.h"

/* --- one scripted site with an exhibit under each path ---------------------------- */

static bool is_path(const char *request, const char *path)
{
    size_t n = strlen(path);
    const char *at = strchr(request, ' ') + 1;

    return strncmp(at, path, n) == 0 && (at[n] == ' ' || at[n] == '?');
}

static void wait_ms(struct site *site, int ms)
{
    for (int i = 0; i < ms / 20 && !site->is_over; i++)
        usleep(20000);
}

static void reset(int fd)
{
    struct linger linger = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static bool slow_exhibits(struct site *site, int fd, const char *request)
{
    if (is_path(request, "/slow-header")) {
        for (int i = 0; i < 40 && !site->is_over; i++) {
            say(fd, i == 0 ? "HTTP/1.1 200 OK\r\n" : "X: y\r\n");
            wait_ms(site, 100);
        }
    } else if (is_path(request, "/silent")) {
        wait_ms(site, 3000);
    } else if (is_path(request, "/drip")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        for (int i = 0; i < 30 && !site->is_over; i++) {
            say(fd, "x");
            wait_ms(site, 100);
        }
    } else if (is_path(request, "/steady")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        for (int i = 0; i < 10; i++) {
            char block[101];

            memset(block, 'a' + i, 100);
            block[100] = '\0';
            say(fd, block);
            wait_ms(site, 100);
        }
        return true;
    } else {
        return true;
    }
    return false;
}

static bool broken_exhibits(int fd, const char *request)
{
    if (is_path(request, "/rst-body")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
        usleep(50000);
        reset(fd);
    } else if (is_path(request, "/rst")) {
        reset(fd);
    } else if (is_path(request, "/close")) {
        return false;
    } else if (is_path(request, "/short")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    } else if (is_path(request, "/two-lengths")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc");
    } else if (is_path(request, "/not-http")) {
        say(fd, "SSH-2.0-OpenSSH_9.2\r\n");
    } else if (is_path(request, "/until-close")) {
        say(fd, "HTTP/1.1 200 OK\r\n\r\nuntil close");
    } else if (is_path(request, "/endless")) {
        char block[4096];

        memset(block, 'e', sizeof block);
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        for (int i = 0; i < 5000; i++)
            if (send(fd, block, sizeof block, MSG_NOSIGNAL) < 0)
                break;
    } else if (is_path(request, "/big-header")) {
        say(fd, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 3000; i++)
            say(fd, "X-Padding: 0123456789012345678901234567890123456789\r\n");
    } else {
        return true;
    }
    return false;
}

static bool redirect_exhibits(int fd, const char *request)
{
    char fields[200];
    int n = 0;

    if (is_path(request, "/to-page"))
        answer(fd, 302, "Location: /page#here\r\n", "");
    else if (is_path(request, "/to-self"))
        answer(fd, 302, "Location: /to-self\r\n", "");
    else if (is_path(request, "/ping"))
        answer(fd, 301, "Location: pong\r\n", "");
    else if (is_path(request, "/pong"))
        answer(fd, 301, "Location: ping\r\n", "");
    else if (is_path(request, "/to-private"))
        answer(fd, 302, "Location: http://169.254.169.254/latest/meta-data/\r\n", "");
    else if (is_path(request, "/to-loopback2"))
        answer(fd, 302, "Location: http://127.0.0.2/\r\n", "");
    else if (is_path(request, "/to-decimal"))
        answer(fd, 302, "Location: http://2852039166/\r\n", "");
    else if (is_path(request, "/to-file"))
        answer(fd, 302, "Location: file:///etc/passwd\r\n", "");
    else if (is_path(request, "/to-nothing"))
        answer(fd, 302, "Location: http://[::bad\r\n", "");
    else if (is_path(request, "/grow")) {
        (void)!sscanf(request, "GET /grow?%d", &n);
        snprintf(fields, sizeof fields, "Location: /grow?%d\r\n", n + 1);
        answer(fd, 302, fields, "");
    } else if (is_path(request, "/cookie") &&
               !strstr(request, "Cookie: a=2; s=1\r\n")) {
        answer(fd, 302,
               "Set-Cookie: a=1\r\nSet-Cookie: a=2; Path=/; HttpOnly\r\n"
               "Set-Cookie: s=1\r\nSet-Cookie: t=1; Secure\r\n"
               "Location: /cookie\r\n",
               "");
    } else {
        return true;
    }
    return false;
}

static bool exhibits(struct site *site, int fd, const char *request)
{
    if (!slow_exhibits(site, fd, request) || !broken_exhibits(fd, request))
        return false;
    if (is_path(request, "/steady"))
        return true;
    if (!redirect_exhibits(fd, request))
        return true;
    if (is_path(request, "/once")) { /* answers, then closes behind our back */
        answer(fd, 200, "", "once");
        return false;
    }
    answer(fd, is_path(request, "/missing") ? 404 : 200, "X-Seen: yes\r\n", "hello");
    return true;
}

/* --- plain answers ---------------------------------------------------------------- */

static void get__brings_status_headers_and_body(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/page?a=b#c");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 200);
    assert_string_equal(s->body, "hello");
    assert_int_equal(s->n_hops, 1);
    assert_non_null(strstr(s->headers, "HTTP/1.1 200 X\r\nX-Seen: yes\r\n"));
    assert_int_equal(s->fetch.n_requests, 1);
    assert_true(s->fetch.first_byte_ms >= 0 && s->fetch.total_ms >= 0);
    assert_int_equal(s->fetch.tls_ms, -1);
    assert_ptr_equal(strstr(site->requests[0], "GET /page?a=b HTTP/1.1\r\nHost: 127."),
                     site->requests[0]);
    assert_non_null(strstr(site->requests[0], "\r\nUser-Agent: Wangxun-test/1\r\n"));
    s = client_get(client, site, "/missing");
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 404);
    client_close(client);
    site_close(site);
}

static void head__takes_no_body(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct wx_request request;
    char url[100];

    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/x", site->port);
    request = request_for(client, url);
    request.is_head = true;
    wx_egress_submit(client->egress, &request);
    client_run(client);
    assert_int_equal(client->seen[0].outcome, WX_OUT_OK);
    assert_int_equal(client->seen[0].n_body, 0);
    assert_ptr_equal(strstr(site->requests[0], "HEAD /x "), site->requests[0]);
    client_close(client);
    site_close(site);
}

static void connection__is_kept_and_used_again(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(client_get(client, site, "/page")->status, 200);
    assert_int_equal(site->n_connections, 1);
    assert_int_equal(site->n_requests, 5);
    client_close(client);
    site_close(site);
}

static void connection__limit_of_a_host_is_kept(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    char url[100];

    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/page", site->port);
    for (int i = 0; i < 60; i++)
        client_ask(client, url);
    client_run(client);
    assert_int_equal(client->n_seen, 60);
    assert_true(site->n_connections <= 4);
    client_close(client);
    site_close(site);
}

static void connection__closed_behind_our_back_is_retried_once(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/once");

    (void)state;
    assert_string_equal(s->body, "once");
    s = client_get(client, site, "/page");
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_true(s->fetch.n_requests <= 2);
    client_close(client);
    site_close(site);
}

/* --- broken answers --------------------------------------------------------------- */

static void failures__are_typed(void **state)
{
    static const struct {
        const char *path;
        enum wx_outcome outcome;
        int status;
    } rows[] = {
        {"/slow-header", WX_OUT_TIMEOUT, 0},
        {"/silent", WX_OUT_TIMEOUT, 0},
        {"/drip", WX_OUT_BODY_TIMEOUT, 200},
        {"/steady", WX_OUT_OK, 200},
        {"/rst-body", WX_OUT_RESET, 200},
        {"/rst", WX_OUT_RESET, 0},
        {"/close", WX_OUT_RESET, 0},
        {"/short", WX_OUT_OK, 200},
        {"/two-lengths", WX_OUT_BAD_HTTP, 200},
        {"/not-http", WX_OUT_BAD_HTTP, 0},
        {"/until-close", WX_OUT_OK, 200},
        {"/big-header", WX_OUT_TOO_BIG, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct site *site = site_open(exhibits);
        struct client *client = client_open(site);
        struct seen *s = client_get(client, site, rows[i].path);

        if (s->outcome != rows[i].outcome || s->status != rows[i].status)
            fail_msg("%s: outcome %d status %d (%s)", rows[i].path, s->outcome,
                     s->status, s->detail);
        assert_int_equal(s->n_hops, 1);
        client_close(client);
        site_close(site);
    }
}

static void length__that_lies_is_marked(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/short");

    (void)state;
    assert_true(s->fetch.is_length_wrong);
    assert_string_equal(s->body, "abc");
    s = client_get(client, site, "/until-close");
    assert_false(s->fetch.is_length_wrong);
    assert_string_equal(s->body, "until close");
    client_close(client);
    site_close(site);
}

static void body__stops_at_the_ceiling(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/endless");
    struct wx_request request;
    char url[100];

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_true(s->fetch.is_truncated);
    assert_int_equal(s->n_body, WX_MAX_BODY_BYTES);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/endless", site->port);
    request = request_for(client, url);
    request.max_body_bytes = 100;
    wx_egress_submit(client->egress, &request);
    client_run(client);
    assert_int_equal(client->seen[1].n_body, 100);
    assert_true(client->seen[1].fetch.is_truncated);
    client_close(client);
    site_close(site);
}

static void refused__is_typed_at_once(void **state)
{
    struct site *site = site_open(exhibits), gone = {.port = site->port};
    struct client *client = client_open(site);
    struct seen *s;

    (void)state;
    site_close(site);
    s = client_get(client, &gone, "/");
    assert_int_equal(s->outcome, WX_OUT_REFUSED);
    assert_int_equal(s->n_hops, 1);
    assert_non_null(strstr(s->address, "127.0.0.1:"));
    client_close(client);
}

/* --- redirects -------------------------------------------------------------------- */

static void redirect__is_recorded_hop_by_hop(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/to-page");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 200);
    assert_int_equal(s->n_hops, 2);
    assert_int_equal(s->fetch.n_requests, 2);
    assert_string_equal(s->body, "hello");
    assert_non_null(strstr(s->final_url, "/page#here"));
    assert_non_null(strstr(s->url, "/to-page"));
    assert_string_equal(s->location, "");
    client_close(client);
    site_close(site);
}

static void redirect__loops_are_found(void **state)
{
    static const struct {
        const char *path;
        size_t n_hops;
    } rows[] = {{"/to-self", 1}, {"/ping", 2}, {"/grow", WX_MAX_REDIRECTS + 1}};
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct seen *s = client_get(client, site, rows[i].path);

        assert_int_equal(s->outcome, WX_OUT_REDIRECT_LOOP);
        assert_int_equal(s->n_hops, rows[i].n_hops);
        assert_int_equal(s->status / 100, 3);
        assert_true(s->location[0]);
    }
    client_close(client);
    site_close(site);
}

static void redirect__out_of_scope_is_kept_but_not_followed(void **state)
{
    static const char *const paths[] = {"/to-private", "/to-loopback2", "/to-decimal",
                                        "/to-file", "/to-nothing"};
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct seen *s = client_get(client, site, paths[i]);

        assert_int_equal(s->outcome, WX_OUT_OK);
        assert_int_equal(s->status, 302);
        assert_int_equal(s->n_hops, 1);
        assert_true(s->location[0]);
        assert_true(s->detail[0]);
    }
    assert_int_equal(site->n_requests, 5);
    client_close(client);
    site_close(site);
}

static void redirect__cookies_come_back_to_the_host_that_set_them(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/cookie");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 200);
    assert_int_equal(s->n_hops, 2);
    assert_null(strstr(site->requests[1], "t=1")); /* Secure, but plain http */
    s = client_get(client, site, "/page");         /* and are forgotten with it */
    assert_null(strstr(site->requests[2], "Cookie"));
    client_close(client);
    site_close(site);
}

/* --- permit and stop -------------------------------------------------------------- */

static void permit__stops_the_request_before_any_packet(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    char url[100];

    (void)state;
    client_ask(client, "http://www.example.cn/");
    snprintf(url, sizeof url, "http://127.0.0.2:%u/", site->port);
    client_ask(client, url);
    client_ask(client, "http://127.0.0.1:1/");
    client_run(client);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(client->seen[i].outcome, WX_OUT_DENIED);
        assert_int_equal(client->seen[i].n_hops, 0);
        assert_true(client->seen[i].detail[0]);
    }
    assert_int_equal(wx_egress_counters(client->egress).n_connects, 0);
    client_close(client);
    site_close(site);
}

static void stop__answers_everything_and_closes(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    char url[100];

    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/silent", site->port);
    for (int i = 0; i < 10; i++)
        client_ask(client, url);
    wx_egress_run(client->egress, 50);
    assert_true(wx_egress_counters(client->egress).n_open_connections > 0);
    wx_egress_stop(client->egress);
    assert_int_equal(wx_egress_pending(client->egress), 0);
    assert_int_equal(wx_egress_counters(client->egress).n_open_connections, 0);
    assert_int_equal(client->n_seen, 10);
    for (int i = 0; i < 10; i++)
        assert_int_equal(client->seen[i].outcome, WX_OUT_STOPPED);
    client_ask(client, url); /* and nothing goes out afterwards */
    client_run(client);
    assert_int_equal(client->seen[10].outcome, WX_OUT_STOPPED);
    client_close(client);
    site_close(site);
}

static void watch__wakes_the_loop(void **state)
{
    struct site *site = site_open(exhibits);
    struct client *client = client_open(site);
    int pipes[2];

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    wx_egress_watch(client->egress, pipes[0]);
    assert_int_equal(write(pipes[1], "x", 1), 1);
    wx_egress_run(client->egress, 60000); /* would hang the test otherwise */
    wx_egress_watch(client->egress, -1);
    wx_egress_run(client->egress, 60000); /* nothing to wait for */
    close(pipes[0]);
    close(pipes[1]);
    client_close(client);
    site_close(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get__brings_status_headers_and_body),
        cmocka_unit_test(head__takes_no_body),
        cmocka_unit_test(connection__is_kept_and_used_again),
        cmocka_unit_test(connection__limit_of_a_host_is_kept),
        cmocka_unit_test(connection__closed_behind_our_back_is_retried_once),
        cmocka_unit_test(failures__are_typed),
        cmocka_unit_test(length__that_lies_is_marked),
        cmocka_unit_test(body__stops_at_the_ceiling),
        cmocka_unit_test(refused__is_typed_at_once),
        cmocka_unit_test(redirect__is_recorded_hop_by_hop),
        cmocka_unit_test(redirect__loops_are_found),
        cmocka_unit_test(redirect__out_of_scope_is_kept_but_not_followed),
        cmocka_unit_test(redirect__cookies_come_back_to_the_host_that_set_them),
        cmocka_unit_test(permit__stops_the_request_before_any_packet),
        cmocka_unit_test(stop__answers_everything_and_closes),
        cmocka_unit_test(watch__wakes_the_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
