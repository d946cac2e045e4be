#include "detect/soft404.h"

#include "base/hash.h"
#include <stdlib.h>

enum {
    MAX_ECHO_BYTES = 256, /* a longer path is not looked for in the text */
    MIN_LEAF_BYTES = 4,   /* a shorter last segment is an ordinary word */
};

/* What of the address a page may repeat in its text. */
struct echo {
    struct wx_str path, leaf;
};

static struct echo echo_of(const struct wx_page *page)
{
    struct echo echo = {.path = page->url.path};
    size_t slash = 0;

    if (echo.path.len < 2 || echo.path.len > MAX_ECHO_BYTES)
        return (struct echo){{NULL, 0}, {NULL, 0}};
    for (size_t i = 0; i < echo.path.len; i++)
        if (echo.path.ptr[i] == '/')
            slash = i + 1;
    echo.leaf = wx_str_sub(echo.path, slash, echo.path.len);
    if (echo.leaf.len < MIN_LEAF_BYTES)
        echo.leaf.len = 0;
    return echo;
}

static size_t echo_at(const struct echo *echo, struct wx_str text, size_t at)
{
    const struct wx_str forms[] = {echo->path, echo->leaf};

    for (size_t i = 0; i < 2; i++)
        if (forms[i].len && forms[i].ptr[0] == text.ptr[at] &&
            text.len - at >= forms[i].len &&
            memcmp(text.ptr + at, forms[i].ptr, forms[i].len) == 0)
            return forms[i].len;
    return 0;
}

