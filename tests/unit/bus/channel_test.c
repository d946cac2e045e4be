#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bus/bus.h"
#include <sys/socket.h>
#include <unistd.h>

static void pair(struct wx_channel **a, struct wx_channel **b)
{
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    *a = wx_channel_new(fds[0]);
    *b = wx_channel_new(fds[1]);
}

static void message__arrives_field_by_field(void **state)
{
    struct wx_channel *a, *b;
    enum wx_msg_type type;
    struct wx_msg_in in;
    unsigned char raw[4];

    (void)state;
    pair(&a, &b);
    wx_msg_begin(wx_channel_out(a), WX_MSG_PROGRESS);
    wx_msg_u8(wx_channel_out(a), 7);
    wx_msg_u32(wx_channel_out(a), 0xDEADBEEF);
    wx_msg_u64(wx_channel_out(a), UINT64_C(1) << 60);
    wx_msg_str(wx_channel_out(a), WX_STR("网巡"));
    wx_msg_bytes(wx_channel_out(a), "abcd", 4);
    wx_msg_end(wx_channel_out(a));
    assert_int_equal(wx_channel_flush(a, true, NULL), WX_OK);
    assert_int_equal(wx_channel_next(b, &type, &in, NULL), WX_OK);
    assert_int_equal(type, WX_MSG_PROGRESS);
    assert_int_equal(wx_msg_get_u8(&in), 7);
    assert_int_equal(wx_msg_get_u32(&in), 0xDEADBEEF);
    assert_true(wx_msg_get_u64(&in) == UINT64_C(1) << 60);
    assert_true(wx_str_eqz(wx_msg_get_str(&in), "网巡"));
    wx_msg_get_bytes(&in, raw, 4);
    assert_memory_equal(raw, "abcd", 4);
    assert_true(wx_msg_get_end(&in));
    wx_channel_free(a);
    wx_channel_free(b);
}

static void message__that_claims_more_than_it_holds_is_bad(void **state)
{
    struct wx_msg_in in = {.rest = WX_STR("\xFF\x00\x00\x00short")};

    (void)state;
    assert_int_equal(wx_msg_get_str(&in).len, 0);
    assert_true(in.is_bad);
    assert_false(wx_msg_get_end(&in));
    in = (struct wx_msg_in){.rest = WX_STR("\x01")};
    assert_false(wx_msg_get_end(&in)); /* bytes left over are as bad as missing ones */
}

static void channel__refuses_a_frame_past_the_ceiling(void **state)
{
    struct wx_channel *a, *b;
    enum wx_msg_type type;
    struct wx_msg_in in;

    (void)state;
    pair(&a, &b);
    assert_int_equal(write(wx_channel_fd(a), "\xFF\xFF\xFF\x7F\x20", 5), 5);
    assert_int_equal(wx_channel_next(b, &type, &in, NULL), WX_E_INVALID);
    wx_channel_free(a);
    wx_channel_free(b);
}

static void channel__tells_nothing_yet_from_gone(void **state)
{
    struct wx_channel *a, *b;
    enum wx_msg_type type;
    struct wx_msg_in in;

    (void)state;
    pair(&a, &b);
    assert_int_equal(wx_channel_next(b, &type, &in, NULL), WX_E_AGAIN);
    wx_channel_free(a);
    assert_int_equal(wx_channel_next(b, &type, &in, NULL), WX_E_CLOSED);
    wx_channel_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__arrives_field_by_field),
        cmocka_unit_test(message__that_claims_more_than_it_holds_is_bad),
        cmocka_unit_test(channel__refuses_a_frame_past_the_ceiling),
        cmocka_unit_test(channel__tells_nothing_yet_from_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
