/* A permit's file: whatever is accepted reads back as the same permit. */
#include "permit/permit.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str json = {(const char *)data, size};
    struct wx_buf first = WX_BUF_INIT(1 << 20), second = WX_BUF_INIT(1 << 20);
    struct wx_permit *permit = NULL, *back = NULL;
    unsigned char address[16] = {0};

    if (wx_permit_parse(json, "fuzz", &permit, NULL) == WX_OK) {
        wx_permit_format(permit, &first);
        if (wx_permit_parse(wx_buf_str(&first), "back", &back, NULL) != WX_OK)
            abort();
        wx_permit_format(back, &second);
        if (!wx_str_eq(wx_buf_str(&first), wx_buf_str(&second)))
            abort();
        if (size)
            memcpy(address, data, size < 16 ? size : 16);
        (void)!wx_permit_check_address(permit, address, 16, 80, NULL);
        (void)!wx_permit_check_host(permit, wx_str_sub(json, size / 2, size), 80, 0,
                                    NULL);
    }
    wx_permit_free(permit);
    wx_permit_free(back);
    wx_buf_clear(&first);
    wx_buf_clear(&second);
    return 0;
}
