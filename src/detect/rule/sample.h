/*
 * The hit and miss samples of a rule: small sites written down in YAML, judged as a
 * real site is, with all detectors and the whole rule library. `wangxun rules test`
 * runs them, and so do the unit tests. Layout: docs/adding/rule.md.
 */
#ifndef WX_DETECT_RULE_SAMPLE_H
#define WX_DETECT_RULE_SAMPLE_H

#include "detect/rule/rule.h"
#include "model/observation.h"
#include "model/site.h"

/* One observation with its body, as the YAML says. */
struct wx_sample_fetch {
    struct wx_observation obs;
    struct wx_str body; /* converted to its charset */
};

/* What the rule's findings must look like; empty and 0: anything. */
struct wx_sample_expect {
    enum wx_verdict verdict; /* NOT_DETERMINED with has_verdict false: any */
    bool has_verdict;
    uint32_t count;
    struct wx_str key, excerpt, detail;
};

struct wx_sample {
    enum wx_sample_kind kind;
    struct wx_str name;
    uint32_t line;
    int64_t now_s;
    struct wx_site *sites; /* the sample's own site first, then the register's */
    size_t n_sites;
    struct wx_sample_fetch *fetches;
    size_t n_fetches;
    struct wx_sample_expect expect;
};

struct wx_samples { /* what struct wx_rule.samples points to */
    struct wx_sample *samples;
    size_t n;
};

/* Whether SAMPLE of RULE holds; if not, why stands in ERR. */
WX_MUST_CHECK enum wx_status wx_sample_run(const struct wx_rules *rules,
                                           const struct wx_rule *rule,
                                           const struct wx_sample *sample,
                                           struct wx_err *err);

/* For rule_file.c: the mapping under "samples:". */
struct wx_yaml;
struct fy_node;
WX_MUST_CHECK enum wx_status wx_samples_read(const struct wx_yaml *y,
                                             struct fy_node *map, struct wx_rule *rule);

#endif
