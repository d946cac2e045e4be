#define _GNU_SOURCE
#include "egress/tls.h"

#include "base/limits.h"
#include "wire/cert.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct wx_tls_client {
    SSL_CTX *current, *legacy; /* of one certificate store */
    BIO_METHOD *socket;
    struct wx_buf roots; /* the system's, in PEM, until the first handshake */
};

enum { ROOTS_MAX_BYTES = 8 << 20 };

/* Bundles of the distributions we run on; the first that exists is the system's. */
static const char *const system_roots[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, deepin, UOS */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* openEuler, Kylin, RHEL */
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

/* --- a socket BIO that never raises SIGPIPE --------------------------------------- */

static int socket_write(BIO *bio, const char *bytes, int n)
{
    ssize_t sent =
        send((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)n, MSG_NOSIGNAL);

    BIO_clear_retry_flags(bio);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return (int)sent;
}

static int socket_read(BIO *bio, char *bytes, int n)
{
    ssize_t got = recv((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)n, 0);

    BIO_clear_retry_flags(bio);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(bio);
    if (got == 0)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)got;
}

static long socket_control(BIO *bio, int command, long number, void *pointer)
{
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

static int socket_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *socket_method(void)
{
    BIO_METHOD *method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wangxun socket");

    if (!method)
        WX_BUG("out of memory");
    BIO_meth_set_write(method, socket_write);
    BIO_meth_set_read(method, socket_read);
    BIO_meth_set_ctrl(method, socket_control);
    BIO_meth_set_create(method, socket_create);
    return method;
}

/* --- certificates ----------------------------------------------------------------- */

/* A verification error as our problem bits (OpenSSL's X509_V_ERR_*, at DEPTH). */
static uint32_t problem_of(int error, int depth)
{
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return WX_CERT_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return WX_CERT_NOT_YET_VALID;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return WX_CERT_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return WX_CERT_UNTRUSTED;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        /* the leaf's own issuer neither came nor is known; higher up, a root that
         * nobody here trusts was rightly left out */
        return depth == 0 ? WX_CERT_INCOMPLETE : WX_CERT_UNTRUSTED;
    case X509_V_ERR_CERT_REVOKED:
        return WX_CERT_REVOKED;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return WX_CERT_WEAK;
    default:
        return WX_CERT_OTHER;
    }
}

/* Called for each certificate and each error: note it and go on. */
static int verify_note(int is_ok, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct wx_tls_conn *conn = SSL_get_app_data(ssl);

    if (!is_ok)
        conn->problems |= problem_of(X509_STORE_CTX_get_error(store),
                                     X509_STORE_CTX_get_error_depth(store));
    return 1;
}

static int session_new(SSL *ssl, SSL_SESSION *session)
{
    struct wx_tls_conn *conn = SSL_get_app_data(ssl);

    SSL_SESSION_free(conn->memory->session);
    conn->memory->session = session;
    return 1; /* ours now */
}

/* --- client ----------------------------------------------------------------------- */

/* Read while files can be read; taken apart when they are first needed, because that
 * takes libcrypto 40 ms, more than all else a process does before its first packet. */
static void roots_read(struct wx_tls_client *client)
{
    for (size_t i = 0; i < sizeof system_roots / sizeof system_roots[0]; i++) {
        wx_buf_reset(&client->roots);
        if (wx_buf_read_file(&client->roots, system_roots[i], NULL) == WX_OK &&
            wx_str_findz(wx_buf_str(&client->roots), "-----BEGIN ") != WX_NPOS)
            return;
    }
    wx_buf_reset(&client->roots); /* none: everything is "untrusted" */
}

static void roots_load(struct wx_tls_client *client)
{
    X509_STORE *store = SSL_CTX_get_cert_store(client->current);
    BIO *bio = BIO_new_mem_buf(client->roots.ptr, (int)client->roots.len);
    STACK_OF(X509_INFO) *list =
        bio ? PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL) : NULL;

    for (int i = 0; i < sk_X509_INFO_num(list); i++)
        if (sk_X509_INFO_value(list, i)->x509)
            (void)X509_STORE_add_cert(store, sk_X509_INFO_value(list, i)->x509);
    sk_X509_INFO_pop_free(list, X509_INFO_free);
    BIO_free(bio);
    wx_buf_clear(&client->roots);
    ERR_clear_error();
}

static SSL_CTX *context_new(const char *ciphers, int min_version)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    if (!ctx)
        WX_BUG("out of memory");
    SSL_CTX_set_min_proto_version(ctx, min_version);
    if (SSL_CTX_set_cipher_list(ctx, ciphers) != 1)
        WX_BUG("cipher list");
    SSL_CTX_set_alpn_protos(ctx, alpn, sizeof alpn - 1);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, verify_note);
    SSL_CTX_set_verify_depth(ctx, WX_MAX_CHAIN_CERTS);
    SSL_CTX_set_session_cache_mode(ctx,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, session_new);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_quiet_shutdown(ctx, 1);
    return ctx;
}

