#include "register/check.h"

#include "base/clock.h"
#include "detect/division.h"
#include "store/office_register.h"
#include "store/record.h"
#include "wire/identifier.h"
#include "wire/url.h"
#include <stdlib.h>

/* One check under way: the record as it will be, and its unit. */
struct checking {
    const struct wx_check *in;
    json_t *whole; /* old values, the new ones over them */
    struct wx_unit_facts unit;
    bool was_before_launch; /* a site that was planned, being built, or built */
    char today[24];
};

static struct wx_str text_of(const struct checking *c, const char *field)
{
    json_t *v = json_object_get(c->whole, field);

    return json_is_string(v)
               ? (struct wx_str){json_string_value(v), json_string_length(v)}
               : (struct wx_str){NULL, 0};
}

static bool is_word(const struct checking *c, const char *field, const char *word)
{
    return wx_str_eqz(text_of(c, field), word);
}

static bool is_no(const struct checking *c, const char *field)
{
    return json_is_false(json_object_get(c->whole, field));
}

static bool is_yes(const struct checking *c, const char *field)
{
    return json_is_true(json_object_get(c->whole, field));
}

static bool has_word(const struct checking *c, const char *field, const char *word)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(c->whole, field), i, item)
    {
        if (json_is_string(item) && strcmp(json_string_value(item), word) == 0)
            return true;
    }
    return false;
}

/* Of the fields that come in now; what stood there before is not refused again. */
static void refuse(const struct checking *c, const char *field, const char *code,
                   enum wx_text text)
{
    if (json_object_get(c->in->values, field))
        wx_field_problem_add(c->in->problems, field, code, text);
}

static void warn(const struct checking *c, const char *field, const char *code,
                 enum wx_text text)
{
    wx_field_problem_add(c->in->warnings, field, code, text);
}

static void warn_if_past(const struct checking *c, const char *field)
{
    struct wx_str date = text_of(c, field);

    if (date.len == 10 && memcmp(date.ptr, c->today, 10) < 0)
        warn(c, field, "past", WX_T_CHECK_PAST);
}

static void warn_if_no(const struct checking *c, const char *field, enum wx_text text)
{
    if (is_no(c, field))
        warn(c, field, "norm", text);
}

/* ---- fields of several kinds ---- */

/* "Www.例子.政务:8080" to ASCII; the port stays. */
static bool normalize_domain(const struct checking *c, struct wx_str domain,
                             struct wx_str *out)
{
    size_t colon = wx_str_starts(domain, "[") ? wx_str_find(domain, WX_STR("]:"), 0)
                                              : wx_str_chr(domain, ':');
    struct wx_str host = domain, port = {NULL, 0}, plain;
    uint64_t v;

    if (colon != WX_NPOS) {
        colon += domain.ptr[colon] == ']';
        host = wx_str_sub(domain, 0, colon);
        port = wx_str_sub(domain, colon + 1, domain.len);
        if (!wx_str_to_u64(port, 65535, &v) || v == 0)
            return false;
    }
    if (wx_host_normalize(c->in->arena, host, &plain, NULL))
        return false;
    *out = port.len && v != 80 && v != 443
               ? wx_arena_printf(c->in->arena, "%.*s:%llu", WX_STR_ARG(plain),
                                 (unsigned long long)v)
               : plain;
    return true;
}

static void check_domain(const struct checking *c, const char *field)
{
    json_t *value = json_object_get(c->in->values, field);
    struct wx_str domain = text_of(c, field), plain;

    if (!value || domain.len == 0)
        return;
    if (!normalize_domain(c, domain, &plain)) {
        refuse(c, field, "not_a_domain", WX_T_FIELD_NOT_A_DOMAIN);
        return;
    }
    json_object_set_new(c->in->values, field, json_stringn(plain.ptr, plain.len));
    json_object_set(c->whole, field, json_object_get(c->in->values, field));
}

/* Kept in one form, separated by blanks, so that they can be looked up. */
static void check_domains(const struct checking *c, const char *field)
{
    struct wx_str list = text_of(c, field), one, plain;
    struct wx_buf all = WX_BUF_INIT(4096);
    size_t pos = 0;

    if (!json_object_get(c->in->values, field))
        return;
    while (wx_list_next(list, &pos, &one)) {
        if (!normalize_domain(c, one, &plain) || wx_str_chr(plain, '.') == WX_NPOS) {
            refuse(c, field, "not_a_domain", WX_T_FIELD_NOT_A_DOMAIN);
            break;
        }
        (void)wx_buf_printf(&all, "%s%.*s", all.len ? " " : "", WX_STR_ARG(plain));
    }
    json_object_set_new(c->in->values, field,
                        json_stringn(all.ptr ? all.ptr : "", all.len));
    wx_buf_clear(&all);
}

