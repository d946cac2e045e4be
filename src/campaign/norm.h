/*
 * Norms that kinds and forms rest on: the library templates/norms.yaml, and those that
 * an office's own file states itself under "norms:". Each element of a kind or form
 * says its norm: "norm: S4 八（一）", a key and the place in it, or "norm: own" where
 * it is the product's default and rests on none.
 *
 *     norms:
 *       - key: S4
 *         number: 西政办发〔2016〕13号
 *         organ: 西城区人民政府办公室、西城区密码管理局
 *         title: {zh: 关于…的通知, en: Notice on ...}
 *         issued: 2016-06-22
 *         from: 2016-06-22        # in force; default: issued
 *         until: 2016-12-31       # last day in force; default: still
 *         validity: lapsed        # unknown, in_force, amended, lapsed (失效),
 * abolished (废止) replaced_by: KEY
 */
#ifndef WX_CAMPAIGN_NORM_H
#define WX_CAMPAIGN_NORM_H

#include "base/catalogue.h"
#include "campaign/day.h"
#include "wire/yaml.h"

/* A text in both languages. */
struct wx_words {
    struct wx_str zh, en;
};

enum wx_validity {
    WX_VALID_UNKNOWN, /* nobody has checked */
    WX_VALID_IN_FORCE,
    WX_VALID_AMENDED,
    WX_VALID_LAPSED,
    WX_VALID_ABOLISHED,
};

struct wx_norm_entry {
    struct wx_str key, number, organ; /* number, organ: may be empty */
    struct wx_words title;
    int32_t issued, from, until; /* WX_DAY_NONE: not known; until: still in force */
    enum wx_validity validity;
    struct wx_str replaced_by; /* a key, or empty */
};

struct wx_norm_list {
    struct wx_norm_entry *at;
    size_t n;
};

struct wx_norm_ref {
    const struct wx_norm_entry *norm; /* NULL: the product's own default */
    struct wx_str place;              /* "八（一）", may be empty */
};

/* The built-in library, in ARENA. A broken one is WX_BUG: a test reads it. */
void wx_norm_library(struct wx_arena *arena, struct wx_norm_list *out);
/* "norms:" of MAP behind what LIST holds already. */
WX_MUST_CHECK enum wx_status wx_norm_read(const struct wx_yaml *y, struct fy_node *map,
                                          struct wx_norm_list *list);
const struct wx_norm_entry *wx_norm_find(const struct wx_norm_list *list,
                                         struct wx_str key); /* or NULL */
/* "norm:" of MAP, which must be there; an unknown key is an error. */
WX_MUST_CHECK enum wx_status wx_norm_ref_read(const struct wx_yaml *y,
                                              struct fy_node *map,
                                              const struct wx_norm_list *list,
                                              struct wx_norm_ref *out);
const char *wx_validity_name(enum wx_validity validity); /* "in_force" ... */

/* ---- reading that kinds and forms share ---- */

/* {zh: ..., en: ...} under KEY of MAP; both must be there. */
WX_MUST_CHECK enum wx_status wx_words_need(const struct wx_yaml *y, struct fy_node *map,
                                           const char *key, struct wx_words *out);
/* The same, or absent: then *OUT stays as it is. */
WX_MUST_CHECK enum wx_status wx_words_opt(const struct wx_yaml *y, struct fy_node *map,
                                          const char *key, struct wx_words *out);
struct wx_str wx_words_in(enum wx_lang lang, const struct wx_words *words);
/* A key: a-z, 0-9 and '_', beginning with a letter, at most 40. */
WX_MUST_CHECK enum wx_status wx_key_need(const struct wx_yaml *y, struct fy_node *map,
                                         const char *key, struct wx_str *out);
/* One of WORDS (NULL-terminated) into its place; absent: *OUT stays as it is. */
WX_MUST_CHECK enum wx_status wx_choice_opt(const struct wx_yaml *y, struct fy_node *map,
                                           const char *key, const char *const *words,
                                           int *out);
/* A list of plain texts. */
WX_MUST_CHECK enum wx_status wx_texts_opt(const struct wx_yaml *y, struct fy_node *map,
                                          const char *key, size_t max,
                                          struct wx_str **out, size_t *n);

#endif
