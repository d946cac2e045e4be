/* CSS declarations (CSS Syntax 3, 5.3) as far as they can hide something. */
#include "wire/style_inner.h"

enum { CLEAN_MAX = 256, PX = 1000, FAR_PX = -500 * PX };

/* ---- cutting a list into declarations ---- */

/* Where the string, comment or escape at I ends; I when there is none. */
static size_t skip_token(struct wx_str s, size_t i)
{
    char c = s.ptr[i];

    if (c == '\\')
        return i + 2 < s.len ? i + 2 : s.len;
    if (c == '/' && i + 1 < s.len && s.ptr[i + 1] == '*') {
        size_t end = wx_str_find(s, WX_STR("*/"), i + 2);

        return end == WX_NPOS ? s.len : end + 2;
    }
    if (c != '"' && c != '\'')
        return i;
    for (i++; i < s.len && s.ptr[i] != c && s.ptr[i] != '\n'; i++)
        if (s.ptr[i] == '\\')
            i++;
    return i < s.len ? i + 1 : s.len;
}

/* The next declaration, up to a ';' outside of strings and parentheses. */
static struct wx_str cut_decl(struct wx_str *rest)
{
    struct wx_str s = *rest;
    unsigned depth = 0;
    size_t i = 0;

    while (i < s.len) {
        size_t next = skip_token(s, i);

        if (next > i) {
            i = next;
            continue;
        }
        if (s.ptr[i] == '(')
            depth++;
        else if (s.ptr[i] == ')' && depth)
            depth--;
        else if (s.ptr[i] == ';' && !depth)
            break;
        i++;
    }
    *rest = wx_str_sub(s, i + 1, s.len);
    return wx_str_sub(s, 0, i);
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)wx_lower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escape behind the backslash at I: one character, ASCII or '?'. */
static size_t unescape(struct wx_str s, size_t i, char *out)
{
    unsigned v = 0, n = 0;

    i++;
    while (i < s.len && n < 6 && hex_of(s.ptr[i]) >= 0) {
        v = v * 16 + (unsigned)hex_of(s.ptr[i++]);
        n++;
    }
    if (!n) {
        *out = i < s.len ? s.ptr[i] : '?';
        return i < s.len ? i + 1 : i;
    }
    if (i < s.len && wx_is_space((unsigned char)s.ptr[i]))
        i++;
    *out = v >= 0x20 && v < 0x7F ? (char)v : '?';
    return i;
}

/* Lower-cased, escapes resolved, comments to blanks, cut to the room of BUF. */
static struct wx_str clean(struct wx_str s, char buf[CLEAN_MAX])
{
    size_t n = 0, i = 0;

    s = wx_str_trim(s);
    while (i < s.len && n < CLEAN_MAX) {
        char c = s.ptr[i];

        if (c == '\\') {
            i = unescape(s, i, &c);
        } else if (c == '/' && i + 1 < s.len && s.ptr[i + 1] == '*') {
            i = skip_token(s, i);
            c = ' ';
        } else {
            i++;
        }
        buf[n++] = (char)wx_lower((unsigned char)c);
    }
    return wx_str_trim((struct wx_str){buf, n});
}

/* ---- values ---- */

/* A number with three decimals kept; *REST behind it. False: no number. */
static bool number(struct wx_str *rest, int64_t *milli)
{
    struct wx_str s = *rest;
    bool is_negative = false, has_digit = false;
    int64_t v = 0, scale = 100;
    size_t i = 0;

    if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
        is_negative = s.ptr[i++] == '-';
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++, has_digit = true)
        if (v < 100000000)
            v = v * 10 + (s.ptr[i] - '0');
    v *= 1000;
    if (i < s.len && s.ptr[i] == '.')
        for (i++; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
             i++, has_digit = true) {
            v += (s.ptr[i] - '0') * scale;
            scale /= 10;
        }
    *milli = is_negative ? -v : v;
    *rest = wx_str_sub(s, i, s.len);
    return has_digit;
}

static int32_t clamp(int64_t v)
{
    return v > INT32_MAX ? INT32_MAX : v <= INT32_MIN ? INT32_MIN + 1 : (int32_t)v;
}

