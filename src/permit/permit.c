#include "permit/scope.h"

#include <arpa/inet.h>
#include <stdlib.h>

/* Politeness when nobody says otherwise (requests per second, connections). */
static const double default_pace_per_s = 2;
enum { DEFAULT_HOST_CONNECTIONS = 2, DEFAULT_CONNECTIONS = 256 };

/* What --allow-private opens. Never metadata, see wx_permit_check_address(). */
static const char *const private_ranges[] = {
    "127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "169.254.0.0/16", "::1",        "fc00::/7",      "fe80::/10",
};

static int host_compare(const void *a, const void *b)
{
    const struct wx_scope_host *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order;

    if (x->is_wildcard != y->is_wildcard)
        return x->is_wildcard ? 1 : -1;
    order = n ? memcmp(x->name.ptr, y->name.ptr, n) : 0;
    if (order)
        return order;
    if (x->name.len != y->name.len)
        return x->name.len < y->name.len ? -1 : 1;
    return (int)x->port - (int)y->port;
}

void wx_scope_sort(struct wx_permit *permit)
{
    if (permit->n_hosts)
        qsort(permit->hosts, permit->n_hosts, sizeof *permit->hosts, host_compare);
    permit->n_wildcards = 0;
    for (size_t i = 0; i < permit->n_hosts; i++)
        permit->n_wildcards += permit->hosts[i].is_wildcard;
}

void wx_scope_defaults(struct wx_permit *permit)
{
    if (permit->pace_per_s < 0)
        permit->pace_per_s = default_pace_per_s;
    /* several hosts behind one address share what four hosts would get */
    if (permit->address_pace_per_s < 0)
        permit->address_pace_per_s = permit->pace_per_s * 4;
    if (!permit->host_connections)
        permit->host_connections = DEFAULT_HOST_CONNECTIONS;
    if (!permit->connections)
        permit->connections = DEFAULT_CONNECTIONS;
    if (!permit->n_ports) {
        permit->ports = wx_arena_array(&permit->arena, uint16_t, 2);
        permit->ports[permit->n_ports++] = 80;
        permit->ports[permit->n_ports++] = 443;
    }
}

/* Splits "name:port" and "[v6]:port"; a bare IPv6 address has no port. */
static bool split_port(struct wx_str *s, uint16_t *port)
{
    size_t colon = wx_str_chr(*s, ':');
    struct wx_str digits;
    uint64_t value;

    *port = 0;
    if (s->len && s->ptr[0] == '[') {
        size_t end = wx_str_chr(*s, ']');

        if (end == WX_NPOS)
            return false;
        digits = wx_str_sub(*s, end + 1, s->len);
        *s = wx_str_sub(*s, 1, end);
        if (wx_str_chr(*s, ':') == WX_NPOS)
            return false; /* brackets are for IPv6 */
        if (digits.len == 0)
            return true;
        if (digits.ptr[0] != ':')
            return false;
        digits = wx_str_sub(digits, 1, digits.len);
    } else if (colon == WX_NPOS ||
               wx_str_chr(wx_str_sub(*s, colon + 1, s->len), ':') != WX_NPOS) {
        return true;
    } else {
        digits = wx_str_sub(*s, colon + 1, s->len);
        *s = wx_str_sub(*s, 0, colon);
    }
    if (!wx_str_to_u64(digits, 65535, &value) || value == 0)
        return false;
    *port = (uint16_t)value;
    return true;
}

/* An IPv6 address in the spelling that URLs have (RFC 5952). */
static bool v6_normalize(struct wx_arena *arena, struct wx_str *s)
{
    char z[INET6_ADDRSTRLEN];
    unsigned char bytes[16];

    if (s->len >= sizeof z)
        return false;
    memcpy(z, s->ptr, s->len);
    z[s->len] = '\0';
    if (inet_pton(AF_INET6, z, bytes) != 1)
        return false;
    inet_ntop(AF_INET6, bytes, z, sizeof z);
    if (!strchr(z, '.'))
        *s = wx_arena_str(arena, wx_str_of(z));
    return true;
}

