/*
 * A rule library being put together, from YAML files (rule_file.c) or from the built-in
 * pack (pack.c). For rule.c, rule_file.c and pack.c only.
 */
#ifndef WX_DETECT_RULE_LIBRARY_H
#define WX_DETECT_RULE_LIBRARY_H

#include "base/buf.h"
#include "detect/rule/rule.h"

struct wx_library {
    struct wx_rules *rules; /* rules->rules is large enough for every file */
    struct wx_pattern_builder *builder, *proof_builder, *part_builder;
    size_t cap_paths, cap_keywords, cap_classes, cap_patterns;
    bool with_samples;
    const char *dir; /* of the rule files */
};

/* Add to the arrays; pointers into them do not last until the library is whole. */
struct wx_rule_path *wx_library_path(struct wx_library *lib);
struct wx_keyword *wx_library_keyword(struct wx_library *lib);
struct wx_keyword_class *wx_library_class(struct wx_library *lib);
/* Compiles PATTERN (shown, flags, is_regex) and gives it the next tag. */
WX_MUST_CHECK enum wx_status wx_library_pattern(struct wx_library *lib,
                                                struct wx_rule_pattern pattern,
                                                uint32_t *tag, struct wx_err *err);

/* One rule or keyword file. PATH names it in messages; ID is the file's name. */
WX_MUST_CHECK enum wx_status wx_rule_file_read(struct wx_library *lib, const char *path,
                                               struct wx_str id, struct wx_str text,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_keyword_file_read(struct wx_library *lib,
                                                  const char *path, struct wx_str text,
                                                  struct wx_err *err);

/* The pack: everything but samples and compiled patterns, in a form quick to read. */
void wx_pack_write(const struct wx_rules *rules, struct wx_buf *out);
WX_MUST_CHECK enum wx_status wx_pack_read(struct wx_library *lib, struct wx_str pack,
                                          struct wx_err *err);
/* Made from rules/ at build time by tools/pack_rules.c; empty inside that tool. */
extern const unsigned char wx_builtin_pack[];
extern const size_t wx_builtin_pack_bytes;

#endif
