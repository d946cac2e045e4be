#include "detect/clone_sign.h"

#include "detect/hanzi.h"

/* Measured on real pages; docs say where each threshold comes from. */
enum {
    MIN_HAN = 200, /* below, shares mean nothing */
    MIN_PINYIN = 10,
    MIN_PINYIN_PER_MILLE = 20,  /* of all ideographs */
    MAX_PINYIN_PER_MILLE = 500, /* above, the page is a reader for learners */
    MIN_PINYIN_BASE_SHARE = 90, /* per cent of a base's occurrences annotated */
    MIN_NOT_GB2312_PER_CENT = 10,
    MIN_SCARS = 2,
    MIN_SAME_ID = 3,
    MIN_BLOCK_HAN = 10,
    MAX_SCAR_RUN = 10, /* characters until the bytes fall into step again */
    HAN_FIRST = 0x4E00,
    N_HAN = 20992,
};

uint32_t wx_clone_sign_count(uint32_t bits)
{
    return (uint32_t)__builtin_popcount(bits);
}

/* ---- pinyin ---- */

static bool is_base(uint32_t cp)
{
    return cp >= HAN_FIRST && cp < HAN_FIRST + N_HAN;
}

static bool is_toned_vowel(uint32_t cp)
{
    switch (cp) {
    case 0x101:
    case 0xE1:
    case 0x1CE:
    case 0xE0: /* a */
    case 0x113:
    case 0xE9:
    case 0x11B:
    case 0xE8: /* e */
    case 0x12B:
    case 0xED:
    case 0x1D0:
    case 0xEC: /* i */
    case 0x14D:
    case 0xF3:
    case 0x1D2:
    case 0xF2: /* o */
    case 0x16B:
    case 0xFA:
    case 0x1D4:
    case 0xF9: /* u */
    case 0x1D6:
    case 0x1D8:
    case 0x1DA:
    case 0x1DC:
    case 0xFC:
        return true;
    default:
        return false;
    }
}

static bool is_vowel(uint32_t cp)
{
    return cp == 'a' || cp == 'e' || cp == 'i' || cp == 'o' || cp == 'u' || cp == 'v' ||
           is_toned_vowel(cp);
}

/* A syllable ends in a vowel, n, ng or r; "kg", "km", "max" do not. */
static bool ends_like_pinyin(const uint32_t *letters, size_t n)
{
    uint32_t last = letters[n - 1], before = n > 1 ? letters[n - 2] : 0;

    if (is_vowel(last))
        return true;
    if (last == 'n' || last == 'r')
        return is_vowel(before);
    return last == 'g' && before == 'n' && n > 2 && is_vowel(letters[n - 3]);
}

/*
 * "(guān)" at *POS: moves behind it. Without a tone mark at least two letters are asked
 * for, so that "(a)" in a list of answers does not count.
 */
static bool pinyin_at(struct wx_str text, size_t *pos)
{
    uint32_t letters[7];
    size_t at = *pos, n = 0;
    bool is_toned = false;

    if (at >= text.len || text.ptr[at] != '(')
        return false;
    at++;
    while (at < text.len && n < 7) {
        uint32_t cp = wx_utf8_next(text, &at);

        if (cp == ')') {
            if (!n || (!is_toned && n < 2) || !ends_like_pinyin(letters, n))
                return false;
            *pos = at;
            return true;
        }
        if (!(cp >= 'a' && cp <= 'z') && !is_toned_vowel(cp))
            return false;
        is_toned = is_toned || is_toned_vowel(cp);
        letters[n++] = cp;
    }
    return false;
}

static void pinyin_count(struct wx_str text, uint32_t offset,
                         struct wx_clone_signs *out)
{
    /* every annotation has an opening bracket; most blocks have none */
    for (size_t at = 0; at < text.len;) {
        const char *open = memchr(text.ptr + at, '(', text.len - at);
        size_t pos, base;

        if (!open)
            return;
        pos = at = (size_t)(open - text.ptr);
        base = pos >= 3 ? pos - 3 : pos;
        at++;
        if (base == pos || !is_base(wx_utf8_next(text, &base)) || base != pos)
            continue;
        if (!pinyin_at(text, &pos))
            continue;
        out->n_pinyin++;
        if (!out->has_first) {
            out->has_first = true;
            out->first_offset = offset;
        }
        while (pinyin_at(text, &pos))
            out->n_repeated++;
        at = pos;
    }
}

/* Occurrences of each character, and how many of them are annotated. */
struct base_count {
    uint16_t n, n_annotated;
};

static void bases_add(struct base_count *counts, struct wx_str text)
{
    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp = wx_utf8_next(text, &pos);
        struct base_count *count;
        size_t behind = pos;

        if (!is_base(cp))
            continue;
        count = &counts[cp - HAN_FIRST];
        if (count->n == UINT16_MAX)
            continue;
        count->n++;
        if (pinyin_at(text, &behind)) {
            count->n_annotated++;
            pos = behind;
        }
    }
}

/*
 * A person annotates rare characters, or the first time one occurs; a machine annotates
 * its own fixed set, each of them every time.
 */
