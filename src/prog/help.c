/* Help, the manual page and completions: all three from the tables of options.h. */
#include "prog/noun.h"
#include "prog/options.h"

#include <stdio.h>

static const struct {
    const char *codes;
    enum wx_text text;
} exit_codes[] = {
    {"0", WX_T_EXIT_0}, {"1", WX_T_EXIT_1}, {"2", WX_T_EXIT_2}, {"3", WX_T_EXIT_3},
    {"4", WX_T_EXIT_4}, {"5", WX_T_EXIT_5}, {"6", WX_T_EXIT_6}, {"130", WX_T_EXIT_130},
};

/* What a complaint says first, and the next step, by kind of failure. */
static const struct {
    enum wx_status status;
    enum wx_text what, next;
    int code;
} complaints[] = {
    {WX_E_USAGE, WX_T_ERR_USAGE, WX_T_NEXT_USAGE, WX_EXIT_USAGE},
    {WX_E_NOT_FOUND, WX_T_ERR_NOT_FOUND, WX_T_NEXT_NOT_FOUND, WX_EXIT_USAGE},
    {WX_E_INVALID, WX_T_ERR_INVALID, WX_T_NEXT_INVALID, WX_EXIT_USAGE},
    {WX_E_TOO_BIG, WX_T_ERR_TOO_BIG, WX_T_NEXT_TOO_BIG, WX_EXIT_USAGE},
    {WX_E_EXISTS, WX_T_ERR_EXISTS, WX_T_NEXT_EXISTS, WX_EXIT_USAGE},
    {WX_E_NO_SPACE, WX_T_ERR_NO_SPACE, WX_T_NEXT_NO_SPACE, WX_EXIT_USAGE},
    {WX_E_IO, WX_T_ERR_IO, WX_T_NEXT_IO, WX_EXIT_USAGE},
    {WX_E_OUT_OF_SCOPE, WX_T_ERR_OUT_OF_SCOPE, WX_T_NEXT_OUT_OF_SCOPE, WX_EXIT_REFUSED},
    {WX_E_EXPIRED, WX_T_ERR_EXPIRED, WX_T_NEXT_EXPIRED, WX_EXIT_REFUSED},
    {WX_E_INTERRUPTED, WX_T_ERR_INTERRUPTED, WX_T_NEXT_INTERRUPTED,
     WX_EXIT_INTERRUPTED},
};

int wx_complain(enum wx_lang lang, enum wx_status status, const struct wx_err *err)
{
    size_t i = 0, n = sizeof complaints / sizeof *complaints;

    while (i < n && complaints[i].status != status)
        i++;
    if (i == n)
        i = 6; /* as I/O */
    fprintf(stderr, "wangxun: %s: %s\n", wx_text(lang, complaints[i].what), err->text);
    fprintf(stderr, "  → %s\n", wx_text(lang, complaints[i].next));
    return complaints[i].code;
}

static void print_option(enum wx_lang lang, const struct wx_option_row *row)
{
    char left[48];

    snprintf(left, sizeof left, "--%s%s%s", row->flag, row->argument ? " " : "",
             row->argument ? row->argument : "");
    printf("  %-28s %s\n", left, wx_text(lang, row->help));
}

void wx_help_print(enum wx_lang lang)
{
    printf("%s\n\n%s\n", wx_text(lang, WX_T_HELP_TAGLINE),
           wx_text(lang, WX_T_HELP_USAGE));
    for (int i = 0; i < WX_CMD_COUNT; i++)
        printf("  %-12s %s\n", wx_command_rows[i].name,
               wx_text(lang, wx_command_rows[i].help));
    printf("\n%s\n", wx_text(lang, WX_T_HELP_MORE));
}

void wx_help_print_command(enum wx_lang lang, enum wx_command command)
{
    const struct wx_command_row *row = &wx_command_rows[command];

    printf("wangxun %s %s\n\n  %s\n\n%s\n", row->name, row->arguments,
           wx_text(lang, row->help), wx_text(lang, WX_T_HELP_FLAGS));
    for (size_t i = 0; i < wx_n_option_rows; i++)
        if (wx_option_rows[i].commands & 1u << command)
            print_option(lang, &wx_option_rows[i]);
    if (command == WX_CMD_OFFICE)
        wx_nouns_print(lang);
    printf("\n%s\n", wx_text(lang, WX_T_HELP_EXIT));
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++)
        printf("  %-4s %s\n", exit_codes[i].codes, wx_text(lang, exit_codes[i].text));
}

/* ---- wangxun(1) in roff ---- */

