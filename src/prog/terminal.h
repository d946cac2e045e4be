/* Text of strangers on a terminal: nothing of it may steer one. */
#ifndef WX_PROG_TERMINAL_H
#define WX_PROG_TERMINAL_H

#include "base/str.h"
#include <stdio.h>

/* Columns a text takes: Han and full-width characters take two. */
int wx_terminal_width(struct wx_str s);
/* S padded to WIDTH columns, cut there when IS_CUT; controls, marks that turn the
 * direction of writing and ill-formed bytes become '?'. */
void wx_terminal_put(FILE *out, struct wx_str s, int width, bool is_cut);
/* JSON of a server as it is, but with such characters as \uXXXX (in JSON they stand in
 * strings only, where that is the same). */
void wx_terminal_put_json(FILE *out, struct wx_str json);

#endif
