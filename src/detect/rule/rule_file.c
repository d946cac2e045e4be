#include "base/hash.h"
#include "detect/rule/library.h"
#include "detect/rule/sample.h"
#include "wire/yaml.h"

enum {
    MAX_NORMS = 32,
    MAX_PATTERNS_OF_RULE = 2000,
    MAX_PATHS_OF_RULE = 500,
    MAX_WORDS_OF_CLASS = 20000,
    MAX_SAMPLES = 200,
};

/* ---- small values ---- */

static bool is_name(struct wx_str s, const char *others)
{
    for (size_t i = 0; i < s.len; i++)
        if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') &&
            !(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !strchr(others, s.ptr[i]))
            return false;
    return s.len > 0 && s.len <= 80;
}

static enum wx_status read_part(const struct wx_yaml *y, struct fy_node *map,
                                enum wx_match_part *part)
{
    static const char *const names[] = {[WX_PART_TEXT] = "text",
                                        [WX_PART_VISIBLE] = "visible",
                                        [WX_PART_HEADERS] = "headers",
                                        [WX_PART_URL] = "url"};
    struct wx_str s = WX_STR("text");
    enum wx_status st = wx_yaml_str_opt(y, map, "part", &s);

    if (st)
        return st;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (wx_str_eqz(s, names[i])) {
            *part = (enum wx_match_part)i;
            return WX_OK;
        }
    return wx_yaml_fail(y, wx_yaml_get(map, "part"),
                        "'part' must be text, visible, headers or url");
}

static enum wx_status read_flags(const struct wx_yaml *y, struct fy_node *map,
                                 unsigned *flags)
{
    static const struct {
        const char *key;
        unsigned flag;
    } keys[] = {
        {"ignore_case", WX_PAT_ICASE}, {"word", WX_PAT_WORD}, {"first", WX_PAT_FIRST}};
    enum wx_status st = WX_OK;

    *flags = 0;
    for (size_t i = 0; !st && i < sizeof(keys) / sizeof(keys[0]); i++) {
        bool on = false;

        st = wx_yaml_bool_opt(y, map, keys[i].key, &on);
        *flags |= on ? keys[i].flag : 0;
    }
    return st;
}

/* ---- texts and norms ---- */

static enum wx_status read_text(const struct wx_yaml *y, struct fy_node *map,
                                const char *lang, struct wx_rule_text *out)
{
    static const char *const keys[] = {"title", "why", "fix", "verify", NULL};
    struct wx_str *fields[] = {&out->title, &out->why, &out->fix, &out->verify};
    struct fy_node *node;
    enum wx_status st = wx_yaml_need(y, map, lang, &node);

    if (!st)
        st = wx_yaml_keys(y, node, keys);
    for (size_t i = 0; !st && i < 4; i++)
        st = wx_yaml_str_need(y, node, keys[i], fields[i]);
    return st;
}

static enum wx_status read_document(const struct wx_yaml *y, struct fy_node *map,
                                    struct wx_norm *norm)
{
    static const char *const keys[] = {"zh", "en", NULL};
    struct fy_node *node;
    enum wx_status st = wx_yaml_need(y, map, "document", &node);

    if (!st)
        st = wx_yaml_keys(y, node, keys);
    if (!st)
        st = wx_yaml_str_need(y, node, "zh", &norm->document_zh);
    if (!st)
        st = wx_yaml_str_need(y, node, "en", &norm->document_en);
    return st;
}

static enum wx_status read_norm(const struct wx_yaml *y, struct fy_node *map,
                                struct wx_norm *norm)
{
    static const char *const keys[] = {"document", "number", "article",
                                       "from",     "until",  NULL};
    enum wx_status st = wx_yaml_keys(y, map, keys);

    if (!st)
        st = read_document(y, map, norm);
    if (!st)
        st = wx_yaml_str_opt(y, map, "number", &norm->number);
    if (!st)
        st = wx_yaml_str_opt(y, map, "article", &norm->article);
    if (!st)
        st = wx_yaml_time_opt(y, map, "from", &norm->from_s);
    if (!st)
        st = wx_yaml_time_opt(y, map, "until", &norm->until_s);
    if (!st && norm->until_s && norm->until_s <= norm->from_s)
        st = wx_yaml_fail(y, map, "'until' is not behind 'from'");
    return st;
}

