#include "prog/setup_link.h"

#include "access/account.h"
#include "base/clock.h"
#include "store/office_account.h"
#include <stdio.h>
#include <unistd.h>

enum { LINK_BYTES = 400, PATIENCE_MS = 10000 };
static const char fact_url[] = "office.url";

static void link_put(char link[LINK_BYTES], const char *url, struct wx_str url_text,
                     const struct wx_token *token)
{
    if (url)
        snprintf(link, LINK_BYTES, "%s/setup/%s", url, token->text);
    else
        snprintf(link, LINK_BYTES, "%.*s/setup/%s",
                 WX_STR_ARG(wx_str_sub(url_text, 0, 300)), token->text);
}

enum wx_status wx_setup_link_if_needed(struct wx_office *office, const char *url,
                                       char link[LINK_BYTES], bool *is_needed,
                                       struct wx_err *err)
{
    struct wx_token token;
    struct wx_tx *tx = NULL;
    int64_t n_accounts = 0;
    enum wx_status status = wx_tx_write(office, NULL, &tx, err);

    if (!status)
        status = wx_office_set(tx, fact_url, wx_str_of(url), err);
    if (!status)
        status = wx_account_count(tx, &n_accounts, err);
    *is_needed = !status && n_accounts == 0;
    if (*is_needed)
        status = wx_setup_link_make(tx, wx_now_s(), &token, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    if (!status && *is_needed)
        link_put(link, url, (struct wx_str){0}, &token);
    wx_tx_end(tx);
    return status;
}

static enum wx_status url_read(struct wx_tx *tx, struct wx_arena *arena,
                               struct wx_str *url, struct wx_err *err)
{
    enum wx_status status = wx_office_get(tx, fact_url, arena, url, err);

    if (status != WX_E_NOT_FOUND)
        return status;
    *url = WX_STR("http://127.0.0.1:8080"); /* never served yet: the usual address */
    return WX_OK;
}

/* Nobody serves the office: the link goes straight in. */
static enum wx_status link_alone(struct wx_office *office, struct wx_arena *arena,
                                 char link[LINK_BYTES], struct wx_err *err)
{
    struct wx_token token;
    struct wx_str url;
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_write(office, NULL, &tx, err);

    if (!status)
        status = url_read(tx, arena, &url, err);
    if (!status)
        status = wx_setup_link_make(tx, wx_now_s(), &token, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    if (!status)
        link_put(link, NULL, url, &token);
    wx_tx_end(tx);
    return status;
}

static enum wx_status link_beside(const char *data_dir, struct wx_arena *arena,
                                  char link[LINK_BYTES], struct wx_err *err)
{
    int64_t until_ms = wx_mono_ms() + PATIENCE_MS;
    struct wx_office *office = NULL;
    struct wx_token token;
    struct wx_str url;
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_office_open_reading(data_dir, &office, err);

    if (!status)
        status = wx_tx_read(office, NULL, &tx, err);
    if (!status)
        status = url_read(tx, arena, &url, err);
    wx_tx_end(tx);
    wx_office_close(office);
    if (!status)
        status = wx_setup_drop_leave(data_dir, &token, err);
    if (status)
        return status;
    while (!wx_setup_drop_is_taken(data_dir, &token)) {
        if (wx_mono_ms() >= until_ms) {
            wx_setup_drop_remove(data_dir, &token);
            return wx_fail(err, WX_E_TIMEOUT, "the server of '%s' does not answer",
                           data_dir);
        }
        usleep(100000);
    }
    link_put(link, NULL, url, &token);
    return WX_OK;
}

enum wx_status wx_setup_link_print(const char *data_dir, char link[LINK_BYTES],
                                   struct wx_err *err)
{
    struct wx_office *office = NULL;
    struct wx_arena arena;
    enum wx_status status = wx_office_open(data_dir, &office, err);

    wx_arena_init(&arena);
    if (status == WX_E_AGAIN)
        status = link_beside(data_dir, &arena, link, err);
    else if (!status)
        status = link_alone(office, &arena, link, err);
    wx_office_close(office);
    wx_arena_clear(&arena);
    return status;
}
