/*
 * Deliveries against a scripted peer on loopback: a line in, a line out, perhaps over
 * TLS. What must hold: an inspection never writes, a delivery goes nowhere but to its
 * host, port and listed addresses, follows nothing, and never shows a password.
 */
#include "egress/deliver.h"
#include "jail.h"
#include "site.h"
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/wait.h>

/* --- an SMTP server that follows a script ----------------------------------------- */

struct peer {
    int fd;
    uint16_t port;
    pthread_t thread;
    SSL_CTX *tls; /* NULL: none */
    bool is_tls_at_once;
    const char *ehlo;     /* reply to EHLO before TLS, CRLF inside */
    const char *ehlo_tls; /* after it */
    const char *starttls; /* reply to STARTTLS */
    const char *rcpt, *data_end, *auth;
    char heard[16384]; /* all that came, in order */
    size_t n_heard;
    atomic_int n_connections;
    bool is_joined;
};

struct talk {
    struct peer *peer;
    int fd;
    SSL *ssl;
};

static void talk_say(struct talk *t, const char *text)
{
    if (t->ssl)
        (void)SSL_write(t->ssl, text, (int)strlen(text));
    else
        say(t->fd, text);
}

static bool talk_line(struct talk *t, char line[2048])
{
    size_t n = 0;

    for (;;) {
        char c;
        ssize_t got = t->ssl ? SSL_read(t->ssl, &c, 1) : recv(t->fd, &c, 1, 0);

        if (got != 1 || n + 2 >= 2048)
            return false;
        line[n++] = c;
        if (c == '\n')
            break;
    }
    line[n] = '\0';
    if (t->peer->n_heard + n < sizeof t->peer->heard) {
        memcpy(t->peer->heard + t->peer->n_heard, line, n + 1);
        t->peer->n_heard += n;
    }
    return true;
}

static bool talk_encrypt(struct talk *t)
{
    t->ssl = SSL_new(t->peer->tls);
    SSL_set_fd(t->ssl, t->fd);
    return SSL_accept(t->ssl) == 1;
}

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

static void talk_smtp(struct talk *t)
{
    struct peer *p = t->peer;
    char line[2048];
    bool is_data = false;

    if (p->is_tls_at_once && !talk_encrypt(t))
        return;
    talk_say(t, "220 post.test ready\r\n");
    while (talk_line(t, line)) {
        if (is_data) {
            if (strcmp(line, ".\r\n") == 0) {
                is_data = false;
                talk_say(t, p->data_end);
            }
        } else if (begins(line, "EHLO")) {
            talk_say(t, t->ssl ? p->ehlo_tls : p->ehlo);
        } else if (begins(line, "STARTTLS")) {
            talk_say(t, p->starttls);
            if (p->starttls[0] != '2' || !talk_encrypt(t))
                return;
        } else if (begins(line, "AUTH LOGIN")) {
            talk_say(t, "334 VXNlcm5hbWU6\r\n");
            (void)talk_line(t, line);
            talk_say(t, "334 UGFzc3dvcmQ6\r\n");
            (void)talk_line(t, line);
            talk_say(t, p->auth);
        } else if (begins(line, "AUTH")) {
            talk_say(t, p->auth);
        } else if (begins(line, "RCPT")) {
            talk_say(t, p->rcpt);
        } else if (begins(line, "DATA")) {
            is_data = true;
            talk_say(t, "354 go on\r\n");
        } else if (begins(line, "QUIT")) {
            talk_say(t, "221 bye\r\n");
            return;
        } else {
            talk_say(t, "250 ok\r\n");
        }
    }
}

static void *peer_run(void *arg)
{
    struct peer *p = arg;

    for (;;) {
        struct talk t = {p, accept(p->fd, NULL, NULL), NULL};

        if (t.fd < 0)
            return NULL;
        atomic_fetch_add(&p->n_connections, 1);
        talk_smtp(&t);
        SSL_free(t.ssl);
        close(t.fd);
    }
}

static struct peer *peer_open(void)
{
    struct peer *p = wx_new(struct peer);

    p->fd = listen_on("127.0.0.1", &p->port);
    p->ehlo = "250-post.test\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n";
    p->ehlo_tls = "250-post.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n";
    p->starttls = "220 go\r\n";
    p->rcpt = p->data_end = "250 ok\r\n";
    p->auth = "235 welcome\r\n";
    return p;
}

