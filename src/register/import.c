#include "register/import.h"

#include "base/limits.h"
#include "register/cell.h"
#include "register/column.h"
#include "wire/identifier.h"
#include <stdio.h>

enum {
    MAX_HEADER_ROW = 30, /* title rows and notes that may stand above the header */
    MAX_COLUMNS = 200,
    MAX_PROBLEMS = 10000,
    MAX_DOMAINS_IN_CELL = 50,
    SHOWN_VALUE_BYTES = 120,
};

/* Ids of the sites so far: open addressing, a power of two. */
struct id_set {
    uint64_t *slots;
    size_t n_slots, n;
};

struct import {
    struct wx_arena *arena;
    const struct wx_table *table;
    struct wx_import *out;
    int at[WX_COL_COUNT]; /* cell index of each column; -1: absent */
    struct wx_str heads[WX_COL_COUNT];
    size_t sites_cap, problems_cap;
    struct id_set ids;
};

/* ---- problems ---- */

static void problem(struct import *im, uint32_t row, struct wx_str column,
                    struct wx_str value, enum wx_text reason, bool is_lost)
{
    struct wx_import *out = im->out;

    if (out->n_problems >= MAX_PROBLEMS) {
        out->n_more_problems++;
        return;
    }
    if (out->n_problems == im->problems_cap) {
        size_t cap = im->problems_cap ? im->problems_cap * 2 : 16;

        out->problems = wx_arena_grow(im->arena, out->problems,
                                      im->problems_cap * sizeof *out->problems,
                                      cap * sizeof *out->problems);
        im->problems_cap = cap;
    }
    out->problems[out->n_problems++] = (struct wx_import_problem){
        .row = row,
        .column = column,
        .value = wx_utf8_clip(value, SHOWN_VALUE_BYTES),
        .reason = reason,
        .is_lost = is_lost,
    };
}

void wx_import_problem_format(const struct wx_import_problem *p, enum wx_lang lang,
                              struct wx_buf *out)
{
    char column[SHOWN_VALUE_BYTES * 2 + 1], value[SHOWN_VALUE_BYTES + 1];
    struct wx_str c = wx_utf8_clip(p->column, sizeof column - 1);
    struct wx_str v = wx_utf8_clip(p->value, sizeof value - 1);
    char line[1024];
    int n;

    memcpy(column, c.ptr ? c.ptr : "", c.len);
    column[c.len] = '\0';
    for (size_t i = 0; i < v.len; i++) /* one line, whatever a cell holds */
        value[i] = (unsigned char)v.ptr[i] < ' ' ? ' ' : v.ptr[i];
    value[v.len] = '\0';
    n = snprintf(line, sizeof line, wx_text(lang, WX_T_IMPORT_LINE), p->row, column,
                 value, wx_text(lang, p->reason));
    if (n > 0)
        (void)wx_buf_add(out, line, strnlen(line, sizeof line - 1));
}

/* ---- the header ---- */

static size_t match_columns(struct import *im, const struct wx_table_row *row, int *at)
{
    size_t n = 0;

    for (int c = 0; c < WX_COL_COUNT; c++)
        at[c] = -1;
    for (size_t i = 0; i < row->n_cells && i < MAX_COLUMNS; i++) {
        enum wx_column column = wx_column_parse(im->arena, row->cells[i]);

        if (column && at[column] < 0) {
            at[column] = (int)i;
            n++;
        }
    }
    return n;
}

/* A title row may hold one word that is also a column's name; the best row wins. */
static const struct wx_table_row *find_header(struct import *im)
{
    const struct wx_table_row *best = NULL;
    size_t best_n = 0;

    for (size_t i = 0; i < im->table->n_rows && i < MAX_HEADER_ROW; i++) {
        const struct wx_table_row *row = &im->table->rows[i];
        int at[WX_COL_COUNT];
        size_t n = match_columns(im, row, at);

        if (at[WX_COL_DOMAIN] >= 0 && n > best_n) {
            best = row;
            best_n = n;
            memcpy(im->at, at, sizeof at);
        }
    }
    return best;
}

static void name_columns(struct import *im, const struct wx_table_row *header)
{
    for (int c = 0; c < WX_COL_COUNT; c++)
        if (im->at[c] >= 0)
            im->heads[c] = header->cells[im->at[c]];
    for (size_t i = 0; i < header->n_cells && i < MAX_COLUMNS; i++) {
        enum wx_column column = wx_column_parse(im->arena, header->cells[i]);

        if (column && im->at[column] != (int)i)
            problem(im, header->number, header->cells[i], header->cells[i],
                    WX_T_IMPORT_SAME_COLUMN, false);
    }
}

