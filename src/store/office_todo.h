/* What waits for somebody, from the sources of store/todo.def. */
#ifndef WX_STORE_OFFICE_TODO_H
#define WX_STORE_OFFICE_TODO_H

#include "store/office.h"

enum wx_todo_source {
#define T(name, sql) WX_TODO_##name,
#include "store/todo.def"
#undef T
    WX_TODO_SOURCE_COUNT
};

struct wx_todo {
    enum wx_todo_source source;
    int64_t record_id, unit_id, n;
    struct wx_str name, due; /* "2026-11-22", or empty */
};
struct wx_todo_list { /* grows in the arena */
    struct wx_arena *arena;
    struct wx_todo *at;
    size_t n, room;
    bool is_cut; /* there were more than WX_MAX_TODOS */
};
const char *wx_todo_source_name(enum wx_todo_source source);
/* Those of SOURCE within the transaction's scope, behind what LIST has. */
WX_MUST_CHECK enum wx_status wx_todos_add(struct wx_tx *tx, enum wx_todo_source source,
                                          int64_t account_id, int64_t now_s,
                                          struct wx_todo_list *list,
                                          struct wx_err *err);
/* By due day, those without one last. */
void wx_todos_sort(struct wx_todo_list *list);

#endif
