/* Every sample of every rule under rules/, one test each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/rule/sample.h"
#include "wire/charset.h"
#include <stdio.h>
#include <stdlib.h>

struct claim {
    const struct wx_rules *rules;
    const struct wx_rule *rule;
    const struct wx_sample *sample;
};

static void sample__holds(void **state)
{
    const struct claim *c = *state;
    struct wx_err err = {0};

    if (wx_sample_run(c->rules, c->rule, c->sample, &err))
        fail_msg(WX_STR_FMT ":%u: " WX_STR_FMT ": %s", WX_STR_ARG(c->rule->file),
                 c->sample->line, WX_STR_ARG(c->sample->name), err.text);
}

static void rules__load(void **state)
{
    (void)state;
}

static size_t count_samples(const struct wx_rules *rules)
{
    size_t n = 0;

    for (size_t i = 0; i < rules->n_rules; i++)
        n += ((const struct wx_samples *)rules->rules[i].samples)->n;
    return n;
}

static const char *claim_name(struct wx_arena *arena, const struct claim *c)
{
    return wx_arena_printf(arena, WX_STR_FMT "__%s: " WX_STR_FMT,
                           WX_STR_ARG(c->rule->id),
                           c->sample->kind == WX_SAMPLE_HIT ? "hit" : "miss",
                           WX_STR_ARG(c->sample->name))
        .ptr;
}

int main(void)
{
    struct wx_rules *rules;
    struct wx_err err = {0};
    struct wx_arena arena;
    struct CMUnitTest *tests;
    struct claim *claims;
    size_t n = 1;
    int failed;

    wx_charset_prepare();
    if (wx_rules_load(WX_SOURCE_ROOT "/rules", true, &rules, &err)) {
        printf("1..1\nnot ok 1 rules__load\n# %s\n", err.text);
        return 1;
    }
    wx_arena_init(&arena);
    tests = wx_arena_array(&arena, struct CMUnitTest, count_samples(rules) + 1);
    claims = wx_arena_array(&arena, struct claim, count_samples(rules) + 1);
    tests[0] = (struct CMUnitTest)cmocka_unit_test(rules__load);
    for (size_t i = 0; i < rules->n_rules; i++) {
        const struct wx_samples *all = rules->rules[i].samples;

        for (size_t k = 0; k < all->n; k++, n++) {
            claims[n] = (struct claim){rules, &rules->rules[i], &all->samples[k]};
            tests[n] = (struct CMUnitTest){.name = claim_name(&arena, &claims[n]),
                                           .test_func = sample__holds,
                                           .initial_state = &claims[n]};
        }
    }
    failed = _cmocka_run_group_tests("rules", tests, n, NULL, NULL);
    wx_arena_clear(&arena);
    wx_rules_free(rules);
    return failed;
}
