/* A kind being read. For kind.c and kind_part.c only. */
#ifndef WX_CAMPAIGN_KIND_READING_H
#define WX_CAMPAIGN_KIND_READING_H

#include "campaign/kind.h"

struct wx_kind_reading {
    const struct wx_yaml *y;
    struct wx_campaign_kind *kind;
    const struct wx_form_finder *finder;
};

/* Each takes its key of the root; what it refers to must have been taken before. */
WX_MUST_CHECK enum wx_status wx_kind_take_scope(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_target(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_phases(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_papers(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_tasks(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_draw(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_evaluation(struct wx_kind_reading *r);
WX_MUST_CHECK enum wx_status wx_kind_take_bulletins(struct wx_kind_reading *r);

/* Items of a list: calls TAKE for each with its place in an array of the arena. */
struct wx_kind_list {
    const char *key;
    size_t size; /* of one element */
    enum wx_status (*take)(struct wx_kind_reading *r, struct fy_node *node, void *out);
};
/* *N counts while the list is read, so that TAKE sees those before it. */
WX_MUST_CHECK enum wx_status wx_kind_take_list(struct wx_kind_reading *r,
                                               struct fy_node *map,
                                               const struct wx_kind_list *list,
                                               void **out, size_t *n);
WX_MUST_CHECK enum wx_status
wx_kind_norm(struct wx_kind_reading *r, struct fy_node *node, struct wx_norm_ref *out);

extern const char *const wx_task_party_words[];

#endif
