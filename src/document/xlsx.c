/*
 * report.xlsx: what an office sorts, filters and hands on. Three sheets, written row by
 * row (constant memory). Whatever a site sent is a string cell, never a formula or a
 * link, and characters that would not show as they are become their numbers.
 */
#include "document/format.h"

#include "base/clock.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
    MAX_ROWS = 1048576,     /* of a sheet */
    MAX_CELL_BYTES = 32000, /* the format allows 32,767 characters */
    N_PRINTED = 11,         /* columns that still read well on paper */
    ROW_POINTS = 45,        /* three lines; longer texts show when selected */
};

struct xlsx {
    struct wx_report *report;
    lxw_workbook *book;
    lxw_format *title, *heading, *text, *wrapped, *number, *figure,
        *severity[WX_N_SEVERITIES];
    struct wx_buf cell;
    lxw_row_t row;
    size_t site;
    int failed_errno; /* the library does not say when its temporary file fills */
};

/* ---- cells ---- */

static const char *cell_text(struct xlsx *x, struct wx_str s)
{
    size_t pos = 0;

    s = wx_utf8_clip(s, MAX_CELL_BYTES / 4 * 3);
    wx_buf_reset(&x->cell);
    while (pos < s.len) {
        uint32_t cp = wx_utf8_next(s, &pos);
        char bytes[4];

        if (x->cell.len > MAX_CELL_BYTES)
            break;
        if (cp == 0 || wx_cp_is_inert_needed(cp))
            (void)wx_buf_printf(&x->cell, "[U+%04X]", (unsigned)cp);
        else
            (void)wx_buf_add(&x->cell, bytes, wx_utf8_put(cp, bytes));
    }
    (void)wx_buf_addc(&x->cell, '\0');
    return x->cell.ptr;
}

static void note_error(struct xlsx *x)
{
    if (!x->failed_errno &&
        (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO))
        x->failed_errno = errno;
}

static void put_str(struct xlsx *x, lxw_worksheet *sheet, int column, struct wx_str s,
                    lxw_format *format)
{
    if (s.len)
        worksheet_write_string(sheet, x->row, (lxw_col_t)column, cell_text(x, s),
                               format);
    else
        worksheet_write_blank(sheet, x->row, (lxw_col_t)column, format);
}

static void put_z(struct xlsx *x, lxw_worksheet *sheet, int column, const char *z,
                  lxw_format *format)
{
    put_str(x, sheet, column, wx_str_of(z), format);
}

static void put_int(struct xlsx *x, lxw_worksheet *sheet, int column, uint64_t v)
{
    worksheet_write_number(sheet, x->row, (lxw_col_t)column, (double)v, x->number);
}

static void put_time(struct xlsx *x, lxw_worksheet *sheet, int column, int64_t at_s)
{
    char text[24] = "";

    if (at_s)
        wx_time_format_china(at_s, text);
    put_z(x, sheet, column, text, x->text);
}

/* ---- a sheet's frame ---- */

struct column {
    enum wx_text heading;
    double width;
};

static const char *T(const struct xlsx *x, enum wx_text key)
{
    return wx_text(x->report->lang, key);
}

static lxw_worksheet *add_table(struct xlsx *x, enum wx_text name,
                                const struct column *columns, int n, uint64_t rows)
{
    lxw_worksheet *sheet = workbook_add_worksheet(x->book, T(x, name));
    lxw_row_t last = rows >= MAX_ROWS ? MAX_ROWS - 1 : (lxw_row_t)rows;

    for (int i = 0; i < n; i++)
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, columns[i].width, NULL);
    worksheet_freeze_panes(sheet, 1, 3);
    worksheet_autofilter(sheet, 0, 0, last, (lxw_col_t)(n - 1));
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 8); /* A3: wide lists */
    worksheet_fit_to_pages(sheet, 1, 0);
    if (n > N_PRINTED)
        worksheet_print_area(sheet, 0, 0, last, N_PRINTED - 1);
    x->row = 0;
    worksheet_set_row(sheet, 0, 24, NULL);
    for (int i = 0; i < n; i++)
        put_z(x, sheet, i, T(x, columns[i].heading), x->heading);
    x->row = 1;
    return sheet;
}

/* ---- summary ---- */

