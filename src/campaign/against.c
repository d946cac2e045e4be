#include "campaign/against.h"

#include "campaign/row.h"
#include "campaign/sheet.h"
#include "register/contradiction.h"
#include "store/office_register.h"
#include "store/office_import.h"
#include "store/record.h"

struct holding {
    struct wx_tx *tx;
    struct wx_arena *arena;
    const struct wx_campaign_form *form;
    const json_t *answers;
    int64_t unit_id, site_id;
    struct wx_against *out;
    size_t n;
    /* the site at hand */
    int64_t at_site, at_s;
    struct wx_str name;
    json_t *checks;
};

/* "sites[2].icp": the block and, of a repeated one, its row. */
static const struct wx_form_block *block_of(const struct holding *h, struct wx_str path,
                                            size_t *i_row)
{
    size_t end = wx_str_chr(path, '.'), open;
    struct wx_str key = wx_str_sub(path, 0, end == WX_NPOS ? path.len : end);
    uint64_t n = 0;

    open = wx_str_chr(key, '[');
    if (open != WX_NPOS) {
        (void)wx_str_to_u64(wx_str_sub(key, open + 1, key.len - 1), 1 << 20, &n);
        key = wx_str_sub(key, 0, open);
    }
    *i_row = (size_t)n;
    return wx_form_block_find(h->form, key);
}

/* What the row answers about its site's domain. */
static struct wx_str domain_of(const struct holding *h, const struct wx_form_block *b,
                               size_t i_row)
{
    const json_t *rows = json_object_get(h->answers, wx_arena_z(h->arena, b->key));
    const json_t *row = json_array_get(rows, i_row);

    for (size_t i = 0; i < b->n_fields; i++) {
        const struct wx_form_field *f = &b->fields[i];
        const char *text = json_string_value(json_object_get(row, f->record.name));

        if (text && f->from && strcmp(f->from, "site.domain") == 0)
            return wx_str_of(text);
    }
    return WX_STR("");
}

static enum wx_status site_of(struct holding *h, struct wx_str path, int64_t *id,
                              struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("site"));
    size_t i_row;
    const struct wx_form_block *b = block_of(h, path, &i_row);
    struct wx_str domain;

    *id = h->site_id;
    if (!b || !b->is_repeated)
        return WX_OK;
    domain = domain_of(h, b, i_row);
    *id = 0;
    if (!domain.len)
        return WX_OK;
    return wx_record_by_value(h->tx, kind, wx_record_field_find(kind, WX_STR("domain")),
                              domain, h->unit_id, id, err);
}

/* What was measured of the site last; nothing when it never was. */
static enum wx_status look_at(struct holding *h, int64_t site_id, struct wx_err *err)
{
    struct wx_measured_row row = {0};
    enum wx_status status;
    json_t *site;

    if (h->at_site == site_id)
        return WX_OK;
    json_decref(h->checks);
    h->checks = NULL;
    h->at_site = site_id;
    status = wx_measured_get(h->tx, h->arena, site_id, &row, err);
    if (status)
        return status == WX_E_NOT_FOUND ? WX_OK : status;
    h->at_s = row.at_s;
    h->checks = json_loadb(row.checks.ptr, row.checks.len, 0, NULL);
    site = wx_record_json(h->tx, h->arena, "site", site_id, false, err);
    h->name = wx_arena_str(h->arena, wx_fields_text(site, "name"));
    json_decref(site);
    return WX_OK;
}

static struct wx_str answer_text(struct wx_arena *arena, const json_t *v)
{
    if (json_is_boolean(v))
        return json_is_true(v) ? WX_STR("true") : WX_STR("false");
    if (json_is_string(v))
        return wx_arena_str(arena, wx_str_trim(wx_str_of(json_string_value(v))));
    return WX_STR("");
}

/* Somebody has looked at the same difference and said that it is none. */
static enum wx_status is_settled(struct holding *h, const char *field,
                                 struct wx_str found, bool *out, struct wx_err *err)
{
    struct wx_contradiction_row row;
    enum wx_status status =
        wx_contradiction_find(h->tx, h->arena, h->at_site, wx_str_of(field), &row, err);

    *out = !status && row.id && wx_str_eqz(row.state, "settled") &&
           wx_str_eq(row.measured, found) &&
           (wx_str_eqz(row.how, "explained") || wx_str_eqz(row.how, "measured_wrong"));
    return status;
}

static enum wx_status hold_one(struct holding *h, const struct wx_sheet_measured *m,
                               struct wx_err *err)
{
    struct wx_str answered = answer_text(h->arena, m->value);
    const json_t *check;
    bool is_over;
    size_t i;

    json_array_foreach(h->checks, i, check)
    {
        struct wx_str found = wx_fields_text(check, "measured");
        enum wx_status status;

        if (!wx_str_eqz(wx_fields_text(check, "field"), m->measured) ||
            wx_contradiction_answer(wx_str_of(m->measured), answered, found) !=
                WX_MEASURED_DIFFERS)
            continue;
        status = is_settled(h, m->measured, found, &is_over, err);
        if (status || is_over)
            return status;
        h->out[h->n++] = (struct wx_against){.path = m->path,
                                             .measured = m->measured,
                                             .site_id = h->at_site,
                                             .at_s = h->at_s,
                                             .site = h->name,
                                             .answered = answered,
                                             .found = wx_arena_str(h->arena, found)};
        return WX_OK;
    }
    return WX_OK;
}

enum wx_status wx_sheet_against(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_campaign_form *form,
                                const json_t *answers, int64_t unit_id, int64_t site_id,
                                struct wx_against **out, size_t *n, struct wx_err *err)
{
    enum { MOST = 20000 };
    struct wx_sheet_measured *asked =
        wx_arena_array(arena, struct wx_sheet_measured, MOST);
    struct holding h = {.tx = tx,
                        .arena = arena,
                        .form = form,
                        .answers = answers,
                        .unit_id = unit_id,
                        .site_id = site_id,
                        .out =
                            wx_arena_array(arena, struct wx_against, WX_MAX_AGAINST)};
    size_t n_asked = wx_sheet_measured(arena, form, answers, asked, MOST);
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < n_asked && i < MOST && h.n < WX_MAX_AGAINST;
         i++) {
        int64_t id;

        status = site_of(&h, asked[i].path, &id, err);
        if (!status && id)
            status = look_at(&h, id, err);
        if (!status && id)
            status = hold_one(&h, &asked[i], err);
    }
    json_decref(h.checks);
    *out = h.out;
    *n = h.n;
    return status;
}
