/* Names: a little name server on loopback that may lie, and rebind between answers. */
#include "jail.h"
#include "site.h"
#include <sys/wait.h>

struct zone { /* what the name server says */
    const char *name;
    const char *v4[4];    /* the first answer; "" ends it */
    const char *later[4]; /* every further answer; empty: the first again */
    const char *v6;
    int rcode;
};

static const struct zone zones[] = {
    {"one.test", {"127.0.0.1"}},
    {"rebind.test", {"127.0.0.1"}, {"169.254.169.254"}},
    {"rebind10.test", {"127.0.0.1"}, {"10.0.0.1"}},
    {"metadata.test", {"169.254.169.254"}},
    {"private.test", {"10.0.0.1", "192.168.1.1"}, .v6 = "fd00::1"},
    {"mixed.test", {"169.254.169.254", "127.0.0.1"}},
    {"fallback.test", {"127.0.0.9", "127.0.0.1"}},
    {"v6.test", {NULL}, .v6 = "::1"},
    {"mapped.test", {NULL}, .v6 = "::ffff:169.254.169.254"},
    {"nxdomain.test", {NULL}, .rcode = 3},
    {"servfail.test", {NULL}, .rcode = 2},
    {"empty.test", {NULL}},
};

struct name_server {
    int fd;
    uint16_t port;
    pthread_t thread;
    atomic_int n_asked[16]; /* A questions for each zone */
};

/* The question's name with dots into OUT; returns where it ends. */
static size_t question_name(const unsigned char *packet, size_t n, char *out,
                            size_t size)
{
    size_t at = 12, to = 0;

    while (at < n && packet[at]) {
        size_t len = packet[at];

        if (at + 1 + len > n || to + len + 2 > size)
            return 0;
        if (to)
            out[to++] = '.';
        memcpy(out + to, packet + at + 1, len);
        to += len;
        at += 1 + len;
    }
    out[to] = '\0';
    return at + 1;
}

static size_t put_record(unsigned char *to, int type, const char *text)
{
    static const unsigned char head[] = {0xC0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    size_t n = type == 1 ? 4 : 16;

    memcpy(to, head, sizeof head);
    to[3] = (unsigned char)type;
    to[11] = (unsigned char)n;
    assert_int_equal(inet_pton(type == 1 ? AF_INET : AF_INET6, text, to + 12), 1);
    return sizeof head + n;
}

static size_t make_answer(struct name_server *server, unsigned char *packet, size_t n)
{
    char name[300];
    size_t end = question_name(packet, n, name, sizeof name), at = end + 4;
    int type = packet[end] << 8 | packet[end + 1], n_answers = 0, rcode = 3;

    packet[2] = 0x84;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        const struct zone *zone = &zones[i];
        const char *const *v4 = zone->v4;

        if (strcmp(zone->name, name) != 0)
            continue;
        rcode = zone->rcode;
        if (type == 1 && atomic_fetch_add(&server->n_asked[i], 1) && zone->later[0])
            v4 = zone->later;
        for (int k = 0; type == 1 && k < 4 && v4[k]; k++, n_answers++)
            at += put_record(packet + at, 1, v4[k]);
        if (type == 28 && zone->v6) {
            at += put_record(packet + at, 28, zone->v6);
            n_answers++;
        }
    }
    packet[3] = (unsigned char)(0x80 | rcode);
    memset(packet + 4, 0, 8);
    packet[5] = 1;
    packet[7] = (unsigned char)n_answers;
    return at;
}

static void *serve(void *arg)
{
    struct name_server *server = arg;

    for (;;) {
        unsigned char packet[1500];
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        ssize_t n =
            recvfrom(server->fd, packet, 512, 0, (struct sockaddr *)&from, &len);

        if (n < 17)
            return NULL;
        n = (ssize_t)make_answer(server, packet, (size_t)n);
        sendto(server->fd, packet, (size_t)n, 0, (struct sockaddr *)&from, len);
    }
}

static struct name_server *name_server_open(void)
{
    struct name_server *server = wx_new(struct name_server);
    struct sockaddr_in sa = {.sin_family = AF_INET};
    socklen_t len = sizeof sa;

    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    server->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&sa, sizeof sa), 0);
    getsockname(server->fd, (struct sockaddr *)&sa, &len);
    server->port = ntohs(sa.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
    return server;
}

static void name_server_close(struct name_server *server)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(server->port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to); /* too short: the end */
    pthread_join(server->thread, NULL);
    close(fd);
    close(server->fd);
    free(server);
}

static bool hello(struct site *site, int fd, const char *request)
{
    (void)site;
    if (strstr(request, "GET /to-metadata "))
        answer(fd, 302, "Location: http://metadata.test/\r\n", "");
    else
        answer(fd, 200, "", "hello");
    return true;
}

struct world {
    struct name_server *server;
    struct site *site;
    struct client *client;
};

/* All names permitted, port 80 mapped to the site's, loopback allowed; no pin names an
 * address, so that every one of them comes from the name server. */
static struct world world_open(void)
{
    struct world w = {name_server_open(), site_open(hello), NULL};
    char server[40], pin[40];
    const char *pins[] = {pin};

    snprintf(server, sizeof server, "127.0.0.1:%u", w.server->port);
    snprintf(pin, sizeof pin, "*:80::%u", w.site->port);
    w.client = client_open_with(
        "{\"version\":1,\"id\":\"t\",\"hosts\":[\"one.test\",\"rebind.test\","
        "\"rebind10.test\",\"metadata.test\",\"private.test\",\"mixed.test\","
        "\"fallback.test\",\"v6.test\",\"mapped.test\",\"nxdomain.test\","
        "\"servfail.test\",\"empty.test\",\"127.0.0.1\"],"
        "\"addresses\":{\"allow\":[\"127.0.0.0/8\",\"169.254.0.0/16\"]},"
        "\"pace\":{\"per_host\":0}}",
        (struct wx_egress_options){.dns_server = server,
                                   .resolve = pins,
                                   .n_resolve = 1,
                                   .connect_timeout_ms = 1000,
                                   .first_byte_timeout_ms = 1000});
    return w;
}

