#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "access/password.h"
#include "access/key.h"
#include "base/clock.h"
#include "access/token.h"
#include "access/totp.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void token__is_43_characters_and_never_the_same(void **state)
{
    struct wx_token seen[200];

    (void)state;
    for (int i = 0; i < 200; i++) {
        seen[i] = wx_token_make();
        assert_true(wx_token_is_formed(wx_str_of(seen[i].text)));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(seen[i].text, seen[k].text);
    }
    assert_false(wx_token_is_formed(WX_STR("")));
    assert_false(
        wx_token_is_formed(WX_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")));
    assert_true(wx_secret_eq("same", "same", 4));
    assert_false(wx_secret_eq("same", "sane", 4));
}

static void totp__answers_the_vectors_of_rfc_6238(void **state)
{
    static const struct {
        int64_t at_s;
        uint32_t code; /* the last six of the RFC's eight digits */
    } vectors[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                   {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
    struct wx_str secret = WX_STR("12345678901234567890");

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char code[8];
        int64_t last = 0;

        assert_int_equal(wx_totp_code(secret, vectors[i].at_s / 30), vectors[i].code);
        snprintf(code, sizeof code, "%06u", vectors[i].code);
        assert_true(wx_totp_fits(secret, wx_str_of(code), vectors[i].at_s, &last));
        /* the same code once more: replay */
        assert_false(wx_totp_fits(secret, wx_str_of(code), vectors[i].at_s, &last));
    }
}

static void totp__only_the_current_step_is_good(void **state)
{
    struct wx_str secret = WX_STR("12345678901234567890");
    int64_t last = 0;

    (void)state;
    assert_false(wx_totp_fits(secret, WX_STR("287082"), 29, &last));
    assert_false(wx_totp_fits(secret, WX_STR("287082"), 60, &last));
    assert_false(wx_totp_fits(secret, WX_STR("28708"), 59, &last));
    assert_false(wx_totp_fits(secret, WX_STR("2870822"), 59, &last));
    assert_false(wx_totp_fits(secret, WX_STR("28708x"), 59, &last));
    assert_false(wx_totp_fits(secret, WX_STR(""), 59, &last));
    assert_true(wx_totp_fits(secret, WX_STR("287 082"), 59, &last));
    assert_int_equal(last, 1);
}

static void totp__uri_names_issuer_login_and_secret(void **state)
{
    struct wx_buf buf = WX_BUF_INIT(1000);
    struct wx_totp_secret secret;

    (void)state;
    memcpy(secret.bytes, "12345678901234567890", 20);
    wx_totp_uri(&secret, WX_STR("网巡"), WX_STR("li si"), &buf);
    assert_true(wx_str_eqz(
        wx_buf_str(&buf),
        "otpauth://totp/%E7%BD%91%E5%B7%A1:li%20si?secret="
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E7%BD%91%E5%B7%A1&algorithm=SHA1"
        "&digits=6&period=30"));
    wx_buf_reset(&buf);
    wx_base32_add(&buf, WX_STR("foobar")); /* RFC 4648, 10 */
    wx_base32_add(&buf, WX_STR("fooba"));
    wx_base32_add(&buf, WX_STR("f"));
    assert_true(wx_str_eqz(wx_buf_str(&buf), "MZXW6YTBOIMZXW6YTBMY"));
    wx_buf_clear(&buf);
}

static void recovery__one_hash_for_every_way_of_typing(void **state)
{
    struct wx_sha256 a, b;
    struct wx_recovery_code code = wx_recovery_make();

    (void)state;
    assert_true(wx_recovery_hash(wx_str_of(code.text), &a));
    for (char *c = code.text; *c; c++)
        *c = *c >= 'a' ? (char)(*c - 32) : *c == '-' ? ' ' : *c == '1' ? 'l' : *c;
    assert_true(wx_recovery_hash(wx_str_of(code.text), &b));
    assert_memory_equal(&a, &b, sizeof a);
    assert_false(wx_recovery_hash(WX_STR("abcd"), &b));
    assert_false(wx_recovery_hash(WX_STR("uuuu-uuuu-uuuu-uuuu"), &b));
}

static void password__verifies_the_reference_implementations_hash(void **state)
{
    /* argon2 reference test: "password", "somesalt", t=2, m=2^16, p=1 */
    struct wx_str hash = WX_STR("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                                "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
    struct wx_password_gate *gate = *state;
    bool fits, is_old;

    assert_int_equal(
        wx_password_fits(gate, hash, WX_STR("password"), &fits, &is_old, NULL), WX_OK);
    assert_true(fits && is_old); /* fewer passes than ours */
    assert_int_equal(
        wx_password_fits(gate, hash, WX_STR("passwore"), &fits, &is_old, NULL), WX_OK);
    assert_false(fits || is_old);
}

static void password__fits_its_own_hash_only(void **state)
{
    struct wx_password_gate *gate = *state;
    struct wx_password_hash hash;
    bool fits, is_old;

    assert_int_equal(
        wx_password_make(gate, WX_STR("海上生明月天涯共此时"), &hash, NULL), WX_OK);
    assert_true(wx_str_starts(wx_str_of(hash.text), "$argon2id$v=19$m=65536,t=3,p=1$"));
    assert_int_equal(wx_password_fits(gate, wx_str_of(hash.text),
                                      WX_STR("海上生明月天涯共此时"), &fits, &is_old,
                                      NULL),
                     WX_OK);
    assert_true(fits && !is_old);
    assert_int_equal(
        wx_password_fits(gate, wx_str_of(hash.text), WX_STR(""), &fits, &is_old, NULL),
        WX_OK);
    assert_false(fits);
    /* no such account, and rubbish in the column: a plain no */
    assert_int_equal(
        wx_password_fits(gate, WX_STR(""), WX_STR("x"), &fits, &is_old, NULL), WX_OK);
    assert_false(fits);
    assert_int_equal(
        wx_password_fits(gate, WX_STR("$1$x"), WX_STR("x"), &fits, &is_old, NULL),
        WX_OK);
    assert_false(fits);
}

/* Counted in the processor's time, which other programs on the machine do not change.
 */
static void password__an_unknown_account_costs_the_same_work(void **state)
{
    struct wx_password_gate *gate = *state;
    struct wx_password_hash hash;
    int64_t cost_us[2] = {0};
    bool fits, is_old;

    assert_int_equal(wx_password_make(gate, WX_STR("some words of mine"), &hash, NULL),
                     WX_OK);
    for (int i = 0; i < 6; i++) {
        int64_t began_us = wx_cpu_us();

        assert_int_equal(wx_password_fits(gate, wx_str_of(i % 2 ? hash.text : ""),
                                          WX_STR("a guess"), &fits, &is_old, NULL),
                         WX_OK);
        cost_us[i % 2] += wx_cpu_us() - began_us;
    }
    assert_true(cost_us[0] > cost_us[1] / 2 && cost_us[0] < cost_us[1] * 2);
}

static void *sign_in(void *gate)
{
    bool fits, is_old;

    return (void *)(uintptr_t)wx_password_fits(gate, WX_STR(""), WX_STR("x"), &fits,
                                               &is_old, NULL);
}

static void password__gate_turns_away_who_cannot_wait(void **state)
{
    struct wx_password_gate *hasty = wx_password_gate_new(1, 0);
    struct wx_password_gate *patient = wx_password_gate_new(2, 60000);
    pthread_t threads[4];
    int n_ok = 0, n_again = 0;

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++)
            assert_int_equal(
                pthread_create(&threads[i], NULL, sign_in, round ? hasty : patient), 0);
        for (int i = 0; i < 4; i++) {
            void *status;

            pthread_join(threads[i], &status);
            n_ok += (uintptr_t)status == WX_OK;
            n_again += (uintptr_t)status == WX_E_AGAIN;
        }
        /* patient: all four. hasty: at least one got in, each got one of two answers */
        assert_int_equal(n_ok + n_again, round ? 8 : 4);
        assert_true(round ? n_ok >= 5 : n_ok == 4);
    }
    wx_password_gate_free(hasty);
    wx_password_gate_free(patient);
}

static void password__judged_by_what_is_left_of_it(void **state)
{
    static const struct {
        const char *password, *login;
        enum wx_password_fault fault;
    } cases[] = {
        {"tiny Horse 7", "", WX_PASSWORD_FINE},
        {"海上生明月天涯共此时呀呀", "", WX_PASSWORD_FINE},
        {"vK7#mP2$xR9!", "", WX_PASSWORD_FINE},
        {"the fog comes on little cat feet", "", WX_PASSWORD_FINE},
        {"short", "", WX_PASSWORD_SHORT},
        {"海上生明月天涯共此时", "", WX_PASSWORD_SHORT}, /* ten characters, 30 bytes */
        {"password123456", "", WX_PASSWORD_GUESSABLE},
        {"P@ssw0rd@2024", "", WX_PASSWORD_GUESSABLE},
        {"1qaz@WSX3edc", "", WX_PASSWORD_GUESSABLE},
        {"1qaz2wsx3edc4rfv", "", WX_PASSWORD_GUESSABLE},
        {"woaini5201314", "", WX_PASSWORD_GUESSABLE},
        {"woaini1314520!!", "", WX_PASSWORD_GUESSABLE},
        {"Huawei@123456", "", WX_PASSWORD_GUESSABLE},
        {"Beijing@2024admin", "", WX_PASSWORD_GUESSABLE},
        {"Zhang19801231!", "", WX_PASSWORD_GUESSABLE},
        {"aaaaaaaaaaaaaaaa", "", WX_PASSWORD_GUESSABLE},
        {"abcdefghijklmnop", "", WX_PASSWORD_GUESSABLE},
        {"987654321098765", "", WX_PASSWORD_GUESSABLE},
        {"xk7xk7xk7xk7xk7", "", WX_PASSWORD_GUESSABLE},
        {"qwertyuiopasdf", "", WX_PASSWORD_GUESSABLE},
        {"zhengfubangongshi1", "", WX_PASSWORD_GUESSABLE},
        {"xxLiSi77 and more", "lisi", WX_PASSWORD_HAS_LOGIN},
        {"li is everywhere ok", "li", WX_PASSWORD_FINE},
        {"tab\tinside this one", "", WX_PASSWORD_NOT_TEXT},
        {"broken \xFF utf8 here", "", WX_PASSWORD_NOT_TEXT},
    };
    char long_one[600];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum wx_password_fault got =
            wx_password_judge(wx_str_of(cases[i].password), wx_str_of(cases[i].login));

        if (got != cases[i].fault)
            fail_msg("'%s': %d, wanted %d", cases[i].password, got, cases[i].fault);
    }
    for (size_t i = 0; i < sizeof long_one; i++)
        long_one[i] = (char)('a' + i * 7 % 26);
    assert_int_equal(wx_password_judge((struct wx_str){long_one, 129}, WX_STR("")),
                     WX_PASSWORD_LONG);
    assert_int_equal(wx_password_judge((struct wx_str){long_one, 600}, WX_STR("")),
                     WX_PASSWORD_LONG);
    assert_int_equal(wx_password_judge((struct wx_str){long_one, 20}, WX_STR("")),
                     WX_PASSWORD_FINE);
}

static void key__is_made_once_and_refused_when_others_could_read_it(void **state)
{
    char dir[] = "/tmp/wx-key-XXXXXX", path[64];
    struct wx_seal_key first, second;
    struct wx_err err;
    struct stat st;
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(wx_key_load(dir, WX_KEY_FIELD, false, &first, &err),
                     WX_E_NOT_FOUND);
    assert_int_equal(wx_key_load(dir, WX_KEY_FIELD, true, &first, &err), WX_OK);
    assert_int_equal(wx_key_load(dir, WX_KEY_FIELD, false, &second, &err), WX_OK);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(wx_key_load(dir, WX_KEY_CHECKPOINT, false, &second, &err),
                     WX_E_NOT_FOUND);
    snprintf(path, sizeof path, "%s/keys/field", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    for (int bit = 0; bit < 6; bit++) {
        assert_int_equal(chmod(path, 0600 | 1u << bit), 0);
        assert_int_equal(wx_key_load(dir, WX_KEY_FIELD, true, &second, &err),
                         WX_E_INVALID);
    }
    assert_int_equal(chmod(path, 0600), 0);
    file = fopen(path, "a");
    fputs("more", file);
    fclose(file);
    assert_int_equal(wx_key_load(dir, WX_KEY_FIELD, true, &second, &err), WX_E_INVALID);
    /* a link to a file elsewhere is not followed */
    unlink(path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_equal(wx_key_load(dir, WX_KEY_FIELD, true, &second, &err), WX_E_IO);
    unlink(path);
    snprintf(path, sizeof path, "%s/keys", dir);
    assert_int_equal(rmdir(path), 0); /* nothing half-made was left */
    rmdir(dir);
}

int main(void)
{
    struct wx_password_gate *gate = wx_password_gate_new(2, 60000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__is_43_characters_and_never_the_same),
        cmocka_unit_test(totp__answers_the_vectors_of_rfc_6238),
        cmocka_unit_test(totp__only_the_current_step_is_good),
        cmocka_unit_test(totp__uri_names_issuer_login_and_secret),
        cmocka_unit_test(recovery__one_hash_for_every_way_of_typing),
        cmocka_unit_test_prestate(password__verifies_the_reference_implementations_hash,
                                  gate),
        cmocka_unit_test_prestate(password__fits_its_own_hash_only, gate),
        cmocka_unit_test_prestate(password__an_unknown_account_costs_the_same_work,
                                  gate),
        cmocka_unit_test(password__gate_turns_away_who_cannot_wait),
        cmocka_unit_test(password__judged_by_what_is_left_of_it),
        cmocka_unit_test(key__is_made_once_and_refused_when_others_could_read_it),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    wx_password_gate_free(gate);
    return failed;
}
