/* Conduct towards a site, as the site sees it. Lower bounds of time only. */
#include "site.h"

#include "base/clock.h"
#include <time.h>

static bool throttling(struct site *site, int fd, const char *request)
{
    char fields[100];

    if (strstr(request, "GET /seconds") && site->n_requests == 1) {
        answer(fd, 429, "Retry-After: 1\r\n", "");
    } else if (strstr(request, "GET /date") && site->n_requests == 1) {
        time_t at = time(NULL) + 2;
        struct tm tm;

        gmtime_r(&at, &tm);
        strftime(fields, sizeof fields, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
                 &tm);
        answer(fd, 503, fields, "");
    } else if (strstr(request, "GET /always")) {
        answer(fd, 429, "Retry-After: 0\r\n", "slow down");
    } else if (strstr(request, "GET /absurd")) {
        answer(fd, 503, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", "");
    } else if (strstr(request, "GET /maintenance")) {
        answer(fd, 503, "", "back soon");
    } else {
        answer(fd, 200, "", "ok");
    }
    return true;
}

static void retry_after__seconds_are_waited_for(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = client_open(site);
    int64_t begun_ms = wx_mono_ms();
    struct seen *s = client_get(client, site, "/seconds");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 200);
    assert_int_equal(s->fetch.n_requests, 2);
    assert_true(wx_mono_ms() - begun_ms >= 1000);
    client_close(client);
    site_close(site);
}

static void retry_after__date_is_waited_for(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = client_open(site);
    int64_t begun_ms = wx_mono_ms();
    struct seen *s = client_get(client, site, "/date");

    (void)state;
    assert_int_equal(s->status, 200);
    assert_int_equal(s->fetch.n_requests, 2);
    assert_true(wx_mono_ms() - begun_ms >= 1000); /* up to a second was gone already */
    client_close(client);
    site_close(site);
}

static void throttled__answer_is_handed_over_in_the_end(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/always");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 429);
    assert_string_equal(s->body, "slow down");
    assert_int_equal(s->fetch.n_requests, 3);
    client_close(client);
    site_close(site);
}

static void maintenance__page_is_an_answer_not_a_reason_to_ask_again(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/maintenance");

    (void)state;
    assert_int_equal(s->status, 503);
    assert_int_equal(s->fetch.n_requests, 1);
    client_close(client);
    site_close(site);
}

static void retry_after__absurd_one_ends_the_host_with_a_reason(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = client_open(site);
    struct seen *s = client_get(client, site, "/absurd");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 503);
    s = client_get(client, site, "/page");
    assert_int_equal(s->outcome, WX_OUT_STOPPED);
    assert_non_null(strstr(s->detail, "Retry-After"));
    assert_int_equal(site->n_requests, 1);
    client_close(client);
    site_close(site);
}

static struct client *paced_client(const struct site *site, const char *pace)
{
    static const char *pins[] = {"*:*:127.0.0.1"};
    char json[500];

    snprintf(json, sizeof json,
             "{\"version\":1,\"id\":\"t\",\"hosts\":[\"a.test\",\"b.test\",\"c.test\"],"
             "\"ports\":[%u],\"addresses\":{\"allow\":[\"127.0.0.1\"]},\"pace\":{%s}}",
             site->port, pace);
    return client_open_with(
        json, (struct wx_egress_options){.resolve = pins, .n_resolve = 1});
}

static int64_t time_of(struct client *client, const struct site *site, int n,
                       const char *hosts)
{
    int64_t begun_us = wx_mono_us();
    char url[100];

    for (int i = 0; i < n; i++) {
        snprintf(url, sizeof url, "http://%c.test:%u/",
                 hosts[(size_t)i % strlen(hosts)], site->port);
        client_ask(client, url);
    }
    client_run(client);
    assert_int_equal(site->n_requests, n);
    return wx_mono_us() - begun_us;
}

static void pace__of_a_host_is_kept(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client =
        paced_client(site, "\"per_host\":20,\"per_address\":0,\"host_connections\":4");

    (void)state;
    assert_true(time_of(client, site, 12, "a") >= 11 * 50000);
    client_close(client);
    site_close(site);
}

static void pace__of_an_address_is_shared_by_its_hosts(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = paced_client(site, "\"per_host\":0,\"per_address\":20");

    (void)state;
    assert_true(time_of(client, site, 12, "abc") >= 11 * 50000);
    client_close(client);
    site_close(site);
}

static void pace__crawl_delay_slows_a_host(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = paced_client(site, "\"per_host\":0,\"per_address\":0");

    (void)state;
    wx_egress_slow_host(client->egress, WX_STR("a.test"), site->port, 100);
    assert_true(time_of(client, site, 5, "a") >= 4 * 100000);
    client_close(client);
    site_close(site);
}

static void connections__global_limit_is_kept_and_everybody_gets_a_turn(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client =
        paced_client(site, "\"per_host\":0,\"per_address\":0,\"connections\":1,"
                           "\"host_connections\":1");

    (void)state;
    (void)time_of(client, site, 60, "abc");
    assert_int_equal(client->n_seen, 60);
    assert_true(wx_egress_counters(client->egress).n_open_connections <= 1);
    assert_true(site->n_connections <= 6); /* not one for each request */
    client_close(client);
    site_close(site);
}

/*
 * One place for all, and hosts that have two doors: whoever waits with a request for
 * the other door while its own connection falls idle must not sit on that connection
 * until it times out (here: a minute).
 */