/* ---- sites ---- */

static void ids_grow(struct import *im)
{
    struct id_set bigger = {.n_slots = im->ids.n_slots ? im->ids.n_slots * 2 : 256};

    bigger.slots = wx_arena_array(im->arena, uint64_t, bigger.n_slots);
    for (size_t i = 0; i < im->ids.n_slots; i++) {
        size_t at = im->ids.slots[i] & (bigger.n_slots - 1);

        if (!im->ids.slots[i])
            continue;
        while (bigger.slots[at])
            at = (at + 1) & (bigger.n_slots - 1);
        bigger.slots[at] = im->ids.slots[i];
    }
    bigger.n = im->ids.n;
    im->ids = bigger;
}

/* False when ID is there already. */
static bool ids_add(struct import *im, uint64_t id)
{
    size_t at;

    if (im->ids.n * 2 >= im->ids.n_slots)
        ids_grow(im);
    at = id & (im->ids.n_slots - 1);
    while (im->ids.slots[at] && im->ids.slots[at] != id)
        at = (at + 1) & (im->ids.n_slots - 1);
    if (im->ids.slots[at])
        return false;
    im->ids.slots[at] = id;
    im->ids.n++;
    return true;
}

static void add_site(struct import *im, const struct wx_site *site)
{
    struct wx_import *out = im->out;

    if (out->n_sites == im->sites_cap) {
        size_t cap = im->sites_cap ? im->sites_cap * 2 : 64;

        out->sites =
            wx_arena_grow(im->arena, out->sites, im->sites_cap * sizeof *out->sites,
                          cap * sizeof *out->sites);
        im->sites_cap = cap;
    }
    out->sites[out->n_sites++] = *site;
}

static struct wx_str cell_of(const struct import *im, const struct wx_table_row *row,
                             enum wx_column column)
{
    int at = im->at[column];

    if (at < 0 || (size_t)at >= row->n_cells)
        return (struct wx_str){NULL, 0};
    return wx_str_trim(row->cells[at]);
}

static void check_ip(struct import *im, const struct wx_table_row *row,
                     struct wx_str cell)
{
    struct wx_str folded = wx_column_fold(im->arena, cell), address;
    size_t pos = 0;

    while (wx_cell_next_domain(folded, &pos, &address))
        if (!wx_cell_is_address(im->arena, address) &&
            !wx_cell_is_empty_word(address)) {
            problem(im, row->number, im->heads[WX_COL_IP], cell, WX_T_IMPORT_BAD_IP,
                    false);
            return;
        }
}

/* Columns whose form can be checked; a wrong one is kept as written, and said. */
static void read_checked(struct import *im, const struct wx_table_row *row,
                         struct wx_site *site)
{
    struct wx_str cell = cell_of(im, row, WX_COL_UNIT_KIND), digits;
    uint32_t letter;
    int grade;

    if (!wx_cell_is_empty_word(cell) && !wx_unit_kind_parse(cell, &site->unit_kind))
        problem(im, row->number, im->heads[WX_COL_UNIT_KIND], cell,
                WX_T_IMPORT_BAD_UNIT_KIND, false);
    cell = cell_of(im, row, WX_COL_GRADE);
    grade = wx_cell_grade(im->arena, cell);
    if (grade < 0)
        problem(im, row->number, im->heads[WX_COL_GRADE], cell, WX_T_IMPORT_BAD_GRADE,
                false);
    site->grade = grade > 0 ? (uint8_t)grade : 0;
    cell = cell_of(im, row, WX_COL_SITE_CODE);
    site->site_code = wx_cell_is_empty_word(cell)
                          ? WX_STR("")
                          : wx_str_trim(wx_column_fold(im->arena, cell));
    if (site->site_code.len && !wx_site_code_is_valid(site->site_code))
        problem(im, row->number, im->heads[WX_COL_SITE_CODE], cell,
                WX_T_IMPORT_BAD_SITE_CODE, false);
    cell = cell_of(im, row, WX_COL_POLICE_CODE);
    digits = wx_cell_digits(im->arena, cell);
    site->police_code = wx_cell_is_empty_word(cell) ? WX_STR("")
                        : digits.len                ? digits
                                                    : cell;
    if (site->police_code.len && !wx_police_code_is_valid(site->police_code))
        problem(im, row->number, im->heads[WX_COL_POLICE_CODE], cell,
                WX_T_IMPORT_BAD_POLICE_CODE, false);
    cell = cell_of(im, row, WX_COL_ICP);
    site->icp = wx_cell_is_empty_word(cell) ? WX_STR("") : cell;
    if (site->icp.len &&
        !wx_icp_read(wx_column_fold(im->arena, cell), &letter, &digits))
        problem(im, row->number, im->heads[WX_COL_ICP], cell, WX_T_IMPORT_BAD_ICP,
                false);
    site->ip = cell_of(im, row, WX_COL_IP);
    if (wx_cell_is_empty_word(site->ip))
        site->ip = WX_STR("");
    check_ip(im, row, site->ip);
}

