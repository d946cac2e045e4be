#include "wire/identifier.h"

enum {
    MAX_GAP_BYTES = 24, /* between a label and its value */
    MAX_UNIT_CHARS = 40,
    MAX_ADDRESS_CHARS = 60,
    MAX_SHOWN_BYTES = 240,
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    unsigned char l = wx_lower((unsigned char)c);

    return is_digit(c) || (l >= 'a' && l <= 'z');
}

static bool at_word(struct wx_str s, size_t pos, const char *word)
{
    return wx_str_starts(wx_str_sub(s, pos, s.len), word);
}

static bool ends_with(struct wx_str s, size_t end, const char *word)
{
    return wx_str_ends(wx_str_sub(s, 0, end), word);
}

/* The character before POS, or 0; *FROM: where it begins. */
static uint32_t cp_before(struct wx_str s, size_t pos, size_t *from)
{
    size_t i = pos, at;

    if (!pos)
        return 0;
    do
        i--;
    while (i && ((unsigned char)s.ptr[i] & 0xC0) == 0x80 && pos - i < 4);
    at = i;
    *from = i;
    return wx_utf8_next(s, &at);
}

/* Skip blanks, borders, colons and other signs that stand between label and value. */
static size_t skip_gap(struct wx_str s, size_t pos, const char *signs)
{
    size_t end = pos + MAX_GAP_BYTES;

    while (pos < s.len && pos < end && s.ptr[pos] && strchr(signs, s.ptr[pos]))
        pos++;
    return pos;
}

static size_t digits_end(struct wx_str s, size_t pos)
{
    while (pos < s.len && is_digit(s.ptr[pos]))
        pos++;
    return pos;
}

/* Blanks and filling signs where a number should stand: "XXXXXXXX", "********". */
static size_t blank_form_end(struct wx_str s, size_t pos)
{
    while (pos < s.len && (s.ptr[pos] == 'X' || s.ptr[pos] == 'x' || s.ptr[pos] == '*'))
        pos++;
    return pos;
}

bool wx_site_code_is_valid(struct wx_str code)
{
    size_t from = wx_str_istarts(code, "bm") ? 2 : 0;

    return code.len == 10 && digits_end(code, from) == code.len;
}

bool wx_police_code_is_valid(struct wx_str code)
{
    return code.len == 14 && digits_end(code, 0) == code.len;
}

/* One digit all along, or 12345678: what templates are delivered with. */
static bool is_filler(struct wx_str digits)
{
    bool is_same = true;

    for (size_t i = 1; i < digits.len; i++)
        is_same = is_same && digits.ptr[i] == digits.ptr[0];
    return is_same || wx_str_eqz(digits, "12345678");
}

bool wx_icp_is_valid(uint32_t letter, struct wx_str digits)
{
    struct wx_str number = digits;

    if (!wx_cp_is_han(letter))
        return false;
    if (digits.len > 3 && !is_digit(digits.ptr[0]) && digits.ptr[2] == '-')
        number = wx_str_sub(digits, 3, digits.len);
    if (digits_end(number, 0) != number.len || is_filler(number))
        return false;
    if (number.len == 10)
        return wx_str_starts(number, "20");
    return number.len >= 5 && number.len <= 8;
}

/* ---- one reader for each kind; AT is where the trigger stands ---- */

struct reading {
    struct wx_arena *arena;
    struct wx_str s;
    struct wx_identifier *out;
};

static bool found(struct reading *r, size_t from, size_t to, struct wx_str value,
                  bool is_well_formed)
{
    struct wx_identifier *out = r->out;

    out->offset = (uint32_t)from;
    out->end = (uint32_t)to;
    out->shown = wx_utf8_clip(wx_str_sub(r->s, from, to), MAX_SHOWN_BYTES);
    out->value = value;
    out->is_well_formed = is_well_formed;
    return true;
}

static bool read_site_code(struct reading *r, size_t at, size_t pos)
{
    static const char *const sites[] = {"网站", "網站", "网站 ", "網站 "};
    struct wx_str s = r->s, code;
    size_t end, digits_from, before = at, from = at;
    bool is_named = false, is_form;

    for (size_t i = 0; i < 4; i++)
        is_named = is_named || ends_with(s, at, sites[i]);
    if (at_word(s, pos, "为") || at_word(s, pos, "是"))
        pos += 3;
    pos = skip_gap(s, pos, " :\n+=-([");
    for (end = pos; end < s.len && is_alnum(s.ptr[end]); end++)
        ;
    code = wx_str_sub(s, pos, end);
    if (wx_site_code_is_valid(code)) {
        /* "商品标识码" has a code too; a bare label must at least begin its line */
        if (!is_named && wx_cp_is_han(cp_before(s, at, &before)))
            return false;
        from = is_named && at >= 12 && ends_with(s, at, "政府网站") ? at - 12 : from;
        return found(r, from, end, code, true);
    }
    digits_from = wx_str_istarts(code, "bm") ? 2 : 0;
    is_form = code.len >= 6 && digits_end(code, digits_from) == code.len;
    end = blank_form_end(s, pos);
    if (!is_named || !(is_form || end - pos >= 6))
        return false;
    return found(r, from, pos + (is_form ? code.len : end - pos),
                 is_form ? code : wx_str_sub(s, pos, end), false);
}

