/* wangxun doctor: what is installed, what is missing, and what that costs. */
#define _GNU_SOURCE
#include "base/json.h"
#include "detect/detect.h"
#include "jail/jail.h"
#include "prog/doctor_office.h"
#include "prog/options.h"
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct check {
    enum wx_text name, cost;
    bool is_optional;
    bool (*look)(char detail[128]);
};

/* In a child, because a jail has no way out. */
static bool look_jail(char detail[128])
{
    struct wx_jail_options options = {.max_files = 16, .may_connect = true};
    int fds[2], how = 1;
    ssize_t n;
    pid_t pid;

    if (pipe(fds) < 0)
        return false;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        char report[128] = "";

        how = wx_jail_enter(&options, report, NULL) ? 1 : 0;
        n = write(fds[1], report, strlen(report));
        _exit(n < 0 ? 1 : how);
    }
    close(fds[1]);
    n = read(fds[0], detail, 127);
    detail[n > 0 ? n : 0] = '\0';
    close(fds[0]);
    return pid > 0 && waitpid(pid, &how, 0) == pid && how == 0;
}

static bool look_rules(char detail[128])
{
    struct wx_rules *rules;
    struct wx_err err;

    if (wx_rules_load(NULL, false, &rules, &err)) {
        snprintf(detail, 128, "%.120s", err.text);
        return false;
    }
    snprintf(detail, 128, "%zu (" WX_STR_FMT ")", rules->n_rules,
             WX_STR_ARG(rules->version));
    wx_rules_free(rules);
    return true;
}

static bool look_roots(char detail[128])
{
    static const char *const places[] = {"/etc/ssl/certs/ca-certificates.crt",
                                         "/etc/pki/tls/certs/ca-bundle.crt"};
    const char *dir = X509_get_default_cert_dir();

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (access(places[i], R_OK) == 0) {
            snprintf(detail, 128, "%s", places[i]);
            return true;
        }
    }
    snprintf(detail, 128, "%s", dir);
    return false;
}

static bool look_dns(char detail[128])
{
    struct wx_buf file = WX_BUF_INIT(64 << 10);
    struct wx_str rest;
    bool is_found = false;

    if (!wx_buf_read_file(&file, "/etc/resolv.conf", NULL)) {
        rest = wx_buf_str(&file);
        while (rest.len && !is_found) {
            struct wx_str line = wx_str_trim(wx_str_cut(&rest, '\n'));

            is_found = wx_str_starts(line, "nameserver");
            if (is_found)
                snprintf(detail, 128, WX_STR_FMT,
                         WX_STR_ARG(wx_str_trim(wx_str_sub(line, 10, 100))));
        }
    }
    wx_buf_clear(&file);
    return is_found;
}

static bool look_charset(char detail[128])
{
    struct wx_arena arena;
    struct wx_str text;
    bool is_right;

    (void)detail;
    wx_arena_init(&arena);
    wx_charset_prepare();
    text = wx_charset_convert(&arena, WX_STR("\xCD\xF8"), WX_CS_GB18030, NULL);
    is_right = wx_str_eqz(text, "网");
    text = wx_charset_convert(&arena, WX_STR("\xBA\xF4"), WX_CS_BIG5, NULL);
    is_right &= wx_str_eqz(text, "網");
    wx_arena_clear(&arena);
    return is_right;
}

static bool look_files(char detail[128])
{
    struct rlimit limit = {0};

    (void)getrlimit(RLIMIT_NOFILE, &limit);
    snprintf(detail, 128, "%llu", (unsigned long long)limit.rlim_cur);
    return limit.rlim_cur >= 1024;
}

static bool look_program(const char *const *names, char detail[128])
{
    const char *path = getenv("PATH");
    struct wx_str rest = wx_str_of(path ? path : "/usr/bin");

    while (rest.len) {
        struct wx_str dir = wx_str_cut(&rest, ':');

        for (size_t i = 0; names[i]; i++) {
            snprintf(detail, 128, WX_STR_FMT "/%s", WX_STR_ARG(dir), names[i]);
            if (access(detail, X_OK) == 0)
                return true;
        }
    }
    detail[0] = '\0';
    return false;
}

static bool look_browser(char detail[128])
{
    static const char *const names[] = {"chromium", "chromium-browser", "google-chrome",
                                        NULL};

    return look_program(names, detail);
}

static bool look_office(char detail[128])
{
    static const char *const names[] = {"soffice", "libreoffice", NULL};

    return look_program(names, detail);
}

static const struct check checks[] = {
    {WX_T_DOCTOR_JAIL, WX_T_DOCTOR_JAIL_BAD, false, look_jail},
    {WX_T_DOCTOR_RULES, WX_T_DOCTOR_RULES, false, look_rules},
    {WX_T_DOCTOR_CA, WX_T_DOCTOR_CA_BAD, false, look_roots},
    {WX_T_DOCTOR_DNS, WX_T_DOCTOR_DNS_BAD, true, look_dns},
    {WX_T_DOCTOR_CHARSET, WX_T_DOCTOR_CHARSET_BAD, false, look_charset},
    {WX_T_DOCTOR_FILES, WX_T_DOCTOR_FILES_BAD, true, look_files},
    {WX_T_DOCTOR_BROWSER, WX_T_DOCTOR_COST, true, look_browser},
    {WX_T_DOCTOR_OFFICE, WX_T_DOCTOR_COST, true, look_office},
};

static void print_check(const struct wx_options *options, const struct check *check,
                        bool is_there, const char *detail)
{
    enum wx_lang lang = options->language;
    const char *state = is_there
                            ? wx_text(lang, WX_T_DOCTOR_OK)
                            : wx_text(lang, check->is_optional ? WX_T_DOCTOR_OPTIONAL
                                                               : WX_T_DOCTOR_MISSING);

    printf("[%s] %s%s%s\n", state, wx_text(lang, check->name), *detail ? ": " : "",
           detail);
    if (!is_there)
        printf("      → %s\n", wx_text(lang, check->cost));
}

int wx_doctor_main(const struct wx_options *options)
{
    struct wx_buf out = WX_BUF_INIT(64 << 10);
    struct wx_json j = WX_JSON_INIT(&out);
    bool all_there = true;

    wx_json_open(&j, '[');
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        char detail[128] = "";
        bool is_there = checks[i].look(detail);

        all_there &= is_there || checks[i].is_optional;
        wx_json_open(&j, '{');
        wx_json_kz(&j, "check", wx_text(options->language, checks[i].name));
        wx_json_kbool(&j, "ok", is_there);
        wx_json_kbool(&j, "optional", checks[i].is_optional);
        wx_json_kz(&j, "detail", detail);
        wx_json_close(&j, '}');
        if (!options->json)
            print_check(options, &checks[i], is_there, detail);
    }
    if (options->data)
        all_there &= wx_doctor_office(options, &j);
    wx_json_close(&j, ']');
    if (options->json)
        printf(WX_STR_FMT "\n", WX_STR_ARG(wx_buf_str(&out)));
    wx_buf_clear(&out);
    return all_there ? WX_EXIT_OK : WX_EXIT_USAGE;
}
