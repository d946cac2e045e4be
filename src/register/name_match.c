/*
 * Are two names of bodies the same body? Places in front are compared by themselves
 * ("北京市西城区" and "西城区" agree, 东城区 does not); the rest is the same when one
 * contains the other or abbreviates it in order (卫健委: 卫生健康委员会).
 */
#include "register/contradiction.h"

enum { MAX_NAME = 64 };

struct name {
    uint32_t at[MAX_NAME];
    size_t n, core; /* core: where the place in front ends */
};

static bool is_place_end(uint32_t c)
{
    return c == 0x7701 || c == 0x5E02 || c == 0x533A || c == 0x53BF || c == 0x5DDE ||
           c == 0x65D7 || c == 0x76DF || c == 0x9547 || c == 0x4E61; /* 省市区县州旗盟
                                                                        镇乡 */
}

/* "人民政府", "政府" */
static bool is_government(const struct name *name)
{
    size_t n = name->n - name->core;

    return (n == 2 || n == 4) && name->at[name->n - 2] == 0x653F &&
           name->at[name->n - 1] == 0x5E9C;
}

static void read_name(struct wx_str text, struct name *out)
{
    size_t pos = 0;

    out->n = out->core = 0;
    while (pos < text.len && out->n < MAX_NAME) {
        uint32_t c = wx_utf8_next(text, &pos);

        if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF))
            out->at[out->n++] = c; /* blanks, brackets, "www" aside */
    }
    for (size_t i = 1; i + 2 < out->n; i++)
        if (is_place_end(out->at[i]) && i >= out->core + 1)
            out->core = i + 1;
}

/* Every sign of A stands in B, in order. */
static bool abbreviates(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    size_t i = 0;

    for (size_t k = 0; k < nb && i < na; k++)
        i += a[i] == b[k];
    return i == na && na >= 2;
}

/* One place ends in the other, or one name has none. */
static bool places_agree(const struct name *a, const struct name *b)
{
    size_t n = a->core < b->core ? a->core : b->core;

    return n == 0 ||
           memcmp(a->at + a->core - n, b->at + b->core - n, n * sizeof a->at[0]) == 0;
}

static size_t common(const struct name *a, const struct name *b)
{
    size_t best = 0;

    for (size_t i = a->core; i < a->n; i++)
        for (size_t k = b->core; k < b->n; k++) {
            size_t n = 0;

            while (i + n < a->n && k + n < b->n && a->at[i + n] == b->at[k + n])
                n++;
            if (n > best)
                best = n;
        }
    return best;
}

enum wx_name_match wx_name_match(struct wx_str a_text, struct wx_str b_text)
{
    struct name a, b;
    const uint32_t *ac, *bc;
    size_t an, bn;

    read_name(a_text, &a);
    read_name(b_text, &b);
    if (a.n < 3 || b.n < 3)
        return WX_NAME_SIMILAR; /* too little to tell */
    ac = a.at + a.core;
    bc = b.at + b.core;
    an = a.n - a.core;
    bn = b.n - b.core;
    if (places_agree(&a, &b) &&
        (abbreviates(ac, an, bc, bn) || abbreviates(bc, bn, ac, an)))
        return WX_NAME_SAME;
    if (places_agree(&a, &b) && (is_government(&a) || is_government(&b)))
        return WX_NAME_SIMILAR; /* a government's platform carries its departments */
    return places_agree(&a, &b) && common(&a, &b) >= 2 ? WX_NAME_SIMILAR
                                                       : WX_NAME_OTHER;
}
