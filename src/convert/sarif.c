/*
 * SARIF 2.1.0 (OASIS): runs[].results[], each naming a rule of the tool by index, id or
 * reference. Only results about web addresses are taken; one about a source file has no
 * site here and is counted as left out.
 */
#include "convert/foreign.h"

struct sarif {
    struct wx_convert_child *child;
    const json_t *driver; /* of the run at hand */
};

static const json_t *rule_of(const struct sarif *s, const json_t *result)
{
    const json_t *rules = json_object_get(s->driver, "rules");
    const json_t *ref = json_object_get(result, "rule");
    const json_t *index = json_object_get(result, "ruleIndex");
    struct wx_str id = wx_foreign_str(result, "ruleId");
    const json_t *rule;
    size_t i;

    if (!index)
        index = json_object_get(ref, "index");
    if (json_is_integer(index) && json_integer_value(index) >= 0)
        return json_array_get(rules, (size_t)json_integer_value(index));
    if (!id.len)
        id = wx_foreign_str(ref, "id");
    for (i = 0; i < json_array_size(rules); i++) {
        rule = json_array_get(rules, i);
        if (id.len && wx_str_eq(wx_foreign_str(rule, "id"), id))
            return rule;
    }
    return NULL;
}

static struct wx_str text_in(const json_t *object, const char *key)
{
    return wx_foreign_str(json_object_get(object, key), "text");
}

/* "security-severity" is a number as text, as code hosting sites agreed on. */
static struct wx_str severity_of(const json_t *result, const json_t *rule)
{
    const json_t *places[] = {json_object_get(result, "properties"),
                              json_object_get(rule, "properties")};
    const json_t *standard = json_object_get(rule, "defaultConfiguration");
    struct wx_str level = wx_foreign_str(result, "level");

    for (size_t i = 0; i < 2; i++) {
        const json_t *v = json_object_get(places[i], "security-severity");
        struct wx_str s = wx_foreign_str(places[i], "security-severity");

        if (json_is_number(v))
            return wx_foreign_severity_of_score(json_number_value(v));
        if (s.len && wx_foreign_severity(s).len)
            return wx_foreign_severity(s);
    }
    if (!level.len)
        level = wx_foreign_str(standard, "level");
    return wx_foreign_severity(level.len ? level : WX_STR("warning"));
}

/* The message itself, or the rule's one that it names, with {0}, {1} as they stand. */
static struct wx_str message_of(const json_t *result, const json_t *rule)
{
    const json_t *message = json_object_get(result, "message");
    struct wx_str text = wx_foreign_str(message, "text");
    struct wx_str id = wx_foreign_str(message, "id");

    if (!text.len)
        text = wx_foreign_str(message, "markdown");
    if (!text.len && id.len)
        text = text_in(json_object_get(rule, "messageStrings"), id.ptr);
    return text.len ? text : text_in(rule, "fullDescription");
}

static struct wx_str url_of(const json_t *result)
{
    const json_t *locations = json_object_get(result, "locations");
    struct wx_str url = wx_foreign_str(json_object_get(result, "webRequest"), "target");

    for (size_t i = 0; i < json_array_size(locations) && i < 50; i++) {
        const json_t *place =
            json_object_get(json_array_get(locations, i), "physicalLocation");
        struct wx_str uri =
            wx_foreign_str(json_object_get(place, "artifactLocation"), "uri");

        if (wx_str_istarts(uri, "http://") || wx_str_istarts(uri, "https://"))
            return uri;
    }
    return wx_str_istarts(url, "http") ? url : (struct wx_str){NULL, 0};
}

static void read_tags(struct wx_foreign *f, const json_t *rule)
{
    const json_t *tags = json_object_get(json_object_get(rule, "properties"), "tags");

    for (size_t i = 0; i < json_array_size(tags); i++) {
        const json_t *tag = json_array_get(tags, i);
        struct wx_str s = {json_string_value(tag), json_string_length(tag)};

        if (wx_str_istarts(s, "external/cwe/"))
            s = wx_str_sub(s, strlen("external/cwe/"), s.len);
        if (wx_str_istarts(s, "cwe-"))
            wx_foreign_cwe(f, s);
        wx_foreign_cve(f, s);
    }
}

static struct wx_str fingerprint_of(const json_t *result)
{
    static const char *const names[] = {"fingerprints", "partialFingerprints"};

    for (size_t i = 0; i < 2; i++) {
        json_t *prints = json_object_get(result, names[i]);
        void *first = json_object_iter(prints);
        const json_t *v = json_object_iter_value(first);

        if (json_is_string(v))
            return (struct wx_str){json_string_value(v), json_string_length(v)};
    }
    return wx_foreign_str(result, "guid");
}

static enum wx_status read_result(struct sarif *s, const json_t *result,
                                  struct wx_err *err)
{
    const json_t *rule = rule_of(s, result);
    struct wx_foreign f = {0};
    struct wx_str id = wx_foreign_str(result, "ruleId");
    struct wx_str version = wx_foreign_str(s->driver, "semanticVersion");

    if (json_array_size(json_object_get(result, "suppressions")))
        return WX_OK;
    f.texts[WX_FOREIGN_TOOL] = wx_foreign_str(s->driver, "name");
    f.texts[WX_FOREIGN_TOOL_VERSION] =
        version.len ? version : wx_foreign_str(s->driver, "version");
    f.texts[WX_FOREIGN_RULE] = id.len ? id : wx_foreign_str(rule, "id");
    f.texts[WX_FOREIGN_TITLE] = text_in(rule, "shortDescription");
    if (!f.texts[WX_FOREIGN_TITLE].len)
        f.texts[WX_FOREIGN_TITLE] = wx_foreign_str(rule, "name");
    f.texts[WX_FOREIGN_SEVERITY] = severity_of(result, rule);
    f.texts[WX_FOREIGN_URL] = url_of(result);
    f.texts[WX_FOREIGN_METHOD] =
        wx_foreign_str(json_object_get(result, "webRequest"), "method");
    f.texts[WX_FOREIGN_DETAIL] = message_of(result, rule);
    f.texts[WX_FOREIGN_FIX] = text_in(rule, "help");
    f.texts[WX_FOREIGN_FINGERPRINT] = fingerprint_of(result);
    wx_foreign_refer(&f, wx_foreign_str(rule, "helpUri"));
    read_tags(&f, rule);
    return wx_foreign_send(s->child, &f, err);
}

enum wx_status wx_convert_sarif(struct wx_convert_child *child, struct wx_str bytes,
                                struct wx_err *err)
{
    struct sarif s = {.child = child};
    json_t *root = wx_foreign_load(child, bytes, err);
    const json_t *runs = json_object_get(root, "runs");
    enum wx_status st = WX_OK;

    if (!root)
        return err ? err->status : WX_E_INVALID;
    if (!json_is_array(runs) || !wx_str_starts(wx_foreign_str(root, "version"), "2.1"))
        st = wx_fail(err, WX_E_INVALID, "%s",
                     wx_text(child->lang, WX_T_CONVERT_NOT_SARIF));
    for (size_t i = 0; !st && i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        const json_t *results = json_object_get(run, "results");

        s.driver = json_object_get(json_object_get(run, "tool"), "driver");
        for (size_t k = 0; !st && k < json_array_size(results); k++)
            st = read_result(&s, json_array_get(results, k), err);
    }
    if (!st)
        wx_foreign_end(child, wx_foreign_str(s.driver, "name"));
    json_decref(root);
    return st;
}
