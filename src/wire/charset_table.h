/*
 * Conversion tables of the multi-byte charsets, and how well bytes fit them. Private to
 * charset.c, charset_guess.c and charset_table.c.
 */
#ifndef WX_WIRE_CHARSET_TABLE_H
#define WX_WIRE_CHARSET_TABLE_H

#include "wire/charset.h"

/*
 * How the bytes of a text read as UTF-8, GB18030 and Big5. "Common" are the pairs that
 * make up nearly all running text: GB 2312 level 1 and its punctuation, Big5's
 * frequently used characters and punctuation.
 */
struct wx_charset_tally {
    size_t n_high;              /* bytes >= 0x80 */
    size_t utf8_good, utf8_bad; /* sequences */
    size_t gb_pairs, gb_common, gb_bad;
    size_t big5_pairs, big5_common, big5_bad;
    size_t kana_euc, kana_sjis; /* pairs that are kana there, and rare in Chinese */
};

struct wx_charset_tally wx_charset_tally(struct wx_str bytes);
/* Best reading of bytes that are not UTF-8 and about which nothing was said. */
enum wx_charset wx_charset_guess(struct wx_str bytes, const struct wx_charset_tally *t,
                                 enum wx_charset_why *why);
/* The length of the leading part of S that is plain ASCII. */
size_t wx_ascii_length(struct wx_str s);
/* Bytes of the ill-formed UTF-8 at p that one U+FFFD stands for (Unicode, 3.9). */
size_t wx_utf8_bad_length(const unsigned char *p, size_t n);
/* 1..4 for a well-formed sequence at p, else 0. */
size_t wx_utf8_good_length(const unsigned char *p, size_t n);

#endif
