#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"

static void ceiling__is_kept_and_what_was_there_stays(void **state)
{
    struct wx_buf buf = WX_BUF_INIT(5);

    (void)state;
    assert_int_equal(wx_buf_addz(&buf, "abc"), WX_OK);
    assert_int_equal(wx_buf_addz(&buf, "def"), WX_E_TOO_BIG);
    assert_true(buf.is_full);
    assert_true(wx_str_eqz(wx_buf_str(&buf), "abc"));
    assert_int_equal(wx_buf_addz(&buf, "de"), WX_OK);
    wx_buf_reset(&buf);
    assert_false(buf.is_full);
    wx_buf_clear(&buf);
}

/* Was WX_E_TOO_BIG, and NULL + 0: found by the http fuzz target. */
static void nothing__fits_into_an_empty_buffer(void **state)
{
    struct wx_buf buf = WX_BUF_INIT(5);

    (void)state;
    assert_int_equal(wx_buf_add(&buf, NULL, 0), WX_OK);
    assert_false(buf.is_full);
    assert_int_equal(buf.len, 0);
    wx_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceiling__is_kept_and_what_was_there_stays),
        cmocka_unit_test(nothing__fits_into_an_empty_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
