#include "campaign/number.h"

#include "campaign/row.h"
#include "store/office_number.h"

struct wx_str wx_number_text(struct wx_arena *arena,
                             const struct wx_official_number *number)
{
    return wx_arena_printf(arena, "%.*s〔%d〕%lld号", WX_STR_ARG(number->series),
                           number->year, (long long)number->n);
}

static bool take(struct wx_str *s, const char *z)
{
    if (!wx_str_starts(*s, z))
        return false;
    *s = wx_str_sub(*s, strlen(z), s->len);
    return true;
}

static bool take_digits(struct wx_str *s, size_t most, int64_t *out)
{
    size_t n = 0;

    *out = 0;
    while (n < s->len && n < most && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        *out = *out * 10 + (s->ptr[n++] - '0');
    *s = wx_str_sub(*s, n, s->len);
    return n > 0;
}

bool wx_number_parse(struct wx_str text, struct wx_official_number *out)
{
    static const char *const brackets[][2] = {{"〔", "〕"}, {"［", "］"}, {"【", "】"},
                                              {"[", "]"},   {"(", ")"},   {"（", "）"}};
    struct wx_str rest = wx_str_trim(text);
    int64_t year;

    for (size_t b = 0; b < sizeof brackets / sizeof *brackets; b++) {
        size_t at = wx_str_findz(rest, brackets[b][0]);

        if (at == WX_NPOS || at == 0 || at > WX_MAX_SERIES_BYTES)
            continue;
        out->series = wx_str_trim(wx_str_sub(rest, 0, at));
        rest = wx_str_sub(rest, at + strlen(brackets[b][0]), rest.len);
        if (!take_digits(&rest, 4, &year) || year < 1949 ||
            !take(&rest, brackets[b][1]))
            return false;
        (void)take(&rest, "第");
        out->year = (int)year;
        return take_digits(&rest, 5, &out->n) && out->n > 0 && take(&rest, "号") &&
               rest.len == 0 && out->series.len > 0;
    }
    return false;
}

enum wx_status wx_number_take(struct wx_tx *tx, struct wx_str series, int year,
                              const char *kind, int64_t record_id,
                              const struct wx_record_by *by,
                              struct wx_official_number *out, struct wx_err *err)
{
    enum wx_status status;

    *out = (struct wx_official_number){.series = wx_str_trim(series), .year = year};
    if (out->series.len == 0 || out->series.len > WX_MAX_SERIES_BYTES)
        return wx_fail(err, WX_E_INVALID, "the series of official numbers has no name");
    status = wx_number_last(tx, out->series, year, &out->n, err);
    if (!status && out->n >= WX_MAX_OFFICIAL_NUMBER)
        return wx_fail(err, WX_E_INVALID, "series '%.*s' of %d is full",
                       WX_STR_ARG(out->series), year);
    out->n++;
    if (!status)
        status =
            wx_number_keep(tx, out->series, year, out->n, kind, record_id, by, err);
    return status;
}

enum wx_status wx_number_series(struct wx_tx *tx, struct wx_arena *arena,
                                int64_t campaign_id, struct wx_str *series,
                                struct wx_err *err)
{
    json_t *campaign = NULL;

    *series = WX_STR("");
    if (campaign_id) {
        campaign = wx_record_json(tx, arena, "campaign", campaign_id, true, err);
        if (!campaign)
            return WX_E_NOT_FOUND;
        *series = wx_arena_str(arena, wx_fields_text(campaign, "series"));
        json_decref(campaign);
    }
    if (series->len == 0 && wx_office_get(tx, "office.series", arena, series, NULL))
        return wx_fail(err, WX_E_INVALID, "%s states no series of official numbers",
                       campaign_id ? "the campaign" : "the office");
    return WX_OK;
}
