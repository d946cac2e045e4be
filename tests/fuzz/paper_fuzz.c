/* Papers out of any template and any facts: a line with the kind, the template up to a
 * line "=", then the facts as JSON. Empty template: the one built in. What was made
 * runs nothing in a browser, and every form of it is made or refused with a reason. */
#include "document/docx.h"
#include "document/frozen.h"
#include "document/kinds.h"
#include "document/page.h"
#include "document/sheet.h"

enum { MAX_BYTES = 32 << 20 };

static void needs_reason(enum wx_status status, const struct wx_err *err)
{
    if (status && !err->text[0])
        __builtin_trap();
}

/* Text of a fact or template stands escaped; the page's own markup has none of these.
 */
static void is_inert(struct wx_str page)
{
    static const char *const active[] = {"<script", "<img",    "<iframe", "<a ",
                                         "<link",   "<object", "<form"};

    for (size_t i = 0; i < sizeof active / sizeof *active; i++)
        if (wx_str_findz(page, active[i]) != WX_NPOS)
            __builtin_trap();
}

static void give_form(const struct wx_paper *paper)
{
    struct wx_buf docx = WX_BUF_INIT(MAX_BYTES), page = WX_BUF_INIT(MAX_BYTES),
                  xlsx = WX_BUF_INIT(MAX_BYTES), text = WX_BUF_INIT(MAX_BYTES);
    struct wx_err err = {0};
    struct wx_str style;

    needs_reason(wx_paper_docx(paper, &docx, &err), &err);
    needs_reason(wx_paper_xlsx(paper, &xlsx, &err), &err);
    needs_reason(wx_paper_text(paper, &text, &err), &err);
    if (!wx_paper_page(paper, &page, &style, &err))
        is_inert(wx_buf_str(&page));
    wx_buf_clear(&docx);
    wx_buf_clear(&page);
    wx_buf_clear(&xlsx);
    wx_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str rest = {(const char *)data, size};
    const struct wx_paper_kind *kind = wx_paper_kind_find(wx_str_cut(&rest, '\n'));
    size_t at = wx_str_findz(rest, "\n=\n");
    struct wx_str text = at == WX_NPOS ? WX_STR("") : wx_str_sub(rest, 0, at);
    struct wx_str facts_text =
        at == WX_NPOS ? rest : wx_str_sub(rest, at + 3, rest.len);
    struct wx_arena arena;
    struct wx_paper paper;
    struct wx_err err = {0};
    json_t *json;
    void *facts;
    enum wx_status status;

    if (!kind)
        return 0;
    json = json_loadb(facts_text.len ? facts_text.ptr : "{}",
                      facts_text.len ? facts_text.len : 2, 0, NULL);
    wx_arena_init(&arena);
    facts = wx_arena_zalloc(&arena, kind->facts_bytes);
    status = wx_facts_read(kind->table, json, &arena, facts, &err);
    if (!status)
        status = wx_str_trim(text).len
                     ? wx_paper_of_facts(&paper, &arena, kind, text, facts, &err)
                     : wx_paper_of_word(&paper, &arena, kind->word, facts, &err);
    needs_reason(status, &err);
    if (!status)
        give_form(&paper);
    json_decref(json);
    wx_arena_clear(&arena);
    return 0;
}