const char *wx_scope_host_parse(struct wx_arena *arena, struct wx_str s,
                                struct wx_scope_host *entry)
{
    char *name;

    *entry = (struct wx_scope_host){0};
    if (!split_port(&s, &entry->port))
        return "port is not 1..65535, or brackets without an IPv6 address";
    if (wx_str_starts(s, "*.")) {
        entry->is_wildcard = true;
        s = wx_str_sub(s, 2, s.len);
        if (wx_str_chr(s, '.') == WX_NPOS)
            return "a wildcard over a whole top-level domain is no scope";
    }
    if (s.len && s.ptr[s.len - 1] == '.')
        s.len--;
    if (wx_str_chr(s, ':') != WX_NPOS &&
        (entry->is_wildcard || !v6_normalize(arena, &s)))
        return "has colons but is no IPv6 address";
    if (s.len == 0 || s.len > 253)
        return "host name is empty or too long";
    name = wx_arena_alloc(arena, s.len);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == '.' && (i == 0 || s.ptr[i - 1] == '.' || i + 1 == s.len))
            return "host name has an empty part between its dots";
        if (c <= ' ' || c >= 0x7F || strchr("/*?#@[]\\", c))
            return c >= 0x80 ? "write the host in its xn-- form"
                             : "host name holds a character that no host has";
        name[i] = (char)wx_lower(c);
    }
    entry->name = (struct wx_str){name, s.len};
    return NULL;
}

static bool is_address(struct wx_str host)
{
    unsigned char bytes[16];
    char z[INET6_ADDRSTRLEN];

    if (host.len >= sizeof z)
        return false;
    memcpy(z, host.ptr, host.len);
    z[host.len] = '\0';
    return inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1;
}

static void permit_add_host(struct wx_permit *permit, struct wx_str host)
{
    struct wx_scope_host entry, twin;

    if (wx_scope_host_parse(&permit->arena, host, &entry))
        return; /* cannot be asked for either */
    permit->hosts[permit->n_hosts++] = entry;
    if (entry.is_wildcard || is_address(entry.name))
        return;
    twin = entry;
    if (wx_str_starts(entry.name, "www."))
        twin.name = wx_str_sub(entry.name, 4, entry.name.len);
    else
        twin.name =
            wx_arena_printf(&permit->arena, "www." WX_STR_FMT, WX_STR_ARG(entry.name));
    permit->hosts[permit->n_hosts++] = twin;
}

static void permit_allow_private(struct wx_permit *permit)
{
    size_t n = sizeof private_ranges / sizeof private_ranges[0];

    permit->allow = wx_arena_array(&permit->arena, struct wx_prefix, n);
    for (size_t i = 0; i < n; i++)
        if (!wx_prefix_parse(wx_str_of(private_ranges[i]), &permit->allow[i]))
            WX_BUG("private range");
    permit->n_allow = n;
}

/* 0 is "not said", below 0 is "without limit" on the command line. */
static double pace_of_terms(double pace_per_s)
{
    if (pace_per_s == 0)
        return -1;
    return pace_per_s < 0 ? 0 : pace_per_s;
}

struct wx_permit *wx_permit_for_hosts(const struct wx_str *hosts, size_t n_hosts,
                                      const struct wx_permit_terms *terms)
{
    struct wx_permit *permit = wx_new(struct wx_permit);

    wx_arena_init(&permit->arena);
    permit->hosts =
        wx_arena_array(&permit->arena, struct wx_scope_host, n_hosts * 2 + 1);
    for (size_t i = 0; i < n_hosts; i++)
        permit_add_host(permit, hosts[i]);
    wx_scope_sort(permit);
    permit->id = WX_STR("command-line");
    permit->holder = wx_arena_str(&permit->arena, wx_str_of(terms->holder));
    permit->pace_per_s = pace_of_terms(terms->pace_per_s);
    permit->address_pace_per_s = pace_of_terms(terms->address_pace_per_s);
    permit->host_connections = terms->host_connections;
    permit->connections = terms->connections;
    permit->from_s = terms->from_s;
    permit->until_s = terms->until_s;
    permit->ignores_robots =
        terms->ignore_robots && terms->robots_order && terms->robots_order[0] != '\0';
    permit->robots_order = wx_arena_str(&permit->arena, wx_str_of(terms->robots_order));
    permit->checks_offsite = terms->check_offsite;
    permit->is_command_line = true;
    if (terms->allow_private)
        permit_allow_private(permit);
    wx_scope_defaults(permit);
    return permit;
}

