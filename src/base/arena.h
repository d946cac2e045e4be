/*
 * An arena: memory that is born together and dies together. One per job, per
 * page, per request; what is parsed there needs no free(). Small allocations that
 * fail abort (the machine is out of memory); sizes a stranger controls go through
 * struct wx_buf and its ceiling first, or through wx_arena_limit().
 */
#ifndef WX_BASE_ARENA_H
#define WX_BASE_ARENA_H

#include "base/str.h"
#include <stdarg.h>

struct wx_arena_block;
struct wx_arena {
    struct wx_arena_block *blocks; /* newest first */
    char *at, *end;
    size_t used_bytes; /* handed out since init or reset */
};

void wx_arena_init(struct wx_arena *arena);
/* Forget everything but keep the largest block for the next job (a page an arena). */
void wx_arena_reset(struct wx_arena *arena);
void wx_arena_clear(struct wx_arena *arena); /* give all memory back */

void *wx_arena_alloc_slow(struct wx_arena *arena, size_t size);
/* 16-aligned, not zeroed */
static inline void *wx_arena_alloc(struct wx_arena *arena, size_t size)
{
    size_t room = (size + 15) & ~(size_t)15;
    void *p = arena->at;

    if (size > SIZE_MAX / 4 || (size_t)(arena->end - arena->at) < room || !p)
        return wx_arena_alloc_slow(arena, size);
    arena->at += room;
    arena->used_bytes += room;
    return p;
}
void *wx_arena_zalloc(struct wx_arena *arena, size_t size);
/* Grow the array OLD of OLD_SIZE bytes to NEW_SIZE; in place when it is the newest. */
void *wx_arena_grow(struct wx_arena *arena, void *old, size_t old_size,
                    size_t new_size);

#define wx_arena_new(arena, type) ((type *)wx_arena_zalloc((arena), sizeof(type)))
#define wx_arena_array(arena, type, n)                                                 \
    ((type *)wx_arena_zalloc((arena), wx_size_mul((n), sizeof(type))))

/* n * size; aborts on overflow, so that a computed size is never small by wrap. */
size_t wx_size_mul(size_t n, size_t size);

struct wx_str wx_arena_str(struct wx_arena *arena, struct wx_str s); /* copy */
const char *wx_arena_z(struct wx_arena *arena, struct wx_str s);     /* copy + NUL */
struct wx_str wx_arena_printf(struct wx_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Heap memory that aborts when there is none; freed with free(). */
void *wx_alloc(size_t size); /* zeroed */
void *wx_realloc(void *old, size_t size);
char *wx_strdup(const char *z);
#define wx_new(type) ((type *)wx_alloc(sizeof(type)))

#endif
