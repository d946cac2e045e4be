/*
 * wangxun audit verify: the trail of a data directory against itself and against
 * checkpoints that were kept elsewhere. Reads only; also beside a running server.
 */
#include "access/audit.h"
#include "access/checkpoint.h"
#include "base/json.h"
#include "base/limits.h"
#include "prog/options.h"
#include <stdio.h>

enum { MAX_NOTES_BYTES = 64 << 20 };

/* Whose signature counts: the key that was kept outside, else the one in DATA/keys. */
static enum wx_status key_find(const struct wx_options *o, const char *dir,
                               struct wx_arena *arena, struct wx_checkpoint_key *key,
                               bool *has_key, struct wx_err *err)
{
    struct wx_seal_key secret;
    struct wx_str origin;
    enum wx_status status;

    *has_key = true;
    if (o->verifier)
        return wx_checkpoint_verifier_parse(wx_str_of(o->verifier), arena, &origin, key,
                                            err);
    status = wx_key_load(dir, WX_KEY_CHECKPOINT, false, &secret, err);
    if (status == WX_E_NOT_FOUND && !o->checkpoint.n) {
        *has_key = false; /* never served: there is nothing that it signed */
        return WX_OK;
    }
    if (status)
        return status;
    *key = wx_checkpoint_public(&secret);
    wx_seal_key_forget(&secret);
    return WX_OK;
}

static void say_json(const struct wx_audit_verdict *v)
{
    struct wx_buf buf = WX_BUF_INIT(4096);
    struct wx_json j = WX_JSON_INIT(&buf);

    wx_json_open(&j, '{');
    wx_json_kbool(&j, "good", v->fault == WX_CHAIN_FINE);
    wx_json_kz(&j, "fault", wx_chain_fault_name(v->fault));
    wx_json_kint(&j, "events", v->n_events);
    wx_json_kint(&j, "first_bad", v->bad_number);
    wx_json_kint(&j, "checkpoints", v->n_checkpoints);
    wx_json_kint(&j, "last_checkpoint", v->last_checkpoint);
    wx_json_kz(&j, "why", v->why);
    wx_json_close(&j, '}');
    printf(WX_STR_FMT "\n", WX_STR_ARG(wx_buf_str(&buf)));
    wx_buf_clear(&buf);
}

static void say(const struct wx_audit_verdict *v, enum wx_lang lang)
{
    static const enum wx_text faults[] = {
        [WX_CHAIN_MISSING] = WX_T_AUDIT_MISSING,
        [WX_CHAIN_OUT_OF_ORDER] = WX_T_AUDIT_OUT_OF_ORDER,
        [WX_CHAIN_CHANGED] = WX_T_AUDIT_CHANGED,
        [WX_CHAIN_REWRITTEN] = WX_T_AUDIT_REWRITTEN,
        [WX_CHAIN_TRUNCATED] = WX_T_AUDIT_TRUNCATED,
    };

    if (v->fault) {
        printf(wx_text(lang, WX_T_AUDIT_BAD), (long long)v->bad_number,
               wx_text(lang, faults[v->fault]));
        printf("\n  %s\n", v->why);
    } else {
        printf(wx_text(lang, WX_T_AUDIT_GOOD), (long long)v->n_events,
               (long long)v->n_checkpoints, (long long)v->last_checkpoint);
        putchar('\n');
    }
}

static enum wx_status verify(const struct wx_options *o, struct wx_arena *arena,
                             struct wx_audit_verdict *verdict, struct wx_err *err)
{
    const char *dir = o->data ? o->data : "wangxun-data";
    struct wx_buf notes = WX_BUF_INIT(MAX_NOTES_BYTES);
    struct wx_office *office = NULL;
    struct wx_checkpoint_key key;
    struct wx_tx *tx = NULL;
    bool has_key = false;
    enum wx_status status = wx_office_open_reading(dir, &office, err);

    if (!status)
        status = key_find(o, dir, arena, &key, &has_key, err);
    for (size_t i = 0; i < o->checkpoint.n && !status; i++) {
        status = wx_buf_read_file(&notes, o->checkpoint.items[i], err);
        (void)wx_buf_addz(&notes, "\n\n");
    }
    if (!status)
        status = wx_tx_read(office, NULL, &tx, err);
    if (!status)
        status = wx_audit_verify(tx, wx_buf_str(&notes), has_key ? key.bytes : NULL,
                                 verdict, err);
    wx_tx_end(tx);
    wx_office_close(office);
    wx_buf_clear(&notes);
    return status;
}

int wx_audit_main(const struct wx_options *o)
{
    struct wx_audit_verdict verdict = {0};
    struct wx_arena arena;
    struct wx_err err = {0};
    enum wx_status status;

    if (o->n_targets != 1 || strcmp(o->targets[0], "verify") != 0) {
        (void)wx_fail(&err, WX_E_USAGE, "'audit %s': use audit verify",
                      o->n_targets ? o->targets[0] : "");
        return wx_complain(o->language, WX_E_USAGE, &err);
    }
    wx_arena_init(&arena);
    status = verify(o, &arena, &verdict, &err);
    wx_arena_clear(&arena);
    if (status)
        return wx_complain(o->language, status, &err);
    if (o->json)
        say_json(&verdict);
    else
        say(&verdict, o->language);
    return verdict.fault ? WX_EXIT_FINDINGS : WX_EXIT_OK;
}
