/*
 * The TLS side of a connection: never refuses a site for its certificate, but records
 * every problem with it. Tried first with the settings of a current client; the caller
 * tries again with those of an old one (TLS 1.0, @SECLEVEL=0) when that fails.
 * No file is opened after wx_tls_client_new().
 */
#ifndef WX_EGRESS_TLS_H
#define WX_EGRESS_TLS_H

#include "base/err.h"
#include "model/observation.h"
#include <openssl/ssl.h>

struct wx_tls_client;

/* What one handshake taught us; shared by connections that saw the same. */
struct wx_tls_facts {
    uint32_t n_refs;
    struct wx_arena arena;
    struct wx_tls tls;
    struct wx_str chain; /* DER evidence, see struct wx_tls */
    bool is_chain_given; /* the caller has it */
};

struct wx_tls_memory { /* of one endpoint */
    SSL_SESSION *session;
    struct wx_tls_facts *facts;
    bool needs_old_client;
};

struct wx_tls_conn {
    SSL *ssl; /* NULL: plain */
    struct wx_tls_memory *memory;
    struct wx_tls_facts *facts;
    uint32_t problems; /* enum wx_cert_problem bits */
    char error[120];   /* why the handshake failed */
};

enum wx_tls_io { WX_TLS_DONE, WX_TLS_WAIT, WX_TLS_CLOSED, WX_TLS_FAILED };

WX_MUST_CHECK enum wx_status
wx_tls_client_new(const char *ca_file, struct wx_tls_client **out, struct wx_err *err);
void wx_tls_client_free(struct wx_tls_client *client);

/* HOST is NUL-terminated; IS_NAME: not an address, so it goes into the hello. CONN must
 * stay where it is until wx_tls_end(). False: no memory for it. */
bool wx_tls_begin(struct wx_tls_client *client, struct wx_tls_conn *conn, int fd,
                  const char *host, bool is_name, struct wx_tls_memory *memory,
                  bool is_legacy);
/* DONE: conn->facts is there. FAILED: conn->error is. */
enum wx_tls_io wx_tls_handshake(struct wx_tls_conn *conn, const char *host,
                                bool is_legacy);
enum wx_tls_io wx_tls_read(struct wx_tls_conn *conn, char *bytes, size_t size,
                           size_t *n);
enum wx_tls_io wx_tls_write(struct wx_tls_conn *conn, struct wx_str bytes, size_t *n);
void wx_tls_end(struct wx_tls_conn *conn);
struct wx_tls_facts *wx_tls_facts_ref(struct wx_tls_facts *facts); /* NULL is fine */
void wx_tls_facts_unref(struct wx_tls_facts *facts);
void wx_tls_memory_clear(struct wx_tls_memory *memory);

#endif
