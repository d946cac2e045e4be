#include "document/gather.h"

#include "base/clock.h"
#include "campaign/day.h"
#include "campaign/row.h"
#include "store/office_finding.h"
#include <stdarg.h>
#include <stdio.h>

struct wx_str wx_gather_text(struct wx_gather *g, const json_t *row, const char *field)
{
    return wx_arena_str(g->arena, wx_fields_text(row, field));
}

struct wx_str wx_gather_word(const char *kind, const char *field, struct wx_str word)
{
    const struct wx_record_field *f =
        wx_record_field_find(wx_record_kind_find(wx_str_of(kind)), wx_str_of(field));
    struct wx_enum_word found;

    return f && f->spec && wx_enum_find(f->spec, word, &found) ? found.zh : word;
}

int64_t wx_gather_int(const json_t *row, const char *field)
{
    return json_integer_value(json_object_get(row, field));
}

static struct wx_paper_day paper_day(int32_t day)
{
    struct wx_date date = wx_day_date(day);

    return (struct wx_paper_day){date.year, date.month, date.day};
}

struct wx_paper_day wx_gather_day(const json_t *row, const char *field)
{
    return wx_gather_day_of(wx_fields_text(row, field));
}

struct wx_paper_day wx_gather_day_of(struct wx_str text)
{
    int32_t day;
    int64_t at_s;

    if (wx_day_parse(text, &day))
        return paper_day(day);
    return wx_time_parse(text, &at_s) ? paper_day(wx_day_at(at_s))
                                      : (struct wx_paper_day){0};
}

struct wx_paper_day wx_gather_day_at(int64_t at_s)
{
    return paper_day(wx_day_at(at_s));
}

struct wx_paper_day wx_gather_today(const struct wx_gather *g)
{
    return wx_gather_day_at(g->now_s);
}

json_t *wx_gather_list(struct wx_gather *g, const char *kind, const char *format, ...)
{
    char filter[400];
    va_list args;

    va_start(args, format);
    vsnprintf(filter, sizeof filter, format, args);
    va_end(args);
    return wx_fields_list(g->tx, g->arena, kind, wx_str_of(filter), g->now_s, g->err);
}

json_t *wx_gather_row(struct wx_gather *g, const char *kind, int64_t id)
{
    return wx_record_json(g->tx, g->arena, kind, id, true, g->err);
}

struct wx_str wx_gather_cited(struct wx_str campaign)
{
    size_t n = strlen("关于");

    return wx_str_starts(campaign, "关于")
               ? (struct wx_str){campaign.ptr + n, campaign.len - n}
               : campaign;
}

struct wx_str wx_gather_name(struct wx_gather *g, const char *kind, int64_t id)
{
    json_t *row = id ? wx_record_json(g->tx, g->arena, kind, id, true, NULL) : NULL;
    struct wx_str out = wx_gather_text(g, row, "name");

    json_decref(row);
    return strcmp(kind, "campaign") == 0 ? wx_gather_cited(out) : out;
}

uint32_t wx_gather_share(uint64_t n, uint64_t whole)
{
    return whole ? (uint32_t)((n * 2000 + whole) / (whole * 2)) : 0;
}

/* ---- a notice ---- */

static void count_severity(struct wx_notice_facts *out, struct wx_str severity)
{
    out->n_critical += wx_str_eqz(severity, "critical");
    out->n_high += wx_str_eqz(severity, "high");
    out->n_medium += wx_str_eqz(severity, "medium");
    out->n_low += wx_str_eqz(severity, "low");
}

static struct wx_notice_finding finding_of(struct wx_gather *g, const json_t *item)
{
    struct wx_finding_text text = {0};
    json_t *site = wx_record_json(g->tx, g->arena, "site",
                                  wx_gather_int(item, "site_id"), true, NULL);
    struct wx_notice_finding out = {
        .code = wx_arena_printf(g->arena, "F-%04lld",
                                (long long)wx_gather_int(item, "finding_id")),
        .site = wx_gather_text(g, site, "name"),
        .domain = wx_gather_text(g, site, "domain"),
        .title = wx_gather_text(g, item, "name"),
        .severity = wx_gather_word("rectification", "severity",
                                   wx_gather_text(g, item, "severity")),
        .url = wx_gather_text(g, item, "url")};

    json_decref(site);
    if (!wx_finding_text_read(g->tx, g->arena, wx_gather_int(item, "finding_id"), &text,
                              NULL))
        out.detail = text.detail_zh;
    return out;
}