static void peer_start(struct peer *p)
{
    assert_int_equal(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

/* All that was said is heard: the letter is delivered before QUIT has arrived. */
static void peer_join(struct peer *p)
{
    if (p->is_joined)
        return;
    shutdown(p->fd, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    p->is_joined = true;
}

static void peer_close(struct peer *p)
{
    peer_join(p);
    close(p->fd);
    SSL_CTX_free(p->tls);
    free(p);
}

/* --- certificates ----------------------------------------------------------------- */

static char cert_dir[] = "/tmp/wangxun-deliver.XXXXXX";

static const char *cert_path(const char *name)
{
    static char path[4][256];
    static int i;

    i = (i + 1) % 4;
    snprintf(path[i], sizeof path[i], "%s/%s", cert_dir, name);
    return path[i];
}

static int certs_make(void **state)
{
    char *argv[] = {(char *)"sh", (char *)WX_SOURCE_ROOT "/tests/unit/egress/certs.sh",
                    cert_dir, NULL};
    int status = 1;
    pid_t pid;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(cert_dir))
        return -1;
    pid = fork();
    if (pid == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        (void)!freopen("/dev/null", "w", stdout);
        execv("/bin/sh", argv);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

static int certs_remove(void **state)
{
    char *argv[] = {(char *)"rm", (char *)"-rf", cert_dir, NULL};
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        execv("/bin/rm", argv);
        _exit(127);
    }
    return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static SSL_CTX *server_tls(const char *name)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    char chain[64], key[64];

    snprintf(chain, sizeof chain, "%s.chain", name);
    snprintf(key, sizeof key, "%s.key", name);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(tls, cert_path(chain)), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(tls, cert_path(key), SSL_FILETYPE_PEM),
                     1);
    return tls;
}

/* --- the client's side ------------------------------------------------------------ */

static struct wx_deliverer *deliverer_open(const char *const *pins, size_t n)
{
    struct wx_deliverer_options options = {.ca_file = cert_path("root.pem"),
                                           .dns_server = "127.0.0.1:1",
                                           .resolve = pins,
                                           .n_resolve = n};
    struct wx_deliverer *d = NULL;
    struct wx_err err = {0};

    if (wx_deliverer_new(&options, &d, &err) != WX_OK)
        fail_msg("%s", err.text);
    return d;
}

static struct wx_permit *permit_to(const char *host, uint16_t port, const char *allow)
{
    struct wx_str prefix = wx_str_of(allow);
    struct wx_permit *permit = NULL;
    struct wx_err err = {0};

    if (wx_permit_for_delivery(wx_str_of(host), port, &prefix, allow ? 1 : 0, &permit,
                               &err) != WX_OK)
        fail_msg("%s", err.text);
    return permit;
}

/* POST to URL with a permit for its host; the result is the caller's to look at. */
static struct wx_delivery_result post_with(const struct wx_permit *permit,
                                           struct wx_deliverer *d, const char *url,
                                           struct wx_post post)
{
    struct wx_delivery_result result;
    struct wx_arena arena;

    wx_arena_init(&arena);
    assert_int_equal(wx_url_parse(&arena, wx_str_of(url), NULL, &post.url, NULL),
                     WX_OK);
    if (!post.agent.len)
        post.agent = WX_STR("Wangxun");
    if (!post.content_type.len)
        post.content_type = WX_STR("application/json");
    wx_deliver_post(d, permit, &post, 5000, &result);
    wx_arena_clear(&arena);
    return result;
}

static struct wx_delivery_result post(const char *host, uint16_t port,
                                      const char *allow, struct wx_post what)
{
    struct wx_deliverer *d = deliverer_open(NULL, 0);
    struct wx_permit *permit = permit_to(host, port, allow);
    struct wx_delivery_result result;
    char url[128];

    snprintf(url, sizeof url,
             strchr(host, ':') ? "http://[%s]:%u/hook?a=1" : "http://%s:%u/hook?a=1",
             host, port);
    result = post_with(permit, d, url, what);
    wx_permit_free(permit);
    wx_deliverer_free(d);
    return result;
}

static bool answer_200(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "HTTP/1.1 204 No Content\r\n\r\n");
    return true;
}

static void post__carries_body_and_headers(void **state)
{
    struct site *site = site_open(answer_200);
    struct wx_delivery_header header = {WX_STR("webhook-id"), WX_STR("msg_1")};
    struct wx_delivery_result r = post(
        "127.0.0.1", site->port, "127.0.0.0/8",
        (struct wx_post){
            .headers = &header, .n_headers = 1, .body = WX_STR("{\"type\":\"x\"}")});

    (void)state;
    assert_string_equal(wx_delivery_name(r.outcome), "delivered");
    assert_int_equal(r.status, 204);
    assert_true(begins(site->requests[0], "POST /hook?a=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(site->requests[0], "\r\nContent-Length: 12\r\n"));
    assert_non_null(strstr(site->requests[0], "\r\nwebhook-id: msg_1\r\n"));
    assert_non_null(strstr(site->requests[0], "\r\n\r\n{\"type\":\"x\"}"));
    site_close(site);
}

static void nobody(void *ctx, const struct wx_request *request,
                   const struct wx_fetch *fetch, struct wx_str body,
                   struct wx_str chain)
{
    (void)ctx;
    (void)request;
    (void)fetch;
    (void)body;
    (void)chain;
}

/* The two kinds of permit exclude each other at both doors, and no text makes the
 * writing kind: so nothing that inspects can write. */
static void inspection__can_never_write(void **state)
{
    struct site *site = site_open(answer_200);
    struct wx_deliverer *d = deliverer_open(NULL, 0);
    struct wx_permit_terms terms = {.allow_private = true};
    struct wx_permit *inspection, *delivery, *read_back = NULL;
    struct wx_egress_options options = {.dns_server = "127.0.0.1:1"};
    struct wx_egress *egress = NULL;
    struct wx_delivery_result r;
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    char host[32], url[64];
    struct wx_str name;

    (void)state;
    snprintf(host, sizeof host, "127.0.0.1:%u", site->port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", site->port);
    name = wx_str_of(host);
    inspection = wx_permit_for_hosts(&name, 1, &terms);
    assert_false(wx_permit_is_delivery(inspection));
    r = post_with(inspection, d, url, (struct wx_post){.body = WX_STR("x")});
    assert_int_equal(r.outcome, WX_DELIVERY_DENIED);
    assert_int_equal(site->n_connections, 0);

    delivery = permit_to("127.0.0.1", site->port, "127.0.0.0/8");
    assert_int_equal(wx_egress_new(delivery, &options, nobody, NULL, &egress, NULL),
                     WX_E_OUT_OF_SCOPE);
    wx_permit_format(delivery, &text);
    if (wx_permit_parse(wx_buf_str(&text), "p", &read_back, NULL) == WX_OK)
        assert_false(wx_permit_is_delivery(read_back));
    wx_permit_free(read_back);
    assert_int_equal(
        wx_permit_parse(WX_STR("{\"version\":1,\"id\":\"a\",\"hosts\":[\"a.cn\"],"
                               "\"depth\":\"deliver\"}"),
                        "p", &read_back, NULL),
        WX_E_INVALID);
    wx_buf_clear(&text);
    wx_permit_free(inspection);
    wx_permit_free(delivery);
    wx_deliverer_free(d);
    site_close(site);
}

static bool answer_redirect(struct site *site, int fd, const char *request)
{
    char text[200];

    (void)request;
    snprintf(text, sizeof text,
             "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:%u/next\r\n"
             "Content-Length: 0\r\n\r\n",
             site->port);
    say(fd, text);
    return true;
}

static void redirect__is_not_followed(void **state)
{
    struct site *site = site_open(answer_redirect);
    struct wx_delivery_result r = post("127.0.0.1", site->port, "127.0.0.0/8",
                                       (struct wx_post){.body = WX_STR("{}")});

    (void)state;
    assert_int_equal(r.outcome, WX_DELIVERY_REFUSED);
    assert_int_equal(r.status, 307);
    assert_int_equal(site->n_requests, 1);
    site_close(site);
}

static void address__outside_the_listed_ranges_gets_no_packet(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1",        "127.8.8.8",
        "10.0.0.1",         "192.168.0.1",
        "172.16.0.1",       "169.254.169.254",
        "100.100.100.200",  "0.0.0.0",
        "224.0.0.1",        "::1",
        "fd00::1",          "fe80::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::",
    };
    struct site *site = site_open(answer_200);

    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct wx_delivery_result r =
            post(hosts[i], site->port, NULL, (struct wx_post){.body = WX_STR("{}")});

        assert_int_equal(r.outcome, WX_DELIVERY_DENIED);
        assert_string_equal(r.address, "");
    }
    /* a list of one range opens that range, and metadata only by its very address */
    assert_int_equal(post("127.0.0.1", site->port, "10.0.0.0/8",
                          (struct wx_post){.body = WX_STR("{}")})
                         .outcome,
                     WX_DELIVERY_DENIED);
    assert_int_equal(post("169.254.169.254", 80, "169.254.0.0/16",
                          (struct wx_post){.body = WX_STR("{}")})
                         .outcome,
                     WX_DELIVERY_DENIED);
    assert_int_equal(site->n_connections, 0);
    site_close(site);
}

static void plain_http__never_leaves_the_own_network(void **state)
{
    /* a public address that no packet reaches: refused before any is sent */
    struct wx_delivery_result r =
        post("8.8.8.8", 80, "0.0.0.0/0", (struct wx_post){.body = WX_STR("{}")});

    (void)state;
    assert_int_equal(r.outcome, WX_DELIVERY_DENIED);
    assert_string_equal(r.address, "");
}

static void headers__that_frame_or_break_the_request_are_refused(void **state)
{
    static const struct wx_delivery_header bad[] = {
        {{"Host", 4}, {"evil.test", 9}},
        {{"content-length", 14}, {"0", 1}},
        {{"Transfer-Encoding", 17}, {"chunked", 7}},
        {{"x", 1}, {"a\r\nb: c", 7}},
        {{"x y", 3}, {"a", 1}},
        {{"", 0}, {"a", 1}},
    };
    struct site *site = site_open(answer_200);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(post("127.0.0.1", site->port, "127.0.0.0/8",
                              (struct wx_post){.headers = &bad[i], .n_headers = 1})
                             .outcome,
                         WX_DELIVERY_DENIED);
    assert_int_equal(site->n_connections, 0);
    site_close(site);
}

static bool answer_busy(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "HTTP/1.1 503 Busy \x1b[31m\r\nRetry-After: 120\r\n\r\n");
    return true;
}

static bool answer_nonsense(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "SSH-2.0-OpenSSH\r\n\r\n");
    return false;
}

