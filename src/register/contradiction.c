#include "register/contradiction.h"

#include "detect/division.h"
#include "register/check.h"
#include "store/office_register.h"
#include "wire/identifier.h"
#include "wire/url.h"

struct judging {
    struct wx_arena *arena;
    const struct wx_reported *in;
    const json_t *facts, *home, *labels;
    const struct wx_measure *measure;
    bool is_seen; /* pages of the site itself were read */
    struct wx_measured_check *out;
    size_t n;
};

static struct wx_str text_in(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return json_is_string(v)
               ? (struct wx_str){json_string_value(v), json_string_length(v)}
               : (struct wx_str){NULL, 0};
}

static struct wx_str site_text(const struct judging *j, const char *field)
{
    return text_in(j->in->site, field);
}

/* "true", "false", "" as contradictions keep a yes or no */
static struct wx_str site_bool(const struct judging *j, const char *field)
{
    const json_t *v = json_object_get(j->in->site, field);

    return json_is_true(v)    ? WX_STR("true")
           : json_is_false(v) ? WX_STR("false")
                              : WX_STR("");
}

static void say(struct judging *j, const char *field, enum wx_agreement verdict,
                const char *why, struct wx_str reported, struct wx_str measured,
                struct wx_str suggested)
{
    if (j->n < WX_MAX_MEASURED_CHECKS)
        j->out[j->n++] = (struct wx_measured_check){
            field,
            verdict,
            why,
            wx_utf8_clip(wx_arena_str(j->arena, reported), 590),
            wx_utf8_clip(wx_arena_str(j->arena, measured), 590),
            wx_utf8_clip(wx_arena_str(j->arena, suggested), 590)};
}

static void say_unknown(struct judging *j, const char *field, const char *why,
                        struct wx_str reported)
{
    say(j, field, WX_MEASURED_UNKNOWN, why, reported, WX_STR(""), WX_STR(""));
}

/* ---- addresses and where they are ---- */

/* "203.0.113.7:443", "[2001:db8::1]:80" without the port */
static struct wx_str bare_address(struct wx_str s)
{
    size_t end = s.len;

    if (wx_str_starts(s, "["))
        return wx_str_sub(s, 1, wx_str_chr(s, ']'));
    while (end && s.ptr[end - 1] != ':')
        end--;
    return end > 1 ? wx_str_sub(s, 0, end - 1) : s;
}

static bool list_covers(struct wx_str list, struct wx_str address)
{
    struct wx_str one;
    size_t pos = 0;

    while (wx_list_next(list, &pos, &one))
        if (wx_address_text_covers(one, address))
            return true;
    return false;
}

static void judge_ip(struct judging *j)
{
    struct wx_str reported = site_text(j, "ip");
    struct wx_str address = bare_address(text_in(j->home, "address"));

    if (!j->is_seen || address.len == 0)
        say_unknown(j, "ip", "not_reached", reported);
    else if (reported.len == 0)
        say(j, "ip", WX_MEASURED_NOT_STATED, "not_stated", reported, address, address);
    else if (list_covers(reported, address))
        say(j, "ip", WX_MEASURED_AGREES, "same", reported, address, WX_STR(""));
    else
        say(j, "ip", WX_MEASURED_DIFFERS, "other_value", reported, address, address);
}

static void judge_domestic(struct judging *j)
{
    struct wx_str reported = site_bool(j, "is_domestic");
    struct wx_str address = bare_address(text_in(j->home, "address"));
    char country[3];
    bool is_here;

    if (!j->measure->places) {
        say_unknown(j, "is_domestic", "no_ip_database", reported);
        return;
    }
    if (!j->is_seen || address.len == 0) {
        say_unknown(j, "is_domestic", "not_reached", reported);
        return;
    }
    if (!wx_places_country(j->measure->places, address, country)) {
        say_unknown(j, "is_domestic", "address_not_listed", reported);
        return;
    }
    is_here = strcmp(country, "CN") == 0;
    if (reported.len && wx_str_eqz(reported, is_here ? "true" : "false"))
        say(j, "is_domestic", WX_MEASURED_AGREES, "same", reported, wx_str_of(country),
            WX_STR(""));
    else if (reported.len || !is_here)
        say(j, "is_domestic", WX_MEASURED_DIFFERS, is_here ? "at_home" : "abroad",
            reported, wx_str_of(country), is_here ? WX_STR("true") : WX_STR("false"));
    else
        say(j, "is_domestic", WX_MEASURED_NOT_STATED, "not_stated", reported,
            wx_str_of(country), WX_STR("true"));
}

