/*
 * The command line, read after the table options.def: flags in any order, "--flag
 * value" or "--flag=value", "--" ends them. What is not understood is answered with the
 * nearest thing that would have been.
 */
#ifndef WX_PROG_OPTIONS_H
#define WX_PROG_OPTIONS_H

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/err.h"

enum wx_command {
#define X(name, word, arguments, function, key) WX_CMD_##name,
#include "prog/commands.def"
#undef X
    WX_CMD_COUNT
};

enum wx_option_kind {
    WX_OPT_FLAG,
    WX_OPT_TEXT,
    WX_OPT_NUMBER,
    WX_OPT_REAL,
    WX_OPT_DURATION,
    WX_OPT_LIST,
};

struct wx_option_list {
    const char **items;
    size_t n;
};

/* One member for each row, named after it. NUMBER and DURATION (ms): -1 not given;
 * REAL: negative not given; TEXT: NULL not given. */
struct wx_options {
    bool FLAG_unused;
#define FLAG bool
#define TEXT const char *
#define NUMBER int64_t
#define REAL double
#define DURATION int64_t
#define LIST struct wx_option_list
#define X(field, kind, flag, argument, commands, key) kind field;
#include "prog/options.def"
#undef X
#undef FLAG
#undef TEXT
#undef NUMBER
#undef REAL
#undef DURATION
#undef LIST
    const char **targets; /* what is no flag */
    size_t n_targets;
    enum wx_lang language;
};

/* Which commands a flag belongs to. */
enum {
    IN_SERVE = 1 << WX_CMD_SERVE,
    IN_USER = 1 << WX_CMD_USER,
    IN_AUDIT = 1 << WX_CMD_AUDIT,
    IN_INSPECT = 1 << WX_CMD_INSPECT,
    IN_JUDGE = 1 << WX_CMD_JUDGE,
    IN_REPLAY = 1 << WX_CMD_REPLAY,
    IN_RULES = 1 << WX_CMD_RULES,
    IN_CAMPAIGN = 1 << WX_CMD_CAMPAIGN,
    IN_BACKUP = 1 << WX_CMD_BACKUP,
    IN_RESTORE = 1 << WX_CMD_RESTORE,
    IN_DOCTOR = 1 << WX_CMD_DOCTOR,
    IN_OFFICE = 1 << WX_CMD_OFFICE,
    IN_ALL = (1 << WX_CMD_COUNT) - 1,
};

struct wx_option_row {
    const char *flag, *argument;
    enum wx_option_kind kind;
    unsigned commands;
    enum wx_text help;
    size_t offset; /* of the member in struct wx_options */
};
extern const struct wx_option_row wx_option_rows[];
extern const size_t wx_n_option_rows;

struct wx_command_row {
    const char *name, *arguments;
    int (*main)(const struct wx_options *options);
    enum wx_text help;
};
extern const struct wx_command_row wx_command_rows[WX_CMD_COUNT];

/* ARGV without program and command names. ERR names flag, value and what would do. */
WX_MUST_CHECK enum wx_status wx_options_parse(enum wx_command command, int argc,
                                              char **argv, struct wx_arena *arena,
                                              struct wx_options *out,
                                              struct wx_err *err);
/* False: no such command; then *NEAREST is the most similar one, or NULL. */
bool wx_command_find(const char *name, enum wx_command *out, const char **nearest);

/* Exit codes of the contract. */
enum {
    WX_EXIT_OK = 0,
    WX_EXIT_FINDINGS = 1,
    WX_EXIT_USAGE = 2,
    WX_EXIT_UNDETERMINED = 3,
    WX_EXIT_SIGN_IN = 4,
    WX_EXIT_REFUSED = 5,
    WX_EXIT_UNREACHABLE = 6,
    WX_EXIT_INTERRUPTED = 130,
};

/* Say what went wrong and what to do next, on standard error; gives the exit code. */
int wx_complain(enum wx_lang lang, enum wx_status status, const struct wx_err *err);

void wx_help_print(enum wx_lang lang);
void wx_help_print_command(enum wx_lang lang, enum wx_command command);

#define X(name, word, arguments, function, key)                                        \
    int function(const struct wx_options *options);
#include "prog/commands.def"
#undef X

#endif