static bool answer_nothing(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)fd;
    (void)request;
    return false;
}

static void answer__is_typed(void **state)
{
    struct site *busy = site_open(answer_busy), *nonsense = site_open(answer_nonsense),
                *nothing = site_open(answer_nothing);
    struct wx_delivery_result r =
        post("127.0.0.1", busy->port, "127.0.0.1", (struct wx_post){0});
    uint16_t port = 0;

    (void)state;
    assert_int_equal(r.outcome, WX_DELIVERY_LATER);
    assert_int_equal(r.retry_after_s, 120);
    assert_null(strchr(r.detail, '\x1b'));
    r = post("127.0.0.1", nonsense->port, "127.0.0.1", (struct wx_post){0});
    assert_int_equal(r.outcome, WX_DELIVERY_BROKEN);
    r = post("127.0.0.1", nothing->port, "127.0.0.1", (struct wx_post){0});
    assert_int_equal(r.outcome, WX_DELIVERY_BROKEN);
    close(listen_on("127.0.0.1", &port));
    r = post("127.0.0.1", port, "127.0.0.1", (struct wx_post){0});
    assert_int_equal(r.outcome, WX_DELIVERY_UNREACHABLE);
    site_close(busy);
    site_close(nonsense);
    site_close(nothing);
}

/* --- mail ------------------------------------------------------------------------- */

