/*
 * Search-engine spam (黑帽 SEO): pages rewritten by machine (detect/clone_sign.h),
 * titles and descriptions taken over, spam at head or tail, whole pages of it, result
 * pages of the site's own search put to use, link pools. Words alone never make a
 * finding.
 */
#include "detect/seo_spam.h"
#include "detect/clone_sign.h"
#include "detect/judge.h"

extern const struct wx_detector wx_detector_seo_spam;

enum { MAX_SPAM_PAGES = 400, MIN_GENERATED = 3 };

struct spam_state {
    struct wx_str paths[MAX_SPAM_PAGES]; /* of pages that carry spam */
    size_t n_paths;
};

/* ---- rewritten pages ---- */

static bool is_traditional_word(struct wx_str word)
{
    static const char *const words[] = {
        "tw", "hk",   "mo",    "big5",  "ft",    "fan",   "fanti",   "fantizi", "cht",
        "tc", "hant", "zh-tw", "zh_tw", "zh-hk", "zh_hk", "zh-hant", "zh_hant", "zht"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_ieqz(word, words[i]))
            return true;
    return false;
}

static bool has_traditional_part(struct wx_str text, char sep)
{
    while (text.len)
        if (is_traditional_word(wx_str_cut(&text, sep)))
            return true;
    return false;
}

static bool is_traditional_lang(struct wx_str lang)
{
    return wx_str_istarts(lang, "zh-tw") || wx_str_istarts(lang, "zh-hk") ||
           wx_str_istarts(lang, "zh-mo") || wx_str_istarts(lang, "zh-hant") ||
           wx_str_istarts(lang, "zh_tw") || wx_str_istarts(lang, "zh_hk");
}

/* The page is meant for readers of traditional script, and says so. */
static bool expects_traditional(const struct wx_page *page)
{
    const struct wx_html_meta *meta = wx_html_meta_get(page->html, "content-language");

    return is_traditional_lang(page->html->lang) ||
           (meta && is_traditional_lang(meta->content)) ||
           page->decoded.charset == WX_CS_BIG5 ||
           has_traditional_part(page->url.host, '.') ||
           has_traditional_part(page->url.path, '/');
}

/* The site is the unit's own; anything else may be a copy of it somewhere else. */
static bool is_genuine_host(struct wx_judge *judge, const struct wx_page *page)
{
    const struct wx_site *site = wx_judge_register_find(judge, page->url.host);

    if (!site && wx_judge_is_own_host(judge, page->url.host))
        site = wx_judge_site(judge);
    return wx_domain_is_government(page->url.host) ||
           (site && (site->row || site->unit.len || site->name.len));
}

static void sign_add(struct wx_buf *buf, enum wx_lang lang, struct wx_str text)
{
    if (buf->len)
        (void)wx_buf_addz(buf, lang == WX_ZH ? "；" : "; ");
    (void)wx_buf_adds(buf, text);
}

