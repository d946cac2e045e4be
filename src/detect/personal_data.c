/*
 * Personal data published on pages: identity cards, names with mobile numbers, bank
 * cards. A number's form alone says little for mobiles and cards, so what stands around
 * it decides: a person's name, a column head, a word like 身份证. Office landlines and
 * one or two contacts of a notice are ordinary; lists of persons are not. Findings show
 * masked numbers and counts, never the text around them.
 */
#include "detect/personal_data.h"

#include "base/hash.h"
#include "detect/detect.h"

extern const struct wx_detector wx_detector_personal_data;

enum {
    MAX_DISTINCT = 2000, /* numbers of one kind told apart on one page */
    CONTEXT_BYTES = 120, /* read before a number */
    CONTEXT_BLOCKS = 8,  /* cells before it in its row */
    MAX_NUMBERS = 20000, /* weighed on one page; the rest adds nothing */
    MANY_PERSONS = 10,
    SHOWN_NUMBERS = 3,
};

struct tally {
    uint64_t *seen; /* hashes of distinct numbers */
    uint32_t n, cap;
    uint32_t n_plain;              /* without any word that names their kind */
    uint32_t n_contacts;           /* of n: contacts of an office */
    uint32_t offset, end;          /* of the first, in the page */
    char shown[SHOWN_NUMBERS][40]; /* masked */
};

struct personal_state {
    uint32_t n_id_cards, n_mobiles, n_bank_cards, n_pages;
};

struct reading {
    struct wx_judge *judge;
    struct wx_page *page;
    int year;
    struct tally id_cards, mobiles, bank_cards;
    uint32_t n_numbers;
    uint32_t n_check_wrong; /* identity cards but for the check digit: a numbering */
    bool is_about_persons;  /* the page has a column or label 姓名 */
    bool has_id_column;     /* ... or a column 身份证号 */
    bool has_heads;         /* both are known */
};

/* ---- words around a number ---- */

static bool has_word(struct wx_str s, const char *const *words)
{
    for (; *words; words++)
        if (wx_str_findz(s, *words) != WX_NPOS)
            return true;
    return false;
}

static const char *const id_words[] = {"身份证",   "身份证号", "公民身份", "证件号",
                                       "身份号码", "身分證",   "身份證",   NULL};
static const char *const other_number_words[] = {
    "信用代码", "机构代码", "注册号",   "许可证", "文号", "编号", "编码",
    "流水号",   "订单",     "项目代码", "索引号", "条码", NULL};
static const char *const card_words[] = {"银行卡", "银行账", "银行帐", "卡号", "账号",
                                         "帐号",   "一卡通", "存折",   "账户", NULL};
static const char *const organisation_words[] = {
    "户名", "单位", "公司", "财政", "基金会", "捐",     "缴",   "税",
    "对公", "专户", "慈善", "收款", "汇款",   "保证金", "学费", NULL};
static const char *const contact_words[] = {
    "联系人", "咨询", "报名",     "举报",     "监督",     "值班", "受理", "热线",
    "经办",   "客服", "服务电话", "联系电话", "联系方式", "投诉", NULL};

/* ---- counting ---- */

static void mask_number(const struct wx_personal_number *number, char out[40])
{
    size_t n = strlen(number->digits), head = n >= 15 ? 6 : 3, tail = 4, k = 0;

    for (size_t i = 0; i < n; i++)
        out[k++] = i < head || i >= n - tail ? number->digits[i] : '*';
    out[k] = '\0';
}

/* False when the number was met before on this page. */
static bool tally_add(struct reading *r, struct tally *t,
                      const struct wx_personal_number *number, uint32_t offset,
                      uint32_t end)
{
    uint64_t hash = wx_hash64(wx_str_of(number->digits));

    for (uint32_t i = 0; i < t->n; i++)
        if (t->seen[i] == hash)
            return false;
    if (t->n >= MAX_DISTINCT)
        return false;
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? t->cap * 2 : 16;

        t->seen = wx_arena_grow(r->page->arena, t->seen, t->cap * sizeof *t->seen,
                                cap * sizeof *t->seen);
        t->cap = cap;
    }
    if (!t->n) {
        t->offset = offset;
        t->end = end;
    }
    if (t->n < SHOWN_NUMBERS)
        mask_number(number, t->shown[t->n]);
    t->seen[t->n++] = hash;
    return true;
}