static void world_close(struct world *w)
{
    client_close(w->client);
    site_close(w->site);
    name_server_close(w->server);
}

static struct seen *visit_name(struct world *w, const char *url)
{
    client_ask(w->client, url);
    client_run(w->client);
    return &w->client->seen[(w->client->n_seen - 1) % 64];
}

static void name__is_asked_once_for_many_requests(void **state)
{
    struct world w = world_open();
    struct seen *s;

    (void)state;
    for (int i = 0; i < 10; i++) {
        s = visit_name(&w, "http://one.test/");
        assert_int_equal(s->outcome, WX_OUT_OK);
        assert_non_null(strstr(s->address, "127.0.0.1:"));
    }
    assert_int_equal(w.server->n_asked[0], 1);
    assert_non_null(strstr(w.site->requests[0], "\r\nHost: one.test\r\n"));
    world_close(&w);
}

static void failures__are_typed(void **state)
{
    struct world w = world_open();

    (void)state;
    assert_int_equal(visit_name(&w, "http://nxdomain.test/")->outcome,
                     WX_OUT_NO_SUCH_HOST);
    assert_int_equal(visit_name(&w, "http://empty.test/")->outcome,
                     WX_OUT_NO_SUCH_HOST);
    assert_int_equal(visit_name(&w, "http://servfail.test/")->outcome,
                     WX_OUT_DNS_FAILED);
    assert_int_equal(w.client->seen[0].n_hops, 0);
    assert_true(w.client->seen[0].detail[0]);
    world_close(&w);
}

static void address__that_is_special_is_denied_whatever_the_name(void **state)
{
    static const char *const urls[] = {"http://metadata.test/", "http://private.test/",
                                       "http://v6.test/", "http://mapped.test/"};
    struct world w = world_open();

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct seen *s = visit_name(&w, urls[i]);

        assert_int_equal(s->outcome, WX_OUT_DENIED);
        assert_non_null(strstr(s->detail, "special"));
    }
    assert_int_equal(wx_egress_counters(w.client->egress).n_connects, 0);
    world_close(&w);
}

static void address__permitted_one_among_others_is_taken(void **state)
{
    struct world w = world_open();
    struct seen *s = visit_name(&w, "http://mixed.test/");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_non_null(strstr(s->address, "127.0.0.1:"));
    assert_int_equal(wx_egress_counters(w.client->egress).n_connects, 1);
    world_close(&w);
}

static void address__next_one_is_tried_when_the_first_refuses(void **state)
{
    struct world w = world_open();
    struct seen *s = visit_name(&w, "http://fallback.test/");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_non_null(strstr(s->address, "127.0.0.1:"));
    assert_int_equal(wx_egress_counters(w.client->egress).n_connects, 2);
    world_close(&w);
}

static void rebinding__never_reaches_the_second_address(void **state)
{
    struct world w = world_open();
    struct seen *s;

    (void)state;
    for (int i = 0; i < 5; i++) {
        s = visit_name(&w, "http://rebind.test/");
        assert_int_equal(s->outcome, WX_OUT_OK);
        assert_non_null(strstr(s->address, "127.0.0.1:"));
    }
    assert_int_equal(w.server->n_asked[1], 1);
    wx_egress_forget_host(w.client->egress, WX_STR("rebind.test"), 80);
    s = visit_name(&w, "http://rebind.test/"); /* asked anew, and now it lies */
    assert_int_equal(w.server->n_asked[1], 2);
    assert_int_equal(s->outcome, WX_OUT_DENIED);
    (void)visit_name(&w, "http://rebind10.test/");
    wx_egress_forget_host(w.client->egress, WX_STR("rebind10.test"), 80);
    s = visit_name(&w, "http://rebind10.test/");
    assert_int_equal(s->outcome, WX_OUT_DENIED);
    assert_int_equal(wx_egress_counters(w.client->egress).n_connects, 2);
    world_close(&w);
}

static void redirect__to_a_name_of_a_special_address_is_not_followed(void **state)
{
    struct world w = world_open();
    struct seen *s = visit_name(&w, "http://one.test/to-metadata");

    (void)state;
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 302);
    assert_int_equal(s->n_hops, 1);
    assert_string_equal(s->location, "http://metadata.test/");
    assert_non_null(strstr(s->detail, "metadata"));
    assert_int_equal(w.site->n_requests, 1);
    world_close(&w);
}

static void jail__names_need_no_file_after_the_start(void **state)
{
    struct world w = world_open();
    int status = 0;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) { /* the servers' threads stay with the parent */
        if (jail_files() != 0)
            _exit(77);
        if (visit_name(&w, "http://one.test/")->outcome != WX_OUT_OK ||
            visit_name(&w, "http://nxdomain.test/")->outcome != WX_OUT_NO_SUCH_HOST)
            _exit(1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    world_close(&w);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name__is_asked_once_for_many_requests),
        cmocka_unit_test(failures__are_typed),
        cmocka_unit_test(address__that_is_special_is_denied_whatever_the_name),
        cmocka_unit_test(address__permitted_one_among_others_is_taken),
        cmocka_unit_test(address__next_one_is_tried_when_the_first_refuses),
        cmocka_unit_test(rebinding__never_reaches_the_second_address),
        cmocka_unit_test(redirect__to_a_name_of_a_special_address_is_not_followed),
        cmocka_unit_test(jail__names_need_no_file_after_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