static struct wx_str clone_detail(struct wx_arena *arena, enum wx_lang lang,
                                  const struct wx_clone_signs *s)
{
    struct wx_buf buf = WX_BUF_INIT(4 << 10);
    const struct wx_keyword_class *kind = s->words.top_class;
    struct wx_str name = {NULL, 0}, out;
    unsigned share = s->n_han ? s->n_not_gb2312 * 100 / s->n_han : 0;

#define ADD(key, ...)                                                                  \
    sign_add(&buf, lang, wx_arena_printf(arena, wx_text(lang, key), ##__VA_ARGS__))
    if (kind)
        name = lang == WX_ZH ? kind->zh : kind->en;
    if (s->bits & WX_SIGN_PINYIN)
        ADD(WX_T_CLONE_PINYIN, s->n_pinyin, s->n_pinyin_bases);
    if (s->bits & WX_SIGN_TRADITIONAL)
        ADD(WX_T_CLONE_TRADITIONAL, share);
    if (s->bits & WX_SIGN_SCAR)
        ADD(WX_T_CLONE_SCAR, s->n_scars);
    if (s->bits & WX_SIGN_MISMATCH)
        sign_add(&buf, lang, wx_str_of(wx_text(lang, WX_T_CLONE_MISMATCH)));
    if (s->bits & WX_SIGN_SAME_ID)
        ADD(WX_T_CLONE_SAME_ID, WX_STR_ARG(s->same_id), s->n_same_id);
    if (s->bits & WX_SIGN_WORDS)
        ADD(WX_T_CLONE_WORDS, WX_STR_ARG(name), WX_STR_ARG(s->words.shown));
#undef ADD
    out = wx_arena_printf(arena, wx_text(lang, WX_T_CLONE_DETAIL), s->n_han,
                          wx_clone_sign_count(s->bits), (int)buf.len, buf.ptr);
    wx_buf_clear(&buf);
    return out;
}

static bool clone_judge(struct wx_judge *judge, struct wx_page *page)
{
    struct wx_clone_signs signs;
    struct wx_draft draft = {.page = page, .obs = page->obs, .is_site_wide = true};
    uint32_t n;

    wx_clone_signs_read(wx_judge_rules(judge), page->arena, page->html,
                        expects_traditional(page), &signs);
    n = wx_clone_sign_count(signs.bits);
    if (n < 2)
        return false;
    draft.rule =
        is_genuine_host(judge, page) ? "spam-clone-injected" : "spam-clone-mirror";
    draft.key = page->url.host;
    draft.confidence = n >= 4 ? 95 : (int)(60 + 10 * n);
    if (!(signs.bits & WX_SIGN_WORDS))
        draft.severity_plus_1 = 1 + WX_SEV_MEDIUM;
    draft.offset = signs.first_offset;
    draft.end = signs.first_offset + 200;
    if (signs.block) {
        draft.offset = page->html->blocks[signs.block - 1].offset;
        draft.end = page->html->blocks[signs.block - 1].end;
    }
    draft.detail_zh = clone_detail(page->arena, WX_ZH, &signs);
    draft.detail_en = clone_detail(page->arena, WX_EN, &signs);
    wx_judge_report(judge, &draft);
    return true;
}

/* ---- pages generated in numbers ---- */

static void remember(struct wx_judge *judge, const struct wx_page *page)
{
    struct spam_state *state =
        wx_judge_state(judge, &wx_detector_seo_spam, sizeof *state);

    if (state->n_paths < MAX_SPAM_PAGES)
        state->paths[state->n_paths++] =
            wx_arena_str(wx_judge_arena(judge), page->url.path);
}

/* "/abc/" of "/abc/123/x.html": where a generator was planted. */
static struct wx_str first_folder(struct wx_str path)
{
    size_t at = path.len > 1 ? wx_str_chr(wx_str_sub(path, 1, path.len), '/') : WX_NPOS;

    return at == WX_NPOS ? wx_str_sub(path, 0, 1) : wx_str_sub(path, 0, at + 2);
}

static void generated_report(struct wx_judge *judge, struct wx_str folder, uint32_t n)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft draft = {
        .rule = "spam-generated-pages",
        .key = folder,
        .is_site_wide = true,
        .detail_zh = wx_arena_printf(arena, wx_text(WX_ZH, WX_T_SPAM_GENERATED_DETAIL),
                                     WX_STR_ARG(folder), n),
        .detail_en = wx_arena_printf(arena, wx_text(WX_EN, WX_T_SPAM_GENERATED_DETAIL),
                                     WX_STR_ARG(folder), n),
    };

    wx_judge_report(judge, &draft);
}

static void seo_spam_site(struct wx_judge *judge)
{
    struct spam_state *state =
        wx_judge_state(judge, &wx_detector_seo_spam, sizeof *state);

    for (size_t i = 0; i < state->n_paths; i++) {
        struct wx_str folder = first_folder(state->paths[i]);
        uint32_t n = 0;
        bool is_first = true;

        for (size_t k = 0; k < state->n_paths; k++) {
            if (!wx_str_eq(first_folder(state->paths[k]), folder))
                continue;
            is_first = is_first && k >= i;
            n++;
        }
        if (is_first && n >= MIN_GENERATED)
            generated_report(judge, folder, n);
    }
}

/* ---- the detector ---- */

static void seo_spam_page(struct wx_judge *judge, struct wx_page *page)
{
    bool is_clone = clone_judge(judge, page);
    bool is_spam = wx_spam_title_judge(judge, page);

    if (!is_clone) /* there the block is one of the signs */
        wx_spam_block_judge(judge, page);
    if (!is_spam)
        is_spam = wx_spam_page_judge(judge, page);
    wx_spam_search_judge(judge, page);
    wx_spam_link_judge(judge, page);
    wx_spam_pool_judge(judge, page);
    if (is_spam && page->fetch->purpose != WX_FOR_HOME)
        remember(judge, page);
}

const struct wx_detector wx_detector_seo_spam = {
    .name = "seo_spam",
    .page = seo_spam_page,
    .site = seo_spam_site,
};
