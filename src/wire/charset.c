#include "wire/charset.h"

#include "wire/charset_table.h"

enum {
    META_BYTES = 8 << 10, /* browsers look at 1024; long comments push it down */
    /* weighed of a page, from its first byte beyond ASCII: a few hundred characters
     * settle a label, and more than that its absence */
    SAMPLE_BYTES = 4 << 10,
    SAMPLE_UNLABELLED_BYTES = 32 << 10,
    MAX_META_TAGS = 64, /* looked at; keeps a page of nothing else cheap */
};

const char *wx_charset_name(enum wx_charset cs)
{
    static const char *const names[WX_CS_COUNT] = {
        [WX_CS_UNKNOWN] = "unknown",     [WX_CS_ASCII] = "us-ascii",
        [WX_CS_UTF8] = "utf-8",          [WX_CS_GB18030] = "gb18030",
        [WX_CS_BIG5] = "big5",           [WX_CS_UTF16LE] = "utf-16le",
        [WX_CS_UTF16BE] = "utf-16be",    [WX_CS_LATIN1] = "windows-1252",
        [WX_CS_SHIFT_JIS] = "shift_jis", [WX_CS_EUC_JP] = "euc-jp",
        [WX_CS_EUC_KR] = "euc-kr"};

    return (unsigned)cs < WX_CS_COUNT ? names[cs] : "unknown";
}

/* Labels without case, hyphens, underscores, blanks: "GB_2312-80" is "gb231280". */
static const struct {
    const char *label;
    enum wx_charset cs;
} labels[] = {
    {"utf8", WX_CS_UTF8},          {"unicode11utf8", WX_CS_UTF8},
    {"gb2312", WX_CS_GB18030},     {"gb231280", WX_CS_GB18030},
    {"gbk", WX_CS_GB18030},        {"xgbk", WX_CS_GB18030},
    {"gb18030", WX_CS_GB18030},    {"gb18030:2022", WX_CS_GB18030},
    {"cp936", WX_CS_GB18030},      {"ms936", WX_CS_GB18030},
    {"windows936", WX_CS_GB18030}, {"euccn", WX_CS_GB18030},
    {"csgb2312", WX_CS_GB18030},   {"chinese", WX_CS_GB18030},
    {"big5", WX_CS_BIG5},          {"big5hkscs", WX_CS_BIG5},
    {"cnbig5", WX_CS_BIG5},        {"xxbig5", WX_CS_BIG5},
    {"cp950", WX_CS_BIG5},         {"utf16", WX_CS_UTF16LE},
    {"utf16le", WX_CS_UTF16LE},    {"utf16be", WX_CS_UTF16BE},
    {"iso88591", WX_CS_LATIN1},    {"latin1", WX_CS_LATIN1},
    {"l1", WX_CS_LATIN1},          {"cp1252", WX_CS_LATIN1},
    {"windows1252", WX_CS_LATIN1}, {"iso885915", WX_CS_LATIN1},
    {"ascii", WX_CS_ASCII},        {"usascii", WX_CS_ASCII},
    {"shiftjis", WX_CS_SHIFT_JIS}, {"sjis", WX_CS_SHIFT_JIS},
    {"xsjis", WX_CS_SHIFT_JIS},    {"windows31j", WX_CS_SHIFT_JIS},
    {"ms932", WX_CS_SHIFT_JIS},    {"cp932", WX_CS_SHIFT_JIS},
    {"eucjp", WX_CS_EUC_JP},       {"xeucjp", WX_CS_EUC_JP},
    {"euckr", WX_CS_EUC_KR},       {"uhc", WX_CS_EUC_KR},
    {"ksc56011987", WX_CS_EUC_KR}, {"cp949", WX_CS_EUC_KR},
    {"windows949", WX_CS_EUC_KR},
};

enum wx_charset wx_charset_parse(struct wx_str label)
{
    char z[24];
    size_t n = 0;

    for (size_t i = 0; i < label.len; i++) {
        char c = (char)wx_lower((unsigned char)label.ptr[i]);

        if (c == '-' || c == '_' || c == '"' || c == '\'' ||
            wx_is_space((unsigned char)c))
            continue;
        if (n == sizeof z)
            return WX_CS_UNKNOWN;
        z[n++] = c;
    }
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (wx_str_eqz((struct wx_str){z, n}, labels[i].label))
            return labels[i].cs;
    return WX_CS_UNKNOWN;
}

