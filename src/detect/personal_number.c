#include "detect/personal_data.h"

#include "detect/division.h"

enum { MAX_RUN_DIGITS = 24, MAX_DIGITS = 19 };

/* A digit at POS, ASCII or fullwidth: its value and length in bytes; -1: none. */
static int digit_at(struct wx_str s, size_t pos, size_t *n_bytes)
{
    const unsigned char *p = (const unsigned char *)s.ptr + pos;

    if (p[0] >= '0' && p[0] <= '9') {
        *n_bytes = 1;
        return p[0] - '0';
    }
    if (p[0] == 0xEF && pos + 3 <= s.len && p[1] == 0xBC && p[2] >= 0x90 &&
        p[2] <= 0x99) { /* U+FF10 */
        *n_bytes = 3;
        return p[2] - 0x90;
    }
    return -1;
}

/* A run of digits, with single blanks or hyphens in between remembered. */
struct run {
    char digits[MAX_RUN_DIGITS + 1];
    size_t n;
    size_t offset, end;
    uint32_t breaks; /* bit i: a separator stands before digit i */
    char separator;  /* the one kind of it; 0: none, '?': mixed */
    bool ends_in_x;
    bool is_too_long;
};

static bool is_joining(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '*' ||
           c == '#' || c == '=' || c == '&' || c == '%' || c == '/' || c == '.' ||
           c == '\\';
}

/* "(" and Han may stand beside a number; letters, stars and path signs may not. */
static bool is_bounded(struct wx_str s, const struct run *run)
{
    bool after;

    if (run->offset && is_joining((unsigned char)s.ptr[run->offset - 1]))
        return false;
    if (run->end >= s.len)
        return true;
    after = is_joining((unsigned char)s.ptr[run->end]);
    /* "1380000.": a full stop ends a sentence unless a digit follows it */
    if (after && (s.ptr[run->end] == '.' || s.ptr[run->end] == '/'))
        return run->end + 1 >= s.len || (unsigned char)s.ptr[run->end + 1] > '9' ||
               (unsigned char)s.ptr[run->end + 1] < '0';
    return !after;
}

static void run_add(struct run *run, int digit)
{
    if (run->n < MAX_RUN_DIGITS)
        run->digits[run->n++] = (char)('0' + digit);
    else
        run->is_too_long = true;
}

/* The run of digits at POS; a separator counts when digits go on right behind it. */
static void read_run(struct wx_str s, size_t pos, struct run *run)
{
    size_t n;
    int d;

    *run = (struct run){.offset = pos};
    for (;;) {
        while (pos < s.len && (d = digit_at(s, pos, &n)) >= 0) {
            run_add(run, d);
            pos += n;
        }
        run->end = pos;
        if (pos + 1 >= s.len || run->n > 20 ||
            (s.ptr[pos] != ' ' && s.ptr[pos] != '-') || digit_at(s, pos + 1, &n) < 0)
            break;
        run->separator =
            run->separator && run->separator != s.ptr[pos] ? '?' : s.ptr[pos];
        run->breaks |= 1u << run->n;
        pos++;
    }
    if (pos < s.len && (s.ptr[pos] == 'X' || s.ptr[pos] == 'x') && run->n == 17) {
        run->ends_in_x = true;
        run->end = pos + 1;
    }
    run->digits[run->n] = '\0';
}

/* ---- identity cards ---- */

static int number_of(const char *digits, size_t n)
{
    int v = 0;

    for (size_t i = 0; i < n; i++)
        v = v * 10 + (digits[i] - '0');
    return v;
}

static bool is_date(int y, int m, int d)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

    if (m < 1 || m > 12 || d < 1)
        return false;
    return d <= days[m - 1] + (m == 2 && is_leap);
}