/* A length in thousandths of a pixel; percentages only when they leave any screen. */
static int32_t length(struct wx_str s)
{
    static const struct {
        const char *name;
        int num, den;
    } units[] = {{"px", 1, 1},     {"pt", 4, 3},  {"em", 16, 1}, {"rem", 16, 1},
                 {"ex", 8, 1},     {"ch", 8, 1},  {"in", 96, 1}, {"cm", 378, 10},
                 {"mm", 378, 100}, {"pc", 16, 1}, {"vw", 12, 1}, {"vh", 8, 1}};
    int64_t v;

    if (!number(&s, &v))
        return WX_STYLE_UNKNOWN;
    if (v == 0)
        return 0;
    if (!s.len || wx_is_space((unsigned char)s.ptr[0]))
        return clamp(v); /* no unit: quirks mode takes pixels */
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (wx_str_starts(s, units[i].name))
            return clamp(v * units[i].num / units[i].den);
    if (s.ptr[0] == '%' && v <= -1000 * PX)
        return clamp(v * 5);
    return WX_STYLE_UNKNOWN;
}

static int32_t from_hex(struct wx_str s)
{
    int32_t v = 0;

    if (s.len != 3 && s.len != 4 && s.len != 6 && s.len != 8)
        return WX_STYLE_UNKNOWN;
    for (size_t i = 0; i < s.len; i++)
        if (hex_of(s.ptr[i]) < 0)
            return WX_STYLE_UNKNOWN;
    for (size_t i = 0; i < (s.len < 6 ? 3 : 6); i++) {
        v = v * 16 + hex_of(s.ptr[i]);
        if (s.len < 6)
            v = v * 16 + hex_of(s.ptr[i]);
    }
    return v;
}

static int32_t from_rgb(struct wx_str s)
{
    int32_t v = 0;

    for (int i = 0; i < 3; i++) {
        int64_t part;

        while (s.len && (wx_is_space((unsigned char)s.ptr[0]) || s.ptr[0] == ','))
            s = wx_str_sub(s, 1, s.len);
        if (!number(&s, &part) || part < 0 || (s.len && s.ptr[0] == '%'))
            return WX_STYLE_UNKNOWN;
        v = v << 8 | (part > 255000 ? 255 : (int32_t)(part / 1000));
    }
    return v;
}

int32_t wx_style_color(struct wx_str s)
{
    static const struct {
        const char *name;
        int32_t rgb;
    } names[] = {
        {"white", 0xFFFFFF},      {"black", 0},         {"red", 0xFF0000},
        {"green", 0x008000},      {"blue", 0x0000FF},   {"yellow", 0xFFFF00},
        {"gray", 0x808080},       {"grey", 0x808080},   {"silver", 0xC0C0C0},
        {"maroon", 0x800000},     {"purple", 0x800080}, {"fuchsia", 0xFF00FF},
        {"lime", 0x00FF00},       {"olive", 0x808000},  {"navy", 0x000080},
        {"teal", 0x008080},       {"aqua", 0x00FFFF},   {"orange", 0xFFA500},
        {"pink", 0xFFC0CB},       {"brown", 0xA52A2A},  {"snow", 0xFFFAFA},
        {"whitesmoke", 0xF5F5F5},
    };

    if (s.len && s.ptr[0] == '#')
        return from_hex(wx_str_sub(s, 1, s.len));
    if (wx_str_starts(s, "rgb(") || wx_str_starts(s, "rgba("))
        return from_rgb(wx_str_sub(s, wx_str_chr(s, '(') + 1, s.len));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (wx_str_eqz(s, names[i].name))
            return names[i].rgb;
    return WX_STYLE_UNKNOWN;
}

/* The next word of a value; parentheses keep theirs together. */
static struct wx_str cut_word(struct wx_str *rest)
{
    struct wx_str s = wx_str_trim(*rest);
    unsigned depth = 0;
    size_t i = 0;

    for (; i < s.len && (depth || !wx_is_space((unsigned char)s.ptr[i])); i++) {
        depth += s.ptr[i] == '(';
        depth -= s.ptr[i] == ')' && depth;
    }
    *rest = wx_str_sub(s, i, s.len);
    return wx_str_sub(s, 0, i);
}

/* The colour in "background: #fff url(x) no-repeat"; a picture hides what it is. */
static int32_t background(struct wx_str s)
{
    int32_t color = WX_STYLE_UNKNOWN;

    if (wx_str_findz(s, "url(") != WX_NPOS || wx_str_findz(s, "gradient") != WX_NPOS)
        return WX_STYLE_UNKNOWN;
    while (s.len && color == WX_STYLE_UNKNOWN)
        color = wx_style_color(cut_word(&s));
    return color;
}

/* The size in "font: 0/0 a" or "font: bold 12px/1.5 x". */
static int32_t font_shorthand(struct wx_str s)
{
    while (s.len) {
        struct wx_str word = cut_word(&s);

        if (word.len &&
            ((word.ptr[0] >= '0' && word.ptr[0] <= '9') || word.ptr[0] == '.')) {
            int32_t v = length(wx_str_cut(&word, '/'));

            if (v != 400 * PX && v != 700 * PX) /* those are weights */
                return v;
        }
    }
    return WX_STYLE_UNKNOWN;
}

