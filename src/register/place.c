#include "register/place.h"

#include "base/arena.h"
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>

struct wx_places {
    MMDB_s db;
};

enum wx_status wx_places_open(const char *path, struct wx_places **out,
                              struct wx_err *err)
{
    struct wx_places *places = wx_new(struct wx_places);
    int code = MMDB_open(path, MMDB_MODE_MMAP, &places->db);

    *out = NULL;
    if (code == MMDB_SUCCESS) {
        *out = places;
        return WX_OK;
    }
    free(places);
    return wx_fail(err, code == MMDB_FILE_OPEN_ERROR ? WX_E_NOT_FOUND : WX_E_INVALID,
                   "IP database '%s': %s", path, MMDB_strerror(code));
}

void wx_places_close(struct wx_places *places)
{
    if (!places)
        return;
    MMDB_close(&places->db);
    free(places);
}

static bool take_code(MMDB_entry_s *entry, const char *const *path, char country[3])
{
    MMDB_entry_data_s data;

    if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size != 2)
        return false;
    country[0] = data.utf8_string[0];
    country[1] = data.utf8_string[1];
    country[2] = '\0';
    return true;
}

bool wx_places_country(const struct wx_places *places, struct wx_str address,
                       char country[3])
{
    static const char *const flat[] = {"country_code", NULL};
    static const char *const nested[] = {"country", "iso_code", NULL};
    MMDB_lookup_result_s found;
    char text[64];
    int gai = 0, code = 0;

    if (!places || address.len == 0 || address.len >= sizeof text)
        return false;
    if (wx_str_starts(address, "[") && wx_str_ends(address, "]"))
        address = wx_str_sub(address, 1, address.len - 1);
    snprintf(text, sizeof text, "%.*s", WX_STR_ARG(address));
    found = MMDB_lookup_string(&places->db, text, &gai, &code);
    if (gai || code != MMDB_SUCCESS || !found.found_entry)
        return false;
    return take_code(&found.entry, flat, country) ||
           take_code(&found.entry, nested, country);
}
