/*
 * Secrets in excerpts. A finding is read by more people than the page it came from
 * should have been: identity numbers, bank cards, mobile numbers and whatever stands
 * behind "password=" are masked before an excerpt leaves the detector.
 */
#include "detect/detect.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* How many digits to leave at head and tail of a run of N; false: leave it whole. */
static bool run_mask(struct wx_str run, size_t *head, size_t *tail)
{
    switch (run.len) {
    case 11: /* mobile number, not a landline with area code */
        *head = 3;
        *tail = 4;
        return run.ptr[0] == '1' && run.ptr[1] >= '3';
    case 15: /* identity card of the old kind; American Express */
    case 17: /* identity card before its X */
    case 18:
        *head = 6;
        *tail = run.len == 17 ? 3 : 4;
        return true;
    case 13:
    case 16:
    case 19: /* bank cards */
        *head = 4;
        *tail = 4;
        return run.ptr[0] == '6' || run.ptr[0] == '5' || run.ptr[0] == '4' ||
               run.ptr[0] == '3';
    default:
        return false;
    }
}

static size_t mask_digits(char *p, size_t i, size_t len)
{
    size_t n = 0, head, tail;

    while (i + n < len && is_digit(p[i + n]))
        n++;
    if (!(i && is_word(p[i - 1])) && run_mask((struct wx_str){p + i, n}, &head, &tail))
        memset(p + i + head, '*', n - head - tail);
    return i + n;
}

/* Words behind which a secret stands; matched without regard to case. */
static const char *const secret_words[] = {
    "password", "passwd",      "passphrase", "pwd",       "secret",        "token",
    "apikey",   "api_key",     "access_key", "accesskey", "authorization", "密码",
    "口令",     "private_key", "client_id",  "sessionid", "jdbc.pass",
};

static size_t secret_word_at(struct wx_str s)
{
    for (size_t i = 0; i < sizeof secret_words / sizeof *secret_words; i++)
        if (wx_str_istarts(s, secret_words[i]))
            return strlen(secret_words[i]);
    return 0;
}

/*
 * Behind a secret word: up to 24 bytes of name, then a separator, then the value.
 * Masks the value and returns where it ends; 0 when this is no assignment.
 */
static size_t mask_assignment(char *p, size_t i, size_t len)
{
    size_t at = i, from;

    while (at < len && at < i + 24 && (is_word(p[at]) || p[at] == '.' || p[at] == '-'))
        at++;
    while (at < len && (p[at] == ' ' || p[at] == '"' || p[at] == '\''))
        at++;
    if (at + 3 <= len && memcmp(p + at, "：", 3) == 0)
        at += 3;
    else if (at < len && (p[at] == '=' || p[at] == ':'))
        at++;
    else
        return 0;
    while (at < len && (p[at] == ' ' || p[at] == '"' || p[at] == '\'' || p[at] == '>'))
        at++;
    from = at;
    while (at < len && !wx_is_space((unsigned char)p[at]) && p[at] != '"' &&
           p[at] != '\'' && p[at] != '&' && p[at] != ';' && p[at] != ',' &&
           p[at] != '<')
        p[at++] = '*';
    return at > from ? at : 0;
}

struct wx_str wx_mask(struct wx_arena *arena, struct wx_str text)
{
    struct wx_str out = wx_arena_str(arena, text);
    char *p = (char *)out.ptr;
    size_t i = 0;

    while (i < out.len) {
        size_t word, end;

        if (is_digit(p[i])) {
            i = mask_digits(p, i, out.len);
            continue;
        }
        word = secret_word_at(wx_str_sub(out, i, out.len));
        end = word ? mask_assignment(p, i + word, out.len) : 0;
        i = end ? end : i + (word ? word : 1);
    }
    return out;
}
