/*
 * Reading YAML files (rules, configuration, kinds of campaigns, forms) with libfyaml:
 * what is missing, unknown or of the wrong kind is named with file, line and column.
 * Anchors and aliases are refused: such a file has no use for them, and an alias bomb
 * has. All text is copied into the arena.
 */
#ifndef WX_WIRE_YAML_H
#define WX_WIRE_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include <libfyaml.h>

struct wx_yaml {
    struct wx_arena *arena;
    const char *file; /* for messages */
    struct wx_err *err;
    struct fy_document *doc;
    struct fy_node *root;
};

WX_MUST_CHECK enum wx_status wx_yaml_open(struct wx_yaml *y, struct wx_arena *arena,
                                          const char *file, struct wx_str text,
                                          struct wx_err *err);
void wx_yaml_close(struct wx_yaml *y);

/* WX_E_INVALID with "FILE:LINE:COLUMN: ..." of NODE (NULL: FILE only). */
enum wx_status wx_yaml_fail(const struct wx_yaml *y, struct fy_node *node,
                            const char *fmt, ...) WX_PRINTF(3, 4);
uint32_t wx_yaml_line(struct fy_node *node); /* from 1 */

/* MAP is a mapping and all its keys are in KEYS (NULL-terminated). */
WX_MUST_CHECK enum wx_status wx_yaml_keys(const struct wx_yaml *y, struct fy_node *map,
                                          const char *const *keys);
/* The value of KEY, or NULL. */
struct fy_node *wx_yaml_get(struct fy_node *map, const char *key);
/* The same; absence is an error. */
WX_MUST_CHECK enum wx_status wx_yaml_need(const struct wx_yaml *y, struct fy_node *map,
                                          const char *key, struct fy_node **out);

WX_MUST_CHECK enum wx_status wx_yaml_str(const struct wx_yaml *y, struct fy_node *node,
                                         struct wx_str *out);
/* Value of KEY: _opt leaves *OUT alone when it is absent; _need demands non-empty. */
WX_MUST_CHECK enum wx_status wx_yaml_str_opt(const struct wx_yaml *y,
                                             struct fy_node *map, const char *key,
                                             struct wx_str *out);
WX_MUST_CHECK enum wx_status wx_yaml_str_need(const struct wx_yaml *y,
                                              struct fy_node *map, const char *key,
                                              struct wx_str *out);
WX_MUST_CHECK enum wx_status wx_yaml_int_opt(const struct wx_yaml *y,
                                             struct fy_node *map, const char *key,
                                             int64_t min, int64_t max, int64_t *out);
WX_MUST_CHECK enum wx_status wx_yaml_bool_opt(const struct wx_yaml *y,
                                              struct fy_node *map, const char *key,
                                              bool *out);
/* A date (2024-07-01) or RFC 3339 time. */
WX_MUST_CHECK enum wx_status wx_yaml_time_opt(const struct wx_yaml *y,
                                              struct fy_node *map, const char *key,
                                              int64_t *out);

/*
 * Elements of the sequence under KEY: *SEQ NULL and *N 0 when absent; more than MAX
 * or another kind of node is an error.
 */
WX_MUST_CHECK enum wx_status wx_yaml_seq_opt(const struct wx_yaml *y,
                                             struct fy_node *map, const char *key,
                                             size_t max, struct fy_node **seq,
                                             size_t *n);
/* Name of the I-th pair of a mapping, and its value. */
WX_MUST_CHECK enum wx_status wx_yaml_pair(const struct wx_yaml *y, struct fy_node *map,
                                          size_t i, struct wx_str *key,
                                          struct fy_node **value);

#endif