/* S stands behind "charset" or "encoding": "= 'label'". */
static enum wx_charset label_after(struct wx_str s)
{
    size_t from = 0, to;

    while (from < s.len && wx_is_space((unsigned char)s.ptr[from]))
        from++;
    if (from == s.len || s.ptr[from] != '=')
        return WX_CS_UNKNOWN;
    from++;
    while (from < s.len && (wx_is_space((unsigned char)s.ptr[from]) ||
                            s.ptr[from] == '"' || s.ptr[from] == '\''))
        from++;
    for (to = from; to < s.len && !strchr("\"';,<>/ \t\r\n", s.ptr[to]); to++)
        ;
    return wx_charset_parse(wx_str_sub(s, from, to));
}

static enum wx_charset from_content_type(struct wx_str value)
{
    size_t at = wx_str_ifindz(wx_str_sub(value, 0, 1024), "charset");

    return at == WX_NPOS ? WX_CS_UNKNOWN
                         : label_after(wx_str_sub(value, at + 7, at + 100));
}

/* A <meta> tag's own text. "charset" counts as an attribute, or within http-equiv. */
static enum wx_charset from_meta_tag(struct wx_str tag)
{
    size_t at = wx_str_ifindz(tag, "charset");

    if (at == WX_NPOS || at == 0)
        return WX_CS_UNKNOWN;
    if (!wx_is_space((unsigned char)tag.ptr[at - 1]) && tag.ptr[at - 1] != '/' &&
        tag.ptr[at - 1] != '"' && tag.ptr[at - 1] != '\'' &&
        wx_str_ifindz(tag, "http-equiv") == WX_NPOS)
        return WX_CS_UNKNOWN;
    return label_after(wx_str_sub(tag, at + 7, tag.len));
}

static enum wx_charset from_xml_declaration(struct wx_str s)
{
    size_t at = wx_str_findz(wx_str_sub(s, 0, 200), "encoding");

    return at == WX_NPOS ? WX_CS_UNKNOWN : label_after(wx_str_sub(s, at + 8, s.len));
}

/* What follows "<meta" or "<?xml", to the end of the tag. */
static struct wx_str tag_body(struct wx_str s)
{
    s = wx_str_sub(s, 5, 1024);
    return wx_str_sub(s, 0, wx_str_chr(s, '>'));
}

/* <meta charset>, <?xml encoding?> or @charset; each byte is looked at once or twice.
 */
static enum wx_charset from_text(struct wx_str text)
{
    unsigned n_meta = 0;
    size_t i = 0;

    text = wx_str_sub(text, 0, META_BYTES);
    if (wx_str_starts(text, "@charset ")) {
        struct wx_str rest = wx_str_sub(text, 10, 60);

        return wx_charset_parse(wx_str_cut(&rest, '"'));
    }
    while (i < text.len) {
        struct wx_str rest = wx_str_sub(text, i, text.len);
        size_t at = wx_str_chr(rest, '<'), end;
        enum wx_charset cs = WX_CS_UNKNOWN;

        if (at == WX_NPOS)
            break;
        rest = wx_str_sub(rest, at, rest.len);
        if (wx_str_starts(rest, "<!--")) {
            end = wx_str_find(rest, WX_STR("-->"), 4);
            i += at + (end == WX_NPOS ? rest.len : end + 3);
            continue;
        }
        if (wx_str_istarts(rest, "<meta") && n_meta++ < MAX_META_TAGS)
            cs = from_meta_tag(tag_body(rest));
        else if (i + at == 0 && wx_str_starts(rest, "<?xml"))
            cs = from_xml_declaration(tag_body(rest));
        if (cs != WX_CS_UNKNOWN)
            /* readable bytes cannot be UTF-16: the standard takes it for UTF-8 */
            return cs == WX_CS_UTF16LE || cs == WX_CS_UTF16BE ? WX_CS_UTF8 : cs;
        i += at + 1;
    }
    return WX_CS_UNKNOWN;
}