static struct wx_mail mail_of(struct peer *p, enum wx_link_security security)
{
    return (struct wx_mail){
        .host = WX_STR("good.test"),
        .port = p->port,
        .security = security,
        .from = WX_STR("office@wx.test"),
        .to = WX_STR("li@unit.test"),
        .helo = WX_STR("wx.test"),
        .message = WX_STR("Subject: a\r\n\r\n.dot\nend\r\n..two\r\n"),
    };
}

static struct wx_delivery_result send_mail(const struct wx_mail *mail)
{
    const char *pins[] = {"*:*:127.0.0.1"};
    struct wx_deliverer *d = deliverer_open(pins, 1);
    char host[64];
    struct wx_permit *permit;
    struct wx_delivery_result r;

    snprintf(host, sizeof host, WX_STR_FMT, WX_STR_ARG(mail->host));
    permit = permit_to(host, mail->port, "127.0.0.1");
    wx_deliver_mail(d, permit, mail, 5000, &r);
    wx_permit_free(permit);
    wx_deliverer_free(d);
    return r;
}

static void mail__goes_over_starttls_with_password_and_stuffed_dots(void **state)
{
    struct peer *p = peer_open();
    struct wx_mail mail = mail_of(p, WX_LINK_STARTTLS);
    struct wx_delivery_result r;
    const char *tls_at;

    (void)state;
    p->ehlo = "250-post.test\r\n250 STARTTLS\r\n";
    p->tls = server_tls("good");
    mail.user = WX_STR("office");
    mail.password = WX_STR("correct horse");
    peer_start(p);
    r = send_mail(&mail);
    assert_string_equal(r.detail, "");
    assert_int_equal(r.outcome, WX_DELIVERED);
    peer_join(p);
    tls_at = strstr(p->heard, "STARTTLS\r\n");
    assert_non_null(tls_at);
    assert_non_null(strstr(tls_at, "EHLO wx.test\r\n"));
    assert_non_null(strstr(tls_at, "AUTH PLAIN AG9mZmljZQBjb3JyZWN0IGhvcnNl\r\n"));
    assert_non_null(strstr(p->heard, "MAIL FROM:<office@wx.test>\r\n"
                                     "RCPT TO:<li@unit.test>\r\nDATA\r\n"
                                     "Subject: a\r\n\r\n..dot\r\nend\r\n...two\r\n.\r\n"
                                     "QUIT\r\n"));
    peer_close(p);
}

