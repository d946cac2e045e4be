#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/record_endpoints.h"

/* Asked by a handler beside, or in place of, its endpoint's own operation. */
static const enum wx_op asked_in_code[] = {
    WX_OP_UNIT_MOVE,        WX_OP_UNIT_AUTHORITY, /* api/unit.c */
    WX_OP_PERSON_PHONE,                           /* api/record_endpoints.c: masking */
    WX_OP_SITE_OVERRIDE,                          /* api/launch.c */
    WX_OP_OVERVIEW_SUMMARY, WX_OP_HEALTH_READ,    /* api/overview.c */
};

/* Nouns whose endpoints are being built: their lines stand in the policy before them.
 */
static const char *const awaited[] = {
    "campaign.", "duty.",          "extension.", "notice.",     "number.",
    "draw.",     "rectification.", "appraisal.", "evaluation.", "spot_check."};

static bool asked[WX_OP_COUNT];

static int gather(void **state)
{
    (void)state;
    for (size_t i = 0; i < wx_endpoint_count(); i++)
        asked[wx_endpoint_at(i)->op] = true;
    for (size_t k = 0; k < wx_record_kind_count(); k++)
        for (size_t n = 0; n < WX_RECORD_ENDPOINTS; n++) {
            const struct wx_endpoint *e = wx_record_endpoint(wx_record_kind_at(k), n);

            if (e)
                asked[e->op] = true;
        }
    return 0;
}

static bool is_awaited(const char *name)
{
    for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++)
        if (strncmp(name, awaited[i], strlen(awaited[i])) == 0)
            return true;
    return false;
}

static void every_operation_of_the_policy__is_asked_somewhere(void **state)
{
    size_t n_missing = 0;

    (void)state;
    for (size_t i = 0; i < sizeof asked_in_code / sizeof *asked_in_code; i++)
        asked[asked_in_code[i]] = true;
    for (unsigned op = 0; op < WX_OP_COUNT; op++)
        if (!asked[op] && !is_awaited(wx_op_name(op))) {
            print_error("roles.policy: nothing asks '%s'\n", wx_op_name(op));
            n_missing++;
        }
    assert_int_equal(n_missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_of_the_policy__is_asked_somewhere),
    };
    return cmocka_run_group_tests(tests, gather, NULL);
}