enum wx_status wx_permit_for_delivery(struct wx_str host, uint16_t port,
                                      const struct wx_str *allow, size_t n_allow,
                                      struct wx_permit **out, struct wx_err *err)
{
    struct wx_permit *permit = wx_new(struct wx_permit);
    const char *wrong;

    wx_arena_init(&permit->arena);
    permit->id = WX_STR("delivery");
    permit->is_delivery = true;
    permit->pace_per_s = permit->address_pace_per_s = -1;
    permit->hosts = wx_arena_array(&permit->arena, struct wx_scope_host, 1);
    permit->ports = wx_arena_array(&permit->arena, uint16_t, 1);
    permit->ports[permit->n_ports++] = port;
    permit->allow = wx_arena_array(&permit->arena, struct wx_prefix, n_allow + 1);
    wrong = wx_scope_host_parse(&permit->arena, host, &permit->hosts[0]);
    if (!wrong && (permit->hosts[0].is_wildcard || permit->hosts[0].port || !port))
        wrong = "a delivery goes to one host and one port";
    for (size_t i = 0; !wrong && i < n_allow; i++) {
        host = allow[i];
        if (!wx_prefix_parse(allow[i], &permit->allow[permit->n_allow++]))
            wrong = "is no address range (10.20.0.0/16), or host bits are set";
    }
    if (wrong) {
        wx_permit_free(permit);
        return wx_fail(err, WX_E_INVALID, "'" WX_STR_FMT "': %s",
                       WX_STR_ARG(wx_str_sub(host, 0, 100)), wrong);
    }
    permit->n_hosts = 1;
    wx_scope_sort(permit);
    wx_scope_defaults(permit);
    *out = permit;
    return WX_OK;
}

bool wx_permit_is_delivery(const struct wx_permit *permit)
{
    return permit->is_delivery;
}

void wx_permit_free(struct wx_permit *permit)
{
    if (!permit)
        return;
    wx_arena_clear(&permit->arena);
    free(permit);
}

static bool port_is_listed(const struct wx_permit *permit, uint16_t port)
{
    for (size_t i = 0; i < permit->n_ports; i++)
        if (permit->ports[i] == port)
            return true;
    return false;
}

