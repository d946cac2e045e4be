/*
 * The rule library: everything about a finding that is not C. One YAML file for each
 * rule under rules/GROUP/ID.yaml; layout in docs/adding/rule.md. A rule carries its
 * texts in Chinese and English, the norms it rests on with the day each came into
 * force, severity, confidence, and hit and miss samples; one without samples does not
 * load. Rules may bring literals, regular expressions and paths to look for; keyword
 * classes are data files under rules/keywords/.
 *
 * The library compiled into the binary (made from rules/ at build time) is the
 * default; --rules DIR reads a folder instead. Immutable after load.
 */
#ifndef WX_DETECT_RULE_RULE_H
#define WX_DETECT_RULE_RULE_H

#include "detect/rule/pattern.h"
#include "model/finding.h"

struct wx_norm {
    struct wx_str document_zh, document_en; /* 互联网政务应用安全管理规定 */
    struct wx_str number;                   /* document number, may be empty */
    struct wx_str article;                  /* 第五条 */
    int64_t from_s, until_s;                /* in force; until 0: still */
};

struct wx_rule_text {
    struct wx_str title, why, fix, verify;
};

enum wx_match_part {               /* what a data rule's pattern is matched against */
                     WX_PART_TEXT, /* decoded page or body as it came */
                     WX_PART_VISIBLE, /* text blocks, title, link texts: what people
                                         read */
                     WX_PART_HEADERS,
                     WX_PART_URL,
};

enum wx_sample_kind { WX_SAMPLE_HIT, WX_SAMPLE_MISS };

struct wx_rule {
    struct wx_str id;       /* "hidden-link-css": lower case, digits, '-' */
    struct wx_str category; /* "hidden_link": groups rules in reports */
    struct wx_str detector; /* name of the C detector that reports it */
    enum wx_severity severity;
    enum wx_verdict verdict; /* FAIL or SUSPECTED unless the detector says otherwise */
    uint8_t confidence;
    bool is_site_wide; /* one finding for the site, whatever the page */
    struct wx_norm *norms;
    size_t n_norms;
    struct wx_rule_text zh, en;
    struct wx_str file; /* where it was read from */
    uint32_t line;
    void *samples; /* detect/rule/sample.h; NULL in the built-in library */
};

/* A path worth asking for (exposed-file rules), with what proves the answer real. */
struct wx_rule_path {
    const struct wx_rule *rule;
    struct wx_str path; /* "/.git/HEAD"; {host}: see wx_exposed_path() */
    uint32_t proof_tag; /* pattern tag that must hit in the body */
    bool is_binary;     /* proof is magic bytes: MAGIC at offset 0 */
    struct wx_str magic;
};

/* A keyword with its class, e.g. "gambling"; weight in hundredths. */
struct wx_keyword {
    struct wx_str word;
    uint16_t class_index;
    uint16_t weight;
    bool is_ambiguous; /* also ordinary on government sites (体彩, 禁毒) */
};

struct wx_keyword_class {
    struct wx_str name; /* "gambling", "porn", "loan" ... */
    struct wx_str zh, en;
};

enum wx_pattern_owner {
    WX_OWN_RULE, /* a data rule's own pattern */
    WX_OWN_KEYWORD,
    WX_OWN_PROOF, /* a wx_rule_path's proof */
    WX_OWN_NAMED, /* asked for by name from C: wx_rules_pattern_tag() */
};

struct wx_rule_pattern { /* indexed by pattern tag */
    enum wx_pattern_owner owner;
    enum wx_match_part part;
    const struct wx_rule *rule; /* RULE, PROOF, NAMED */
    uint32_t keyword;           /* KEYWORD: index */
    struct wx_str name;         /* NAMED: "error-page.java" */
    struct wx_str shown;        /* the literal or expression, for rules show */
    bool is_regex;
    unsigned flags; /* enum wx_pattern_flag */
};

struct wx_rules {
    struct wx_rule *rules;
    size_t n_rules; /* sorted by id */
    struct wx_rule_path *paths;
    size_t n_paths;
    struct wx_keyword *keywords;
    size_t n_keywords;
    struct wx_keyword_class *classes;
    size_t n_classes;
    struct wx_rule_pattern *patterns;
    size_t n_patterns;
    struct wx_pattern_set *set;    /* tags index patterns[] */
    struct wx_pattern_set *proofs; /* owner PROOF only, for answers to those paths */
    struct wx_pattern_set *parts; /* owner RULE on another part than TEXT; in set too */
    struct wx_str version;        /* hash over all rule data, 16 hex digits */
    struct wx_arena arena;
};

/* DIR NULL: the built-in library. With WITH_SAMPLES samples are read and demanded. */
WX_MUST_CHECK enum wx_status wx_rules_load(const char *dir, bool with_samples,
                                           struct wx_rules **out, struct wx_err *err);
void wx_rules_free(struct wx_rules *rules);
/*
 * Compile every expression now instead of when it is first needed: for a process that
 * will soon be forbidden to make memory executable, or that starts threads.
 */
void wx_rules_prepare(const struct wx_rules *rules);
#define WX_NO_PATTERN UINT32_MAX
/* Tag of the pattern that a rule file names in "patterns:"; WX_NO_PATTERN: none. */
uint32_t wx_rules_pattern_tag(const struct wx_rules *rules, const char *name);
const struct wx_rule *wx_rules_find(const struct wx_rules *rules, struct wx_str id);
/* The norm in force at AT_S; the newest when several are; NULL when none. */
const struct wx_norm *wx_rule_norm_at(const struct wx_rule *rule, int64_t at_s);

#endif
