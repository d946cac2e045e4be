/* One-time links for the first administrator: printed by serve, and on demand. */
#ifndef WX_PROG_SETUP_LINK_H
#define WX_PROG_SETUP_LINK_H

#include "store/office.h"

/* A fresh link (1 hour) when the office has no account yet. Notes the server's URL. */
WX_MUST_CHECK enum wx_status wx_setup_link_if_needed(struct wx_office *office,
                                                     const char *url, char link[400],
                                                     bool *is_needed,
                                                     struct wx_err *err);
/* A fresh link whoever is there already; through the running server when there is one
 * (WX_E_TIMEOUT: it did not take it in). */
WX_MUST_CHECK enum wx_status wx_setup_link_print(const char *data_dir, char link[400],
                                                 struct wx_err *err);

#endif
