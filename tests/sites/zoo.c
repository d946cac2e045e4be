/*
 * The zoo: one scripted server of hostile sites, each on an address of its own, all on
 * loopback. What an exhibit does depends on its address only, so it does the same in
 * every run.
 *
 *     zoo --zone            "NAME ADDRESS" of every exhibit, for demo-dns
 *     zoo PORT LOGFILE      serve; a line for each request: TIME HOST METHOD URI
 * ADDRESS
 *
 * The last address stands for a machine that nobody may touch: it lies outside of the
 * permit, and whatever reaches it is written to the log. Ends by itself after 15
 * minutes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum {
    LIFE_S = 900,
    REQUEST_MAX = 16 << 10,
    SLOW_MAX_S = 120,
    PAGE_MAX = 64 << 10,
    BOMB_MIB = 64,
    FILLER_MAX = 256 << 20, /* of an endless answer: the visitor is long gone */
};

struct visit {
    int fd;
    int port;
    char method[16], uri[2048], host[256], address[INET_ADDRSTRLEN];
    bool must_close;
};

struct exhibit {
    const char *name; /* of the host, below zoo.example */
    const char *address;
    void (*serve)(struct visit *visit);
};

static FILE *request_log;
static unsigned char *bomb;
static size_t bomb_bytes;

/* ---- sending ---- */