/* "alpha(opacity=0)" of old filters, in thousandths. */
static int32_t filter_opacity(struct wx_str s)
{
    size_t at = wx_str_findz(s, "opacity");
    int64_t v;

    if (at == WX_NPOS)
        return WX_STYLE_UNKNOWN;
    s = wx_str_sub(s, at + 7, s.len);
    while (s.len && (s.ptr[0] == '=' || s.ptr[0] == '(' || s.ptr[0] == ' '))
        s = wx_str_sub(s, 1, s.len);
    if (!number(&s, &v))
        return WX_STYLE_UNKNOWN;
    return clamp(v / 100);
}

/* rect(0 0 0 0), rect(1px,1px,1px,1px), inset(50%), inset(100%), circle(0), polygon(0
 * 0) */
static bool clips_all(struct wx_str s)
{
    size_t open = wx_str_chr(s, '(');
    int64_t v[4] = {0};
    struct wx_str args;
    int n = 0;

    if (open == WX_NPOS)
        return false;
    args = wx_str_sub(s, open + 1, s.len);
    while (args.len && n < 4) {
        if (number(&args, &v[n]))
            n++;
        else if (args.len && args.ptr[0] == 'a') /* auto: not clipped on that side */
            return false;
        args = wx_str_sub(args, args.len && args.ptr[0] != ')', args.len);
        if (args.len && args.ptr[0] == ')')
            break;
    }
    if (wx_str_starts(s, "rect"))
        return n == 4 && v[2] - v[0] <= PX && v[1] - v[3] <= PX;
    if (wx_str_starts(s, "inset"))
        return n >= 1 && v[0] >= 50 * PX && wx_str_chr(s, '%') != WX_NPOS;
    if (wx_str_starts(s, "circle"))
        return n >= 1 && v[0] == 0;
    return wx_str_starts(s, "polygon") && n >= 2 && n <= 4 && !v[0] && !v[1] && !v[2] &&
           !v[3] && wx_str_chr(s, ',') == WX_NPOS;
}

static bool scales_to_nothing(struct wx_str s)
{
    size_t at = wx_str_findz(s, "scale");
    int64_t v;

    if (at == WX_NPOS || (at = wx_str_chr(s, '(')) == WX_NPOS)
        return false;
    s = wx_str_sub(s, at + 1, s.len);
    return number(&s, &v) && v >= 0 && v < 10;
}

static int32_t flag_of(struct wx_str s, const char *a, const char *b)
{
    return wx_str_starts(s, a) || wx_str_starts(s, b);
}

static int32_t opacity(struct wx_str s)
{
    int64_t v;

    if (!number(&s, &v))
        return WX_STYLE_UNKNOWN;
    return clamp(s.len && s.ptr[0] == '%' ? v / 100 : v);
}

static int32_t integer(struct wx_str s)
{
    int64_t v;

    return number(&s, &v) ? clamp(v / 1000) : WX_STYLE_UNKNOWN;
}

/* ---- one declaration ---- */

static const struct {
    const char *name;
    uint8_t prop;
} props[] = {
    {"display", WX_PROP_DISPLAY},
    {"visibility", WX_PROP_VISIBILITY},
    {"opacity", WX_PROP_OPACITY},
    {"font-size", WX_PROP_FONT_SIZE},
    {"color", WX_PROP_COLOR},
    {"background-color", WX_PROP_BACKGROUND},
    {"background", WX_PROP_BACKGROUND},
    {"width", WX_PROP_WIDTH},
    {"max-width", WX_PROP_WIDTH},
    {"height", WX_PROP_HEIGHT},
    {"max-height", WX_PROP_HEIGHT},
    {"overflow", WX_PROP_OVERFLOW},
    {"overflow-x", WX_PROP_OVERFLOW},
    {"overflow-y", WX_PROP_OVERFLOW},
    {"position", WX_PROP_POSITION},
    {"left", WX_PROP_LEFT},
    {"top", WX_PROP_TOP},
    {"right", WX_PROP_RIGHT},
    {"bottom", WX_PROP_BOTTOM},
    {"text-indent", WX_PROP_INDENT},
    {"clip", WX_PROP_CLIP},
    {"clip-path", WX_PROP_CLIP},
    {"z-index", WX_PROP_Z_INDEX},
    {"margin-left", WX_PROP_MARGIN_LEFT},
    {"margin-top", WX_PROP_MARGIN_TOP},
    {"transform", WX_PROP_SCALE},
    {"scale", WX_PROP_SCALE},
};

