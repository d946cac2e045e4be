#include "probe/trap.h"

#include "base/hash.h"
#include <stdlib.h>
#include <time.h>

enum {
    SHAPES_MAX = 20000,
    PATH_SEGMENTS_MAX = 20,
    REPEATS_MAX = 3, /* the same segment in one path */
    QUERY_NAMES_MAX = 10,
    CALENDAR_MAX = 36, /* three years of months: no archive needs more to be judged */
    QUERY_MAX = 500,   /* one path, one set of parameter names */
    PATH_QUERY_MAX = 1500, /* one path, any parameters */
    SAME_MIN = 20,         /* pages of one shape whose text was already known ... */
    SAME_TENTHS = 9, /* ... before the shape is closed, if they are so many of it */
};

struct wx_trap_shape {
    uint64_t key; /* 0: empty */
    uint32_t n_asked, n_told, n_same;
    bool is_closed;
};

struct reading { /* what one address looks like */
    uint64_t shape, path_only;
    unsigned n_segments, n_names, n_repeats;
    bool has_date, is_far_date, has_identifier, has_query;
};

static const char *const trap_names[WX_TRAP_COUNT] = {"none",       "calendar", "query",
                                                      "identifier", "repeat",   "same"};

const char *wx_trap_name(enum wx_trap trap)
{
    return (unsigned)trap < WX_TRAP_COUNT ? trap_names[trap] : "none";
}

void wx_traps_init(struct wx_traps *traps, int64_t now_s)
{
    time_t t = (time_t)now_s;
    struct tm tm;

    *traps = (struct wx_traps){0};
    gmtime_r(&t, &tm);
    traps->year_now = tm.tm_year + 1900;
}

void wx_traps_clear(struct wx_traps *traps)
{
    free(traps->shapes);
    free(traps->texts);
    *traps = (struct wx_traps){.year_now = traps->year_now};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Long, of letters and digits mixed or of hex only: a name nobody typed. */
static bool is_identifier(struct wx_str s)
{
    size_t n_digits = 0, n_letters = 0;

    if (s.len < 16)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = wx_lower((unsigned char)s.ptr[i]);

        if (is_digit((char)c))
            n_digits++;
        else if (c >= 'a' && c <= 'z')
            n_letters++;
        else if (c != '-' && c != '_' && c != '(' && c != ')')
            return false;
    }
    return n_digits >= 4 && n_letters >= 4;
}

/* Fold digits of S into N while hashing. */
static uint64_t shape_hash(struct wx_str s)
{
    char folded[256];
    size_t n = 0;

    for (size_t i = 0; i < s.len && n < sizeof folded;) {
        if (is_digit(s.ptr[i])) {
            folded[n++] = 'N';
            while (i < s.len && is_digit(s.ptr[i]))
                i++;
        } else {
            folded[n++] = s.ptr[i++];
        }
    }
    return wx_hash64((struct wx_str){folded, n});
}

static bool has_digit(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_digit(s.ptr[i]))
            return true;
    return false;
}

/* "2026", "202603", "2026-03-01": a year so far off that nobody published in it. */
static bool is_far_year(const struct wx_traps *traps, struct wx_str value)
{
    int year = 0;

    if (value.len < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        if (!is_digit(value.ptr[i]))
            return false;
        year = year * 10 + (value.ptr[i] - '0');
    }
    return year >= 1000 && (year < 1970 || year > traps->year_now + 2);
}

/*
 * Only a path that calls itself a calendar is read as one: numbers in other paths are
 * columns and articles, and 2210 is a good name for a column.
 */
static bool is_calendar_segment(struct wx_str segment)
{
    static const char *const words[] = {"calendar", "rili", "schedule"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_ifindz(segment, words[i]) != WX_NPOS)
            return true;
    return wx_str_ieqz(segment, "cal");
}

static void read_path(struct wx_str path, struct reading *r)
{
    uint64_t recent[PATH_SEGMENTS_MAX];

    while (path.len) {
        struct wx_str segment = wx_str_cut(&path, '/');
        uint64_t hash;
        unsigned n_equal = 0;

        if (!segment.len)
            continue;
        if (is_identifier(segment)) {
            r->has_identifier = true;
            hash = 1;
        } else {
            hash = shape_hash(segment);
            r->has_date |= is_calendar_segment(segment);
        }
        r->shape = r->shape * 31 + hash;
        if (r->n_segments < PATH_SEGMENTS_MAX) {
            uint64_t exact = wx_hash64(segment);

            for (unsigned i = 0; i < r->n_segments; i++)
                n_equal += recent[i] == exact;
            recent[r->n_segments] = exact;
        }
        if (n_equal > r->n_repeats)
            r->n_repeats = n_equal;
        r->n_segments++;
    }
    r->path_only = r->shape;
}

static bool is_calendar_name(struct wx_str name)
{
    static const char *const names[] = {"month", "year", "date", "day",  "week",
                                        "cal",   "ym",   "from", "start"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wx_str_ieqz(name, names[i]))
            return true;
    return false;
}

static void read_query(const struct wx_traps *traps, struct wx_str query,
                       struct reading *r)
{
    uint64_t names = 0;