static enum wx_status read_norms(const struct wx_yaml *y, struct wx_rule *rule)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, y->root, "norms", MAX_NORMS, &seq, &n);

    if (st || !seq)
        return st;
    rule->norms = wx_arena_array(y->arena, struct wx_norm, n);
    while (!st && (item = fy_node_sequence_iterate(seq, &prev)))
        st = read_norm(y, item, &rule->norms[rule->n_norms++]);
    return st;
}

/* ---- patterns ---- */

static enum wx_status add_pattern(struct wx_library *lib, const struct wx_yaml *y,
                                  struct fy_node *node, struct wx_rule_pattern pattern,
                                  uint32_t *tag)
{
    struct wx_err err = {0};
    enum wx_status st = wx_library_pattern(lib, pattern, tag, &err);

    return st ? wx_yaml_fail(y, node, "%s", err.text) : WX_OK;
}

/* "regex:" or "literal:" of MAP; PATTERN brings owner, part, rule, name and flags. */
static enum wx_status read_pattern(struct wx_library *lib, const struct wx_yaml *y,
                                   struct fy_node *map, struct wx_rule_pattern pattern,
                                   uint32_t *tag)
{
    struct fy_node *regex = wx_yaml_get(map, "regex");
    struct fy_node *literal = wx_yaml_get(map, "literal");
    enum wx_status st;

    if (!regex == !literal)
        return wx_yaml_fail(y, map, "here must be one of 'regex' and 'literal'");
    pattern.is_regex = regex != NULL;
    st = wx_yaml_str(y, regex ? regex : literal, &pattern.shown);
    if (!st)
        st = read_flags(y, map, &pattern.flags);
    return st ? st : add_pattern(lib, y, map, pattern, tag);
}

static enum wx_status read_match_list(struct wx_library *lib, const struct wx_yaml *y,
                                      struct fy_node *map, const char *key,
                                      struct wx_rule_pattern pattern)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    uint32_t tag;
    enum wx_status st = wx_yaml_seq_opt(y, map, key, MAX_PATTERNS_OF_RULE, &seq, &n);

    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev))) {
        st = wx_yaml_str(y, item, &pattern.shown);
        if (!st)
            st = add_pattern(lib, y, item, pattern, &tag);
    }
    return st;
}

static enum wx_status read_match(struct wx_library *lib, const struct wx_yaml *y,
                                 const struct wx_rule *rule)
{
    static const char *const keys[] = {"part",     "ignore_case", "word", "first",
                                       "literals", "regexes",     NULL};
    struct wx_rule_pattern pattern = {.owner = WX_OWN_RULE, .rule = rule};
    struct fy_node *map = wx_yaml_get(y->root, "match");
    size_t n_before = lib->rules->n_patterns;
    enum wx_status st;

    if (!map)
        return wx_str_eqz(rule->detector, "pattern")
                   ? wx_yaml_fail(y, y->root, "'match' is missing")
                   : WX_OK;
    if (!wx_str_eqz(rule->detector, "pattern"))
        return wx_yaml_fail(y, map,
                            "'match' is for detector 'pattern' only; name "
                            "patterns under 'patterns'");
    st = wx_yaml_keys(y, map, keys);
    if (!st)
        st = read_part(y, map, &pattern.part);
    if (!st)
        st = read_flags(y, map, &pattern.flags);
    if (!st)
        st = read_match_list(lib, y, map, "literals", pattern);
    pattern.is_regex = true;
    if (!st)
        st = read_match_list(lib, y, map, "regexes", pattern);
    if (!st && lib->rules->n_patterns == n_before)
        st = wx_yaml_fail(y, map, "'match' has neither literals nor regexes");
    return st;
}

