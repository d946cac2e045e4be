#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <openssl/sha.h>
#include <zlib.h>

#include "api/assets.h"

static void every_file__is_found_by_its_path(void **state)
{
    (void)state;
    assert_true(wx_n_assets >= 1);
    for (size_t i = 0; i < wx_n_assets; i++) {
        const struct wx_asset *a = &wx_assets[i];

        assert_ptr_equal(wx_asset_find(wx_str_of(a->path)), a);
        assert_true(a->path[0] == '/' && a->n_bytes > 0);
        if (i > 0)
            assert_true(strcmp(wx_assets[i - 1].path, a->path) < 0);
    }
}

static void etag__is_the_hash_of_the_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < wx_n_assets; i++) {
        unsigned char sha[SHA256_DIGEST_LENGTH];
        char said[36], *at = said;

        SHA256(wx_assets[i].bytes, wx_assets[i].n_bytes, sha);
        *at++ = '"';
        for (int k = 0; k < 16; k++)
            at += snprintf(at, 3, "%02x", sha[k]);
        *at++ = '"';
        *at = '\0';
        assert_string_equal(wx_assets[i].etag, said);
    }
}

static void gzip_form__unpacks_to_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < wx_n_assets; i++) {
        const struct wx_asset *a = &wx_assets[i];
        z_stream z = {0};
        unsigned char *out;

        if (!a->gzip)
            continue;
        assert_true(a->n_gzip < a->n_bytes);
        out = test_malloc(a->n_bytes + 1);
        assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
        z.next_in = (unsigned char *)a->gzip;
        z.avail_in = (unsigned)a->n_gzip;
        z.next_out = out;
        z.avail_out = (unsigned)a->n_bytes + 1;
        assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
        assert_int_equal(z.total_out, a->n_bytes);
        assert_memory_equal(out, a->bytes, a->n_bytes);
        inflateEnd(&z);
        test_free(out);
    }
}

static void path_without_a_dot__gets_the_one_page(void **state)
{
    const struct wx_asset *page = wx_asset_find(WX_STR("/index.html"));

    (void)state;
    assert_non_null(page);
    assert_false(page->is_immutable);
    assert_ptr_equal(wx_asset_for(WX_STR("/")), page);
    assert_ptr_equal(wx_asset_for(WX_STR("/register/site/7")), page);
    assert_ptr_equal(wx_asset_for(WX_STR("/v1.2/site")), page);
    assert_ptr_equal(wx_asset_for((struct wx_str){NULL, 0}), page);
}

static void unknown_file__is_none(void **state)
{
    (void)state;
    assert_null(wx_asset_for(WX_STR("/assets/none.js")));
    assert_null(wx_asset_for(WX_STR("/.built-from")));
    assert_null(wx_asset_for(WX_STR("/../index.html")));
    assert_null(wx_asset_find(WX_STR("/index.htm")));
    assert_null(wx_asset_find(WX_STR("/index.html\0")));
    assert_null(wx_asset_find((struct wx_str){NULL, 0}));
}

/* The policy forbids both; a build that needs them would be a blank page. */
static void page__has_no_inline_script_or_style(void **state)
{
    const struct wx_asset *page = wx_asset_find(WX_STR("/index.html"));
    struct wx_str html, rest;
    size_t at;

    (void)state;
    assert_non_null(page);
    html = (struct wx_str){(const char *)page->bytes, page->n_bytes};
    assert_int_equal(wx_str_ifindz(html, "<style"), WX_NPOS);
    assert_int_equal(wx_str_ifindz(html, " style="), WX_NPOS);
    assert_int_equal(wx_str_ifindz(html, " onload="), WX_NPOS);
    for (rest = html; (at = wx_str_ifindz(rest, "<script")) != WX_NPOS;) {
        struct wx_str tag = wx_str_sub(rest, at, wx_str_find(rest, WX_STR(">"), at));

        assert_int_not_equal(wx_str_ifindz(tag, " src=\"/"), WX_NPOS);
        rest = wx_str_sub(rest, at + tag.len, rest.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file__is_found_by_its_path),
        cmocka_unit_test(etag__is_the_hash_of_the_bytes),
        cmocka_unit_test(gzip_form__unpacks_to_the_same_bytes),
        cmocka_unit_test(path_without_a_dot__gets_the_one_page),
        cmocka_unit_test(unknown_file__is_none),
        cmocka_unit_test(page__has_no_inline_script_or_style),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
