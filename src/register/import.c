#include "register/import.h"

#include "base/limits.h"
#include "register/column.h"
#include "wire/identifier.h"
#include "wire/url.h"
#include <arpa/inet.h>
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

/* ---- domains ---- */

static bool is_empty_word(struct wx_str s)
{
    static const char *const words[] = {"无", "暂无", "没有", "-",    "--",   "—", "——",
                                        "/",  "\\",   "N/A",  "none", "未知", "0"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_ieqz(s, words[i]))
            return true;
    return s.len == 0;
}

/* "www.a.gov.cn/www.b.gov.cn": behind the slash stands a name, not a file. */
static bool is_name_behind_slash(struct wx_str s)
{
    static const char *const files[] = {"html", "htm", "shtml",  "php", "jsp", "asp",
                                        "aspx", "do",  "action", "js",  "xml", "cfm"};
    struct wx_str end;
    size_t dot = WX_NPOS;

    for (size_t i = 0; i < s.len && s.ptr[i] != '/' && s.ptr[i] != '?'; i++)
        dot = s.ptr[i] == '.' ? i : dot;
    if (dot == WX_NPOS || dot == 0)
        return false;
    end = wx_str_sub(s, dot + 1, s.len);
    end = wx_str_sub(end, 0, wx_str_chr(end, '/'));
    end = wx_str_sub(end, 0, wx_str_chr(end, ':'));
    if (end.len < 2)
        return false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (wx_str_ieqz(end, files[i]))
            return false;
    for (size_t i = 0; i < end.len; i++)
        if (end.ptr[i] >= '0' && end.ptr[i] <= '9')
            return false;
    return wx_str_istarts(s, "www.") || wx_str_ends(end, "cn") ||
           wx_str_ieqz(end, "com") || wx_str_ieqz(end, "net") ||
           wx_str_ieqz(end, "org");
}

/* How long the separator at S[I] is; 0: none. */
static size_t separator_at(struct wx_str s, size_t i, size_t from)
{
    struct wx_str rest = wx_str_sub(s, i, s.len);
    char c = s.ptr[i];

    if (c == ',' || c == ';' || c == '|' || wx_is_space((unsigned char)c))
        return 1;
    if (wx_str_starts(rest, "、"))
        return strlen("、");
    if (c == '/' && i > from && s.ptr[i - 1] != '/' && s.ptr[i - 1] != ':' &&
        !(rest.len > 1 && rest.ptr[1] == '/') &&
        is_name_behind_slash(wx_str_sub(rest, 1, rest.len)))
        return 1;
    return 0;
}

/* The next domain of a cell; what stands in brackets is a remark. */
static bool next_domain(struct wx_str cell, size_t *pos, struct wx_str *out)
{
    size_t i, from, n;

    while (*pos < cell.len) {
        from = i = *pos;
        if (cell.ptr[i] == '(') {
            while (i < cell.len && cell.ptr[i] != ')')
                i++;
            *pos = i + 1;
            continue;
        }
        for (n = 0; i < cell.len && cell.ptr[i] != '('; i++)
            if ((n = separator_at(cell, i, from)))
                break;
        *pos = i + n;
        *out = wx_str_sub(cell, from, i);
        if (out->len)
            return true;
    }
    return false;
}

static bool host_is_public_name(const struct wx_url *url)
{
    struct wx_str host = url->host, last = host;
    size_t dot;

    if (url->host_kind == WX_HOST_IPV4 || url->host_kind == WX_HOST_IPV6)
        return true;
    if (wx_str_eqz(host, "localhost"))
        return true;
    while ((dot = wx_str_chr(last, '.')) != WX_NPOS)
        last = wx_str_sub(last, dot + 1, last.len);
    if (last.len == host.len || last.len < 2 || wx_str_chr(host, '*') != WX_NPOS)
        return false;
    for (size_t i = 0; i < last.len; i++)
        if (wx_lower((unsigned char)last.ptr[i]) >= 'a' &&
            wx_lower((unsigned char)last.ptr[i]) <= 'z')
            return true;
    return false;
}

static enum wx_text parse_domain(struct import *im, struct wx_str text,
                                 struct wx_url *url)
{
    size_t colon = wx_str_findz(text, "://");

    if (colon != WX_NPOS && !wx_str_istarts(text, "http://") &&
        !wx_str_istarts(text, "https://"))
        return WX_T_IMPORT_NOT_HTTP;
    if (wx_url_parse_target(im->arena, text, url, NULL))
        return WX_T_IMPORT_BAD_DOMAIN;
    if (!url->is_http)
        return WX_T_IMPORT_NOT_HTTP;
    if (url->user.len || url->password.len || !host_is_public_name(url))
        return WX_T_IMPORT_BAD_DOMAIN;
    return WX_TEXT_COUNT; /* nothing to say */
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

static bool is_address(struct wx_arena *arena, struct wx_str s)
{
    const char *z = wx_arena_z(arena, s);
    unsigned char bytes[16];

    return inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1;
}

static void check_ip(struct import *im, const struct wx_table_row *row,
                     struct wx_str cell)
{
    struct wx_str folded = wx_column_fold(im->arena, cell), address;
    size_t pos = 0;

