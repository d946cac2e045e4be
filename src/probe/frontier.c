#include "probe/frontier.h"

#include "base/arena.h"
#include "base/limits.h"
#include <stdlib.h>

struct wx_source {
    uint32_t n_refs;
    size_t len;
    char url[];
};

struct wx_source *wx_source_new(struct wx_str url)
{
    struct wx_source *source = wx_alloc(sizeof *source + url.len);

    source->n_refs = 1;
    source->len = url.len;
    if (url.len)
        memcpy(source->url, url.ptr, url.len);
    return source;
}

void wx_source_drop(struct wx_source *source)
{
    if (source && --source->n_refs == 0)
        free(source);
}

struct wx_str wx_source_url(const struct wx_source *source)
{
    return source ? (struct wx_str){source->url, source->len}
                  : (struct wx_str){NULL, 0};
}

void wx_frontier_init(struct wx_frontier *f)
{
    *f = (struct wx_frontier){0};
    f->tail = &f->head;
}

void wx_frontier_clear(struct wx_frontier *f)
{
    struct wx_frontier_entry *entry;

    while ((entry = wx_frontier_pop(f)))
        wx_frontier_drop(entry);
    free(f->seen);
    wx_frontier_init(f);
}

static bool seen_put(uint64_t *slots, size_t n_slots, uint64_t hash)
{
    size_t at = hash & (n_slots - 1);

    while (slots[at]) {
        if (slots[at] == hash)
            return false;
        at = (at + 1) & (n_slots - 1);
    }
    slots[at] = hash;
    return true;
}

static void seen_grow(struct wx_frontier *f)
{
    size_t n_slots = f->n_slots ? f->n_slots * 2 : 256;
    uint64_t *slots = wx_alloc(n_slots * sizeof *slots);

    for (size_t i = 0; i < f->n_slots; i++)
        if (f->seen[i])
            seen_put(slots, n_slots, f->seen[i]);
    free(f->seen);
    f->seen = slots;
    f->n_slots = n_slots;
}

bool wx_frontier_see(struct wx_frontier *f, struct wx_str canonical)
{
    uint64_t hash = wx_hash64(canonical);

    if (f->n_seen >= WX_MAX_SITE_URLS) {
        f->n_dropped++;
        return false;
    }
    if (f->n_seen * 4 >= f->n_slots * 3)
        seen_grow(f);
    if (!seen_put(f->seen, f->n_slots, hash ? hash : 1))
        return false;
    f->n_seen++;
    return true;
}

bool wx_frontier_push(struct wx_frontier *f, struct wx_str url, enum wx_purpose purpose,
                      uint16_t depth, struct wx_source *source)
{
    struct wx_frontier_entry *entry;

    if (f->n_waiting >= WX_MAX_SITE_QUEUE) {
        f->n_dropped++;
        return false;
    }
    entry = wx_alloc(sizeof *entry + url.len + 1);
    entry->purpose = purpose;
    entry->depth = depth;
    entry->source = source;
    if (source)
        source->n_refs++;
    entry->len = url.len;
    memcpy(entry->url, url.ptr, url.len);
    *f->tail = entry;
    f->tail = &entry->next;
    f->n_waiting++;
    return true;
}

struct wx_frontier_entry *wx_frontier_pop(struct wx_frontier *f)
{
    struct wx_frontier_entry *entry = f->head;

    if (!entry)
        return NULL;
    f->head = entry->next;
    if (!f->head)
        f->tail = &f->head;
    f->n_waiting--;
    entry->next = NULL;
    return entry;
}

void wx_frontier_drop(struct wx_frontier_entry *entry)
{
    if (!entry)
        return;
    wx_source_drop(entry->source);
    free(entry);
}
