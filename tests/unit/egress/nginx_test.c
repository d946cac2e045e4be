/* Against a real web server: nginx on loopback with fresh certificates. */
#include "jail.h"
#include "site.h"

#include <fcntl.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char *const nginx_paths[] = {"/usr/sbin/nginx", "/usr/bin/nginx",
                                          "/usr/local/sbin/nginx"};

/* One server a certificate; the order gives the ports. */
static const char *const tls_names[] = {"good",      "expired", "future",
                                        "wrongname", "self",    "alone",
                                        "old",       "weak",    "untrusted"};
enum { N_TLS = sizeof tls_names / sizeof tls_names[0] };

struct nginx {
    char dir[64];
    pid_t pid;
    uint16_t port, tls_ports[N_TLS];
};

static void run_to_end(const char *const *argv)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);

        dup2(null, 1);
        dup2(null, 2);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    if (status != 0)
        fail_msg("%s %s failed", argv[0], argv[1]);
}

/* Below the kernel's own range, from which an outgoing connection could take it. */
static uint16_t free_port(void)
{
    static uint16_t next;

    if (!next)
        next = (uint16_t)(20000 + getpid() * 37 % 12000);
    for (int tries = 0; tries < 1000; tries++) {
        struct sockaddr_in local = {.sin_family = AF_INET};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

        next = next >= 32000 ? 20000 : (uint16_t)(next + 1);
        local.sin_port = htons(next);
        local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        rc = bind(fd, (struct sockaddr *)&local, sizeof local);
        close(fd);
        if (rc == 0)
            return next;
    }
    fail_msg("no free port");
    return 0;
}

static void write_file(const struct nginx *nginx, const char *name, const char *text)
{
    char path[200];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", nginx->dir, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void write_config(struct nginx *nginx)
{
    static char text[16384];
    int n = snprintf(
        text, sizeof text,
        "daemon off; master_process off; pid %s/pid; error_log %s/error.log;\n"
        "events { worker_connections 512; }\n"
        "http { access_log %s/access.log; default_type text/html;\n"
        "client_body_temp_path %s/t1; proxy_temp_path %s/t2; fastcgi_temp_path %s/t3;\n"
        "uwsgi_temp_path %s/t4; scgi_temp_path %s/t5;\n"
        "gzip on; gzip_min_length 1; gzip_types text/html; root %s/www;\n"
        "server { listen 127.0.0.1:%u; location /secure { return 301 "
        "https://good.test:%u/index.html; } }\n",
        nginx->dir, nginx->dir, nginx->dir, nginx->dir, nginx->dir, nginx->dir,
        nginx->dir, nginx->dir, nginx->dir, nginx->port, nginx->tls_ports[0]);

    for (int i = 0; i < N_TLS; i++) {
        bool is_old = strcmp(tls_names[i], "old") == 0;

        n += snprintf(
            text + n, sizeof text - (size_t)n,
            "server { listen 127.0.0.1:%u ssl; ssl_certificate %s/%s.chain;\n"
            "ssl_certificate_key %s/%s.key; ssl_session_cache none;\n"
            "ssl_protocols %s; ssl_ciphers ALL:@SECLEVEL=0;\n"
            "location /plain { return 302 http://good.test:%u/index.html; } }\n",
            nginx->tls_ports[i], nginx->dir, tls_names[i], nginx->dir, tls_names[i],
            is_old ? "TLSv1" : "TLSv1.2 TLSv1.3", nginx->port);
    }
    (void)snprintf(text + n, sizeof text - (size_t)n, "}\n");
    write_file(nginx, "nginx.conf", text);
}

static void wait_until_up(const struct nginx *nginx)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(nginx->port)};

    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    for (int i = 0; i < 500; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        int rc = connect(fd, (struct sockaddr *)&sa, sizeof sa);

        close(fd);
        if (rc == 0)
            return;
        usleep(10000);
    }
    fail_msg("nginx did not start, see %s/error.log", nginx->dir);
}

static int nginx_start(void **state)
{
    static struct nginx nginx;
    const char *const certs[] = {
        "/bin/sh", WX_SOURCE_ROOT "/tests/unit/egress/certs.sh", nginx.dir, NULL};
    const char *binary = NULL;
    char path[200];
    size_t n_paths = sizeof nginx_paths / sizeof nginx_paths[0];

    for (size_t i = 0; i < n_paths && !binary; i++)
        if (access(nginx_paths[i], X_OK) == 0)
            binary = nginx_paths[i];
    if (!binary || access("/usr/bin/openssl", X_OK) != 0)
        return 0; /* the tests skip themselves */
    snprintf(nginx.dir, sizeof nginx.dir, "/tmp/wx-nginx-XXXXXX");
    assert_non_null(mkdtemp(nginx.dir));
    run_to_end(certs);
    snprintf(path, sizeof path, "%s/www", nginx.dir);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chmod(nginx.dir, 0755), 0);
    write_file(&nginx, "www/index.html", "<p>你好，nginx</p>");
    nginx.port = free_port();
    for (int i = 0; i < N_TLS; i++)
        nginx.tls_ports[i] = free_port();
    write_config(&nginx);
    snprintf(path, sizeof path, "%s/nginx.conf", nginx.dir);
    nginx.pid = fork();
    if (nginx.pid == 0) {
        int log = open("/dev/null", O_WRONLY);

        dup2(log, 2);
        execl(binary, "nginx", "-p", nginx.dir, "-c", path, (char *)NULL);
        _exit(127);
    }
    wait_until_up(&nginx);
    *state = &nginx;
    return 0;
}

