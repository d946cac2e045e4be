/*
 * A vectorised "certainly not here" for three-byte windows, 32 positions at a time: the
 * windows are spread over eight buckets, and two table look-ups of half bytes for each
 * of the three bytes say which buckets a position can belong to (the scheme is known as
 * Teddy, from Intel's Hyperscan). Needs AVX2; where that is absent, literal.c goes
 * position by position. What is found is the same.
 */
#ifndef WX_DETECT_RULE_TRIPLE_H
#define WX_DETECT_RULE_TRIPLE_H

#include "base/str.h"

enum { WX_MAX_TRIPLES = 96 }; /* with more, too many positions look possible */

struct wx_triples {
    uint8_t low[3][16], high[3][16]; /* bucket bits by half byte */
};

bool wx_triples_are_fast(void); /* this machine can */
/* WINDOWS: three folded bytes each, first byte lowest; gets sorted. */
void wx_triples_init(struct wx_triples *triples, uint32_t *windows, size_t n);
/*
 * Possible positions in FROM..TO, as distances from FROM (TO - FROM <= 65536), into
 * OUT; *DONE says up to where it looked: the last few positions of TEXT are the
 * caller's.
 */
size_t wx_triples_run(const struct wx_triples *triples, struct wx_str text, size_t from,
                      size_t to, uint16_t *out, size_t *done);

#endif
