/*
 * Forms (questionnaires, check tables) from YAML: templates/forms/ and the office's
 * own. Read-only once read; everything lives in the form's arena.
 *
 * The format: docs/adding/campaign.md.
 *
 * "from: RECORD.FIELD" takes type, label, words and limits from the register's field
 * table and is filled from the register; "measured: WORD" names the field of a
 * contradiction (model/record/contradiction.def) that holds the answer against what an
 * inspection measured. Types: text, long, int, number, bool, date, choice, choices,
 * phone, email, domain, url, file, check. "was: KEY" names the key an answer had in an
 * earlier version. "personal: true": masked for those who may not see phones; phones
 * and e-mail addresses always are.
 *
 * Answers are one JSON object: {"BLOCK": {"FIELD": value}}, of a repeated block
 * {"BLOCK": [{...}, ...]}. Values are as model/record.h says; number is any JSON
 * number, file an array of attachment ids; a check row is {"result": "conform" |
 * "partly" | "not" | "na", "note": "...", "files": [ids], "score": points}, score only
 * when it is not what the result gives.
 */
#ifndef WX_CAMPAIGN_FORM_H
#define WX_CAMPAIGN_FORM_H

#include "campaign/condition.h"
#include "campaign/norm.h"
#include "model/record.h"

enum wx_form_per { WX_FORM_PER_UNIT, WX_FORM_PER_SITE, WX_FORM_PER_CAMPAIGN };

/* What a field of a form is, where the register's kinds do not reach. */
enum wx_answer_kind {
    WX_ANSWER_PLAIN,  /* .record says */
    WX_ANSWER_NUMBER, /* decimals allowed */
    WX_ANSWER_FILE,
    WX_ANSWER_CHECK,
};

struct wx_form_field {
    struct wx_record_field record; /* name is the key; label, max, words */
    enum wx_answer_kind kind;
    struct wx_words help; /* may be empty */
    struct wx_str unit;   /* "台", may be empty */
    bool is_required, is_personal, needs_proof;
    bool has_min;
    int64_t min, max; /* INT, NUMBER */
    int points;       /* CHECK: of "conform"; "partly" is half of it */
    struct wx_condition when;
    const char *from;        /* "site.icp", or NULL */
    const char *measured;    /* "icp", or NULL */
    struct wx_str was;       /* key in earlier versions, may be empty */
    struct wx_norm_ref norm; /* the form's, unless stated */
    uint32_t line;
};

struct wx_form_block {
    struct wx_str key;
    struct wx_words title, help;
    bool is_repeated;
    struct wx_str of; /* "site", "free" ... */
    size_t min_rows, max_rows;
    struct wx_condition when;
    struct wx_form_field *fields;
    size_t n_fields;
};

struct wx_form_rule {
    struct wx_str that; /* as it stands in the text */
    struct wx_form_rule_expr expr;
    struct wx_words label; /* what must hold, as told to the person */
    bool is_warning;
    const struct wx_form_block *block; /* judged on each row of it; NULL: once */
};

struct wx_campaign_form {
    struct wx_arena arena;
    struct wx_str key;
    int version;
    struct wx_words title, note;
    bool is_own; /* the product's default, not a notice's */
    enum wx_form_per per;
    struct wx_str layout; /* may be empty */
    struct wx_norm_list norms;
    struct wx_norm_ref norm;
    struct wx_form_block *blocks;
    size_t n_blocks, n_fields;
    struct wx_form_rule *rules;
    size_t n_rules;
    struct wx_str text; /* the YAML it was read from */
};

/*
 * WX_E_INVALID: "FILE:LINE:COLUMN: what". *OUT is the caller's, NULL on failure.
 * WX_E_TOO_BIG: more than WX_MAX_KIND_BYTES.
 */
WX_MUST_CHECK enum wx_status wx_campaign_form_read(const char *file, struct wx_str text,
                                                   struct wx_campaign_form **out,
                                                   struct wx_err *err);
/* The shipped form KEY ("survey_001"); WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_campaign_form_shipped(struct wx_str key,
                                                      struct wx_campaign_form **out,
                                                      struct wx_err *err);
void wx_campaign_form_free(struct wx_campaign_form *form); /* NULL is fine */

const struct wx_form_block *wx_form_block_find(const struct wx_campaign_form *form,
                                               struct wx_str key); /* or NULL */
const struct wx_form_field *wx_form_field_find(const struct wx_form_block *block,
                                               struct wx_str key); /* or NULL */
/* "text", "check" ...: the word of "type:". */
const char *wx_form_field_type(const struct wx_form_field *field);
/* The form as JSON, for the API and the interface: all but the YAML. Owned by the
 * caller. */
json_t *wx_campaign_form_json(const struct wx_campaign_form *form);

#endif