static bool is_machine_made(struct wx_arena *arena, const struct wx_html *html,
                            struct wx_clone_signs *out)
{
    struct base_count *counts = wx_arena_array(arena, struct base_count, N_HAN);
    uint32_t n_occurring = 0, n_annotated = 0;

    for (size_t i = 0; i < html->n_blocks; i++)
        bases_add(counts, html->blocks[i].text);
    for (size_t i = 0; i < N_HAN; i++) {
        if (!counts[i].n_annotated)
            continue;
        out->n_pinyin_bases++;
        n_occurring += counts[i].n;
        n_annotated += counts[i].n_annotated;
    }
    return n_annotated * 100 >= n_occurring * MIN_PINYIN_BASE_SHARE &&
           n_annotated >= 2 * out->n_pinyin_bases;
}

static bool has_pinyin(struct wx_arena *arena, const struct wx_html *html,
                       struct wx_clone_signs *out)
{
    uint64_t per_mille;

    if (out->n_repeated >= 3)
        return true;
    if (out->n_pinyin < MIN_PINYIN || !out->n_han)
        return false;
    per_mille = (uint64_t)out->n_pinyin * 1000 / out->n_han;
    return per_mille >= MIN_PINYIN_PER_MILLE && per_mille <= MAX_PINYIN_PER_MILLE &&
           is_machine_made(arena, html, out);
}

/* ---- scars ---- */

static bool is_cut_mark(uint32_t cp)
{
    return cp == 0xFF1F || cp == 0xFF01 || cp == 0xFF1B || cp == 0xFF0C ||
           cp == 0xFF1A || cp == '?' || cp == '!' || cp == ';' || cp == ',' ||
           cp == ':';
}

static bool is_letter(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_' ||
           cp == '@' || cp == '[' || cp == '^' || cp == '`';
}

/* Kana and bopomofo: what GBK rows 1 to 9 hold and Chinese text does not. */
static bool is_stray_script(uint32_t cp)
{
    return (cp >= 0x3041 && cp <= 0x30FE) || (cp >= 0x3105 && cp <= 0x3129) ||
           (cp >= 0xFF66 && cp <= 0xFF9D);
}

/* People do not put these behind a question mark. */
static bool is_resting_mark(uint32_t cp)
{
    return cp == 0x3001 || cp == 0x3002 || cp == 0xFF0C || cp == ',' || cp == 0x300B ||
           cp == 0x201D;
}

/*
 * Behind the cut the bytes are read out of step: a Latin letter glued between
 * ideographs, kana or bopomofo, or a lone '?' where they fall into step again before a
 * punctuation mark. Ordinary text behind "??" shows none of these.
 */
static bool is_out_of_step(struct wx_str text, size_t pos)
{
    uint32_t before = 0;
    unsigned n = 0;

    while (pos < text.len && n++ < MAX_SCAR_RUN) {
        uint32_t cp = wx_utf8_next(text, &pos), next = 0;
        size_t peek = pos;

        if (peek < text.len)
            next = wx_utf8_next(text, &peek);
        if (is_stray_script(cp))
            return true;
        if ((cp == '?' || cp == 0xFFFD) && wx_cp_is_han(before))
            return is_resting_mark(next) || is_letter(next);
        if (is_letter(cp))
            return !is_letter(next) && (wx_cp_is_han(next) || next == '(') &&
                   (n == 1 || wx_cp_is_han(before));
        if (!wx_cp_is_han(cp) && !(cp > 0xFF00 && cp < 0xFF60))
            return false;
        before = cp;
    }
    return false;
}

static void scars_count(struct wx_str text, uint32_t offset, struct wx_clone_signs *out)
{
    uint32_t before = 0;

    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp = wx_utf8_next(text, &pos);
        size_t behind = pos;

        if ((cp == '?' || cp == 0xFFFD) && wx_cp_is_han(before) && pos < text.len &&
            is_cut_mark(wx_utf8_next(text, &behind)) && is_out_of_step(text, behind)) {
            out->n_scars++;
            if (!out->has_first) {
                out->has_first = true;
                out->first_offset = offset;
            }
            pos = behind;
        }
        before = cp;
    }
}

/* ---- blocks at head and tail ---- */

static bool block_is_text(const struct wx_html_block *block)
{
    return block->tag != WX_TAG_TITLE && block->tag != WX_TAG_OPTION &&
           block->text.len >= 6 && !(block->in & (WX_IN_TEMPLATE | WX_IN_COMMENT));
}

void wx_edge_blocks_find(const struct wx_html *html, struct wx_edge_blocks *out)
{
    enum { HEAD = 3, TAIL = 5 };
    uint32_t tail[TAIL];
    size_t i, n = 0;

    out->n = 0;
    for (i = 0; i < html->n_blocks && out->n < HEAD; i++)
        if (block_is_text(&html->blocks[i]))
            out->blocks[out->n++] = (uint32_t)i;
    for (size_t k = html->n_blocks; k > i && n < TAIL; k--)
        if (block_is_text(&html->blocks[k - 1]))
            tail[n++] = (uint32_t)(k - 1);
    while (n)
        out->blocks[out->n++] = tail[--n];
}