static void mail__goes_over_tls_from_the_first_byte_with_login(void **state)
{
    struct peer *p = peer_open();
    struct wx_mail mail = mail_of(p, WX_LINK_TLS);

    (void)state;
    p->is_tls_at_once = true;
    p->tls = server_tls("good");
    p->ehlo_tls = "250-post.test\r\n250 AUTH LOGIN\r\n";
    mail.user = WX_STR("office");
    mail.password = WX_STR("pw");
    peer_start(p);
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERED);
    assert_non_null(strstr(p->heard, "AUTH LOGIN\r\nb2ZmaWNl\r\ncHc=\r\nMAIL FROM"));
    peer_close(p);
}

static void tls__wrong_certificate_gets_no_word(void **state)
{
    static const char *const certs[] = {"expired", "wrongname", "untrusted", "self"};

    (void)state;
    for (size_t i = 0; i < sizeof certs / sizeof *certs; i++) {
        struct peer *p = peer_open();
        struct wx_mail mail = mail_of(p, WX_LINK_TLS);
        struct wx_delivery_result r;
        char host[32];

        snprintf(host, sizeof host, "%s.test", certs[i]);
        mail.host = wx_str_of(host);
        p->is_tls_at_once = true;
        p->tls = server_tls(certs[i]);
        peer_start(p);
        r = send_mail(&mail);
        assert_int_equal(r.outcome, WX_DELIVERY_TLS_FAILED);
        assert_true(begins(r.detail, "certificate: "));
        peer_close(p);
    }
}

static void starttls__is_required_and_takes_no_early_bytes(void **state)
{
    struct peer *p = peer_open();
    struct wx_mail mail = mail_of(p, WX_LINK_STARTTLS);

    (void)state;
    p->tls = server_tls("good");
    peer_start(p);
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_NO_TLS);
    assert_null(strstr(p->heard, "MAIL"));
    peer_close(p);

    p = peer_open();
    mail = mail_of(p, WX_LINK_STARTTLS);
    p->tls = server_tls("good");
    p->ehlo = "250-post.test\r\n250 STARTTLS\r\n";
    p->starttls = "220 go\r\n250 injected\r\n"; /* CVE-2011-0411's other direction */
    peer_start(p);
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_BROKEN);
    peer_close(p);
}

static void password__never_goes_over_an_open_line(void **state)
{
    struct peer *p = peer_open();
    struct wx_mail mail = mail_of(p, WX_LINK_PLAIN);

    (void)state;
    mail.user = WX_STR("office");
    mail.password = WX_STR("pw");
    p->ehlo = "250-post.test\r\n250 AUTH PLAIN LOGIN\r\n";
    peer_start(p);
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_DENIED);
    assert_null(strstr(p->heard, "AUTH"));
    peer_close(p);
}

