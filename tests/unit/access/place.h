/* An office in a folder of its own, and a clock in the hand. Included by test programs.
 */
#ifndef WX_TEST_PLACE_H
#define WX_TEST_PLACE_H

#include "access/account.h"
#include "access/desk.h"
#include "store/query.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { NOON = 1763784000 }; /* 2025-11-22T04:00:00Z, noon in China */

struct place {
    char dir[64];
    struct wx_office *office;
    struct wx_desk *desk;
    struct wx_arena arena;
    struct wx_err err;
};

#define OK(call)                                                                       \
    do {                                                                               \
        p->err.text[0] = '\0';                                                         \
        if ((call) != WX_OK)                                                           \
            fail_msg("%s: %s", #call, p->err.text);                                    \
    } while (0)

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    snprintf(p->dir, sizeof p->dir, "/tmp/wx-access-XXXXXX");
    *state = p;
    wx_arena_init(&p->arena);
    if (!mkdtemp(p->dir))
        return -1;
    OK(wx_office_open(p->dir, &p->office, &p->err));
    OK(wx_desk_open(p->office, &p->desk, &p->err));
    return 0;
}

static int place_clear(void **state)
{
    struct place *p = *state;

    wx_desk_free(p->desk);
    wx_office_close(p->office);
    wx_arena_clear(&p->arena);
    nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}

/* One statement of the test's own, past the wall. */
__attribute__((unused)) static void run(struct place *p, struct wx_tx *tx,
                                        const char *sql)
{
    struct wx_query q = wx_query_trusted(tx, sql);

    OK(wx_query_run(&q, &p->err));
}

static struct wx_tx *begin(struct place *p)
{
    struct wx_tx *tx;

    OK(wx_tx_write(p->office, &wx_scope_everything, &tx, &p->err));
    return tx;
}

static void commit(struct place *p, struct wx_tx *tx)
{
    OK(wx_tx_commit(tx, &p->err));
    wx_tx_end(tx);
}

#endif
