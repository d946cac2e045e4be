/*
 * Two embeds that government pages carry, as they stand in markup or scripts: the
 * CONAC badge (党政机关/事业单位网站标识) and 我为政府网站找错 (jiucuo).
 *
 * Badge: <script
 * src=".../dcs.conac.cn/js/PP/CCC/TTTT/NNNNNNNN/CAPPCCCTTTTNNNNNNNNSSSS.js">, mostly
 * inside document.write(unescape("%3C...")). The file name repeats its path, which
 * gives a check on hand-made copies. Rendered pages hold a link to
 * bszs.conac.cn/sitename?method=show&id=<32 hex> around dcs.conac.cn/image/red.png
 * (party and government organs) or blue.png (institutions); red_error.png is CONAC's
 * way of saying that the badge does not belong here.
 */
#ifndef WX_DETECT_BADGE_H
#define WX_DETECT_BADGE_H

#include "wire/html.h"

enum wx_badge_state { /* the better one wins when several are met */
                      WX_BADGE_ABSENT,
                      WX_BADGE_COMMENTED, /* only inside a comment */
                      WX_BADGE_IMAGE,     /* a picture of the badge, no link */
                      WX_BADGE_LINK, /* link to bszs.conac.cn, but not CONAC's script */
                      WX_BADGE_OFFICIAL,
};

struct wx_badge {
    enum wx_badge_state state;
    bool has_error_image;
    bool is_red, is_blue; /* the picture's colour, where it is said */
    bool is_inconsistent; /* script name does not repeat its path */
    struct wx_str id;     /* of the link, or the script's name */
    struct wx_str script; /* path on dcs.conac.cn */
    uint32_t offset;      /* in the text it was last taken from */
};

struct wx_jiucuo {
    bool is_present;
    bool is_outdated; /* served from a host given up since */
    struct wx_str host;
    struct wx_str site_code; /* attribute or parameter; empty: not said */
    uint32_t offset;
};

/* Byte AT of the page stands inside <!-- -->. */
bool wx_badge_is_in_comment(const struct wx_html *html, size_t at);
const char *wx_badge_state_name(enum wx_badge_state state); /* "official", ... */
/*
 * Take in what TEXT shows; HTML, when given, is the scan of TEXT and tells comments and
 * pictures. Strings are copied into ARENA. Call for each text of a site.
 */
void wx_badge_read(struct wx_arena *arena, struct wx_str text,
                   const struct wx_html *html, struct wx_badge *badge);
void wx_jiucuo_read(struct wx_arena *arena, struct wx_str text,
                    const struct wx_html *html, struct wx_jiucuo *jiucuo);

#endif
