/*
 * Is a password worth having? Length first; then what is left of it when well-known
 * chunks are taken away. A chunk counts as one choice, a character outside every chunk
 * as one as well; eight choices are asked for. "Beijing@2024admin" is three chunks and
 * a sign, "password123456" two: refused. A line of a song passes.
 */
#include "access/password.h"

#include "base/limits.h"

static const char *const words[] = {
#define W(chunk) chunk,
#include "access/password_words.def"
#undef W
};
enum { N_WORDS = sizeof words / sizeof *words, MIN_CHOICES = 8, MIN_RUN = 4 };

static size_t word_at(struct wx_str s)
{
    size_t longest = 0;

    for (size_t i = 0; i < N_WORDS; i++) {
        size_t n = strlen(words[i]);

        if (n > longest && wx_str_starts(s, words[i]))
            longest = n;
    }
    return longest;
}

/* abcd, 9876, aaaa: each character a step of -1, 0 or 1 from the one before. */
static size_t run_at(struct wx_str s)
{
    size_t n = 2;
    int step;

    if (s.len < MIN_RUN)
        return 0;
    step = s.ptr[1] - s.ptr[0];
    if (step < -1 || step > 1)
        return 0;
    while (n < s.len && s.ptr[n] - s.ptr[n - 1] == step)
        n++;
    return n >= MIN_RUN ? n : 0;
}

/* The piece before, once more: "abcabc" is one choice and its repeat. */
static size_t repeat_at(struct wx_str all, size_t at)
{
    size_t best = 0;

    for (size_t n = 2; n <= at && at + n <= all.len; n++)
        if (memcmp(all.ptr + at - n, all.ptr + at, n) == 0)
            best = n;
    return best;
}

/* 1949 .. 2039, with month and day when they follow. */
static size_t year_at(struct wx_str s)
{
    unsigned n = 0, value = 0;

    while (n < 8 && n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9') {
        if (n < 4)
            value = value * 10 + (unsigned)(s.ptr[n] - '0');
        n++;
    }
    if (n < 4 || value < 1949 || value > 2039)
        return 0;
    return n == 8 || n == 6 ? n : 4;
}

static unsigned choices(struct wx_str s)
{
    unsigned n = 0;

    for (size_t at = 0; at < s.len; n++) {
        struct wx_str rest = wx_str_sub(s, at, s.len);
        size_t sizes[] = {word_at(rest), run_at(rest), repeat_at(s, at), year_at(rest)};
        size_t longest = 1;

        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            if (sizes[i] > longest)
                longest = sizes[i];
        /* the rest of a character of several bytes */
        while (at + longest < s.len && (s.ptr[at + longest] & 0xC0) == 0x80)
            longest++;
        at += longest;
    }
    return n;
}

static char unleet(char c)
{
    static const char from[] = "@4031!$57", to[] = "aaoeiisst";
    const char *at = strchr(from, c);

    return at && c ? to[at - from] : c;
}

static size_t characters(struct wx_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return n;
}

enum wx_password_fault wx_password_judge(struct wx_str password, struct wx_str login)
{
    char plain[4 * WX_MAX_PASSWORD_CHARS], leet[4 * WX_MAX_PASSWORD_CHARS];
    struct wx_str low = {plain, password.len};

    if (password.len > sizeof plain)
        return WX_PASSWORD_LONG;
    if (!wx_utf8_is_valid(password))
        return WX_PASSWORD_NOT_TEXT;
    if (characters(password) > WX_MAX_PASSWORD_CHARS)
        return WX_PASSWORD_LONG;
    if (characters(password) < WX_MIN_PASSWORD_CHARS)
        return WX_PASSWORD_SHORT;
    for (size_t i = 0; i < password.len; i++) {
        if ((unsigned char)password.ptr[i] < 0x20 || password.ptr[i] == 0x7F)
            return WX_PASSWORD_NOT_TEXT;
        plain[i] = (char)wx_lower((unsigned char)password.ptr[i]);
        leet[i] = unleet(plain[i]);
    }
    /* a login of one or two letters is in every other word */
    if (login.len >= 3)
        for (size_t i = 0; i + login.len <= password.len; i++)
            if (wx_str_ieq(wx_str_sub(password, i, i + login.len), login))
                return WX_PASSWORD_HAS_LOGIN;
    if (choices(low) < MIN_CHOICES ||
        choices((struct wx_str){leet, password.len}) < MIN_CHOICES)
        return WX_PASSWORD_GUESSABLE;
    return WX_PASSWORD_FINE;
}
