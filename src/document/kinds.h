/* The kinds of paper that are made from the office's records (kinds.def). */
#ifndef WX_DOCUMENT_KINDS_H
#define WX_DOCUMENT_KINDS_H

#include "document/gather.h"

enum wx_paper_kind_flag {
    WX_PAPER_NUMBERED = 1,
    WX_PAPER_PUBLIC = 2,      /* may be published: tells no finding's details */
    WX_PAPER_OF_UNIT = 4,     /* for one unit, who alone sees it */
    WX_PAPER_WITH_NOTICE = 8, /* approved, numbered and sent with its notice */
    WX_PAPER_BY_UNIT = 32, /* the unit's own: made where it answers, not at the desk */
    WX_PAPER_DRAWN = 16,   /* by code, not from a template */
};
struct wx_paper_kind {
    const char *word, *zh, *subject;
    const struct wx_fact *table;
    size_t facts_bytes;
    uint32_t flags;
};
/* The words that a subject's measure may be, ended by one without; NULL: none, or the
 * occasions of the campaign. */
struct wx_paper_measure {
    const char *word, *zh;
};
const struct wx_paper_measure *wx_paper_measures(const struct wx_paper_kind *kind);
const struct wx_paper_kind *wx_paper_kind_find(struct wx_str word); /* or NULL */
const struct wx_paper_kind *wx_paper_kind_at(size_t i); /* NULL after the last */

/* What a paper is made from. */
struct wx_paper_subject {
    int64_t campaign_id, record_id;
    /* the occasion of a bulletin (campaign/measures.def; empty: the result), the period
     * of a progress report, the stage of an incident report */
    struct wx_str measure;
};
/* FACTS: facts_bytes, zeroed by this. */
WX_MUST_CHECK enum wx_status wx_paper_gather(struct wx_gather *g,
                                             const struct wx_paper_kind *kind,
                                             const struct wx_paper_subject *subject,
                                             void *facts);
/* As wx_paper_of_facts() with the text that is built in. */
WX_MUST_CHECK enum wx_status wx_paper_of_word(struct wx_paper *paper,
                                              struct wx_arena *arena, const char *word,
                                              const void *facts, struct wx_err *err);
/* The paper of FACTS; TEXT: the template's. */
WX_MUST_CHECK enum wx_status wx_paper_of_facts(struct wx_paper *paper,
                                               struct wx_arena *arena,
                                               const struct wx_paper_kind *kind,
                                               struct wx_str text, const void *facts,
                                               struct wx_err *err);

#endif
