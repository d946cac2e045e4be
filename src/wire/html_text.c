/*
 * Blocks of text: runs between block-level boundaries, references resolved, white space
 * folded. All of them stand one behind the other in one piece of memory (page->out), so
 * the text of a link is a slice of it. White space here is also U+00A0, raw or by
 * reference; a <br> folds to a line feed; NUL is dropped, as in a body.
 *
 * Room: resolving makes text longer only for "&nGt;" and "&nLt;", five bytes to six;
 * each block adds one byte and comes with at least three of a tag.
 */
#include "wire/html_bytes.h"
#include "wire/html_page.h"

/* Length of the white space at P that is no plain white space: U+00A0, a reference to
 * white space, NUL. */
static size_t odd_space(const char *p, const char *end, bool has_reference)
{
    char utf8[8];
    size_t n, len;

    if (*p == '\0')
        return 1;
    if (*p == '\xC2')
        return end - p >= 2 && p[1] == '\xA0' ? 2 : 0;
    if (*p != '&' || !has_reference)
        return 0;
    n = wx_html_reference(p, end, false, utf8, &len);
    if (n && ((len == 1 && wx_is_space((unsigned char)utf8[0])) ||
              (len == 2 && memcmp(utf8, "\xC2\xA0", 2) == 0)))
        return n;
    return 0;
}

static const char *skip_all_space(const char *p, const char *end, bool has_reference)
{
    size_t n;

    for (;;) {
        p = wx_skip_space(p, end);
        if (p == end || (n = odd_space(p, end, has_reference)) == 0)
            return p;
        p += n;
    }
}

static bool is_plain(unsigned char c)
{
    return c != '\0' && c != '&' && c != 0xC2 && !wx_is_space(c);
}

/*
 * Copy plain text from P, with its single blanks, to *TO; stops before what needs a
 * look, and before control characters, which may not. Reads whole sixteens up to LIMIT,
 * writes up to 16 bytes past what it keeps.
 */
static inline const char *copy_plain(const char *p, const char *end, const char *limit,
                                     char **to)
{
    char *o = *to;

#if WX_SIMD
    while (limit - p >= 17) {
        __m128i x = wx_load16(p), low = wx_low16(x);
        __m128i hard = _mm_andnot_si128(wx_eq16(x, ' '), low);
        __m128i two = _mm_and_si128(low, wx_low16(wx_load16(p + 1)));
        __m128i odd = _mm_or_si128(wx_eq16(x, '&'), wx_eq16(x, '\xC2'));
        unsigned stop = wx_mask16(_mm_or_si128(_mm_or_si128(hard, two), odd));
        size_t n = 16;

        if (end - p < 16)
            stop |= 1u << (end - p);
        if (stop)
            n = (size_t)__builtin_ctz(stop);
        _mm_storeu_si128((__m128i *)(void *)o, x);
        p += n;
        o += n;
        if (stop) {
            *to = o;
            return p;
        }
    }
#else
    (void)limit;
#endif
    while (p < end && is_plain((unsigned char)*p))
        *o++ = *p++;
    *to = o;
    return p;
}

static bool is_breaking(const char *utf8, size_t len)
{
    return (len == 1 && wx_is_space((unsigned char)utf8[0])) ||
           (len == 2 && memcmp(utf8, "\xC2\xA0", 2) == 0);
}

/* What copy_plain stopped at and is no white space: '&', NUL, 0xC2. */
static const char *copy_odd(struct wx_html_page *page, const char *p, const char *end,
                            bool has_reference)
{
    char utf8[8];
    size_t n = 0, len = 1;

    if (*p == '\0')
        return p + 1;
    if (*p == '\xC2' && end - p >= 2 && p[1] == '\xA0') {
        page->needs_space = true;
        return p + 2;
    }
    utf8[0] = *p;
    if (*p == '&' && has_reference)
        n = wx_html_reference(p, end, false, utf8, &len);
    if (!n) {
        n = len = 1;
        utf8[0] = *p;
    }
    if (is_breaking(utf8, len)) {
        page->needs_space = true;
    } else {
        if (page->needs_space)
            *page->o++ = ' ';
        page->needs_space = false;
        memcpy(page->o, utf8, len);
        page->o += len;
    }
    return p + n;
}

/* Folded text from P, which is no white space, to page->o. */
static void fold(struct wx_html_page *page, const char *p, const char *end,
                 bool has_reference)
{
    const char *limit = page->limit;
    bool needs_space = false;
    char *from = page->o, *o = from;

    while (p < end) {
        if (wx_is_space((unsigned char)*p)) {
            needs_space = true;
            p = wx_skip_space(p, end);
        } else if (!is_plain((unsigned char)*p)) {
            page->o = o;
            page->needs_space = needs_space;
            p = copy_odd(page, p, end, has_reference);
            needs_space = page->needs_space;
            o = page->o;
            if (needs_space && o > from && o[-1] == ' ')
                o--; /* the blank before U+00A0 was copied with the plain text */
        } else {
            if (needs_space)
                *o++ = ' ';
            needs_space = false;
            *o++ = *p++; /* also a control character, which copy_plain stops at */
            p = copy_plain(p, end, limit, &o);
        }
    }
    if (o > from && o[-1] == ' ') { /* a single blank at the end */
        o--;
        needs_space = true;
    }
    page->o = o;
    page->needs_space = needs_space;
}

static struct wx_html_block *block_begin(struct wx_html_page *page, uint32_t offset)
{
    struct wx_html *html = page->html;
    const struct wx_html_open *top = wx_html_top(page);
    struct wx_html_block *block =
        WX_HTML_MORE(page, blocks, WX_HTML_BLOCKS, WX_MAX_BLOCKS_PER_PAGE);

    if (!block)
        return NULL;
    if (page->o > page->out)
        *page->o++ = ' ';
    block->text.ptr = page->o;
    block->offset = offset;
    block->node = top->node;
    block->in = top->in | (page->in_a ? WX_IN_A : 0);
    block->tag = top->block_tag;
    block->zone = page->zone;
    block->link = page->link;
    page->in_block = true;
    page->needs_space = page->needs_line = false;
    if (page->wants_title) {
        page->wants_title = false;
        page->title = (uint32_t)html->n_blocks;
    }
    return block;
}

/* Set the white space that stands before the next text of an open block. */
static void put_gap(struct wx_html_page *page)
{
    if (page->needs_line)
        *page->o++ = '\n';
    else if (page->needs_space)
        *page->o++ = ' ';
    page->needs_space = page->needs_line = false;
}

void wx_html_text_add(struct wx_html_page *page, struct wx_str raw, bool has_reference)
{
    const char *end = raw.ptr + raw.len,
               *p = skip_all_space(raw.ptr, end, has_reference);
    const char *input = page->html->text.ptr;
    struct wx_html_block *block;

    if (p > raw.ptr)
        page->needs_space = true;
    if (p == end)
        return;
    if (page->in_block) {
        block = &page->html->blocks[page->html->n_blocks - 1];
        put_gap(page);
    } else {
        block = block_begin(page, (uint32_t)(p - input));
        if (!block)
            return;
    }
    page->n_content++;
    if (block->link != page->link)
        block->link = 0;
    block->has_reference |= has_reference;
    fold(page, p, end, has_reference);
    block->end = (uint32_t)(end - input);
    block->text.len = (size_t)(page->o - block->text.ptr);
}

void wx_html_text_break(struct wx_html_page *page)
{
    page->in_block = false;
    page->needs_space = page->needs_line = false;
}
