/*
 * All text for users, in Chinese and English, by key. The lists are catalogue/AREA.def,
 * rows of X(KEY, "中文", "English"); texts may hold printf conversions, the same ones
 * in both languages (a test compares them). Text of rules lives with the rules.
 */
#ifndef WX_BASE_CATALOGUE_H
#define WX_BASE_CATALOGUE_H

enum wx_lang { WX_ZH, WX_EN };

enum wx_text {
#define X(key, zh, en) WX_T_##key,
#include "catalogue/all.def"
#undef X
    WX_TEXT_COUNT
};

const char *wx_text(enum wx_lang lang, enum wx_text key);
/* Key as written in the list, "CLI_USAGE". */
const char *wx_text_key(enum wx_text key);

#endif
