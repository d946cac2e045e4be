/*
 * Signs of a page that a machine rewrote to look unique to search engines: pinyin
 * behind a fixed set of characters, traditional script where nobody declared it, the
 * scars of GBK bytes cut in the middle of a character, blocks in another script than
 * the body, and empty elements that carry one random id. Each alone has innocent
 * explanations; two together have been met only on rewritten pages.
 */
#ifndef WX_DETECT_CLONE_SIGN_H
#define WX_DETECT_CLONE_SIGN_H

#include "detect/spam_words.h"
#include "wire/html.h"

enum wx_clone_sign {
    WX_SIGN_PINYIN = 1 << 0,
    WX_SIGN_TRADITIONAL = 1 << 1,
    WX_SIGN_SCAR = 1 << 2,
    WX_SIGN_MISMATCH = 1 << 3, /* a block at head or tail in another script */
    WX_SIGN_SAME_ID = 1 << 4,
    WX_SIGN_WORDS = 1 << 5, /* keyword classes in such a block */
};

struct wx_clone_signs {
    uint32_t bits;
    uint32_t n_han, n_not_gb2312;
    uint32_t n_pinyin, n_pinyin_bases; /* annotations, distinct annotated characters */
    uint32_t n_repeated;               /* annotations standing behind an annotation */
    uint32_t n_scars;
    uint32_t n_same_id;
    struct wx_str same_id;
    uint32_t block;        /* 1 + index of the differing block; 0: none */
    uint32_t first_offset; /* of the first annotation or scar */
    bool has_first;
    struct wx_spam_words words; /* of the differing block */
};

uint32_t wx_clone_sign_count(uint32_t bits);

/*
 * IS_TRADITIONAL_EXPECTED: the page declares itself traditional, or its host or path
 * does. RULES gives the keyword classes.
 */
void wx_clone_signs_read(const struct wx_rules *rules, struct wx_arena *arena,
                         const struct wx_html *html, bool is_traditional_expected,
                         struct wx_clone_signs *out);

/* Text blocks that stand first or last on the page: where foreign text is put. */
struct wx_edge_blocks {
    uint32_t blocks[8]; /* indexes, in page order */
    size_t n;
};
void wx_edge_blocks_find(const struct wx_html *html, struct wx_edge_blocks *out);

#endif
