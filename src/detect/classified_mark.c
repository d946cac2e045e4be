/*
 * Marks of secrecy and of internal documents on public pages. The words alone are on
 * every page about secrecy law, so a mark is scored by where it stands: alone in its
 * line, at the top of a document, with a document number or a red head beside it, and
 * not where the three levels are listed, quoted, asked about or offered for choice.
 * What is found is suspected, never certain, and goes to the secrecy office; the
 * finding shows the mark and nothing of the document.
 */
#include "detect/detect.h"

enum {
    MAX_MARK_BYTES = 60,  /* a line that is a mark says little else */
    MAX_NOTE_BYTES = 120, /* "内部资料，注意保密" may have a second half */
    NEIGHBOURS = 10,      /* blocks looked at on either side */
    NEAR = 3,
    MIN_SCORE = 70,
};

enum { BODY_TOP_BLOCKS = 14 }; /* behind the heading: still the head of a document */

static bool has_any(struct wx_str s, const char *const *words)
{
    for (; *words; words++)
        if (wx_str_findz(s, *words) != WX_NPOS)
            return true;
    return false;
}

/* TEXT without blanks of any kind: "机　密 ★ 10年" → "机密★10年". */
static struct wx_str squeeze(struct wx_arena *arena, struct wx_str text)
{
    char *out = wx_arena_alloc(arena, text.len + 1);
    size_t pos = 0, n = 0;

    while (pos < text.len) {
        size_t from = pos;
        uint32_t cp = wx_utf8_next(text, &pos);

        if (cp <= ' ' || cp == 0xA0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200B) ||
            cp == 0xFEFF)
            continue;
        memcpy(out + n, text.ptr + from, pos - from);
        n += pos - from;
    }
    return (struct wx_str){out, n};
}

static bool eat(struct wx_str *s, const char *word)
{
    if (!wx_str_starts(*s, word))
        return false;
    *s = wx_str_sub(*s, strlen(word), s->len);
    return true;
}

static bool eat_level(struct wx_str *s)
{
    return eat(s, "绝密") || eat(s, "机密") || eat(s, "秘密") || eat(s, "絕密") ||
           eat(s, "機密");
}

/* "10年", "长期", "6个月", "启封前"; false when there is none. */
static bool eat_term(struct wx_str *s)
{
    struct wx_str at = *s;
    bool has_digits = false;

    if (eat(s, "长期") || eat(s, "長期") || eat(s, "启封前") || eat(s, "解密前"))
        return true;
    while (at.len && at.ptr[0] >= '0' && at.ptr[0] <= '9') {
        at = wx_str_sub(at, 1, at.len);
        has_digits = true;
    }
    if (!has_digits || !(eat(&at, "年") || eat(&at, "个月") || eat(&at, "月")))
        return false;
    *s = at;
    return true;
}

/*
 * How much the line itself is a mark: 50 with star, 45 with a term, 35 for "密级：机密"
 * or a level alone; 0: no mark. What stands behind must be nothing or a copy number.
 */
static int mark_score(struct wx_str line)
{
    bool has_label =
        eat(&line, "密级：") || eat(&line, "密级:") || eat(&line, "【密级】");
    bool has_star, has_term;

    if (!eat_level(&line))
        return 0;
    has_star = eat(&line, "★") || eat(&line, "☆") || eat(&line, "⭐") || eat(&line, "*");
    has_term = eat_term(&line);
    if (line.len && !wx_str_starts(line, "份号") && !wx_str_starts(line, "№") &&
        !wx_str_istarts(line, "No") && !wx_str_starts(line, "特急") &&
        !wx_str_starts(line, "加急") && !wx_str_starts(line, "编号"))
        return 0;
    if (has_star)
        return 50;
    if (has_term)
        return 45;
    return has_label ? 40 : 35;
}

/* Marks of documents that are not secret, but not for publication either. */
static int internal_score(struct wx_str line)
{
    static const char *const handling[] = {
        "注意保密", "注意保存", "严禁外传", "不得外传", "请勿外传", "妥善保管",
        "禁止外传", "不得翻印", "请勿翻印", "严禁翻印", "不得公开", NULL};
    static const char *const openers[] = {"（", "(", "【", "[", "★", "*", NULL};

    for (size_t i = 0; openers[i]; i++)
        (void)eat(&line, openers[i]);
    if (wx_str_starts(line, "此件不公开") || wx_str_starts(line, "此件不予公开") ||
        wx_str_starts(line, "此文不公开") || wx_str_starts(line, "本件不公开") ||
        wx_str_starts(line, "此文件不公开"))
        return line.len <= 36 ? 60 : 0;
    if ((wx_str_starts(line, "内部资料") || wx_str_starts(line, "内部文件") ||
         wx_str_starts(line, "内部材料") || wx_str_starts(line, "內部資料")) &&
        has_any(line, handling))
        return 60;
    if (wx_str_eqz(line, "内部文件") || wx_str_eqz(line, "内部资料") ||
        wx_str_starts(line, "内部文件）") || wx_str_starts(line, "内部资料）"))
        return 30; /* also the heading of a list */
    return 0;
}