static void check_addresses(const struct checking *c, const char *field)
{
    struct wx_str list = text_of(c, field), one;
    size_t pos = 0;

    while (wx_list_next(list, &pos, &one))
        if (!wx_address_text_is_valid(one)) {
            refuse(c, field, "not_an_address", WX_T_IMPORT_BAD_IP);
            return;
        }
}

static void check_icp(const struct checking *c, const char *field)
{
    struct wx_str icp = text_of(c, field), digits;
    int province = c->unit.division.len ? wx_division_province(c->unit.division) : 0;
    uint32_t letter;
    int of_letter;

    if (icp.len == 0)
        return;
    if (!wx_icp_read(icp, &letter, &digits) || !wx_icp_is_valid(letter, digits)) {
        warn(c, field, "icp_form", WX_T_IMPORT_BAD_ICP);
        return;
    }
    of_letter = wx_division_of_letter(letter);
    if (province && of_letter && province != of_letter)
        warn(c, field, "other_province", WX_T_CHECK_OTHER_PROVINCE);
}

static void check_code_division(const struct checking *c, const char *field,
                                struct wx_str code)
{
    if (c->unit.division.len >= 6 && code.len >= 6 && !wx_str_istarts(code, "bm") &&
        !wx_division_agrees(wx_str_sub(code, 0, 6), wx_str_sub(c->unit.division, 0, 6)))
        warn(c, field, "other_division", WX_T_CHECK_OTHER_DIVISION);
}

static void check_suffix(const struct checking *c, const char *field)
{
    struct wx_str host = text_of(c, field);

    if (wx_str_chr(host, ':') != WX_NPOS && !wx_str_starts(host, "["))
        host = wx_str_sub(host, 0, wx_str_chr(host, ':'));
    switch (wx_suffix_judge(host, c->unit.kind, c->unit.has_duties)) {
    case WX_SUFFIX_OLD:
        warn(c, field, "suffix_old", WX_T_CHECK_SUFFIX_OLD);
        break;
    case WX_SUFFIX_WRONG:
        warn(c, field, "suffix_wrong",
             wx_str_eqz(c->unit.kind, "organ") ? WX_T_CHECK_SUFFIX_ORGAN
                                               : WX_T_CHECK_SUFFIX_INSTITUTION);
        break;
    case WX_SUFFIX_NOT_ENTITLED:
        warn(c, field, "suffix_not_entitled", WX_T_CHECK_SUFFIX_NOT_ENTITLED);
        break;
    default:
        break;
    }
}

static bool ends_in(struct wx_str host, const char *suffix)
{
    return wx_str_ends(host, suffix) && host.len > strlen(suffix);
}

/* Norms: 中网办发文〔2014〕1号 and 互联网政务应用安全管理规定 (2024), art. 5. */
enum wx_suffix wx_suffix_judge(struct wx_str host, struct wx_str unit_kind,
                               int has_duties)
{
    bool is_gov = ends_in(host, ".gov.cn") || ends_in(host, ".xn--zfr164b");
    bool is_old = ends_in(host, ".xn--zfr164b.cn");
    bool is_cn = ends_in(host, ".cn") || ends_in(host, ".xn--55qw42g");
    uint64_t v;

    if (host.len == 0 || wx_str_chr(host, '.') == WX_NPOS || host.ptr[0] == '[' ||
        wx_str_to_u64(wx_str_sub(host, host.len - 1, host.len), 9, &v))
        return WX_SUFFIX_UNKNOWN; /* an address: no name ends in a digit */
    if (wx_str_eqz(unit_kind, "organ"))
        return is_gov ? WX_SUFFIX_FITS : is_old ? WX_SUFFIX_OLD : WX_SUFFIX_WRONG;
    if (wx_str_eqz(unit_kind, "institution")) {
        if ((is_gov || is_old) && has_duties == 0)
            return WX_SUFFIX_NOT_ENTITLED;
        return is_gov || is_cn ? WX_SUFFIX_FITS : WX_SUFFIX_WRONG;
    }
    if (unit_kind.len == 0)
        return WX_SUFFIX_UNKNOWN;
    return is_gov || is_old ? WX_SUFFIX_NOT_ENTITLED : WX_SUFFIX_FITS;
}

