#include "convert/child.h"

#include "jail/jail.h"
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    SEND_AT = 256 << 10, /* rows are sent when so much waits */
    READ_STEP = 1 << 20,
};

struct request {
    struct wx_jail_options jail;
};

static enum wx_status wait_for_request(struct wx_convert_child *child,
                                       struct wx_str *json, struct wx_err *err)
{
    for (;;) {
        enum wx_msg_type type;
        struct wx_msg_in in;
        enum wx_status st = wx_channel_next(child->channel, &type, &in, err);

        if (st == WX_E_AGAIN) {
            struct pollfd p = {.fd = wx_channel_fd(child->channel), .events = POLLIN};

            (void)poll(&p, 1, -1);
            continue;
        }
        if (st)
            return st;
        if (type != WX_MSG_CONVERT)
            return wx_fail(err, WX_E_INVALID, "message %d instead of a request", type);
        *json = wx_arena_str(child->arena, wx_msg_get_str(&in));
        return WX_OK;
    }
}

static enum wx_status read_request(struct wx_convert_child *child, struct wx_str json,
                                   struct wx_jail_options *jail, struct wx_err *err)
{
    json_t *o = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    const char *what = json_string_value(json_object_get(o, "what"));
    const char *lang = json_string_value(json_object_get(o, "lang"));
    enum wx_status st = WX_OK;

    if (!what || !wx_convert_kind_parse(wx_str_of(what), &child->kind))
        st = wx_fail(err, WX_E_INVALID, "the request names no known kind");
    child->lang = lang && strcmp(lang, "en") == 0 ? WX_EN : WX_ZH;
    jail->max_memory_bytes =
        (uint64_t)json_integer_value(json_object_get(o, "memory_bytes"));
    jail->max_cpu_s = (uint32_t)json_integer_value(json_object_get(o, "cpu_s"));
    jail->max_files = 16;
    json_decref(o);
    return st;
}

/* The whole upload; the file may stand in a folder this process could not reach. */
static enum wx_status read_upload(struct wx_convert_child *child, int fd,
                                  struct wx_buf *out, struct wx_err *err)
{
    for (;;) {
        char *at;
        ssize_t n;

        if (out->len == out->max_bytes)
            return wx_fail(err, WX_E_TOO_BIG,
                           wx_text(child->lang, WX_T_CONVERT_FILE_TOO_BIG),
                           (int)((out->max_bytes - 1) >> 20));
        at = wx_buf_room(out, READ_STEP);
        if (!at)
            at = wx_buf_room(out, out->max_bytes - out->len);
        if (!at)
            return wx_fail(err, WX_E_TOO_BIG, "%s",
                           wx_text(child->lang, WX_T_CONVERT_TOO_MUCH_MEMORY));
        n = read(fd, at,
                 out->max_bytes - out->len < READ_STEP ? out->max_bytes - out->len
                                                       : READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wx_fail_errno(err, "cannot read the upload");
        if (n == 0)
            return WX_OK;
        out->len += (size_t)n;
    }
}

enum wx_status wx_convert_item(struct wx_convert_child *child, struct wx_err *err)
{
    struct wx_msg_out *out = wx_channel_out(child->channel);

    if (child->item.is_full || ++child->n_items > WX_MAX_FOREIGN_ITEMS)
        return wx_fail(err, WX_E_TOO_BIG,
                       wx_text(child->lang, WX_T_CONVERT_TOO_MANY_ITEMS),
                       WX_MAX_FOREIGN_ITEMS);
    wx_msg_begin(out, WX_MSG_ITEM);
    wx_msg_str(out, wx_buf_str(&child->item));
    wx_msg_end(out);
    wx_buf_reset(&child->item);
    return wx_channel_unsent(child->channel) > SEND_AT
               ? wx_channel_flush(child->channel, true, err)
               : WX_OK;
}

enum wx_status wx_convert_table(struct wx_convert_child *child, struct wx_str bytes,
                                struct wx_err *err)
{
    struct wx_msg_out *out = wx_channel_out(child->channel);
    struct wx_json note = WX_JSON_INIT(&child->note);
    struct wx_table table;
    enum wx_status st = wx_table_read(child->arena, bytes, child->lang, &table, err);

