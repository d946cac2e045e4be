/*
 * The office's API from outside, for the commands of wangxun: one question at a time to
 * one server, over egress/ with a permit for that very host and port. A token goes only
 * over TLS or to this machine itself.
 */
#ifndef WX_CLIENT_CLIENT_H
#define WX_CLIENT_CLIENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/catalogue.h"

struct wx_client;

struct wx_client_options {
    const char *server; /* "https://wx.xingyuan.gov.cn"; NULL: this machine, 8080 */
    const char
        *token_file;     /* holds one token, readable by its owner only; NULL: none */
    const char *ca_file; /* further roots; NULL: the system's */
    enum wx_lang lang;
};

WX_MUST_CHECK enum wx_status wx_client_new(const struct wx_client_options *options,
                                           struct wx_client **out, struct wx_err *err);
void wx_client_free(struct wx_client *client); /* NULL is fine */

struct wx_client_request {
    const char *method;
    struct wx_str target; /* "/api/v1/sites?limit=5", encoded */
    struct wx_str body, content_type;
    struct wx_str if_match; /* empty: without */
};
struct wx_client_answer {
    uint16_t status;
    struct wx_str type, etag; /* Content-Type without parameters */
    struct wx_str body;       /* decoded */
};
/*
 * Any answer is WX_OK, all of it in ARENA. WX_E_OUT_OF_SCOPE: nothing was sent, the
 * address may not be asked; WX_E_CLOSED, WX_E_TIMEOUT: the server was not reached or
 * broke off.
 */
WX_MUST_CHECK enum wx_status wx_client_ask(struct wx_client *client,
                                           struct wx_arena *arena,
                                           const struct wx_client_request *request,
                                           struct wx_client_answer *answer,
                                           struct wx_err *err);

/* S for a query or path: everything but unreserved characters as %XX. */
void wx_client_encode(struct wx_buf *out, struct wx_str s);

#endif
