#include "detect/rule/regex.h"

#include "detect/rule/literal.h"

/*
 * The parser walks the expression once and gives for each piece: its shortest and
 * longest match, the set of strings it can match when that set is small ("exact"), and
 * the best set of needed literals inside it. Pieces are put together from left to
 * right; exact neighbours are multiplied out as long as the set stays small.
 */

struct strings {
    struct wx_str s[WX_MAX_REGEX_NEEDS];
    size_t n;
};

struct piece {
    uint32_t min, max; /* bytes; max may be ENDLESS */
    bool is_exact;     /* matches just the strings in exact, and nothing else */
    struct strings exact;
    struct wx_regex_needs best; /* n 0: none; offsets from the piece's start */
    int score;                  /* of best; 0: none */
    bool ends_in_high_byte;     /* last item was half of a character */
};

struct parser {
    struct wx_arena *arena;
    struct wx_str re;
    size_t at;
    bool is_icase;  /* now */
    bool was_icase; /* anywhere */
    bool has_lookahead;
    unsigned depth;
    struct wx_err *err;
};

enum { MAX_DEPTH = 60 };

static enum wx_status refuse(struct parser *p, const char *why)
{
    return wx_fail(p->err, WX_E_INVALID,
                   "expression '" WX_STR_FMT "', character %zu: %s",
                   WX_STR_ARG(wx_utf8_clip(p->re, 200)), p->at + 1, why);
}

static uint32_t add_len(uint32_t a, uint32_t b)
{
    return a == WX_REGEX_ENDLESS || b == WX_REGEX_ENDLESS || a > (1u << 30) - b
               ? WX_REGEX_ENDLESS
               : a + b;
}

static uint32_t mul_len(uint32_t a, uint32_t n)
{
    if (a == 0 || n == 0)
        return 0;
    if (a == WX_REGEX_ENDLESS || n == WX_REGEX_ENDLESS || a > (1u << 30) / n)
        return WX_REGEX_ENDLESS;
    return a * n;
}

/* ---- sets of strings ---- */

static struct piece piece_empty(void)
{
    struct piece x = {.is_exact = true};

    x.exact.s[0] = (struct wx_str){"", 0};
    x.exact.n = 1;
    return x;
}

static struct piece piece_unknown(uint32_t min, uint32_t max)
{
    return (struct piece){.min = min, .max = max};
}

static struct piece piece_byte(struct parser *p, unsigned char c)
{
    struct piece x = piece_empty();
    char *s = wx_arena_alloc(p->arena, 1);

    *s = (char)c;
    x.exact.s[0] = (struct wx_str){s, 1};
    x.min = x.max = 1;
    x.ends_in_high_byte = c >= 0x80;
    return x;
}

static bool strings_multiply(struct parser *p, struct strings *a,
                             const struct strings *b)
{
    struct strings out = {.n = 0};

    if (a->n * b->n > WX_MAX_REGEX_NEEDS)
        return false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            struct wx_str x = a->s[i], y = b->s[k];
            char *s;

            if (x.len + y.len > WX_MAX_REGEX_NEED_BYTES)
                return false;
            s = wx_arena_alloc(p->arena, x.len + y.len + 1);
            memcpy(s, x.ptr, x.len);
            memcpy(s + x.len, y.ptr, y.len);
            out.s[out.n++] = (struct wx_str){s, x.len + y.len};
        }
    *a = out;
    return true;
}

static bool strings_join(struct strings *a, const struct strings *b)
{
    if (a->n + b->n > WX_MAX_REGEX_NEEDS)
        return false;
    for (size_t k = 0; k < b->n; k++) {
        size_t i = 0;

        while (i < a->n && !wx_str_eq(a->s[i], b->s[k]))
            i++;
        if (i == a->n)
            a->s[a->n++] = b->s[k];
    }
    return true;
}

/* ---- how good a witness is ---- */