static void mail__failures_are_typed(void **state)
{
    struct peer *p = peer_open();
    struct wx_mail mail = mail_of(p, WX_LINK_PLAIN);
    struct wx_delivery_result r;

    (void)state;
    p->rcpt = "450-try\r\n450 4.2.1 later\r\n";
    peer_start(p);
    r = send_mail(&mail);
    assert_int_equal(r.outcome, WX_DELIVERY_LATER);
    assert_int_equal(r.status, 450);
    assert_string_equal(r.detail, "RCPT TO: 4.2.1 later");
    p->rcpt = "550 no such user\r\n";
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_REFUSED);
    p->rcpt = "250-ok\r\n251 other code\r\n";
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_BROKEN);
    p->rcpt = "hello\r\n";
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_BROKEN);
    p->rcpt = "250 ok\r\n";
    p->data_end = "554 spam\r\n";
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_REFUSED);
    peer_close(p);

    p = peer_open();
    mail = mail_of(p, WX_LINK_TLS);
    mail.user = WX_STR("office");
    mail.password = WX_STR("wrong");
    p->is_tls_at_once = true;
    p->tls = server_tls("good");
    p->auth = "535 5.7.8 no\r\n";
    peer_start(p);
    r = send_mail(&mail);
    assert_int_equal(r.outcome, WX_DELIVERY_AUTH);
    assert_null(strstr(r.detail, "wrong"));
    peer_close(p);
}

static void mail__addresses_cannot_smuggle_commands(void **state)
{
    static const char *const bad[] = {
        "a@b.test>\r\nRCPT TO:<x@y.test",
        "a b@c.test",
        "<a@b.test>",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "李@b.test",
        "a@b.test\n",
    };
    struct peer *p = peer_open();
    struct wx_mail mail = mail_of(p, WX_LINK_PLAIN);

    (void)state;
    peer_start(p);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mail.to = wx_str_of(bad[i]);
        assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_DENIED);
    }
    mail.to = WX_STR("a@b.test");
    mail.helo = WX_STR("x\r\nMAIL");
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERY_DENIED);
    assert_int_equal(p->n_connections, 0);
    /* nor can the message end itself: RFC 5321, 4.5.2, and bare CR or LF */
    mail.helo = WX_STR("");
    mail.message = WX_STR("a\n.\nMAIL FROM:<x@y>\r.\rb");
    assert_int_equal(send_mail(&mail).outcome, WX_DELIVERED);
    peer_join(p);
    assert_non_null(
        strstr(p->heard, "DATA\r\na\r\n..\r\nMAIL FROM:<x@y>\r\n..\r\nb\r\n.\r\nQUIT"));
    peer_close(p);
}

/* All files are opened before; the rest works where none can be. */
static void delivery__needs_no_file_after_the_start(void **state)
{
    struct site *site = site_open(answer_200);
    struct peer *p = peer_open();
    int status = 1;
    pid_t pid;

    (void)state;
    p->is_tls_at_once = true;
    p->tls = server_tls("good");
    peer_start(p);
    pid = fork();
    if (pid == 0) {
        const char *pins[] = {"*:*:127.0.0.1"};
        struct wx_deliverer *d = deliverer_open(pins, 1);
        struct wx_permit *a = permit_to("127.0.0.1", site->port, "127.0.0.1"),
                         *b = permit_to("good.test", p->port, "127.0.0.1");
        struct wx_mail mail = mail_of(p, WX_LINK_TLS);
        struct wx_delivery_result r;
        char url[64];

        snprintf(url, sizeof url, "http://127.0.0.1:%u/", site->port);
        if (jail_files())
            _exit(2);
        if (post_with(a, d, url, (struct wx_post){0}).outcome != WX_DELIVERED)
            _exit(3);
        wx_deliver_mail(d, b, &mail, 5000, &r);
        _exit(r.outcome == WX_DELIVERED ? 0 : 4);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    peer_close(p);
    site_close(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(post__carries_body_and_headers),
        cmocka_unit_test(inspection__can_never_write),
        cmocka_unit_test(redirect__is_not_followed),
        cmocka_unit_test(address__outside_the_listed_ranges_gets_no_packet),
        cmocka_unit_test(plain_http__never_leaves_the_own_network),
        cmocka_unit_test(headers__that_frame_or_break_the_request_are_refused),
        cmocka_unit_test(answer__is_typed),
        cmocka_unit_test(mail__goes_over_starttls_with_password_and_stuffed_dots),
        cmocka_unit_test(mail__goes_over_tls_from_the_first_byte_with_login),
        cmocka_unit_test(tls__wrong_certificate_gets_no_word),
        cmocka_unit_test(starttls__is_required_and_takes_no_early_bytes),
        cmocka_unit_test(password__never_goes_over_an_open_line),
        cmocka_unit_test(mail__failures_are_typed),
        cmocka_unit_test(mail__addresses_cannot_smuggle_commands),
        cmocka_unit_test(delivery__needs_no_file_after_the_start),
    };

    return cmocka_run_group_tests(tests, certs_make, certs_remove);
}
