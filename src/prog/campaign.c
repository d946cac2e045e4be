/* wangxun campaign check FILE...: kinds and forms that an office wrote itself. Reads
 * files only. */
#include "base/buf.h"
#include "base/limits.h"
#include "campaign/form.h"
#include "campaign/kind.h"
#include "prog/options.h"
#include "prog/simulate.h"
#include <stdio.h>
#include <stdlib.h>

/* Forms among the files checked: a kind beside them may name them. */
struct own_forms {
    struct wx_arena arena;
    struct wx_str *keys;
    size_t n;
};

static bool has_form(void *user, struct wx_str key)
{
    const struct own_forms *forms = user;

    for (size_t i = 0; i < forms->n; i++)
        if (wx_str_eq(forms->keys[i], key))
            return true;
    return false;
}

/* The first key that stands at the beginning of a line says what the file is. */
static bool is_form(struct wx_str text)
{
    while (text.len) {
        struct wx_str line = wx_str_cut(&text, '\n');

        if (wx_str_starts(line, "form:"))
            return true;
        if (wx_str_starts(line, "kind:"))
            return false;
    }
    return false;
}

static enum wx_status check_form(const char *path, struct wx_str text,
                                 struct own_forms *own, enum wx_lang lang,
                                 struct wx_err *err)
{
    struct wx_campaign_form *form;
    enum wx_status st = wx_campaign_form_read(path, text, &form, err);

    if (st)
        return st;
    printf(wx_text(lang, WX_T_CAMPAIGN_FORM_GOOD), path,
           wx_arena_z(&own->arena, wx_words_in(lang, &form->title)), form->version,
           form->n_fields, form->n_rules);
    putchar('\n');
    own->keys[own->n++] = wx_arena_str(&own->arena, form->key);
    wx_campaign_form_free(form);
    return WX_OK;
}

static enum wx_status check_kind(const char *path, struct wx_str text,
                                 struct own_forms *own, enum wx_lang lang,
                                 struct wx_err *err)
{
    const struct wx_form_finder finder = {has_form, own};
    struct wx_campaign_kind *kind;
    enum wx_status st = wx_campaign_kind_read(path, text, &finder, &kind, err);

    if (st)
        return st;
    printf(wx_text(lang, WX_T_CAMPAIGN_KIND_GOOD), path,
           wx_arena_z(&own->arena, wx_words_in(lang, &kind->name)), kind->version,
           kind->n_phases, kind->n_tasks, kind->n_papers);
    putchar('\n');
    wx_campaign_kind_free(kind);
    return WX_OK;
}

/* Forms first, whatever their place on the command line. */
static int check_all(const struct wx_options *options, bool forms,
                     struct own_forms *own)
{
    int code = WX_EXIT_OK;

    for (size_t i = 1; i < options->n_targets; i++) {
        const char *path = options->targets[i];
        struct wx_buf text = WX_BUF_INIT(WX_MAX_KIND_BYTES);
        struct wx_err err;
        enum wx_status st = wx_buf_read_file(&text, path, &err);

        if (!st && is_form(wx_buf_str(&text)) == forms)
            st =
                forms
                    ? check_form(path, wx_buf_str(&text), own, options->language, &err)
                    : check_kind(path, wx_buf_str(&text), own, options->language, &err);
        else if (st && forms) /* told once, in the second pass */
            st = WX_OK;
        wx_buf_clear(&text);
        if (st)
            code = wx_complain(options->language, st, &err);
    }
    return code;
}

int wx_campaign_main(const struct wx_options *options)
{
    const char *verb = options->n_targets ? options->targets[0] : "";
    struct own_forms own = {.n = 0};
    struct wx_err err;
    int code, second;

    if (strcmp(verb, "simulate") == 0)
        return wx_simulate_main(options);
    if (strcmp(verb, "check") != 0 || options->n_targets < 2) {
        (void)wx_fail(&err, WX_E_USAGE,
                      "'campaign %s': use check FILE... or simulate KIND", verb);
        return wx_complain(options->language, WX_E_USAGE, &err);
    }
    wx_arena_init(&own.arena);
    own.keys = wx_arena_array(&own.arena, struct wx_str, options->n_targets);
    code = check_all(options, true, &own);
    second = check_all(options, false, &own);
    wx_arena_clear(&own.arena);
    return code ? code : second;
}