/* What is known of the text before a number. */
struct context {
    struct wx_str before; /* in its own block */
    struct wx_str *cells; /* blocks before that one, nearest first */
    size_t n_cells;
    uint32_t offset, end; /* of the block, in the page */
    bool is_in_table;
    bool is_named_kind; /* scripts: the kind must be said by the number alone */
};

static bool context_has(const struct context *c, const char *const *words)
{
    struct wx_str near = c->before;

    if (near.len > CONTEXT_BYTES)
        near = wx_str_sub(near, near.len - CONTEXT_BYTES, near.len);
    if (has_word(near, words))
        return true;
    for (size_t i = 0; i < c->n_cells; i++)
        if (c->cells[i].len < CONTEXT_BYTES && has_word(c->cells[i], words))
            return true;
    return false;
}

static bool context_names_person(const struct context *c)
{
    struct wx_str before = wx_person_labels_strip(c->before);

    if (before.len)
        return wx_person_name_ends(before);
    for (size_t i = 0; i < c->n_cells; i++)
        if (wx_person_name_is(c->cells[i]) || wx_person_name_ends(c->cells[i]))
            return true;
    return false;
}

/* Heads of columns, looked for only once a page has a number at all. */
static void read_heads(struct reading *r)
{
    const struct wx_html *html = r->page->html;

    if (r->has_heads || !html)
        return;
    r->has_heads = true;
    for (size_t i = 0; i < html->n_blocks; i++) {
        const struct wx_html_block *block = &html->blocks[i];

        if (block->text.len > 40)
            continue;
        r->is_about_persons = r->is_about_persons || wx_str_starts(block->text, "姓名");
        r->has_id_column = r->has_id_column || ((block->in & WX_IN_TABLE) &&
                                                has_word(block->text, id_words));
    }
}

static void count_id_card(struct reading *r, const struct context *c,
                          const struct wx_personal_number *number)
{
    struct wx_str born = {number->digits + 6, 4};
    bool is_named = context_has(c, id_words) || (c->is_in_table && r->has_id_column);
    uint64_t year = 0;

    if (!is_named &&
        (number->kind == WX_PERSONAL_OLD_ID_CARD || number->is_place_unknown))
        return;
    if (number->is_check_wrong) {
        r->n_check_wrong++;
        return;
    }
    (void)wx_str_to_u64(born, 9999, &year);
    if (!is_named && (context_has(c, other_number_words) || (int)year > r->year - 3))
        return; /* region, date and serial make up many other numbers */
    if (tally_add(r, &r->id_cards, number, c->offset, c->end) && !is_named)
        r->id_cards.n_plain++;
}

static void count_mobile(struct reading *r, const struct context *c,
                         const struct wx_personal_number *number)
{
    if (!context_names_person(c))
        return;
    if (tally_add(r, &r->mobiles, number, c->offset, c->end) &&
        context_has(c, contact_words))
        r->mobiles.n_contacts++;
}

static void count_bank_card(struct reading *r, const struct context *c,
                            const struct wx_personal_number *number)
{
    read_heads(r);
    if (!context_has(c, card_words) && !(r->is_about_persons && c->n_cells))
        return;
    if (context_has(c, organisation_words))
        return;
    tally_add(r, &r->bank_cards, number, c->offset, c->end);
}

static void read_text(struct reading *r, struct wx_str text, struct context *c)
{
    struct wx_personal_number number;
    size_t pos = 0;

    while (r->n_numbers < MAX_NUMBERS &&
           wx_personal_next(text, &pos, r->year, &number)) {
        r->n_numbers++;
        c->before = wx_str_sub(text, 0, number.offset);
        switch (number.kind) {
        case WX_PERSONAL_ID_CARD:
        case WX_PERSONAL_OLD_ID_CARD:
            count_id_card(r, c, &number);
            break;
        case WX_PERSONAL_MOBILE:
            if (!c->is_named_kind)
                count_mobile(r, c, &number);
            break;
        case WX_PERSONAL_BANK_CARD:
            if (!c->is_named_kind)
                count_bank_card(r, c, &number);
            break;
        default:
            break;
        }
    }
}