static int prop_of(struct wx_str name)
{
    for (size_t i = 0; i < sizeof props / sizeof props[0]; i++)
        if (wx_str_eqz(name, props[i].name))
            return props[i].prop;
    return -1;
}

static int32_t value_of(enum wx_style_prop prop, struct wx_str name, struct wx_str s)
{
    switch (prop) {
    case WX_PROP_DISPLAY:
        return wx_str_starts(s, "none");
    case WX_PROP_VISIBILITY:
        return flag_of(s, "hidden", "collapse");
    case WX_PROP_OPACITY:
        return opacity(s);
    case WX_PROP_COLOR:
        return wx_style_color(s);
    case WX_PROP_BACKGROUND:
        return background(s);
    case WX_PROP_OVERFLOW:
        return flag_of(s, "hidden", "clip");
    case WX_PROP_POSITION:
        return flag_of(s, "absolute", "fixed") || flag_of(s, "relative", "sticky");
    case WX_PROP_CLIP:
        return clips_all(s);
    case WX_PROP_Z_INDEX:
        return integer(s);
    case WX_PROP_SCALE:
        return name.len == 5 ? opacity(s) == 0 : scales_to_nothing(s);
    default:
        return length(s);
    }
}

static void pend(struct wx_style_decls *decls, struct wx_style_decl decl, int prop,
                 int32_t value)
{
    decl.prop = (uint8_t)prop;
    decl.value = value;
    decls->pending[decls->n_pending++] = decl;
}

/* "margin: a b c d" sets the top and the left one. */
static void margin(struct wx_style_decls *decls, struct wx_style_decl decl,
                   struct wx_str s)
{
    int32_t side[4];
    int n = 0;

    while (n < 4 && wx_str_trim(s).len)
        side[n++] = length(cut_word(&s));
    if (!n)
        return;
    pend(decls, decl, WX_PROP_MARGIN_LEFT, side[n == 4 ? 3 : n == 1 ? 0 : 1]);
    pend(decls, decl, WX_PROP_MARGIN_TOP, side[0]);
}

static void read_decl(struct wx_style_decls *decls, struct wx_str text)
{
    char name_buf[CLEAN_MAX], value_buf[CLEAN_MAX];
    struct wx_style_decl decl = {.text = wx_str_trim(text)};
    struct wx_str value = text, name = wx_str_cut(&value, ':');
    size_t bang;
    int prop;

    name = clean(name, name_buf);
    if (name.len > 1 && name.ptr[0] == '*') /* a hack old browsers take */
        name = wx_str_sub(name, 1, name.len);
    value = clean(value, value_buf);
    if (!name.len || !value.len)
        return;
    bang = wx_str_chr(value, '!');
    if (bang != WX_NPOS) {
        decl.is_important = wx_str_eqz(
            wx_str_trim(wx_str_sub(value, bang + 1, value.len)), "important");
        value = wx_str_trim(wx_str_sub(value, 0, bang));
    }
    prop = prop_of(name);
    if (prop >= 0)
        pend(decls, decl, prop, value_of((enum wx_style_prop)prop, name, value));
    else if (wx_str_eqz(name, "margin"))
        margin(decls, decl, value);
    else if (wx_str_eqz(name, "font"))
        pend(decls, decl, WX_PROP_FONT_SIZE, font_shorthand(value));
    else if (wx_str_eqz(name, "filter") || wx_str_eqz(name, "-ms-filter"))
        pend(decls, decl, WX_PROP_OPACITY, filter_opacity(value));
    else if (wx_str_eqz(name, "-webkit-transform"))
        pend(decls, decl, WX_PROP_SCALE, scales_to_nothing(value));
}

bool wx_style_decl_next(struct wx_style_decls *decls, struct wx_style_decl *decl)
{
    while (!decls->n_pending && decls->rest.len)
        read_decl(decls, cut_decl(&decls->rest));
    if (!decls->n_pending)
        return false;
    *decl = decls->pending[--decls->n_pending];
    return true;
}

/* ---- what values hide ---- */

static bool is_set(const struct wx_style_values *values, enum wx_style_prop prop)
{
    return (values->set >> prop & 1) && values->v[prop] != WX_STYLE_UNKNOWN;
}

static bool is_at_most(const struct wx_style_values *values, enum wx_style_prop prop,
                       int32_t max)
{
    return is_set(values, prop) && values->v[prop] <= max;
}

static bool is_on(const struct wx_style_values *values, enum wx_style_prop prop)
{
    return is_set(values, prop) && values->v[prop] == 1;
}