static enum wx_status read_named(struct wx_library *lib, const struct wx_yaml *y,
                                 const struct wx_rule *rule)
{
    static const char *const keys[] = {"regex", "literal", "part", "ignore_case",
                                       "word",  "first",   NULL};
    struct fy_node *map = wx_yaml_get(y->root, "patterns"), *value;
    enum wx_status st = WX_OK;
    size_t n;

    if (!map)
        return WX_OK;
    if (!fy_node_is_mapping(map))
        return wx_yaml_fail(y, map, "'patterns' must be a mapping of names");
    n = (size_t)fy_node_mapping_item_count(map);
    if (n > MAX_PATTERNS_OF_RULE)
        return wx_yaml_fail(y, map, "more than %d patterns", MAX_PATTERNS_OF_RULE);
    for (size_t i = 0; !st && i < n; i++) {
        struct wx_rule_pattern pattern = {.owner = WX_OWN_NAMED, .rule = rule};
        uint32_t tag;

        st = wx_yaml_pair(y, map, i, &pattern.name, &value);
        if (!st && !is_name(pattern.name, ".-_"))
            st = wx_yaml_fail(y, map,
                              "pattern name '" WX_STR_FMT "' must be lower-case "
                              "letters, digits, '.', '-', '_'",
                              WX_STR_ARG(pattern.name));
        if (!st)
            st = wx_yaml_keys(y, value, keys);
        if (!st)
            st = read_part(y, value, &pattern.part);
        if (!st)
            st = read_pattern(lib, y, value, pattern, &tag);
    }
    return st;
}

/* ---- paths ---- */

static enum wx_status read_magic(const struct wx_yaml *y, struct fy_node *node,
                                 struct wx_rule_path *path)
{
    struct wx_str hex;
    unsigned char *bytes;
    enum wx_status st = wx_yaml_str(y, node, &hex);

    if (st)
        return st;
    bytes = wx_arena_alloc(y->arena, hex.len / 2 + 1);
    if (hex.len < 4 || hex.len > 128 || !wx_unhex(hex, bytes, hex.len / 2))
        return wx_yaml_fail(y, node, "'magic_hex' must be 4 to 128 hex digits");
    path->is_binary = true;
    path->magic = (struct wx_str){(const char *)bytes, hex.len / 2};
    return WX_OK;
}

static enum wx_status read_proof(struct wx_library *lib, const struct wx_yaml *y,
                                 struct fy_node *map, struct wx_rule_path *path)
{
    static const char *const keys[] = {"regex", "literal",   "ignore_case", "word",
                                       "first", "magic_hex", NULL};
    struct wx_rule_pattern pattern = {.owner = WX_OWN_PROOF, .rule = path->rule};
    struct fy_node *magic;
    enum wx_status st = wx_yaml_keys(y, map, keys);

    if (st)
        return st;
    magic = wx_yaml_get(map, "magic_hex");
    path->proof_tag = WX_NO_PATTERN;
    if (magic)
        return read_magic(y, magic, path);
    return read_pattern(lib, y, map, pattern, &path->proof_tag);
}

static enum wx_status read_path(struct wx_library *lib, const struct wx_yaml *y,
                                struct fy_node *map, const struct wx_rule *rule)
{
    static const char *const keys[] = {"path", "proof", NULL};
    struct wx_rule_path path = {.rule = rule};
    struct fy_node *proof;
    enum wx_status st = wx_yaml_keys(y, map, keys);

    if (!st)
        st = wx_yaml_str_need(y, map, "path", &path.path);
    if (!st && (path.path.ptr[0] != '/' || path.path.len > 200))
        st = wx_yaml_fail(y, map, "'path' must begin with '/' and be short");
    if (!st)
        st = wx_yaml_need(y, map, "proof", &proof);
    if (!st)
        st = read_proof(lib, y, proof, &path);
    if (!st)
        *wx_library_path(lib) = path;
    return st;
}

static enum wx_status read_paths(struct wx_library *lib, const struct wx_yaml *y,
                                 const struct wx_rule *rule)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st =
        wx_yaml_seq_opt(y, y->root, "paths", MAX_PATHS_OF_RULE, &seq, &n);

    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev)))
        st = read_path(lib, y, item, rule);
    return st;
}

/* ---- a rule ---- */

static enum wx_status read_identity(const struct wx_yaml *y, struct wx_str file_id,
                                    struct wx_rule *rule)
{
    enum wx_status st = wx_yaml_str_need(y, y->root, "id", &rule->id);