/* ---- pages ---- */

/* Byte AT belongs to a digit, ASCII or fullwidth, or to a blank or hyphen. */
static bool is_wide_number_byte(struct wx_str s, size_t at);

static inline bool is_number_byte(struct wx_str s, size_t at)
{
    unsigned char c = (unsigned char)s.ptr[at];

    if (c < 0x80)
        return (c >= '0' && c <= '9') || c == ' ' || c == '-';
    return (c == 0xEF || c == 0xBC || (c >= 0x90 && c <= 0x99)) &&
           is_wide_number_byte(s, at);
}

static bool is_wide_number_byte(struct wx_str s, size_t at)
{
    unsigned char c = (unsigned char)s.ptr[at];

    if (c != 0xEF && c != 0xBC && !(c >= 0x90 && c <= 0x99))
        return false;
    for (size_t back = 0; back < 3 && back <= at; back++) {
        const unsigned char *p = (const unsigned char *)s.ptr + at - back;

        if (p[0] == 0xEF)
            return at - back + 3 <= s.len && p[1] == 0xBC && p[2] >= 0x90 &&
                   p[2] <= 0x99;
    }
    return false;
}

/* Bytes numbers are made of, the parts of fullwidth digits among them. */
static const bool number_bytes[256] = {
    [' '] = true,  ['-'] = true,           ['0' ... '9'] = true,
    [0xEF] = true, [0x90 ... 0x99] = true, [0xBC] = true,
};

/* Two bytes to one side of P may belong to a number. Without branches: prose has a
 * blank in every sixth place. */
static inline bool may_be_in_number(const unsigned char *p)
{
    return number_bytes[p[0]] & ((number_bytes[p[-1]] & number_bytes[p[-2]]) |
                                 (number_bytes[p[1]] & number_bytes[p[2]]));
}

/*
 * Eleven digits, with or without blanks: nothing shorter is of interest. Eleven bytes
 * in a row at least, so that one byte in eleven has to be looked at, and five of them
 * stand on one side of it.
 */
static bool may_hold_number(struct wx_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;

    for (size_t at = 10; at < s.len; at += 11) {
        size_t from = at, end = at, n = 0;

        if (s.len - at > 2 && !may_be_in_number(p + at))
            continue;
        if (!is_number_byte(s, at))
            continue;
        while (from && is_number_byte(s, from - 1))
            from--;
        while (end < s.len && is_number_byte(s, end))
            end++;
        for (size_t i = from; i < end; i++) {
            unsigned char c = (unsigned char)s.ptr[i];

            n += (c >= '0' && c <= '9') || c == 0xEF;
        }
        if (n >= 11)
            return true;
        at = end;
    }
    return false;
}

static void read_blocks(struct reading *r)
{
    const struct wx_html *html = r->page->html;
    struct wx_str cells[CONTEXT_BLOCKS];

    if (!may_hold_number(wx_html_all_text(html)))
        return;
    for (size_t i = 0; i < html->n_blocks; i++) {
        const struct wx_html_block *block = &html->blocks[i];
        struct context c = {.cells = cells, .offset = block->offset, .end = block->end};
        size_t reach = block->in & WX_IN_TABLE ? CONTEXT_BLOCKS : 2;

        if (!may_hold_number(block->text))
            continue;
        c.is_in_table = block->in & WX_IN_TABLE;
        for (size_t k = i; k-- > 0 && c.n_cells < reach;)
            cells[c.n_cells++] = html->blocks[k].text;
        read_text(r, block->text, &c);
    }
}

