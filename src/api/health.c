/* Is the server alive, is it ready, and its numbers: for machines that watch it. */
#include "api/handlers.h"
#include "api/metrics.h"
#include "api/server.h"
#include "base/clock.h"
#include "notify/notify.h"
#include "store/office_delivery.h"
#include "store/office_round.h"
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { MIN_FREE_BYTES = 64 << 20, PATH_BYTES = 4096 };

enum wx_status wx_health_live(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);

    (void)err;
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "alive", true);
    wx_json_kz(&j, "version", WX_VERSION);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* Takes the writer's turn and a lock on the file, and changes nothing. */
static bool can_write(struct wx_call *call)
{
    struct wx_tx *tx = NULL;
    enum wx_status st = wx_tx_write(wx_call_office(call), NULL, &tx, NULL);

    wx_tx_end(tx);
    return st == WX_OK;
}

static int64_t free_bytes(struct wx_call *call)
{
    struct statvfs disk;

    if (statvfs(wx_office_dir(wx_call_office(call)), &disk) < 0)
        return -1;
    return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

enum wx_status wx_health_ready(struct wx_call *call, struct wx_err *err)
{
    bool has_space = free_bytes(call) >= MIN_FREE_BYTES, writes = can_write(call);
    struct wx_json j = wx_call_json(call);

    (void)err;
    if (!has_space || !writes)
        call->http_status = 503;
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "ready", has_space && writes);
    wx_json_kbool(&j, "database", writes);
    wx_json_kbool(&j, "disk", has_space);
    wx_json_close(&j, '}');
    return WX_OK;
}

static int64_t file_bytes(struct wx_call *call, const char *name)
{
    char path[PATH_BYTES];
    struct stat about;

    snprintf(path, sizeof path, "%s/%s", wx_office_dir(wx_call_office(call)), name);
    return stat(path, &about) == 0 ? (int64_t)about.st_size : 0;
}

static enum wx_status write_gauges(struct wx_call *call, struct wx_err *err)
{
    int64_t n_webhook, n_mail;
    struct wx_rounds_counted rounds;
    enum wx_status st = wx_delivery_count_due(call->tx, &n_webhook, &n_mail, err);
    struct wx_buf *out = &call->out;

    if (!st)
        st = wx_rounds_count(call->tx, call->now_s, &rounds, err);
    if (st)
        return st;
    wx_metrics_gauge(out, "database_bytes", "Size of the office's database.",
                     (double)file_bytes(call, "office.db"));
    wx_metrics_gauge(out, "database_wal_bytes", "Size of its write-ahead log.",
                     (double)file_bytes(call, "office.db-wal"));
    wx_metrics_gauge(out, "disk_free_bytes", "Free space for the data directory.",
                     (double)free_bytes(call));
    wx_metrics_gauge(out, "webhook_deliveries_due", "Webhook deliveries that wait.",
                     (double)n_webhook);
    wx_metrics_gauge(out, "mail_deliveries_due", "Mails that wait.", (double)n_mail);
    wx_metrics_gauge(out, "rounds_running", "Rounds that run.",
                     (double)rounds.n_running);
    wx_metrics_gauge(out, "rounds_waiting",
                     "Rounds planned and due: for their turn, hours or permit.",
                     (double)rounds.n_waiting);
    wx_metrics_gauge(out, "rounds_paused", "Rounds that somebody has paused.",
                     (double)rounds.n_paused);
    wx_metrics_gauge(out, "retests_waiting",
                     "Re-inspections asked for that are in no round yet.",
                     (double)rounds.n_retests);
    return WX_OK;
}

static void write_notify(const struct wx_notify *notify, struct wx_buf *out)
{
    struct wx_notify_counters c = wx_notify_counters(notify);

    wx_metrics_gauge(out, "deliveries_under_way", "Letters with a courier now.",
                     c.n_under_way);
    wx_metrics_total(out, "deliveries_done_total", "Deliveries that arrived.",
                     c.n_delivered);
    wx_metrics_total(out, "delivery_attempts_failed_total", "Tries that failed.",
                     c.n_failed_attempts);
    wx_metrics_total(out, "deliveries_given_up_total", "Deliveries given up.",
                     c.n_given_up);
    wx_metrics_total(out, "couriers_failed_total",
                     "Courier processes that ended badly.", c.n_couriers_failed);
}

enum wx_status wx_metrics_read(struct wx_call *call, struct wx_err *err)
{
    const struct wx_metrics *metrics = wx_server_metrics(call->server);
    enum wx_status st;

    if (!wx_server_options(call->server)->with_metrics)
        return wx_call_refuse(call, WX_P_NOT_FOUND, err, "metrics are switched off");
    wx_buf_reset(&call->out);
    st = write_gauges(call, err);
    if (st)
        return st;
    wx_metrics_gauge(&call->out, "process_cpu_seconds", "Processor time used.",
                     (double)wx_cpu_us() / 1e6);
    if (wx_server_options(call->server)->notify)
        write_notify(wx_server_options(call->server)->notify, &call->out);
    wx_metrics_write(metrics, &call->out);
    call->out_type = "text/plain; version=0.0.4; charset=utf-8";
    return WX_OK;
}
