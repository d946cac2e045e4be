/*
 * wangxun: one binary, one short main per command. What a command may do stands at its
 * own main; "worker", "courier" and "convert" are jailed halves, started by their other
 * half only.
 */
#include "base/log.h"
#include "convert/convert.h"
#include "notify/courier.h"
#include "prog/noun.h"
#include "prog/options.h"
#include "prog/round.h"
#include "scan/worker.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORKER_FD = 3 };

/* systemd says which device and inode its journal's stream has. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char wanted[64];
    struct stat about;

    if (!stream || fstat(STDERR_FILENO, &about) < 0)
        return false;
    snprintf(wanted, sizeof wanted, "%llu:%llu", (unsigned long long)about.st_dev,
             (unsigned long long)about.st_ino);
    return strcmp(stream, wanted) == 0;
}

static enum wx_lang language_of_environment(void)
{
    const char *lang = getenv("WANGXUN_LANG");

    return lang && strcmp(lang, "en") == 0 ? WX_EN : WX_ZH;
}

static int unknown_command(const char *name, const char *nearest)
{
    enum wx_lang lang = language_of_environment();

    fprintf(stderr, "wangxun: ");
    fprintf(stderr, wx_text(lang, WX_T_CLI_UNKNOWN_COMMAND), name);
    if (nearest) {
        fprintf(stderr, " ");
        fprintf(stderr, wx_text(lang, WX_T_CLI_DID_YOU_MEAN), nearest);
    }
    fprintf(stderr, "\n  → wangxun --help\n");
    return WX_EXIT_USAGE;
}

static int run_command(enum wx_command command, int argc, char **argv)
{
    struct wx_arena arena;
    struct wx_options options;
    struct wx_err err;
    enum wx_status st;
    int code;

    wx_arena_init(&arena);
    st = wx_options_parse(command, argc, argv, &arena, &options, &err);
    if (st) {
        code = wx_complain(language_of_environment(), st, &err);
    } else if (options.help) {
        wx_help_print_command(options.language, command);
        code = WX_EXIT_OK;
    } else {
        code = wx_command_rows[command].main(&options);
    }
    wx_arena_clear(&arena);
    return code;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "--help", *nearest;
    enum wx_command command;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a full quota is an error to report, no reason to die */
    wx_log_set_level_named(getenv("WANGXUN_LOG"));
    wx_log_set_journal(stderr_is_journal());
    if (strcmp(name, "worker") == 0)
        return wx_worker_main(WORKER_FD);
    if (strcmp(name, "courier") == 0)
        return wx_courier_main(WORKER_FD);
    if (strcmp(name, "convert") == 0)
        wx_convert_main(WORKER_FD, WORKER_FD + 1);
    if (strcmp(name, "round") == 0)
        return wx_round_main(WORKER_FD, WORKER_FD + 1);
    if (strcmp(name, "--version") == 0) {
        printf("wangxun %s\n", WX_VERSION);
        return WX_EXIT_OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        strcmp(name, "help") == 0) {
        wx_help_print(
            argc > 3 && strcmp(argv[3], "en") == 0 ? WX_EN : language_of_environment());
        return argc > 1 ? WX_EXIT_OK : WX_EXIT_USAGE;
    }
    if (wx_noun_is_meant(name, argc > 2 ? argv[2] : NULL) || strcmp(name, "scan") == 0)
        return run_command(WX_CMD_OFFICE, argc - 1, argv + 1);
    if (!wx_command_find(name, &command, &nearest))
        return unknown_command(name, nearest);
    return run_command(command, argc - 2, argv + 2);
}
