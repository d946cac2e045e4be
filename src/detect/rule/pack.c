/*
 * The pack: a rule library without samples as one run of bytes, so that start-up does
 * not parse a hundred YAML files. Numbers are LEB128; a text is its length, its bytes
 * and a NUL. The reader checks everything, as it would a stranger's bytes: the price is
 * nothing, and a pack out of step with its reader then says so.
 */
#include "detect/rule/library.h"

static const char magic[] = "WXRULES1";

/* ---- writing ---- */

static void put_number(struct wx_buf *out, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        (void)wx_buf_addc(out, (char)(v | 0x80));
    (void)wx_buf_addc(out, (char)v);
}

static void put_text(struct wx_buf *out, struct wx_str s)
{
    put_number(out, s.len);
    (void)wx_buf_adds(out, s);
    (void)wx_buf_addc(out, '\0');
}

static void put_texts(struct wx_buf *out, const struct wx_rule_text *t)
{
    put_text(out, t->title);
    put_text(out, t->why);
    put_text(out, t->fix);
    put_text(out, t->verify);
}

static void put_rule(struct wx_buf *out, const struct wx_rule *rule)
{
    put_text(out, rule->id);
    put_text(out, rule->category);
    put_text(out, rule->detector);
    put_number(out, rule->severity);
    put_number(out, rule->verdict);
    put_number(out, rule->confidence);
    put_number(out, rule->is_site_wide);
    put_number(out, rule->n_norms);
    for (size_t i = 0; i < rule->n_norms; i++) {
        const struct wx_norm *norm = &rule->norms[i];

        put_text(out, norm->document_zh);
        put_text(out, norm->document_en);
        put_text(out, norm->number);
        put_text(out, norm->article);
        put_number(out, (uint64_t)norm->from_s);
        put_number(out, (uint64_t)norm->until_s);
    }
    put_texts(out, &rule->zh);
    put_texts(out, &rule->en);
    put_text(out, rule->file);
}

static uint64_t rule_number(const struct wx_rules *rules, const struct wx_rule *rule)
{
    return rule ? (uint64_t)(rule - rules->rules) + 1 : 0;
}

static void put_pattern(struct wx_buf *out, const struct wx_rules *rules,
                        const struct wx_rule_pattern *p)
{
    put_number(out, p->owner);
    put_number(out, p->part);
    put_number(out, rule_number(rules, p->rule));
    put_number(out, p->keyword);
    put_text(out, p->name);
    put_text(out, p->shown);
    put_number(out, p->is_regex);
    put_number(out, p->flags);
}

void wx_pack_write(const struct wx_rules *rules, struct wx_buf *out)
{
    (void)wx_buf_add(out, magic, sizeof(magic));
    put_text(out, rules->version);
    put_number(out, rules->n_rules);
    for (size_t i = 0; i < rules->n_rules; i++)
        put_rule(out, &rules->rules[i]);
    put_number(out, rules->n_classes);
    for (size_t i = 0; i < rules->n_classes; i++) {
        put_text(out, rules->classes[i].name);
        put_text(out, rules->classes[i].zh);
        put_text(out, rules->classes[i].en);
    }
    put_number(out, rules->n_keywords);
    for (size_t i = 0; i < rules->n_keywords; i++) {
        put_text(out, rules->keywords[i].word);
        put_number(out, rules->keywords[i].class_index);
        put_number(out, rules->keywords[i].weight);
        put_number(out, rules->keywords[i].is_ambiguous);
    }
    put_number(out, rules->n_patterns);
    for (size_t i = 0; i < rules->n_patterns; i++)
        put_pattern(out, rules, &rules->patterns[i]);
    put_number(out, rules->n_paths);
    for (size_t i = 0; i < rules->n_paths; i++) {
        put_number(out, rule_number(rules, rules->paths[i].rule));
        put_text(out, rules->paths[i].path);
        put_number(out, rules->paths[i].proof_tag);
        put_number(out, rules->paths[i].is_binary);
        put_text(out, rules->paths[i].magic);
    }
}

/* ---- reading ---- */

struct reader {
    struct wx_str in;
    size_t at;
    bool is_bad;
};

/* At most MAX, else the reader is bad and 0 comes. */
static uint64_t get_number(struct reader *r, uint64_t max)
{
    uint64_t v = 0;

    for (unsigned shift = 0; r->at < r->in.len && shift < 64; shift += 7) {
        unsigned char c = (unsigned char)r->in.ptr[r->at++];

        v |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) {
            r->is_bad |= v > max;
            return r->is_bad ? 0 : v;
        }
    }
    r->is_bad = true;
    return 0;
}

static struct wx_str get_text(struct reader *r)
{
    size_t len = get_number(r, r->in.len);
    struct wx_str s;

    if (r->is_bad || len >= r->in.len - r->at || r->in.ptr[r->at + len] != '\0') {
        r->is_bad = true;
        return (struct wx_str){0};
    }
    s = (struct wx_str){r->in.ptr + r->at, len};
    r->at += len + 1;
    return s;
}

/* A count of things that take at least a byte each. */
static size_t get_count(struct reader *r)
{
    return get_number(r, r->in.len - r->at);
}