static int nginx_stop(void **state)
{
    struct nginx *nginx = *state;
    const char *const remove[] = {"/bin/rm", "-rf", nginx ? nginx->dir : "", NULL};

    if (!nginx)
        return 0;
    kill(nginx->pid, SIGTERM);
    waitpid(nginx->pid, NULL, 0);
    run_to_end(remove);
    return 0;
}

static struct client *nginx_client(const struct nginx *nginx)
{
    static const char *const pins[] = {"*:*:127.0.0.1"};
    char json[2000], ca_file[200];
    int n;

    n = snprintf(
        json, sizeof json,
        "{\"version\":1,\"id\":\"t\",\"addresses\":{\"allow\":[\"127.0.0.1\"]},"
        "\"pace\":{\"per_host\":0,\"host_connections\":4},"
        "\"hosts\":[\"127.0.0.1\"");
    for (int i = 0; i < N_TLS; i++)
        n += snprintf(json + n, sizeof json - (size_t)n, ",\"%s.test\"", tls_names[i]);
    n += snprintf(json + n, sizeof json - (size_t)n, "],\"ports\":[%u", nginx->port);
    for (int i = 0; i < N_TLS; i++)
        n += snprintf(json + n, sizeof json - (size_t)n, ",%u", nginx->tls_ports[i]);
    (void)snprintf(json + n, sizeof json - (size_t)n, "]}");
    snprintf(ca_file, sizeof ca_file, "%s/root.pem", nginx->dir);
    return client_open_with(json, (struct wx_egress_options){.ca_file = ca_file,
                                                             .resolve = pins,
                                                             .n_resolve = 1});
}

static struct seen *ask(struct client *client, const char *scheme, const char *host,
                        uint16_t port, const char *path)
{
    char url[200];

    snprintf(url, sizeof url, "%s://%s:%u%s", scheme, host, port, path);
    client_ask(client, url);
    client_run(client);
    return &client->seen[(client->n_seen - 1) % 64];
}

/* The start page of the server with the certificate NAME. */
static struct seen *ask_tls(struct client *client, const struct nginx *nginx,
                            const char *name)
{
    char host[64];
    int i = 0;

    while (strcmp(tls_names[i], name) != 0)
        i++;
    snprintf(host, sizeof host, "%s.test", name);
    return ask(client, "https", host, nginx->tls_ports[i], "/index.html");
}

#define NGINX_OR_SKIP(state)                                                           \
    struct nginx *nginx = *(state);                                                    \
    struct client *client;                                                             \
    if (!nginx)                                                                        \
        skip();                                                                        \
    client = nginx_client(nginx)

static void plain__gzip_is_undone_and_the_connection_kept(void **state)
{
    struct seen *s;
    NGINX_OR_SKIP(state);

    for (int i = 0; i < 20; i++) {
        s = ask(client, "http", "127.0.0.1", nginx->port, "/index.html");
        assert_int_equal(s->outcome, WX_OUT_OK);
        assert_string_equal(s->body, "<p>你好，nginx</p>");
        assert_non_null(strstr(s->headers, "Content-Encoding: gzip"));
    }
    assert_int_equal(wx_egress_counters(client->egress).n_connects, 1);
    client_close(client);
}

static void tls__a_good_certificate_has_no_problems(void **state)
{
    struct seen *s;
    NGINX_OR_SKIP(state);

    s = ask_tls(client, nginx, "good");
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_string_equal(s->body, "<p>你好，nginx</p>");
    assert_true(s->has_tls);
    assert_int_equal(s->tls.version, 0x0304);
    assert_int_equal(s->tls.cert_problems, 0);
    assert_int_equal(s->tls.n_chain, 2);
    assert_false(s->tls.needs_old_client);
    assert_true(s->n_chain > 500); /* the evidence, once */
    assert_true(s->fetch.tls_ms >= 0);
    s = ask_tls(client, nginx, "good");
    assert_int_equal(s->n_chain, 0);
    assert_true(s->has_tls);
    assert_int_equal(wx_egress_counters(client->egress).n_connects, 1);
    client_close(client);
}