    if (!st && !wx_str_eq(rule->id, file_id))
        st = wx_yaml_fail(y, wx_yaml_get(y->root, "id"),
                          "id '" WX_STR_FMT "' differs from the file's name",
                          WX_STR_ARG(rule->id));
    if (!st && !is_name(rule->id, "-"))
        st = wx_yaml_fail(y, wx_yaml_get(y->root, "id"),
                          "an id has lower-case letters, digits and '-' only");
    if (!st)
        st = wx_yaml_str_need(y, y->root, "category", &rule->category);
    if (!st && !is_name(rule->category, "_-"))
        st =
            wx_yaml_fail(y, wx_yaml_get(y->root, "category"),
                         "a category has lower-case letters, digits, '_' and '-' only");
    if (!st)
        st = wx_yaml_str_need(y, y->root, "detector", &rule->detector);
    if (!st && !is_name(rule->detector, "_"))
        st =
            wx_yaml_fail(y, wx_yaml_get(y->root, "detector"), "a detector is a C name");
    return st;
}

static enum wx_status read_weight(const struct wx_yaml *y, struct wx_rule *rule)
{
    struct wx_str severity, verdict, scope = WX_STR("page");
    int64_t confidence = 0;
    enum wx_status st = wx_yaml_str_need(y, y->root, "severity", &severity);

    if (!st && !wx_severity_parse(severity, &rule->severity))
        st = wx_yaml_fail(y, wx_yaml_get(y->root, "severity"),
                          "'severity' must be info, low, medium, high or critical");
    if (!st)
        st = wx_yaml_str_need(y, y->root, "verdict", &verdict);
    if (!st && (!wx_verdict_parse(verdict, &rule->verdict) ||
                (rule->verdict != WX_FAIL && rule->verdict != WX_SUSPECTED)))
        st = wx_yaml_fail(y, wx_yaml_get(y->root, "verdict"),
                          "'verdict' must be fail or suspected");
    if (!st)
        st = wx_yaml_int_opt(y, y->root, "confidence", 1, 100, &confidence);
    if (!st && !confidence)
        st = wx_yaml_fail(y, y->root, "'confidence' is missing");
    if (!st)
        st = wx_yaml_str_opt(y, y->root, "scope", &scope);
    if (!st && !wx_str_eqz(scope, "page") && !wx_str_eqz(scope, "site"))
        st = wx_yaml_fail(y, wx_yaml_get(y->root, "scope"),
                          "'scope' must be site or page");
    rule->confidence = (uint8_t)confidence;
    rule->is_site_wide = wx_str_eqz(scope, "site");
    return st;
}

/* At least one hit and one miss: what a rule cannot show, it does not know. */
static enum wx_status read_samples(struct wx_library *lib, const struct wx_yaml *y,
                                   struct wx_rule *rule)
{
    static const char *const keys[] = {"hit", "miss", NULL};
    struct fy_node *map, *seq;
    size_t n;
    enum wx_status st = wx_yaml_need(y, y->root, "samples", &map);

    if (!st)
        st = wx_yaml_keys(y, map, keys);
    for (int i = 0; !st && i < 2; i++) {
        st = wx_yaml_seq_opt(y, map, keys[i], MAX_SAMPLES, &seq, &n);
        if (!st && n == 0)
            st = wx_yaml_fail(y, map, "a rule needs at least one sample under '%s'",
                              keys[i]);
    }
    if (!st && lib->with_samples)
        st = wx_samples_read(y, map, rule);
    return st;
}

static enum wx_status read_rule(struct wx_library *lib, const struct wx_yaml *y,
                                struct wx_str id, struct wx_rule *rule)
{
    static const char *const keys[] = {"id",      "category",   "detector", "severity",
                                       "verdict", "confidence", "scope",    "norms",
                                       "zh",      "en",         "match",    "patterns",
                                       "paths",   "samples",    NULL};
    enum wx_status st = wx_yaml_keys(y, y->root, keys);

