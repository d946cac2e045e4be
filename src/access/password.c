#include "access/password.h"

#include "access/token.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/seal.h"
#include <argon2.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { SALT_BYTES = 16, HASH_BYTES = 32 };

struct wx_password_gate {
    pthread_mutex_t mutex;
    pthread_cond_t freed;
    int n_free, patience_ms;
    struct wx_password_hash nobody; /* fits no password; made with today's costs */
};

static enum wx_status hash_make(struct wx_str password, struct wx_password_hash *out,
                                struct wx_err *err)
{
    unsigned char salt[SALT_BYTES];
    int code;

    wx_random(salt, sizeof salt);
    code = argon2id_hash_encoded(WX_PASSWORD_PASSES, WX_PASSWORD_MEMORY_KIB, 1,
                                 password.ptr, password.len, salt, sizeof salt,
                                 HASH_BYTES, out->text, sizeof out->text);
    if (code == ARGON2_MEMORY_ALLOCATION_ERROR)
        return wx_fail(err, WX_E_AGAIN, "no memory to hash a password now");
    if (code)
        return wx_fail(err, WX_E_INVALID, "password cannot be hashed: %s",
                       argon2_error_message(code));
    return WX_OK;
}

struct wx_password_gate *wx_password_gate_new(int at_once, int patience_ms)
{
    struct wx_password_gate *gate = wx_new(struct wx_password_gate);
    struct wx_token secret = wx_token_make();
    pthread_condattr_t attr;

    pthread_mutex_init(&gate->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&gate->freed, &attr);
    pthread_condattr_destroy(&attr);
    gate->n_free = at_once;
    gate->patience_ms = patience_ms;
    if (hash_make(wx_str_of(secret.text), &gate->nobody, NULL))
        WX_BUG("Argon2id cannot be run");
    return gate;
}

void wx_password_gate_free(struct wx_password_gate *gate)
{
    if (!gate)
        return;
    pthread_cond_destroy(&gate->freed);
    pthread_mutex_destroy(&gate->mutex);
    free(gate);
}

static enum wx_status gate_enter(struct wx_password_gate *gate, struct wx_err *err)
{
    int64_t until_us = wx_mono_us() + (int64_t)gate->patience_ms * 1000;
    struct timespec until = {.tv_sec = until_us / 1000000,
                             .tv_nsec = until_us % 1000000 * 1000};
    bool is_in;

    pthread_mutex_lock(&gate->mutex);
    while (!gate->n_free &&
           pthread_cond_timedwait(&gate->freed, &gate->mutex, &until) == 0)
        ;
    is_in = gate->n_free > 0;
    gate->n_free -= is_in;
    pthread_mutex_unlock(&gate->mutex);
    if (!is_in)
        return wx_fail(err, WX_E_AGAIN, "too many people are signing in at once");
    return WX_OK;
}

static void gate_leave(struct wx_password_gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->n_free++;
    pthread_cond_signal(&gate->freed);
    pthread_mutex_unlock(&gate->mutex);
}

enum wx_status wx_password_make(struct wx_password_gate *gate, struct wx_str password,
                                struct wx_password_hash *out, struct wx_err *err)
{
    enum wx_status status;

    if (password.len > 4 * WX_MAX_PASSWORD_CHARS)
        return wx_fail(err, WX_E_TOO_BIG, "password is too long");
    status = gate_enter(gate, err);
    if (status)
        return status;
    status = hash_make(password, out, err);
    gate_leave(gate);
    return status;
}

enum wx_status wx_password_fits(struct wx_password_gate *gate, struct wx_str hash,
                                struct wx_str password, bool *fits, bool *is_old,
                                struct wx_err *err)
{
    struct wx_password_hash copy;
    struct wx_str todays = wx_str_sub(wx_str_of(gate->nobody.text), 0,
                                      sizeof "$argon2id$v=19$m=65536,t=3,p=1$" - 1);
    bool is_nobody = hash.len == 0 || hash.len >= sizeof copy.text;
    enum wx_status status;
    int code;

    *fits = *is_old = false;
    if (password.len > 4 * WX_MAX_PASSWORD_CHARS) /* was never accepted */
        password = (struct wx_str){0};
    if (is_nobody)
        hash = wx_str_of(gate->nobody.text);
    memcpy(copy.text, hash.ptr, hash.len);
    copy.text[hash.len] = '\0';
    status = gate_enter(gate, err);
    if (status)
        return status;
    code = argon2id_verify(copy.text, password.ptr ? password.ptr : "", password.len);
    gate_leave(gate);
    if (code == ARGON2_MEMORY_ALLOCATION_ERROR)
        return wx_fail(err, WX_E_AGAIN, "no memory to check a password now");
    *fits = code == ARGON2_OK && !is_nobody;
    *is_old = *fits &&
              (hash.len < todays.len || memcmp(hash.ptr, todays.ptr, todays.len) != 0);
    return WX_OK;
}