static struct wx_tls_client *client_new(void)
{
    struct wx_tls_client *client = wx_new(struct wx_tls_client);

    client->current = context_new("DEFAULT:@SECLEVEL=1", TLS1_2_VERSION);
    client->legacy = context_new("ALL:!aNULL:!eNULL:@SECLEVEL=0", TLS1_VERSION);
    SSL_CTX_set_options(client->legacy, SSL_OP_LEGACY_SERVER_CONNECT);
    client->socket = socket_method();
    client->roots = WX_BUF_INIT(ROOTS_MAX_BYTES);
    return client;
}

enum wx_status wx_tls_client_new(const char *ca_file, struct wx_tls_client **out,
                                 struct wx_err *err)
{
    struct wx_tls_client *client;
    unsigned char warm[16];
    X509_STORE *store;

    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_SSL_STRINGS |
                         OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
                     NULL);
    if (RAND_bytes(warm, sizeof warm) != 1)
        return wx_fail(err, WX_E_IO, "no random numbers from the system");
    client = client_new();
    roots_read(client);
    if (ca_file && SSL_CTX_load_verify_file(client->current, ca_file) != 1) {
        wx_tls_client_free(client);
        return wx_fail(err, WX_E_INVALID, "CA file '%s' holds no readable certificate",
                       ca_file);
    }
    store = SSL_CTX_get_cert_store(client->current);
    SSL_CTX_set1_cert_store(client->legacy, store);
    ERR_clear_error();
    *out = client;
    return WX_OK;
}

void wx_tls_client_free(struct wx_tls_client *client)
{
    if (!client)
        return;
    SSL_CTX_free(client->current);
    SSL_CTX_free(client->legacy);
    BIO_meth_free(client->socket);
    wx_buf_clear(&client->roots);
    free(client);
}

/* --- facts ------------------------------------------------------------------------ */

void wx_tls_facts_unref(struct wx_tls_facts *facts)
{
    if (!facts || --facts->n_refs)
        return;
    wx_arena_clear(&facts->arena);
    free(facts);
}

struct wx_tls_facts *wx_tls_facts_ref(struct wx_tls_facts *facts)
{
    if (facts)
        facts->n_refs++;
    return facts;
}

void wx_tls_memory_clear(struct wx_tls_memory *memory)
{
    SSL_SESSION_free(memory->session);
    wx_tls_facts_unref(memory->facts);
    *memory = (struct wx_tls_memory){0};
}

/* Certificates as sent, leaf first, each behind its length. */
static void chain_keep(struct wx_tls_facts *facts, STACK_OF(X509) * chain)
{
    struct wx_buf out = WX_BUF_INIT(WX_MAX_CHAIN_CERTS * (WX_MAX_CERT_BYTES + 4));
    int n = sk_X509_num(chain);

    facts->tls.n_chain = (uint8_t)(n > 255 ? 255 : n);
    for (int i = 0; i < n && i < WX_MAX_CHAIN_CERTS; i++) {
        unsigned char *der = NULL, length[4];
        int size = i2d_X509(sk_X509_value(chain, i), &der);

        if (size <= 0 || size > WX_MAX_CERT_BYTES) {
            OPENSSL_free(der);
            break;
        }
        for (int b = 0; b < 4; b++)
            length[b] = (unsigned char)(size >> (24 - 8 * b));
        (void)wx_buf_add(&out, length, 4);
        (void)wx_buf_add(&out, der, (size_t)size);
        OPENSSL_free(der);
    }
    facts->chain = wx_arena_str(&facts->arena, wx_buf_str(&out));
    facts->tls.chain = wx_sha256_of(facts->chain);
    wx_buf_clear(&out);
}

/* Signature of MD5 or SHA-1, RSA or DSA below 2048 bits, curves below 224. */
static bool is_weak(X509 *leaf)
{
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    int digest = NID_undef, bits = key ? EVP_PKEY_get_bits(key) : 0;
    int kind = key ? EVP_PKEY_get_base_id(key) : 0;

    (void)X509_get_signature_info(leaf, &digest, NULL, NULL, NULL);
    if (digest == NID_md5 || digest == NID_sha1 || digest == NID_md2 ||
        digest == NID_md4)
        return true;
    if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_DSA)
        return bits < 2048;
    return kind == EVP_PKEY_EC && bits < 224;
}

static struct wx_tls_facts *facts_new(struct wx_tls_conn *conn, const char *host)
{
    struct wx_tls_facts *facts = wx_new(struct wx_tls_facts);
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(conn->ssl);
    X509 *leaf = SSL_get0_peer_certificate(conn->ssl);
    unsigned char *der = NULL;
    int size = leaf ? i2d_X509(leaf, &der) : 0;