/* GB 11643: the check character over 17 digits. */
static char check_character(const char *digits)
{
    static const int weights[17] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                    3, 7, 9,  10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < 17; i++)
        sum += (digits[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

/* The examples of the standard and of text books. */
static bool is_specimen(const char *digits)
{
    static const char *const specimens[] = {"11010519491231002", "44052418800101001",
                                            "11010119900307000", "11010119900101001",
                                            "12345619900101123"};

    for (size_t i = 0; i < sizeof specimens / sizeof *specimens; i++)
        if (strncmp(digits, specimens[i], 17) == 0)
            return true;
    return false;
}

static bool read_id_card(const struct run *run, int year,
                         struct wx_personal_number *out)
{
    const char *d = run->digits;
    int born;
    char last;

    if (run->n + run->ends_in_x != 18 || is_specimen(d))
        return false;
    /* written in groups: 6 - 8 - 4, or not at all */
    if (run->breaks && run->breaks != (1u << 6 | 1u << 14))
        return false;
    born = number_of(d + 6, 4);
    if (born < 1900 || born > year ||
        !is_date(born, number_of(d + 10, 2), number_of(d + 12, 2)))
        return false;
    if (d[0] == '0')
        return false;
    last = run->ends_in_x ? 'X' : d[17];
    memcpy(out->digits, d, 17);
    out->digits[17] = last;
    out->digits[18] = '\0';
    out->kind = WX_PERSONAL_ID_CARD;
    out->is_check_wrong = check_character(d) != last;
    out->is_place_unknown = !wx_division_province((struct wx_str){d, 6});
    return true;
}

static bool read_old_id_card(const struct run *run, struct wx_personal_number *out)
{
    const char *d = run->digits;

    if (run->n != 15 || run->breaks || !wx_division_province((struct wx_str){d, 6}) ||
        !is_date(1900 + number_of(d + 6, 2), number_of(d + 8, 2), number_of(d + 10, 2)))
        return false;
    memcpy(out->digits, d, 16);
    out->kind = WX_PERSONAL_OLD_ID_CARD;
    return true;
}

/* ---- mobile numbers and bank cards ---- */

static bool read_mobile(const struct run *run, struct wx_personal_number *out)
{
    const char *d = run->digits;
    uint32_t breaks = run->breaks;
    size_t n = run->n;

    if (n == 13 && d[0] == '8' && d[1] == '6') { /* +86 */
        d += 2;
        n -= 2;
        breaks >>= 2;
        breaks &= ~1u;
    }
    if (n != 11 || d[0] != '1' || d[1] < '3' || run->separator == '?')
        return false;
    if (breaks && breaks != (1u << 3 | 1u << 7))
        return false;
    memcpy(out->digits, d, 11);
    out->digits[11] = '\0';
    out->kind = WX_PERSONAL_MOBILE;
    return true;
}

static bool luhn_holds(const char *digits, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';

        if (i % 2)
            d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return sum % 10 == 0;
}

/* Groups of four, or none. Personal cards of China begin with 62 (UnionPay). */
static bool read_bank_card(const struct run *run, struct wx_personal_number *out)
{
    uint32_t groups = 1u << 4 | 1u << 8 | 1u << 12 | (run->n > 16 ? 1u << 16 : 0);

    if (run->n < 16 || run->n > MAX_DIGITS || run->ends_in_x || run->separator == '?')
        return false;
    if (run->breaks && run->breaks != groups)
        return false;
    if (run->digits[0] != '6' || run->digits[1] != '2' ||
        !luhn_holds(run->digits, run->n))
        return false;
    memcpy(out->digits, run->digits, run->n + 1);
    out->kind = WX_PERSONAL_BANK_CARD;
    return true;
}

static bool classify(const struct run *run, int year, struct wx_personal_number *out)
{
    *out = (struct wx_personal_number){.offset = run->offset, .end = run->end};
    if (run->is_too_long)
        return false;
    return read_id_card(run, year, out) || read_mobile(run, out) ||
           read_bank_card(run, out) || read_old_id_card(run, out);
}

/* Digits in a row without separators, for when the joined run is nothing: a table cell
 * of plain text "1 13800000000". */
static bool classify_parts(struct wx_str s, const struct run *whole, int year,
                           struct wx_personal_number *out, size_t *end)
{
    size_t pos = whole->offset;

    while (pos < whole->end) {
        struct wx_str part = wx_str_sub(s, 0, pos);
        struct run run;
        size_t n;

        while (pos < whole->end && digit_at(s, pos, &n) >= 0)
            pos += n;
        part.len = pos;
        n = pos;
        while (n > whole->offset && s.ptr[n - 1] != ' ' && s.ptr[n - 1] != '-')
            n--;
        if (pos < s.len && (s.ptr[pos] == 'X' || s.ptr[pos] == 'x'))
            part.len++;
        read_run(part, n, &run);
        /* "010-13800000000": hyphens join, blanks part */
        if ((n == whole->offset || s.ptr[n - 1] == ' ') &&
            (pos >= s.len || s.ptr[pos] != '-') && is_bounded(s, &run) &&
            classify(&run, year, out)) {
            *end = run.end;
            return true;
        }
        pos++;
    }
    return false;
}

bool wx_personal_next(struct wx_str text, size_t *pos, int year,
                      struct wx_personal_number *out)
{
    while (*pos < text.len) {
        unsigned char c = (unsigned char)text.ptr[*pos];
        size_t n, end;
        struct run run;

        if ((c < '0' || c > '9') && c != 0xEF) {
            ++*pos;
            continue;
        }
        if (digit_at(text, *pos, &n) < 0) {
            ++*pos;
            continue;
        }
        read_run(text, *pos, &run);
        *pos = run.end;
        if (run.n < 11)
            continue;
        if (is_bounded(text, &run) && classify(&run, year, out))
            return true;
        if (run.breaks && run.separator &&
            classify_parts(text, &run, year, out, &end)) {
            *pos = end;
            return true;
        }
    }
    return false;
}
