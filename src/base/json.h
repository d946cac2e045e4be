/*
 * Writing JSON (RFC 8259) straight into a buffer, for the records that are written
 * by the hundred thousand. Commas and nesting are kept by the writer; ill-formed
 * UTF-8 becomes U+FFFD and control characters are escaped, so that nothing a site
 * sent can break a line or a terminal. Reading is jansson's (JSON_REJECT_DUPLICATES).
 *
 *     struct wx_json j = WX_JSON_INIT(&buf);
 *     wx_json_open(&j, '{');
 *     wx_json_key(&j, "url");  wx_json_str(&j, url);
 *     wx_json_close(&j, '}');
 */
#ifndef WX_BASE_JSON_H
#define WX_BASE_JSON_H

#include "base/buf.h"

struct wx_json {
    struct wx_buf *buf;
    bool needs_comma;
};

#define WX_JSON_INIT(b) ((struct wx_json){.buf = (b)})

void wx_json_open(struct wx_json *j, char bracket);  /* '{' or '[' */
void wx_json_close(struct wx_json *j, char bracket); /* '}' or ']' */
void wx_json_key(struct wx_json *j, const char *key);
void wx_json_str(struct wx_json *j, struct wx_str s);
void wx_json_int(struct wx_json *j, int64_t v);
void wx_json_real(struct wx_json *j, double v, int decimals); /* NaN becomes null */
void wx_json_bool(struct wx_json *j, bool v);
void wx_json_null(struct wx_json *j);
void wx_json_raw(struct wx_json *j, struct wx_str json); /* trusted, already JSON */

/* key and value in one; the _opt form writes nothing when S is empty */
void wx_json_kstr(struct wx_json *j, const char *key, struct wx_str s);
void wx_json_kstr_opt(struct wx_json *j, const char *key, struct wx_str s);
void wx_json_kz(struct wx_json *j, const char *key, const char *z); /* NULL: null */
void wx_json_kint(struct wx_json *j, const char *key, int64_t v);
void wx_json_kbool(struct wx_json *j, const char *key, bool v);

#endif