    rule->file = wx_arena_str(y->arena, wx_str_of(y->file));
    rule->line = 1;
    if (!st)
        st = read_identity(y, id, rule);
    if (!st)
        st = read_weight(y, rule);
    if (!st)
        st = read_norms(y, rule);
    if (!st)
        st = read_text(y, y->root, "zh", &rule->zh);
    if (!st)
        st = read_text(y, y->root, "en", &rule->en);
    if (!st)
        st = read_match(lib, y, rule);
    if (!st)
        st = read_named(lib, y, rule);
    if (!st)
        st = read_paths(lib, y, rule);
    return st ? st : read_samples(lib, y, rule);
}

enum wx_status wx_rule_file_read(struct wx_library *lib, const char *path,
                                 struct wx_str id, struct wx_str text,
                                 struct wx_err *err)
{
    struct wx_yaml y;
    struct wx_rule *rule = &lib->rules->rules[lib->rules->n_rules];
    enum wx_status st = wx_yaml_open(&y, &lib->rules->arena, path, text, err);

    if (st)
        return st;
    st = read_rule(lib, &y, id, rule);
    wx_yaml_close(&y);
    if (!st)
        lib->rules->n_rules++;
    return st;
}

/* ---- keyword classes ---- */

/* "word", or {w: word, weight: 80}. */
static enum wx_status read_word(struct wx_library *lib, const struct wx_yaml *y,
                                struct fy_node *item, int64_t weight, bool is_ambiguous)
{
    static const char *const keys[] = {"w", "weight", NULL};
    struct wx_rule_pattern pattern = {.owner = WX_OWN_KEYWORD, .flags = WX_PAT_ICASE};
    struct wx_keyword word = {.is_ambiguous = is_ambiguous};
    enum wx_status st;
    uint32_t tag;
    bool is_ascii = true;

    if (fy_node_is_scalar(item)) {
        st = wx_yaml_str(y, item, &word.word);
    } else {
        st = wx_yaml_keys(y, item, keys);
        if (!st)
            st = wx_yaml_str_need(y, item, "w", &word.word);
        if (!st)
            st = wx_yaml_int_opt(y, item, "weight", 1, 100, &weight);
    }
    if (st)
        return st;
    for (size_t i = 0; i < word.word.len; i++)
        is_ascii &= (unsigned char)word.word.ptr[i] < 0x80;
    pattern.flags |= is_ascii ? WX_PAT_WORD : 0;
    pattern.shown = word.word;
    pattern.keyword = (uint32_t)lib->rules->n_keywords;
    word.weight = (uint16_t)weight;
    word.class_index = (uint16_t)(lib->rules->n_classes - 1);
    *wx_library_keyword(lib) = word;
    return add_pattern(lib, y, item, pattern, &tag);
}

static enum wx_status read_words(struct wx_library *lib, const struct wx_yaml *y,
                                 const char *key, int64_t weight, bool is_ambiguous)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, y->root, key, MAX_WORDS_OF_CLASS, &seq, &n);

    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev)))
        st = read_word(lib, y, item, weight, is_ambiguous);
    return st;
}

enum wx_status wx_keyword_file_read(struct wx_library *lib, const char *path,
                                    struct wx_str text, struct wx_err *err)
{
    static const char *const keys[] = {"class", "zh", "en", "words", "ambiguous", NULL};
    struct wx_keyword_class class = {0};
    struct wx_yaml y;
    enum wx_status st = wx_yaml_open(&y, &lib->rules->arena, path, text, err);

    if (st)
        return st;
    st = wx_yaml_keys(&y, y.root, keys);
    if (!st)
        st = wx_yaml_str_need(&y, y.root, "class", &class.name);
    if (!st && !is_name(class.name, "_"))
        st = wx_yaml_fail(&y, y.root,
                          "a class has lower-case letters, digits, '_' only");
    if (!st)
        st = wx_yaml_str_need(&y, y.root, "zh", &class.zh);
    if (!st)
        st = wx_yaml_str_need(&y, y.root, "en", &class.en);
    if (!st && lib->rules->n_classes >= 1000)
        st = wx_yaml_fail(&y, y.root, "more than 1000 classes");
    if (!st) {
        *wx_library_class(lib) = class;
        st = read_words(lib, &y, "words", 100, false);
    }
    if (!st)
        st = read_words(lib, &y, "ambiguous", 10, true);
    wx_yaml_close(&y);
    return st;
}
