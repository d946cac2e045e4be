#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "permit/permit.h"
#include <string.h>

static const char json[] =
    "{\"version\":1, \"id\":\"星网安〔2026〕3号\", \"holder\":\"星源区网信办\","
    " \"hosts\":[\"www.xingyuan.gov.cn\",\"*.jiedao.xingyuan.gov.cn\"],"
    " \"addresses\":{\"allow\":[\"127.0.0.0/8\"]},"
    " \"sources\":[\"203.0.113.7\",\"2001:db8::/64\"],"
    " \"window\":{\"until\":\"2036-07-01\",\"daily\":{\"from\":\"22:00\","
    "\"until\":\"06:00\"}}, \"pace\":{\"per_host\":0.125}}";
static const struct wx_seal_key secret = {{7, 7, 7}};

static struct wx_permit *parse(struct wx_str text)
{
    struct wx_permit *permit = NULL;
    struct wx_err err = {0};

    if (wx_permit_parse(text, "p.json", &permit, &err))
        print_message("# %s\n", err.text);
    return permit;
}

static struct wx_buf signed_form(void)
{
    struct wx_permit *permit = parse(wx_str_of(json));
    struct wx_buf out = WX_BUF_INIT(1 << 20);

    wx_permit_format_signed(permit, &secret, &out);
    wx_permit_free(permit);
    return out;
}

static void signature__fits_the_permit_it_was_made_for(void **state)
{
    struct wx_buf form = signed_form(), again = WX_BUF_INIT(1 << 20);
    struct wx_permit *permit = parse(wx_buf_str(&form));
    struct wx_sign_public want = wx_sign_public(&secret), key;

    (void)state;
    assert_non_null(permit);
    assert_true(wx_permit_signer(permit, &key));
    assert_memory_equal(&key, &want, sizeof key);
    wx_permit_format_signed(permit, &secret, &again);
    assert_true(wx_str_eq(wx_buf_str(&form), wx_buf_str(&again)));
    wx_permit_free(permit);
    permit = parse(wx_str_of(json));
    assert_false(wx_permit_signer(permit, &key));
    wx_permit_free(permit);
    wx_buf_clear(&form);
    wx_buf_clear(&again);
}

/* Whatever is changed in the file, the permit is refused or says the same. */
static void signature__no_changed_byte_passes(void **state)
{
    struct wx_buf form = signed_form(), plain = WX_BUF_INIT(1 << 20),
                  other = WX_BUF_INIT(1 << 20);
    struct wx_permit *permit = parse(wx_buf_str(&form));
    size_t n_refused = 0;

    (void)state;
    wx_permit_format(permit, &plain);
    wx_permit_free(permit);
    for (size_t i = 0; i < form.len; i++) {
        char was = form.ptr[i];

        form.ptr[i] = (char)(was ^ 1);
        permit = NULL;
        if (wx_permit_parse(wx_buf_str(&form), "p", &permit, NULL)) {
            n_refused++;
        } else {
            struct wx_sign_public key;

            /* the name of the key "signature" itself is not signed: then nobody did */
            wx_buf_reset(&other);
            wx_permit_format(permit, &other);
            assert_true(wx_permit_signer(permit, &key));
            assert_true(wx_str_eq(wx_buf_str(&plain), wx_buf_str(&other)));
        }
        wx_permit_free(permit);
        form.ptr[i] = was;
    }
    assert_true(n_refused > form.len * 9 / 10);
    wx_buf_clear(&form);
    wx_buf_clear(&plain);
    wx_buf_clear(&other);
}

static void except__wins_over_hosts_and_offsite(void **state)
{
    struct wx_permit *permit =
        parse(WX_STR("{\"version\":1,\"id\":\"x\",\"offsite\":\"head\",\"hosts\":["
                     "\"*.a.gov.cn\",\"a.gov.cn\"],\"except\":[\"b.a.gov.cn\"]}"));
    struct wx_buf form = WX_BUF_INIT(1 << 20);
    struct wx_permit *back;

    (void)state;
    assert_int_equal(wx_permit_check_host(permit, WX_STR("b.a.gov.cn"), 80, 1, NULL),
                     WX_E_OUT_OF_SCOPE);
    assert_int_equal(wx_permit_check_host(permit, WX_STR("c.b.a.gov.cn"), 80, 1, NULL),
                     WX_OK);
    assert_int_equal(wx_permit_except(permit, WX_STR("*.d.a.gov.cn"), NULL), WX_OK);
    assert_int_equal(wx_permit_except(permit, WX_STR("203.0.113.0/24"), NULL), WX_OK);
    assert_int_equal(wx_permit_except(permit, WX_STR("e.a.gov.cn:8080"), NULL),
                     WX_E_INVALID);
    assert_int_equal(wx_permit_except(permit, WX_STR(""), NULL), WX_E_INVALID);
    wx_permit_format(permit, &form);
    back = parse(wx_buf_str(&form));
    for (int i = 0; i < 2; i++) {
        const struct wx_permit *p = i ? back : permit;

        assert_int_equal(wx_permit_check_host(p, WX_STR("d.a.gov.cn"), 80, 1, NULL),
                         WX_OK);
        assert_int_equal(wx_permit_check_host(p, WX_STR("x.d.a.gov.cn"), 443, 1, NULL),
                         WX_E_OUT_OF_SCOPE);
        assert_int_equal(wx_permit_check_offsite(p, WX_STR("x.d.a.gov.cn"), 1, NULL),
                         WX_E_OUT_OF_SCOPE);
        assert_int_equal(wx_permit_check_offsite(p, WX_STR("e.example"), 1, NULL),
                         WX_OK);
        assert_int_equal(wx_permit_check_address(
                             p, (const unsigned char *)"\xCB\0\x71\x09", 4, 80, NULL),
                         WX_E_OUT_OF_SCOPE);
    }
    wx_permit_free(permit);
    wx_permit_free(back);
    wx_buf_clear(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature__fits_the_permit_it_was_made_for),
        cmocka_unit_test(signature__no_changed_byte_passes),
        cmocka_unit_test(except__wins_over_hosts_and_offsite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