static void put_items(struct wx_gather *g, const json_t *items,
                      struct wx_notice_facts *out)
{
    size_t n = json_array_size(items);
    struct wx_notice_finding *at =
        wx_arena_array(g->arena, struct wx_notice_finding, n + 1);
    int64_t last = 0;

    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(items, i);
        int64_t site = wx_gather_int(item, "site_id");
        bool is_seen = false;

        at[i] = finding_of(g, item);
        count_severity(out, wx_fields_text(item, "severity"));
        for (size_t k = 0; k < i; k++)
            is_seen |= wx_gather_int(json_array_get(items, k), "site_id") == site;
        out->n_sites += !is_seen;
        last = wx_gather_int(item, "finding_id");
    }
    out->findings = at;
    out->n_findings = n;
    if (n) {
        json_t *finding = wx_record_json(g->tx, g->arena, "finding", last, true, NULL);

        out->found = wx_gather_day(finding, "first_seen");
        out->source =
            wx_gather_word("finding", "source", wx_gather_text(g, finding, "source"));
        json_decref(finding);
    }
}

enum wx_status wx_gather_notice(struct wx_gather *g, int64_t notice_id,
                                struct wx_notice_facts *out)
{
    json_t *row = wx_gather_row(g, "notice", notice_id), *items;

    *out = (struct wx_notice_facts){.frame = g->frame, .organ = g->organ};
    if (!row)
        return WX_E_NOT_FOUND;
    items = wx_gather_list(g, "rectification", "notice_id:%lld", (long long)notice_id);
    out->frame.number = wx_gather_text(g, row, "number");
    out->unit = wx_gather_name(g, "unit", wx_gather_int(row, "unit_id"));
    out->campaign = wx_gather_name(g, "campaign", wx_gather_int(row, "campaign_id"));
    out->basis = wx_gather_text(g, row, "basis");
    if (!out->basis.len)
        out->basis = wx_arena_printf(g->arena, "《" WX_STR_FMT "方案》",
                                     WX_STR_ARG(out->campaign));
    out->due = out->plan_due = wx_gather_day(row, "due");
    out->reply_to = g->organ;
    out->is_again = wx_gather_int(row, "n_reopened") > 0;
    put_items(g, items, out);
    json_decref(row);
    json_decref(items);
    return items ? WX_OK : WX_E_IO;
}

/* ---- a re-inspection ---- */

static void put_checks(struct wx_gather *g, const json_t *items,
                       struct wx_reinspection_facts *out)
{
    size_t n = json_array_size(items);
    struct wx_reinspected *at = wx_arena_array(g->arena, struct wx_reinspected, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(items, i);
        struct wx_str verdict = wx_gather_text(g, item, "verdict");

        at[i] = (struct wx_reinspected){
            .code = wx_arena_printf(g->arena, "F-%04lld",
                                    (long long)wx_gather_int(item, "finding_id")),
            .site = wx_gather_name(g, "site", wx_gather_int(item, "site_id")),
            .title = wx_gather_text(g, item, "name"),
            .verdict = wx_gather_word("rectification", "verdict", verdict),
            .reason = wx_gather_text(g, item, "verdict_note"),
            .checked = wx_gather_day(item, "verdict_at")};
        out->n_fixed += wx_str_eqz(verdict, "fixed");
        out->n_gone += wx_str_eqz(verdict, "page_gone");
        out->n_not_fixed += wx_str_eqz(verdict, "not_fixed");
        out->n_undetermined +=
            wx_str_eqz(verdict, "not_determined") || wx_str_eqz(verdict, "none");
        if (at[i].checked.year)
            out->checked = at[i].checked;
    }
    out->checks = at;
    out->n_checks = n;
    out->is_passed = n && out->n_fixed + out->n_gone == n;
}

enum wx_status wx_gather_reinspection(struct wx_gather *g, int64_t notice_id,
                                      struct wx_reinspection_facts *out)
{
    json_t *row = wx_gather_row(g, "notice", notice_id), *items;

    *out = (struct wx_reinspection_facts){
        .frame = g->frame, .organ = g->organ, .method = WX_STR("远程复测和人工核查")};
    if (!row)
        return WX_E_NOT_FOUND;
    items = wx_gather_list(g, "rectification", "notice_id:%lld", (long long)notice_id);
    out->unit = wx_gather_name(g, "unit", wx_gather_int(row, "unit_id"));
    out->notice_number = wx_gather_text(g, row, "number");
    out->answered = wx_gather_day(row, "answered");
    put_checks(g, items, out);
    if (!out->is_passed)
        out->due = wx_gather_day(row, "due");
    json_decref(row);
    json_decref(items);
    return items ? WX_OK : WX_E_IO;
}
