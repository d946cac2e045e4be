#include "permit/scope.h"

#include <arpa/inet.h>
#include <stdio.h>

/*
 * Addresses that are not simply a public host: IANA IPv4 and IPv6 Special-Purpose
 * Address Registries (RFC 6890 and later additions), multicast, and the well-known
 * metadata services of clouds. The first row that covers an address names it.
 */
struct special {
    unsigned char bytes[16];
    uint8_t n_bits;
    const char *kind;
};

static const struct special special4[] = {
    {{169, 254, 169, 254}, 32, "metadata"},
    {{100, 100, 100, 200}, 32, "metadata"},
    {{0}, 8, "this network"},
    {{10}, 8, "private"},
    {{100, 64}, 10, "shared (carrier)"},
    {{127}, 8, "loopback"},
    {{169, 254}, 16, "link-local"},
    {{172, 16}, 12, "private"},
    {{192, 0, 0}, 24, "protocol assignments"},
    {{192, 0, 2}, 24, "documentation"},
    {{192, 31, 196}, 24, "AS112"},
    {{192, 52, 193}, 24, "AMT"},
    {{192, 88, 99}, 24, "6to4 relay"},
    {{192, 168}, 16, "private"},
    {{192, 175, 48}, 24, "AS112"},
    {{198, 18}, 15, "benchmarking"},
    {{198, 51, 100}, 24, "documentation"},
    {{203, 0, 113}, 24, "documentation"},
    {{224}, 4, "multicast"},
    {{255, 255, 255, 255}, 32, "broadcast"},
    {{240}, 4, "reserved"},
};

static const struct special special6[] = {
    {{0xFD, 0x00, 0x0E, 0xC2, [14] = 0x02, [15] = 0x54}, 128, "metadata"},
    {{[15] = 1}, 128, "loopback"},
    {{0}, 128, "unspecified"},
    {{0}, 96, "IPv4-compatible"},
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48, "local NAT64"},
    {{0x01, 0x00}, 64, "discard"},
    {{0x20, 0x01, 0x0D, 0xB8}, 32, "documentation"},
    {{0x20, 0x01, 0x00, 0x00}, 23, "protocol assignments"},
    {{0x20, 0x02}, 16, "6to4"},
    {{0x3F, 0xFF, 0x00}, 20, "documentation"},
    {{0xFC}, 7, "private"},
    {{0xFE, 0x80}, 10, "link-local"},
    {{0xFE, 0xC0}, 10, "site-local"},
    {{0xFF}, 8, "multicast"},
};

static bool bits_equal(const unsigned char *a, const unsigned char *b, unsigned n_bits)
{
    unsigned whole = n_bits / 8, rest = n_bits % 8;

    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static const char *special_find(const struct special *rows, size_t n_rows,
                                const unsigned char *bytes)
{
    for (size_t i = 0; i < n_rows; i++)
        if (bits_equal(rows[i].bytes, bytes, rows[i].n_bits))
            return rows[i].kind;
    return NULL;
}

const unsigned char *wx_address_embedded(const unsigned char *bytes, size_t n_bytes)
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    static const unsigned char nat64[12] = {0x00, 0x64, 0xFF, 0x9B};

    if (n_bytes != 16)
        return NULL;
    if (memcmp(bytes, mapped, 12) == 0 || memcmp(bytes, nat64, 12) == 0)
        return bytes + 12;
    if (bytes[0] == 0x20 && bytes[1] == 0x02)
        return bytes + 2;
    return NULL;
}

const char *wx_address_special(const unsigned char *bytes, size_t n_bytes)
{
    const unsigned char *inner = wx_address_embedded(bytes, n_bytes);
    const char *kind;

    if (n_bytes == 4)
        return special_find(special4, sizeof special4 / sizeof special4[0], bytes);
    if (n_bytes != 16)
        return "not an address";
    if (inner) {
        kind = special_find(special4, sizeof special4 / sizeof special4[0], inner);
        if (kind)
            return kind;
        return inner == bytes + 2 ? "6to4" : NULL;
    }
    kind = special_find(special6, sizeof special6 / sizeof special6[0], bytes);
    if (kind)
        return kind;
    /* only 2000::/3 is global unicast (RFC 4291, 2.4 and the IANA allocation) */
    return (bytes[0] & 0xE0) == 0x20 ? NULL : "unallocated";
}

bool wx_address_is_metadata(const unsigned char *bytes, size_t n_bytes)
{
    const char *kind = wx_address_special(bytes, n_bytes);

    return kind && strcmp(kind, "metadata") == 0;
}

bool wx_prefix_covers(const struct wx_prefix *prefix, const unsigned char *bytes,
                      size_t n_bytes)
{
    return prefix->n_bytes == n_bytes &&
           bits_equal(prefix->bytes, bytes, prefix->n_bits);
}

bool wx_prefix_parse(struct wx_str s, struct wx_prefix *out)
{
    size_t slash = wx_str_chr(s, '/');
    struct wx_str address = wx_str_sub(s, 0, slash);
    char z[INET6_ADDRSTRLEN];
    uint64_t n_bits;

    *out = (struct wx_prefix){0};
    if (address.len == 0 || address.len >= sizeof z)
        return false;
    memcpy(z, address.ptr, address.len);
    z[address.len] = '\0';
    if (inet_pton(AF_INET, z, out->bytes) == 1)
        out->n_bytes = 4;
    else if (inet_pton(AF_INET6, z, out->bytes) == 1)
        out->n_bytes = 16;
    else
        return false;
    n_bits = out->n_bytes * 8u;
    if (slash != WX_NPOS &&
        !wx_str_to_u64(wx_str_sub(s, slash + 1, s.len), n_bits, &n_bits))
        return false;
    out->n_bits = (uint8_t)n_bits;
    for (unsigned bit = out->n_bits; bit < out->n_bytes * 8u; bit++)
        if (out->bytes[bit / 8] & (0x80u >> (bit % 8)))
            return false;
    return true;
}

void wx_prefix_format(const struct wx_prefix *prefix, struct wx_buf *out)
{
    char z[INET6_ADDRSTRLEN];

    inet_ntop(prefix->n_bytes == 4 ? AF_INET : AF_INET6, prefix->bytes, z, sizeof z);
    (void)wx_buf_printf(out, "%s/%u", z, prefix->n_bits);
}