bool wx_credit_code_is_valid(struct wx_str code)
{
    static const char characters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const int weights[] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                  29, 25, 13, 8,  24, 10, 30, 28};
    int sum = 0;

    if (code.len != 18)
        return false;
    for (size_t i = 0; i < 18; i++) {
        const char *at = code.ptr[i] ? strchr(characters, code.ptr[i]) : NULL;

        if (!at)
            return false;
        if (i < 17)
            sum += weights[i] * (int)(at - characters);
        else
            return (31 - sum % 31) % 31 == at - characters;
    }
    return false;
}

/* ---- unit ---- */

static enum wx_status check_unit(struct checking *c, struct wx_err *err)
{
    int64_t parent = json_integer_value(json_object_get(c->whole, "parent_id"));
    struct wx_str code = text_of(c, "code"), division = text_of(c, "division");
    bool is_loop = false;
    enum wx_status status = WX_OK;

    if (c->in->id && parent)
        status = wx_unit_is_below(c->in->tx, parent, c->in->id, &is_loop, err);
    if (is_loop)
        refuse(c, "parent_id", "loop", WX_T_CHECK_PARENT_LOOP);
    if (c->in->id &&
        json_integer_value(json_object_get(c->whole, "merged_into")) == c->in->id)
        refuse(c, "merged_into", "itself", WX_T_CHECK_MERGE_ITSELF);
    if (code.len && !wx_credit_code_is_valid(code))
        warn(c, "code", "check_character", WX_T_CHECK_CREDIT_CODE);
    if (division.len && (division.len < 6 || !wx_division_province(division)))
        warn(c, "division", "unknown_division", WX_T_CHECK_DIVISION);
    return status;
}

/* ---- site ---- */

static enum wx_status warn_second_portal(const struct checking *c, struct wx_err *err)
{
    int64_t unit_id = json_integer_value(json_object_get(c->whole, "unit_id"));
    struct wx_str other;
    enum wx_status status;

    if (!is_word(c, "kind", "portal") || is_word(c, "state", "closed") ||
        is_word(c, "state", "merged"))
        return WX_OK;
    status = wx_unit_portals(c->in->tx, c->in->arena, unit_id, c->in->id, &other, err);
    if (!status && other.len)
        warn(c, "kind", "second_portal", WX_T_CHECK_SECOND_PORTAL);
    return status;
}

static void warn_grade(const struct checking *c)
{
    struct wx_str grade = text_of(c, "grade");
    bool is_high = wx_str_eqz(c->unit.level, "central") ||
                   wx_str_eqz(c->unit.level, "province") ||
                   wx_str_eqz(c->unit.level, "city");

    if (wx_str_eqz(grade, "none"))
        warn(c, "grade", "not_graded", WX_T_CHECK_NOT_GRADED);
    if (is_high && is_word(c, "kind", "portal") && grade.len &&
        (wx_str_eqz(grade, "none") || grade.ptr[0] < '3'))
        warn(c, "grade", "grade_low", WX_T_CHECK_GRADE_LOW);
}

static void warn_filings(const struct checking *c)
{
    struct wx_str code = text_of(c, "site_code"), police = text_of(c, "police_code");

    check_icp(c, "icp");
    if (is_yes(c, "has_icp") && text_of(c, "icp").len == 0)
        warn(c, "icp", "missing", WX_T_CHECK_ICP_MISSING);
    if (is_no(c, "has_icp") && text_of(c, "icp").len)
        warn(c, "has_icp", "contrary", WX_T_CHECK_ICP_CONTRARY);
    if (code.len && !wx_site_code_is_valid(code))
        warn(c, "site_code", "site_code_form", WX_T_IMPORT_BAD_SITE_CODE);
    else
        check_code_division(c, "site_code", code);
    if (police.len && !wx_police_code_is_valid(police))
        warn(c, "police_code", "police_code_form", WX_T_IMPORT_BAD_POLICE_CODE);
    else
        check_code_division(c, "police_code", police);
    warn_if_no(c, "opening_review", WX_T_CHECK_NO_OPENING_REVIEW);
    warn_if_no(c, "recheck", WX_T_CHECK_NO_RECHECK);
    warn_if_no(c, "unified_label", WX_T_CHECK_NO_LABEL);
}

