/*
 * The API described by itself: OpenAPI 3.1 from the endpoint table, the field tables of
 * the records, schemas.def, params.def, problems.def and the policy. Made once when the
 * server starts, in both languages; read-only afterwards, for all threads.
 */
#ifndef WX_API_OPENAPI_H
#define WX_API_OPENAPI_H

#include "base/buf.h"
#include "base/catalogue.h"
#include "base/json.h"

struct wx_openapi {
    struct wx_buf json, gzip;
    char etag[40]; /* with quotes */
};
struct wx_openapi *wx_openapi_new(void); /* two, by enum wx_lang; aborts on a bug */
void wx_openapi_free(struct wx_openapi *openapi); /* NULL is fine */

/* The document alone. */
void wx_openapi_write(enum wx_lang lang, struct wx_buf *out);

/* Parts, openapi_schema.c. */
void wx_openapi_put_schemas(struct wx_json *j, enum wx_lang lang);
/* TYPE in the notation of schemas.def. */
void wx_openapi_put_type(struct wx_json *j, const char *type);
/* "content" of NAME as an endpoint names it ("list:site", "Session"): media and $ref.
 */
void wx_openapi_put_content(struct wx_json *j, const char *name, bool is_request);
/* TYPE of a field of the named form, in the notation of schemas.def; empty: it has none
 * of that name (or FORM is a record's, whose field table says more). */
struct wx_str wx_openapi_field_type(const char *form, struct wx_str field);
bool wx_openapi_is_media(const char *form); /* a file, no JSON */
/* Does an endpoint take that parameter of the query (params.def)? */
bool wx_openapi_takes_param(const char *method, const char *path, const char *name);
/* Is there a form of that name? "" is one: nothing. */
bool wx_openapi_knows(const char *name);

#endif
