#include "base/arena.h"

#include "base/err.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct wx_arena_block {
    struct wx_arena_block *next;
    size_t size; /* bytes behind this header */
};

enum { BLOCK_MIN = 16 << 10, HEADER = 32 };
_Static_assert(sizeof(struct wx_arena_block) <= HEADER,
               "block header outgrew its place");

static void block_use(struct wx_arena *arena, struct wx_arena_block *block)
{
    arena->blocks = block;
    arena->at = (char *)block + HEADER;
    arena->end = arena->at + block->size;
}

void wx_arena_init(struct wx_arena *arena)
{
    *arena = (struct wx_arena){0};
}

void wx_arena_clear(struct wx_arena *arena)
{
    struct wx_arena_block *block = arena->blocks;

    while (block) {
        struct wx_arena_block *next = block->next;

        free(block);
        block = next;
    }
    wx_arena_init(arena);
}

void wx_arena_reset(struct wx_arena *arena)
{
    struct wx_arena_block *keep = arena->blocks, *block;

    for (block = arena->blocks; block; block = block->next)
        if (block->size > keep->size)
            keep = block;
    if (!keep)
        return;
    block = arena->blocks;
    while (block) {
        struct wx_arena_block *next = block->next;

        if (block != keep)
            free(block);
        block = next;
    }
    keep->next = NULL;
    arena->used_bytes = 0;
    block_use(arena, keep);
}

static void arena_more(struct wx_arena *arena, size_t size)
{
    size_t want = arena->blocks ? arena->blocks->size * 2 : BLOCK_MIN;
    struct wx_arena_block *block;

    if (want > (8u << 20))
        want = 8u << 20;
    if (want < size)
        want = size;
    block = malloc(HEADER + want);
    if (!block)
        WX_BUG("out of memory");
    block->next = arena->blocks;
    block->size = want;
    block_use(arena, block);
}

void *wx_arena_alloc_slow(struct wx_arena *arena, size_t size)
{
    void *p;

    if (size > SIZE_MAX / 4)
        WX_BUG("arena allocation is absurd");
    size = (size + 15) & ~(size_t)15;
    if (!arena->at || (size_t)(arena->end - arena->at) < size)
        arena_more(arena, size);
    p = arena->at;
    arena->at += size;
    arena->used_bytes += size;
    return p;
}

void *wx_arena_zalloc(struct wx_arena *arena, size_t size)
{
    return memset(wx_arena_alloc(arena, size), 0, size);
}

void *wx_arena_grow(struct wx_arena *arena, void *old, size_t old_size, size_t new_size)
{
    size_t old_room = (old_size + 15) & ~(size_t)15;
    size_t new_room = (new_size + 15) & ~(size_t)15;
    void *p;

    if (old && (char *)old + old_room == arena->at &&
        (size_t)(arena->end - (char *)old) >= new_room) {
        arena->at = (char *)old + new_room;
        arena->used_bytes += new_room - old_room;
        return old;
    }
    p = wx_arena_alloc(arena, new_size);
    if (old_size)
        memcpy(p, old, old_size);
    return p;
}

size_t wx_size_mul(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 8 / size)
        WX_BUG("size computation overflows");
    return n * size;
}

struct wx_str wx_arena_str(struct wx_arena *arena, struct wx_str s)
{
    char *p;

    if (!s.len) /* most cells of most registers */
        return (struct wx_str){"", 0};
    p = wx_arena_alloc(arena, s.len + 1);
    memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return (struct wx_str){p, s.len};
}

const char *wx_arena_z(struct wx_arena *arena, struct wx_str s)
{
    return wx_arena_str(arena, s).ptr;
}

struct wx_str wx_arena_printf(struct wx_arena *arena, const char *fmt, ...)
{
    va_list ap, again;
    int n;
    char *p;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        WX_BUG("format");
    p = wx_arena_alloc(arena, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct wx_str){p, (size_t)n};
}

void *wx_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);

    if (!p)
        WX_BUG("out of memory");
    return p;
}

void *wx_realloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);

    if (!p)
        WX_BUG("out of memory");
    return p;
}

char *wx_strdup(const char *z)
{
    size_t n = strlen(z) + 1;

    return memcpy(wx_alloc(n), z, n);
}