static void pair_z(struct xlsx *x, lxw_worksheet *sheet, const char *name,
                   struct wx_str value)
{
    put_z(x, sheet, 0, name, x->text);
    put_str(x, sheet, 1, value, x->text);
    x->row++;
}

static void pair_int(struct xlsx *x, lxw_worksheet *sheet, const char *name, uint64_t v)
{
    put_z(x, sheet, 0, name, x->text);
    worksheet_write_number(sheet, x->row, 1, (double)v, x->figure);
    x->row++;
}

static void section(struct xlsx *x, lxw_worksheet *sheet, enum wx_text name)
{
    x->row++;
    put_z(x, sheet, 0, T(x, name), x->heading);
    put_z(x, sheet, 1, T(x, WX_T_REPORT_COUNT), x->heading);
    x->row++;
}

static void summary_run(struct xlsx *x, lxw_worksheet *sheet)
{
    const struct wx_numbers *n = &x->report->numbers;
    const struct wx_breakdown *b = &x->report->breakdown;
    enum wx_lang lang = x->report->lang;
    char text[24];

    put_z(x, sheet, 0, T(x, WX_T_REPORT_TITLE), x->title);
    x->row += 2;
    pair_z(x, sheet, T(x, WX_T_REPORT_END), wx_str_of(wx_run_end_text(lang, n->end)));
    if (n->begun_s) {
        wx_time_format_china(n->begun_s, text);
        pair_z(x, sheet, T(x, WX_T_REPORT_BEGUN), wx_str_of(text));
    }
    if (n->ended_s) {
        wx_time_format_china(n->ended_s, text);
        pair_z(x, sheet, T(x, WX_T_REPORT_ENDED), wx_str_of(text));
    }
    pair_z(x, sheet, T(x, WX_T_REPORT_PERMIT), wx_permit_text(x->report));
    pair_z(x, sheet, T(x, WX_T_REPORT_VERSION), b->version);
    pair_z(x, sheet, T(x, WX_T_REPORT_RULES), b->rules_version);
}

static void summary_sites(struct xlsx *x, lxw_worksheet *sheet)
{
    const struct wx_numbers *n = &x->report->numbers;

    section(x, sheet, WX_T_REPORT_SITES);
    pair_int(x, sheet, T(x, WX_T_REPORT_N_SITES), n->n_sites);
    for (int i = 0; i < WX_SITE_STATUS_COUNT; i++)
        if (n->by_status[i])
            pair_int(x, sheet,
                     wx_site_status_text(x->report->lang, (enum wx_site_status)i),
                     n->by_status[i]);
    pair_int(x, sheet, T(x, WX_T_REPORT_N_UNDETERMINED), n->n_undetermined);
    pair_int(x, sheet, T(x, WX_T_REPORT_N_WITH_PROBLEMS), n->n_sites_with_problems);
    pair_int(x, sheet, T(x, WX_T_REPORT_PAGES), n->n_pages);
    pair_int(x, sheet, T(x, WX_T_REPORT_REQUESTS), n->n_requests);
}

static void summary_findings(struct xlsx *x, lxw_worksheet *sheet)
{
    const struct wx_numbers *n = &x->report->numbers;
    const struct wx_breakdown *b = &x->report->breakdown;
    enum wx_lang lang = x->report->lang;

    section(x, sheet, WX_T_REPORT_BY_SEVERITY);
    for (int s = WX_SEV_CRITICAL; s >= WX_SEV_INFO; s--)
        pair_int(x, sheet, wx_severity_text(lang, (enum wx_severity)s),
                 n->by_severity[s]);
    pair_int(x, sheet, T(x, WX_T_REPORT_N_PROBLEMS), n->n_problems);
    section(x, sheet, WX_T_REPORT_BY_VERDICT);
    for (int v = 0; v < WX_N_VERDICTS; v++)
        pair_int(x, sheet, wx_verdict_text(lang, (enum wx_verdict)v), n->by_verdict[v]);
    pair_int(x, sheet, T(x, WX_T_REPORT_N_FINDINGS), n->n_findings);
    section(x, sheet, WX_T_REPORT_BY_CATEGORY);
    for (size_t i = 0; i < b->n_categories; i++) {
        struct wx_str name =
            wx_category_text(&x->report->arena, lang, b->categories[i].name);

        put_str(x, sheet, 0, name, x->text);
        worksheet_write_number(sheet, x->row, 1, (double)b->categories[i].n_problems,
                               x->figure);
        x->row++;
    }
}

