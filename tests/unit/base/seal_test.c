#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/seal.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct wx_seal_key key = {{1, 2, 3}};

static void sealed__opens_with_the_same_key_and_context_only(void **state)
{
    struct wx_seal_key other = key;
    struct wx_str sealed, plain;
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    sealed = wx_seal(&arena, &key, WX_STR("webhook/7"), WX_STR("whsec_x"));
    assert_int_equal(sealed.len, 7 + WX_SEAL_EXTRA_BYTES);
    assert_true(wx_unseal(&arena, &key, WX_STR("webhook/7"), sealed, &plain));
    assert_true(wx_str_eqz(plain, "whsec_x"));
    assert_false(wx_unseal(&arena, &key, WX_STR("webhook/8"), sealed, &plain));
    other.bytes[31] ^= 1;
    assert_false(wx_unseal(&arena, &other, WX_STR("webhook/7"), sealed, &plain));
    assert_false(wx_unseal(&arena, &key, WX_STR("webhook/7"), WX_STR(""), &plain));
    sealed = wx_seal(&arena, &key, WX_STR(""), WX_STR(""));
    assert_true(wx_unseal(&arena, &key, WX_STR(""), sealed, &plain));
    assert_int_equal(plain.len, 0);
    wx_arena_clear(&arena);
}

static void sealed__any_flipped_bit_is_noticed(void **state)
{
    struct wx_str sealed, plain;
    struct wx_arena arena;
    char copy[64];

    (void)state;
    wx_arena_init(&arena);
    sealed = wx_seal(&arena, &key, WX_STR("c"), WX_STR("secret"));
    for (size_t bit = 0; bit < sealed.len * 8; bit++) {
        memcpy(copy, sealed.ptr, sealed.len);
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        assert_false(wx_unseal(&arena, &key, WX_STR("c"),
                               (struct wx_str){copy, sealed.len}, &plain));
    }
    for (size_t n = 0; n < sealed.len; n++)
        assert_false(wx_unseal(&arena, &key, WX_STR("c"),
                               (struct wx_str){sealed.ptr, n}, &plain));
    wx_arena_clear(&arena);
}

static void key__is_made_once_and_refused_when_others_may_read_it(void **state)
{
    char dir[] = "/tmp/wangxun-seal.XXXXXX", path[64];
    struct wx_seal_key a, b;
    struct wx_err err;
    int fd;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/field.key", dir);
    assert_int_equal(wx_seal_key_load(path, false, &a, &err), WX_E_NOT_FOUND);
    assert_int_equal(wx_seal_key_load(path, true, &a, &err), WX_OK);
    assert_int_equal(wx_seal_key_load(path, true, &b, &err), WX_OK);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(wx_seal_key_load(path, true, &b, &err), WX_E_INVALID);
    assert_int_equal(chmod(path, 0600), 0);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
    assert_int_equal(wx_seal_key_load(path, true, &b, &err), WX_E_INVALID);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed__opens_with_the_same_key_and_context_only),
        cmocka_unit_test(sealed__any_flipped_bit_is_noticed),
        cmocka_unit_test(key__is_made_once_and_refused_when_others_may_read_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
