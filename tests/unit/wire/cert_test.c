#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/limits.h"
#include "wire/cert.h"
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

static int arena_make(void **state)
{
    static struct wx_arena arena;

    wx_arena_init(&arena);
    *state = &arena;
    return 0;
}

static int arena_drop(void **state)
{
    wx_arena_clear(*state);
    return 0;
}

/* CURVE 0: RSA of 2048 bits. */
static EVP_PKEY *key_make(int curve)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(curve ? EVP_PKEY_EC : EVP_PKEY_RSA, NULL);
    EVP_PKEY *key = NULL;

    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    if (curve)
        assert_int_equal(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, curve), 1);
    else
        assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048), 1);
    assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void name_add(X509 *cert, const char *field, const char *value)
{
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), field, MBSTRING_UTF8,
                               (const unsigned char *)value, -1, -1, 0);
}

/* A self-signed certificate in DER, in the arena. SIGNER of another kind than the key
 * keeps the making possible where the library cannot sign with it. */
static struct wx_str cert_make(struct wx_arena *arena, EVP_PKEY *key, EVP_PKEY *signer,
                               const char *alt_names)
{
    X509 *cert = X509_new();
    X509_EXTENSION *ext;
    unsigned char *out = NULL;
    struct wx_str der;
    int n;

    X509_set_version(cert, 2);
    ASN1_TIME_set_string(X509_getm_notBefore(cert), "20260101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(cert), "20270301120000Z");
    name_add(cert, "O", "星源区人民政府");
    name_add(cert, "CN", "www.xingyuan.gov.cn");
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509_set_pubkey(cert, key);
    if (alt_names) {
        ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alt_names);
        assert_non_null(ext);
        X509_add_ext(cert, ext, -1);
        X509_EXTENSION_free(ext);
    }
    assert_true(X509_sign(cert, signer, EVP_sha256()) > 0);
    n = i2d_X509(cert, &out);
    der = wx_arena_str(arena, (struct wx_str){(char *)out, (size_t)n});
    OPENSSL_free(out);
    X509_free(cert);
    return der;
}

static struct wx_tls read_cert(struct wx_arena *arena, struct wx_str der)
{
    struct wx_tls tls = {0};
    struct wx_err err = {0};

    if (wx_cert_read(arena, der, &tls, &err) != WX_OK)
        fail_msg("%s", err.text);
    return tls;
}

static void assert_text(struct wx_str s, const char *want)
{
    if (!wx_str_eqz(s, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(s), want);
}

static void certificate__gives_its_facts(void **state)
{
    EVP_PKEY *key = key_make(0);
    struct wx_str der =
        cert_make(*state, key, key,
                  "DNS:www.xingyuan.gov.cn,DNS:*.xingyuan.gov.cn,IP:203.0.113.7,"
                  "IP:2001:db8::1,email:a@b.cn");
    struct wx_tls tls = read_cert(*state, der);
    struct wx_sha256 want = wx_sha256_of(der);

    assert_text(tls.subject, "CN=www.xingyuan.gov.cn,O=星源区人民政府");
    assert_text(tls.issuer, "CN=www.xingyuan.gov.cn,O=星源区人民政府");
    assert_int_equal(tls.not_before_s, 1767225600);
    assert_int_equal(tls.not_after_s, 1803902400);
    assert_text(tls.key, "RSA 2048");
    assert_text(tls.signature, "sha256WithRSAEncryption");
    assert_int_equal(tls.n_names, 4);
    assert_text(tls.names[2], "203.0.113.7");
    assert_text(tls.names[3], "2001:db8::1");
    assert_memory_equal(tls.leaf_sha256.bytes, want.bytes, 32);
    EVP_PKEY_free(key);
}

static void keys__of_curves_have_their_names(void **state)
{
    static const struct {
        int curve;
        const char *name;
    } cases[] = {{NID_X9_62_prime256v1, "EC P-256"},
                 {NID_secp384r1, "EC P-384"},
                 {NID_sm2, "SM2"}};
    EVP_PKEY *signer = key_make(NID_X9_62_prime256v1);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EVP_PKEY *key = key_make(cases[i].curve);
        struct wx_tls tls = read_cert(*state, cert_make(*state, key, signer, NULL));

        assert_text(tls.key, cases[i].name);
        assert_int_equal(tls.n_names, 0);
        EVP_PKEY_free(key);
    }
    EVP_PKEY_free(signer);
}

