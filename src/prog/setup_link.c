#include "prog/setup_link.h"

#include "access/account.h"
#include "base/clock.h"
#include "store/office_account.h"
#include <stdio.h>

enum wx_status wx_setup_link_if_needed(struct wx_office *office, const char *url,
                                       char link[400], bool *is_needed,
                                       struct wx_err *err)
{
    struct wx_token token;
    struct wx_tx *tx = NULL;
    int64_t n_accounts = 0;
    enum wx_status status = wx_tx_write(office, NULL, &tx, err);

    *is_needed = false;
    if (!status)
        status = wx_account_count(tx, &n_accounts, err);
    if (!status && n_accounts == 0) {
        *is_needed = true;
        status = wx_setup_link_make(tx, wx_now_s(), &token, err);
        if (!status)
            status = wx_tx_commit(tx, err);
        if (!status)
            snprintf(link, 400, "%s/setup/%s", url, token.text);
    }
    wx_tx_end(tx);
    return status;
}