static void judge_ipv6(struct judging *j)
{
    struct wx_str reported = site_bool(j, "has_ipv6");
    const json_t *entry;
    bool has = false;
    size_t i;

    has = wx_str_starts(text_in(j->home, "address"), "[");
    json_array_foreach(json_object_get(j->facts, "entries"), i, entry)
    {
        has = has || (json_is_true(json_object_get(entry, "usable")) &&
                      wx_str_starts(text_in(entry, "address"), "["));
    }
    if (!has) /* one address was used; that it was IPv4 proves nothing */
        say_unknown(j, "has_ipv6", "not_tried", reported);
    else if (wx_str_eqz(reported, "false"))
        say(j, "has_ipv6", WX_MEASURED_DIFFERS, "other_value", reported, WX_STR("true"),
            WX_STR("true"));
    else
        say(j, "has_ipv6", reported.len ? WX_MEASURED_AGREES : WX_MEASURED_NOT_STATED,
            reported.len ? "same" : "not_stated", reported, WX_STR("true"),
            reported.len ? WX_STR("") : WX_STR("true"));
}

/* ---- filings and labels ---- */

static bool same_icp(struct wx_str a, struct wx_str b)
{
    uint32_t a_letter, b_letter;
    struct wx_str a_digits, b_digits;

    return wx_icp_read(a, &a_letter, &a_digits) &&
           wx_icp_read(b, &b_letter, &b_digits) && wx_str_ieq(a_digits, b_digits) &&
           (a_letter == b_letter || a_letter == 0 || b_letter == 0 ||
            wx_division_of_letter(a_letter) == wx_division_of_letter(b_letter));
}

static bool same_police(struct wx_str a, struct wx_str b)
{
    size_t i = 0, k = 0;

    for (;;) { /* digits only: people write "京公网安备 11010202007633号" */
        while (i < a.len && (a.ptr[i] < '0' || a.ptr[i] > '9'))
            i++;
        while (k < b.len && (b.ptr[k] < '0' || b.ptr[k] > '9'))
            k++;
        if (i == a.len || k == b.len)
            return i == a.len && k == b.len;
        if (a.ptr[i++] != b.ptr[k++])
            return false;
    }
}

static void judge_label(struct judging *j, const char *field,
                        bool (*same)(struct wx_str, struct wx_str), bool is_denied)
{
    struct wx_str reported = site_text(j, field), shown = text_in(j->labels, field);

    if (!j->is_seen)
        say_unknown(j, field, "not_reached", reported);
    else if (shown.len == 0) /* missing labels are findings, not contradictions */
        say_unknown(j, field, "not_shown", reported);
    else if (reported.len == 0 && is_denied)
        say(j, field, WX_MEASURED_DIFFERS, "denied", reported, shown, shown);
    else if (reported.len == 0)
        say(j, field, WX_MEASURED_NOT_STATED, "not_stated", reported, shown, shown);
    else if (same(reported, shown))
        say(j, field, WX_MEASURED_AGREES, "same", reported, shown, WX_STR(""));
    else
        say(j, field, WX_MEASURED_DIFFERS, "other_value", reported, shown, shown);
}

static void judge_badge(struct judging *j)
{
    const json_t *badge = json_object_get(j->labels, "conac");
    struct wx_str reported = site_bool(j, "unified_label");
    struct wx_str state = text_in(badge, "state");
    bool has = wx_str_eqz(state, "official") || wx_str_eqz(state, "link_only");
    bool is_refused = json_is_true(json_object_get(badge, "error_image"));
    struct wx_str measured;

    if (!j->is_seen || state.len == 0 ||
        (!has && !json_is_true(json_object_get(j->labels, "determined")))) {
        say_unknown(j, "unified_label", "not_reached", reported);
        return;
    }
    has = has && !is_refused;
    measured = has ? WX_STR("true") : WX_STR("false");
    if (reported.len == 0)
        say(j, "unified_label", WX_MEASURED_NOT_STATED, "not_stated", reported,
            measured, measured);
    else if (wx_str_eq(reported, measured))
        say(j, "unified_label", WX_MEASURED_AGREES, "same", reported, measured,
            WX_STR(""));
    else
        say(j, "unified_label", WX_MEASURED_DIFFERS,
            is_refused                           ? "label_refused"
            : wx_str_eqz(state, "image_only")    ? "label_picture"
            : wx_str_eqz(state, "commented_out") ? "label_commented"
                                                 : "other_value",
            reported, measured, measured);
}