static void write_summary(struct xlsx *x)
{
    lxw_worksheet *sheet = workbook_add_worksheet(x->book, T(x, WX_T_SHEET_SUMMARY));

    worksheet_set_column(sheet, 0, 0, 34, NULL);
    worksheet_set_column(sheet, 1, 1, 30, NULL);
    worksheet_set_paper(sheet, 9);
    x->row = 0;
    summary_run(x, sheet);
    summary_sites(x, sheet);
    summary_findings(x, sheet);
    if (x->report->numbers.n_findings >= MAX_ROWS) {
        x->row++;
        put_z(x, sheet, 0, T(x, WX_T_SHEET_CUT), x->text);
    }
}

/* ---- sites ---- */

static const struct column site_columns[] = {
    {WX_T_COLUMN_NUMBER, 6},     {WX_T_COLUMN_UNIT, 24},
    {WX_T_COLUMN_SITE_NAME, 26}, {WX_T_COLUMN_SITE, 30},
    {WX_T_COLUMN_STATUS, 14},    {WX_T_COLUMN_REASON, 18},
    {WX_T_REPORT_N_PROBLEMS, 9}, {WX_T_SEV_CRITICAL, 8},
    {WX_T_SEV_HIGH, 8},          {WX_T_SEV_MEDIUM, 8},
    {WX_T_SEV_LOW, 8},           {WX_T_SEV_INFO, 8},
    {WX_T_REPORT_PAGES, 9},      {WX_T_REPORT_REQUESTS, 9},
    {WX_T_COLUMN_BYTES, 12},     {WX_T_COLUMN_SECONDS, 10},
    {WX_T_COLUMN_START_URL, 36}, {WX_T_COLUMN_CONTACT, 12},
    {WX_T_COLUMN_PHONE, 16},     {WX_T_COLUMN_LEADER, 12},
};
enum { N_SITE_COLUMNS = sizeof site_columns / sizeof *site_columns };

struct sheet_ctx {
    struct xlsx *x;
    lxw_worksheet *sheet;
};

static bool site_row(void *ctx, const struct wx_site *site,
                     const struct wx_site_result *result)
{
    struct sheet_ctx *c = ctx;
    struct xlsx *x = c->x;
    const struct wx_numbers_row *row = &x->report->breakdown.sites[x->site++];
    lxw_worksheet *w = c->sheet;
    enum wx_lang lang = x->report->lang;

    errno = 0;
    put_int(x, w, 0, x->row);
    put_str(x, w, 1, site->unit, x->text);
    put_str(x, w, 2, site->name, x->text);
    put_str(x, w, 3, wx_site_origin(site), x->text);
    put_z(x, w, 4, wx_site_status_text(lang, result->status), x->text);
    put_str(x, w, 5, wx_reason_text(&x->report->arena, lang, result->reason), x->text);
    put_int(x, w, 6, row->n_problems);
    for (int s = 0; s < WX_N_SEVERITIES; s++)
        put_int(x, w, 7 + s, row->by_severity[WX_SEV_CRITICAL - s]);
    put_int(x, w, 12, result->n_pages);
    put_int(x, w, 13, result->n_requests);
    put_int(x, w, 14, result->wire_bytes);
    worksheet_write_number(w, x->row, 15, (double)result->duration_ms / 1000, x->text);
    put_str(x, w, 16, site->start_url, x->text);
    put_str(x, w, 17, site->contact, x->text);
    put_str(x, w, 18, site->phone, x->text);
    put_str(x, w, 19, site->leader, x->text);
    note_error(x);
    return ++x->row < MAX_ROWS && x->site < x->report->breakdown.n_sites &&
           !x->failed_errno;
}

static enum wx_status write_sites(struct xlsx *x, struct wx_err *err)
{
    struct sheet_ctx c = {.x = x};

