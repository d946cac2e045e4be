/* Numbers of persons and names in any bytes, and the embeds of a footer. */
#include "detect/badge.h"
#include "detect/personal_data.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_personal_number number;
    struct wx_jiucuo jiucuo = {0};
    struct wx_badge badge = {0};
    struct wx_arena arena;
    size_t pos = 0;

    while (wx_personal_next(text, &pos, 2026, &number)) {
        if (number.end > size || number.offset >= number.end || pos > size)
            abort();
        (void)wx_person_name_ends(wx_str_sub(text, 0, number.offset));
    }
    (void)wx_person_name_is(text);
    wx_arena_init(&arena);
    wx_badge_read(&arena, text, wx_html_scan(&arena, text), &badge);
    wx_badge_read(&arena, text, NULL, &badge);
    wx_jiucuo_read(&arena, text, NULL, &jiucuo);
    wx_arena_clear(&arena);
    return 0;
}