/* A dot or quote at the start of a line would be a request; a backslash an escape. */
static void roff(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

static void roff_options(enum wx_lang lang, unsigned commands)
{
    for (size_t i = 0; i < wx_n_option_rows; i++) {
        const struct wx_option_row *row = &wx_option_rows[i];

        if (!(row->commands & commands))
            continue;
        fputs(".TP\n\\fB", stdout);
        roff("--");
        roff(row->flag);
        fputs("\\fR", stdout);
        if (row->argument) {
            fputs(" \\fI", stdout);
            roff(row->argument);
            fputs("\\fR", stdout);
        }
        putchar('\n');
        roff(wx_text(lang, row->help));
        putchar('\n');
    }
}

int wx_manual_main(const struct wx_options *options)
{
    enum wx_lang lang = options->language;

    printf(".TH WANGXUN 1 \"\" \"wangxun %s\"\n.SH NAME\nwangxun \\- ", WX_VERSION);
    roff(wx_text(lang, WX_T_HELP_TAGLINE));
    printf("\n.SH SYNOPSIS\n");
    for (int i = 0; i < WX_CMD_COUNT; i++) {
        printf(".B wangxun %s\n", wx_command_rows[i].name);
        roff(wx_command_rows[i].arguments);
        printf("\n.br\n");
    }
    for (int i = 0; i < WX_CMD_COUNT; i++) {
        printf(".SH \"WANGXUN %s\"\n", wx_command_rows[i].name);
        roff(wx_text(lang, wx_command_rows[i].help));
        putchar('\n');
        roff_options(lang, 1u << i);
    }
    printf(".SH \"EXIT STATUS\"\n");
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++) {
        printf(".TP\n.B %s\n", exit_codes[i].codes);
        roff(wx_text(lang, exit_codes[i].text));
        putchar('\n');
    }
    printf(".SH ENVIRONMENT\n.TP\n.B WANGXUN_LANG\n");
    roff(wx_text(lang, WX_T_ENV_LANG));
    printf("\n.TP\n.B WANGXUN_SERVER\n");
    roff(wx_text(lang, WX_T_ENV_SERVER));
    printf("\n.TP\n.B WANGXUN_TOKEN_FILE\n");
    roff(wx_text(lang, WX_T_ENV_TOKEN_FILE));
    printf("\n.TP\n.B WANGXUN_LOG\n");
    roff(wx_text(lang, WX_T_ENV_LOG));
    putchar('\n');
    return WX_EXIT_OK;
}

/* ---- completions ---- */

static void complete_bash(void)
{
    puts("_wangxun() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then words=\"");
    for (int i = 0; i < WX_CMD_COUNT; i++)
        printf("%s ", wx_command_rows[i].name);
    wx_nouns_complete_words();
    puts("--help --version\"\n  else case ${COMP_WORDS[1]} in");
    for (int i = 0; i < WX_CMD_COUNT; i++) {
        printf("  %s) words=\"", wx_command_rows[i].name);
        for (size_t k = 0; k < wx_n_option_rows; k++)
            if (wx_option_rows[k].commands & 1u << i)
                printf("--%s ", wx_option_rows[k].flag);
        puts("\" ;;");
    }
    wx_nouns_complete_cases();
    puts("  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n}\n"
         "complete -F _wangxun wangxun");
}

/* Single quotes inside a single-quoted shell word. */
static void shell_quoted(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*text);
    }
    putchar('\'');
}

static void complete_fish(enum wx_lang lang)
{
    puts("complete -c wangxun -f");
    for (int i = 0; i < WX_CMD_COUNT; i++) {
        printf("complete -c wangxun -n __fish_use_subcommand -a %s -d ",
               wx_command_rows[i].name);
        shell_quoted(wx_text(lang, wx_command_rows[i].help));
        putchar('\n');
        for (size_t k = 0; k < wx_n_option_rows; k++) {
            const struct wx_option_row *row = &wx_option_rows[k];

            if (!(row->commands & 1u << i))
                continue;
            printf(
                "complete -c wangxun -n '__fish_seen_subcommand_from %s' -l %s%s -d ",
                wx_command_rows[i].name, row->flag,
                row->kind == WX_OPT_FLAG ? "" : " -r -F");
            shell_quoted(wx_text(lang, row->help));
            putchar('\n');
        }
    }
}

static void complete_zsh(void)
{
    puts("#compdef wangxun\nautoload -U +X bashcompinit && bashcompinit");
    complete_bash();
}

int wx_completion_main(const struct wx_options *options)
{
    const char *shell = options->n_targets == 1 ? options->targets[0] : "";
    struct wx_err err;

    if (strcmp(shell, "bash") == 0) {
        complete_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        complete_zsh();
    } else if (strcmp(shell, "fish") == 0) {
        complete_fish(options->language);
    } else {
        (void)wx_fail(&err, WX_E_USAGE,
                      "no completion for '%s'; one of bash, zsh, fish", shell);
        return wx_complain(options->language, WX_E_USAGE, &err);
    }
    return WX_EXIT_OK;
}