static enum wx_status check_site(struct checking *c, struct wx_err *err)
{
    check_domain(c, "domain");
    check_domains(c, "other_domains");
    check_addresses(c, "ip");
    check_suffix(c, "domain");
    warn_filings(c);
    warn_grade(c);
    warn_if_no(c, "is_domestic", WX_T_CHECK_NOT_DOMESTIC);
    warn_if_past(c, "domain_until");
    if (has_word(c, "interaction", "forum") && !is_yes(c, "interaction_approved"))
        warn(c, "interaction", "not_approved", WX_T_CHECK_FORUM);
    if (c->was_before_launch && is_word(c, "state", "running"))
        refuse(c, "state", "needs_launch", WX_T_CHECK_NEEDS_LAUNCH);
    if (is_word(c, "state", "merged") &&
        !json_integer_value(json_object_get(c->whole, "merged_into")))
        warn(c, "merged_into", "missing", WX_T_CHECK_MERGED_WHERE);
    if (is_word(c, "state", "running") && text_of(c, "closed_on").len)
        warn(c, "closed_on", "contrary", WX_T_CHECK_CLOSED_RUNS);
    if ((wx_str_eqz(c->unit.level, "township") ||
         (wx_str_eqz(c->unit.level, "county") && !is_word(c, "kind", "portal"))) &&
        !is_word(c, "hosting", "platform"))
        warn(c, "hosting", "use_platform", WX_T_CHECK_USE_PLATFORM);
    return warn_second_portal(c, err);
}

/* ---- the others ---- */

static enum wx_status check_app(struct checking *c, struct wx_err *err)
{
    (void)err;
    check_domain(c, "domain");
    check_icp(c, "icp");
    warn_if_no(c, "is_domestic", WX_T_CHECK_NOT_DOMESTIC);
    if (is_yes(c, "collects_personal"))
        warn_if_no(c, "has_privacy_policy", WX_T_CHECK_NO_PRIVACY_POLICY);
    return WX_OK;
}

static enum wx_status check_mail_system(struct checking *c, struct wx_err *err)
{
    (void)err;
    check_domain(c, "domain");
    check_addresses(c, "ip");
    check_suffix(c, "domain");
    warn_if_no(c, "is_domestic", WX_T_CHECK_NOT_DOMESTIC);
    return WX_OK;
}

static enum wx_status check_network(struct checking *c, struct wx_err *err)
{
    (void)err;
    check_addresses(c, "addresses");
    if (is_word(c, "kind", "inner"))
        warn_if_no(c, "is_isolated", WX_T_CHECK_INNER_NOT_ISOLATED);
    return WX_OK;
}

static enum wx_status check_grading(struct checking *c, struct wx_err *err)
{
    struct wx_str level = text_of(c, "level"), on = text_of(c, "assessed_on");

    (void)err;
    warn_if_past(c, "next_assessment");
    if (level.len == 1 && level.ptr[0] >= '3' && on.len == 10) {
        char year_ago[24];

        wx_time_format(c->in->now_s - 366LL * 86400, year_ago);
        if (memcmp(on.ptr, year_ago, 10) < 0) /* level 3 is measured every year */
            warn(c, "assessed_on", "assessment_old", WX_T_CHECK_ASSESSMENT_OLD);
    }
    return WX_OK;
}

static enum wx_status check_provider(struct checking *c, struct wx_err *err)
{
    struct wx_str code = text_of(c, "code");

    (void)err;
    if (code.len && !wx_credit_code_is_valid(code))
        warn(c, "code", "check_character", WX_T_CHECK_CREDIT_CODE);
    warn_if_no(c, "security_review", WX_T_CHECK_NO_SECURITY_REVIEW);
    warn_if_no(c, "secrecy_agreement", WX_T_CHECK_NO_SECRECY_AGREEMENT);
    warn_if_no(c, "is_domestic", WX_T_CHECK_NOT_DOMESTIC);
    warn_if_past(c, "qualified_until");
    warn_if_past(c, "contract_until");
    return WX_OK;
}

static enum wx_status check_person(struct checking *c, struct wx_err *err)
{
    (void)err;
    warn_if_past(c, "permit_until");
    return WX_OK;
}

