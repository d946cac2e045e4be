/* Forms with files, and names that strangers give their files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/multipart.h"
#include <stdlib.h>

static struct wx_arena arena;

static void assert_str(struct wx_str have, const char *want)
{
    if (!wx_str_eqz(have, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(have), want);
}

static void form__gives_its_parts(void **state)
{
    static const char body[] =
        "preamble\r\n--AaB03x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n"
        "site\r\n--AaB03x\r\ncontent-disposition: form-data; filename=\"a;b.csv\"; "
        "name=\"file\"\r\nContent-Type: text/csv\r\n\r\nx--AaB03x\r\n\r\n\r\n"
        "--AaB03x--\r\n";
    struct wx_multipart m;
    struct wx_form_part p;

    (void)state;
    assert_true(wx_multipart_begin(
        &m, WX_STR("multipart/form-data; charset=x; boundary=\"AaB03x\""),
        (struct wx_str){body, sizeof body - 1}));
    assert_true(wx_multipart_next(&m, &p));
    assert_str(p.name, "kind");
    assert_str(p.bytes, "site");
    assert_true(wx_multipart_next(&m, &p));
    assert_str(p.name, "file");
    assert_str(p.file_name, "a;b.csv");
    assert_str(p.content_type, "text/csv");
    assert_str(p.bytes, "x--AaB03x\r\n\r\n");
    assert_false(wx_multipart_next(&m, &p));
    assert_false(wx_multipart_next(&m, &p));
}

static void cut_or_foreign_forms__end(void **state)
{
    static const char body[] = "--b\r\nContent-Disposition: form-data; "
                               "name=\"f\"; filename=\"x\"\r\n\r\nbytes\r\n--b--\r\n";
    struct wx_multipart m;
    struct wx_form_part p;

    (void)state;
    for (size_t n = 0; n + 8 < sizeof body; n++) {
        assert_true(wx_multipart_begin(&m, WX_STR("multipart/form-data; boundary=b"),
                                       (struct wx_str){body, n}));
        assert_false(wx_multipart_next(&m, &p));
    }
    assert_false(wx_multipart_begin(&m, WX_STR("multipart/form-data"), WX_STR("x")));
    assert_false(
        wx_multipart_begin(&m, WX_STR("multipart/form-data; boundary="), WX_STR("x")));
    assert_false(wx_multipart_begin(&m, WX_STR("text/plain; boundary=b"), WX_STR("x")));
}

static void file_names__become_harmless(void **state)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"台账.xlsx", "台账.xlsx"},
        {"../../etc/passwd", "passwd"},
        {"C:\\temp\\x.csv", "x.csv"},
        {"", "file"},
        {"...", "file"},
        {"CON", "_CON"},
        {"con.txt", "_con.txt"},
        {"com1.csv", "_com1.csv"},
        {"console.csv", "console.csv"},
        {"a\nb\r\tc.csv", "abc.csv"},
        {"a\xE2\x80\xAEgpj.exe", "agpj.exe"},
        {"a\xE2\x81\xA6"
         "b.csv",
         "ab.csv"},
        {"a\"b<c>|?*.csv", "a_b_c____.csv"},
        {" .hidden. ", "hidden"},
        {"x.csv.", "x.csv"},
    };
    char longest[600];
    struct wx_str out;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(wx_file_name_clean(&arena, wx_str_of(cases[i].name)), cases[i].want);
    assert_str(wx_file_name_clean(&arena, (struct wx_str){"a\0b.csv", 7}), "ab.csv");
    memset(longest, 'n', sizeof longest);
    memcpy(longest + sizeof longest - 5, ".xlsx", 5);
    out = wx_file_name_clean(&arena, (struct wx_str){longest, sizeof longest});
    assert_true(out.len <= WX_MAX_FILE_NAME_BYTES && wx_str_ends(out, ".xlsx"));
    out = wx_file_name_clean(&arena, (struct wx_str){longest, 500});
    assert_true(out.len <= WX_MAX_FILE_NAME_BYTES);
    for (int i = 0; i + 3 < (int)sizeof longest; i += 3)
        memcpy(longest + i, "\xE7\xBD\x91", 3);
    out = wx_file_name_clean(&arena, (struct wx_str){longest, 599});
    assert_true(wx_utf8_is_valid(out));
}

static void disposition__has_both_forms_and_no_second_line(void **state)
{
    (void)state;
    assert_str(wx_content_disposition(&arena, WX_STR("台账 1.csv")),
               "attachment; filename=\"______ 1.csv\"; "
               "filename*=UTF-8''%E5%8F%B0%E8%B4%A6%201.csv");
    assert_true(wx_str_chr(wx_content_disposition(&arena, WX_STR("a\r\nX: y\".csv")),
                           '\n') == WX_NPOS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form__gives_its_parts),
        cmocka_unit_test(cut_or_foreign_forms__end),
        cmocka_unit_test(file_names__become_harmless),
        cmocka_unit_test(disposition__has_both_forms_and_no_second_line),
    };
    int failed;

    wx_arena_init(&arena);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    wx_arena_clear(&arena);
    return failed;
}
