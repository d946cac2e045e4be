/* An office in a folder of its own, for the tests of this room. */
#ifndef WX_TESTS_REGISTER_WORLD_H
#define WX_TESTS_REGISTER_WORLD_H

#include "store/record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW_S = 1795000000 }; /* 2026-11-18 */
static const struct wx_record_by by = {7, NOW_S};

struct world {
    char dir[64];
    struct wx_office *office;
    struct wx_tx *tx; /* a writing one that sees everything; never committed */
    struct wx_arena arena;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct wx_err err = {0};

    snprintf(w->dir, sizeof w->dir, "/tmp/wx-register-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    if (wx_office_open(w->dir, &w->office, &err) ||
        wx_tx_write(w->office, &wx_scope_everything, &w->tx, &err))
        fail_msg("%s", err.text);
    wx_arena_init(&w->arena);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char path[100];

    wx_tx_end(w->tx);
    wx_office_close(w->office);
    wx_arena_clear(&w->arena);
    for (size_t i = 0; i < 5; i++) {
        static const char *const names[] = {"office.db", "office.db-wal",
                                            "office.db-shm", "lock", "reserve"};

        snprintf(path, sizeof path, "%s/%s", w->dir, names[i]);
        unlink(path);
    }
    rmdir(w->dir);
    free(w);
    return 0;
}

static const struct wx_record_kind *kind(const char *name)
{
    return wx_record_kind_find(wx_str_of(name));
}

static inline int64_t add(struct world *w, const char *kind_name, const char *json)
{
    json_t *values = json_loads(json, 0, NULL);
    struct wx_field_problems problems;
    struct wx_err err = {0};
    int64_t id = 0;

    assert_non_null(values);
    if (wx_record_check(kind(kind_name), values, true, &problems, &err) ||
        wx_record_create(w->tx, kind(kind_name), values, &by, &id, &problems, &err))
        fail_msg("%s", err.text);
    json_decref(values);
    return id;
}

/* The record as JSON; the caller's. */
static inline json_t *get(struct world *w, const char *kind_name, int64_t id)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_json out = WX_JSON_INIT(&buf);
    struct wx_err err = {0};
    json_t *json;

    if (wx_record_get(w->tx, &w->arena, kind(kind_name), id, true, &out, &err))
        fail_msg("%s", err.text);
    json = json_loadb(buf.ptr, buf.len, 0, NULL);
    assert_non_null(json);
    wx_buf_clear(&buf);
    return json;
}

#endif
