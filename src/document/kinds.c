#include "document/kinds.h"

#include "document/agency.h"
#include "document/contacts.h"
#include "document/survey.h"

static const struct wx_paper_kind kinds[] = {
#define P(key, word, zh, subject, table, facts, flags)                                 \
    {#word, zh, subject, table, sizeof(struct facts), flags},
#include "document/kinds.def"
#undef P
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

enum kind_index {
#define P(key, word, zh, subject, table, facts, flags) KIND_##key,
#include "document/kinds.def"
#undef P
};

const struct wx_paper_kind *wx_paper_kind_find(struct wx_str word)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (wx_str_eqz(word, kinds[i].word))
            return &kinds[i];
    return NULL;
}

const struct wx_paper_kind *wx_paper_kind_at(size_t i)
{
    return i < N_KINDS ? &kinds[i] : NULL;
}

const struct wx_paper_measure *wx_paper_measures(const struct wx_paper_kind *kind)
{
    static const struct wx_paper_measure periods[] = {{"week", "本周"},
                                                      {"month", "近30日"},
                                                      {"day", "当日"},
                                                      {"all", "启动以来"},
                                                      {NULL, NULL}},
                                         stages[] = {{"first", "首报"},
                                                     {"more", "续报"},
                                                     {"final", "终报"},
                                                     {NULL, NULL}};

    return kind == &kinds[KIND_PROGRESS_REPORT]   ? periods
           : kind == &kinds[KIND_INCIDENT_REPORT] ? stages
                                                  : NULL;
}

static struct wx_str measure_words(struct wx_str measure)
{
#define M(set, word, zh, en)                                                           \
    if (wx_str_eqz(measure, #word))                                                    \
        return WX_STR(zh);
#include "campaign/measures.def"
#undef M
    return measure;
}

enum wx_status wx_paper_gather(struct wx_gather *g, const struct wx_paper_kind *kind,
                               const struct wx_paper_subject *s, void *facts)
{
    struct wx_str measure = s->measure.len ? s->measure : WX_STR("result");

    memset(facts, 0, kind->facts_bytes);
    switch ((enum kind_index)(kind - kinds)) {
    case KIND_RECTIFICATION_NOTICE:
    case KIND_HARDENING_NOTICE:
        return wx_gather_notice(g, s->record_id, facts);
    case KIND_REINSPECTION_OPINION:
        return wx_gather_reinspection(g, s->record_id, facts);
    case KIND_EVALUATION_FEEDBACK:
        return wx_gather_feedback(g, s->record_id, facts);
    case KIND_DETECTION_BULLETIN:
        return wx_gather_detection(g, s->record_id, s->campaign_id, facts);
    case KIND_BULLETIN:
        return wx_gather_bulletin(g, s->record_id, measure, measure_words(measure),
                                  facts);
    case KIND_SUMMARY_REPORT:
        return wx_gather_summary(g, s->record_id, facts);
    case KIND_SOURCE_FILING:
    case KIND_DETECTION_AUTHORISATION:
        return wx_gather_permit(g, s->record_id, s->campaign_id, facts);
    case KIND_CONTACT_TABLE:
        return wx_gather_contacts(g, s->record_id, facts);
    case KIND_SITE_TABLE:
        return wx_gather_sites(g, s->record_id, facts);
    case KIND_SURVEY_FORM:
        return wx_gather_survey(g, s->record_id, facts);
    case KIND_LATE_LIST:
        return wx_gather_late(g, s->record_id, facts);
    case KIND_PROGRESS_REPORT:
        return wx_gather_progress(g, s->record_id, s->measure, facts);
    case KIND_STATISTICS:
        return wx_gather_statistics(g, s->record_id, facts);
    case KIND_RECHECK_LIST:
        return wx_gather_sites(g, s->record_id, facts);
    case KIND_RESULT_REPORT:
        return wx_gather_summary(g, s->record_id, facts);
    case KIND_ACTION_PLAN:
        return wx_gather_plan(g, s->record_id, facts);
    case KIND_FORWARDING_NOTICE:
        return wx_gather_forwarding(g, s->record_id, facts);
    case KIND_PERFORMANCE:
        return wx_gather_performance(g, s->record_id, facts);
    case KIND_SPOT_CHECK_LIST:
        return wx_gather_draw(g, s->record_id, facts);
    case KIND_SPOT_CHECK_SHEET:
        return wx_gather_check(g, s->record_id, facts);
    case KIND_PREPARATION_PACK:
        return wx_gather_pack(g, s->record_id, facts);
    case KIND_CONFIDENTIALITY_AGREEMENT:
        return wx_gather_agency(g, s->record_id, s->campaign_id, facts);
    case KIND_INCIDENT_REPORT:
        return wx_gather_incident(g, s->record_id, s->measure, facts);
    case KIND_COUNTERFEIT_REPORT:
        return wx_gather_counterfeit(g, s->record_id, facts);
    case KIND_LINK_APPROVAL:
    case KIND_REVIEW_RECORD:
        return wx_gather_approval(g, s->record_id, facts);
    case KIND_REGISTRATION_APPLICATION:
    case KIND_STOP_ORDER:
        return wx_gather_registration(g, s->record_id, s->campaign_id, facts);
    case KIND_DUTY_ROSTER:
        return wx_gather_contacts(g, s->record_id, facts);
    case KIND_RECTIFICATION_ANSWER:
    case KIND_RECTIFICATION_PLAN:
        return wx_gather_reply(g, s->record_id, facts);
    case KIND_RECTIFICATION_REPORT:
    case KIND_SELF_CHECK_REPORT:
    case KIND_UNIT_SUMMARY:
        return wx_gather_report(g, s->record_id, facts);
    }
    return wx_fail(g->err, WX_E_NOT_FOUND, "there is no such kind of paper");
}

enum wx_status wx_paper_of_word(struct wx_paper *paper, struct wx_arena *arena,
                                const char *word, const void *facts, struct wx_err *err)
{
    const struct wx_paper_kind *kind = wx_paper_kind_find(wx_str_of(word));
    struct wx_str text = WX_STR("");
    enum wx_status status =
        !kind ? wx_fail(err, WX_E_NOT_FOUND, "there is no paper '%s'", word)
        : kind->flags & WX_PAPER_DRAWN
            ? WX_OK
            : wx_template_read(arena, NULL, word, &text, err);

    return status ? status : wx_paper_of_facts(paper, arena, kind, text, facts, err);
}

static enum wx_status draw_survey(struct wx_paper *paper, struct wx_arena *arena,
                                  const struct wx_survey_facts *facts,
                                  struct wx_err *err)
{
    struct wx_form form = {.lang = WX_ZH};

    for (size_t i = 0; i < facts->n_lines && i < WX_FORM_MAX_LINES; i++)
        form.texts[form.n++] = facts->lines[i].text;
    return wx_paper_survey(paper, arena, &form, facts->frame.watermark, err);
}

enum wx_status wx_paper_of_facts(struct wx_paper *paper, struct wx_arena *arena,
                                 const struct wx_paper_kind *kind, struct wx_str text,
                                 const void *facts, struct wx_err *err)
{
    if (kind->flags & WX_PAPER_DRAWN)
        return draw_survey(paper, arena, facts, err);
    return wx_template_make(paper, arena,
                            wx_arena_printf(arena, "%s.yaml", kind->word).ptr, text,
                            kind->table, facts, err);
}
