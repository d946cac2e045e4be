/* Any bytes are a script; what comes out is bounded and readable. */
#include "base/limits.h"
#include "wire/script.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t sum;

static void touch(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        sum += (unsigned char)s.ptr[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str code = {(const char *)data, size};
    struct wx_script_facts *facts;
    struct wx_arena arena;

    wx_arena_init(&arena);
    facts = wx_script_read(&arena, code);
    for (size_t i = 0; i < facts->n_writes; i++) {
        touch(facts->writes[i].html);
        if (facts->writes[i].offset > size)
            abort();
    }
    for (size_t i = 0; i < facts->n_redirects; i++)
        touch(facts->redirects[i].target);
    for (size_t i = 0; i < facts->n_hidden_ids; i++)
        touch(facts->hidden_ids[i]);
    for (size_t i = 0; i < facts->n_urls; i++)
        touch(facts->urls[i]);
    touch(facts->decoded);
    if (arena.used_bytes > size * 512 + (8u << 20))
        abort(); /* memory grows with the script, not with what it asks for */
    wx_arena_clear(&arena);
    return 0;
}
