/* The records' JSON from a worker that has been taken over: observation, finding and
 * site result. What is accepted is written and read again, and stays the same. */
#include "model/finding.h"
#include "model/observation.h"
#include "model/run.h"
#include <stdlib.h>

static void same(const struct wx_buf *a, const struct wx_buf *b)
{
    if (!wx_str_eq(wx_buf_str(a), wx_buf_str(b)))
        abort();
}

static void try_observation(struct wx_str json, struct wx_arena *arena,
                            struct wx_buf *a, struct wx_buf *b)
{
    struct wx_observation obs;
    struct wx_err err;

    if (wx_observation_parse(json, arena, &obs, &err))
        return;
    (void)wx_fetch_headers(&obs.fetch);
    (void)wx_fetch_tls(&obs.fetch);
    wx_observation_format(&obs, a);
    if (wx_observation_parse(wx_buf_str(a), arena, &obs, &err))
        abort();
    wx_observation_format(&obs, b);
    same(a, b);
}

static void try_finding(struct wx_str json, struct wx_arena *arena, struct wx_buf *a,
                        struct wx_buf *b)
{
    struct wx_finding finding;
    struct wx_err err;

    if (wx_finding_parse(json, arena, &finding, &err))
        return;
    wx_finding_format(&finding, a);
    if (wx_finding_parse(wx_buf_str(a), arena, &finding, &err))
        abort();
    wx_finding_format(&finding, b);
    same(a, b);
}

static void try_result(struct wx_str json, struct wx_arena *arena, struct wx_buf *a,
                       struct wx_buf *b)
{
    struct wx_site_result result;
    struct wx_err err;

    if (wx_site_result_parse(json, arena, &result, &err))
        return;
    wx_site_result_format(&result, a);
    if (wx_site_result_parse(wx_buf_str(a), arena, &result, &err))
        abort();
    wx_site_result_format(&result, b);
    same(a, b);
}

static void walk_headers(struct wx_str text)
{
    struct wx_str name, value;
    size_t pos = 0, last = 0;

    while (wx_headers_next(text, &pos, &name, &value)) {
        if (pos <= last || pos > text.len)
            abort();
        last = pos;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct wx_str, struct wx_arena *, struct wx_buf *,
                                 struct wx_buf *) = {try_observation, try_finding,
                                                     try_result};
    struct wx_str text = {(const char *)data, size};
    struct wx_arena arena;

    wx_arena_init(&arena);
    walk_headers(text);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct wx_buf a = WX_BUF_INIT(8 << 20), b = WX_BUF_INIT(8 << 20);

        tries[i](text, &arena, &a, &b);
        wx_buf_clear(&a);
        wx_buf_clear(&b);
    }
    wx_arena_clear(&arena);
    return 0;
}
