/* wangxun rules list|show|test. Reads rule files; no network, writes nothing. */
#include "base/clock.h"
#include "base/json.h"
#include "detect/detect.h"
#include "detect/rule/sample.h"
#include "prog/options.h"
#include <stdio.h>
#include <unistd.h>

static const char *severity_word(enum wx_lang lang, enum wx_severity severity)
{
    return wx_text(lang, (enum wx_text)(WX_T_SEV_INFO + severity));
}

static const struct wx_rule_text *texts(const struct wx_rule *rule, enum wx_lang lang)
{
    return lang == WX_ZH ? &rule->zh : &rule->en;
}

static void json_texts(struct wx_json *j, const char *key, const struct wx_rule_text *t)
{
    wx_json_key(j, key);
    wx_json_open(j, '{');
    wx_json_kstr(j, "title", t->title);
    wx_json_kstr(j, "why", t->why);
    wx_json_kstr(j, "fix", t->fix);
    wx_json_kstr(j, "verify", t->verify);
    wx_json_close(j, '}');
}

static void json_rule(struct wx_json *j, const struct wx_rule *rule)
{
    wx_json_open(j, '{');
    wx_json_kstr(j, "id", rule->id);
    wx_json_kstr(j, "category", rule->category);
    wx_json_kstr(j, "detector", rule->detector);
    wx_json_kz(j, "severity", wx_severity_name(rule->severity));
    wx_json_kz(j, "verdict", wx_verdict_name(rule->verdict));
    wx_json_kint(j, "confidence", rule->confidence);
    wx_json_key(j, "norms");
    wx_json_open(j, '[');
    for (size_t i = 0; i < rule->n_norms; i++) {
        char from[24];

        wx_time_format(rule->norms[i].from_s, from);
        wx_json_open(j, '{');
        wx_json_kstr(j, "document", rule->norms[i].document_zh);
        wx_json_kstr_opt(j, "number", rule->norms[i].number);
        wx_json_kstr_opt(j, "article", rule->norms[i].article);
        wx_json_kstr(j, "from", (struct wx_str){from, 10});
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    json_texts(j, "zh", &rule->zh);
    json_texts(j, "en", &rule->en);
    wx_json_close(j, '}');
}

static void print_json(const struct wx_rules *rules, const struct wx_rule *only)
{
    struct wx_buf line = WX_BUF_INIT(1 << 20);

    for (size_t i = 0; i < rules->n_rules; i++) {
        struct wx_json j = WX_JSON_INIT(&line);

        if (only && only != &rules->rules[i])
            continue;
        wx_buf_reset(&line);
        json_rule(&j, &rules->rules[i]);
        printf(WX_STR_FMT "\n", WX_STR_ARG(wx_buf_str(&line)));
    }
    wx_buf_clear(&line);
}

static int list(const struct wx_rules *rules, const struct wx_options *options)
{
    if (options->json) {
        print_json(rules, NULL);
        return WX_EXIT_OK;
    }
    for (size_t i = 0; i < rules->n_rules; i++) {
        const struct wx_rule *rule = &rules->rules[i];

        printf("%-34.*s %-8s " WX_STR_FMT "\n", WX_STR_ARG(rule->id),
               severity_word(options->language, rule->severity),
               WX_STR_ARG(texts(rule, options->language)->title));
    }
    return WX_EXIT_OK;
}

static void show_part(enum wx_lang lang, enum wx_text heading, struct wx_str text)
{
    printf("\n%s\n", wx_text(lang, heading));
    while (text.len)
        printf("  " WX_STR_FMT "\n", WX_STR_ARG(wx_str_cut(&text, '\n')));
}

static void show_one(const struct wx_rule *rule, enum wx_lang lang)
{
    const struct wx_rule_text *t = texts(rule, lang);

    printf(WX_STR_FMT "\n", WX_STR_ARG(t->title));
    show_part(lang, WX_T_RULES_WHY, t->why);
    show_part(lang, WX_T_RULES_FIX, t->fix);
    show_part(lang, WX_T_RULES_VERIFY, t->verify);
}

static void show_norms(const struct wx_rule *rule, enum wx_lang lang)
{
    printf("\n%s\n", wx_text(lang, WX_T_RULES_NORM));
    for (size_t i = 0; i < rule->n_norms; i++) {
        const struct wx_norm *n = &rule->norms[i];
        char from[24];

        wx_time_format(n->from_s, from);
        printf("  " WX_STR_FMT " " WX_STR_FMT " " WX_STR_FMT " (%.10s)\n",
               WX_STR_ARG(lang == WX_ZH || !n->document_en.len ? n->document_zh
                                                               : n->document_en),
               WX_STR_ARG(n->number), WX_STR_ARG(n->article), from);
    }
}

/* Both languages, the user's first: a rule is read by people on both sides. */
static int show(const struct wx_rules *rules, const struct wx_options *options)
{
    struct wx_str id = wx_str_of(options->targets[1]);
    const struct wx_rule *rule = wx_rules_find(rules, id);
    enum wx_lang lang = options->language;
    struct wx_err err;

    if (!rule) {
        (void)wx_fail(&err, WX_E_NOT_FOUND, "there is no rule '%s'; see 'rules list'",
                      options->targets[1]);
        return wx_complain(lang, WX_E_NOT_FOUND, &err);
    }
    if (options->json) {
        print_json(rules, rule);
        return WX_EXIT_OK;
    }
    printf(WX_STR_FMT " · " WX_STR_FMT " · %s · %s · %u%%\n\n", WX_STR_ARG(rule->id),
           WX_STR_ARG(rule->category), severity_word(lang, rule->severity),
           wx_text(lang, (enum wx_text)(WX_T_VERDICT_NOT_DETERMINED + rule->verdict)),
           rule->confidence);
    show_one(rule, lang);
    show_norms(rule, lang);
    printf("\n----\n\n");
    show_one(rule, lang == WX_ZH ? WX_EN : WX_ZH);
    return WX_EXIT_OK;
}

struct tally {
    unsigned n_passed, n_failed;
    bool is_tap; /* one line for each sample, as test harnesses read */
};

static void test_rule(const struct wx_rules *rules, const struct wx_rule *rule,
                      struct tally *tally)
{
    const struct wx_samples *samples = rule->samples;

    for (size_t i = 0; samples && i < samples->n; i++) {
        const struct wx_sample *sample = &samples->samples[i];
        struct wx_err err;
        bool holds = !wx_sample_run(rules, rule, sample, &err);

        tally->n_passed += holds;
        tally->n_failed += !holds;
        if (tally->is_tap)
            printf("%sok %u - " WX_STR_FMT ": " WX_STR_FMT "\n", holds ? "" : "not ",
                   tally->n_passed + tally->n_failed, WX_STR_ARG(rule->id),
                   WX_STR_ARG(sample->name));
        if (!holds)
            printf("%s" WX_STR_FMT ":%u: " WX_STR_FMT " [" WX_STR_FMT "]: %s\n",
                   tally->is_tap ? "# " : "", WX_STR_ARG(rule->file), sample->line,
                   WX_STR_ARG(rule->id), WX_STR_ARG(sample->name), err.text);
    }
}

static int test(const struct wx_rules *rules, const struct wx_options *options)
{
    struct tally tally = {.is_tap =
                              options->format && strcmp(options->format, "tap") == 0};

    for (size_t i = 0; i < rules->n_rules; i++)
        test_rule(rules, &rules->rules[i], &tally);
    if (!options->quiet && !tally.is_tap) {
        printf(wx_text(options->language, WX_T_RULES_PASSED), tally.n_passed,
               tally.n_failed);
        putchar('\n');
    }
    return tally.n_failed || !tally.n_passed ? WX_EXIT_FINDINGS : WX_EXIT_OK;
}

/*
 * The built-in library has no samples: they stand in the rule files, which lie beside
 * the program (in its build folder's parent, or installed under share/).
 */
static const char *rules_beside_program(char path[4200])
{
    static const char *const places[] = {"../rules", "../share/wangxun/rules"};
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash;

    if (n <= 0)
        return NULL;
    self[n] = '\0';
    slash = strrchr(self, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(path, 4200, "%s/%s", self, places[i]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}

int wx_rules_main(const struct wx_options *options)
{
    const char *verb = options->n_targets ? options->targets[0] : "list";
    bool is_test = strcmp(verb, "test") == 0, is_show = strcmp(verb, "show") == 0;
    const char *dir = options->rules;
    struct wx_rules *rules;
    struct wx_err err;
    enum wx_status st;
    char beside[4200];
    int code;

    if ((!is_test && !is_show && strcmp(verb, "list") != 0) ||
        (is_show && options->n_targets != 2)) {
        (void)wx_fail(&err, WX_E_USAGE, "'rules %s': use list, show ID or test", verb);
        return wx_complain(options->language, WX_E_USAGE, &err);
    }
    wx_charset_prepare();
    if (is_test && !dir)
        dir = rules_beside_program(beside);
    st = wx_rules_load(dir, is_test, &rules, &err);
    if (st)
        return wx_complain(options->language, st, &err);
    code = is_test   ? test(rules, options)
           : is_show ? show(rules, options)
                     : list(rules, options);
    wx_rules_free(rules);
    return code;
}
