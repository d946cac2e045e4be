/* Hosts an inspection met that are in no register (requirement 97). */
#include "base/clock.h"
#include "register/contradiction.h"
#include "store/office_register.h"
#include "store/office_request.h"
#include "store/record.h"
#include "wire/url.h"

enum { MAX_HOSTS_OF_SITE = 100 };

struct noting {
    struct wx_tx *tx;
    struct wx_arena *arena;
    const struct wx_measure *measure;
    int64_t unit_id;
    struct wx_str registrable; /* of the site */
    struct wx_record_by by;
    char now[24];
    size_t n;
};

struct met {
    struct wx_str host, page;
    int64_t n_links;
    const char *how;
};

/* A name that could be a site of somebody's register: no address, no wildcard. */
static bool is_candidate(struct wx_str host)
{
    return host.len && host.len <= 253 && wx_str_chr(host, '.') != WX_NPOS &&
           wx_str_chr(host, '*') == WX_NPOS && host.ptr[0] != '[' &&
           !(host.ptr[host.len - 1] >= '0' && host.ptr[host.len - 1] <= '9') &&
           /* the national portal, linked to from everywhere */
           !wx_str_eqz(wx_domain_registrable(host), "www.gov.cn");
}

/* "sibling": a registered site shares its registrable domain. */
static enum wx_status find_why(const struct noting *n, struct wx_str host,
                               const char **why, struct wx_err *err)
{
    struct wx_str registrable = wx_domain_registrable(host);
    bool is_used = wx_str_eq(registrable, n->registrable);
    enum wx_status status = WX_OK;

    if (!is_used) /* looked up once for each host, since that reads every site */
        status = wx_found_host_why(n->tx, host, why, err);
    if (status || *why)
        return status;
    if (!is_used)
        status = wx_domain_is_used(n->tx, registrable, &is_used, err);
    *why = is_used ? "sibling" : "government";
    return status;
}

static enum wx_status add_host(const struct noting *n, const struct met *met,
                               struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("host"));
    struct wx_field_problems problems = {.n = 0};
    const char *why = NULL;
    json_t *values;
    int64_t id, event_id;
    enum wx_status status = find_why(n, met->host, &why, err);

    if (status)
        return status;
    values = json_pack(
        "{s:I, s:I, s:s%, s:[s], s:s, s:s%, s:I, s:I, s:s, s:s, s:s}", "unit_id",
        (json_int_t)n->unit_id, "site_id", (json_int_t)n->measure->site_id, "host",
        met->host.ptr, met->host.len, "how", met->how, "why", why, "page",
        met->page.ptr ? met->page.ptr : "", wx_utf8_clip(met->page, 1000).len,
        "n_links", (json_int_t)met->n_links, "round_id",
        (json_int_t)n->measure->round_id, "first_seen", n->now, "last_seen", n->now,
        "state", "found");
    if (!values) /* hostile bytes that are no text name no host */
        return WX_OK;
    status = wx_record_create(n->tx, kind, values, &n->by, &id, &problems, err);
    json_decref(values);
    return status ? status
                  : wx_event_add(n->tx, "host.found", "host", id, n->unit_id,
                                 n->by.now_s, &event_id, err);
}

static enum wx_status note(struct noting *n, const struct met *met, struct wx_err *err)
{
    bool is_registered = false;
    int64_t id = 0;
    enum wx_status status;

    if (!is_candidate(met->host) || n->n >= MAX_HOSTS_OF_SITE)
        return WX_OK;
    status = wx_host_is_registered(n->tx, met->host, &is_registered, err);
    if (status || is_registered)
        return status;
    n->n++;
    status = wx_found_host_find(n->tx, n->unit_id, met->host, &id, err);
    if (status)
        return status;
    return id ? wx_found_host_seen(n->tx, id, met->n_links, n->measure->round_id,
                                   n->by.now_s, err)
              : add_host(n, met, err);
}

static struct wx_str text_in(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return json_is_string(v)
               ? (struct wx_str){json_string_value(v), json_string_length(v)}
               : (struct wx_str){NULL, 0};
}

static enum wx_status note_links(struct noting *n, const json_t *hosts,
                                 bool only_government, struct wx_err *err)
{
    const json_t *entry;
    enum wx_status status = WX_OK;
    size_t i;

    json_array_foreach(hosts, i, entry)
    {
        struct met met = {text_in(entry, "host"), text_in(entry, "first_page"),
                          json_integer_value(json_object_get(entry, "n_links")),
                          "link"};

        if (!status &&
            (!only_government || json_is_true(json_object_get(entry, "is_government"))))
            status = note(n, &met, err);
    }
    return status;
}

/* Names in the certificate that are the unit's: others belong to whoever shares it. */
static enum wx_status note_names(struct noting *n, const json_t *names,
                                 struct wx_err *err)
{
    const json_t *entry;
    enum wx_status status = WX_OK;
    size_t i;

    json_array_foreach(names, i, entry)
    {
        struct met met = {.how = "certificate"};

        if (status || !json_is_string(entry) ||
            wx_host_normalize(n->arena, wx_str_of(json_string_value(entry)), &met.host,
                              NULL))
            continue;
        if (wx_str_eq(wx_domain_registrable(met.host), n->registrable) ||
            wx_domain_is_government(met.host))
            status = note(n, &met, err);
    }
    return status;
}

enum wx_status wx_register_note_hosts(struct wx_tx *tx, struct wx_arena *arena,
                                      const struct wx_measure *measure, int64_t unit_id,
                                      struct wx_str domain, const json_t *facts,
                                      struct wx_err *err)
{
    struct noting n = {.tx = tx,
                       .arena = arena,
                       .measure = measure,
                       .unit_id = unit_id,
                       .by = {0, measure->now_s}};
    size_t colon = wx_str_chr(domain, ':');
    enum wx_status status;

    n.registrable = wx_domain_registrable(
        wx_str_sub(domain, 0, colon == WX_NPOS ? domain.len : colon));
    wx_time_format(measure->now_s, n.now);
    status = note_links(&n, json_object_get(facts, "own_hosts"), false, err);
    if (!status)
        status = note_names(&n, json_object_get(json_object_get(facts, "tls"), "names"),
                            err);
    if (!status)
        status = note_links(&n, json_object_get(facts, "offsite_hosts"), true, err);
    return status;
}