static void tls__each_certificate_problem_is_told_apart(void **state)
{
    static const struct {
        const char *name;
        uint32_t problems;
    } rows[] = {
        {"expired", WX_CERT_EXPIRED},      {"future", WX_CERT_NOT_YET_VALID},
        {"wrongname", WX_CERT_WRONG_NAME}, {"self", WX_CERT_SELF_SIGNED},
        {"untrusted", WX_CERT_UNTRUSTED},  {"weak", WX_CERT_WEAK},
    };
    NGINX_OR_SKIP(state);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen *s = ask_tls(client, nginx, rows[i].name);

        if (s->outcome != WX_OUT_OK || s->status != 200 ||
            s->tls.cert_problems != rows[i].problems)
            fail_msg("%s: outcome %d (%s), problems %x", rows[i].name, s->outcome,
                     s->detail, s->tls.cert_problems);
    }
    client_close(client);
}

static void tls__a_missing_intermediate_is_incomplete_not_untrusted(void **state)
{
    struct seen *s;
    NGINX_OR_SKIP(state);

    s = ask_tls(client, nginx, "alone"); /* the good certificate, alone */
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->tls.cert_problems, WX_CERT_INCOMPLETE | WX_CERT_WRONG_NAME);
    assert_int_equal(s->tls.n_chain, 1);
    client_close(client);
}

static void tls__a_site_for_old_clients_is_reached_and_marked(void **state)
{
    struct seen *s;
    NGINX_OR_SKIP(state);

    s = ask_tls(client, nginx, "old");
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 200);
    assert_int_equal(s->tls.version, 0x0301);
    assert_true(s->tls.needs_old_client);
    assert_int_equal(s->tls.cert_problems, 0);
    client_close(client);
}

static void tls__plain_http_on_its_port_is_a_failed_handshake(void **state)
{
    struct seen *s;
    NGINX_OR_SKIP(state);

    s = ask(client, "https", "good.test", nginx->port, "/");
    assert_int_equal(s->outcome, WX_OUT_TLS_FAILED);
    assert_true(s->has_tls);
    assert_int_equal(s->tls.version, 0);
    assert_true(s->tls_error[0]);
    client_close(client);
}

static void tls__redirects_cross_between_http_and_https(void **state)
{
    struct seen *s;
    NGINX_OR_SKIP(state);

    s = ask(client, "http", "127.0.0.1", nginx->port, "/secure");
    assert_int_equal(s->outcome, WX_OUT_OK);
    assert_int_equal(s->status, 200);
    assert_int_equal(s->n_hops, 2);
    assert_true(s->has_tls);
    s = ask(client, "https", "good.test", nginx->tls_ports[0], "/plain");
    assert_int_equal(s->n_hops, 2);
    assert_ptr_equal(strstr(s->final_url, "http://good.test:"), s->final_url);
    assert_true(s->has_tls); /* of the first hop */
    client_close(client);
}

static void tls__sessions_are_resumed_with_the_facts_of_the_first(void **state)
{
    struct seen *s;
    uint32_t problems;
    NGINX_OR_SKIP(state);

    s = ask_tls(client, nginx, "wrongname");
    problems = s->tls.cert_problems;
    wx_egress_forget_host(client->egress, WX_STR("other.test"), 443); /* not this one */
    for (int i = 0; i < 4; i++) { /* at once: more connections than one */
        char url[100];

        snprintf(url, sizeof url, "https://wrongname.test:%u/index.html",
                 nginx->tls_ports[3]);
        client_ask(client, url);
    }
    client_run(client);
    for (int i = 1; i < 5; i++) {
        assert_int_equal(client->seen[i].tls.cert_problems, problems);
        assert_int_equal(client->seen[i].n_chain, 0);
    }
    assert_true(wx_egress_counters(client->egress).n_connects > 1);
    client_close(client);
}

static void jail__https_needs_no_file_after_the_start(void **state)
{
    int status = 0;
    pid_t pid;
    NGINX_OR_SKIP(state);

    pid = fork();
    if (pid == 0) {
        if (jail_files() != 0)
            _exit(77);
        for (size_t i = 0; i < N_TLS; i++)
            if (ask_tls(client, nginx, tls_names[i])->outcome != WX_OUT_OK)
                _exit(1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    client_close(client);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain__gzip_is_undone_and_the_connection_kept),
        cmocka_unit_test(tls__a_good_certificate_has_no_problems),
        cmocka_unit_test(tls__each_certificate_problem_is_told_apart),
        cmocka_unit_test(tls__a_missing_intermediate_is_incomplete_not_untrusted),
        cmocka_unit_test(tls__a_site_for_old_clients_is_reached_and_marked),
        cmocka_unit_test(tls__plain_http_on_its_port_is_a_failed_handshake),
        cmocka_unit_test(tls__redirects_cross_between_http_and_https),
        cmocka_unit_test(tls__sessions_are_resumed_with_the_facts_of_the_first),
        cmocka_unit_test(jail__https_needs_no_file_after_the_start),
    };

    return cmocka_run_group_tests(tests, nginx_start, nginx_stop);
}
