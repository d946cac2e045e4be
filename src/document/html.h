/* The inside of report.html's writer: for html*.c only. */
#ifndef WX_DOCUMENT_HTML_H
#define WX_DOCUMENT_HTML_H

#include "document/format.h"
#include "document/markup.h"

enum {
    WX_HTML_OPEN_SITES = 12,  /* up to so many sites stand open */
    WX_HTML_EVERY_SITE = 200, /* more: only sites with findings get a section */
    WX_HTML_LARGE = 1500,     /* findings from which explanations stand once */
    WX_HTML_PLACES = 20,      /* of one rule in one site shown in full */
    WX_HTML_PLACES_LARGE = 5,
    WX_HTML_MAX_SITES = 3000, /* rows and sections of one page */
};

struct wx_html {
    struct wx_report *report;
    struct wx_outfile out;
    bool is_large;
    size_t site; /* the next one of the breakdown */
};

#define WX_HTML_T(h, key) wx_text((h)->report->lang, WX_T_##key)

/* Icon, word and colour of the typed values. */
void wx_html_severity(struct wx_html *h, struct wx_buf *out, enum wx_severity severity);
void wx_html_verdict(struct wx_html *h, struct wx_buf *out, enum wx_verdict verdict);
void wx_html_status(struct wx_html *h, struct wx_buf *out, enum wx_site_status status);

/* How to fix, how to verify, norm. */
void wx_html_advice(struct wx_html *h, struct wx_buf *out, const struct wx_rule *rule);
/* The sections of all sites. */
WX_MUST_CHECK enum wx_status wx_html_sites(struct wx_html *h, struct wx_err *err);

#endif
