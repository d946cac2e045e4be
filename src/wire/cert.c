#include "wire/cert.h"

#include "base/limits.h"
#include "wire/civil.h"
#include "wire/host.h"
#include <openssl/objects.h>
#include <openssl/x509v3.h>

enum { MAX_DN_BYTES = 1024 };

static enum wx_status cert_bad(struct wx_err *err, const char *what)
{
    return wx_fail(err, WX_E_INVALID, "certificate: %s", what);
}

/* RFC 4514 text in UTF-8, control characters escaped. */
static struct wx_str name_text(struct wx_arena *arena, const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct wx_str out = {NULL, 0};
    char *text;
    long n;

    if (bio && X509_NAME_print_ex(bio, name, 0,
                                  XN_FLAG_RFC2253 &
                                      ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
        n = BIO_get_mem_data(bio, &text);
        if (n > 0)
            out = wx_arena_str(
                arena, wx_utf8_clip((struct wx_str){text, (size_t)n}, MAX_DN_BYTES));
    }
    BIO_free(bio);
    return out;
}

static bool time_read(const ASN1_TIME *t, int64_t *at_s)
{
    struct tm tm;

    if (!t || !ASN1_TIME_to_tm(t, &tm))
        return false;
    *at_s = wx_days_from_civil(tm.tm_year + 1900, (unsigned)tm.tm_mon + 1,
                               (unsigned)tm.tm_mday) *
                86400 +
            tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
    return true;
}

static struct wx_str ipv6_text(struct wx_arena *arena, const unsigned char *p)
{
    uint16_t address[8];
    struct wx_host host;

    for (int i = 0; i < 8; i++)
        address[i] = (uint16_t)(p[2 * i] << 8 | p[2 * i + 1]);
    wx_ipv6_format(address, &host);
    return wx_arena_str(arena, (struct wx_str){host.text, host.len});
}

/* A dNSName as it stands; bytes that no host name has show as '?', so that a NUL in it
 * can neither end it early nor match anything. */
static struct wx_str dns_text(struct wx_arena *arena, const ASN1_STRING *s)
{
    struct wx_str raw = {(const char *)ASN1_STRING_get0_data(s),
                         (size_t)ASN1_STRING_length(s)};
    struct wx_str copy = wx_arena_str(arena, wx_str_sub(raw, 0, 255));
    char *p = (char *)(uintptr_t)copy.ptr;

    for (size_t i = 0; i < copy.len; i++)
        if ((unsigned char)p[i] <= ' ' || (unsigned char)p[i] >= 0x7F)
            p[i] = '?';
    return copy;
}

static bool general_name_text(struct wx_arena *arena, const GENERAL_NAME *g,
                              struct wx_str *out)
{
    const unsigned char *p;

    if (g->type == GEN_DNS) {
        *out = dns_text(arena, g->d.dNSName);
        return out->len > 0;
    }
    if (g->type != GEN_IPADD)
        return false;
    p = ASN1_STRING_get0_data(g->d.iPAddress);
    if (ASN1_STRING_length(g->d.iPAddress) == 4)
        *out = wx_arena_printf(arena, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
    else if (ASN1_STRING_length(g->d.iPAddress) == 16)
        *out = ipv6_text(arena, p);
    else
        return false;
    return true;
}

static void names_read(struct wx_arena *arena, X509 *cert, struct wx_tls *out)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    int n = all ? sk_GENERAL_NAME_num(all) : 0;

    out->names = NULL;
    out->n_names = 0;
    if (n > WX_MAX_CERT_NAMES)
        n = WX_MAX_CERT_NAMES;
    if (n > 0)
        out->names = wx_arena_array(arena, struct wx_str, (size_t)n);
    for (int i = 0; i < n; i++)
        if (general_name_text(arena, sk_GENERAL_NAME_value(all, i),
                              &out->names[out->n_names]))
            out->n_names++;
    GENERAL_NAMES_free(all);
}

static struct wx_str object_text(struct wx_arena *arena, const ASN1_OBJECT *o)
{
    char text[128];
    int n = OBJ_obj2txt(text, sizeof text, o, 0);

    return n > 0 ? wx_arena_str(arena, wx_str_of(text)) : (struct wx_str){NULL, 0};
}

static const char *curve_name(int nid)
{
    switch (nid) {
    case NID_X9_62_prime256v1:
        return "P-256";
    case NID_secp384r1:
        return "P-384";
    case NID_secp521r1:
        return "P-521";
    case NID_undef:
        return "unknown";
    default:
        return OBJ_nid2sn(nid);
    }
}

/* "RSA 2048", "EC P-256", "SM2", "Ed25519". The curve is read from the parameters, so
 * that a key our library cannot use still has its name. */
static struct wx_str key_text(struct wx_arena *arena, X509 *cert)
{
    X509_PUBKEY *spki = X509_get_X509_PUBKEY(cert);
    EVP_PKEY *key = X509_get0_pubkey(cert);
    ASN1_OBJECT *algorithm = NULL;
    X509_ALGOR *algor = NULL;
    const void *value = NULL;
    int type = 0, nid;

    if (!spki || !X509_PUBKEY_get0_param(&algorithm, NULL, NULL, &algor, spki))
        return (struct wx_str){NULL, 0};
    nid = OBJ_obj2nid(algorithm);
    if (nid == NID_X9_62_id_ecPublicKey) {
        X509_ALGOR_get0(NULL, &type, &value, algor);
        nid = type == V_ASN1_OBJECT ? OBJ_obj2nid(value) : NID_undef;
        return nid == NID_sm2 ? wx_arena_str(arena, WX_STR("SM2"))
                              : wx_arena_printf(arena, "EC %s", curve_name(nid));
    }
    if (nid == NID_rsaEncryption || nid == NID_rsassaPss)
        return wx_arena_printf(arena, "RSA %d", key ? EVP_PKEY_bits(key) : 0);
    if (nid == NID_ED25519)
        return wx_arena_str(arena, WX_STR("Ed25519"));
    return object_text(arena, algorithm);
}

static struct wx_str signature_text(struct wx_arena *arena, const X509 *cert)
{
    const X509_ALGOR *algor = NULL;
    const ASN1_OBJECT *o = NULL;
    const ASN1_BIT_STRING *bits = NULL;

    X509_get0_signature(&bits, &algor, cert);
    if (!algor)
        return (struct wx_str){NULL, 0};
    X509_ALGOR_get0(&o, NULL, NULL, algor);
    return object_text(arena, o);
}

enum wx_status wx_cert_read(struct wx_arena *arena, struct wx_str der,
                            struct wx_tls *out, struct wx_err *err)
{
    const unsigned char *p = (const unsigned char *)der.ptr;
    enum wx_status status = WX_OK;
    X509 *cert;

    if (der.len > WX_MAX_CERT_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "certificate: %zu bytes, more than %d",
                       der.len, WX_MAX_CERT_BYTES);
    cert = der.len ? d2i_X509(NULL, &p, (long)der.len) : NULL;
    if (!cert)
        return cert_bad(err, "not DER of an X.509 certificate");
    if (p != (const unsigned char *)der.ptr + der.len) {
        status = cert_bad(err, "bytes behind its end");
        goto done;
    }
    if (!time_read(X509_get0_notBefore(cert), &out->not_before_s) ||
        !time_read(X509_get0_notAfter(cert), &out->not_after_s)) {
        status = cert_bad(err, "validity is not a time");
        goto done;
    }
    out->subject = name_text(arena, X509_get_subject_name(cert));
    out->issuer = name_text(arena, X509_get_issuer_name(cert));
    names_read(arena, cert, out);
    out->key = key_text(arena, cert);
    out->signature = signature_text(arena, cert);
    out->leaf_sha256 = wx_sha256_of(der);
done:
    X509_free(cert);
    return status;
}

static bool is_address(struct wx_str host)
{
    return wx_str_chr(host, ':') != WX_NPOS ||
           (host.len && host.ptr[host.len - 1] >= '0' && host.ptr[host.len - 1] <= '9');
}

/* "*.example.cn" stands for exactly one label, and never for a whole top level. */
static bool wildcard_covers(struct wx_str name, struct wx_str host)
{
    struct wx_str parent = wx_str_sub(name, 2, name.len);
    size_t dot = wx_str_chr(host, '.');

    if (!wx_str_starts(name, "*.") || dot == WX_NPOS || dot == 0 ||
        wx_str_chr(parent, '.') == WX_NPOS)
        return false;
    return wx_str_ieq(wx_str_sub(host, dot + 1, host.len), parent);
}

bool wx_cert_covers(const struct wx_tls *tls, struct wx_str host)
{
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host.len--;
    for (size_t i = 0; i < tls->n_names; i++)
        if (wx_str_ieq(tls->names[i], host) ||
            (!is_address(host) && wildcard_covers(tls->names[i], host)))
            return true;
    return false;
}
