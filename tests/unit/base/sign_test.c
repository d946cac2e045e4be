#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/hash.h"
#include "base/sign.h"

static struct wx_seal_key secret_of(const char *hex)
{
    struct wx_seal_key key;

    assert_true(wx_unhex(wx_str_of(hex), key.bytes, sizeof key.bytes));
    return key;
}

/* RFC 8032, 7.1, tests 1 and 2. */
static void signature__is_that_of_rfc_8032(void **state)
{
    static const struct {
        const char *secret, *public, *message, *signature;
    } cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wx_seal_key secret = secret_of(cases[i].secret);
        struct wx_sign_public public = wx_sign_public(&secret);
        struct wx_signature made = wx_sign(&secret, wx_str_of(cases[i].message)), want;
        char hex[2 * WX_SIGN_PUBLIC_BYTES + 1];

        wx_hex(public.bytes, sizeof public.bytes, hex);
        assert_string_equal(hex, cases[i].public);
        assert_true(wx_unhex(wx_str_of(cases[i].signature), want.bytes, sizeof want));
        assert_memory_equal(made.bytes, want.bytes, sizeof want);
        assert_true(wx_sign_is_good(&public, wx_str_of(cases[i].message), &made));
    }
}

static void signature__holds_for_its_message_and_key_only(void **state)
{
    struct wx_seal_key secret = {{1}}, other = {{2}};
    struct wx_sign_public public = wx_sign_public(&secret), wrong;
    struct wx_signature signature = wx_sign(&secret, WX_STR("hosts a, b")), bent;

    (void)state;
    assert_true(wx_sign_is_good(&public, WX_STR("hosts a, b"), &signature));
    assert_false(wx_sign_is_good(&public, WX_STR("hosts a, c"), &signature));
    assert_false(wx_sign_is_good(&public, WX_STR("hosts a, "), &signature));
    wrong = wx_sign_public(&other);
    assert_false(wx_sign_is_good(&wrong, WX_STR("hosts a, b"), &signature));
    for (size_t i = 0; i < sizeof bent.bytes; i++) {
        bent = signature;
        bent.bytes[i] ^= 1;
        assert_false(wx_sign_is_good(&public, WX_STR("hosts a, b"), &bent));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature__is_that_of_rfc_8032),
        cmocka_unit_test(signature__holds_for_its_message_and_key_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
