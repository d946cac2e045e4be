#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "api/call.h"
#include "api/openapi.h"
#include "api/record_endpoints.h"

static json_t *document(enum wx_lang lang)
{
    struct wx_buf out = WX_BUF_INIT(16 << 20);
    json_error_t wrong;
    json_t *doc;

    wx_openapi_write(lang, &out);
    doc = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!doc)
        fail_msg("not JSON: %s at byte %d", wrong.text, wrong.position);
    wx_buf_clear(&out);
    return doc;
}

/* All endpoints of the server one after the other; NULL: no more. */
enum { MAX_ENDPOINTS = 2000 };
static const struct wx_endpoint *all[MAX_ENDPOINTS];
static size_t n_all;

static const struct wx_endpoint *endpoint(size_t i)
{
    return i < n_all ? all[i] : NULL;
}

static size_t n_operations(void)
{
    return n_all;
}

static int gather(void **state)
{
    (void)state;
    for (size_t i = 0; i < wx_endpoint_count(); i++)
        all[n_all++] = wx_endpoint_at(i);
    for (size_t k = 0; k < wx_record_kind_count(); k++)
        for (size_t n = 0; n < WX_RECORD_ENDPOINTS; n++) {
            const struct wx_endpoint *e = wx_record_endpoint(wx_record_kind_at(k), n);

            if (e && wx_record_endpoint_is_routed(e))
                all[n_all++] = e;
        }
    return n_all < MAX_ENDPOINTS ? 0 : -1;
}

/* In the description a second {id} of a path is {id2}. */
/* In the description a second {id} of a path is {id2}. */
static json_t *operation(json_t *doc, const struct wx_endpoint *e)
{
    char method[10] = {0}, path[200], *second;

    snprintf(path, sizeof path, "%s", e->path);
    second = strstr(path, "{id}");
    if (second && (second = strstr(second + 4, "{id}"))) {
        memmove(second + 5, second + 4, strlen(second + 4) + 1);
        memcpy(second, "{id2}", 5);
    }
    for (size_t i = 0; e->method[i] && i < 9; i++)
        method[i] = (char)wx_lower((unsigned char)e->method[i]);
    return json_object_get(json_object_get(json_object_get(doc, "paths"), path),
                           method);
}

static void every_form_an_endpoint_names__is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_operations(); i++) {
        const struct wx_endpoint *e = endpoint(i);

        if (!wx_openapi_knows(e->in) || !wx_openapi_knows(e->out))
            fail_msg("%s %s names '%s' and '%s'; one has no line in schemas.def",
                     e->method, e->path, e->in, e->out);
    }
}

static void every_endpoint__is_described_with_its_rights(void **state)
{
    json_t *doc = document(WX_ZH);

    (void)state;
    for (size_t i = 0; i < n_operations(); i++) {
        const struct wx_endpoint *e = endpoint(i);
        json_t *o = operation(doc, e);
        size_t n;

        if (!o)
            fail_msg("%s %s is not described", e->method, e->path);
        assert_string_equal(
            json_string_value(json_object_get(o, "x-wangxun-operation")),
            wx_op_name(e->op));
        (void)wx_op_grants(e->op, &n);
        assert_int_equal(json_array_size(json_object_get(o, "x-wangxun-grants")), n);
        assert_int_equal(!!json_object_get(o, "requestBody"), e->in[0] != '\0');
    }
    json_decref(doc);
}

static json_t *resolve(json_t *doc, const char *ref)
{
    struct wx_str rest = wx_str_of(ref);
    json_t *at = doc;

    if (!wx_str_starts(rest, "#/"))
        return NULL;
    rest = wx_str_sub(rest, 2, rest.len);
    while (rest.len && at) {
        struct wx_str one = wx_str_cut(&rest, '/');

        at = json_object_getn(at, one.ptr, one.len);
    }
    return at;
}