static bool is_tiny(const struct wx_style_values *values, enum wx_style_prop prop)
{
    return is_at_most(values, prop, PX) && values->v[prop] >= 0;
}

static enum wx_style_prop far_side(const struct wx_style_values *values)
{
    for (enum wx_style_prop p = WX_PROP_LEFT; p <= WX_PROP_BOTTOM; p++)
        if (is_at_most(values, p, FAR_PX))
            return p;
    return WX_PROP_COUNT;
}

uint32_t wx_style_bits(const struct wx_style_values *values)
{
    bool is_positioned = is_on(values, WX_PROP_POSITION);
    uint32_t bits = 0;

    if (is_on(values, WX_PROP_DISPLAY))
        bits |= WX_HIDE_DISPLAY;
    if (is_on(values, WX_PROP_VISIBILITY))
        bits |= WX_HIDE_VISIBILITY;
    if (is_at_most(values, WX_PROP_OPACITY, 49))
        bits |= WX_HIDE_OPACITY;
    if (is_tiny(values, WX_PROP_FONT_SIZE))
        bits |= WX_HIDE_FONT;
    if (is_set(values, WX_PROP_COLOR) && is_set(values, WX_PROP_BACKGROUND) &&
        values->v[WX_PROP_COLOR] == values->v[WX_PROP_BACKGROUND])
        bits |= WX_HIDE_COLOR;
    if (is_on(values, WX_PROP_OVERFLOW) &&
        (is_tiny(values, WX_PROP_WIDTH) || is_tiny(values, WX_PROP_HEIGHT)))
        bits |= WX_HIDE_SIZE;
    if (is_positioned && far_side(values) != WX_PROP_COUNT)
        bits |= WX_HIDE_OFFSCREEN;
    if (is_at_most(values, WX_PROP_INDENT, FAR_PX))
        bits |= WX_HIDE_INDENT;
    if (is_on(values, WX_PROP_CLIP))
        bits |= WX_HIDE_CLIP;
    if (is_positioned && is_at_most(values, WX_PROP_Z_INDEX, -1))
        bits |= WX_HIDE_BEHIND;
    if (is_at_most(values, WX_PROP_MARGIN_LEFT, FAR_PX) ||
        is_at_most(values, WX_PROP_MARGIN_TOP, FAR_PX))
        bits |= WX_HIDE_MARGIN;
    if (is_on(values, WX_PROP_SCALE))
        bits |= WX_HIDE_SCALE;
    return bits;
}

enum wx_style_prop wx_style_blame(const struct wx_style_values *values, uint32_t bit)
{
    switch (bit) {
    case WX_HIDE_DISPLAY:
        return WX_PROP_DISPLAY;
    case WX_HIDE_VISIBILITY:
        return WX_PROP_VISIBILITY;
    case WX_HIDE_OPACITY:
        return WX_PROP_OPACITY;
    case WX_HIDE_FONT:
        return WX_PROP_FONT_SIZE;
    case WX_HIDE_COLOR:
        return WX_PROP_COLOR;
    case WX_HIDE_SIZE:
        return is_tiny(values, WX_PROP_HEIGHT) ? WX_PROP_HEIGHT : WX_PROP_WIDTH;
    case WX_HIDE_OFFSCREEN:
        return far_side(values);
    case WX_HIDE_INDENT:
        return WX_PROP_INDENT;
    case WX_HIDE_CLIP:
        return WX_PROP_CLIP;
    case WX_HIDE_BEHIND:
        return WX_PROP_Z_INDEX;
    case WX_HIDE_MARGIN:
        return is_at_most(values, WX_PROP_MARGIN_LEFT, FAR_PX) ? WX_PROP_MARGIN_LEFT
                                                               : WX_PROP_MARGIN_TOP;
    case WX_HIDE_SCALE:
        return WX_PROP_SCALE;
    default:
        return WX_PROP_COUNT;
    }
}

uint32_t wx_style_hides(struct wx_str declarations)
{
    struct wx_style_decls decls = {.rest = declarations};
    struct wx_style_values values = {0};
    struct wx_style_decl decl;
    uint32_t important = 0;

    while (wx_style_decl_next(&decls, &decl)) {
        uint32_t bit = 1u << decl.prop;

        if ((important & bit) && !decl.is_important)
            continue;
        if (decl.value == WX_STYLE_UNKNOWN && decl.prop == WX_PROP_OPACITY)
            continue; /* a filter for something else */
        important |= decl.is_important ? bit : 0;
        values.set |= bit;
        values.v[decl.prop] = decl.value;
    }
    return wx_style_bits(&values);
}