/* Letter of the province before POS, over at most two blanks or a border. */
static uint32_t letter_before(struct wx_str s, size_t pos, size_t *from)
{
    uint32_t cp;

    for (int i = 0; i < 2 && pos && (s.ptr[pos - 1] == ' ' || s.ptr[pos - 1] == '\n');
         i++)
        pos--;
    cp = cp_before(s, pos, from);
    return wx_cp_is_han(cp) ? cp : 0;
}

/* The province letters of ICP and police numbers, simplified and traditional. */
static bool is_province_letter(uint32_t cp)
{
    struct wx_str all =
        WX_STR("京津沪滬渝冀豫云雲滇辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘陇隴晋"
               "晉蒙陕陝秦吉闽閩贵貴黔粤粵青藏川蜀宁寧琼瓊");
    size_t pos = 0;

    while (pos < all.len)
        if (wx_utf8_next(all, &pos) == cp)
            return true;
    return false;
}

struct icp_tail {
    size_t end;           /* behind 号 and -n */
    struct wx_str digits; /* with class letter */
    struct wx_str suffix; /* "-1", "-2A" */
};

/* "B2-20090059号-1" at POS; false when no digit stands there. */
static bool read_icp_tail(struct wx_str s, size_t pos, struct icp_tail *tail)
{
    size_t from = pos, end, mark;

    if (pos + 3 < s.len && (s.ptr[pos] == 'A' || s.ptr[pos] == 'B') &&
        is_digit(s.ptr[pos + 1]) && s.ptr[pos + 2] == '-')
        pos += 3;
    end = digits_end(s, pos);
    if (end == pos)
        return false;
    tail->digits = wx_str_sub(s, from, end);
    tail->suffix = (struct wx_str){NULL, 0};
    tail->end = end;
    mark = skip_gap(s, end, " ");
    if (at_word(s, mark, "号") || at_word(s, mark, "號"))
        tail->end = end = mark + 3;
    if (end + 1 < s.len && s.ptr[end] == '-' && is_digit(s.ptr[end + 1])) {
        tail->end = digits_end(s, end + 1);
        if (tail->end < s.len && (s.ptr[tail->end] == 'A' || s.ptr[tail->end] == 'X'))
            tail->end++;
        tail->suffix = wx_str_sub(s, end, tail->end);
    }
    return true;
}

static bool found_icp(struct reading *r, size_t from, uint32_t letter,
                      const struct icp_tail *tail)
{
    char bytes[5] = {0};
    struct wx_str value;

    if (letter)
        wx_utf8_put(letter, bytes);
    value = wx_arena_printf(r->arena, "%sICP备" WX_STR_FMT "号" WX_STR_FMT, bytes,
                            WX_STR_ARG(tail->digits), WX_STR_ARG(tail->suffix));
    return found(r, from, tail->end, value, wx_icp_is_valid(letter, tail->digits));
}

static bool read_icp(struct reading *r, size_t at, size_t pos)
{
    struct wx_str s = r->s;
    struct icp_tail tail;
    size_t from = at, end;
    uint32_t letter = letter_before(s, at, &from);

    if (!is_province_letter(letter)) {
        letter = 0;
        from = at;
    }
    pos = skip_gap(s, pos, " \n");
    if (!at_word(s, pos, "备") && !at_word(s, pos, "備"))
        return false; /* ICP证 is a trade licence, another thing */
    pos += 3;
    if (at_word(s, pos, "案")) {
        static const char *const words[] = {"案", "序", "编", "登记", "证", "号", "码"};

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            pos += at_word(s, pos, words[i]) ? strlen(words[i]) : 0;
        pos = skip_gap(s, pos, " :\n");
        end = digits_end(s, pos);
        if (end - pos < 6 || end - pos > 12 || !read_icp_tail(s, pos, &tail))
            return false; /* a label, the number itself comes behind it */
        return found_icp(r, from, letter, &tail);
    }
    pos = skip_gap(s, pos, " :\n");
    if (read_icp_tail(s, pos, &tail)) {
        if (!letter && tail.digits.len < 5)
            return false;
        return found_icp(r, from, letter, &tail);
    }
    end = blank_form_end(s, pos);
    if (end - pos < 4)
        return false;
    return found(r, from, end, wx_str_sub(s, from, end), false);
}