static void judge_badge_kind(struct judging *j)
{
    struct wx_str colour = text_in(json_object_get(j->labels, "conac"), "colour");
    struct wx_str reported = site_text(j, "label_kind"), measured;

    if (!j->is_seen || colour.len == 0)
        return;
    measured = wx_str_eqz(colour, "red") ? WX_STR("organ") : WX_STR("institution");
    if (reported.len == 0 && (wx_str_eqz(j->in->unit->kind, "organ") ||
                              wx_str_eqz(j->in->unit->kind, "institution")))
        reported =
            j->in->unit->kind; /* the kind of the unit says which it ought to be */
    if (reported.len == 0)
        say(j, "label_kind", WX_MEASURED_NOT_STATED, "not_stated", reported, measured,
            measured);
    else if (wx_str_eq(reported, measured))
        say(j, "label_kind", WX_MEASURED_AGREES, "same", reported, measured,
            WX_STR(""));
    else
        say(j, "label_kind", WX_MEASURED_DIFFERS, "other_value", reported, measured,
            measured);
}

/* ---- domain, HTTPS, state ---- */

static struct wx_str host_of(struct wx_str domain)
{
    size_t colon = wx_str_chr(domain, ':');

    return wx_str_starts(domain, "[") || colon == WX_NPOS
               ? domain
               : wx_str_sub(domain, 0, colon);
}

static void judge_domain(struct judging *j)
{
    struct wx_str domain = host_of(site_text(j, "domain")), final;
    struct wx_url url;
    enum wx_suffix suffix;

    if (wx_url_parse(j->arena, text_in(j->home, "url"), NULL, &url, NULL)) {
        say_unknown(j, "domain", "not_reached", domain);
        return;
    }
    final = url.host;
    if (!wx_str_eq(wx_domain_registrable(final), wx_domain_registrable(domain))) {
        say(j, "domain", WX_MEASURED_DIFFERS, "elsewhere", domain, final, WX_STR(""));
        return;
    }
    suffix = wx_suffix_judge(final, j->in->unit->kind, j->in->unit->has_duties);
    if (suffix == WX_SUFFIX_UNKNOWN)
        say_unknown(j, "domain", "kind_not_stated", domain);
    else if (suffix == WX_SUFFIX_FITS)
        say(j, "domain", WX_MEASURED_AGREES, "same", domain, final, WX_STR(""));
    else
        say(j, "domain", WX_MEASURED_DIFFERS,
            suffix == WX_SUFFIX_OLD            ? "suffix_old"
            : suffix == WX_SUFFIX_NOT_ENTITLED ? "not_entitled"
                                               : "suffix",
            domain, final, WX_STR(""));
}

static void judge_https(struct judging *j)
{
    struct wx_str reported = site_bool(j, "has_https"), measured;
    const json_t *https = json_object_get(j->facts, "https");

    if (!j->is_seen || !json_is_boolean(https)) {
        say_unknown(j, "has_https", "not_reached", reported);
        return;
    }
    measured = json_is_true(https) ? WX_STR("true") : WX_STR("false");
    if (reported.len == 0)
        say(j, "has_https", WX_MEASURED_NOT_STATED, "not_stated", reported, measured,
            measured);
    else if (wx_str_eq(reported, measured))
        say(j, "has_https", WX_MEASURED_AGREES, "same", reported, measured, WX_STR(""));
    else
        say(j, "has_https", WX_MEASURED_DIFFERS, "other_value", reported, measured,
            measured);
}

static void judge_state(struct judging *j)
{
    struct wx_str reported = site_text(j, "state");
    bool is_up = wx_str_eqz(reported, "running");
    bool is_down = wx_str_eqz(reported, "suspended") ||
                   wx_str_eqz(reported, "closed") || wx_str_eqz(reported, "merged");

    if (reported.len == 0 || (!is_up && !is_down))
        return;
    if (j->is_seen)
        say(j, "state", is_down ? WX_MEASURED_DIFFERS : WX_MEASURED_AGREES,
            is_down ? "answers" : "same", reported, WX_STR("running"),
            is_down ? WX_STR("running") : WX_STR(""));
    else if (j->measure->status == WX_SITE_UNREACHABLE)
        say(j, "state", is_up ? WX_MEASURED_DIFFERS : WX_MEASURED_AGREES,
            is_up ? "unreachable" : "same", reported, WX_STR(""), WX_STR(""));
    else
        say_unknown(j, "state", wx_site_status_name(j->measure->status), reported);
}