/* ---- surroundings ---- */

static const char *const study_words[] = {
    "试题",     "题库",           "选择题",   "单选",     "多选",     "判断题",
    "填空",     "答案",           "知识竞赛", "测试题",   "保密知识", "保密法",
    "保密常识", "宣传",           "示例",     "样式",     "样本",     "范本",
    "模板",     "范例",           "格式",     "填写说明", "填表",     "表样",
    "论文",     "摘要",           "小说",     "章节",     "作者",     "电影",
    "电视剧",   "国家秘密的密级", "密级分为", "定密",     "涉密人员", "软件",
    "下载次数", "解密",           "揭秘",     "什么是",   "如何",     "释义",
    "解读",     "普法",           "漫画",     "讲座",     "培训",     NULL};

static size_t count_levels(const struct wx_html *html, size_t from, size_t to)
{
    static const char *const levels[] = {"绝密", "机密", "秘密"};
    bool seen[3] = {false, false, false};

    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < 3; k++)
            if (html->blocks[i].text.len <= MAX_MARK_BYTES &&
                wx_str_findz(html->blocks[i].text, levels[k]) != WX_NPOS)
                seen[k] = true;
    return seen[0] + seen[1] + seen[2];
}

/* 〔2016〕13号, with any kind of bracket. */
static bool has_document_number(struct wx_str s)
{
    static const char *const opens[] = {"〔", "［", "[", "【", "（", "(", NULL};

    for (size_t i = 0; opens[i]; i++) {
        size_t n = strlen(opens[i]), at = 0;

        while ((at = wx_str_find(s, wx_str_of(opens[i]), at)) != WX_NPOS) {
            struct wx_str rest = wx_str_sub(s, at + n, s.len);
            size_t hao = wx_str_findz(rest, "号");
            uint64_t year;

            at += n;
            if (rest.len > 6 && wx_str_to_u64(wx_str_sub(rest, 0, 4), 2100, &year) &&
                year >= 1980 && hao != WX_NPOS && hao <= 16 && hao >= 6)
                return true;
        }
    }
    return false;
}

/* "星源区人民政府文件": the red head of an official paper. */
static bool is_red_head(struct wx_str s)
{
    return s.len >= 18 && s.len <= 90 &&
           (wx_str_ends(s, "文件") || wx_str_ends(s, "（通知）") ||
            wx_str_ends(s, "会议纪要")) &&
           wx_str_findz(s, "下载") == WX_NPOS && wx_str_findz(s, "附件") == WX_NPOS;
}

struct place {
    const struct wx_html *html;
    size_t block;
    size_t from, to; /* neighbours */
    size_t body_top; /* first block behind the page's heading and menus */
};

/* The first heading, or the first long line: what stands above it is the site's. */
static size_t find_body_top(const struct wx_html *html)
{
    for (size_t i = 0; i < html->n_blocks; i++)
        if ((html->blocks[i].in & WX_IN_HEADING) && html->blocks[i].tag == WX_TAG_H1 &&
            !(html->blocks[i].in & WX_IN_NAV))
            return i;
    for (size_t i = 0; i < html->n_blocks; i++)
        if (!(html->blocks[i].in & (WX_IN_NAV | WX_IN_A)) &&
            html->blocks[i].tag != WX_TAG_TITLE && html->blocks[i].link == 0 &&
            html->blocks[i].text.len >= 12)
            return i;
    return 0;
}

static int place_score(const struct place *p)
{
    const struct wx_html *html = p->html;
    int score = 0;
    bool has_number = false, has_head = false, is_study = false;

    for (size_t i = p->from; i < p->to; i++) {
        struct wx_str s = html->blocks[i].text;

        if (i == p->block || html->blocks[i].tag == WX_TAG_TITLE)
            continue;
        has_number = has_number || has_document_number(s);
        has_head = has_head || is_red_head(s);
        is_study = is_study || (s.len <= 600 && has_any(s, study_words));
    }
    if (p->block + 2 >= p->body_top && p->block <= p->body_top + BODY_TOP_BLOCKS)
        score += 25;
    else
        score -= 25;
    score += has_number ? 25 : 0;
    score += has_head ? 15 : 0;
    score -= is_study ? 40 : 0;
    if (has_any(html->title, study_words))
        score -= 40;
    return score;
}