/* A literal that every page is full of costs more than it saves. */
static int string_score(struct wx_str s)
{
    char low[WX_MAX_REGEX_NEED_BYTES + 1];
    int score = 0;

    if (s.len < WX_MIN_LITERAL_BYTES)
        return 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        low[i] = (char)wx_lower(c);
        score += c == ' ' || (c >= 'a' && c <= 'z') ? 4 : 5;
    }
    low[s.len] = '\0';
    if (strstr(wx_everyday_markup, low))
        return 3 + (int)s.len / 2;
    return score > 50 ? 50 : score;
}

static int strings_score(const struct strings *set, uint32_t before_max)
{
    int worst = 1000;

    for (size_t i = 0; i < set->n; i++) {
        int score = string_score(set->s[i]);

        if (score == 0)
            return 0;
        worst = score < worst ? score : worst;
    }
    if (set->n == 0)
        return 0;
    worst -= (int)set->n / 2;
    if (before_max == WX_REGEX_ENDLESS)
        worst -= 8; /* PCRE2 then has to look far back */
    return worst < 1 ? 1 : worst;
}

static void offer_strings(struct piece *whole, const struct strings *set, uint32_t min,
                          uint32_t max)
{
    int score = strings_score(set, max);

    if (score <= whole->score)
        return;
    whole->score = score;
    whole->best.n = set->n;
    for (size_t i = 0; i < set->n; i++) {
        whole->best.any[i] = set->s[i];
        whole->best.before_min[i] = min;
        whole->best.before_max[i] = max;
    }
}

static void offer_best(struct piece *whole, const struct piece *part, uint32_t min,
                       uint32_t max)
{
    int score = part->score - (max == WX_REGEX_ENDLESS ? 8 : 0);

    if (part->best.n == 0)
        return;
    score = score < 1 ? 1 : score;
    if (score <= whole->score)
        return;
    whole->score = score;
    whole->best = part->best;
    for (size_t i = 0; i < part->best.n; i++) {
        whole->best.before_min[i] = add_len(part->best.before_min[i], min);
        whole->best.before_max[i] = add_len(part->best.before_max[i], max);
    }
}

/* ---- putting pieces together ---- */

struct row { /* a sequence of pieces so far */
    struct piece whole;
    struct strings run;        /* exact strings at its end ... */
    uint32_t run_min, run_max; /* ... which begin here */
};

static struct row row_new(void)
{
    struct row row = {.whole = {.is_exact = true}};

    row.run = piece_empty().exact;
    return row;
}

static void row_break(struct row *row)
{
    offer_strings(&row->whole, &row->run, row->run_min, row->run_max);
    row->whole.is_exact = false;
    row->run = piece_empty().exact;
    row->run_min = row->whole.min;
    row->run_max = row->whole.max;
}

static void row_add(struct parser *p, struct row *row, const struct piece *x)
{
    offer_best(&row->whole, x, row->whole.min, row->whole.max);
    if (x->is_exact) {
        if (x->exact.n > 1) /* few strings now may be better than many later */
            offer_strings(&row->whole, &row->run, row->run_min, row->run_max);
        if (!strings_multiply(p, &row->run, &x->exact)) {
            row_break(row);
            row->run = x->exact;
        }
        row->whole.min = add_len(row->whole.min, x->min);
        row->whole.max = add_len(row->whole.max, x->max);
        return;
    }
    row_break(row);
    row->whole.min = add_len(row->whole.min, x->min);
    row->whole.max = add_len(row->whole.max, x->max);
    row->run_min = row->whole.min;
    row->run_max = row->whole.max;
}

static struct piece row_end(struct row *row)
{
    if (row->whole.is_exact)
        row->whole.exact = row->run;
    else
        offer_strings(&row->whole, &row->run, row->run_min, row->run_max);
    return row->whole;
}

/* The needs of an exact piece seen as any other piece. */
static void piece_blur(struct piece *x)
{
    if (!x->is_exact)
        return;
    offer_strings(x, &x->exact, 0, 0);
    x->is_exact = false;
}

