/*
 * One request under way: what the frame found out about it, and the reply that its
 * handler writes. Handlers are enum wx_status f(struct wx_call *, struct wx_err *);
 * they return WX_OK with a reply, or a failure that the frame turns into a problem (RFC
 * 9457): a status by itself, or the one set with wx_call_refuse().
 */
#ifndef WX_API_CALL_H
#define WX_API_CALL_H

#include "access/policy.h"
#include "base/json.h"
#include "model/record.h"
#include "store/office.h"
#include "store/record.h"

struct wx_server;
struct wx_call;

typedef enum wx_status wx_handler(struct wx_call *call, struct wx_err *err);
/* Fills call->object from the path, through the wall. WX_E_NOT_FOUND: 404. */
typedef enum wx_status wx_finder(struct wx_call *call, struct wx_err *err);

enum wx_endpoint_flag {
    WX_EP_AUDIT_READ = 1, /* a reading that must leave a trace */
    WX_EP_SLOW = 2,       /* runs in the slow lane: passwords, exports, conversions */
    WX_EP_OWN_TX = 4,    /* the handler opens its transactions itself (call->tx NULL) */
    WX_EP_RAW = 8,       /* body is not JSON; up to WX_MAX_UPLOAD_BYTES */
    WX_EP_IF_MATCH = 16, /* needs If-Match */
    WX_EP_NO_AUDIT = 32, /* a change that is no fact: drafts, views, own language */
    WX_EP_STREAM = 64,   /* server-sent events */
    WX_EP_ONCE = 128,    /* the answer holds a secret: never kept for Idempotency-Key */
};

struct wx_endpoint {
    const char *method, *path; /* "/api/v1/sites/{id}" */
    enum wx_op op;
    wx_finder *find;
    wx_handler *handle;
    uint32_t flags;
    const char *in, *out; /* schema names for OpenAPI; "" none */
    const char *zh, *en;  /* summary */
};

size_t wx_endpoint_count(void);
const struct wx_endpoint *wx_endpoint_at(size_t i);

enum wx_problem_code {
#define X(key, http, word, zh, en, next_zh, next_en) WX_P_##key,
#include "api/problems.def"
#undef X
    WX_P_COUNT
};

enum { WX_MAX_PARAMS = 40, WX_MAX_REPLY_HEADERS = 12 };
struct wx_param {
    struct wx_str name, value;
};

struct wx_call {
    struct wx_server *server;
    struct wx_arena arena; /* lives until the reply was sent */
    const struct wx_endpoint *endpoint;
    struct wx_tx *tx; /* write: every method but GET and HEAD; scoped to the caller */
    int64_t now_s, begun_us;
    enum wx_lang lang;
    char request_id[24];

    struct wx_str method, path, remote; /* remote: the client's address, as text */
    struct wx_param params[WX_MAX_PARAMS];
    size_t n_params;
    struct wx_str path_text[3]; /* {placeholders} in order */
    int64_t path_id[3];         /* the same as numbers; 0 when not one */
    struct wx_str content_type, if_match, if_none_match, idempotency_key, user_agent;
    struct wx_buf body;
    json_t *json; /* parsed body; NULL when there is none; the call's */
    const struct wx_record_kind *kind; /* of the generic record endpoints */

    struct wx_str session_secret; /* cookie or bearer token as sent */
    bool is_bearer, is_signed_in;
    struct wx_principal who;
    int64_t session_id; /* of the session or the token */
    bool must_enrol;    /* a second factor is due before privileged roles count */
    int64_t expires_s, idle_s, step_up_s; /* of the session; step_up_s 0: not fresh */
    struct wx_scope scope;
    struct wx_object object; /* by the finder */
    int64_t object_id, object_rev;

    int http_status; /* 200 unless the handler says otherwise */
    struct wx_buf out;
    struct wx_str still, still_gzip; /* instead of out: lives as long as the server */
    const char *out_type;            /* "application/json" */
    char etag[72];                   /* with quotes; "" none */
    struct wx_param headers[WX_MAX_REPLY_HEADERS];
    size_t n_headers;
    bool is_refused;
    enum wx_problem_code refusal;
    struct wx_field_problems problems, warnings; /* warnings: kept all the same */

    const char *audit_kind; /* what the audit event is about; the finder's by default */
    int64_t audit_id, audit_unit_id;
    const char *audit_operation; /* NULL: the endpoint's; one act among many */
    struct wx_str audit_detail;  /* JSON object or empty */
    struct wx_call_event *events;
    int64_t event_id; /* last one written */
};