/* FNV-1a over the letters of TEXT; 0 when nothing is left. */
static uint64_t block_hash(const struct echo *echo, struct wx_str text)
{
    uint64_t h = 0xcbf29ce484222325u;
    bool has_letter = false;

    for (size_t i = 0; i < text.len;) {
        unsigned char c = (unsigned char)text.ptr[i];
        size_t skip = echo_at(echo, text, i);

        if (skip) {
            i += skip;
            continue;
        }
        i++;
        if (wx_is_space(c) || (c >= '0' && c <= '9'))
            continue;
        h = (h ^ c) * 0x100000001b3u;
        has_letter = true;
    }
    return has_letter ? h : 0;
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void sketch_add(struct wx_sketch *sketch, uint64_t hash)
{
    if (hash && sketch->n_hashes < WX_MAX_SKETCH_HASHES)
        sketch->hashes[sketch->n_hashes++] = hash;
}

static void sketch_sort(struct wx_sketch *sketch)
{
    uint32_t n = 0;

    qsort(sketch->hashes, sketch->n_hashes, sizeof *sketch->hashes, compare_hashes);
    for (uint32_t i = 0; i < sketch->n_hashes; i++)
        if (!n || sketch->hashes[n - 1] != sketch->hashes[i])
            sketch->hashes[n++] = sketch->hashes[i];
    sketch->n_hashes = n;
}

void wx_sketch_make(struct wx_sketch *sketch, struct wx_arena *arena,
                    const struct wx_page *page)
{
    struct echo echo = echo_of(page);
    struct wx_str rest = page->decoded.text;

    *sketch =
        (struct wx_sketch){.whole = wx_hash64(page->bytes), .n_bytes = page->bytes.len};
    sketch->hashes = wx_arena_array(arena, uint64_t, WX_MAX_SKETCH_HASHES);
    if (page->html) {
        sketch_add(sketch, block_hash(&echo, page->html->title));
        for (size_t i = 0;
             i < page->html->n_blocks && sketch->n_hashes < WX_MAX_SKETCH_HASHES; i++)
            sketch_add(sketch, block_hash(&echo, page->html->blocks[i].text));
    }
    /* a text answer, or a page without text: its lines stand for blocks */
    if (!sketch->n_hashes)
        while (rest.len && sketch->n_hashes < WX_MAX_SKETCH_HASHES)
            sketch_add(sketch, block_hash(&echo, wx_str_cut(&rest, '\n')));
    sketch_sort(sketch);
}

int wx_sketch_likeness(const struct wx_sketch *a, const struct wx_sketch *b)
{
    uint32_t i = 0, k = 0, n_common = 0;

    if (a->n_bytes == b->n_bytes && a->whole == b->whole)
        return 100;
    while (i < a->n_hashes && k < b->n_hashes) {
        if (a->hashes[i] == b->hashes[k]) {
            n_common++;
            i++;
            k++;
        } else if (a->hashes[i] < b->hashes[k]) {
            i++;
        } else {
            k++;
        }
    }
    if (!n_common)
        return 0;
    return (int)(n_common * 100 / (a->n_hashes + b->n_hashes - n_common));
}

static struct wx_str without_query(struct wx_str url)
{
    size_t at = wx_str_chr(url, '?');

    if (at != WX_NPOS)
        url.len = at;
    at = wx_str_chr(url, '#');
    if (at != WX_NPOS)
        url.len = at;
    return url;
}

static bool is_redirected(const struct wx_page *page)
{
    return page->fetch->n_hops > 1 && !wx_str_eq(without_query(page->fetch->url),
                                                 without_query(page->fetch->final_url));
}

/* The sketch of PAGE, its hashes moved to ARENA. */
static struct wx_sketch sketch_keep(struct wx_arena *arena, const struct wx_page *page)
{
    struct wx_sketch sketch;
    uint64_t *hashes;

    wx_sketch_make(&sketch, page->arena, page);
    hashes = wx_arena_array(arena, uint64_t, sketch.n_hashes + 1);
    if (sketch.n_hashes)
        memcpy(hashes, sketch.hashes, sketch.n_hashes * sizeof *hashes);
    sketch.hashes = hashes;
    return sketch;
}

void wx_soft404_learn_home(struct wx_soft404 *soft, struct wx_arena *arena,
                           const struct wx_page *page)
{
    soft->has_home = true;
    soft->home = sketch_keep(arena, page);
}

bool wx_soft404_is_one_page(const struct wx_soft404 *soft)
{
    for (size_t i = 0; soft->has_home && i < soft->n_answers; i++)
        if (soft->answers[i].status == 200 && !soft->answers[i].is_redirected &&
            wx_sketch_likeness(&soft->answers[i].sketch, &soft->home) >=
                WX_SOFT404_LIKENESS)
            return true;
    return false;
}

void wx_soft404_learn(struct wx_soft404 *soft, struct wx_arena *arena,
                      const struct wx_page *page)
{
    struct wx_soft404_answer *answer;

    if (page->fetch->status == 200)
        soft->is_soft = true;
    if (soft->n_answers == WX_MAX_SOFT404_ANSWERS)
        return;
    answer = &soft->answers[soft->n_answers++];
    answer->status = page->fetch->status;
    answer->is_redirected = is_redirected(page);
    answer->final_url = wx_arena_str(arena, without_query(page->fetch->final_url));
    if (answer->status >= 300 && answer->status < 400 && page->fetch->n_hops) {
        /* impossible paths are asked for without following; pages are followed */
        const struct wx_hop *last = &page->fetch->hops[page->fetch->n_hops - 1];

        answer->is_redirected = true;
        answer->final_url = wx_arena_str(arena, without_query(last->location));
        soft->is_soft = true;
    }
    answer->sketch = sketch_keep(arena, page);
}

static bool is_start_page(const struct wx_page *page)
{
    struct wx_str path = page->url.path;

    return page->fetch->purpose == WX_FOR_HOME ||
           (!is_redirected(page) && (path.len == 0 || wx_str_eqz(path, "/")));
}

bool wx_soft404_matches(const struct wx_soft404 *soft, const struct wx_page *page)
{
    struct wx_sketch sketch;
    bool is_made = false;

    if (!soft->n_answers || is_start_page(page))
        return false;
    for (size_t i = 0; i < soft->n_answers; i++) {
        const struct wx_soft404_answer *answer = &soft->answers[i];

        if (answer->is_redirected) {
            if (is_redirected(page) &&
                wx_str_eq(answer->final_url, without_query(page->fetch->final_url)))
                return true;
            continue;
        }
        if (!is_made)
            wx_sketch_make(&sketch, page->arena, page);
        is_made = true;
        if (wx_sketch_likeness(&answer->sketch, &sketch) >= WX_SOFT404_LIKENESS)
            return true;
    }
    return false;
}