/* Needs of "a or b": one of a's or one of b's. */
static void needs_join(struct piece *a, const struct piece *b)
{
    if (a->best.n == 0 || b->best.n == 0 ||
        a->best.n + b->best.n > WX_MAX_REGEX_NEEDS) {
        a->best.n = 0;
        a->score = 0;
        return;
    }
    for (size_t i = 0; i < b->best.n; i++) {
        a->best.any[a->best.n] = b->best.any[i];
        a->best.before_min[a->best.n] = b->best.before_min[i];
        a->best.before_max[a->best.n++] = b->best.before_max[i];
    }
    a->score = a->score < b->score ? a->score : b->score;
}

static void branch_join(struct piece *a, struct piece *b)
{
    bool is_exact = a->is_exact && b->is_exact && strings_join(&a->exact, &b->exact);

    a->min = a->min < b->min ? a->min : b->min;
    a->max = a->max > b->max ? a->max : b->max;
    if (!is_exact) {
        piece_blur(a);
        piece_blur(b);
    }
    needs_join(a, b);
    a->is_exact = is_exact;
}

/* X{MIN,MAX} */
static struct piece piece_repeat(struct parser *p, struct piece x, uint32_t min,
                                 uint32_t max)
{
    struct row row = row_new();
    struct piece tail;

    if (max == 0)
        return piece_empty();
    if (min == 0 && max == 1 && x.is_exact) {
        struct piece none = piece_empty();

        branch_join(&x, &none);
        return x;
    }
    for (uint32_t i = 0; i < min && i < 8 && x.is_exact; i++)
        row_add(p, &row, &x);
    if (x.is_exact && min == max && min <= 8)
        return row_end(&row);
    if (!x.is_exact && min >= 1)
        offer_best(&row.whole, &x, 0, 0);
    tail = piece_unknown(0, 0);
    row_add(p, &row, &tail);
    row.whole.min = mul_len(x.min, min);
    row.whole.max = mul_len(x.max, max);
    row.run = (struct strings){.n = 0};
    return row_end(&row);
}

/* ---- reading ---- */

static int peek(const struct parser *p, size_t ahead)
{
    return p->at + ahead < p->re.len ? (unsigned char)p->re.ptr[p->at + ahead] : -1;
}

static bool skip(struct parser *p, const char *what)
{
    size_t n = strlen(what);

    if (p->re.len - p->at < n || memcmp(p->re.ptr + p->at, what, n) != 0)
        return false;
    p->at += n;
    return true;
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f')
        return (c | 32) - 'a' + 10;
    return -1;
}

/* Behind "\x": two digits or {...}; -1 when it is something else. */
static int read_hex(struct parser *p)
{
    int value = 0, digit;
    bool braced = peek(p, 0) == '{';
    int n = 0;

    p->at += braced;
    while (n < 2 && (digit = hex_digit(peek(p, 0))) >= 0) {
        value = value * 16 + digit;
        p->at++;
        n++;
    }
    if (braced) {
        if (n == 0 || peek(p, 0) != '}')
            return -1;
        p->at++;
    }
    return value;
}

/* A control escape's byte, or -1. C is what stands behind the backslash. */
static int control_escape(int c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'f':
        return '\f';
    case 'e':
        return 27;
    case 'a':
        return 7;
    default:
        return -1;
    }
}

static enum wx_status read_escape(struct parser *p, struct piece *out)
{
    int c = peek(p, 1), byte;

