#include "notify/tidings.h"

#include "access/policy.h"
#include "store/office_mail.h"

#define ROLE(name) (1u << WX_ROLE_##name)

static const struct wx_tiding tidings[] = {
    {"finding.new", WX_MAIL_FINDINGS, ROLE(UNIT_LEADER) | ROLE(UNIT_STAFF), true},
    {"finding.regressed", WX_MAIL_FINDINGS, ROLE(UNIT_LEADER) | ROLE(UNIT_STAFF), true},
#define UNITS_OWN ROLE(UNIT_LEADER) | ROLE(UNIT_STAFF), true
    {"duty.asked", WX_MAIL_DUTY_ASKED, UNITS_OWN},
    {"duty.moved", WX_MAIL_DUTY_ASKED, UNITS_OWN},
    {"duty.left", WX_MAIL_DUTY_LEFT, UNITS_OWN},
    {"notice.moved", WX_MAIL_NOTICE, UNITS_OWN},
    {"duty.reminded", WX_MAIL_DUTY_DUE, UNITS_OWN},
    {"duty.overdue", WX_MAIL_DUTY_OVERDUE, UNITS_OWN},
    {"duty.returned", WX_MAIL_DUTY_RETURNED, UNITS_OWN},
    {"notice.sent", WX_MAIL_NOTICE, UNITS_OWN},
    {"notice.returned", WX_MAIL_NOTICE, UNITS_OWN},
    {"notice.overdue", WX_MAIL_NOTICE_OVERDUE, UNITS_OWN},
    {"notice.escalated", WX_MAIL_NOTICE_OVERDUE, UNITS_OWN},
    {"appraisal.told", WX_MAIL_APPRAISAL, UNITS_OWN},
#undef UNITS_OWN
    {"round.finished", WX_MAIL_ROUND_FINISHED,
     ROLE(OFFICE) | ROLE(CRYPTO) | ROLE(INSPECTOR), false},
    {"webhook.failed", WX_MAIL_WEBHOOK_FAILED, ROLE(SYSADMIN) | ROLE(FOUNDER), false},
};

size_t wx_tiding_count(void)
{
    return sizeof tidings / sizeof tidings[0];
}

const struct wx_tiding *wx_tiding_at(size_t i)
{
    return i < wx_tiding_count() ? &tidings[i] : NULL;
}

/* An inspection finds one thing after the other; the unit gets one mail of them. */
enum { GATHER_S = 30 * 60 };

struct telling {
    struct wx_tx *tx;
    const struct wx_seal_key *key;
    const struct wx_tiding *tiding;
    struct wx_str office, link;
    int64_t now_s;
    const struct wx_event_sum *sum;
};

static enum wx_status tell_one(void *ctx, const struct wx_mail_box *box,
                               struct wx_err *err)
{
    struct telling *t = ctx;
    struct wx_mail_note note = {
        .topic = t->tiding->topic,
        .lang = wx_str_eqz(box->lang, "en") ? WX_EN : WX_ZH,
        .name = box->name,
        .office = t->office,
        .link = t->link,
        .detail = t->sum->unit_name,
        .count = t->sum->n,
        .delay_s = t->tiding->is_units_own ? GATHER_S : 0,
    };
    struct wx_mail_to to = {box->account_id, box->unit_id, box->email};

    return wx_mail_queue(t->tx, t->key, &note, &to, t->now_s, NULL, err);
}

static enum wx_status tell_unit(void *ctx, const struct wx_event_sum *sum,
                                struct wx_err *err)
{
    struct telling *t = ctx;

    if (t->tiding->is_units_own && !sum->unit_id)
        return WX_OK; /* nobody's: there is nobody to mend it */
    t->sum = sum;
    return wx_mail_boxes(
        t->tx, t->tiding->roles, t->tiding->is_units_own ? sum->unit_id : 0,
        wx_mail_topic_type(t->tiding->topic), t->now_s, tell_one, t, err);
}

enum wx_status wx_tidings_queue(struct wx_tx *tx, const struct wx_seal_key *key,
                                int64_t from_id, int64_t to_id, struct wx_str link,
                                int64_t now_s, struct wx_err *err)
{
    struct telling t = {.tx = tx, .key = key, .link = link, .now_s = now_s};
    struct wx_mail_settings settings;
    struct wx_arena arena;
    enum wx_status st;

    wx_arena_init(&arena);
    st = wx_mail_settings_load(tx, &arena, key, &settings, err);
    if (!st && settings.is_on) {
        if (wx_office_get(tx, "office.name", &arena, &t.office, NULL))
            t.office = WX_STR("Wangxun");
        for (size_t i = 0; !st && i < wx_tiding_count(); i++) {
            t.tiding = &tidings[i];
            st =
                wx_event_sums(tx, tidings[i].event, from_id, to_id, tell_unit, &t, err);
        }
    }
    wx_arena_clear(&arena);
    return st;
}
