/*
 * What a site's pages say of the site: identifiers, embeds, units, contacts, gathered
 * by label.c while pages pass and judged by label_judge.c at the end. A value counts
 * when it stands on the start page, or in the lower half or footer of any other page;
 * articles quote other people's identifiers in their upper half.
 */
#ifndef WX_DETECT_LABEL_H
#define WX_DETECT_LABEL_H

#include "detect/badge.h"
#include "detect/detect.h"
#include "wire/identifier.h"

enum {
    MAX_LABEL_VALUES = 12,  /* different values of one kind that are kept */
    MAX_LABEL_SOURCES = 64, /* scripts and frames of the start page that are followed */
    MAX_LABEL_READ = 256,
    MAX_LABEL_MEMOS = 32,
    MAX_MEMO_VALUES = 12,
};

struct wx_label_value {
    struct wx_str value, shown;
    struct wx_str where;
    const struct wx_observation *proof; /* slim copy: address, body hash */
    uint32_t n_pages, last_seq;
    bool is_well_formed, on_home, in_foot;
};

struct wx_label_list {
    struct wx_label_value values[MAX_LABEL_VALUES];
    size_t n;
};

/* A stretch of markup that was read before: footers are the same on every page. */
struct wx_label_memo {
    uint64_t hash;
    struct wx_label_value *values[MAX_MEMO_VALUES];
    size_t n;
};

struct wx_labels {
    struct wx_label_list lists[WX_IDENT_KIND_COUNT];
    struct wx_badge badge;
    const struct wx_observation *badge_proof;
    struct wx_jiucuo jiucuo;
    const struct wx_observation *jiucuo_proof;
    const struct wx_observation *home; /* slim copy; NULL: not read */
    struct wx_str home_title;
    bool home_is_shell;    /* drawn by scripts: too little text to judge */
    bool has_contact_link; /* 联系我们 and the like */
    uint32_t n_pages;      /* with enough text to carry a footer */
    /* scripts and frames of the start page, and scripts and pages read: by hash of
     * their addresses */
    uint64_t sources[MAX_LABEL_SOURCES], read[MAX_LABEL_READ];
    size_t n_sources, n_read;
    struct wx_label_memo memos[MAX_LABEL_MEMOS];
    size_t n_memos, next_memo;
};

/* The value to believe: well formed, on the start page, on most pages; or NULL. */
const struct wx_label_value *wx_label_best(const struct wx_label_list *list);
void wx_labels_judge(struct wx_judge *judge, const struct wx_labels *labels);
/* Labels can be called missing: the start page was read and something was on it. */
bool wx_labels_are_determined(const struct wx_judge *judge,
                              const struct wx_labels *labels);

#endif