static enum wx_charset from_bom(struct wx_str s, size_t *skip)
{
    *skip = 2;
    if (wx_str_starts(s, "\xFF\xFE"))
        return WX_CS_UTF16LE;
    if (wx_str_starts(s, "\xFE\xFF"))
        return WX_CS_UTF16BE;
    *skip = 3;
    if (wx_str_starts(s, "\xEF\xBB\xBF"))
        return WX_CS_UTF8;
    *skip = 4;
    return wx_str_starts(s, "\x84\x31\x95\x33") ? WX_CS_GB18030 : WX_CS_UNKNOWN;
}

/* UTF-16 without a mark: markup puts a NUL into every second byte, always the same. */
static enum wx_charset from_nuls(struct wx_str s)
{
    size_t n[2] = {0, 0};

    s = wx_str_sub(s, 0, 1024);
    if (s.len < 8 || wx_str_chr(s, '\0') == WX_NPOS)
        return WX_CS_UNKNOWN;
    for (size_t i = 0; i < s.len; i++)
        n[i & 1] += !s.ptr[i];
    /* low bytes may be NUL too: 一 is U+4E00 */
    if (n[1] * 10 >= s.len * 2 && n[0] * 3 <= n[1])
        return WX_CS_UTF16LE;
    if (n[0] * 10 >= s.len * 2 && n[1] * 3 <= n[0])
        return WX_CS_UTF16BE;
    return WX_CS_UNKNOWN;
}

static size_t n_bad_as(const struct wx_charset_tally *t, enum wx_charset cs)
{
    switch (cs) {
    case WX_CS_UTF8:
        return t->utf8_bad;
    case WX_CS_GB18030:
        return t->gb_bad;
    case WX_CS_BIG5:
        return t->big5_bad;
    case WX_CS_ASCII:
        return t->n_high;
    default:
        return 0;
    }
}

/* The bytes read as the other Chinese charset so much better that a label is refuted:
 * 15 pairs are about one sentence. */
static bool is_rather_big5(const struct wx_charset_tally *t)
{
    return t->big5_pairs >= 15 && t->big5_common * 100 >= t->big5_pairs * 92 &&
           t->big5_bad <= t->gb_bad && t->gb_common * 100 < t->gb_pairs * 70;
}

static bool is_rather_gb(const struct wx_charset_tally *t)
{
    return t->gb_pairs >= 15 && t->gb_common * 100 >= t->gb_pairs * 92 &&
           t->gb_bad <= t->big5_bad && t->big5_common * 100 < t->big5_pairs * 85;
}

/* Whether bytes that are not valid UTF-8 can still be what CS says they are. */
static bool is_plausible(const struct wx_charset_tally *t, enum wx_charset cs)
{
    /* damaged UTF-8 has still twenty good characters for a bad one; chance has none */
    bool is_damaged_utf8 = t->utf8_good >= 20 && t->utf8_bad * 20 <= t->utf8_good;

    switch (cs) {
    case WX_CS_UTF8:
        return t->utf8_bad * 4 <= t->utf8_good;
    case WX_CS_GB18030:
        return !is_damaged_utf8 && t->gb_bad * 10 <= t->gb_pairs && !is_rather_big5(t);
    case WX_CS_BIG5:
        return !is_damaged_utf8 && t->big5_bad * 10 <= t->big5_pairs &&
               !is_rather_gb(t);
    case WX_CS_LATIN1:
        /* the default of servers that never thought about it */
        return !is_damaged_utf8 && !is_rather_gb(t) && !is_rather_big5(t);
    case WX_CS_SHIFT_JIS:
    case WX_CS_EUC_JP:
    case WX_CS_EUC_KR:
        return !is_damaged_utf8;
    default:
        return false; /* ASCII refuted by its bytes; UTF-16 would have shown NULs */
    }
}

/* From the first byte beyond ASCII; ends before a byte of ASCII where it can, so that
 * no character is cut in two. */
static struct wx_str sample_take(struct wx_str bytes, size_t max)
{
    struct wx_str s = wx_str_sub(bytes, wx_ascii_length(bytes), bytes.len);
    size_t end = max;