static void covers__follows_rfc_6125(void **state)
{
    struct wx_str names[] = {WX_STR("www.Xingyuan.gov.cn"),
                             WX_STR("*.a.gov.cn"),
                             WX_STR("*.cn"),
                             WX_STR("f*.b.cn"),
                             WX_STR("203.0.113.7"),
                             WX_STR("2001:db8::1"),
                             WX_STR("evil.cn?x.gov.cn")};
    struct wx_tls tls = {.names = names, .n_names = sizeof names / sizeof *names};

    (void)state;
    assert_true(wx_cert_covers(&tls, WX_STR("WWW.xingyuan.gov.cn.")));
    assert_true(wx_cert_covers(&tls, WX_STR("x.a.gov.cn")));
    assert_false(wx_cert_covers(&tls, WX_STR("a.gov.cn")));
    assert_false(wx_cert_covers(&tls, WX_STR("x.y.a.gov.cn")));
    assert_false(wx_cert_covers(&tls, WX_STR("foo.cn")));
    assert_false(wx_cert_covers(&tls, WX_STR("foo.b.cn")));
    assert_true(wx_cert_covers(&tls, WX_STR("203.0.113.7")));
    assert_true(wx_cert_covers(&tls, WX_STR("2001:db8::1")));
    assert_false(wx_cert_covers(&tls, WX_STR("evil.cn")));
}

static void names__are_counted_to_a_ceiling_and_lose_odd_bytes(void **state)
{
    struct wx_buf list = WX_BUF_INIT(1 << 20);
    EVP_PKEY *key = key_make(NID_X9_62_prime256v1);
    struct wx_tls tls;

    wx_buf_addz(&list, "DNS:a b.cn");
    for (int i = 0; i < WX_MAX_CERT_NAMES + 50; i++)
        wx_buf_printf(&list, ",DNS:h%d.cn", i);
    wx_buf_addc(&list, '\0');
    tls = read_cert(*state, cert_make(*state, key, key, list.ptr));
    assert_int_equal(tls.n_names, WX_MAX_CERT_NAMES);
    assert_text(tls.names[0], "a?b.cn");
    wx_buf_clear(&list);
    EVP_PKEY_free(key);
}

static void bytes__that_are_no_certificate_are_refused(void **state)
{
    EVP_PKEY *key = key_make(NID_X9_62_prime256v1);
    struct wx_str der = cert_make(*state, key, key, NULL);
    char *longer = wx_arena_alloc(*state, der.len + 1);
    struct wx_tls tls = {0};

    memcpy(longer, der.ptr, der.len);
    longer[der.len] = 0;
    assert_int_equal(wx_cert_read(*state, WX_STR("not one"), &tls, NULL), WX_E_INVALID);
    assert_int_equal(wx_cert_read(*state, WX_STR(""), &tls, NULL), WX_E_INVALID);
    assert_int_equal(
        wx_cert_read(*state, (struct wx_str){longer, der.len + 1}, &tls, NULL),
        WX_E_INVALID);
    assert_int_equal(wx_cert_read(*state, wx_str_sub(der, 0, der.len - 1), &tls, NULL),
                     WX_E_INVALID);
    assert_int_equal(wx_cert_read(*state,
                                  (struct wx_str){longer, WX_MAX_CERT_BYTES + 1}, &tls,
                                  NULL),
                     WX_E_TOO_BIG);
    EVP_PKEY_free(key);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, arena_make, arena_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(certificate__gives_its_facts),
        CASE(keys__of_curves_have_their_names),
        CASE(covers__follows_rfc_6125),
        CASE(names__are_counted_to_a_ceiling_and_lose_odd_bytes),
        CASE(bytes__that_are_no_certificate_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