    c.sheet = add_table(x, WX_T_SHEET_SITES, site_columns, N_SITE_COLUMNS,
                        x->report->numbers.n_sites);
    x->site = 0;
    if (!x->report->breakdown.n_sites)
        return WX_OK;
    return wx_store_sites(x->report->store, site_row, &c, err);
}

/* ---- findings ---- */

static const struct column finding_columns[] = {
    {WX_T_COLUMN_NUMBER, 6},      {WX_T_COLUMN_SEVERITY, 9},
    {WX_T_COLUMN_VERDICT, 10},    {WX_T_COLUMN_UNIT, 20},
    {WX_T_COLUMN_SITE_NAME, 22},  {WX_T_COLUMN_SITE, 24},
    {WX_T_COLUMN_CATEGORY, 14},   {WX_T_COLUMN_TITLE, 34},
    {WX_T_COLUMN_URL, 40},        {WX_T_COLUMN_WHERE, 24},
    {WX_T_COLUMN_DETAIL, 44},     {WX_T_COLUMN_EXCERPT, 40},
    {WX_T_COLUMN_NORM, 36},       {WX_T_COLUMN_WHY, 44},
    {WX_T_COLUMN_FIX, 50},        {WX_T_COLUMN_VERIFY, 40},
    {WX_T_COLUMN_PLACES, 8},      {WX_T_COLUMN_CONFIDENCE, 10},
    {WX_T_COLUMN_FIRST_SEEN, 17}, {WX_T_COLUMN_LAST_SEEN, 17},
    {WX_T_COLUMN_RULE, 26},       {WX_T_COLUMN_ID, 36},
};
enum { N_FINDING_COLUMNS = sizeof finding_columns / sizeof *finding_columns };

static void finding_texts(struct xlsx *x, lxw_worksheet *w, const struct wx_finding *f,
                          const struct wx_rule *rule)
{
    enum wx_lang lang = x->report->lang;
    struct wx_rule_text text = wx_rule_text_in(rule, lang);
    struct wx_arena arena;

    wx_arena_init(&arena);
    put_str(x, w, 6, wx_category_text(&arena, lang, f->category), x->text);
    put_str(x, w, 7, wx_finding_title(f, rule, lang), x->wrapped);
    put_str(x, w, 8, f->url, x->wrapped);
    put_str(x, w, 9, wx_finding_where(f, lang), x->wrapped);
    put_str(x, w, 10, wx_finding_detail(f, lang), x->wrapped);
    put_str(x, w, 11, f->excerpt, x->wrapped);
    put_str(
        x, w, 12,
        wx_norm_text(&arena, rule ? wx_rule_norm_at(rule, f->last_seen_s) : NULL, lang),
        x->wrapped);
    put_str(x, w, 13, text.why, x->wrapped);
    put_str(x, w, 14, text.fix, x->wrapped);
    put_str(x, w, 15, text.verify, x->wrapped);
    wx_arena_clear(&arena);
}

static bool finding_row(void *ctx, const struct wx_finding *f)
{
    struct sheet_ctx *c = ctx;
    struct xlsx *x = c->x;
    enum wx_lang lang = x->report->lang;
    lxw_worksheet *w = c->sheet;

    errno = 0;
    worksheet_set_row(w, x->row, ROW_POINTS, NULL);
    put_int(x, w, 0, x->row);
    put_z(x, w, 1, wx_severity_text(lang, f->severity), x->severity[f->severity]);
    put_z(x, w, 2, wx_verdict_text(lang, f->verdict), x->text);
    put_str(x, w, 3, f->unit, x->wrapped);
    put_str(x, w, 4, f->site_name, x->wrapped);
    put_str(x, w, 5, f->site, x->wrapped);
    finding_texts(x, w, f, wx_rules_find(x->report->rules, f->rule));
    put_int(x, w, 16, f->n_places);
    put_int(x, w, 17, f->confidence);
    put_time(x, w, 18, f->first_seen_s);
    put_time(x, w, 19, f->last_seen_s);
    put_str(x, w, 20, f->rule, x->text);
    put_z(x, w, 21, f->id, x->text);
    note_error(x);
    return ++x->row < MAX_ROWS && !x->failed_errno;
}

static enum wx_status write_findings(struct xlsx *x, struct wx_err *err)
{
    struct sheet_ctx c = {.x = x};

