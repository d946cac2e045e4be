#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/personal_data.h"

static bool first(const char *text, struct wx_personal_number *out)
{
    size_t pos = 0;

    return wx_personal_next(wx_str_of(text), &pos, 2026, out);
}

static void expect(const char *text, enum wx_personal_kind kind, const char *digits)
{
    struct wx_personal_number n;

    if (!first(text, &n))
        fail_msg("nothing in '%s'", text);
    if (n.kind != kind || strcmp(n.digits, digits) != 0)
        fail_msg("'%s' of kind %d in '%s'", n.digits, n.kind, text);
}

static void expect_none(const char *text)
{
    struct wx_personal_number n;

    if (first(text, &n) && !n.is_check_wrong)
        fail_msg("'%s' of kind %d in '%s'", n.digits, n.kind, text);
}

/* Numbers of nobody, made for the check digit: born 1990-03-07, serial 011 or 012. */
static void identity_card__is_read_in_every_dress(void **state)
{
    struct wx_personal_number n;

    (void)state;
    assert_true(first("身份证号110101199003070118。", &n));
    assert_int_equal(n.kind, WX_PERSONAL_ID_CARD);
    expect("(110101 19900307 0118)", WX_PERSONAL_ID_CARD, n.digits);
    expect("１１０１０１１９９００３０７０１１８", WX_PERSONAL_ID_CARD, n.digits);
}

static void identity_card__is_checked(void **state)
{
    size_t pos = 0, right = 0;
    char text[] = "110101199003070110";
    struct wx_personal_number n;

    (void)state;
    for (char c = '0'; c <= '9'; c++) {
        text[17] = c;
        pos = 0;
        if (wx_personal_next(wx_str_of(text), &pos, 2026, &n) && !n.is_check_wrong)
            right++;
    }
    text[17] = 'X';
    pos = 0;
    if (wx_personal_next(wx_str_of(text), &pos, 2026, &n) && !n.is_check_wrong)
        right++;
    assert_int_equal(right, 1);
    expect_none("110101202703070118");  /* not born yet */
    expect_none("110101199002300118");  /* 30 February */
    expect_none("11010519491231002X");  /* the standard's own example */
    expect_none("A110101199003070118"); /* part of something longer */
    expect_none("110101199003070118/12");
    expect_none("110101********0118");
}

static void identity_card__of_no_province_is_marked(void **state)
{
    struct wx_personal_number n;

    (void)state;
    assert_true(first("990101198503140017", &n));
    assert_true(n.is_place_unknown);
    assert_true(first("110101199003070118", &n));
    assert_false(n.is_place_unknown);
}

static void mobile__is_read_in_every_dress(void **state)
{
    (void)state;
    expect("电话：13900001001。", WX_PERSONAL_MOBILE, "13900001001");
    expect("139-0000-1001", WX_PERSONAL_MOBILE, "13900001001");
    expect("139 0000 1001", WX_PERSONAL_MOBILE, "13900001001");
    expect("+86 13900001001", WX_PERSONAL_MOBILE, "13900001001");
    expect("8613900001001", WX_PERSONAL_MOBILE, "13900001001");
    expect("1 13900001001", WX_PERSONAL_MOBILE, "13900001001");
    expect("010-80000000 13900001001", WX_PERSONAL_MOBILE, "13900001001");
}

static void mobile__is_not_any_eleven_digits(void **state)
{
    (void)state;
    expect_none("12345678901");
    expect_none("1767225600000"); /* milliseconds */
    expect_none("139000010012");
    expect_none("139****1001");
    expect_none("order_13900001001");
    expect_none("010-80000000");
    expect_none("3.13900001001");
}

static void bank_card__needs_prefix_and_luhn(void **state)
{
    (void)state;
    expect("6222020000000007", WX_PERSONAL_BANK_CARD, "6222020000000007");
    expect("6222 0200 0000 0007", WX_PERSONAL_BANK_CARD, "6222020000000007");
    expect_none("6222020000000001");
    expect_none("7222020000000007");
}

static void names__are_told_from_words(void **state)
{
    (void)state;
    assert_true(wx_person_name_is(WX_STR("张一明")));
    assert_true(wx_person_name_is(WX_STR("王 芳")));
    assert_true(wx_person_name_is(WX_STR("欧阳明月")));
    assert_false(wx_person_name_is(WX_STR("时间")));
    assert_false(wx_person_name_is(WX_STR("高新区")));
    assert_false(wx_person_name_is(WX_STR("华联超市")));
    assert_false(wx_person_name_is(WX_STR("张")));
    assert_false(wx_person_name_is(WX_STR("联系")));
    assert_true(wx_person_name_ends(WX_STR("（联系人：张一明，联系电话：")));
    assert_false(wx_person_name_ends(WX_STR("区政府办公室电话：")));
}

static void long_rubbish__takes_one_pass(void **state)
{
    static char text[200001];
    struct wx_personal_number n;
    size_t pos = 0;

    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = i % 5 == 4 ? (i % 2 ? ' ' : '-') : (char)('0' + i % 10);
    while (wx_personal_next(wx_str_of(text), &pos, 2026, &n))
        assert_true(n.end <= sizeof text);
    assert_int_equal(pos, sizeof text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_card__is_read_in_every_dress),
        cmocka_unit_test(identity_card__is_checked),
        cmocka_unit_test(identity_card__of_no_province_is_marked),
        cmocka_unit_test(mobile__is_read_in_every_dress),
        cmocka_unit_test(mobile__is_not_any_eleven_digits),
        cmocka_unit_test(bank_card__needs_prefix_and_luhn),
        cmocka_unit_test(names__are_told_from_words),
        cmocka_unit_test(long_rubbish__takes_one_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
