/*
 * A paper as PDF, by whichever converter is installed: LibreOffice from the DOCX, else
 * Chromium from the page. It runs confined (jail/outside.h) in a folder of its own that
 * is removed afterwards. Fonts that are missing are named with what stood in for them.
 */
#ifndef WX_DOCUMENT_PDF_H
#define WX_DOCUMENT_PDF_H

#include "document/paper.h"

enum { WX_PDF_FONTS = 5 };

struct wx_pdf_options {
    const char *const *converters; /* paths to try in order, NULL at the end; or NULL */
    const char *work_dir;          /* where the folder is made; NULL: /tmp */
    int64_t timeout_ms;            /* 0: a minute */
};

struct wx_pdf_report {
    char converter[256]; /* the one that was used */
    char confinement[128];
    struct {
        const char *wanted;
        char used[128]; /* another font, or "" where the wanted one is there */
    } fonts[WX_PDF_FONTS];
    bool fonts_are_known; /* false: fc-match is not installed */
};

/* WX_E_UNSUPPORTED: no converter; the text says what to install. REPORT may be NULL. */
WX_MUST_CHECK enum wx_status
wx_paper_pdf(const struct wx_paper *paper, const struct wx_pdf_options *options,
             struct wx_buf *out, struct wx_pdf_report *report, struct wx_err *err);

/*
 * Many DOCX files at once, which is many times faster than one after the other; by
 * LibreOffice only (WX_E_UNSUPPORTED without it). Each PDF says that it was made at its
 * DATED_S, and its identifiers follow from its content: the same DOCX and the same
 * LibreOffice give the same bytes.
 */
struct wx_pdf_file {
    const char *docx, *pdf; /* paths */
    int64_t dated_s;
};
WX_MUST_CHECK enum wx_status wx_docx_pdfs(const struct wx_pdf_file *files, size_t n,
                                          const struct wx_pdf_options *options,
                                          struct wx_err *err);

#endif
