/*
 * The server's configuration file: YAML, one mapping, the keys of serve_options.def.
 * What is unknown, twice, or out of range is refused with file, line and column.
 */
#ifndef WX_PROG_SERVE_CONFIG_H
#define WX_PROG_SERVE_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/catalogue.h"
#include "base/err.h"

struct wx_config_list {
    const char **items;
    size_t n;
};

struct wx_serve_config { /* TEXT, WORD: NULL not given; NUMBER: -1 not given */
#define TEXT const char *
#define WORD const char *
#define NUMBER int64_t
#define LIST struct wx_config_list
#define C(field, kind, key, range, shown, text) kind field;
#include "prog/serve_options.def"
#undef C
#undef TEXT
#undef WORD
#undef NUMBER
#undef LIST
};

void wx_serve_config_init(struct wx_serve_config *config);
WX_MUST_CHECK enum wx_status wx_serve_config_load(const char *path,
                                                  struct wx_arena *arena,
                                                  struct wx_serve_config *out,
                                                  struct wx_err *err);
/* The example file: every key with its explanation and default, commented out. */
void wx_serve_config_example(enum wx_lang lang, struct wx_buf *out);

#endif