static enum wx_status check_valid_until(struct checking *c, struct wx_err *err)
{
    (void)err;
    warn_if_past(c, "valid_until");
    return WX_OK;
}

static enum wx_status check_crypto_product(struct checking *c, struct wx_err *err)
{
    (void)err;
    warn_if_past(c, "certificate_until");
    return WX_OK;
}

static enum wx_status check_agency(struct checking *c, struct wx_err *err)
{
    struct wx_str code = text_of(c, "code");

    (void)err;
    if (code.len && !wx_credit_code_is_valid(code))
        warn(c, "code", "check_character", WX_T_CHECK_CREDIT_CODE);
    warn_if_past(c, "qualified_until");
    warn_if_past(c, "agreement_until");
    return WX_OK;
}

static enum wx_status check_review(struct checking *c, struct wx_err *err)
{
    (void)err;
    if (is_word(c, "is_entitled", "no_duties") || is_word(c, "is_entitled", "other"))
        warn(c, "is_entitled", "not_entitled", WX_T_CHECK_NOT_ENTITLED);
    if (is_word(c, "kind", "registration") && is_word(c, "assessment_result", "fail"))
        warn(c, "assessment_result", "failed", WX_T_CHECK_ASSESSMENT_FAILED);
    if (is_word(c, "kind", "registration"))
        warn_if_no(c, "protection_built", WX_T_CHECK_NO_PROTECTION);
    return WX_OK;
}

static enum wx_status check_merge_plan(struct checking *c, struct wx_err *err)
{
    int64_t site_id = json_integer_value(json_object_get(c->whole, "site_id"));
    int64_t target = json_integer_value(json_object_get(c->whole, "target_id"));

    (void)err;
    if (target && target == site_id)
        refuse(c, "target_id", "itself", WX_T_CHECK_MERGE_ITSELF);
    if (is_word(c, "action", "merge") && !target &&
        text_of(c, "target_platform").len == 0)
        warn(c, "target_id", "missing", WX_T_CHECK_MERGED_WHERE);
    return WX_OK;
}

typedef enum wx_status check_of_kind(struct checking *c, struct wx_err *err);
static const struct {
    const char *kind;
    check_of_kind *check;
} checks[] = {
    {"unit", check_unit},
    {"person", check_person},
    {"certificate", check_valid_until},
    {"site", check_site},
    {"app", check_app},
    {"mail_system", check_mail_system},
    {"network", check_network},
    {"grading", check_grading},
    {"provider", check_provider},
    {"crypto_product", check_crypto_product},
    {"agency", check_agency},
    {"review", check_review},
    {"merge_plan", check_merge_plan},
};

/* ---- the frame ---- */

static enum wx_status read_whole(struct checking *c, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    if (c->in->id) {
        c->whole = wx_record_json(c->in->tx, c->in->arena, c->in->kind->name, c->in->id,
                                  true, err);
        status = c->whole ? WX_OK : WX_E_NOT_FOUND;
    }
    if (!c->whole)
        c->whole = json_object();
    c->was_before_launch = is_word(c, "state", "planned") ||
                           is_word(c, "state", "building") ||
                           is_word(c, "state", "built");
    json_object_update(c->whole, c->in->values);
    return status;
}

static enum wx_status check_one(struct checking *c, check_of_kind *check,
                                struct wx_err *err)
{
    int64_t unit_id;
    enum wx_status status = read_whole(c, err);

    unit_id = json_integer_value(json_object_get(c->whole, "unit_id"));
    if (!status && unit_id)
        status = wx_unit_facts(c->in->tx, c->in->arena, unit_id, &c->unit, err);
    wx_time_format(c->in->now_s, c->today);
    if (!status)
        status = check(c, err);
    json_decref(c->whole);
    if (!status && c->in->problems->n)
        status = wx_fail(err, WX_E_INVALID, "field '%s' of the %s: %s",
                         c->in->problems->at[0].field, c->in->kind->name,
                         c->in->problems->at[0].code);
    return status;
}

enum wx_status wx_register_check(const struct wx_check *check, struct wx_err *err)
{
    struct checking c = {.in = check, .unit = {.has_duties = -1}};

    check->warnings->n = 0;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (strcmp(checks[i].kind, check->kind->name) == 0)
            return check_one(&c, checks[i].check, err);
    return WX_OK;
}
