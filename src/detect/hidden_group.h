/*
 * Links that share one hiding place, and how much that looks like somebody else's work.
 * Hiding is everyday craft (menus, tabs, screen-reader text) and so is linking abroad;
 * what counts is the two together, weighed with words, number and kind of the hosts.
 */
#ifndef WX_DETECT_HIDDEN_GROUP_H
#define WX_DETECT_HIDDEN_GROUP_H

#include "base/catalogue.h"
#include "detect/detect.h"
#include "detect/spam_words.h"

/* Ways to keep a link from visitors beyond style: bits beside enum wx_hide. */
enum wx_trick {
    WX_TRICK_AFTER = 1 << 16,  /* behind </html> */
    WX_TRICK_BEFORE = 1 << 17, /* ahead of <!doctype> or <html> */
    WX_TRICK_NOSCRIPT = 1 << 18,
    WX_TRICK_COMMENT = 1 << 19,
    WX_TRICK_WRITTEN = 1 << 20, /* a script writes it */
    WX_TRICK_ENCODED = 1 << 21, /* ... and hides what it writes */
    WX_TRICK_WRAPPED = 1 << 22, /* scripts write the hidden box around it */
    WX_TRICK_DOT = 1 << 23,     /* its text is one punctuation mark */
    WX_TRICK_SHEET = 1 << 24,   /* a sheet hides it, not an attribute of the element */
};

enum { WX_MAX_GROUP_HOSTS = 64 };

struct wx_hidden_host {
    struct wx_str host;
    const struct wx_html_link *link; /* the first one */
    uint32_t n_links;
};

struct wx_hidden_group {
    uint32_t cause;          /* node, or what else the links share */
    uint32_t how;            /* enum wx_hide and enum wx_trick bits */
    uint32_t n_own, n_known; /* links to the unit; to government and public services */
    uint32_t n_foreign;      /* links to anybody else */
    uint32_t n_dubious;      /* hosts among them with throw-away names */
    struct wx_hidden_host hosts[WX_MAX_GROUP_HOSTS];
    size_t n_hosts;
    bool is_in_menu;            /* the box names itself a menu, tab, dialog ... */
    struct wx_buf text;         /* texts and addresses of the foreign links */
    struct wx_spam_words words; /* of text; after wx_hidden_group_score() */
};

/* 0..100; at or above WX_HIDDEN_LINK_SCORE it is reported. Reads words. */
enum { WX_HIDDEN_LINK_SCORE = 55 };
int wx_hidden_group_score(const struct wx_rules *rules, struct wx_arena *arena,
                          struct wx_hidden_group *group);
/* Rule for the technique that weighs most. */
const char *wx_hidden_group_rule(uint32_t how);
/* "样式 display:none、位于 </html> 之后" */
struct wx_str wx_hidden_words(struct wx_arena *arena, enum wx_lang lang, uint32_t how);

#endif