    for (size_t i = 0; !st && i < table.n_rows; i++) {
        const struct wx_table_row *row = &table.rows[i];

        wx_msg_begin(out, WX_MSG_ROW);
        wx_msg_u32(out, row->number);
        wx_msg_u32(out, (uint32_t)row->n_cells);
        for (size_t k = 0; k < row->n_cells; k++)
            wx_msg_str(out, row->cells[k]);
        wx_msg_end(out);
        if (wx_channel_unsent(child->channel) > SEND_AT)
            st = wx_channel_flush(child->channel, true, err);
    }
    if (!st) {
        wx_json_open(&note, '{');
        wx_json_kstr_opt(&note, "sheet", table.sheet);
        wx_json_close(&note, '}');
    }
    return st;
}

static enum wx_status convert(struct wx_convert_child *child, struct wx_str bytes,
                              struct wx_err *err)
{
    static enum wx_status (*const readers[])(struct wx_convert_child *, struct wx_str,
                                             struct wx_err *) = {
        [WX_CONVERT_TABLE] = wx_convert_table,
        [WX_CONVERT_SARIF] = wx_convert_sarif,
        [WX_CONVERT_NUCLEI] = wx_convert_nuclei,
        [WX_CONVERT_ZAP] = wx_convert_zap,
        [WX_CONVERT_FINDING_CSV] = wx_convert_finding_csv,
        [WX_CONVERT_GEOJSON] = wx_convert_geojson,
        [WX_CONVERT_ATTACHMENT] = wx_convert_attachment,
        [WX_CONVERT_BOOK] = wx_convert_book,
    };

    if (!bytes.len)
        return wx_fail(err, WX_E_INVALID, "%s",
                       wx_text(child->lang, WX_T_CONVERT_EMPTY));
    return readers[child->kind](child, bytes, err);
}

static void tell_end(struct wx_convert_child *child, enum wx_status st,
                     const struct wx_err *err)
{
    struct wx_msg_out *out = wx_channel_out(child->channel);

    wx_msg_begin(out, st ? WX_MSG_FAILED : WX_MSG_DONE);
    if (st)
        wx_msg_u8(out, (uint8_t)st);
    wx_msg_str(out, st ? wx_str_of(err->text)
                       : (child->note.len ? wx_buf_str(&child->note) : WX_STR("{}")));
    wx_msg_end(out);
    (void)wx_channel_flush(child->channel, true, NULL);
}

_Noreturn void wx_convert_main(int channel_fd, int file_fd)
{
    struct wx_arena arena;
    struct wx_convert_child child = {
        .arena = &arena,
        .note = WX_BUF_INIT(1 << 20),
        .item = WX_BUF_INIT(WX_MAX_FOREIGN_ITEM_BYTES),
    };
    struct wx_jail_options jail = {0};
    struct wx_buf upload = WX_BUF_INIT(0);
    struct wx_err err = {0};
    struct wx_str json;
    enum wx_status st;

    wx_arena_init(&arena);
    child.channel = wx_channel_new(channel_fd);
    wx_table_prepare();
    json_object_seed(0); /* looks for a device, which the jail would refuse */
    st = wait_for_request(&child, &json, &err);
    if (!st)
        st = read_request(&child, json, &jail, &err);
    if (!st)
        st = wx_jail_enter(&jail, NULL, &err);
    if (!st) {
        upload.max_bytes = wx_convert_max_bytes(child.kind) + 1;
        st = read_upload(&child, file_fd, &upload, &err);
    }
    if (!st)
        st = convert(&child, wx_buf_str(&upload), &err);
    tell_end(&child, st, &err);
    _exit(st ? 1 : 0); /* its memory goes with it; a jail has nothing to tidy with */
}
