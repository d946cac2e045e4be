/* Any bytes as a page: the signs of rewriting, folding, and the keyword reading. */
#include "detect/clone_sign.h"
#include "detect/hanzi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_pattern_set *set = wx_pattern_build(wx_pattern_builder_new());
    struct wx_rules rules = {.set = set};
    struct wx_clone_signs signs;
    struct wx_arena arena;

    wx_arena_init(&arena);
    wx_clone_signs_read(&rules, &arena, wx_html_scan(&arena, text), false, &signs);
    (void)wx_hanzi_plain(&arena, text);
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
    return 0;
}