static void read_row(struct import *im, const struct wx_table_row *row)
{
    struct wx_str cell = cell_of(im, row, WX_COL_DOMAIN), text;
    struct wx_str folded = wx_column_fold(im->arena, cell);
    struct wx_site site = {.row = row->number};
    size_t pos = 0, n = 0;

    if (wx_cell_is_empty_word(wx_str_trim(folded))) {
        problem(im, row->number, im->heads[WX_COL_DOMAIN], cell, WX_T_IMPORT_NO_DOMAIN,
                true);
        return;
    }
    site.name = cell_of(im, row, WX_COL_NAME);
    site.server_place = cell_of(im, row, WX_COL_SERVER_PLACE);
    site.unit = cell_of(im, row, WX_COL_UNIT);
    site.contact = cell_of(im, row, WX_COL_CONTACT);
    site.leader = cell_of(im, row, WX_COL_LEADER);
    site.phone = cell_of(im, row, WX_COL_PHONE);
    read_checked(im, row, &site);
    while (n++ < MAX_DOMAINS_IN_CELL && wx_cell_next_domain(folded, &pos, &text)) {
        enum wx_text reason;
        struct wx_url url;

        reason = wx_cell_parse_domain(im->arena, text, &url);
        if (reason == WX_TEXT_COUNT) {
            site.id = wx_site_key(url.host, url.port);
            site.domain = url.host;
            site.start_url = url.href;
            if (!ids_add(im, site.id))
                reason = WX_T_IMPORT_DUPLICATE;
        }
        if (reason == WX_TEXT_COUNT)
            add_site(im, &site);
        else
            problem(im, row->number, im->heads[WX_COL_DOMAIN], text, reason, true);
    }
}

static bool is_blank_row(const struct wx_table_row *row)
{
    for (size_t i = 0; i < row->n_cells; i++)
        if (wx_str_trim(row->cells[i]).len)
            return false;
    return true;
}

/* Printed pages repeat the header. */
static bool repeats_header(const struct import *im, const struct wx_table_row *row)
{
    return wx_str_eq(cell_of(im, row, WX_COL_DOMAIN),
                     wx_str_trim(im->heads[WX_COL_DOMAIN]));
}

/* Without a header: is the first cell of the first row with content a domain? */
static bool is_bare_list(struct import *im)
{
    for (size_t i = 0; i < im->table->n_rows; i++) {
        const struct wx_table_row *row = &im->table->rows[i];
        struct wx_url url;
        struct wx_str text;
        size_t pos = 0;

        if (is_blank_row(row))
            continue;
        text = wx_column_fold(im->arena, row->cells[0]);
        return wx_cell_next_domain(text, &pos, &text) &&
               wx_cell_parse_domain(im->arena, text, &url) == WX_TEXT_COUNT;
    }
    return false;
}

enum wx_status wx_register_import(struct wx_arena *arena, const struct wx_table *table,
                                  struct wx_import *out, struct wx_err *err)
{
    struct import im = {.arena = arena, .table = table, .out = out};
    const struct wx_table_row *header;

    *out = (struct wx_import){0};
    header = find_header(&im);
    if (header) {
        out->header_row = header->number;
        name_columns(&im, header);
    } else if (is_bare_list(&im)) {
        for (int c = 0; c < WX_COL_COUNT; c++)
            im.at[c] = -1;
        im.at[WX_COL_DOMAIN] = 0;
        im.heads[WX_COL_DOMAIN] = WX_STR("1");
    } else {
        return wx_fail(err, table->n_rows ? WX_E_INVALID : WX_E_NOT_FOUND,
                       table->n_rows
                           ? "the list has no column 'domain' (域名, 网址, url)"
                           : "the list is empty");
    }
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct wx_table_row *row = &table->rows[i];

        if ((header && row <= header) || is_blank_row(row) ||
            (header && repeats_header(&im, row)))
            continue;
        out->n_rows++;
        read_row(&im, row);
    }
    if (!out->n_sites)
        return wx_fail(err, WX_E_INVALID, "no site could be taken from %u row(s)",
                       out->n_rows);
    return WX_OK;
}
