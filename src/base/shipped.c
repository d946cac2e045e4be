#include "base/shipped.h"

const struct wx_shipped *wx_shipped_find(struct wx_str name)
{
    for (size_t i = 0; i < wx_n_shipped_files; i++)
        if (wx_str_eqz(name, wx_shipped_files[i].name))
            return &wx_shipped_files[i];
    return NULL;
}