    facts->n_refs = 1;
    wx_arena_init(&facts->arena);
    if (size > 0 &&
        wx_cert_read(&facts->arena, (struct wx_str){(char *)der, (size_t)size},
                     &facts->tls, NULL) != WX_OK)
        conn->problems |= WX_CERT_OTHER;
    OPENSSL_free(der);
    if (leaf) {
        if (!wx_cert_covers(&facts->tls, wx_str_of(host)))
            conn->problems |= WX_CERT_WRONG_NAME;
        if (is_weak(leaf))
            conn->problems |= WX_CERT_WEAK;
    }
    if (chain)
        chain_keep(facts, chain);
    facts->tls.cert_problems = conn->problems;
    return facts;
}

static bool facts_equal(const struct wx_tls *a, const struct wx_tls *b)
{
    return a->version == b->version && a->cert_problems == b->cert_problems &&
           a->needs_old_client == b->needs_old_client &&
           wx_str_eq(a->cipher, b->cipher) &&
           memcmp(&a->chain, &b->chain, sizeof a->chain) == 0;
}

/* After the handshake: keep what it showed, or share what an earlier one did. */
static void facts_learn(struct wx_tls_conn *conn, const char *host, bool is_legacy)
{
    struct wx_tls_memory *memory = conn->memory;
    struct wx_tls_facts *facts;
    const char *cipher;

    if (SSL_session_reused(conn->ssl) && memory->facts) {
        conn->facts = memory->facts;
        conn->facts->n_refs++;
        return;
    }
    facts = facts_new(conn, host);
    cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(conn->ssl));
    facts->tls.version = (uint16_t)SSL_version(conn->ssl);
    facts->tls.cipher = wx_arena_str(&facts->arena, wx_str_of(cipher));
    facts->tls.needs_old_client = is_legacy;
    if (memory->facts && facts_equal(&memory->facts->tls, &facts->tls)) {
        wx_tls_facts_unref(facts);
        facts = memory->facts;
    } else {
        wx_tls_facts_unref(memory->facts);
        memory->facts = facts;
    }
    facts->n_refs++;
    conn->facts = facts;
}

/* --- connection ------------------------------------------------------------------- */

bool wx_tls_begin(struct wx_tls_client *client, struct wx_tls_conn *conn, int fd,
                  const char *host, bool is_name, struct wx_tls_memory *memory,
                  bool is_legacy)
{
    BIO *bio = BIO_new(client->socket);

    if (client->roots.len)
        roots_load(client);
    *conn = (struct wx_tls_conn){.memory = memory};
    conn->ssl = SSL_new(is_legacy ? client->legacy : client->current);
    if (!conn->ssl || !bio) {
        BIO_free(bio);
        SSL_free(conn->ssl);
        conn->ssl = NULL;
        return false;
    }
    BIO_set_data(bio, (void *)(intptr_t)fd);
    SSL_set_bio(conn->ssl, bio, bio);
    SSL_set_app_data(conn->ssl, conn);
    SSL_set_connect_state(conn->ssl);
    if (is_name)
        SSL_set_tlsext_host_name(conn->ssl, host);
    if (memory->session)
        SSL_set_session(conn->ssl, memory->session);
    return true;
}

static void error_note(struct wx_tls_conn *conn, const char *otherwise)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    snprintf(conn->error, sizeof conn->error, "%s", reason ? reason : otherwise);
    ERR_clear_error();
}

enum wx_tls_io wx_tls_handshake(struct wx_tls_conn *conn, const char *host,
                                bool is_legacy)
{
    int rc, why;

    ERR_clear_error();
    rc = SSL_do_handshake(conn->ssl);
    if (rc == 1) {
        facts_learn(conn, host, is_legacy);
        return WX_TLS_DONE;
    }
    why = SSL_get_error(conn->ssl, rc);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return WX_TLS_WAIT;
    error_note(conn, why == SSL_ERROR_SYSCALL && rc < 0
                         ? "connection reset during the handshake"
                         : "connection closed during the handshake");
    return WX_TLS_FAILED;
}

static enum wx_tls_io io_result(struct wx_tls_conn *conn, int rc)
{
    switch (SSL_get_error(conn->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return WX_TLS_WAIT;
    case SSL_ERROR_ZERO_RETURN:
        return WX_TLS_CLOSED;
    default:
        error_note(conn, "connection reset");
        return WX_TLS_FAILED;
    }
}

enum wx_tls_io wx_tls_read(struct wx_tls_conn *conn, char *bytes, size_t size,
                           size_t *n)
{
    ERR_clear_error();
    if (SSL_read_ex(conn->ssl, bytes, size, n) == 1)
        return WX_TLS_DONE;
    return io_result(conn, 0);
}

enum wx_tls_io wx_tls_write(struct wx_tls_conn *conn, struct wx_str bytes, size_t *n)
{
    ERR_clear_error();
    if (SSL_write_ex(conn->ssl, bytes.ptr, bytes.len, n) == 1)
        return WX_TLS_DONE;
    return io_result(conn, 0);
}

void wx_tls_end(struct wx_tls_conn *conn)
{
    if (conn->ssl) {
        SSL_shutdown(conn->ssl); /* quiet: or the session would count as broken */
        SSL_free(conn->ssl);
        conn->ssl = NULL;
    }
    wx_tls_facts_unref(conn->facts);
    conn->facts = NULL;
}
