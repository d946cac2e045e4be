#include "detect/spam_words.h"

#include "base/buf.h"
#include "detect/hanzi.h"

enum {
    STRONG_WEIGHT = 70, /* hundredths, rules/keywords/ */
    MEDIUM_WEIGHT = 40,
    MAX_DISTINCT = 64,
    MAX_SHOWN = 5,
    LONG_TEXT_BYTES = 1500,
};

static const char *const counter_words[] = {
#define X(word) word,
#include "detect/counter_words.def"
#undef X
};

/* Distinct words met, in order. */
struct seen {
    uint32_t keywords[MAX_DISTINCT];
    size_t n;
};

static bool seen_add(struct seen *seen, uint32_t keyword)
{
    for (size_t i = 0; i < seen->n; i++)
        if (seen->keywords[i] == keyword)
            return false;
    if (seen->n == MAX_DISTINCT)
        return false;
    seen->keywords[seen->n++] = keyword;
    return true;
}

uint32_t wx_spam_words_counters(struct wx_str text)
{
    uint32_t n = 0;

    for (size_t i = 0; i < sizeof counter_words / sizeof *counter_words; i++)
        n += wx_str_findz(text, counter_words[i]) != WX_NPOS;
    return n;
}

/* A long text meets such a word by chance: "report bad information" in every footer. */
static bool is_countered(struct wx_str text)
{
    return wx_spam_words_counters(text) >= (text.len > LONG_TEXT_BYTES ? 4u : 1u);
}

static void count_word(const struct wx_rules *rules, const struct wx_keyword *word,
                       struct wx_spam_words *out)
{
    if (word->is_ambiguous || word->weight < MEDIUM_WEIGHT) {
        out->n_ambiguous++;
        return;
    }
    if (word->weight >= STRONG_WEIGHT)
        out->n_strong++;
    else
        out->n_medium++;
    if (word->weight > out->top_weight) {
        out->top_weight = word->weight;
        out->top_class = &rules->classes[word->class_index];
    }
}

static bool is_telling(const struct wx_keyword *word)
{
    return !word->is_ambiguous && word->weight >= MEDIUM_WEIGHT;
}

static void show(const struct wx_rules *rules, struct wx_arena *arena,
                 const struct seen *seen, struct wx_spam_words *out)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 10);
    int n = 0;

    for (int pass = 0; pass < 2 && n < MAX_SHOWN; pass++) {
        for (size_t i = 0; i < seen->n && n < MAX_SHOWN; i++) {
            const struct wx_keyword *word = &rules->keywords[seen->keywords[i]];

            if (is_telling(word) != (pass == 0))
                continue;
            if (n++)
                (void)wx_buf_addz(&buf, "、");
            (void)wx_buf_adds(&buf, word->word);
        }
    }
    out->shown = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
}

/* The keyword of HIT, or NULL when it is another kind of pattern. */
static const struct wx_keyword *keyword_of(const struct wx_rules *rules,
                                           const struct wx_pattern_hit *hit)
{
    const struct wx_rule_pattern *pattern = &rules->patterns[hit->tag];

    return pattern->owner == WX_OWN_KEYWORD ? &rules->keywords[pattern->keyword] : NULL;
}

/* A longer word begins at the same place: "一区二区三区" says all that "一区二区" says.
 */
static bool is_begun_by_longer(const struct wx_rules *rules,
                               const struct wx_pattern_hits *hits, size_t i)
{
    for (size_t k = i + 1;
         k < hits->n_hits && hits->hits[k].offset == hits->hits[i].offset; k++)
        if (hits->hits[k].end > hits->hits[i].end && keyword_of(rules, &hits->hits[k]))
            return true;
    return false;
}

static void read_plain(const struct wx_rules *rules, struct wx_arena *arena,
                       struct wx_str text, struct wx_spam_words *out)
{
    struct wx_pattern_hits hits = wx_pattern_scan(rules->set, arena, text);
    struct seen seen = {.n = 0};
    uint32_t covered_to = 0, word_to = 0;

    *out = (struct wx_spam_words){.text_bytes = (uint32_t)text.len};
    for (size_t i = 0; i < hits.n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits.hits[i];
        const struct wx_keyword *word = keyword_of(rules, hit);
        uint32_t from;

        if (!word || hit->end <= word_to || is_begun_by_longer(rules, &hits, i))
            continue; /* part of a longer word */
        word_to = hit->end;
        if (seen_add(&seen, (uint32_t)(word - rules->keywords)))
            count_word(rules, word, out);
        if (!is_telling(word))
            continue;
        from = hit->offset > covered_to ? hit->offset : covered_to;
        if (hit->end > from) {
            out->covered_bytes += hit->end - from;
            covered_to = hit->end;
        }
    }
    if (seen.n)
        show(rules, arena, &seen, out);
}

void wx_spam_words_read(const struct wx_rules *rules, struct wx_arena *arena,
                        struct wx_str text, struct wx_spam_words *out)
{
    struct wx_str plain = wx_hanzi_plain(arena, text);

    read_plain(rules, arena, plain, out);
    if (plain.ptr != text.ptr && out->n_strong + out->n_medium) {
        struct wx_spam_words raw;

        read_plain(rules, arena, text, &raw);
        out->was_disguised =
            raw.n_strong + raw.n_medium < out->n_strong + out->n_medium;
    }
    if (out->n_strong + out->n_medium + out->n_ambiguous)
        out->is_countered = is_countered(plain);
}

bool wx_spam_words_are_spam(const struct wx_spam_words *words)
{
    return !words->is_countered && (words->n_strong >= 1 || words->n_medium >= 2);
}