    while (query.len) {
        struct wx_str value = wx_str_cut(&query, '&');
        struct wx_str name = wx_str_cut(&value, '=');

        if (!name.len)
            continue;
        r->has_query = true;
        r->n_names++;
        names += wx_hash64(name); /* a sum: order does not matter */
        if (is_calendar_name(name) && has_digit(value)) {
            r->has_date = true;
            r->is_far_date |= is_far_year(traps, value);
        }
    }
    r->shape = r->shape * 31 + names;
}

/* The slot of KEY; there is room, shapes_reserve() has seen to it. */
static struct wx_trap_shape *find_shape(struct wx_traps *traps, uint64_t key)
{
    size_t at;

    key = key ? key : 1;
    at = key & (traps->n_slots - 1);
    while (traps->shapes[at].key && traps->shapes[at].key != key)
        at = (at + 1) & (traps->n_slots - 1);
    if (!traps->shapes[at].key) {
        traps->shapes[at].key = key;
        traps->n_shapes++;
    }
    return &traps->shapes[at];
}

/* Room for two more shapes. False: the site has more shapes than any real one. */
static bool shapes_reserve(struct wx_traps *traps)
{
    struct wx_traps bigger = *traps;

    if ((traps->n_shapes + 2) * 2 < traps->n_slots)
        return true;
    if (traps->n_shapes >= SHAPES_MAX)
        return false;
    bigger.n_slots = traps->n_slots ? traps->n_slots * 2 : 128;
    bigger.n_shapes = 0;
    bigger.shapes = wx_alloc(bigger.n_slots * sizeof *bigger.shapes);
    for (size_t i = 0; i < traps->n_slots; i++)
        if (traps->shapes[i].key)
            *find_shape(&bigger, traps->shapes[i].key) = traps->shapes[i];
    free(traps->shapes);
    *traps = bigger;
    return true;
}

static struct reading read_url(const struct wx_traps *traps, const struct wx_url *url)
{
    struct reading r = {0};

    read_path(url->path, &r);
    if (url->has_query)
        read_query(traps, url->query, &r);
    return r;
}

static enum wx_trap judge_shape(struct wx_traps *traps, const struct reading *r)
{
    struct wx_trap_shape *shape, *path;

    if (!shapes_reserve(traps))
        return WX_TRAP_QUERY;
    shape = find_shape(traps, r->shape);
    path = find_shape(traps, ~r->path_only);
    if (shape->is_closed)
        return r->has_identifier ? WX_TRAP_IDENTIFIER : WX_TRAP_SAME;
    shape->n_asked++;
    path->n_asked++;
    if (r->has_date && shape->n_asked > CALENDAR_MAX)
        return WX_TRAP_CALENDAR;
    if (r->has_query && (shape->n_asked > QUERY_MAX || path->n_asked > PATH_QUERY_MAX))
        return WX_TRAP_QUERY;
    return WX_TRAP_NONE;
}

enum wx_trap wx_traps_ask(struct wx_traps *traps, const struct wx_url *url)
{
    struct reading r = read_url(traps, url);
    enum wx_trap trap;

    if (r.n_segments > PATH_SEGMENTS_MAX || r.n_repeats >= REPEATS_MAX)
        trap = WX_TRAP_REPEAT;
    else if (r.is_far_date)
        trap = WX_TRAP_CALENDAR;
    else if (r.n_names > QUERY_NAMES_MAX)
        trap = WX_TRAP_QUERY;
    else
        trap = judge_shape(traps, &r);
    traps->n_refused[trap]++;
    return trap;
}

/* True when HASH was known before; it is now. */
static bool text_is_known(struct wx_traps *traps, uint64_t hash)
{
    uint64_t *old = traps->texts;
    size_t n_old = traps->n_text_slots, at;

    if (traps->n_texts * 2 >= traps->n_text_slots) {
        traps->n_text_slots = n_old ? n_old * 2 : 256;
        traps->texts = wx_alloc(traps->n_text_slots * sizeof *traps->texts);
        traps->n_texts = 0;
        for (size_t i = 0; i < n_old; i++)
            if (old[i])
                (void)text_is_known(traps, old[i]);
        free(old);
    }
    hash = hash ? hash : 1;
    at = hash & (traps->n_text_slots - 1);
    while (traps->texts[at] && traps->texts[at] != hash)
        at = (at + 1) & (traps->n_text_slots - 1);
    if (traps->texts[at])
        return true;
    traps->texts[at] = hash;
    traps->n_texts++;
    return false;
}

void wx_traps_tell(struct wx_traps *traps, const struct wx_url *url, uint64_t text_hash)
{
    struct reading r = read_url(traps, url);
    struct wx_trap_shape *shape;

    if (!shapes_reserve(traps))
        return;
    shape = find_shape(traps, r.shape);
    shape->n_told++;
    shape->n_same += text_is_known(traps, text_hash);
    if (shape->n_same >= SAME_MIN && shape->n_same * 10 >= shape->n_told * SAME_TENTHS)
        shape->is_closed = true;
}
