/* A permit's canonical form: what is signed, what workers get, what a run keeps. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "permit/scope.h"

#include <stdio.h>

static void format_names(struct wx_json *j, const char *key,
                         const struct wx_scope_host *hosts, size_t n_hosts)
{
    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (size_t i = 0; i < n_hosts; i++) {
        const struct wx_scope_host *host = &hosts[i];
        bool is_v6 = wx_str_chr(host->name, ':') != WX_NPOS;
        char text[300];
        int n = snprintf(text, sizeof text, "%s%s" WX_STR_FMT "%s",
                         host->is_wildcard ? "*." : "", is_v6 ? "[" : "",
                         WX_STR_ARG(host->name), is_v6 ? "]" : "");

        if (host->port)
            n += snprintf(text + n, sizeof text - (size_t)n, ":%u", host->port);
        wx_json_str(j, (struct wx_str){text, (size_t)n});
    }
    wx_json_close(j, ']');
}

static void format_prefixes(struct wx_json *j, const char *key,
                            const struct wx_prefix *prefixes, size_t n)
{
    struct wx_buf text = WX_BUF_INIT(80);

    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_buf_reset(&text);
        wx_prefix_format(&prefixes[i], &text);
        wx_json_str(j, wx_buf_str(&text));
    }
    wx_json_close(j, ']');
    wx_buf_clear(&text);
}

static void format_scope(const struct wx_permit *permit, struct wx_json *j)
{
    format_names(j, "hosts", permit->hosts, permit->n_hosts);
    if (permit->n_except)
        format_names(j, "except", permit->except, permit->n_except);
    wx_json_key(j, "ports");
    wx_json_open(j, '[');
    for (size_t i = 0; i < permit->n_ports; i++)
        wx_json_int(j, permit->ports[i]);
    wx_json_close(j, ']');
    wx_json_key(j, "addresses");
    wx_json_open(j, '{');
    format_prefixes(j, "allow", permit->allow, permit->n_allow);
    format_prefixes(j, "deny", permit->deny, permit->n_deny);
    wx_json_close(j, '}');
    if (permit->n_sources)
        format_prefixes(j, "sources", permit->sources, permit->n_sources);
}

static void format_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    if (!at_s)
        return;
    wx_time_format(at_s, text);
    wx_json_kz(j, key, text);
}

static void format_daily(struct wx_json *j, const struct wx_daily *daily)
{
    int offset_min = daily->offset_min < 0 ? -daily->offset_min : daily->offset_min;
    char text[40];

    if (daily->from_min == daily->until_min)
        return;
    wx_json_key(j, "daily");
    wx_json_open(j, '{');
    snprintf(text, sizeof text, "%02d:%02d", daily->from_min / 60,
             daily->from_min % 60);
    wx_json_kz(j, "from", text);
    snprintf(text, sizeof text, "%02d:%02d", daily->until_min / 60,
             daily->until_min % 60);
    wx_json_kz(j, "until", text);
    snprintf(text, sizeof text, "%c%02d:%02d", daily->offset_min < 0 ? '-' : '+',
             offset_min / 60, offset_min % 60);
    wx_json_kz(j, "offset", text);
    wx_json_close(j, '}');
}

static void format_terms(const struct wx_permit *permit, struct wx_json *j)
{
    static const char *const depths[] = {"passive", "active", "intrusive"};

    wx_json_key(j, "window");
    wx_json_open(j, '{');
    format_time(j, "from", permit->from_s);
    format_time(j, "until", permit->until_s);
    format_daily(j, &permit->daily);
    wx_json_close(j, '}');
    wx_json_key(j, "pace");
    wx_json_open(j, '{');
    wx_json_key(j, "per_host");
    wx_json_real(j, permit->pace_per_s, 4);
    wx_json_key(j, "per_address");
    wx_json_real(j, permit->address_pace_per_s, 4);
    wx_json_kint(j, "host_connections", permit->host_connections);
    wx_json_kint(j, "connections", permit->connections);
    wx_json_close(j, '}');
    wx_json_kz(j, "depth", depths[permit->depth]);
    wx_json_key(j, "robots");
    wx_json_open(j, '{');
    wx_json_kbool(j, "ignore", permit->ignores_robots);
    wx_json_kstr_opt(j, "order", permit->robots_order);
    wx_json_close(j, '}');
    wx_json_kz(j, "offsite", permit->checks_offsite ? "head" : "none");
}

static void format_open(const struct wx_permit *permit, struct wx_json *j)
{
    wx_json_open(j, '{');
    wx_json_kint(j, "version", 1);
    wx_json_kstr(j, "id", permit->id);
    wx_json_kstr_opt(j, "holder", permit->holder);
    wx_json_kz(j, "source", permit->is_command_line ? "command-line" : "order");
    format_scope(permit, j);
    format_terms(permit, j);
}

void wx_permit_format(const struct wx_permit *permit, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    format_open(permit, &j);
    wx_json_close(&j, '}');
}

void wx_permit_format_signed(const struct wx_permit *permit,
                             const struct wx_seal_key *secret, struct wx_buf *out)
{
    struct wx_sign_public key = wx_sign_public(secret);
    struct wx_buf form = WX_BUF_INIT(2 * WX_MAX_PERMIT_BYTES), text = WX_BUF_INIT(200);
    struct wx_json j = WX_JSON_INIT(out);
    struct wx_signature signature;

    wx_permit_format(permit, &form);
    signature = wx_sign(secret, wx_buf_str(&form));
    wx_buf_clear(&form);
    format_open(permit, &j);
    wx_json_key(&j, "signature");
    wx_json_open(&j, '{');
    wx_base64_add(&text, (struct wx_str){(char *)key.bytes, sizeof key.bytes});
    wx_json_kstr(&j, "key", wx_buf_str(&text));
    wx_buf_reset(&text);
    wx_base64_add(&text,
                  (struct wx_str){(char *)signature.bytes, sizeof signature.bytes});
    wx_json_kstr(&j, "value", wx_buf_str(&text));
    wx_buf_clear(&text);
    wx_json_close(&j, '}');
    wx_json_close(&j, '}');
}

bool wx_permit_signer(const struct wx_permit *permit, struct wx_sign_public *key)
{
    if (permit->is_signed)
        *key = permit->signer;
    return permit->is_signed;
}