    c.sheet = add_table(x, WX_T_SHEET_FINDINGS, finding_columns, N_FINDING_COLUMNS,
                        x->report->numbers.n_findings);
    return wx_store_findings(x->report->store, 0, finding_row, &c, err);
}

/* ---- the book ---- */

static lxw_format *add_format(struct xlsx *x, bool wrapped)
{
    lxw_format *format = workbook_add_format(x->book);

    format_set_font_name(format, x->report->lang == WX_ZH ? "宋体" : "Calibri");
    format_set_font_size(format, 10.5);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (wrapped)
        format_set_text_wrap(format);
    return format;
}

static void add_formats(struct xlsx *x)
{
    static const struct {
        lxw_color_t ink, paper;
    } colours[WX_N_SEVERITIES] = {
        [WX_SEV_INFO] = {0x44546A, 0xEEF1F4},     [WX_SEV_LOW] = {0x1F4E79, 0xE3EDF7},
        [WX_SEV_MEDIUM] = {0x7A5200, 0xFFF3D1},   [WX_SEV_HIGH] = {0x9A3412, 0xFFE4D6},
        [WX_SEV_CRITICAL] = {0xFFFFFF, 0xA61B1B},
    };

    x->text = add_format(x, false);
    x->wrapped = add_format(x, true);
    x->number = add_format(x, false);
    format_set_num_format(x->number, "#,##0");
    x->figure = add_format(x, false);
    format_set_num_format(x->figure, "#,##0");
    format_set_align(x->figure, LXW_ALIGN_LEFT);
    x->title = add_format(x, false);
    format_set_font_size(x->title, 16);
    format_set_bold(x->title);
    x->heading = add_format(x, true);
    format_set_bold(x->heading);
    format_set_bg_color(x->heading, 0x1F3B63);
    format_set_font_color(x->heading, 0xFFFFFF);
    format_set_align(x->heading, LXW_ALIGN_VERTICAL_CENTER);
    for (int s = 0; s < WX_N_SEVERITIES; s++) {
        x->severity[s] = add_format(x, false);
        format_set_bold(x->severity[s]);
        format_set_font_color(x->severity[s], colours[s].ink);
        format_set_bg_color(x->severity[s], colours[s].paper);
        format_set_align(x->severity[s], LXW_ALIGN_CENTER);
    }
}

static void set_properties(struct xlsx *x)
{
    lxw_doc_properties properties = {
        .title = (char *)(uintptr_t)T(x, WX_T_REPORT_TITLE),
        .company = (char *)(uintptr_t) "Wangxun 网巡",
        .created = (time_t)x->report->numbers.ended_s,
    };

    workbook_set_properties(x->book, &properties);
}

enum wx_status wx_report_xlsx(struct wx_report *report, struct wx_err *err)
{
    struct xlsx x = {.report = report, .cell = WX_BUF_INIT(MAX_CELL_BYTES * 2)};
    lxw_workbook_options options = {.constant_memory = LXW_TRUE,
                                    .tmpdir = (char *)(uintptr_t)report->dir};
    char path[4096], part[4096 + 8];
    enum wx_status st;
    lxw_error code;

    if (snprintf(path, sizeof path, "%s/report.xlsx", report->dir) >= (int)sizeof path)
        return wx_fail(err, WX_E_TOO_BIG, "path '%s' is too long", report->dir);
    snprintf(part, sizeof part, "%s.part", path);
    x.book = workbook_new_opt(part, &options);
    if (!x.book)
        return wx_fail(err, WX_E_IO, "cannot begin '%s'", part);
    add_formats(&x);
    set_properties(&x);
    write_summary(&x);
    st = write_sites(&x, err);
    if (!st)
        st = write_findings(&x, err);
    errno = 0;
    code = workbook_close(x.book); /* frees it, whatever it returns */
    note_error(&x);
    wx_buf_clear(&x.cell);
    errno = x.failed_errno;
    if (!st && x.failed_errno)
        st = wx_fail_errno(err, "cannot write '%s'", part);
    if (!st && code)
        st = wx_fail(err, WX_E_IO, "cannot write '%s': %s", part, lxw_strerror(code));
    if (!st)
        return wx_outfile_publish(part, path, err);
    unlink(part);
    return st;
}