static bool send_bytes(struct visit *v, const void *bytes, size_t n)
{
    const char *at = bytes;

    while (n) {
        ssize_t sent = send(v->fd, at, n, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0) {
            v->must_close = true;
            return false;
        }
        at += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool say(struct visit *v, const char *text)
{
    return send_bytes(v, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static bool sayf(struct visit *v, const char *fmt,
                                                       ...)
{
    char text[PAGE_MAX];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return n > 0 &&
           send_bytes(v, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static bool is_head(const struct visit *v)
{
    return strcmp(v->method, "HEAD") == 0;
}

static void answer_bytes(struct visit *v, int status, const char *type,
                         const void *body, size_t n)
{
    sayf(v, "HTTP/1.1 %d Answer\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
         status, type, n);
    if (!is_head(v))
        send_bytes(v, body, n);
}

/* A page of Chinese prose in UTF-8 with BODY in it. */
__attribute__((format(printf, 3, 4))) static void
answer_page(struct visit *v, int status, const char *fmt, ...)
{
    char body[PAGE_MAX], page[PAGE_MAX + 1024];
    va_list ap;
    int n;

    va_start(ap, fmt);
    vsnprintf(body, sizeof body, fmt, ap);
    va_end(ap);
    n = snprintf(page, sizeof page,
                 "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
                 "<title>星源区动物园</title></head><body><h1>星源区动物园</h1>"
                 "<p>本栏目公开年度重点工作安排和政策文件解读。</p>%s</body></html>",
                 body);
    answer_bytes(v, status, "text/html; charset=utf-8", page, (size_t)n);
}

static bool is_home(const struct visit *v)
{
    return strcmp(v->uri, "/") == 0;
}

/* Everything but the start page of most exhibits. True: it has been answered. */
static bool answer_missing(struct visit *v)
{
    if (is_home(v))
        return false;
    answer_page(v, 404, "<p>没有找到。</p>");
    return true;
}

static void head_of_endless(struct visit *v, const char *more)
{
    v->must_close = true;
    sayf(v, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%s", more);
}

static void pause_s(int s)
{
    struct timespec t = {.tv_sec = s};

    nanosleep(&t, NULL);
}

/* ---- slow and silent ---- */

static void slow_headers(struct visit *v)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nX-Slow: ";

    for (int i = 0; i < SLOW_MAX_S; i++) {
        if (!send_bytes(v, i < (int)sizeof head - 1 ? head + i : "x", 1))
            return;
        pause_s(1);
    }
    v->must_close = true;
}

static void slow_body(struct visit *v)
{
    if (answer_missing(v))
        return;
    head_of_endless(v, "Content-Length: 100000\r\n\r\n<html><body><p>");
    for (int i = 0; i < SLOW_MAX_S && send_bytes(v, "x", 1); i++)
        pause_s(1);
}

static void silent(struct visit *v)
{
    struct pollfd p = {.fd = v->fd, .events = POLLRDHUP};

    (void)poll(&p, 1, SLOW_MAX_S * 1000);
    v->must_close = true;
}

static void reset_in_body(struct visit *v)
{
    struct linger now = {1, 0};

    if (answer_missing(v))
        return;
    head_of_endless(v, "Content-Length: 5000\r\n\r\n<html><body><p>只有一半");
    (void)setsockopt(v->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    v->must_close = true;
}

static void endless_interim(struct visit *v)
{
    for (size_t n = 0; n < FILLER_MAX; n += 25)
        if (!say(v, "HTTP/1.1 100 Continue\r\n\r\n"))
            return;
    v->must_close = true;
}

static void not_http(struct visit *v)
{
    static const char greeting[] = "220 mail.zoo.example ESMTP\r\n\0\xFF\xFE\r\n";

    send_bytes(v, greeting, sizeof greeting);
    v->must_close = true;
}

/* ---- too much ---- */

static void repeat(struct visit *v, const char *text, size_t max_bytes)
{
    char block[32 << 10];
    size_t n = strlen(text), len = sizeof block / n * n;

    for (size_t at = 0; at < len; at += n)
        memcpy(block + at, text, n);
    for (size_t sent = 0; sent < max_bytes; sent += len)
        if (!send_bytes(v, block, len))
            return;
}

static void endless_body(struct visit *v)
{
    if (answer_missing(v))
        return;
    head_of_endless(v, "\r\n<html><body>");
    repeat(v, "<p>没有尽头的一页</p>\n", FILLER_MAX);
}

static void endless_chunks(struct visit *v)
{
    if (answer_missing(v))
        return;
    head_of_endless(v, "Transfer-Encoding: chunked\r\n\r\n");
    repeat(v, "1;ext=\"0123456789\"\r\nx\r\n", FILLER_MAX);
}

static void one_long_header(struct visit *v)
{
    v->must_close = true;
    say(v, "HTTP/1.1 200 OK\r\nX-Long: ");
    repeat(v, "0123456789abcdef", FILLER_MAX);
}

static void many_headers(struct visit *v)
{
    v->must_close = true;
    say(v, "HTTP/1.1 200 OK\r\n");
    repeat(v, "Set-Cookie: a=b\r\n", FILLER_MAX);
}

static void gzip_bomb(struct visit *v)
{
    if (answer_missing(v))
        return;
    sayf(v,
         "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
         "Content-Length: %zu\r\n\r\n",
         bomb_bytes);
    send_bytes(v, bomb, bomb_bytes);
}

static void make_bomb(void)
{
    static unsigned char block[1 << 20];
    static const char head[] = "<html><body><p>炸弹</p>";
    z_stream z = {0};

    memset(block, 'A', sizeof block);
    bomb = malloc(BOMB_MIB << 11);
    if (!bomb || deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        exit(1);
    z.next_out = bomb;
    z.avail_out = BOMB_MIB << 11;
    z.next_in = (Bytef *)(uintptr_t)head;
    z.avail_in = sizeof head - 1;
    (void)deflate(&z, Z_NO_FLUSH);
    for (int i = 0; i < BOMB_MIB; i++) {
        z.next_in = block;
        z.avail_in = sizeof block;
        (void)deflate(&z, i + 1 < BOMB_MIB ? Z_NO_FLUSH : Z_FINISH);
    }
    bomb_bytes = (BOMB_MIB << 11) - z.avail_out;
    deflateEnd(&z);
}

/* ---- lengths that lie ---- */

static const char short_page[] = "<html><head><title>长度</title></head><body>"
                                 "<p>长度不对的一页</p></body></html>";

static void lie(struct visit *v, const char *headers)
{
    if (answer_missing(v))
        return;
    v->must_close = true;
    sayf(v, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%s\r\n\r\n%s",
         headers, short_page);
}

static void length_short(struct visit *v)
{
    lie(v, "Content-Length: 20");
}

static void length_long(struct visit *v)
{
    lie(v, "Content-Length: 100000");
}

static void length_negative(struct visit *v)
{
    lie(v, "Content-Length: -5");
}

static void length_two(struct visit *v)
{
    lie(v, "Content-Length: 20\r\nContent-Length: 4000");
}

/* ---- redirects ---- */

static void redirect(struct visit *v, const char *to)
{
    sayf(v, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to);
}

static void redirect_loop(struct visit *v)
{
    redirect(v, strcmp(v->uri, "/a") == 0 ? "/b" : "/a");
}

static void redirect_growing(struct visit *v)
{
    char to[sizeof v->uri + 8];

    snprintf(to, sizeof to, "%sx/", v->uri);
    redirect(v, to);
}

static void redirect_private(struct visit *v)
{
    redirect(v, "http://10.0.0.1/");
}

/* A good start page whose links are lures. */
static void redirect_lures(struct visit *v)
{
    static const char *const to[] = {"http://10.0.0.1/",
                                     "http://169.254.169.254/latest/meta-data/",
                                     "http://forbidden.zoo.example/",
                                     "http://127.67.0.1/",
                                     "http://127.67.0.1:%d/",
                                     "http://0x7f430001/",
                                     "http://2135097345/",
                                     "http://0177.0103.0.1/",
                                     "http://[::ffff:127.67.0.1]:%d/",
                                     "http://forbidden.zoo.example.:%d/",
                                     "https://forbidden.zoo.example/",
                                     "file:///etc/passwd",
                                     "gopher://127.67.0.1:%d/_x",
                                     "//127.67.0.1:%d/"};
    char links[PAGE_MAX / 2] = "", url[200];
    size_t n = sizeof to / sizeof *to, i;

    for (i = 0; i < n; i++)
        snprintf(links + strlen(links), 64, "<a href=\"/r%zu\">%zu</a> ", i, i);
    if (is_home(v)) {
        answer_page(v, 200, "%s", links);
    } else if (sscanf(v->uri, "/r%zu", &i) == 1 && i < n) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(url, sizeof url, to[i], v->port);
#pragma GCC diagnostic pop
        redirect(v, url);
    } else {
        answer_page(v, 404, "<p>没有找到。</p>");
    }
}

/* Closes after each answer, so that each request may be led to another address. */
static void rebinding(struct visit *v)
{
    char links[1024] = "";
    int page;

    for (int i = 0; i < 12; i++)
        snprintf(links + strlen(links), 64, "<a href=\"/p%d.html\">%d</a> ", i, i);
    v->must_close = true;
    if (!is_home(v) && sscanf(v->uri, "/p%d.html", &page) != 1) {
        say(v, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
        return;
    }
    sayf(v,
         "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: "
         "close\r\n\r\n<html><head><title>换址</title></head><body><p>%s</p>%s</body>"
         "</html>",
         v->uri, links);
}

static void forbidden(struct visit *v)
{
    answer_page(v, 200, "<p>内网</p>");
}

/* ---- markup and characters ---- */

static void answer_big(struct visit *v, const char *head, const char *text, size_t n,
                       const char *tail)
{
    head_of_endless(v, "Connection: close\r\n\r\n");
    say(v, head);
    repeat(v, text, n);
    say(v, tail);
}

static void nested_tags(struct visit *v)
{
    if (is_home(v))
        answer_big(v,
                   "<html><head><title>嵌套</title></head><body><p>一百万层</p>"
                   "<a href=\"/a\">甲</a><a href=\"/b\">乙</a><a href=\"/c\">丙</a>"
                   "<a href=\"/d\">丁</a>",
                   "<div><b>", 7 << 20, "</body></html>");
    else if (strcmp(v->uri, "/a") == 0)
        answer_big(v, "<html><body><p ", "a=\"1\" ", 7 << 20,
                   ">属性</p></body></html>");
    else if (strcmp(v->uri, "/b") == 0)
        answer_big(v, "<html><body><script>var a = [", "\"\\x41\"+", 7 << 20,
                   "0];</script></body></html>");
    else if (strcmp(v->uri, "/c") == 0)
        answer_big(v, "<html><body><form><select><template><table><plaintext>",
                   "<!--<script><a href='", 7 << 20, "");
    else if (strcmp(v->uri, "/d") == 0)
        answer_big(v, "<html><body>", "<a href=\"?&#x41;&notin;&amp;amp;\">&lt;</a>",
                   7 << 20, "");
    else
        (void)answer_missing(v);
}

/* Bytes that are not what the label says; each page hides the same link. */
static void broken_charset(struct visit *v)
{
    /* "<title>公告", and "百家乐在线投注" as the text of a hidden link, in GBK */
    static const char gbk[] = "<html><head><title>\xB9\xAB\xB8\xE6</title></"
                              "head><body><p>\xB1\xBE\xC0\xB8\xC4"
                              "\xBF\xB9\xAB\xBF\xAA\xC4\xEA\xB6\xC8\xD6\xD8\xB5\xE3\xB9"
                              "\xA4\xD7\xF7\xB0\xB2\xC5"
                              "\xC5\xA1\xA3</p><div style=\"display:none\"><a "
                              "href=\"http://gbk.bet.example/\">"
                              "\xB0\xD9\xBC\xD2\xC0\xD6\xD4\xDA\xCF\xDF\xCD\xB6\xD7\xA2"
                              "</a></div></body></html>";
    /* "本欄目公開年度重點工作安排", in Big5 */
    static const char big5[] = "<html><head><title>\xA4\xBD\xA7\x69</title></"
                               "head><body><p>\xA5\xBB\xC4\xE6\xA5"
                               "\xD8\xA4\xBD\xB6\x7D\xA6\x7E\xAB\xD7\xAD\xAB\xC2\x49"
                               "\xA4\x75\xA7\x40\xA6\x77\xB1"
                               "\xC6</p></body></html>";
    static const char overlong[] =
        "<html><body><p>\xC0\xBCscript\xC0\xBE \xE0\x80\xAF \xED\xA0\x80 "
        "\xF4\x90\x80\x80 \xFF\xFE</p>\xE4\xB8</body></html>";
    static const char utf16[] =
        "<\0h\0t\0m\0l\0>\0<\0b\0o\0d\0y\0>\0<\0p\0>\0\x2C\x67\x0F\x68<\0/\0p\0>\0";
    static const char mixed[] = "<html><body><p>\xEF\xBB\xBF\xFF\xFE<\0p\0>\0</"
                                "p>+ADw-script+AD4-</body></html>";

    if (is_home(v))
        answer_page(
            v, 200,
            "<a href=\"/gbk\">1</a><a href=\"/big5\">2</a><a href=\"/overlong\">3"
            "</a><a href=\"/utf16\">4</a><a href=\"/mixed\">5</a><a "
            "href=\"/label\">6</a>");
    else if (strcmp(v->uri, "/gbk") == 0)
        answer_bytes(v, 200, "text/html; charset=utf-8", gbk, sizeof gbk - 1);
    else if (strcmp(v->uri, "/big5") == 0)
        answer_bytes(v, 200, "text/html; charset=gb2312", big5, sizeof big5 - 1);
    else if (strcmp(v->uri, "/overlong") == 0)
        answer_bytes(v, 200, "text/html; charset=utf-8", overlong, sizeof overlong - 1);
    else if (strcmp(v->uri, "/utf16") == 0)
        answer_bytes(v, 200, "text/html", utf16, sizeof utf16 - 1);
    else if (strcmp(v->uri, "/mixed") == 0)
        answer_bytes(v, 200, "text/html; charset=utf-7", mixed, sizeof mixed - 1);
    else if (strcmp(v->uri, "/label") == 0)
        answer_bytes(v, 200, "text/html; charset=\x80\xFF;;charset=klingon", gbk,
                     sizeof gbk - 1);
    else
        (void)answer_missing(v);
}

/* ---- robots.txt, traps ---- */

static void giant_robots(struct visit *v)
{
    if (strcmp(v->uri, "/robots.txt") == 0) {
        head_of_endless(v, "Connection: close\r\n\r\n");
        say(v, "User-agent: *\nDisallow: /closed/\n");
        repeat(v, "Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*b$\n", 20 << 20);
        return;
    }
    if (is_home(v))
        answer_page(
            v, 200,
            "<a href=\"/closed/x.html\">1</a> <a href=\"/open.html\">2</a> <a "
            "href=\"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\">3</a>");
    else if (strncmp(v->uri, "/aaa", 4) == 0 || strcmp(v->uri, "/open.html") == 0)
        answer_page(v, 200, "<p>%s</p>", v->uri);
    else
        (void)answer_missing(v);
}

static void calendar(struct visit *v)
{
    int month = 0;
    const char *at = strstr(v->uri, "month=");

    if (at)
        month = atoi(at + 6);
    if (!is_home(v) && strncmp(v->uri, "/rili", 5) != 0)
        (void)answer_missing(v);
    else
        answer_page(
            v, 200,
            "<p>第%d月</p><a href=\"/rili?month=%d\">下月</a> <a "
            "href=\"/rili?month=%d\">明年</a> <a href=\"/rili/%d/%d.html\">日</a>",
            month, month + 1, month + 12, month + 1, month % 28 + 1);
}

static void session_path(struct visit *v)
{
    static unsigned long counter;
    unsigned long n = __atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);

    if (!is_home(v) && strncmp(v->uri, "/s/", 3) != 0)
        (void)answer_missing(v);
    else
        answer_page(
            v, 200,
            "<p>欢迎访问</p><a href=\"/s/%032lxab12cd34/list.html\">列表</a> <a "
            "href=\"/s/%032lxab12cd34/news.html\">新闻</a>",
            n * 2654435761u, n * 40503u);
}

/* One page for every address, its links always new. */
static void one_page(struct visit *v)
{
    answer_page(v, 200,
                "<p>正在加载，请看<a href=\"/a%ld.html\">这里</a>或<a "
                "href=\"/\">首页</a>。</p>",
                random() % 100000);
}

/* A start page of its own; what is not there says so, and says 200. */
static void soft404(struct visit *v)
{
    if (is_home(v))
        answer_page(
            v, 200,
            "<p>欢迎</p><p>办事指南</p><p>政策解读</p><a href=\"/old.html\">旧闻</a>");
    else
        answer_page(v, 200, "<p>抱歉，您访问的 %s 不存在（%ld）。</p>", v->uri,
                    random() % 100000);
}

/* ---- come back later ---- */

static void retry_never(struct visit *v)
{
    say(v, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 "
           "GMT\r\nContent-Length: 0\r\n\r\n");
}

/* Sitemaps that name further sitemaps without end, and entities that multiply. */
static void sitemap_bomb(struct visit *v)
{
    if (is_home(v)) {
        answer_page(v, 200, "<p>地图</p>");
    } else if (strncmp(v->uri, "/sitemap", 8) == 0) {
        head_of_endless(v, "Connection: close\r\n\r\n");
        say(v,
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
            "\"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c "
            "\"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY "
            "f SYSTEM \"file:///etc/passwd\">]><sitemapindex><!-- &c;&f; -->");
        for (int i = 0; i < 50; i++)
            sayf(v, "<sitemap><loc>/sitemap%ld.xml?&c;</loc></sitemap>", random());
        repeat(v, "<url><loc>&c;&f;</loc></url><url><loc>/x.html</loc></url>",
               10 << 20);
    } else {
        (void)answer_missing(v);
    }
}

/* ---- the list ---- */

static const struct exhibit exhibits[] = {
    {"slow-headers", "127.66.1.1", slow_headers},
    {"slow-body", "127.66.1.2", slow_body},
    {"silent", "127.66.1.3", silent},
    {"reset", "127.66.1.4", reset_in_body},
    {"endless-interim", "127.66.1.5", endless_interim},
    {"not-http", "127.66.1.6", not_http},
    {"endless-body", "127.66.1.7", endless_body},
    {"endless-chunks", "127.66.1.8", endless_chunks},
    {"one-long-header", "127.66.1.9", one_long_header},
    {"many-headers", "127.66.1.10", many_headers},
    {"gzip-bomb", "127.66.1.11", gzip_bomb},
    {"length-short", "127.66.1.12", length_short},
    {"length-long", "127.66.1.13", length_long},
    {"length-negative", "127.66.1.14", length_negative},
    {"length-two", "127.66.1.15", length_two},
    {"redirect-loop", "127.66.1.16", redirect_loop},
    {"redirect-growing", "127.66.1.17", redirect_growing},
    {"redirect-private", "127.66.1.18", redirect_private},
    {"redirect-lures", "127.66.1.19", redirect_lures},
    {"rebinding", "127.66.1.20,127.67.0.1", rebinding},
    {"rebinding-first", "127.67.0.1,127.66.1.21", rebinding},
    {"nested-tags", "127.66.1.22", nested_tags},
    {"broken-charset", "127.66.1.23", broken_charset},
    {"giant-robots", "127.66.1.24", giant_robots},
    {"calendar", "127.66.1.25", calendar},
    {"session-path", "127.66.1.26", session_path},
    {"one-page", "127.66.1.27", one_page},
    {"soft404", "127.66.1.28", soft404},
    {"retry-never", "127.66.1.29", retry_never},
    {"sitemap-bomb", "127.66.1.31", sitemap_bomb},
    {"forbidden", "127.67.0.1", forbidden},
};
enum { N_EXHIBITS = sizeof exhibits / sizeof *exhibits };

/* The address of an exhibit itself: the one that is not the forbidden one. */
static struct in_addr address_of(const struct exhibit *e)
{
    char list[64], *save, *one;
    struct in_addr out = {0};

    snprintf(list, sizeof list, "%s", e->address);
    for (one = strtok_r(list, ",", &save); one; one = strtok_r(NULL, ",", &save))
        if (!out.s_addr || strncmp(one, "127.66.", 7) == 0)
            (void)inet_pton(AF_INET, one, &out);
    return out;
}

/* ---- serving ---- */

static void write_log(const struct visit *v)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    fprintf(request_log, "%lld.%03ld %s %s %s %s\n", (long long)now.tv_sec,
            now.tv_nsec / 1000000, v->host[0] ? v->host : "-",
            v->method[0] ? v->method : "-", v->uri[0] ? v->uri : "-", v->address);
    fflush(request_log);
}

/* Read one request; false: none came. */
static bool read_request(struct visit *v)
{
    char text[REQUEST_MAX];
    const char *host;
    size_t n = 0;

    v->method[0] = v->uri[0] = v->host[0] = '\0';
    while (n < sizeof text - 1) {
        ssize_t got = recv(v->fd, text + n, sizeof text - 1 - n, 0);

        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = '\0';
        if (strstr(text, "\r\n\r\n"))
            break;
    }
    host = strcasestr(text, "\r\nHost: ");
    if (host)
        (void)sscanf(host + 8, "%255[^\r\n ]", v->host);
    return sscanf(text, "%15s %2047s", v->method, v->uri) == 2;
}

static void *serve(void *arg)
{
    struct visit v = {.fd = (int)(intptr_t)arg};
    struct sockaddr_in local = {0};
    socklen_t len = sizeof local;
    struct timeval patience = {30, 0};
    const struct exhibit *e = NULL;

    (void)getsockname(v.fd, (struct sockaddr *)&local, &len);
    (void)inet_ntop(AF_INET, &local.sin_addr, v.address, sizeof v.address);
    v.port = ntohs(local.sin_port);
    (void)setsockopt(v.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(v.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    for (size_t i = 0; i < N_EXHIBITS; i++)
        if (address_of(&exhibits[i]).s_addr == local.sin_addr.s_addr)
            e = &exhibits[i];
    if (e && e->serve == forbidden)
        write_log(&v); /* that somebody came is already too much */
    while (e && !v.must_close && read_request(&v)) {
        write_log(&v);
        e->serve(&v);
    }
    close(v.fd);
    return NULL;
}

static int listen_at(struct in_addr address, uint16_t port)
{
    struct sockaddr_in local = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = address};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof local) < 0 ||
        listen(fd, 64) < 0) {
        perror("zoo");
        exit(1);
    }
    return fd;
}

static void accept_all(struct pollfd *doors)
{
    pthread_attr_t attr;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, 512 << 10);
    for (;;) {
        if (poll(doors, N_EXHIBITS, -1) < 0 && errno != EINTR)
            exit(1);
        for (size_t i = 0; i < N_EXHIBITS; i++) {
            pthread_t thread;
            int fd = doors[i].revents ? accept(doors[i].fd, NULL, NULL) : -1;

            if (fd >= 0 &&
                pthread_create(&thread, &attr, serve, (void *)(intptr_t)fd) != 0)
                close(fd);
        }
    }
}

int main(int argc, char **argv)
{
    struct pollfd doors[N_EXHIBITS];

    if (argc == 2 && strcmp(argv[1], "--zone") == 0) {
        for (size_t i = 0; i < N_EXHIBITS; i++)
            printf("%s.zoo.example %s\n", exhibits[i].name, exhibits[i].address);
        return 0;
    }
    if (argc != 3) {
        fprintf(stderr, "usage: zoo --zone | zoo PORT LOGFILE\n");
        return 2;
    }
    alarm(LIFE_S);
    request_log = fopen(argv[2], "a");
    if (!request_log) {
        perror(argv[2]);
        return 2;
    }
    make_bomb();
    for (size_t i = 0; i < N_EXHIBITS; i++)
        doors[i] = (struct pollfd){
            .fd = listen_at(address_of(&exhibits[i]), (uint16_t)atoi(argv[1])),
            .events = POLLIN};
    accept_all(doors);
}
