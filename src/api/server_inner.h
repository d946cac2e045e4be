/* Between server.c, reply.c, lane.c and stream.c. */
#ifndef WX_API_SERVER_INNER_H
#define WX_API_SERVER_INNER_H

#include "api/call.h"
#include "api/server.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

struct wx_lane; /* slow requests */
struct wx_hub;  /* event streams */

struct wx_server {
    struct wx_server_options options;
    struct MHD_Daemon *daemon;
    struct wx_desk *desk;
    struct wx_password_gate *gate;
    struct wx_refusals *refusals;
    struct wx_lane *lane;
    struct wx_metrics *metrics;
    struct wx_hub *hub;
    struct wx_openapi *openapi;
    struct wx_stills *stills;
    bool is_https;          /* as the browser sees it */
    struct wx_rules *rules; /* texts of findings */
    char *public_url;
    uint16_t port;
    int64_t cared_s;  /* last housekeeping */
    int64_t turned_s; /* campaigns looked at last */
    _Atomic uint32_t n_under_way;
};

/* One connection's request in MHD's hands: a call and how far it is. */
struct wx_exchange {
    struct wx_call call;
    struct MHD_Connection *connection;
    bool is_checked, is_static, is_queued, is_done, is_too_big;
    enum wx_status routed;
    struct wx_err routed_err;
    struct wx_exchange *next; /* in the lane */
};

/* reply.c */
enum MHD_Result wx_reply_call(struct wx_exchange *exchange);
enum MHD_Result wx_reply_static(struct wx_exchange *exchange);
/* POLICY: the content policy; NULL when the response has one of its own. */
void wx_reply_safety_headers(bool is_https, struct MHD_Response *response,
                             const char *policy);
/* Of whatever is no page of ours: nothing runs, nothing is fetched, nobody frames it.
 */
#define WX_INERT_CSP                                                                   \
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';" \
    " sandbox"

/* still.c */
struct wx_asset;
struct wx_stills *wx_stills_new(bool is_https);
void wx_stills_free(struct wx_stills *stills); /* NULL is fine */
/* Queue it as it is, 304 when IS_SAME; it stays the stills'. */
struct MHD_Response *wx_stills_find(const struct wx_stills *stills,
                                    struct MHD_Connection *connection,
                                    const struct wx_asset *asset, bool *is_same);

/* lane.c: runs the call on one of its threads, then wakes the connection. */
struct wx_lane *wx_lane_new(size_t n_threads);
void wx_lane_free(struct wx_lane *lane);                       /* waits for what runs */
bool wx_lane_put(struct wx_lane *lane, struct wx_exchange *x); /* false: full */

/* stream.c */
struct wx_hub *wx_hub_new(struct wx_server *server);
void wx_hub_close(struct wx_hub *hub); /* ends all streams */
void wx_hub_free(struct wx_hub *hub);
enum MHD_Result wx_hub_open(struct wx_hub *hub, struct wx_exchange *exchange);
void wx_hub_tell(struct wx_hub *hub);
void wx_hub_tick(struct wx_hub *hub, int64_t now_s);

#endif
