/*
 * Searching texts for any piece of them, Chinese words of two characters included.
 *
 * SQLite's own trigram index finds nothing shorter than three characters, and its word
 * tokenizer no word inside Chinese text. So texts are indexed by pairs of neighbouring
 * characters: the index names the rows that have all pairs of what is searched, and
 * LIKE then tells those that have them in a row. One character alone is LIKE only.
 *
 * A kind with such an index keeps the searched text in NAME_text (id, words) and the
 * pairs in NAME_word (FTS5, tokenize=ascii, detail=none, content=''). For the files of
 * this room only.
 */
#ifndef WX_STORE_WORDS_H
#define WX_STORE_WORDS_H

#include "base/buf.h"

/* The pairs of TEXT as ASCII tokens with blanks between them: what FTS5 is given. */
void wx_words_pairs(struct wx_str text, struct wx_buf *out);
/* The same as a query, every pair needed: how many. 0: too short for the index; 1: what
 * the index finds has the text, and LIKE would say nothing more. */
size_t wx_words_query(struct wx_str text, struct wx_buf *out);

#endif
