/* The office's log to its log server: datagrams, or a stream of counted records. */
#include "egress/line.h"

#include "base/limits.h"

static bool stream_write(struct wx_line *line, const struct wx_log_batch *batch)
{
    struct wx_buf out =
        WX_BUF_INIT((size_t)WX_MAX_LOG_BATCH * (WX_MAX_LOG_RECORD_BYTES + 8));
    bool is_good;

    for (size_t i = 0; i < batch->n_records; i++)
        (void)wx_buf_printf(&out, "%zu " WX_STR_FMT, batch->records[i].len,
                            WX_STR_ARG(batch->records[i]));
    is_good = wx_line_write(line, wx_buf_str(&out));
    wx_buf_clear(&out);
    return is_good;
}

static bool batch_write(struct wx_line *line, const struct wx_log_batch *batch)
{
    if (!batch->is_datagram)
        return stream_write(line, batch);
    for (size_t i = 0; i < batch->n_records; i++)
        if (!wx_line_write(line, batch->records[i]))
            return false;
    return true;
}

void wx_deliver_log(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                    const struct wx_log_batch *batch, int64_t timeout_ms,
                    struct wx_delivery_result *result)
{
    bool is_too_big = batch->n_records > WX_MAX_LOG_BATCH;
    struct wx_line line;

    for (size_t i = 0; i < batch->n_records; i++)
        is_too_big |= batch->records[i].len > WX_MAX_LOG_RECORD_BYTES;
    wx_line_init(&line, deliverer, permit, timeout_ms, result);
    line.is_datagram = batch->is_datagram;
    line.is_plain = !batch->is_tls;
    if (is_too_big || (batch->is_tls && batch->is_datagram)) {
        (void)wx_line_fail(&line, WX_DELIVERY_DENIED, "no such batch of records",
                           (struct wx_str){0});
    } else if (wx_line_dial(&line, batch->host, batch->port) &&
               (!batch->is_tls || wx_line_encrypt(&line)) &&
               batch_write(&line, batch)) {
        result->outcome = WX_DELIVERED;
        result->detail[0] = '\0';
    }
    wx_line_close(&line);
}
