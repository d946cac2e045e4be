/*
 * Counters of the server in Prometheus' text form. Labels are endpoint templates,
 * methods and status classes: never a name of a unit, a site or a person. Counting
 * takes a few atomic additions and no lock; any thread.
 */
#ifndef WX_API_METRICS_H
#define WX_API_METRICS_H

#include "base/buf.h"
#include <stdint.h>

struct wx_endpoint;
struct wx_metrics;

struct wx_metrics *wx_metrics_new(void);
void wx_metrics_free(struct wx_metrics *metrics); /* NULL is fine */
/* ENDPOINT NULL: nothing was found under the path, or it was a page. */
void wx_metrics_count(struct wx_metrics *metrics, const struct wx_endpoint *endpoint,
                      int status, int64_t took_us);
void wx_metrics_write(const struct wx_metrics *metrics, struct wx_buf *out);
/* One further value: "wangxun_NAME VALUE" with its HELP and TYPE. */
void wx_metrics_gauge(struct wx_buf *out, const char *name, const char *help,
                      double value);
void wx_metrics_total(struct wx_buf *out, const char *name, const char *help,
                      uint64_t value);

#endif
