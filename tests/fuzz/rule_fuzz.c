/* Rule and keyword files, and the built-in pack, out of any bytes. */
#include "detect/rule/library.h"

#include "detect/rule/sample.h"

static struct wx_library library_new(void)
{
    struct wx_library lib = {.with_samples = true, .dir = "."};

    lib.rules = wx_new(struct wx_rules);
    wx_arena_init(&lib.rules->arena);
    lib.rules->rules = wx_arena_array(&lib.rules->arena, struct wx_rule, 1);
    lib.builder = wx_pattern_builder_new();
    lib.proof_builder = wx_pattern_builder_new();
    return lib;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_library lib = library_new();
    struct wx_err err = {0};
    enum wx_status st;

    if (wx_str_starts(text, "WXRULES1"))
        st = wx_pack_read(&lib, text, &err);
    else if (wx_str_starts(text, "class"))
        st = wx_keyword_file_read(&lib, "fuzz.yaml", text, &err);
    else
        st = wx_rule_file_read(&lib, "fuzz.yaml", WX_STR("fuzz"), text, &err);
    if (!st != !err.text[0]) /* an error has words, success has none */
        __builtin_trap();
    wx_pattern_builder_free(lib.builder);
    wx_pattern_builder_free(lib.proof_builder);
    wx_rules_free(lib.rules);
    return 0;
}