static bool read_police(struct reading *r, size_t at, size_t pos)
{
    struct wx_str s = r->s, digits;
    size_t from, end;
    uint32_t letter;

    if (!ends_with(s, at, "公"))
        return false;
    at -= 3;
    letter = letter_before(s, at, &from);
    if (!is_province_letter(letter))
        from = at;
    pos = skip_gap(s, pos, " :\n");
    if (at_word(s, pos, "案"))
        pos += 3;
    if (at_word(s, pos, "号") || at_word(s, pos, "第"))
        pos += 3;
    pos = skip_gap(s, pos, " :\n");
    end = digits_end(s, pos);
    digits = wx_str_sub(s, pos, end);
    if (digits.len < 6) {
        end = blank_form_end(s, pos);
        return end - pos >= 6 && found(r, from, end, wx_str_sub(s, pos, end), false);
    }
    if (at_word(s, end, "号"))
        end += 3;
    return found(r, from, end, digits,
                 wx_police_code_is_valid(digits) && !is_filler(digits));
}

/* Words that begin the next item of a footer line. */
static const char *const next_items[] = {
    "主办",       "承办",           "版权", "地址",      "电话", "联系", "ICP",
    "网站标识码", "政府网站标识码", "邮编", "邮政",      "技术", "维护", "备案",
    "公网",       "热线",           "传真", "Copyright", "网站", "建议", "邮箱",
    "协办",       "开发",           "运维", "运行",      "|",    "制作"};

/* End of a value of words from POS: a border, two blanks, or the next item. */
static size_t words_end(struct wx_str s, size_t pos, size_t max_chars)
{
    for (size_t n = 0; pos < s.len && n < max_chars; n++) {
        if (s.ptr[pos] == '\n' || s.ptr[pos] == '<' || s.ptr[pos] == ';')
            return pos;
        if (s.ptr[pos] == ' ' && (at_word(s, pos, "  ") || n >= 4)) {
            size_t next = skip_gap(s, pos, " ");

            if (next - pos >= 2)
                return pos;
            for (size_t i = 0; i < sizeof next_items / sizeof *next_items; i++)
                if (at_word(s, next, next_items[i]))
                    return pos;
            if (is_province_letter(wx_utf8_next(s, &next)) && at_word(s, next, "ICP"))
                return pos;
        }
        for (size_t i = 0; n >= 2 && i < sizeof next_items / sizeof *next_items; i++)
            if (s.ptr[pos] == next_items[i][0] && at_word(s, pos, next_items[i]) &&
                strcmp(next_items[i], "网站") != 0 &&
                strcmp(next_items[i], "技术") != 0)
                return pos;
        (void)wx_utf8_next(s, &pos);
    }
    return pos;
}

static size_t count_han(struct wx_str s)
{
    size_t pos = 0, n = 0;

    while (pos < s.len)
        n += wx_cp_is_han(wx_utf8_next(s, &pos));
    return n;
}

/* A value that is words: needs a colon, or every news headline would be one. */
static bool read_words(struct reading *r, size_t at, size_t pos, size_t max_chars,
                       size_t min_han)
{
    struct wx_str s = r->s, value;
    size_t end;

    pos = skip_gap(s, pos, " \n");
    if (pos >= s.len || s.ptr[pos] != ':')
        return false;
    pos = skip_gap(s, pos, " :\n");
    end = words_end(s, pos, max_chars);
    value = wx_str_trim(wx_str_sub(s, pos, end));
    if (count_han(value) < min_han || wx_str_findz(value, "。") != WX_NPOS)
        return false;
    return found(r, at, end, value, true);
}

static bool read_unit(struct reading *r, size_t at, size_t pos)
{
    static const char *const words[] = {"单位", "單位", "方", "部门"};

    for (size_t i = 0; i < 4; i++)
        pos += at_word(r->s, pos, words[i]) ? strlen(words[i]) : 0;
    return read_words(r, at, pos, MAX_UNIT_CHARS, 2);
}

static bool read_address(struct reading *r, size_t at, size_t pos)
{
    return read_words(r, at, pos, MAX_ADDRESS_CHARS, 4);
}

/* A telephone number: landline with or without area code, mobile, 400, 12345. */
static bool read_phone(struct reading *r, size_t at, size_t pos)
{
    struct wx_str s = r->s;
    size_t end, n_digits = 0;

    pos = skip_gap(s, pos, " :\n(+");
    for (end = pos; end < s.len && end < pos + 20; end++) {
        if (is_digit(s.ptr[end]))
            n_digits++;
        else if (!n_digits || !strchr("- )", s.ptr[end]) || end + 1 >= s.len ||
                 !is_digit(s.ptr[end + 1]))
            break;
    }
    if (n_digits < 7 && !(n_digits == 5 && at_word(s, pos, "1")))
        return false;
    if (n_digits > 13)
        return false;
    return found(r, at, end, wx_str_sub(s, pos, end), true);
}

