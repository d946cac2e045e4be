/* Input: a path, a line feed, and robots.txt. */
#include "wire/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size}, path;
    struct wx_arena arena;
    struct wx_robots *robots;
    const struct wx_str *urls;

    wx_arena_init(&arena);
    path = wx_str_cut(&text, '\n');
    robots = wx_robots_parse(&arena, text, WX_STR("Wangxun"));
    (void)wx_robots_allows(robots, path);
    (void)wx_robots_crawl_delay_ms(robots);
    (void)wx_robots_sitemaps(robots, &urls);
    wx_arena_clear(&arena);
    return 0;
}
