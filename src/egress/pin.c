#include "egress/pin.h"

#include <arpa/inet.h>
#include <stdlib.h>

/* Cut the next part at ':', leaving colons inside of brackets alone. */
static struct wx_str cut_part(struct wx_str *rest)
{
    struct wx_str part;
    size_t end;

    if (!rest->len || rest->ptr[0] != '[')
        return wx_str_cut(rest, ':');
    end = wx_str_chr(*rest, ']');
    if (end == WX_NPOS) { /* an open bracket is part of nothing */
        part = *rest;
        *rest = (struct wx_str){0};
        return part;
    }
    part = wx_str_sub(*rest, 1, end);
    *rest = wx_str_sub(*rest, end + 1, rest->len);
    if (rest->len && rest->ptr[0] == ':')
        *rest = wx_str_sub(*rest, 1, rest->len);
    return part;
}

static bool is_any(struct wx_str s)
{
    return s.len == 0 || wx_str_eqz(s, "*");
}

static bool parse_port(struct wx_str s, uint16_t *port)
{
    uint64_t value = 0;

    *port = 0;
    if (is_any(s))
        return true;
    if (!wx_str_to_u64(s, 65535, &value) || value == 0)
        return false;
    *port = (uint16_t)value;
    return true;
}

static bool parse_address(struct wx_str s, struct wx_pin *pin)
{
    char z[INET6_ADDRSTRLEN];

    if (is_any(s))
        return true;
    if (s.len >= sizeof z)
        return false;
    memcpy(z, s.ptr, s.len);
    z[s.len] = '\0';
    if (inet_pton(AF_INET, z, pin->bytes) == 1)
        pin->n_bytes = 4;
    else if (inet_pton(AF_INET6, z, pin->bytes) == 1)
        pin->n_bytes = 16;
    return pin->n_bytes != 0;
}

static bool parse_pin(struct wx_arena *arena, struct wx_str s, struct wx_pin *pin)
{
    struct wx_str rest = s, host = cut_part(&rest), port = cut_part(&rest);
    struct wx_str address = cut_part(&rest);
    char *name;

    *pin = (struct wx_pin){0};
    if (!parse_port(port, &pin->port) || !parse_address(address, pin) ||
        !parse_port(rest, &pin->to_port))
        return false;
    if (!is_any(host)) {
        name = wx_arena_alloc(arena, host.len);
        for (size_t i = 0; i < host.len; i++)
            name[i] = (char)wx_lower((unsigned char)host.ptr[i]);
        pin->host = (struct wx_str){name, host.len};
    }
    return pin->n_bytes || pin->to_port;
}

static int compare_names(struct wx_str a, struct wx_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

    if (order == 0 && a.len != b.len)
        order = a.len < b.len ? -1 : 1;
    return order;
}

/* Named before general, then by name, a certain port before "every port". */
static int compare_pins(const void *a, const void *b)
{
    const struct wx_pin *x = a, *y = b;
    int order;

    if (!x->host.len != !y->host.len)
        return x->host.len ? -1 : 1;
    order = compare_names(x->host, y->host);
    return order ? order : (int)y->port - (int)x->port;
}

enum wx_status wx_pins_parse(struct wx_arena *arena, const char *const *texts,
                             size_t n_texts, struct wx_pins *out, struct wx_err *err)
{
    *out = (struct wx_pins){0};
    out->items = wx_arena_array(arena, struct wx_pin, n_texts + 1);
    for (size_t i = 0; i < n_texts; i++) {
        struct wx_pin *pin = &out->items[out->n++];

        if (!parse_pin(arena, wx_str_of(texts[i]), pin))
            return wx_fail(err, WX_E_USAGE,
                           "'%.200s' is not HOST:PORT:ADDR[:PORT], for example "
                           "www.x.gov.cn:443:127.0.0.1:8443",
                           texts[i]);
        out->n_named += pin->host.len != 0;
    }
    qsort(out->items, out->n, sizeof *out->items, compare_pins);
    return WX_OK;
}

const struct wx_pin *wx_pins_find(const struct wx_pins *pins, struct wx_str host,
                                  uint16_t port)
{
    size_t low = 0, high = pins->n_named;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_names(pins->items[middle].host, host) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < pins->n_named && wx_str_eq(pins->items[low].host, host); low++)
        if (pins->items[low].port == port || pins->items[low].port == 0)
            return &pins->items[low];
    for (size_t i = pins->n_named; i < pins->n; i++)
        if (pins->items[i].port == port || pins->items[i].port == 0)
            return &pins->items[i];
    return NULL;
}