/* ---- the unit's name ---- */

static void judge_name(struct judging *j)
{
    struct wx_str shown = text_in(j->labels, "host_unit");
    const struct wx_unit_facts *unit = j->in->unit;
    struct wx_str ours[] = {unit->name, unit->short_name, unit->parent_name,
                            site_text(j, "name")};
    bool is_similar = false;

    if (!j->is_seen || unit->name.len == 0 || shown.len == 0) {
        say_unknown(j, "name", shown.len ? "not_reached" : "not_shown", unit->name);
        return;
    }
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        enum wx_name_match match =
            ours[i].len ? wx_name_match(ours[i], shown) : WX_NAME_OTHER;

        if (match == WX_NAME_SAME) {
            say(j, "name", WX_MEASURED_AGREES, "same", unit->name, shown, WX_STR(""));
            return;
        }
        is_similar = is_similar || match == WX_NAME_SIMILAR;
    }
    if (is_similar)
        say(j, "name", WX_MEASURED_UNKNOWN, "similar", unit->name, shown, WX_STR(""));
    else
        say(j, "name", WX_MEASURED_DIFFERS, "other_value", unit->name, shown,
            WX_STR(""));
}

size_t wx_contradiction_judge(struct wx_arena *arena,
                              const struct wx_reported *reported, const json_t *facts,
                              const struct wx_measure *measure,
                              struct wx_measured_check out[WX_MAX_MEASURED_CHECKS])
{
    bool has_icp_denied = json_is_false(json_object_get(reported->site, "has_icp"));
    struct judging j = {
        .arena = arena,
        .in = reported,
        .facts = facts,
        .home = json_object_get(facts, "home"),
        .labels = json_object_get(facts, "labels"),
        .measure = measure,
        .is_seen =
            measure->status == WX_SITE_INSPECTED || measure->status == WX_SITE_PARTLY,
        .out = out,
    };

    judge_ip(&j);
    judge_domestic(&j);
    judge_ipv6(&j);
    judge_label(&j, "icp", same_icp, has_icp_denied);
    judge_label(&j, "site_code", wx_str_ieq, false);
    judge_label(&j, "police_code", same_police, false);
    judge_badge(&j);
    judge_badge_kind(&j);
    judge_domain(&j);
    judge_https(&j);
    judge_name(&j);
    judge_state(&j);
    return j.n;
}

const char *wx_agreement_name(enum wx_agreement verdict)
{
    static const char *const names[] = {"agrees", "differs", "not_stated",
                                        "not_determined"};

    return names[verdict];
}

static bool agrees_if(bool is_same, enum wx_agreement *out)
{
    *out = is_same ? WX_MEASURED_AGREES : WX_MEASURED_DIFFERS;
    return is_same;
}

enum wx_agreement wx_contradiction_answer(struct wx_str field, struct wx_str answer,
                                          struct wx_str measured)
{
    bool is_yes = wx_str_eqz(answer, "true"), is_no = wx_str_eqz(answer, "false");
    enum wx_agreement out = WX_MEASURED_UNKNOWN;

    if (!measured.len)
        return WX_MEASURED_UNKNOWN;
    if (!answer.len)
        return WX_MEASURED_NOT_STATED;
    if (wx_str_eqz(field, "ip"))
        agrees_if(list_covers(answer, measured), &out);
    else if (wx_str_eqz(field, "icp") && (is_yes || is_no))
        agrees_if(is_yes, &out); /* asked is whether there is one */
    else if (wx_str_eqz(field, "icp"))
        agrees_if(same_icp(answer, measured), &out);
    else if (wx_str_eqz(field, "police_code"))
        agrees_if(same_police(answer, measured), &out);
    else if (wx_str_eqz(field, "is_domestic") && (is_yes || is_no))
        agrees_if(is_yes == wx_str_eqz(measured, "CN"), &out);
    else if (wx_str_eqz(field, "domain"))
        agrees_if(wx_str_eq(wx_domain_registrable(host_of(answer)),
                            wx_domain_registrable(measured)),
                  &out);
    else if (wx_str_eqz(field, "site_code") || wx_str_eqz(field, "label_kind"))
        agrees_if(wx_str_ieq(answer, measured), &out);
    else if (is_yes || is_no)
        agrees_if(wx_str_eq(answer, measured), &out);
    return out;
}
