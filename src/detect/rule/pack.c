#include "detect/rule/library.h"

void wx_pack_write(const struct wx_rules *rules, struct wx_buf *out)
{
    (void)rules;
    (void)out;
}

enum wx_status wx_pack_read(struct wx_library *lib, struct wx_str pack,
                            struct wx_err *err)
{
    (void)lib;
    (void)pack;
    return wx_fail(err, WX_E_UNSUPPORTED, "no rules are built in");
}

const unsigned char wx_builtin_pack[1] = {0};
const size_t wx_builtin_pack_bytes = 0;