static void get_texts(struct reader *r, struct wx_rule_text *t)
{
    t->title = get_text(r);
    t->why = get_text(r);
    t->fix = get_text(r);
    t->verify = get_text(r);
}

static void get_rule(struct reader *r, struct wx_arena *arena, struct wx_rule *rule)
{
    size_t n;

    rule->id = get_text(r);
    rule->category = get_text(r);
    rule->detector = get_text(r);
    rule->severity = (enum wx_severity)get_number(r, WX_SEV_CRITICAL);
    rule->verdict = (enum wx_verdict)get_number(r, WX_NOT_APPLICABLE);
    rule->confidence = (uint8_t)get_number(r, 100);
    rule->is_site_wide = get_number(r, 1);
    n = get_count(r);
    rule->norms = wx_arena_array(arena, struct wx_norm, n);
    for (; rule->n_norms < n && !r->is_bad; rule->n_norms++) {
        struct wx_norm *norm = &rule->norms[rule->n_norms];

        norm->document_zh = get_text(r);
        norm->document_en = get_text(r);
        norm->number = get_text(r);
        norm->article = get_text(r);
        norm->from_s = (int64_t)get_number(r, UINT64_MAX);
        norm->until_s = (int64_t)get_number(r, UINT64_MAX);
    }
    get_texts(r, &rule->zh);
    get_texts(r, &rule->en);
    rule->file = get_text(r);
    rule->line = 1;
}

static void get_rules(struct reader *r, struct wx_rules *rules)
{
    size_t n = get_count(r);

    rules->rules = wx_arena_array(&rules->arena, struct wx_rule, n);
    for (; rules->n_rules < n && !r->is_bad; rules->n_rules++)
        get_rule(r, &rules->arena, &rules->rules[rules->n_rules]);
}

static const struct wx_rule *get_rule_ref(struct reader *r,
                                          const struct wx_rules *rules)
{
    uint64_t number = get_number(r, rules->n_rules);

    return number ? &rules->rules[number - 1] : NULL;
}

static void get_keywords(struct reader *r, struct wx_library *lib)
{
    size_t n = get_count(r);

    for (size_t i = 0; i < n && !r->is_bad; i++) {
        struct wx_keyword_class *class = wx_library_class(lib);

        class->name = get_text(r);
        class->zh = get_text(r);
        class->en = get_text(r);
    }
    n = get_count(r);
    for (size_t i = 0; i < n && !r->is_bad; i++) {
        struct wx_keyword *word = wx_library_keyword(lib);

        word->word = get_text(r);
        word->class_index = (uint16_t)get_number(r, lib->rules->n_classes - 1);
        word->weight = (uint16_t)get_number(r, 1000);
        word->is_ambiguous = get_number(r, 1);
    }
}

static enum wx_status get_patterns(struct reader *r, struct wx_library *lib,
                                   struct wx_err *err)
{
    size_t n = get_count(r);
    enum wx_status st = WX_OK;

    for (size_t i = 0; i < n && !r->is_bad && !st; i++) {
        struct wx_rule_pattern p = {0};
        uint32_t tag;

        p.owner = (enum wx_pattern_owner)get_number(r, WX_OWN_NAMED);
        p.part = (enum wx_match_part)get_number(r, WX_PART_URL);
        p.rule = get_rule_ref(r, lib->rules);
        p.keyword = (uint32_t)get_number(r, lib->rules->n_keywords);
        p.name = get_text(r);
        p.shown = get_text(r);
        p.is_regex = get_number(r, 1);
        p.flags = (unsigned)get_number(r, 0xff) | WX_PAT_CHECKED;
        if (!r->is_bad)
            st = wx_library_pattern(lib, p, &tag, err);
    }
    return st;
}

static void get_paths(struct reader *r, struct wx_library *lib)
{
    size_t n = get_count(r);

    for (size_t i = 0; i < n && !r->is_bad; i++) {
        struct wx_rule_path *path = wx_library_path(lib);

        path->rule = get_rule_ref(r, lib->rules);
        path->path = get_text(r);
        path->proof_tag = (uint32_t)get_number(r, WX_NO_PATTERN);
        path->is_binary = get_number(r, 1);
        path->magic = get_text(r);
    }
}

enum wx_status wx_pack_read(struct wx_library *lib, struct wx_str pack,
                            struct wx_err *err)
{
    struct reader r = {.in = pack, .at = sizeof(magic)};
    enum wx_status st;

    if (pack.len == 0)
        return wx_fail(err, WX_E_UNSUPPORTED, "no rules are built in");
    if (pack.len < sizeof(magic) || memcmp(pack.ptr, magic, sizeof(magic)) != 0)
        return wx_fail(err, WX_E_INVALID, "the built-in rules have another format");
    lib->rules->version = get_text(&r);
    get_rules(&r, lib->rules);
    get_keywords(&r, lib);
    st = get_patterns(&r, lib, err);
    if (!st)
        get_paths(&r, lib);
    if (!st && (r.is_bad || r.at != pack.len))
        st = wx_fail(err, WX_E_INVALID, "the built-in rules are damaged at byte %zu",
                     r.at);
    return st;
}
