/*
 * What nuclei writes with -jsonl (one object a line) or -json-export (an array): one
 * match each, with the template's information beside it.
 */
#include "convert/foreign.h"

static void read_info(struct wx_foreign *f, const json_t *info)
{
    const json_t *class = json_object_get(info, "classification");
    static const char *const lists[] = {"cwe-id", "cve-id"};
    const json_t *references = json_object_get(info, "reference");

    f->texts[WX_FOREIGN_TITLE] = wx_foreign_str(info, "name");
    f->texts[WX_FOREIGN_SEVERITY] =
        wx_foreign_severity(wx_foreign_str(info, "severity"));
    f->texts[WX_FOREIGN_DETAIL] = wx_foreign_str(info, "description");
    f->texts[WX_FOREIGN_FIX] = wx_foreign_str(info, "remediation");
    wx_foreign_refer(f, wx_foreign_str(info, "reference"));
    for (size_t i = 0; i < json_array_size(references); i++) {
        const json_t *v = json_array_get(references, i);

        wx_foreign_refer(f,
                         (struct wx_str){json_string_value(v), json_string_length(v)});
    }
    for (int k = 0; k < 2; k++) {
        const json_t *list = json_object_get(class, lists[k]);
        size_t n = json_is_string(list) ? 1 : json_array_size(list);

        for (size_t i = 0; i < n; i++) {
            const json_t *v = json_is_string(list) ? list : json_array_get(list, i);
            struct wx_str s = {json_string_value(v), json_string_length(v)};

            k == 0 ? wx_foreign_cwe(f, s) : wx_foreign_cve(f, s);
        }
    }
}

/* Extracted results, else the name of the matcher: what the match stands on. */
static struct wx_str evidence_of(struct wx_convert_child *child, const json_t *match)
{
    const json_t *list = json_object_get(match, "extracted-results");
    struct wx_str all = wx_foreign_str(match, "matcher-name");

    for (size_t i = 0; i < json_array_size(list) && i < 20; i++) {
        const json_t *v = json_array_get(list, i);
        struct wx_str s = {json_string_value(v), json_string_length(v)};

        all = wx_arena_printf(child->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(all),
                              all.len ? "\n" : "", WX_STR_ARG(wx_utf8_clip(s, 1000)));
    }
    return all;
}

static enum wx_status read_match(struct wx_convert_child *child, const json_t *match,
                                 struct wx_err *err)
{
    struct wx_foreign f = {0};
    struct wx_str id = wx_foreign_str(match, "template-id");
    struct wx_str matcher = wx_foreign_str(match, "matcher-name");

    read_info(&f, json_object_get(match, "info"));
    f.texts[WX_FOREIGN_TOOL] = WX_STR("nuclei");
    f.texts[WX_FOREIGN_RULE] =
        matcher.len ? wx_arena_printf(child->arena, WX_STR_FMT ":" WX_STR_FMT,
                                      WX_STR_ARG(id), WX_STR_ARG(matcher))
                    : id;
    f.texts[WX_FOREIGN_URL] = wx_foreign_str(match, "matched-at");
    if (!f.texts[WX_FOREIGN_URL].len)
        f.texts[WX_FOREIGN_URL] = wx_foreign_str(match, "url");
    if (!f.texts[WX_FOREIGN_URL].len)
        f.texts[WX_FOREIGN_URL] = wx_foreign_str(match, "host");
    f.texts[WX_FOREIGN_EVIDENCE] = evidence_of(child, match);
    f.texts[WX_FOREIGN_REQUEST] = wx_foreign_str(match, "request");
    f.texts[WX_FOREIGN_RESPONSE] = wx_foreign_str(match, "response");
    f.texts[WX_FOREIGN_FOUND_AT] = wx_foreign_str(match, "timestamp");
    return wx_foreign_send(child, &f, err);
}

static bool is_match(const json_t *match)
{
    return json_is_string(json_object_get(match, "template-id")) &&
           json_is_object(json_object_get(match, "info"));
}

static enum wx_status fail_not_nuclei(struct wx_convert_child *child,
                                      struct wx_err *err)
{
    return wx_fail(err, WX_E_INVALID, "%s",
                   wx_text(child->lang, WX_T_CONVERT_NOT_NUCLEI));
}

static enum wx_status read_array(struct wx_convert_child *child, struct wx_str bytes,
                                 struct wx_err *err)
{
    json_t *root = wx_foreign_load(child, bytes, err);
    enum wx_status st = root ? WX_OK : err ? err->status : WX_E_INVALID;

    for (size_t i = 0; !st && i < json_array_size(root); i++) {
        const json_t *match = json_array_get(root, i);

        st = is_match(match) ? read_match(child, match, err)
                             : fail_not_nuclei(child, err);
    }
    json_decref(root);
    return st;
}

/* A line that was cut (the tool was stopped) costs that line; the first one says
 * whether this is such a file at all. */
static enum wx_status read_lines(struct wx_convert_child *child, struct wx_str bytes,
                                 struct wx_err *err)
{
    struct wx_str rest = bytes;
    enum wx_status st = WX_OK;
    bool is_known = false;

    while (rest.len && !st) {
        struct wx_str line = wx_str_trim(wx_str_cut(&rest, '\n'));
        json_t *match;

        if (!line.len)
            continue;
        match = json_loadb(line.ptr, line.len, 0, NULL);
        if (is_match(match)) {
            is_known = true;
            st = read_match(child, match, err);
        } else if (!is_known) {
            st = fail_not_nuclei(child, err);
        } else {
            child->n_left_out++;
        }
        json_decref(match);
    }
    return st;
}

enum wx_status wx_convert_nuclei(struct wx_convert_child *child, struct wx_str bytes,
                                 struct wx_err *err)
{
    enum wx_status st;

    if (wx_str_starts(bytes, "\xEF\xBB\xBF"))
        bytes = wx_str_sub(bytes, 3, bytes.len);
    bytes = wx_str_trim(bytes);
    st = wx_str_starts(bytes, "[") ? read_array(child, bytes, err)
                                   : read_lines(child, bytes, err);
    if (!st)
        wx_foreign_end(child, WX_STR("nuclei"));
    return st;
}