static void connections__of_a_host_that_waits_are_given_up_for_it(void **state)
{
    struct site *site = site_open(throttling);
    int64_t begun_us = wx_mono_us();
    char json[500], pin[60], url[100];
    const char *pins[] = {pin, "*:*:127.0.0.1"};
    struct client *client;

    (void)state;
    snprintf(pin, sizeof pin, "*:8080:127.0.0.1:%u", site->port);
    snprintf(json, sizeof json,
             "{\"version\":1,\"id\":\"t\",\"hosts\":[\"a.test\",\"b.test\"],"
             "\"ports\":[8080,%u],\"addresses\":{\"allow\":[\"127.0.0.1\"]},\"pace\":{"
             "\"per_host\":0,\"per_address\":0,\"connections\":1,"
             "\"host_connections\":2}}",
             site->port);
    client = client_open_with(json,
                              (struct wx_egress_options){.resolve = pins,
                                                         .n_resolve = 2,
                                                         .first_byte_timeout_ms = 60000,
                                                         .total_timeout_ms = 120000});
    for (int i = 0; i < 20; i++) {
        snprintf(url, sizeof url, "http://%c.test:%u/", "ab"[i / 2 % 2],
                 i % 2 ? 8080 : site->port);
        client_ask(client, url);
    }
    client_run(client);
    assert_int_equal(client->n_seen, 20);
    assert_int_equal(site->n_requests, 20);
    assert_true(wx_mono_us() - begun_us < 30 * 1000000LL); /* nobody timed out */
    client_close(client);
    site_close(site);
}

/* --- calls from within DONE ------------------------------------------------------- */

struct nested {
    struct client *client;
    struct wx_request request;
    int n_left, n_done;
    bool stops;
};

static void nested_done(void *ctx, const struct wx_request *request,
                        const struct wx_fetch *fetch, struct wx_str body,
                        struct wx_str chain)
{
    struct nested *nested = ctx;
    struct wx_egress *egress = nested->client->egress;

    (void)request;
    (void)fetch;
    (void)chain;
    nested->n_done++;
    wx_egress_forget_host(egress, WX_STR("127.0.0.1"), 80);
    if (nested->stops)
        wx_egress_stop(egress);
    else if (nested->n_left-- > 0)
        wx_egress_submit(egress, &nested->request);
    assert_true(body.len == 0 || body.ptr[0] == 'o'); /* still readable */
}

static struct nested *nested_open(struct site *site)
{
    struct nested *nested = wx_new(struct nested);
    struct wx_egress_options options = {.first_byte_timeout_ms = 1000};
    char url[100];

    nested->client = client_open(site);
    wx_egress_free(nested->client->egress);
    assert_int_equal(wx_egress_new(nested->client->permit, &options, nested_done,
                                   nested, &nested->client->egress, NULL),
                     WX_OK);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", site->port);
    nested->request = request_for(nested->client, url);
    return nested;
}

static void done__may_submit_and_forget(void **state)
{
    struct site *site = site_open(throttling);
    struct nested *nested = nested_open(site);

    (void)state;
    nested->n_left = 50;
    wx_egress_submit(nested->client->egress, &nested->request);
    client_run(nested->client);
    assert_int_equal(nested->n_done, 51);
    client_close(nested->client);
    free(nested);
    site_close(site);
}

static void done__may_stop_everything(void **state)
{
    struct site *site = site_open(throttling);
    struct nested *nested = nested_open(site);

    (void)state;
    nested->stops = true;
    for (int i = 0; i < 20; i++)
        wx_egress_submit(nested->client->egress, &nested->request);
    client_run(nested->client);
    assert_int_equal(nested->n_done, 20);
    assert_int_equal(wx_egress_counters(nested->client->egress).n_open_connections, 0);
    client_close(nested->client);
    free(nested);
    site_close(site);
}

static void hosts__by_the_ten_thousand_are_denied_stopped_and_freed(void **state)
{
    struct site *site = site_open(throttling);
    struct client *client = paced_client(site, "\"per_host\":2");
    struct wx_request request;
    char url[100];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20000; i++) {
            snprintf(url, sizeof url, "http://h%d.elsewhere.test/", i);
            wx_arena_reset(&client->arena);
            request = request_for(client, url);
            wx_egress_submit(client->egress, &request);
        }
        if (round == 0)
            client_run(client);
        else
            wx_egress_stop(client->egress);
        assert_int_equal(wx_egress_pending(client->egress), 0);
        assert_int_equal(client->seen[0].outcome,
                         round == 0 ? WX_OUT_DENIED : WX_OUT_STOPPED);
    }
    assert_int_equal(client->n_seen, 40000);
    client_close(client);
    site_close(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_after__seconds_are_waited_for),
        cmocka_unit_test(retry_after__date_is_waited_for),
        cmocka_unit_test(throttled__answer_is_handed_over_in_the_end),
        cmocka_unit_test(maintenance__page_is_an_answer_not_a_reason_to_ask_again),
        cmocka_unit_test(retry_after__absurd_one_ends_the_host_with_a_reason),
        cmocka_unit_test(pace__of_a_host_is_kept),
        cmocka_unit_test(pace__of_an_address_is_shared_by_its_hosts),
        cmocka_unit_test(pace__crawl_delay_slows_a_host),
        cmocka_unit_test(connections__global_limit_is_kept_and_everybody_gets_a_turn),
        cmocka_unit_test(connections__of_a_host_that_waits_are_given_up_for_it),
        cmocka_unit_test(done__may_submit_and_forget),
        cmocka_unit_test(done__may_stop_everything),
        cmocka_unit_test(hosts__by_the_ten_thousand_are_denied_stopped_and_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