struct wx_call_event { /* in the call's arena */
    struct wx_call_event *next;
    const char *type, *kind;
    int64_t record_id, unit_id;
};

struct wx_office *wx_call_office(struct wx_call *call);
/* Query parameter, decoded; empty when not there. */
struct wx_str wx_call_param(const struct wx_call *call, const char *name);
/* 1..MAX, DEFAULT when not stated; false: malformed (the refusal is set). */
bool wx_call_number(struct wx_call *call, const char *name, uint32_t preset,
                    uint32_t max, uint32_t *out);

/* The reply's JSON writer: call it once, then write one value. */
struct wx_json wx_call_json(struct wx_call *call);
void wx_call_header(struct wx_call *call, const char *name, struct wx_str value);
/* The answer is a page of ours on which nothing runs and nothing is fetched; its one
 * STYLE sheet goes by its hash. SANDBOX: the directive, with what it allows. */
void wx_call_page(struct wx_call *call, struct wx_str style, const char *sandbox);
void wx_call_etag(struct wx_call *call, int64_t rev);
/* 201 with Location /api/v1/PLURAL/ID. */
void wx_call_created(struct wx_call *call, const char *plural, int64_t id);
/* Refuse with a code of problems.def; detail is ERR's text. Always returns a failure.
 */
enum wx_status wx_call_refuse(struct wx_call *call, enum wx_problem_code code,
                              struct wx_err *err, const char *fmt, ...) WX_PRINTF(4, 5);
/* The refusal that ANSWER to OP is: the frame's, and of handlers that ask further. */
enum wx_status wx_call_refuse_answer(struct wx_call *call, enum wx_op op,
                                     enum wx_answer answer, struct wx_err *err);
/* Rev of If-Match: 0 for "*". False: the refusal is set. */
bool wx_call_if_match(struct wx_call *call, int64_t *rev);
/* A string, number or boolean of the body; defaults when it is not there. */
struct wx_str wx_call_text(struct wx_call *call, const char *name);
int64_t wx_call_int(struct wx_call *call, const char *name);
bool wx_call_bool(struct wx_call *call, const char *name);

/* To be told to event streams and webhooks once the change is committed. TYPE is
 * "noun.verb"; TYPE and KIND are literals. */
void wx_call_event(struct wx_call *call, const char *type, const char *kind,
                   int64_t record_id, int64_t unit_id);
/* What the audit event names, when it is not the object of the path. */
void wx_call_audit(struct wx_call *call, const char *kind, int64_t id, int64_t unit_id);

/* For handlers that open their transactions themselves (WX_EP_OWN_TX): in each that
 * changes something, before its commit. */
WX_MUST_CHECK enum wx_status wx_call_leave_trace(struct wx_call *call, struct wx_tx *tx,
                                                 struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_call_write_events(struct wx_call *call,
                                                  struct wx_tx *tx, struct wx_err *err);
/* After units or assignments changed in the call's transaction. */
WX_MUST_CHECK enum wx_status wx_call_units_changed(struct wx_call *call,
                                                   struct wx_err *err);

/* May the caller also do OP to this object? For masking fields and offering acts. */
bool wx_call_may(const struct wx_call *call, enum wx_op op);
/* Narrow or widen the wall to another operation's scope (a list beside the object). */
void wx_call_scope(struct wx_call *call, enum wx_op op);

/* Finders. */
wx_finder wx_find_nothing; /* the operation has no object */
wx_finder wx_find_list;    /* the scope decides */
wx_finder wx_find_self;    /* one's own account */
wx_finder wx_find_record;  /* {id} of call->kind */

/* The frame: from a routed request to a reply. Never fails; writes problems itself. */
void wx_call_run(struct wx_call *call);
void wx_call_init(struct wx_call *call, struct wx_server *server);
void wx_call_clear(struct wx_call *call);
/* Finds the endpoint and fills path parts. WX_OK, or the refusal is set (404, 405). */
WX_MUST_CHECK enum wx_status wx_call_route(struct wx_call *call, struct wx_err *err);
/* The problem as the reply. */
/* Its stable word for programs: "forbidden". */
const char *wx_problem_word(enum wx_problem_code code);
void wx_call_problem(struct wx_call *call, enum wx_status status,
                     const struct wx_err *err);

#endif