/* "…/张三110101….xlsx": names of attachments, also when no link text shows them. */
static void read_link_names(struct reading *r)
{
    static const char *const kinds[] = {".xls", ".xlsx", ".doc",  ".docx", ".pdf",
                                        ".csv", ".zip",  ".rar",  ".wps",  ".et",
                                        ".txt", ".jpg",  ".jpeg", ".png"};
    const struct wx_html *html = r->page->html;

    for (size_t i = 0; i < html->n_links; i++) {
        const struct wx_html_link *link = &html->links[i];
        struct context c = {.offset = link->offset, .end = link->end};
        struct wx_str name = link->href;
        bool is_file = false;
        size_t slash = 0;
        char *p;

        if (may_hold_number(link->title))
            read_text(r, link->title, &c);
        if (!may_hold_number(name))
            continue;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            is_file =
                is_file ||
                (name.len > 5 && wx_str_ifindz(wx_str_sub(name, name.len - 5, name.len),
                                               kinds[k]) != WX_NPOS);
        for (size_t k = 0; k < name.len; k++)
            slash = name.ptr[k] == '/' ? k + 1 : slash;
        name = wx_str_sub(name, slash, name.len);
        if (!is_file || !may_hold_number(name))
            continue;
        name = wx_arena_str(r->page->arena, wx_percent_decode(r->page->arena, name));
        p = (char *)name.ptr;
        for (size_t k = 0; k < name.len; k++)
            if (p[k] == '_' || p[k] == '.')
                p[k] = ' ';
        c.is_named_kind = true;
        read_text(r, name, &c);
    }
}

/* Lists that pages carry as data for their scripts. */
static void read_scripts(struct reading *r)
{
    const struct wx_html *html = r->page->html;

    for (size_t i = 0; i < html->n_scripts; i++) {
        const struct wx_html_script *script = &html->scripts[i];
        struct context c = {.offset = script->code_offset, .is_named_kind = true};

        c.end = c.offset + (uint32_t)(script->code.len < 200 ? script->code.len : 200);
        if (may_hold_number(script->code))
            read_text(r, script->code, &c);
    }
}

/* CSV, JSON and plain text: what stands before on the same line is the row. */
static void read_lines(struct reading *r, struct wx_str text)
{
    struct wx_str rest = text, head = {NULL, 0};

    while (rest.len) {
        struct wx_str line = wx_str_cut(&rest, '\n');
        struct context c = {.cells = &head, .n_cells = head.len ? 1 : 0};

        if (!head.len)
            head = wx_utf8_clip(line, CONTEXT_BYTES - 1);
        if (!may_hold_number(line))
            continue;
        c.offset = (uint32_t)(line.ptr - text.ptr);
        c.end = c.offset + (uint32_t)line.len;
        read_text(r, line, &c);
    }
}

/* ---- findings ---- */

static struct wx_str masked_list(struct reading *r, const struct tally *t)
{
    struct wx_str out = {NULL, 0};

    for (uint32_t i = 0; i < t->n && i < SHOWN_NUMBERS; i++)
        out = wx_arena_printf(r->page->arena, WX_STR_FMT "%s%s", WX_STR_ARG(out),
                              i ? "、" : "", t->shown[i]);
    return t->n > SHOWN_NUMBERS
               ? wx_arena_printf(r->page->arena, WX_STR_FMT " …", WX_STR_ARG(out))
               : out;
}

static struct wx_draft draft_of(struct reading *r, const char *rule,
                                const struct tally *t)
{
    struct wx_draft d = {.rule = rule, .obs = r->page->obs, .page = r->page};

    d.offset = t->offset;
    d.end = t->end > t->offset ? t->end : t->offset + 1;
    d.excerpt = masked_list(r, t);
    return d;
}

static void report_id_cards(struct reading *r)
{
    const struct tally *t = &r->id_cards;
    struct wx_draft d = draft_of(r, "personal-id-card", t);

    /* More near misses than hits, and nobody says 身份证: some numbering of things. */
    if (!t->n || (t->n_plain == t->n && r->n_check_wrong > t->n))
        return;
    if (t->n >= MANY_PERSONS)
        d.severity_plus_1 = 1 + WX_SEV_CRITICAL;
    if (t->n_plain == t->n) {
        d.verdict = WX_SUSPECTED;
        d.confidence = 80;
    }
    d.detail_zh = wx_arena_printf(
        r->page->arena,
        "页面公开了%u个完整的身份证号码（出生日期与校验码均符合GB 11643）。", t->n);
    d.detail_en = wx_arena_printf(
        r->page->arena,
        "%u complete identity card number(s) on the page; date of birth "
        "and check digit hold (GB 11643).",
        t->n);
    wx_judge_report(r->judge, &d);
}

