#include "base/catalogue.h"

#include "base/err.h"

static const struct {
    const char *key, *zh, *en;
} texts[] = {
#define X(key, zh, en) {#key, zh, en},
#include "catalogue/all.def"
#undef X
};

const char *wx_text(enum wx_lang lang, enum wx_text key)
{
    if ((unsigned)key >= WX_TEXT_COUNT)
        WX_BUG("text key out of range");
    return lang == WX_ZH ? texts[key].zh : texts[key].en;
}

const char *wx_text_key(enum wx_text key)
{
    if ((unsigned)key >= WX_TEXT_COUNT)
        WX_BUG("text key out of range");
    return texts[key].key;
}
