/*
 * CPU per request of egress/ against a bare epoll client that does nothing but ask and
 * count Content-Length, both over kept connections to nginx on loopback, in alternating
 * rounds of one process; and of 1,000 hosts (127.1.x.y) against one host.
 *
 *     bench-fetch [ROUNDS [REQUESTS]]
 *
 * Starts its own nginx (Debian: nginx-light) in a temporary folder and ends it by pid.
 */
#define _GNU_SOURCE
#include "base/arena.h"
#include "base/clock.h"
#include "egress/egress.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_PAGES = 200, N_HOSTS = 1000, CONNECTIONS = 64, MAX_ROUNDS = 31 };

struct server {
    char dir[64];
    uint16_t port;
    pid_t pid;
};

static void die(const char *what)
{
    fprintf(stderr, "bench-fetch: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t cpu_us(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* --- server ----------------------------------------------------------------------- */

static void write_file(const char *path, struct wx_str s)
{
    FILE *file = fopen(path, "w");

    if (!file || fwrite(s.ptr, 1, s.len, file) != s.len || fclose(file) != 0)
        die(path);
}

/* Pages of 5 to 33 KB, 19 KB in the mean, as in docs' performance study. */
static void write_pages(const struct server *server)
{
    static char page[64 << 10];
    char path[128];

    for (size_t i = 0; i < sizeof page; i++)
        page[i] = i % 80 == 79 ? '\n' : (char)('a' + i % 26);
    for (int i = 0; i < N_PAGES; i++) {
        snprintf(path, sizeof path, "%s/www/p%d.html", server->dir, i);
        write_file(path, (struct wx_str){page, 5000 + (size_t)i * 28000 / N_PAGES});
    }
}

static void wait_until_up(uint16_t port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};

    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    for (int i = 0; i < 500; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        int rc = connect(fd, (struct sockaddr *)&sa, sizeof sa);

        close(fd);
        if (rc == 0)
            return;
        usleep(10000);
    }
    die("nginx does not answer");
}

static uint16_t free_port(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET};
    socklen_t len = sizeof sa;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *)&sa, sizeof sa) != 0 ||
        getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
        die("port");
    close(fd);
    return ntohs(sa.sin_port);
}

static void server_start(struct server *server)
{
    char text[2048], path[128];
    int n;

    snprintf(server->dir, sizeof server->dir, "/tmp/wx-bench-XXXXXX");
    if (!mkdtemp(server->dir) || chmod(server->dir, 0755) != 0)
        die("temporary folder");
    snprintf(path, sizeof path, "%s/www", server->dir);
    if (mkdir(path, 0755) != 0)
        die(path);
    write_pages(server);
    server->port = free_port();
    n = snprintf(
        text, sizeof text,
        "daemon off; master_process off; pid %s/pid; error_log /dev/null;\n"
        "events { worker_connections 8192; }\n"
        "http { access_log off; sendfile on; tcp_nopush on;\n"
        "open_file_cache max=1000; keepalive_requests 10000000;\n"
        "keepalive_timeout 600; default_type text/html; root %s/www;\n"
        "client_body_temp_path %s/t1; proxy_temp_path %s/t2;\n"
        "fastcgi_temp_path %s/t3; uwsgi_temp_path %s/t4; scgi_temp_path %s/t5;\n"
        "server { listen %u backlog=4096; } }\n",
        server->dir, server->dir, server->dir, server->dir, server->dir, server->dir,
        server->dir, server->port);
    snprintf(path, sizeof path, "%s/nginx.conf", server->dir);
    write_file(path, (struct wx_str){text, (size_t)n});
    server->pid = fork();
    if (server->pid == 0) {
        dup2(open("/dev/null", O_WRONLY), 2);
        execl("/usr/sbin/nginx", "nginx", "-p", server->dir, "-c", path, (char *)NULL);
        _exit(127);
    }
    wait_until_up(server->port);
}

