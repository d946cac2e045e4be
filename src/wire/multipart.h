/*
 * multipart/form-data (RFC 7578) of a request that is in memory, and file names as
 * strangers give them. Pure; parts are views of the body.
 */
#ifndef WX_WIRE_MULTIPART_H
#define WX_WIRE_MULTIPART_H

#include "base/arena.h"

struct wx_multipart {
    struct wx_str body, boundary;
    size_t at;
};
struct wx_form_part {
    struct wx_str name, file_name, content_type; /* file_name as sent, or empty */
    struct wx_str bytes;
};

/* False: CONTENT_TYPE is no multipart/form-data with a usable boundary. */
bool wx_multipart_begin(struct wx_multipart *m, struct wx_str content_type,
                        struct wx_str body);
/* The next part; false at the end, or where the form breaks off. */
bool wx_multipart_next(struct wx_multipart *m, struct wx_form_part *out);

enum { WX_MAX_FILE_NAME_BYTES = 200 };
/*
 * A name that may be shown and offered for saving: the last component, without control
 * characters, marks that reverse the direction of writing, characters that file systems
 * treat as something else, reserved device names, or dots and blanks at its ends; cut
 * so that its extension stays. Never empty ("file").
 */
struct wx_str wx_file_name_clean(struct wx_arena *arena, struct wx_str name);
/* Content-Disposition for it (RFC 6266, 8187): an ASCII form and the UTF-8 one. */
struct wx_str wx_content_disposition(struct wx_arena *arena, struct wx_str name);

#endif