    if (c < 0)
        return refuse(p, "ends in a backslash");
    if (c >= 0x80 ||
        (!(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z'))) {
        p->at += 2;
        *out = piece_byte(p, (unsigned char)c);
        return WX_OK;
    }
    if (strchr("dDwWsShHvVN", c)) {
        p->at += 2;
        *out = piece_unknown(1, 1);
        return WX_OK;
    }
    if (strchr("bBAzZG", c)) {
        p->at += 2;
        p->has_lookahead = true; /* \b looks at the next byte */
        *out = piece_empty();
        return WX_OK;
    }
    if (c >= '1' && c <= '9') {
        if (hex_digit(peek(p, 2)) >= 0 && peek(p, 2) <= '9')
            return refuse(p, "octal escapes and more than nine groups are not allowed");
        p->at += 2;
        *out = piece_unknown(0, WX_REGEX_ENDLESS);
        return WX_OK;
    }
    if (c == 'R') {
        p->at += 2;
        *out = piece_unknown(1, 2);
        return WX_OK;
    }
    byte = control_escape(c);
    if (c == 'x') {
        p->at += 2;
        byte = read_hex(p);
    } else if (byte >= 0) {
        p->at += 2;
    }
    if (byte < 0)
        return refuse(p, "this escape is not allowed in rules");
    *out = piece_byte(p, (unsigned char)byte);
    out->ends_in_high_byte = false; /* written as a byte, meant as a byte */
    return WX_OK;
}

/* One member of [...]: *BYTE is it, or -1 for a class. */
static enum wx_status read_member(struct parser *p, int *byte)
{
    struct piece x;
    enum wx_status st;
    int c = peek(p, 0);

    *byte = -1;
    if (c == '[' && (peek(p, 1) == ':' || peek(p, 1) == '.' || peek(p, 1) == '=')) {
        for (size_t i = 2; peek(p, i) >= 'a' || peek(p, i) == '^'; i++)
            if (peek(p, i + 1) == ':' && peek(p, i + 2) == ']') {
                p->at += i + 3;
                return WX_OK;
            }
    }
    if (c >= 0x80)
        return refuse(p, "[...] sees bytes, not characters: write (?:甲|乙) instead");
    if (c != '\\') {
        p->at++;
        *byte = c;
        return WX_OK;
    }
    if (peek(p, 1) == 'b') {
        p->at += 2;
        *byte = 8;
        return WX_OK;
    }
    if (peek(p, 1) == 'B' || peek(p, 1) == 'R' || peek(p, 1) == 'N' ||
        (peek(p, 1) >= '0' && peek(p, 1) <= '9'))
        return refuse(p, "this escape is not allowed inside [...]");
    st = read_escape(p, &x);
    if (!st && x.is_exact && x.exact.s[0].len == 1)
        *byte = (unsigned char)x.exact.s[0].ptr[0];
    return st;
}

static enum wx_status read_class(struct parser *p, struct piece *out)
{
    unsigned char members[8];
    size_t n = 0;
    bool is_small;
    enum wx_status st;

    p->at++;
    is_small = !skip(p, "^");
    for (bool first = true; first || peek(p, 0) != ']'; first = false) {
        int byte;

        if (peek(p, 0) < 0)
            return refuse(p, "[ is not closed");
        st = read_member(p, &byte);
        if (st)
            return st;
        if (byte < 0 || n == 4 || (peek(p, 0) == '-' && peek(p, 1) != ']'))
            is_small = false;
        if (is_small)
            members[n++] = (unsigned char)byte;
    }
    p->at++;
    *out = piece_unknown(1, 1);
    if (!is_small)
        return WX_OK;
    *out = piece_byte(p, members[0]);
    for (size_t i = 1; i < n; i++) {
        struct piece more = piece_byte(p, members[i]);

        branch_join(out, &more);
    }
    out->ends_in_high_byte = false;
    return WX_OK;
}

static enum wx_status read_branches(struct parser *p, struct piece *out);

/* (?i) (?s-i: ... : letters up to ':' or ')'. */
static enum wx_status read_flags(struct parser *p)
{
    bool on = true;

    for (;; p->at++) {
        switch (peek(p, 0)) {
        case 'i':
            p->is_icase = on;
            p->was_icase |= on;
            break;
        case 's':
        case 'm':
            break;
        case '-':
            on = false;
            break;
        case ':':
        case ')':
            return WX_OK;
        default:
            return refuse(p, "this kind of group is not allowed in rules");
        }
    }
}

/* Behind "(?": what group is it? *IS_LOOK: takes no room. *IS_DONE: closed already. */
static enum wx_status read_group_kind(struct parser *p, bool *is_look, bool *is_done)
{
    enum wx_status st;

    *is_look = *is_done = false;
    if (skip(p, ":") || skip(p, ">") || skip(p, "|"))
        return WX_OK;
    if (skip(p, "=") || skip(p, "!") || skip(p, "<=") || skip(p, "<!")) {
        p->has_lookahead = true;
        *is_look = true;
        return WX_OK;
    }
    if (skip(p, "P<") || skip(p, "<")) {
        while (peek(p, 0) >= 0 && peek(p, 0) != '>')
            p->at++;
        return skip(p, ">") ? WX_OK : refuse(p, "the group's name is not closed");
    }
    if (skip(p, "#")) {
        while (peek(p, 0) >= 0 && peek(p, 0) != ')')
            p->at++;
        *is_done = true;
        return skip(p, ")") ? WX_OK : refuse(p, "the comment is not closed");
    }
    st = read_flags(p);
    if (!st && peek(p, 0) == ')')
        *is_done = true;
    p->at++;
    return st;
}

static enum wx_status read_group(struct parser *p, struct piece *out)
{
    bool icase_outside = p->is_icase, is_look = false, is_done = false;
    enum wx_status st = WX_OK;

    p->at++;
    if (peek(p, 0) == '*')
        return refuse(p, "verbs are not allowed in rules");
    if (skip(p, "?"))
        st = read_group_kind(p, &is_look, &is_done);
    if (st)
        return st;
    if (is_done) {
        *out = piece_empty();
        return WX_OK;
    }
    if (++p->depth > MAX_DEPTH)
        return refuse(p, "groups are nested too deep");
    st = read_branches(p, out);
    p->depth--;
    p->is_icase = icase_outside;
    if (st)
        return st;
    if (!skip(p, ")"))
        return refuse(p, "a group is not closed");
    if (is_look)
        *out = piece_empty();
    out->ends_in_high_byte = false;
    return WX_OK;
}

static bool is_plain(int c)
{
    return c >= 0 && !(c < 0x80 && strchr("\\^$.[]|()?*+{}", c));
}

/* Characters that stand for themselves, but the last one alone when it is repeated. */
static struct piece read_plain(struct parser *p)
{
    struct piece x = piece_empty();
    size_t n = 1;
    int behind;

    while (n < WX_MAX_REGEX_NEED_BYTES / 2 && is_plain(peek(p, n)))
        n++;
    behind = peek(p, n);
    if (n > 1 && (behind == '*' || behind == '+' || behind == '?' || behind == '{'))
        n--;
    x.exact.s[0] = wx_str_sub(p->re, p->at, p->at + n);
    x.min = x.max = (uint32_t)n;
    p->at += n;
    x.ends_in_high_byte = (unsigned char)p->re.ptr[p->at - 1] >= 0x80;
    return x;
}

static enum wx_status read_item(struct parser *p, struct piece *out)
{
    int c = peek(p, 0);

    switch (c) {
    case '(':
        return read_group(p, out);
    case '[':
        return read_class(p, out);
    case '\\':
        return read_escape(p, out);
    case '.':
        p->at++;
        *out = piece_unknown(1, 1);
        return WX_OK;
    case '^':
    case '$':
        p->at++;
        p->has_lookahead = true;
        *out = piece_empty();
        return WX_OK;
    case '*':
    case '+':
    case '?':
        return refuse(p, "a quantifier has nothing to repeat");
    default:
        *out = read_plain(p);
        return WX_OK;
    }
}

static bool read_number(struct parser *p, uint32_t *out)
{
    size_t from = p->at;

    *out = 0;
    while (peek(p, 0) >= '0' && peek(p, 0) <= '9' && *out < 100000)
        *out = *out * 10 + (uint32_t)(p->re.ptr[p->at++] - '0');
    return p->at > from;
}

/* A quantifier, if one stands here: *MIN and *MAX, else 1 and 1. */
static bool read_quantifier(struct parser *p, uint32_t *min, uint32_t *max)
{
    size_t from = p->at;

    *min = *max = 1;
    if (skip(p, "*")) {
        *min = 0;
        *max = WX_REGEX_ENDLESS;
    } else if (skip(p, "+")) {
        *max = WX_REGEX_ENDLESS;
    } else if (skip(p, "?")) {
        *min = 0;
    } else if (skip(p, "{")) {
        bool ok = read_number(p, min);

        *max = *min;
        if (ok && skip(p, ",") && !read_number(p, max))
            *max = WX_REGEX_ENDLESS;
        if (!ok || !skip(p, "}")) {
            p->at = from; /* a plain brace */
            *min = *max = 1;
            return false;
        }
    } else {
        return false;
    }
    if (!skip(p, "?"))
        skip(p, "+");
    return true;
}

static enum wx_status read_sequence(struct parser *p, struct piece *out)
{
    struct row row = row_new();
    enum wx_status st;

    while (peek(p, 0) >= 0 && peek(p, 0) != '|' && peek(p, 0) != ')') {
        struct piece x;
        uint32_t min, max;

        st = read_item(p, &x);
        if (st)
            return st;
        while (read_quantifier(p, &min, &max)) {
            if (x.ends_in_high_byte)
                return refuse(p, "the quantifier repeats one byte of the character "
                                 "before it: put that into (?:...)");
            /* ab+ is ab and then b*: keeps what stands before together with it */
            for (; x.is_exact && min > 0 && min <= 8 && max > min; min--) {
                row_add(p, &row, &x);
                max -= max != WX_REGEX_ENDLESS;
            }
            x = piece_repeat(p, x, min, max);
        }
        row_add(p, &row, &x);
    }
    *out = row_end(&row);
    return WX_OK;
}

static enum wx_status read_branches(struct parser *p, struct piece *out)
{
    enum wx_status st = read_sequence(p, out);

    while (!st && skip(p, "|")) {
        struct piece more;

        st = read_sequence(p, &more);
        if (!st)
            branch_join(out, &more);
    }
    return st;
}

static void fold_needs(struct wx_arena *arena, struct wx_regex_needs *needs)
{
    for (size_t i = 0; i < needs->n; i++) {
        char *s = wx_arena_alloc(arena, needs->any[i].len + 1);

        for (size_t k = 0; k < needs->any[i].len; k++)
            s[k] = (char)wx_lower((unsigned char)needs->any[i].ptr[k]);
        needs->any[i].ptr = s;
    }
}

enum wx_status wx_regex_analyse(struct wx_arena *arena, struct wx_str regex,
                                bool is_icase, struct wx_regex_needs *out,
                                struct wx_err *err)
{
    struct parser p = {.arena = arena,
                       .re = regex,
                       .is_icase = is_icase,
                       .was_icase = is_icase,
                       .err = err};
    struct piece whole;
    enum wx_status st;

    if (regex.len > WX_MAX_REGEX_BYTES)
        return refuse(&p, "it is too long");
    st = read_branches(&p, &whole);
    if (st)
        return st;
    if (p.at < regex.len)
        return refuse(&p, ") closes nothing");
    piece_blur(&whole);
    if (whole.best.n == 0)
        return wx_fail(
            err, WX_E_UNSUPPORTED,
            "expression '" WX_STR_FMT "': every match must contain one of at "
            "most %d fixed texts of at least %d bytes, so that pages without "
            "them cost nothing",
            WX_STR_ARG(wx_utf8_clip(regex, 200)), WX_MAX_REGEX_NEEDS,
            WX_MIN_LITERAL_BYTES);
    *out = whole.best;
    out->is_icase = p.was_icase;
    out->len_max = whole.max;
    out->has_lookahead = p.has_lookahead;
    if (out->is_icase)
        fold_needs(arena, out);
    return WX_OK;
}
