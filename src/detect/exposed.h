/* The paths of the exposed-file rules, shared between who asks and who judges. */
#ifndef WX_DETECT_EXPOSED_H
#define WX_DETECT_EXPOSED_H

#include "detect/detect.h"

/*
 * The path to ask for at HOST: "{host}" becomes the host name ("/{host}.zip" is
 * "/www.a.gov.cn.zip"), so that backups named after the site are found. Other text is
 * kept. Lives in ARENA, or is the rule's own text.
 */
struct wx_str wx_exposed_path(struct wx_arena *arena, const struct wx_rule_path *path,
                              struct wx_str host);

#endif