static void report_mobiles(struct reading *r)
{
    const struct tally *t = &r->mobiles;
    struct wx_draft d = draft_of(r, "personal-mobile", t);

    if (!t->n)
        return;
    if (t->n >= MANY_PERSONS)
        d.severity_plus_1 = 1 + WX_SEV_HIGH;
    else if (t->n <= 2)
        d.severity_plus_1 = 1 + (t->n_contacts == t->n ? WX_SEV_INFO : WX_SEV_LOW);
    d.detail_zh = wx_arena_printf(
        r->page->arena, "页面公开了%u个与姓名相邻的手机号码，其中%u个为联系方式。",
        t->n, t->n_contacts);
    d.detail_en =
        wx_arena_printf(r->page->arena,
                        "%u mobile number(s) beside a person's name, %u of them "
                        "given as a contact.",
                        t->n, t->n_contacts);
    wx_judge_report(r->judge, &d);
}

static void report_bank_cards(struct reading *r)
{
    const struct tally *t = &r->bank_cards;
    struct wx_draft d = draft_of(r, "personal-bank-card", t);

    if (!t->n)
        return;
    if (t->n >= MANY_PERSONS)
        d.severity_plus_1 = 1 + WX_SEV_CRITICAL;
    d.detail_zh = wx_arena_printf(
        r->page->arena, "页面公开了%u个疑似个人银行卡号（卡号前缀与校验位均符合）。",
        t->n);
    d.detail_en =
        wx_arena_printf(r->page->arena,
                        "%u number(s) like personal bank cards; prefix and check "
                        "digit hold.",
                        t->n);
    wx_judge_report(r->judge, &d);
}

static int year_of(int64_t at_s)
{
    return 1970 + (int)(at_s / 31556952); /* mean Gregorian year */
}

static void report(struct reading *r)
{
    struct personal_state *state =
        wx_judge_state(r->judge, &wx_detector_personal_data, sizeof *state);

    report_id_cards(r);
    report_mobiles(r);
    report_bank_cards(r);
    state->n_id_cards += r->id_cards.n;
    state->n_mobiles += r->mobiles.n;
    state->n_bank_cards += r->bank_cards.n;
    state->n_pages += r->id_cards.n || r->mobiles.n || r->bank_cards.n;
}

static void on_page(struct wx_judge *judge, struct wx_page *page)
{
    struct reading r = {
        .judge = judge, .page = page, .year = year_of(wx_judge_now_s(judge))};

    read_blocks(&r);
    read_link_names(&r);
    read_scripts(&r);
    report(&r);
}

static void on_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                     struct wx_page *page)
{
    struct reading r = {
        .judge = judge, .page = page, .year = year_of(wx_judge_now_s(judge))};

    if (!page || page->html || obs->fetch.status != 200 || page->is_soft404 ||
        (obs->fetch.purpose != WX_FOR_PAGE && obs->fetch.purpose != WX_FOR_EXPOSED) ||
        !page->decoded.text.len)
        return;
    read_lines(&r, page->decoded.text);
    report(&r);
}

static void on_facts(struct wx_judge *judge, struct wx_json *facts)
{
    struct personal_state *state =
        wx_judge_state(judge, &wx_detector_personal_data, sizeof *state);

    if (!state->n_pages)
        return;
    wx_json_key(facts, "personal_data");
    wx_json_open(facts, '{');
    wx_json_kint(facts, "pages", state->n_pages);
    wx_json_kint(facts, "id_cards", state->n_id_cards);
    wx_json_kint(facts, "mobiles", state->n_mobiles);
    wx_json_kint(facts, "bank_cards", state->n_bank_cards);
    wx_json_close(facts, '}');
}

const struct wx_detector wx_detector_personal_data = {
    .name = "personal_data", .fetch = on_fetch, .page = on_page, .facts = on_facts};
