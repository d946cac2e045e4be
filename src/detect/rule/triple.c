#include "detect/rule/triple.h"

#include <stdlib.h>

static int compare_windows(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void allow(struct wx_triples *t, int place, unsigned char byte, uint8_t bucket)
{
    t->low[place][byte & 15] |= bucket;
    t->high[place][byte >> 4] |= bucket;
}

void wx_triples_init(struct wx_triples *triples, uint32_t *windows, size_t n)
{
    memset(triples, 0, sizeof(*triples));
    /* neighbours in order share bytes, and so a bucket loses least by holding them */
    qsort(windows, n, sizeof(*windows), compare_windows);
    for (size_t i = 0; i < n; i++) {
        uint8_t bucket = (uint8_t)(1u << (i * 8 / n));

        for (int place = 0; place < 3; place++) {
            unsigned char c = (unsigned char)(windows[i] >> (8 * place));

            allow(triples, place, c, bucket);
            if (c < 0x80) /* folding set bit 5: the text may have either */
                allow(triples, place, c & 0xdf, bucket);
        }
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

bool wx_triples_are_fast(void)
{
    return __builtin_cpu_supports("avx2");
}

struct tables {
    __m256i low[3], high[3];
};

static inline __attribute__((target("avx2"), always_inline)) __m256i
buckets_at(const struct tables *t, int place, const char *p)
{
    const __m256i nibble = _mm256_set1_epi8(15);
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i low = _mm256_shuffle_epi8(t->low[place], _mm256_and_si256(v, nibble));
    __m256i high = _mm256_shuffle_epi8(
        t->high[place], _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble));

    return _mm256_and_si256(low, high);
}

__attribute__((target("avx2"))) size_t wx_triples_run(const struct wx_triples *triples,
                                                      struct wx_str text, size_t from,
                                                      size_t to, uint16_t *out,
                                                      size_t *done)
{
    struct tables t;
    size_t n = 0, i = from;

    for (int k = 0; k < 3; k++) {
        t.low[k] = _mm256_broadcastsi128_si256(
            _mm_loadu_si128((const __m128i *)(const void *)triples->low[k]));
        t.high[k] = _mm256_broadcastsi128_si256(
            _mm_loadu_si128((const __m128i *)(const void *)triples->high[k]));
    }
    for (; i + 32 <= to && i + 34 <= text.len; i += 32) {
        __m256i b = _mm256_and_si256(buckets_at(&t, 0, text.ptr + i),
                                     buckets_at(&t, 1, text.ptr + i + 1));
        uint32_t no, yes;

        b = _mm256_and_si256(b, buckets_at(&t, 2, text.ptr + i + 2));
        no = (uint32_t)_mm256_movemask_epi8(
            _mm256_cmpeq_epi8(b, _mm256_setzero_si256()));
        for (yes = ~no; yes; yes &= yes - 1)
            out[n++] = (uint16_t)(i - from + (unsigned)__builtin_ctz(yes));
    }
    *done = i;
    return n;
}

#else

bool wx_triples_are_fast(void)
{
    return false;
}

size_t wx_triples_run(const struct wx_triples *triples, struct wx_str text, size_t from,
                      size_t to, uint16_t *out, size_t *done)
{
    (void)triples;
    (void)text;
    (void)to;
    (void)out;
    *done = from;
    return 0;
}

#endif