    if (s.len <= max)
        return s;
    while (end > max - 256 && (unsigned char)s.ptr[end] >= 0x40)
        end--;
    return wx_str_sub(s, 0, (unsigned char)s.ptr[end] < 0x30 ? end : max);
}

/* Bytes beyond ASCII that failed the proof of UTF-8: weigh labels against bytes. */
static void decide(struct wx_decoded *d, struct wx_str bytes)
{
    bool has_label = d->header != WX_CS_UNKNOWN || d->meta != WX_CS_UNKNOWN;
    struct wx_str sample =
        sample_take(bytes, has_label ? SAMPLE_BYTES : SAMPLE_UNLABELLED_BYTES);
    struct wx_charset_tally t = wx_charset_tally(sample);

    if (is_plausible(&t, d->header)) {
        d->charset = d->header;
        d->why = WX_CS_BY_HEADER;
        /* both hold: the one with fewer errors, for the header is often a default */
        if (d->meta != d->header && is_plausible(&t, d->meta) &&
            (n_bad_as(&t, d->meta) < n_bad_as(&t, d->header) ||
             d->header == WX_CS_LATIN1)) {
            d->charset = d->meta;
            d->why = WX_CS_BY_META;
        }
    } else if (is_plausible(&t, d->meta)) {
        d->charset = d->meta;
        d->why = WX_CS_BY_META;
    } else if (t.utf8_good >= 20 && t.utf8_bad * 20 <= t.utf8_good) {
        d->charset = WX_CS_UTF8;
        d->why = WX_CS_BY_GUESS;
    } else {
        d->charset = wx_charset_guess(sample, &t, &d->why);
    }
}

/*
 * Valid UTF-8 of two-byte sequences only can also be a few Chinese characters in GBK
 * (D2 BB is 一, and Cyrillic). Where a label says so, it is believed.
 */
static bool is_rather_labelled_gb(const struct wx_decoded *d, struct wx_str bytes)
{
    size_t n = 0;

    if (d->header != WX_CS_GB18030 && d->meta != WX_CS_GB18030)
        return false;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];

        if (c < 0x80)
            continue;
        if (c >= 0xE0 || c == 0xC2 || c == 0xC3 || ++n > 400)
            return false; /* real UTF-8; C2 and C3 are the © and é of Western pages */
    }
    return true;
}

static bool is_refuted(enum wx_charset label, enum wx_charset charset)
{
    return label != WX_CS_UNKNOWN && label != charset;
}

struct wx_decoded wx_charset_decode(struct wx_arena *arena, struct wx_str bytes,
                                    struct wx_str content_type)
{
    struct wx_decoded d = {.why = WX_CS_BY_PROOF, .text = bytes};
    size_t skip = 0, ascii;
    enum wx_charset bom = from_bom(bytes, &skip);

    d.header = from_content_type(content_type);
    d.meta = from_text(bytes);
    d.is_conflicting = is_refuted(d.header, d.meta) && d.meta != WX_CS_UNKNOWN;
    if (bom != WX_CS_UNKNOWN) {
        d.charset = bom;
        d.why = WX_CS_BY_BOM;
        bytes = wx_str_sub(bytes, skip, bytes.len);
    } else if ((d.charset = from_nuls(bytes)) != WX_CS_UNKNOWN) {
        d.why = d.header == d.charset ? WX_CS_BY_HEADER : WX_CS_BY_GUESS;
    } else if ((ascii = wx_ascii_length(bytes)) == bytes.len) {
        d.charset = WX_CS_ASCII;
        return d;
    } else {
        struct wx_str rest = wx_str_sub(bytes, ascii, bytes.len);

        if (!wx_utf8_is_valid(rest)) {
            decide(&d, bytes);
        } else if (!is_rather_labelled_gb(&d, rest)) {
            d.charset = WX_CS_UTF8;
        } else {
            d.charset = WX_CS_GB18030;
            d.why = d.header == WX_CS_GB18030 ? WX_CS_BY_HEADER : WX_CS_BY_META;
        }
    }
    d.text = wx_charset_convert(arena, bytes, d.charset, &d.n_replaced);
    if (is_refuted(d.header, d.charset) || is_refuted(d.meta, d.charset))
        d.is_conflicting = true;
    return d;
}
