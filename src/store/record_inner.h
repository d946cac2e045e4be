/* Between record.c and record_filter.c. */
#ifndef WX_STORE_RECORD_INNER_H
#define WX_STORE_RECORD_INNER_H

#include "store/query.h"
#include "store/record.h"

enum { WX_MAX_BINDS = 600 };

struct wx_bind {
    bool is_int;
    int64_t number;
    struct wx_str text;
};
/* SQL behind WHERE and its parameters, growing. */
struct wx_where {
    struct wx_buf sql;
    struct wx_bind binds[WX_MAX_BINDS];
    size_t n_binds;
    struct wx_arena *arena;
};

WX_MUST_CHECK enum wx_status wx_record_where(const struct wx_record_query *query,
                                             struct wx_where *where,
                                             struct wx_err *err);
void wx_where_int(struct wx_where *where, int64_t v);
void wx_where_str(struct wx_where *where, struct wx_str s);
void wx_where_bind(const struct wx_where *where, struct wx_query *q);

#endif
