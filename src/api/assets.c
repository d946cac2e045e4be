#include "api/assets.h"

static int path_compare(struct wx_str a, const char *z)
{
    size_t n = strlen(z);
    int order = memcmp(a.ptr ? a.ptr : "", z, a.len < n ? a.len : n);

    if (order)
        return order;
    return a.len < n ? -1 : a.len > n;
}

const struct wx_asset *wx_asset_find(struct wx_str path)
{
    size_t low = 0, high = wx_n_assets;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = path_compare(path, wx_assets[mid].path);

        if (order == 0)
            return &wx_assets[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const struct wx_asset *wx_asset_for(struct wx_str path)
{
    const struct wx_asset *found = wx_asset_find(path);

    if (found)
        return found;
    for (size_t i = path.len; i > 0 && path.ptr[i - 1] != '/'; i--)
        if (path.ptr[i - 1] == '.')
            return NULL;
    return wx_asset_find(WX_STR("/index.html"));
}
