#include "api/metrics.h"

#include "api/call.h"
#include "base/arena.h"
#include <stdatomic.h>
#include <stdlib.h>

enum {
    SLOTS = 1024, /* a power of two, several times the endpoints there are */
    CLASSES = 6,  /* 1xx..5xx, and what has none */
    BUCKETS = 9,
};

/* seconds; the goal of a list is 0.3 */
static const double bounds_s[BUCKETS] = {0.001, 0.005, 0.01, 0.05, 0.1, 0.3, 1, 3, 10};

struct slot {
    _Atomic(const struct wx_endpoint *) endpoint;
    atomic_uint_fast64_t by_class[CLASSES];
    atomic_uint_fast64_t buckets[BUCKETS + 1]; /* the last: longer than all bounds */
    atomic_uint_fast64_t sum_us;
};

struct wx_metrics {
    struct slot other; /* without an endpoint */
    struct slot slots[SLOTS];
};

struct wx_metrics *wx_metrics_new(void)
{
    return wx_new(struct wx_metrics);
}

void wx_metrics_free(struct wx_metrics *metrics)
{
    free(metrics);
}

/* Its slot, claimed by whoever comes first; once claimed it never changes. */
static struct slot *slot_of(struct wx_metrics *m, const struct wx_endpoint *endpoint)
{
    size_t at = ((uintptr_t)endpoint >> 3) * 2654435761u;

    if (!endpoint)
        return &m->other;
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *slot = &m->slots[(at + i) & (SLOTS - 1)];
        const struct wx_endpoint *there = NULL;

        if (atomic_compare_exchange_strong(&slot->endpoint, &there, endpoint) ||
            there == endpoint)
            return slot;
    }
    return &m->other;
}

void wx_metrics_count(struct wx_metrics *m, const struct wx_endpoint *endpoint,
                      int status, int64_t took_us)
{
    struct slot *slot = slot_of(m, endpoint);
    int class = status >= 100 && status < 600 ? status / 100 : 0;
    size_t b = 0;

    while (b < BUCKETS && (double)took_us > bounds_s[b] * 1e6)
        b++;
    atomic_fetch_add_explicit(&slot->by_class[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot->buckets[b], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot->sum_us, took_us > 0 ? (uint64_t)took_us : 0,
                              memory_order_relaxed);
}

static void head(struct wx_buf *out, const char *name, const char *type,
                 const char *help)
{
    (void)wx_buf_printf(out, "# HELP wangxun_%s %s\n# TYPE wangxun_%s %s\n", name, help,
                        name, type);
}

void wx_metrics_gauge(struct wx_buf *out, const char *name, const char *help,
                      double value)
{
    head(out, name, "gauge", help);
    (void)wx_buf_printf(out, "wangxun_%s %.15g\n", name, value);
}

void wx_metrics_total(struct wx_buf *out, const char *name, const char *help,
                      uint64_t value)
{
    head(out, name, "counter", help);
    (void)wx_buf_printf(out, "wangxun_%s %llu\n", name, (unsigned long long)value);
}

static const struct slot *slot_at(const struct wx_metrics *m, size_t i)
{
    const struct slot *slot = i < SLOTS ? &m->slots[i] : &m->other;

    return i < SLOTS && !slot->endpoint ? NULL : slot;
}

static void labels(const struct slot *slot, struct wx_buf *out)
{
    const struct wx_endpoint *e = slot->endpoint;

    (void)wx_buf_printf(out, "method=\"%s\",endpoint=\"%s\"", e ? e->method : "",
                        e ? e->path : "other");
}

static void write_histogram(const struct slot *slot, struct wx_buf *out)
{
    uint64_t n = 0;

    for (size_t b = 0; b <= BUCKETS; b++) {
        n += slot->buckets[b];
        (void)wx_buf_addz(out, "wangxun_http_request_duration_seconds_bucket{");
        labels(slot, out);
        if (b < BUCKETS)
            (void)wx_buf_printf(out, ",le=\"%g\"} ", bounds_s[b]);
        else
            (void)wx_buf_addz(out, ",le=\"+Inf\"} ");
        (void)wx_buf_printf(out, "%llu\n", (unsigned long long)n);
    }
    (void)wx_buf_addz(out, "wangxun_http_request_duration_seconds_sum{");
    labels(slot, out);
    (void)wx_buf_printf(out, "} %.6f\n", (double)slot->sum_us / 1e6);
    (void)wx_buf_addz(out, "wangxun_http_request_duration_seconds_count{");
    labels(slot, out);
    (void)wx_buf_printf(out, "} %llu\n", (unsigned long long)n);
}

void wx_metrics_write(const struct wx_metrics *m, struct wx_buf *out)
{
    head(out, "http_requests_total", "counter",
         "Requests by endpoint and status class.");
    for (size_t i = 0; i <= SLOTS; i++) {
        const struct slot *slot = slot_at(m, i);

        for (int c = 0; slot && c < CLASSES; c++) {
            uint64_t n = slot->by_class[c];

            if (!n)
                continue;
            (void)wx_buf_addz(out, "wangxun_http_requests_total{");
            labels(slot, out);
            (void)wx_buf_printf(out, ",status=\"%dxx\"} %llu\n", c,
                                (unsigned long long)n);
        }
    }
    head(out, "http_request_duration_seconds", "histogram",
         "Time from the request's head to its reply.");
    for (size_t i = 0; i <= SLOTS; i++)
        if (slot_at(m, i))
            write_histogram(slot_at(m, i), out);
}
