/*
 * UTF-8 validation by table look-up, 32 bytes at a time (Keiser and Lemire, "Validating
 * UTF-8 In Less Than One Instruction Per Byte", 2021). Every byte of every page passes
 * here. Used where the processor has AVX2; wx_utf8_is_valid() has the portable way.
 */
#include "base/utf8_avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* What a pair of bytes can be guilty of; the tables say which bytes allow which. */
enum {
    TOO_SHORT = 1 << 0,
    TOO_LONG = 1 << 1,
    OVERLONG_3 = 1 << 2,
    TOO_LARGE = 1 << 3,
    SURROGATE = 1 << 4,
    OVERLONG_2 = 1 << 5,
    TOO_LARGE_1000 = 1 << 6,
    OVERLONG_4 = 1 << 6,
    TWO_CONTS = 1 << 7,
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/* The bytes N places before those of INPUT. */
#define BEFORE(input, previous, n)                                                     \
    _mm256_alignr_epi8(input, _mm256_permute2x128_si256(previous, input, 0x21),        \
                       16 - (n))

static AVX2 __m256i high_nibbles(__m256i v)
{
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0F));
}

static AVX2 __m256i pair_faults(__m256i input, __m256i before1)
{
    const __m256i first_high = TWICE(
        TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
        (char)TWO_CONTS, (char)TWO_CONTS, (char)TWO_CONTS, (char)TWO_CONTS,
        TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
        TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
    const char large = (char)(CARRY | TOO_LARGE | TOO_LARGE_1000);
    const __m256i first_low =
        TWICE((char)(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4),
              (char)(CARRY | OVERLONG_2), (char)CARRY, (char)CARRY,
              (char)(CARRY | TOO_LARGE), large, large, large, large, large, large,
              large, large, (char)(large | SURROGATE), large, large);
    const char cont = (char)(TOO_LONG | OVERLONG_2 | TWO_CONTS);
    const __m256i second_high = TWICE(
        TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
        TOO_SHORT, (char)(cont | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4),
        (char)(cont | OVERLONG_3 | TOO_LARGE), (char)(cont | SURROGATE | TOO_LARGE),
        (char)(cont | SURROGATE | TOO_LARGE), TOO_SHORT, TOO_SHORT, TOO_SHORT,
        TOO_SHORT);
    __m256i low = _mm256_and_si256(before1, _mm256_set1_epi8(0x0F));

    return _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(first_high, high_nibbles(before1)),
                         _mm256_shuffle_epi8(first_low, low)),
        _mm256_shuffle_epi8(second_high, high_nibbles(input)));
}

/* Continuation bytes must stand exactly where a lead of three or four asks for them. */
static AVX2 __m256i block_faults(__m256i input, __m256i previous)
{
    __m256i pairs = pair_faults(input, BEFORE(input, previous, 1));
    __m256i third = _mm256_subs_epu8(BEFORE(input, previous, 2),
                                     _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(BEFORE(input, previous, 3),
                                      _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i must =
        _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));

    return _mm256_xor_si256(must, pairs);
}

bool wx_utf8_has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

AVX2 bool wx_utf8_is_valid_avx2(struct wx_str s)
{
    __m256i previous = _mm256_setzero_si256(), faults = previous, last;
    char tail[32] = {0};
    size_t i = 0;

    for (; i + 32 <= s.len; i += 32) {
        __m256i input = _mm256_loadu_si256((const __m256i *)(const void *)(s.ptr + i));

        /* ASCII behind ASCII: nothing to look up */
        if (_mm256_movemask_epi8(_mm256_or_si256(input, previous)) != 0)
            faults = _mm256_or_si256(faults, block_faults(input, previous));
        previous = input;
    }
    /* zeroes behind the end: a sequence that is cut short is too short */
    if (s.len > i)
        memcpy(tail, s.ptr + i, s.len - i);
    last = _mm256_loadu_si256((const __m256i *)(const void *)tail);
    faults = _mm256_or_si256(faults, block_faults(last, previous));
    return _mm256_testz_si256(faults, faults);
}

#else

bool wx_utf8_has_avx2(void)
{
    return false;
}

bool wx_utf8_is_valid_avx2(struct wx_str s)
{
    (void)s;
    return false;
}

#endif
