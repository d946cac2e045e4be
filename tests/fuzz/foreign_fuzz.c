/* Any bytes as what another tool may have written; the first byte says which kind. What
 * comes out must be JSON. */
#include "convert/child.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>

static void assert_json(struct wx_str s)
{
    json_t *o = s.len ? json_loadb(s.ptr, s.len, 0, NULL) : json_object();

    if (!json_is_object(o))
        abort();
    json_decref(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static enum wx_status (*const readers[])(struct wx_convert_child *, struct wx_str,
                                             struct wx_err *) = {
        wx_convert_sarif,       wx_convert_nuclei,  wx_convert_zap,
        wx_convert_finding_csv, wx_convert_geojson, wx_convert_attachment};
    struct wx_arena arena;
    struct wx_convert_child child = {
        .arena = &arena,
        .channel = wx_channel_new(open("/dev/null", O_WRONLY)),
        .note = WX_BUF_INIT(1 << 20),
        .item = WX_BUF_INIT(WX_MAX_FOREIGN_ITEM_BYTES),
    };
    struct wx_str bytes = {(const char *)data + 1, size - 1};
    struct wx_err err = {0};

    wx_arena_init(&arena);
    if (size > 1 && !readers[data[0] % 6](&child, bytes, &err))
        assert_json(wx_buf_str(&child.note));
    wx_buf_clear(&child.note);
    wx_buf_clear(&child.item);
    wx_channel_free(child.channel);
    wx_arena_clear(&arena);
    return 0;
}
