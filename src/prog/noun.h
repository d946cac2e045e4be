/*
 * Nouns and verbs of the command line, made from the endpoint table: the path gives the
 * noun ("sites" -> site), method and the rest of the path the verb (list, show, add,
 * set, retire, history, approve ...). So an endpoint has its command without further
 * work.
 */
#ifndef WX_PROG_NOUN_H
#define WX_PROG_NOUN_H

#include "api/call.h"
#include "prog/options.h"

struct wx_verb {
    const char *noun, *name; /* in the arena */
    const struct wx_endpoint *endpoint;
    const struct wx_record_kind *kind; /* NULL: no plain record's */
    size_t n_ids;                      /* placeholders, given in order after the verb */
};
struct wx_verbs {
    struct wx_verb *at;
    size_t n;
};

/* Does it answer with items? */
bool wx_endpoint_is_list(const struct wx_endpoint *e);
/* All of them, those of one noun together. */
void wx_verbs_make(struct wx_arena *arena, struct wx_verbs *out);
const struct wx_verb *wx_verb_find(const struct wx_verbs *verbs, struct wx_str noun,
                                   struct wx_str name); /* or NULL */
/* Is NAME a noun, and not also one of our own commands with that first word? */
bool wx_noun_is_meant(const char *name, const char *second);

/* For help, the manual and completions. */
void wx_nouns_print(enum wx_lang lang);
void wx_noun_print_verbs(const struct wx_verbs *verbs, struct wx_str noun,
                         enum wx_lang lang);
void wx_nouns_complete_words(void); /* "unit site ... " */
void wx_nouns_complete_cases(void); /* bash: "unit) words=..." */

/* The answer as a table (or fields below each other); false: it is no JSON. */
bool wx_noun_show(const struct wx_verb *verb, const json_t *answer, enum wx_lang lang);

#endif