/* Somebody may choose, click or list it: no mark of this document. */
static bool is_listed(const struct place *p)
{
    const struct wx_html_block *b = &p->html->blocks[p->block];
    size_t from = p->block > NEAR ? p->block - NEAR : 0, to = p->block + NEAR + 1;

    if (b->in &
            (WX_IN_SELECT | WX_IN_BUTTON | WX_IN_NAV | WX_IN_COMMENT | WX_IN_FOOTER) ||
        b->tag == WX_TAG_OPTION || b->tag == WX_TAG_TITLE || b->link)
        return true;
    if (to > p->html->n_blocks)
        to = p->html->n_blocks;
    return count_levels(p->html, from, to) > 1;
}

static void report(struct wx_judge *judge, struct wx_page *page, const struct place *p,
                   const char *rule, struct wx_str mark, int score)
{
    const struct wx_html_block *b = &p->html->blocks[p->block];
    struct wx_draft d = {.rule = rule, .obs = page->obs, .page = page};

    d.key = wx_utf8_clip(mark, MAX_MARK_BYTES);
    d.offset = b->offset;
    d.end = b->end > b->offset ? b->end : b->offset + 1;
    d.excerpt = wx_arena_printf(page->arena,
                                WX_STR_FMT " ███（其余内容已隐去 / the rest is "
                                           "withheld）",
                                WX_STR_ARG(d.key));
    d.confidence = score > 95 ? 95 : score;
    d.detail_zh = wx_arena_printf(page->arena,
                                  "页面第%zu个文本块是标志“" WX_STR_FMT
                                  "”，按位置、发文字号和上下文评分%d分（%d分"
                                  "以上报告）。请勿扩散，转保密管理人员核实。",
                                  p->block + 1, WX_STR_ARG(d.key), score, MIN_SCORE);
    d.detail_en = wx_arena_printf(page->arena,
                                  "Text block %zu of the page is the mark \"" WX_STR_FMT
                                  "\"; position, "
                                  "document number and context score %d (reported from "
                                  "%d). Do not pass it on; hand "
                                  "it to the secrecy officer.",
                                  p->block + 1, WX_STR_ARG(d.key), score, MIN_SCORE);
    wx_judge_report(judge, &d);
}

static void check_block(struct wx_judge *judge, struct wx_page *page, size_t block,
                        size_t body_top)
{
    const struct wx_html *html = page->html;
    struct place p = {.html = html, .block = block, .body_top = body_top};
    struct wx_str text = html->blocks[block].text, line;
    int mark, internal, score;

    if (text.len > MAX_NOTE_BYTES)
        return;
    line = squeeze(page->arena, text);
    mark = line.len <= MAX_MARK_BYTES ? mark_score(line) : 0;
    internal = mark ? 0 : internal_score(line);
    if (!(mark || internal) || is_listed(&p))
        return;
    p.from = block > NEIGHBOURS ? block - NEIGHBOURS : 0;
    p.to = block + NEIGHBOURS + 1 < html->n_blocks ? block + NEIGHBOURS + 1
                                                   : html->n_blocks;
    score = place_score(&p);
    /* a note like 此件不公开 rightly stands at the end of a document */
    score = mark ? mark + score : internal + (score < 15 && score > -40 ? 15 : score);
    if (score >= MIN_SCORE)
        report(judge, page, &p, mark ? "classified-mark" : "internal-document", line,
               score);
}

static size_t block_at(const struct wx_html *html, uint32_t offset)
{
    size_t low = 0, high = html->n_blocks;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (html->blocks[mid].end <= offset)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void on_page(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);
    const struct wx_rule_pattern *patterns = wx_judge_rules(judge)->patterns;
    size_t last = WX_NPOS, body_top = WX_NPOS;

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_rule_pattern *p = &patterns[hits->hits[i].tag];
        size_t block;

        if (p->owner != WX_OWN_NAMED || !wx_str_starts(p->name, "classified."))
            continue;
        block = block_at(page->html, hits->hits[i].offset);
        if (block >= page->html->n_blocks || block == last)
            continue;
        last = block;
        if (body_top == WX_NPOS)
            body_top = find_body_top(page->html);
        check_block(judge, page, block, body_top);
    }
}

const struct wx_detector wx_detector_classified_mark = {.name = "classified_mark",
                                                        .page = on_page};