static void server_stop(const struct server *server)
{
    pid_t pid;

    kill(server->pid, SIGTERM);
    waitpid(server->pid, NULL, 0);
    pid = fork();
    if (pid == 0) {
        execl("/bin/rm", "rm", "-rf", server->dir, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

/* --- the limit: a bare client ----------------------------------------------------- */

struct bare {
    int fd;
    long left; /* body bytes; -1: header awaited */
    int page;
    uint32_t address;
};

static int bare_connect(uint32_t address, uint16_t port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(address)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    if (fd < 0 ||
        (connect(fd, (struct sockaddr *)&sa, sizeof sa) < 0 && errno != EINPROGRESS))
        die("connect");
    return fd;
}

static void bare_ask(struct bare *b)
{
    char text[256];
    int n = snprintf(text, sizeof text,
                     "GET /p%d.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b->page);

    b->page = (b->page + 1) % N_PAGES;
    b->left = -1;
    if (send(b->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        die("send");
}

/* One recv() of at most SIZE: true when the answer is complete. */
static bool bare_take(struct bare *b, char *buffer, size_t size)
{
    ssize_t n = recv(b->fd, buffer, size - 1, 0);
    char *end, *length;

    if (n <= 0)
        return false;
    if (b->left >= 0) {
        b->left -= n;
        return b->left <= 0;
    }
    buffer[n] = '\0';
    end = strstr(buffer, "\r\n\r\n");
    length = strstr(buffer, "Content-Length: ");
    if (!end || !length)
        die("answer");
    b->left = strtol(length + 16, NULL, 10) - (n - (end + 4 - buffer));
    return b->left <= 0;
}

/* N requests over N_CONNS connections, each to its own address of N_ADDRESSES. */
static double bare_run(uint16_t port, int n_requests, int n_conns, int n_addresses)
{
    static char buffer[256 << 10];
    struct bare *conns = wx_alloc((size_t)n_conns * sizeof *conns);
    struct epoll_event events[256];
    int epoll_fd = epoll_create1(0), n_asked = 0, n_done = 0;
    int64_t begun_us;

    for (int i = 0; i < n_conns; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                                    .data.ptr = &conns[i]};
        int k = i % n_addresses;

        conns[i].address = n_addresses == 1
                               ? 0x7F000001
                               : 0x7F010000 + (uint32_t)(k / 250 << 8 | (k % 250 + 1));
        conns[i].page = i % N_PAGES;
        conns[i].left = -2; /* not connected */
        conns[i].fd = bare_connect(conns[i].address, port);
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, conns[i].fd, &event);
    }
    begun_us = cpu_us();
    while (n_done < n_requests) {
        int n = epoll_wait(epoll_fd, events, 256, 1000);

        for (int i = 0; i < n; i++) {
            struct bare *b = events[i].data.ptr;
            bool can_ask = b->left == -2;

            if (!can_ask && events[i].events & EPOLLIN)
                while (!can_ask && (can_ask = bare_take(b, buffer, sizeof buffer)))
                    n_done++;
            if (can_ask && n_asked < n_requests) {
                bare_ask(b);
                n_asked++;
            }
        }
    }
    begun_us = cpu_us() - begun_us;
    for (int i = 0; i < n_conns; i++)
        close(conns[i].fd);
    close(epoll_fd);
    free(conns);
    return (double)begun_us / n_requests;
}

/* --- ours ------------------------------------------------------------------------- */

struct ours {
    struct wx_egress *egress;
    struct wx_url *urls; /* N_PAGES of each host */
    int n_hosts, n_asked, n_done, n_requests;
    uint64_t n_bytes;
};

static void ours_ask(struct ours *o, int host)
{
    struct wx_request request = {.purpose = WX_FOR_PAGE, .follow = true};
    int page = o->n_asked / o->n_hosts % N_PAGES;

    request.url = o->urls[host * N_PAGES + page];
    request.tag = (void *)(intptr_t)host;
    o->n_asked++;
    wx_egress_submit(o->egress, &request);
}

static void ours_done(void *ctx, const struct wx_request *request,
                      const struct wx_fetch *fetch, struct wx_str body,
                      struct wx_str chain)
{
    struct ours *o = ctx;

    (void)chain;
    if (fetch->outcome != WX_OUT_OK || fetch->status != 200) {
        fprintf(stderr, "bench-fetch: outcome %s %.*s\n",
                wx_outcome_name(fetch->outcome), (int)fetch->detail.len,
                fetch->detail.ptr);
        exit(1);
    }
    o->n_bytes += body.len;
    o->n_done++;
    if (o->n_asked < o->n_requests)
        ours_ask(o, (int)(intptr_t)request->tag);
}

static struct wx_permit *permit_for(uint16_t port, int host_connections)
{
    struct wx_permit *permit = NULL;
    struct wx_err err;
    struct wx_buf json = WX_BUF_INIT(1 << 20);

    wx_buf_printf(
        &json,
        "{\"version\":1,\"id\":\"bench\",\"ports\":[%u],"
        "\"addresses\":{\"allow\":[\"127.0.0.0/8\"]},\"pace\":{\"per_host\":0,"
        "\"host_connections\":%d,\"connections\":4096},\"hosts\":[\"one.test\"",
        port, host_connections);
    for (int i = 0; i < N_HOSTS; i++)
        wx_buf_printf(&json, ",\"h%d.test\"", i);
    wx_buf_printf(&json, "]}");
    if (wx_permit_parse(wx_buf_str(&json), "bench", &permit, &err) != WX_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    wx_buf_clear(&json);
    return permit;
}

static void urls_make(struct ours *o, struct wx_arena *arena, uint16_t port)
{
    o->urls = wx_arena_array(arena, struct wx_url, (size_t)o->n_hosts * N_PAGES);
    for (int h = 0; h < o->n_hosts; h++)
        for (int p = 0; p < N_PAGES; p++) {
            char text[80];

            if (o->n_hosts == 1)
                snprintf(text, sizeof text, "http://one.test:%u/p%d.html", port, p);
            else
                snprintf(text, sizeof text, "http://h%d.test:%u/p%d.html", h, port, p);
            if (wx_url_parse(arena, wx_arena_str(arena, wx_str_of(text)), NULL,
                             &o->urls[h * N_PAGES + p], NULL) != WX_OK)
                die("url");
        }
}

static double ours_run(uint16_t port, int n_requests, int n_conns, int n_hosts)
{
    static char pin_text[N_HOSTS + 1][64];
    static const char *pins[N_HOSTS + 1];
    struct wx_egress_options options = {.resolve = pins, .n_resolve = N_HOSTS + 1};
    struct wx_permit *permit = permit_for(port, n_hosts == 1 ? n_conns : 2);
    struct ours o = {.n_hosts = n_hosts, .n_requests = n_requests};
    struct wx_arena arena;
    struct wx_err err;
    int64_t begun_us;

    wx_arena_init(&arena);
    snprintf(pin_text[N_HOSTS], sizeof pin_text[0], "one.test:*:127.0.0.1");
    pins[N_HOSTS] = pin_text[N_HOSTS];
    for (int i = 0; i < N_HOSTS; i++) {
        snprintf(pin_text[i], sizeof pin_text[i], "h%d.test:*:127.1.%d.%d", i, i / 250,
                 i % 250 + 1);
        pins[i] = pin_text[i];
    }
    if (wx_egress_new(permit, &options, ours_done, &o, &o.egress, &err) != WX_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    urls_make(&o, &arena, port);
    begun_us = cpu_us();
    for (int i = 0; i < n_conns && o.n_asked < n_requests; i++)
        ours_ask(&o, i % n_hosts);
    while (wx_egress_pending(o.egress))
        wx_egress_run(o.egress, 1000);
    begun_us = cpu_us() - begun_us;
    wx_egress_free(o.egress);
    wx_permit_free(permit);
    wx_arena_clear(&arena);
    return (double)begun_us / n_requests;
}

/* --- memory ----------------------------------------------------------------------- */

static void ignore_done(void *ctx, const struct wx_request *request,
                        const struct wx_fetch *fetch, struct wx_str body,
                        struct wx_str chain)
{
    (void)ctx;
    (void)request;
    (void)fetch;
    (void)body;
    (void)chain;
}

static double resident_mib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        die("statm");
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* What 100,000 hosts with one request each weigh while they wait. */
static double queued_mib(void)
{
    struct wx_permit_terms terms = {0};
    struct wx_permit *permit = wx_permit_for_hosts(NULL, 0, &terms);
    struct wx_egress_options options = {0};
    struct wx_egress *egress;
    struct wx_arena arena;
    double before_mib, after_mib;

    if (wx_egress_new(permit, &options, ignore_done, NULL, &egress, NULL) != WX_OK)
        die("egress");
    wx_arena_init(&arena);
    before_mib = resident_mib();
    for (int i = 0; i < 100000; i++) {
        struct wx_request request = {.purpose = WX_FOR_HOME, .follow = true};
        char text[80];

        snprintf(text, sizeof text, "https://www.h%d.xingyuan.gov.cn/index.html", i);
        wx_arena_reset(&arena);
        if (wx_url_parse(&arena, wx_str_of(text), NULL, &request.url, NULL) != WX_OK)
            die("url");
        wx_egress_submit(egress, &request);
    }
    after_mib = resident_mib();
    wx_egress_free(egress);
    wx_permit_free(permit);
    wx_arena_clear(&arena);
    return after_mib - before_mib;
}

/* --- table ------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, int n)
{
    double sorted[MAX_ROUNDS];

    memcpy(sorted, values, (size_t)n * sizeof *values);
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    return sorted[n / 2];
}

int main(int argc, char **argv)
{
    int n_rounds = argc > 1 ? atoi(argv[1]) : 5;
    int n_requests = argc > 2 ? atoi(argv[2]) : 50000;
    double us[4][MAX_ROUNDS], ratio[3][MAX_ROUNDS];
    double weight_mib;
    struct server server;

    if (n_rounds < 1 || n_rounds > MAX_ROUNDS || n_requests < 1000)
        return 2;
    weight_mib = queued_mib();
    server_start(&server);
    for (int i = 0; i < n_rounds; i++) {
        us[0][i] = bare_run(server.port, n_requests, CONNECTIONS, 1);
        us[1][i] = ours_run(server.port, n_requests, CONNECTIONS, 1);
        us[2][i] = bare_run(server.port, n_requests, N_HOSTS, N_HOSTS);
        us[3][i] = ours_run(server.port, n_requests, N_HOSTS, N_HOSTS);
        ratio[0][i] = us[1][i] / us[0][i];
        ratio[1][i] = us[3][i] / us[1][i];
        ratio[2][i] = us[3][i] / us[2][i];
    }
    server_stop(&server);
    printf("fetch over loopback, nginx, kept connections, pages of 5-33 KB; median of "
           "%d rounds of %d requests\n",
           n_rounds, n_requests);
    printf("%-44s %8.1f us/request\n", "bare epoll client, 64 connections",
           median(us[0], n_rounds));
    printf("%-44s %8.1f us/request\n", "egress, 1 host, 64 connections",
           median(us[1], n_rounds));
    printf("%-44s %8.1f us/request\n", "bare epoll client, 1,000 addresses",
           median(us[2], n_rounds));
    printf("%-44s %8.1f us/request\n", "egress, 1,000 hosts, 1 connection each",
           median(us[3], n_rounds));
    printf("%-44s %8.2f  (gate 3, aim 1.5)\n", "egress / bare",
           median(ratio[0], n_rounds));
    printf("%-44s %8.2f  (gate 1.5, aim 1.1)\n", "1,000 hosts / 1 host",
           median(ratio[1], n_rounds));
    printf("%-44s %8.2f\n", "1,000 hosts: egress / bare", median(ratio[2], n_rounds));
    printf("%-44s %8.1f MiB (gate 512, aim 256)\n", "100,000 queued hosts", weight_mib);
    return 0;
}
