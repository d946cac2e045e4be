/* GET /api/v1/todos: what waits for the caller, by due day, from todos.def. */
#include "api/handlers.h"
#include "store/office_todo.h"

static const struct {
    const char *kind;
    enum wx_op op;
    enum wx_text text;
} meanings[WX_TODO_SOURCE_COUNT] = {
#define D(name, kind, op, text) [WX_TODO_##name] = {kind, WX_OP_##op, WX_T_##text},
#include "api/todos.def"
#undef D
};

static void put_todo(const struct wx_call *call, struct wx_json *j,
                     const struct wx_todo *todo)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "source", wx_todo_source_name(todo->source));
    wx_json_kz(j, "text", wx_text(call->lang, meanings[todo->source].text));
    wx_json_kz(j, "kind", meanings[todo->source].kind);
    wx_json_key(j, "record_id");
    if (todo->record_id)
        wx_json_int(j, todo->record_id);
    else
        wx_json_null(j);
    wx_json_kint(j, "unit_id", todo->unit_id);
    wx_json_kstr(j, "name", todo->name);
    wx_json_kint(j, "count", todo->n);
    wx_json_key(j, "due");
    if (todo->due.len)
        wx_json_str(j, todo->due);
    else
        wx_json_null(j);
    wx_json_close(j, '}');
}

enum wx_status wx_todos_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_todo_list list = {.arena = &call->arena};
    struct wx_json j = wx_call_json(call);
    enum wx_status status = WX_OK;

    for (int i = 0; !status && i < WX_TODO_SOURCE_COUNT; i++) {
        if (!wx_access_may(&call->who, meanings[i].op))
            continue;
        wx_call_scope(call, meanings[i].op);
        status = wx_todos_add(call->tx, (enum wx_todo_source)i, call->who.account_id,
                              call->now_s, &list, err);
    }
    if (status)
        return status;
    wx_todos_sort(&list);
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < list.n; i++)
        put_todo(call, &j, &list.at[i]);
    wx_json_close(&j, ']');
    wx_json_kbool(&j, "cut", list.is_cut);
    wx_json_close(&j, '}');
    return WX_OK;
}
