#include "document/report.h"

#include "document/format.h"

static const struct {
    const char *name;
    enum wx_report_format bit;
    enum wx_status (*write)(struct wx_report *report, struct wx_err *err);
} formats[] = {
    {"json", WX_REPORT_JSON, wx_report_json},
    {"sarif", WX_REPORT_SARIF, wx_report_sarif},
    {"html", WX_REPORT_HTML, wx_report_html},

    {"xlsx", WX_REPORT_XLSX, wx_report_xlsx},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

enum wx_status wx_report_formats_parse(const char *list, uint32_t *out,
                                       struct wx_err *err)
{
    struct wx_str rest = wx_str_of(list);
    uint32_t bits = 0;

    while (rest.len) {
        struct wx_str word = wx_str_trim(wx_str_cut(&rest, ','));
        uint32_t bit = wx_str_eqz(word, "all") ? WX_REPORT_ALL : 0;

        for (size_t i = 0; i < N_FORMATS; i++)
            if (wx_str_eqz(word, formats[i].name))
                bit = formats[i].bit;
        if (!bit)
            return wx_fail(err, WX_E_USAGE,
                           "report format '" WX_STR_FMT
                           "' is none of html, json, xlsx, sarif",
                           WX_STR_ARG(wx_utf8_clip(word, 60)));
        bits |= bit;
    }
    *out = bits ? bits : WX_REPORT_ALL;
    return WX_OK;
}

enum wx_status wx_report_write(struct wx_store *store, const struct wx_rules *rules,
                               const struct wx_report_options *options,
                               struct wx_numbers *numbers, struct wx_err *err)
{
    struct wx_report report = {
        .store = store, .rules = rules, .dir = options->dir, .lang = options->lang};
    uint32_t wanted = options->formats ? options->formats : WX_REPORT_ALL;
    enum wx_status st;

    wx_arena_init(&report.arena);
    st =
        wx_numbers_count(store, &report.arena, &report.numbers, &report.breakdown, err);
    for (size_t i = 0; !st && i < N_FORMATS; i++)
        if (wanted & formats[i].bit)
            st = formats[i].write(&report, err);
    if (!st && numbers)
        *numbers = report.numbers;
    wx_arena_clear(&report.arena);
    return st;
}
