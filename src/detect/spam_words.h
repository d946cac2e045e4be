/*
 * Words of the keyword classes (rules/keywords/) in a piece of text, read through the
 * tricks that hide them from filters (detect/hanzi.h). What a word means depends on who
 * says it: a police notice against gambling lists the same words as the gambler, so
 * words of warning and of law are looked for as well. A word alone proves nothing;
 * detectors weigh it with hiding, foreign hosts, place and topic.
 */
#ifndef WX_DETECT_SPAM_WORDS_H
#define WX_DETECT_SPAM_WORDS_H

#include "detect/rule/rule.h"

struct wx_spam_words {
    uint32_t n_strong;      /* distinct words that only spam uses */
    uint32_t n_medium;      /* distinct words that are seldom innocent */
    uint32_t n_ambiguous;   /* distinct words that government pages use as well */
    uint32_t covered_bytes; /* of the text, by strong and medium words */
    uint32_t text_bytes;    /* of the text as folded */
    uint16_t top_weight;    /* of the heaviest word; 0: none */
    const struct wx_keyword_class *top_class; /* of the heaviest word, or NULL */
    struct wx_str shown; /* "百家乐、时时彩": up to five, heaviest kinds first */
    bool is_countered;   /* words of warning or of law stand beside them */
    bool was_disguised;  /* some came to light only by folding */
};

void wx_spam_words_read(const struct wx_rules *rules, struct wx_arena *arena,
                        struct wx_str text, struct wx_spam_words *out);
/* Strong words, or several medium ones, and nobody warning against them. */
bool wx_spam_words_are_spam(const struct wx_spam_words *words);
/* Distinct words of warning, law, health care or welfare lottery in TEXT. */
uint32_t wx_spam_words_counters(struct wx_str text);

#endif