static bool is_mail_char(char c)
{
    return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '+';
}

static bool read_mail(struct reading *r, size_t at, size_t pos)
{
    struct wx_str s = r->s;
    size_t from = at, end = pos, dot = 0;

    while (from && at - from < 64 && is_mail_char(s.ptr[from - 1]))
        from--;
    while (end < s.len && end - pos < 100 &&
           (is_alnum(s.ptr[end]) || s.ptr[end] == '.' || s.ptr[end] == '-')) {
        dot = s.ptr[end] == '.' ? end : dot;
        end++;
    }
    while (end > pos && !is_alnum(s.ptr[end - 1]))
        end--;
    if (from == at || dot <= pos || end < dot + 3)
        return false;
    return found(r, from, end, wx_str_sub(s, from, end), true);
}

static const struct trigger {
    const char *word;
    enum wx_identifier_kind kind;
    bool (*read)(struct reading *r, size_t at, size_t pos);
} triggers[] = {
    {"标识码", WX_IDENT_SITE_CODE, read_site_code},
    {"標識碼", WX_IDENT_SITE_CODE, read_site_code},
    {"ICP", WX_IDENT_ICP, read_icp},
    {"网安备", WX_IDENT_POLICE, read_police},
    {"網安備", WX_IDENT_POLICE, read_police},
    {"主办", WX_IDENT_HOST_UNIT, read_unit},
    {"主辦", WX_IDENT_HOST_UNIT, read_unit},
    {"承办", WX_IDENT_OPERATOR, read_unit},
    {"承辦", WX_IDENT_OPERATOR, read_unit},
    {"电话", WX_IDENT_PHONE, read_phone},
    {"電話", WX_IDENT_PHONE, read_phone},
    {"热线", WX_IDENT_PHONE, read_phone},
    {"@", WX_IDENT_MAIL, read_mail},
    {"地址", WX_IDENT_ADDRESS, read_address},
};

/* The first character of every trigger above, as its bytes: most text stops here. */
static bool may_trigger(struct wx_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;

    if (p[0] < 0x80)
        return p[0] == '@' || p[0] == 'I' || p[0] == 'i';
    if (at + 3 > s.len)
        return false;
    switch (p[0] << 16 | p[1] << 8 | p[2]) {
    case 0xE6A087: /* 标 */
    case 0xE6A899: /* 標 */
    case 0xE7BD91: /* 网 */
    case 0xE7B6B2: /* 網 */
    case 0xE4B8BB: /* 主 */
    case 0xE689BF: /* 承 */
    case 0xE794B5: /* 电 */
    case 0xE99BBB: /* 電 */
    case 0xE783AD: /* 热 */
    case 0xE59CB0: /* 地 */
        return true;
    default:
        return false;
    }
}

static bool read_at(struct reading *r, size_t at)
{
    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) {
        const struct trigger *t = &triggers[i];

        if (wx_lower((unsigned char)r->s.ptr[at]) !=
            wx_lower((unsigned char)t->word[0]))
            continue;
        if (!wx_str_istarts(wx_str_sub(r->s, at, r->s.len), t->word))
            continue;
        r->out->kind = t->kind;
        if (t->read(r, at, at + strlen(t->word)))
            return true;
    }
    return false;
}

bool wx_identifier_next(struct wx_arena *arena, struct wx_str plain, size_t *pos,
                        struct wx_identifier *out)
{
    struct reading r = {arena, plain, out};

    *out = (struct wx_identifier){0};
    while (*pos < plain.len) {
        size_t at = (*pos)++;

        if (!may_trigger(plain, at))
            continue;
        if (read_at(&r, at)) {
            if (out->end > *pos)
                *pos = out->end;
            return true;
        }
    }
    return false;
}

bool wx_icp_read(struct wx_str text, uint32_t *letter, struct wx_str *digits)
{
    size_t pos = 0, at, mark;
    struct icp_tail tail;

    *letter = 0;
    while (pos < text.len) {
        size_t from = pos;
        uint32_t cp = wx_utf8_next(text, &pos);

        if (!*letter && is_province_letter(cp)) {
            *letter = cp;
            continue;
        }
        mark = wx_lower((unsigned char)text.ptr[from]) == 'b' ? from : WX_NPOS;
        at = is_digit(text.ptr[from]) ? from : mark;
        if (at == WX_NPOS || !read_icp_tail(text, at, &tail) || tail.digits.len < 5)
            continue;
        *digits = tail.digits;
        return true;
    }
    return false;
}