static size_t check_refs(json_t *doc, json_t *at)
{
    const char *key, *ref = json_string_value(json_object_get(at, "$ref"));
    size_t n = 0, i;
    json_t *v;

    if (ref && !resolve(doc, ref))
        fail_msg("'%s' leads nowhere", ref);
    json_object_foreach(at, key, v) n += check_refs(doc, v);
    json_array_foreach(at, i, v) n += check_refs(doc, v);
    return n + (ref != NULL);
}

static void every_reference__leads_somewhere(void **state)
{
    json_t *doc = document(WX_EN);

    (void)state;
    assert_true(check_refs(doc, doc) > n_operations());
    json_decref(doc);
}

static void operation_ids__are_unique(void **state)
{
    json_t *doc = document(WX_ZH), *seen = json_object();

    (void)state;
    for (size_t i = 0; i < n_operations(); i++) {
        const char *id = json_string_value(
            json_object_get(operation(doc, endpoint(i)), "operationId"));

        assert_non_null(id);
        if (json_object_get(seen, id))
            fail_msg("'%s' stands twice", id);
        json_object_set_new(seen, id, json_true());
    }
    json_decref(seen);
    json_decref(doc);
}

static const struct {
    const char *method, *path, *name;
} params[] = {
#define P(method, path, name, type, zh, en) {method, path, name},
#include "api/params.def"
#undef P
};

/* Does an operation of that method and path (PLURAL: some record's) show it? */
static size_t n_shown(json_t *doc, size_t i)
{
    size_t n = 0;

    for (size_t k = 0; k < n_operations(); k++) {
        json_t *o = operation(doc, endpoint(k)), *p;
        size_t at;

        if (strcmp(endpoint(k)->method, params[i].method) != 0 ||
            (!strstr(params[i].path, "PLURAL") &&
             strcmp(endpoint(k)->path, params[i].path) != 0))
            continue;
        json_array_foreach(json_object_get(o, "parameters"), at, p)
        {
            const char *name = json_string_value(json_object_get(p, "name"));

            n += name && strcmp(name, params[i].name) == 0;
        }
    }
    return n;
}

static void every_row_of_params__belongs_to_an_endpoint(void **state)
{
    json_t *doc = document(WX_ZH);

    (void)state;
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        if (n_shown(doc, i) == 0)
            fail_msg("params.def: '%s' of %s %s is nobody's", params[i].name,
                     params[i].method, params[i].path);
    json_decref(doc);
}

static void a_list_of_records__takes_filter_sort_and_cursor(void **state)
{
    static const char *const wanted[] = {"q", "sort", "cursor", "limit", "total"};
    json_t *doc = document(WX_ZH);
    const struct wx_record_kind *kind = wx_record_kind_at(0);
    json_t *list =
        json_object_get(operation(doc, wx_record_endpoint(kind, 0)), "parameters");

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        char ref[60];

        snprintf(ref, sizeof ref, "#/components/parameters/%s", wanted[i]);
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(list, i), "$ref")), ref);
    }
    json_decref(doc);
}

static void type_notation__nests(void **state)
{
    struct wx_buf out = WX_BUF_INIT(4096);
    struct wx_json j = WX_JSON_INIT(&out);

    (void)state;
    wx_openapi_put_type(&j, "{[(a|b)?]}");
    (void)wx_buf_addc(&out, '\0');
    assert_string_equal(
        out.ptr, "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\","
                 "\"items\":{\"anyOf\":[{\"type\":\"string\",\"enum\":[\"a\",\"b\"]},"
                 "{\"type\":\"null\"}]}}}");
    wx_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_an_endpoint_names__is_known),
        cmocka_unit_test(every_endpoint__is_described_with_its_rights),
        cmocka_unit_test(every_reference__leads_somewhere),
        cmocka_unit_test(operation_ids__are_unique),
        cmocka_unit_test(every_row_of_params__belongs_to_an_endpoint),
        cmocka_unit_test(a_list_of_records__takes_filter_sort_and_cursor),
        cmocka_unit_test(type_notation__nests),
    };
    return cmocka_run_group_tests(tests, gather, NULL);
}
