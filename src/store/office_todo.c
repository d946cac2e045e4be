#include "store/office_todo.h"

#include "base/limits.h"
#include "store/office_register.h"
#include "store/query.h"
#include <stdlib.h>

static const struct {
    const char *name, *sql;
} sources[] = {
#define T(name, sql) {#name, "WITH p (now, me, stale) AS (VALUES (?, ?, ?)) " sql},
#include "store/todo.def"
#undef T
};

const char *wx_todo_source_name(enum wx_todo_source source)
{
    return sources[source].name;
}

static bool make_room(struct wx_todo_list *list)
{
    size_t old = list->room;

    if (list->n < list->room)
        return true;
    if (list->n >= WX_MAX_TODOS) {
        list->is_cut = true;
        return false;
    }
    list->room = old ? old * 2 : 64;
    list->at = wx_arena_grow(list->arena, list->at, old * sizeof *list->at,
                             list->room * sizeof *list->at);
    return true;
}

enum wx_status wx_todos_add(struct wx_tx *tx, enum wx_todo_source source,
                            int64_t account_id, int64_t now_s,
                            struct wx_todo_list *list, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, sources[source].sql);
    struct wx_todo *todo;

    wx_query_int(&q, now_s);
    wx_query_int(&q, account_id);
    wx_query_int(&q, WX_STALE_S);
    while (wx_query_next(&q)) {
        if (!make_room(list))
            break;
        todo = &list->at[list->n];
        *todo = (struct wx_todo){.source = source};
        todo->record_id = wx_query_get_int(&q);
        todo->unit_id = wx_query_get_int(&q);
        todo->name = wx_arena_str(list->arena, wx_query_get_str(&q));
        todo->due = wx_arena_str(list->arena, wx_query_get_str(&q));
        todo->n = wx_query_get_int(&q);
        list->n += todo->n > 0;
    }
    return wx_query_end(&q, err);
}

static int compare(const void *a, const void *b)
{
    const struct wx_todo *x = a, *y = b;
    size_t n = x->due.len < y->due.len ? x->due.len : y->due.len;
    int order;

    if ((x->due.len == 0) != (y->due.len == 0))
        return x->due.len == 0 ? 1 : -1;
    order = n ? memcmp(x->due.ptr, y->due.ptr, n) : 0;
    if (order == 0)
        order = (int)x->source - (int)y->source;
    if (order == 0)
        order = x->record_id < y->record_id ? -1 : x->record_id > y->record_id;
    return order;
}

void wx_todos_sort(struct wx_todo_list *list)
{
    if (list->n)
        qsort(list->at, list->n, sizeof *list->at, compare);
}