    while (next_domain(folded, &pos, &address))
        if (!is_address(im->arena, address) && !is_empty_word(address)) {
            problem(im, row->number, im->heads[WX_COL_IP], cell, WX_T_IMPORT_BAD_IP,
                    false);
            return;
        }
}

/* "三级", "第三级", "3", "3级", "等保三级"; 0 for not graded, -1 for anything else. */
static int parse_grade(struct wx_arena *arena, struct wx_str cell)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五"};
    static const char *const none[] = {"未定级", "未", "否", "不定级", "未备案"};
    struct wx_str s = wx_str_trim(wx_column_fold(arena, cell));
    int found = -1;

    if (is_empty_word(s))
        return 0;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (wx_str_starts(s, none[i]))
            return 0;
    for (int i = 0; i < 5; i++) {
        char digit[2] = {(char)('1' + i), '\0'};
        bool has = wx_str_findz(s, numerals[i]) != WX_NPOS ||
                   wx_str_findz(s, digit) != WX_NPOS;

        if (has && found > 0)
            return -1; /* "二级、三级": which is meant? */
        if (has)
            found = i + 1;
    }
    return s.len <= 40 ? found : -1;
}

static struct wx_str digits_of(struct wx_arena *arena, struct wx_str cell)
{
    struct wx_str folded = wx_column_fold(arena, cell);
    char *p = (char *)folded.ptr;
    size_t n = 0;

    for (size_t i = 0; i < folded.len; i++)
        if (p[i] >= '0' && p[i] <= '9')
            p[n++] = p[i];
    return (struct wx_str){p, n};
}

/* Columns whose form can be checked; a wrong one is kept as written, and said. */
static void read_checked(struct import *im, const struct wx_table_row *row,
                         struct wx_site *site)
{
    struct wx_str cell = cell_of(im, row, WX_COL_UNIT_KIND), digits;
    uint32_t letter;
    int grade;

    if (!is_empty_word(cell) && !wx_unit_kind_parse(cell, &site->unit_kind))
        problem(im, row->number, im->heads[WX_COL_UNIT_KIND], cell,
                WX_T_IMPORT_BAD_UNIT_KIND, false);
    cell = cell_of(im, row, WX_COL_GRADE);
    grade = parse_grade(im->arena, cell);
    if (grade < 0)
        problem(im, row->number, im->heads[WX_COL_GRADE], cell, WX_T_IMPORT_BAD_GRADE,
                false);
    site->grade = grade > 0 ? (uint8_t)grade : 0;
    cell = cell_of(im, row, WX_COL_SITE_CODE);
    site->site_code =
        is_empty_word(cell) ? WX_STR("") : wx_str_trim(wx_column_fold(im->arena, cell));
    if (site->site_code.len && !wx_site_code_is_valid(site->site_code))
        problem(im, row->number, im->heads[WX_COL_SITE_CODE], cell,
                WX_T_IMPORT_BAD_SITE_CODE, false);
    cell = cell_of(im, row, WX_COL_POLICE_CODE);
    digits = digits_of(im->arena, cell);
    site->police_code = is_empty_word(cell) ? WX_STR("") : digits.len ? digits : cell;
    if (site->police_code.len && !wx_police_code_is_valid(site->police_code))
        problem(im, row->number, im->heads[WX_COL_POLICE_CODE], cell,
                WX_T_IMPORT_BAD_POLICE_CODE, false);
    cell = cell_of(im, row, WX_COL_ICP);
    site->icp = is_empty_word(cell) ? WX_STR("") : cell;
    if (site->icp.len &&
        !wx_icp_read(wx_column_fold(im->arena, cell), &letter, &digits))
        problem(im, row->number, im->heads[WX_COL_ICP], cell, WX_T_IMPORT_BAD_ICP,
                false);
    site->ip = cell_of(im, row, WX_COL_IP);
    if (is_empty_word(site->ip))
        site->ip = WX_STR("");
    check_ip(im, row, site->ip);
}

static void read_row(struct import *im, const struct wx_table_row *row)
{
    struct wx_str cell = cell_of(im, row, WX_COL_DOMAIN), text;
    struct wx_str folded = wx_column_fold(im->arena, cell);
    struct wx_site site = {.row = row->number};
    size_t pos = 0, n = 0;

    if (is_empty_word(wx_str_trim(folded))) {
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
    while (n++ < MAX_DOMAINS_IN_CELL && next_domain(folded, &pos, &text)) {
        enum wx_text reason;
        struct wx_url url;

        reason = parse_domain(im, text, &url);
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
        return next_domain(text, &pos, &text) &&
               parse_domain(im, text, &url) == WX_TEXT_COUNT;
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