/* Is there an entry of this name that lets PORT pass? Binary search: 100,000 hosts. */
static bool name_is_listed(const struct wx_permit *permit, struct wx_str name,
                           bool is_wildcard, uint16_t port)
{
    size_t n_exact = permit->n_hosts - permit->n_wildcards;
    size_t low = is_wildcard ? n_exact : 0;
    size_t end = is_wildcard ? permit->n_hosts : n_exact, high = end;
    struct wx_scope_host key = {.name = name, .is_wildcard = is_wildcard};
    bool is_usual_port = port_is_listed(permit, port);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (host_compare(&permit->hosts[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < end && wx_str_eq(permit->hosts[low].name, name); low++)
        if (is_usual_port || permit->hosts[low].port == port)
            return true;
    return false;
}

static bool host_is_listed(const struct wx_permit *permit, struct wx_str host,
                           uint16_t port)
{
    struct wx_str rest = host;

    if (name_is_listed(permit, host, false, port))
        return true;
    while (permit->n_wildcards && rest.len) {
        (void)wx_str_cut(&rest, '.');
        if (rest.len && name_is_listed(permit, rest, true, port))
            return true;
    }
    return false;
}

bool wx_scope_host_covers(const struct wx_scope_host *entry, struct wx_str host)
{
    if (!entry->is_wildcard)
        return wx_str_eq(entry->name, host);
    return host.len > entry->name.len + 1 &&
           wx_str_eq(wx_str_sub(host, host.len - entry->name.len, host.len),
                     entry->name) &&
           host.ptr[host.len - entry->name.len - 1] == '.';
}

static enum wx_status check_excepted(const struct wx_permit *permit, struct wx_str host,
                                     struct wx_err *err)
{
    for (size_t i = 0; i < permit->n_except; i++)
        if (wx_scope_host_covers(&permit->except[i], host))
            return wx_fail(err, WX_E_OUT_OF_SCOPE, "permit leaves out '" WX_STR_FMT "'",
                           WX_STR_ARG(host));
    return WX_OK;
}

enum wx_status wx_permit_check_host(const struct wx_permit *permit, struct wx_str host,
                                    uint16_t port, int64_t now_s, struct wx_err *err)
{
    enum wx_status status = wx_permit_check_window(permit, now_s, err);

    if (status != WX_OK)
        return status;
    if (!host_is_listed(permit, host, port))
        return wx_fail(err, WX_E_OUT_OF_SCOPE,
                       "permit does not cover '" WX_STR_FMT ":%u'", WX_STR_ARG(host),
                       port);
    return check_excepted(permit, host, err);
}

enum wx_status wx_permit_check_offsite(const struct wx_permit *permit,
                                       struct wx_str host, int64_t now_s,
                                       struct wx_err *err)
{
    enum wx_status status = wx_permit_check_window(permit, now_s, err);

    if (status != WX_OK)
        return status;
    if (!permit->checks_offsite)
        return wx_fail(err, WX_E_OUT_OF_SCOPE,
                       "permit does not cover hosts outside its list");
    return check_excepted(permit, host, err);
}

static bool prefixes_cover(const struct wx_prefix *prefixes, size_t n,
                           const unsigned char *bytes, size_t n_bytes, bool only_exact)
{
    for (size_t i = 0; i < n; i++)
        if (wx_prefix_covers(&prefixes[i], bytes, n_bytes) &&
            (!only_exact || prefixes[i].n_bits == n_bytes * 8))
            return true;
    return false;
}

enum wx_status wx_permit_check_address(const struct wx_permit *permit,
                                       const unsigned char *bytes, size_t n_bytes,
                                       uint16_t port, struct wx_err *err)
{
    const char *kind = wx_address_special(bytes, n_bytes);
    const unsigned char *inner = wx_address_embedded(bytes, n_bytes);
    bool is_metadata = wx_address_is_metadata(bytes, n_bytes);
    char z[INET6_ADDRSTRLEN] = "?";

    (void)port; /* ports belong to hosts; kept so that a rule may need it */
    if (n_bytes == 4 || n_bytes == 16)
        inet_ntop(n_bytes == 4 ? AF_INET : AF_INET6, bytes, z, sizeof z);
    if (prefixes_cover(permit->deny, permit->n_deny, bytes, n_bytes, false) ||
        (inner && prefixes_cover(permit->deny, permit->n_deny, inner, 4, false)))
        return wx_fail(err, WX_E_OUT_OF_SCOPE, "address '%s' is denied by the permit",
                       z);
    if (!kind ||
        prefixes_cover(permit->allow, permit->n_allow, bytes, n_bytes, is_metadata) ||
        (inner &&
         prefixes_cover(permit->allow, permit->n_allow, inner, 4, is_metadata)))
        return WX_OK;
    return wx_fail(err, WX_E_OUT_OF_SCOPE,
                   "address '%s' is special (%s) and the permit does not list it", z,
                   kind);
}

static bool is_loopback(const unsigned char *bytes, size_t n_bytes)
{
    const char *kind = wx_address_special(bytes, n_bytes);

    return kind && strcmp(kind, "loopback") == 0;
}

double wx_permit_pace_at(const struct wx_permit *permit, const unsigned char *bytes,
                         size_t n_bytes)
{
    bool is_fast =
        permit->pace_per_s == 0 || permit->pace_per_s > WX_PERMIT_UNWRITTEN_PACE_PER_S;

    if (is_fast && permit->is_command_line && !is_loopback(bytes, n_bytes))
        return WX_PERMIT_UNWRITTEN_PACE_PER_S;
    return permit->pace_per_s;
}

double wx_permit_address_pace_at(const struct wx_permit *permit,
                                 const unsigned char *bytes, size_t n_bytes)
{
    double most = WX_PERMIT_UNWRITTEN_PACE_PER_S * 4;
    bool is_fast = permit->address_pace_per_s == 0 || permit->address_pace_per_s > most;

    if (is_fast && permit->is_command_line && !is_loopback(bytes, n_bytes))
        return most;
    return permit->address_pace_per_s;
}

double wx_permit_pace_per_s(const struct wx_permit *permit)
{
    return permit->pace_per_s;
}

double wx_permit_address_pace_per_s(const struct wx_permit *permit)
{
    return permit->address_pace_per_s;
}

uint32_t wx_permit_host_connections(const struct wx_permit *permit)
{
    return permit->host_connections;
}

uint32_t wx_permit_connections(const struct wx_permit *permit)
{
    return permit->connections;
}

enum wx_depth wx_permit_depth(const struct wx_permit *permit)
{
    return permit->depth;
}

bool wx_permit_ignores_robots(const struct wx_permit *permit)
{
    return permit->ignores_robots;
}

int64_t wx_permit_until_s(const struct wx_permit *permit)
{
    return permit->until_s;
}

const char *wx_permit_holder(const struct wx_permit *permit)
{
    return permit->holder.ptr ? permit->holder.ptr : "";
}

struct wx_str wx_permit_id(const struct wx_permit *permit)
{
    return permit->id;
}

enum wx_status wx_permit_except(struct wx_permit *permit, struct wx_str host,
                                struct wx_err *err)
{
    struct wx_scope_host entry;
    struct wx_prefix prefix;
    const char *wrong;

    host = wx_arena_str(&permit->arena, host);
    if (wx_prefix_parse(host, &prefix)) {
        permit->deny = wx_arena_grow(&permit->arena, permit->deny,
                                     permit->n_deny * sizeof *permit->deny,
                                     (permit->n_deny + 1) * sizeof *permit->deny);
        permit->deny[permit->n_deny++] = prefix;
        return WX_OK;
    }
    wrong = wx_scope_host_parse(&permit->arena, host, &entry);
    if (!wrong && entry.port)
        wrong = "a port cannot be left out by itself";
    if (wrong)
        return wx_fail(err, WX_E_INVALID, "'" WX_STR_FMT "': %s",
                       WX_STR_ARG(wx_str_sub(host, 0, 100)), wrong);
    permit->except = wx_arena_grow(&permit->arena, permit->except,
                                   permit->n_except * sizeof *permit->except,
                                   (permit->n_except + 1) * sizeof *permit->except);
    permit->except[permit->n_except++] = entry;
    return WX_OK;
}

static uint32_t fewer(uint32_t granted, uint32_t wished)
{
    return wished && wished < granted ? wished : granted;
}

void wx_permit_narrow(struct wx_permit *permit, const struct wx_permit_terms *terms)
{
    double wished = terms->pace_per_s;

    /* the permit's 0 is "no limit", so any pace is narrower */
    if (wished > 0 && (permit->pace_per_s == 0 || wished < permit->pace_per_s))
        permit->pace_per_s = wished;
    permit->host_connections = fewer(permit->host_connections, terms->host_connections);
    permit->connections = fewer(permit->connections, terms->connections);
}
