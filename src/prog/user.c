/* wangxun user setup-link: a one-time link for the host's own shell. */
#include "base/json.h"
#include "prog/options.h"
#include "prog/setup_link.h"
#include <stdio.h>

int wx_user_main(const struct wx_options *o)
{
    struct wx_err err = {0};
    char link[400];
    enum wx_status status;

    if (o->n_targets != 1 || strcmp(o->targets[0], "setup-link") != 0) {
        (void)wx_fail(&err, WX_E_USAGE, "'user %s': use user setup-link",
                      o->n_targets ? o->targets[0] : "");
        return wx_complain(o->language, WX_E_USAGE, &err);
    }
    status = wx_setup_link_print(o->data ? o->data : "wangxun-data", link, &err);
    if (status)
        return wx_complain(o->language, status, &err);
    if (o->json)
        printf("{\"link\":\"%s\"}\n", link);
    else
        printf("%s\n", link);
    return WX_EXIT_OK;
}