/* BLOCK is written in the other script than the page as a whole. */
static bool differs(const struct wx_hanzi_count *block,
                    const struct wx_hanzi_count *all)
{
    bool is_body_traditional =
        all->n_not_gb2312 * 100 > all->n_han * MIN_NOT_GB2312_PER_CENT;

    if (block->n_han < MIN_BLOCK_HAN)
        return false;
    if (is_body_traditional)
        return block->n_simplified >= 3 &&
               block->n_traditional * 10 < block->n_simplified;
    return all->n_traditional * 20 <
               all->n_han && /* leaves room for the block itself */
           block->n_traditional * 4 > block->n_han &&
           block->n_simplified == 0;
}

static void mismatch_find(const struct wx_rules *rules, struct wx_arena *arena,
                          const struct wx_html *html, const struct wx_hanzi_count *all,
                          struct wx_clone_signs *out)
{
    struct wx_edge_blocks edge;

    wx_edge_blocks_find(html, &edge);
    for (size_t i = 0; i < edge.n; i++) {
        struct wx_str text = html->blocks[edge.blocks[i]].text;
        struct wx_hanzi_count count = {0};
        struct wx_spam_words words;

        wx_hanzi_count_add(&count, text);
        if (!differs(&count, all))
            continue;
        wx_spam_words_read(rules, arena, wx_utf8_clip(text, 16 << 10), &words);
        out->bits |= WX_SIGN_MISMATCH;
        if (wx_spam_words_are_spam(&words))
            out->bits |= WX_SIGN_WORDS;
        if (!out->block || wx_spam_words_are_spam(&words)) {
            out->block = edge.blocks[i] + 1;
            out->words = words;
        }
    }
}

/* ---- empty elements with one id ---- */

static bool is_deprecated(const struct wx_html_empty *empty)
{
    static const char *const names[] = {
        "sub",      "sup",    "rt",      "rp",      "ruby",       "kbd",  "samp",
        "strike",   "legend", "menu",    "delect",  "blockquote", "s",    "p",
        "del",      "ins",    "tt",      "acronym", "dfn",        "var",  "small",
        "optgroup", "th",     "track",   "center",  "big",        "code", "cite",
        "xmp",      "output", "progress"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wx_str_ieqz(empty->name, names[i]))
            return true;
    return false;
}

static bool is_random_id(struct wx_str id)
{
    if (id.len != 5)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (!((id.ptr[i] >= 'a' && id.ptr[i] <= 'z') ||
              (id.ptr[i] >= '0' && id.ptr[i] <= '9')))
            return false;
    return true;
}

/* An id must be unique on a page, so a few candidates are enough to find a repeated
 * one. */
static void same_id_find(const struct wx_html *html, struct wx_clone_signs *out)
{
    enum { N = 64 };
    struct {
        struct wx_str id;
        uint32_t n;
    } ids[N];
    size_t n_ids = 0;

    for (size_t i = 0; i < html->n_empties; i++) {
        const struct wx_html_empty *empty = &html->empties[i];
        size_t k = 0;

        if (!is_random_id(empty->id) || !is_deprecated(empty))
            continue;
        while (k < n_ids && !wx_str_eq(ids[k].id, empty->id))
            k++;
        if (k == N)
            continue;
        if (k == n_ids) {
            ids[n_ids].id = empty->id;
            ids[n_ids++].n = 0;
        }
        if (++ids[k].n > out->n_same_id) {
            out->n_same_id = ids[k].n;
            out->same_id = empty->id;
        }
    }
    if (out->n_same_id >= MIN_SAME_ID)
        out->bits |= WX_SIGN_SAME_ID;
}

/* ---- all together ---- */

void wx_clone_signs_read(const struct wx_rules *rules, struct wx_arena *arena,
                         const struct wx_html *html, bool is_traditional_expected,
                         struct wx_clone_signs *out)
{
    struct wx_str text = wx_html_all_text(html);
    struct wx_hanzi_count all = {0};
    bool has_question;

    *out = (struct wx_clone_signs){0};
    wx_hanzi_count_add(&all, text);
    has_question = wx_str_chr(text, '?') != WX_NPOS;
    for (size_t i = 0; all.n_han && i < html->n_blocks; i++) {
        const struct wx_html_block *block = &html->blocks[i];

        pinyin_count(block->text, block->offset, out);
        if (all.n_replaced || (has_question && wx_str_chr(block->text, '?') != WX_NPOS))
            scars_count(block->text, block->offset, out);
    }
    out->n_han = all.n_han;
    out->n_not_gb2312 = all.n_not_gb2312;
    if (has_pinyin(arena, html, out))
        out->bits |= WX_SIGN_PINYIN;
    if (all.n_han >= MIN_HAN && !is_traditional_expected &&
        all.n_not_gb2312 * 100 > all.n_han * MIN_NOT_GB2312_PER_CENT)
        out->bits |= WX_SIGN_TRADITIONAL;
    if (out->n_scars >= MIN_SCARS)
        out->bits |= WX_SIGN_SCAR;
    mismatch_find(rules, arena, html, &all, out);
    same_id_find(html, out);
}
