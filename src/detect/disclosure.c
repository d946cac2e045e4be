/*
 * What a site says about itself without meaning to: directory listings, versions,
 * error pages with stack traces or statements, default pages of servers.
 *
 * Articles about programming quote the very same messages. So a message counts when the
 * answer is an error (status 400 and above), or when it stands where a program puts it
 * and an author does not: ahead of the document, in the raw markup form of the language
 * (PHP's <b>Warning</b>), or as most of a page that has no other content. Text inside
 * <pre>, <code>, <textarea> or <blockquote> of a page with status 200 needs the last.
 */
#include "detect/blocked.h"

enum {
    MOSTLY_PER_CENT = 40,    /* of the page's text: the page is the message */
    HEAD_BYTES = 400,        /* a message this early is printed before the page */
    MAX_DEFAULT_TEXT = 2500, /* bytes of text a default page may have */
    MIN_LISTING_ENTRIES = 1,
    MAX_SEEN_VERSIONS = 24,
};

struct disclosure {
    uint64_t versions[MAX_SEEN_VERSIONS]; /* hashes of what was already said */
    size_t n_versions;
};

static struct disclosure *state_of(struct wx_judge *judge);

static struct wx_draft draft_at(const struct wx_page *page, const char *rule,
                                const struct wx_pattern_hit *hit)
{
    enum wx_purpose purpose = page->fetch->purpose;

    return (struct wx_draft){
        .rule = rule,
        .obs = page->obs,
        .page = page,
        .offset = hit->offset,
        .end = hit->end,
        /* a random or guessed path is no place that a finding could keep */
        .is_site_wide = purpose == WX_FOR_SOFT404 || purpose == WX_FOR_EXPOSED ||
                        purpose == WX_FOR_VARIANT};
}

static struct wx_str shown_url(const struct wx_page *page)
{
    return wx_utf8_clip(page->fetch->final_url, 300);
}

/* ---- versions ---- */

/* "nginx/1.18.0", "PHP/7.4.3": a product with digits behind a slash or a space. */
static bool has_version(struct wx_str value)
{
    for (size_t i = 0; i + 2 < value.len; i++) {
        bool is_digit = value.ptr[i + 1] >= '0' && value.ptr[i + 1] <= '9';

        if ((value.ptr[i] == '/' || value.ptr[i] == ' ' || value.ptr[i] == 'v') &&
            is_digit &&
            (value.ptr[i + 2] == '.' ||
             (value.ptr[i + 2] >= '0' && value.ptr[i + 2] <= '9')))
            return true;
    }
    return false;
}

static bool is_new_version(struct disclosure *d, struct wx_str key, struct wx_str value)
{
    uint64_t hash = wx_hash64_seed(value, wx_hash64(key));

    for (size_t i = 0; i < d->n_versions; i++)
        if (d->versions[i] == hash)
            return false;
    if (d->n_versions == MAX_SEEN_VERSIONS)
        return false;
    d->versions[d->n_versions++] = hash;
    return true;
}

/* The product without its version: the finding survives an update, and is one whether
 * the header or the error page shows it. A bare version goes by its field. */
static struct wx_str product_key(struct wx_arena *arena, const char *field,
                                 struct wx_str value)
{
    char text[48];
    size_t n = 0;

    while (n < value.len && n < sizeof text - 1) {
        unsigned char c = (unsigned char)value.ptr[n];
        bool ends = c == '/' || c == '(' || c == ',' || (c >= '0' && c <= '9');

        if (ends || (c == ' ' && n + 1 < value.len && value.ptr[n + 1] >= '0' &&
                     value.ptr[n + 1] <= '9'))
            break;
        text[n++] = (char)wx_lower(c);
    }
    if (!n)
        for (; field[n] && n < sizeof text - 1; n++)
            text[n] = (char)wx_lower((unsigned char)field[n]);
    return wx_arena_str(arena, wx_str_trim((struct wx_str){text, n}));
}

static void say_version(struct wx_judge *judge, struct wx_page *page, const char *field,
                        struct wx_str value)
{
    struct disclosure *d = state_of(judge);
    struct wx_draft draft = {.rule = "server-version-shown", .obs = page->obs};

    value = wx_utf8_clip(wx_str_trim(value), 160);
    if (!is_new_version(d, wx_str_of(field), value))
        return;
    draft.is_site_wide = true;
    draft.key = product_key(page->arena, field, value);
    draft.where = wx_str_of(field);
    draft.excerpt =
        wx_arena_printf(page->arena, "%s: " WX_STR_FMT, field, WX_STR_ARG(value));
    wx_draft_detail(&draft, page->arena, WX_T_VERSION_SHOWN, field, WX_STR_ARG(value));
    wx_judge_report(judge, &draft);
}

static void versions_in_headers(struct wx_judge *judge, struct wx_page *page)
{
    static const struct {
        const char *name;
        bool is_version_alone; /* the whole value is a version */
    } fields[] = {{"Server", false},
                  {"X-Powered-By", false},
                  {"X-AspNet-Version", true},
                  {"X-AspNetMvc-Version", true},
                  {"X-Generator", false}};
    struct wx_str name, value;
    size_t pos = 0;

    while (wx_headers_next(page->headers, &pos, &name, &value)) {
        unsigned char c = name.len ? wx_lower((unsigned char)name.ptr[0]) : 0;

        if ((c != 's' && c != 'x') || !value.len)
            continue;
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            if (wx_str_ieqz(name, fields[i].name) &&
                (fields[i].is_version_alone || has_version(value)))
                say_version(judge, page, fields[i].name, value);
    }
}

static void version_in_meta(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_html_meta *meta =
        page->html ? wx_html_meta_get(page->html, "generator") : NULL;

    if (meta && has_version(meta->content))
        say_version(judge, page, "meta generator", meta->content);
}

/* ---- messages ---- */

/* Is OFFSET inside an element in which authors quote code? */
static bool is_quoted(const struct wx_page *page, uint32_t offset)
{
    const struct wx_html_block *block = wx_page_block_at(page, offset);
    struct wx_str before =
        wx_str_sub(page->decoded.text, offset > 400 ? offset - 400 : 0, offset);
    size_t open = WX_NPOS, at = 0;

    if (block && (block->tag == WX_TAG_PRE || block->tag == WX_TAG_TEXTAREA ||
                  block->tag == WX_TAG_BLOCKQUOTE || block->tag == WX_TAG_XMP ||
                  block->tag == WX_TAG_LISTING))
        return true;
    while ((at = wx_str_find(before, WX_STR("<code"), at)) != WX_NPOS)
        open = at++;
    return open != WX_NPOS && wx_str_find(before, WX_STR("</code"), open) == WX_NPOS;
}

/* Share of the page's text from the first hit's block to the last one's, per cent. */
static unsigned message_share(const struct wx_page *page, uint32_t first, uint32_t last)
{
    size_t all = 0, message = 0;

    if (!page->html)
        return 100;
    for (size_t i = 0; i < page->html->n_blocks; i++) {
        const struct wx_html_block *block = &page->html->blocks[i];

        all += block->text.len;
        if (block->end > first && block->offset <= last)
            message += block->text.len;
    }
    return all ? (unsigned)(message * 100 / all) : 0;
}

enum message_form {
    MESSAGE_TEXT,   /* plain words: may be quoted by an article */
    MESSAGE_MARKUP, /* raw markup of the program itself; an article would escape it */
    MESSAGE_PAGE,   /* title or heading of the framework's own error page */
};

struct message {
    const char *name; /* pattern "error.NAME" */
    const char *rule;
    const char *shown;
    enum message_form form;
    unsigned min_hits;
};

/* One row for each named pattern error.*; rules that share a row share a finding. */
static const struct message messages[] = {
    {"tomcat-report", "error-java", "Tomcat 异常报告 (Tomcat exception report)",
     MESSAGE_PAGE, 1},
    {"struts", "error-java", "Struts 调试页 (Struts problem report)", MESSAGE_PAGE, 1},
    {"java-frame", "error-java", "Java 异常堆栈 (Java stack trace)", MESSAGE_TEXT, 2},
    {"php-markup", "error-php", "PHP 错误信息 (PHP message)", MESSAGE_MARKUP, 1},
    {"php-text", "error-php", "PHP 错误信息 (PHP message)", MESSAGE_TEXT, 1},
    {"aspnet", "error-aspnet", "ASP.NET 错误页 (ASP.NET server error)", MESSAGE_PAGE,
     1},
    {"aspnet-trace", "error-aspnet", "ASP.NET 源代码与堆栈 (source and stack)",
     MESSAGE_TEXT, 1},
    {"python", "error-debug", "Python 堆栈 (Python traceback)", MESSAGE_TEXT, 1},
    {"django", "error-debug", "Django 调试页 (Django debug page)", MESSAGE_PAGE, 1},
    {"werkzeug", "error-debug", "Werkzeug 调试器 (Werkzeug debugger)", MESSAGE_PAGE, 1},
    {"laravel", "error-debug", "Laravel 调试页 (Laravel debug page)", MESSAGE_MARKUP,
     1},
    {"thinkphp", "error-debug", "ThinkPHP 调试页 (ThinkPHP debug page)", MESSAGE_MARKUP,
     1},
    {"sql-mysql", "error-sql", "MySQL 语句错误 (MySQL error)", MESSAGE_TEXT, 1},
    {"sql-oracle", "error-sql", "Oracle 语句错误 (Oracle error)", MESSAGE_TEXT, 1},
    {"sql-mssql", "error-sql", "SQL Server 语句错误 (SQL Server error)", MESSAGE_TEXT,
     1},
    {"sql-dameng", "error-sql", "达梦数据库错误 (Dameng error)", MESSAGE_TEXT, 1},
    {"sql-kingbase", "error-sql", "人大金仓数据库错误 (KingbaseES error)", MESSAGE_TEXT,
     1},
    {"sql-postgres", "error-sql", "PostgreSQL 语句错误 (PostgreSQL error)",
     MESSAGE_TEXT, 1},
    {"sql-state", "error-sql", "SQLSTATE 数据库错误 (SQLSTATE error)", MESSAGE_TEXT, 1},
    {"spring", "error-spring-default", "Spring 默认错误页 (Whitelabel Error Page)",
     MESSAGE_PAGE, 1},
};

enum { N_MESSAGES = sizeof messages / sizeof *messages };

struct met { /* hits of one message on the page */
    struct wx_pattern_hit first;
    uint32_t last_end;
    unsigned n;
};

/* A framework's own page names itself in the title or a heading, or is a small page. */
static bool stands_as_page(const struct wx_page *page, uint32_t offset)
{
    const struct wx_html_block *block = wx_page_block_at(page, offset);

    if (!page->html)
        return true;
    if (block && offset < 4096 &&
        (block->tag == WX_TAG_TITLE || block->tag == WX_TAG_H1 ||
         block->tag == WX_TAG_H2))
        return true;
    return page->html->n_blocks <= 8 && wx_page_measure(page).n_links <= 6;
}

static bool message_is_real(const struct wx_page *page, const struct message *m,
                            const struct met *met)
{
    bool is_error = page->fetch->status >= 400;
    unsigned share;

    if (met->n < m->min_hits)
        return false;
    if (is_error)
        return true;
    share = message_share(page, met->first.offset, met->last_end);
    if (is_quoted(page, met->first.offset))
        return share >= 2 * MOSTLY_PER_CENT;
    if (m->form == MESSAGE_MARKUP || met->first.offset < HEAD_BYTES)
        return true;
    if (m->form == MESSAGE_PAGE)
        return stands_as_page(page, met->first.offset) && share >= 5;
    return share >= MOSTLY_PER_CENT;
}

static void say_message(struct wx_judge *judge, const struct wx_page *page,
                        const struct message *m, const struct met *met)
{
    struct wx_draft draft = draft_at(page, m->rule, &met->first);

    draft.key = wx_str_of(m->name);
    wx_draft_detail(&draft, page->arena, WX_T_ERROR_SHOWN, WX_STR_ARG(shown_url(page)),
                    page->fetch->status, m->shown);
    wx_judge_report(judge, &draft);
}

/* The most telling message only: a Tomcat report is full of Java frames. */
static void say_messages(struct wx_judge *judge, const struct wx_page *page,
                         const struct met met[N_MESSAGES])
{
    const char *said[4] = {NULL};
    size_t n_said = 0;

    for (size_t i = 0; i < N_MESSAGES && n_said < 4; i++) {
        bool is_said = false;

        if (!met[i].n || !message_is_real(page, &messages[i], &met[i]))
            continue;
        for (size_t k = 0; k < n_said; k++)
            is_said |= strcmp(said[k], messages[i].rule) == 0;
        if (is_said)
            continue;
        said[n_said++] = messages[i].rule;
        say_message(judge, page, &messages[i], &met[i]);
    }
}

static void note_message(struct met met[N_MESSAGES], struct wx_str name,
                         const struct wx_pattern_hit *hit)
{
    for (size_t i = 0; i < N_MESSAGES; i++) {
        if (!wx_str_eqz(name, messages[i].name))
            continue;
        if (!met[i].n++)
            met[i].first = *hit;
        met[i].last_end = hit->end;
    }
}

/* ---- directory listings ---- */

/* Entries: links that stay in the folder and are no sort links. */
static unsigned listing_entries(const struct wx_page *page)
{
    unsigned n = 0;

    for (size_t i = 0; i < page->html->n_links; i++) {
        const struct wx_html_link *link = &page->html->links[i];

        n += link->kind == WX_LINK_A && link->href.len && link->href.ptr[0] != '?' &&
             link->href.ptr[0] != '#' && !wx_str_istarts(link->href, "javascript:") &&
             !wx_str_starts(link->href, "../");
    }
    return n;
}

/*
 * A listing has its words in title or heading, and little beside its links: text that
 * is neither link nor date nor size is short. An article about listings has paragraphs.
 */
static bool listing_is_real(const struct wx_page *page,
                            const struct wx_pattern_hit *hit)
{
    const struct wx_html_block *block = wx_page_block_at(page, hit->offset);
    size_t prose = 0;

    if (!page->html || page->fetch->status != 200 || page->html->n_forms > 1)
        return false;
    if (hit->offset > 2048 && !(block && block->tag == WX_TAG_H1))
        return false;
    for (size_t i = 0; i < page->html->n_blocks; i++)
        prose +=
            page->html->blocks[i].tag == WX_TAG_P ? page->html->blocks[i].text.len : 0;
    return prose <= 400 && !is_quoted(page, hit->offset) &&
           listing_entries(page) >= MIN_LISTING_ENTRIES;
}

static void say_listing(struct wx_judge *judge, const struct wx_page *page,
                        struct wx_str name, const struct wx_pattern_hit *hit)
{
    struct wx_draft draft = draft_at(page, "directory-listing", hit);

    if (!listing_is_real(page, hit))
        return;
    wx_draft_detail(&draft, page->arena, WX_T_LISTING, WX_STR_ARG(shown_url(page)),
                    wx_arena_z(page->arena, name), listing_entries(page));
    wx_judge_report(judge, &draft);
}

/* ---- default pages ---- */

static void say_default(struct wx_judge *judge, const struct wx_page *page,
                        struct wx_str name, const struct wx_pattern_hit *hit)
{
    struct wx_page_size size = wx_page_measure(page);
    struct wx_draft draft = draft_at(page, "default-page", hit);

    if (!page->html || page->fetch->status != 200 ||
        size.text_bytes > MAX_DEFAULT_TEXT || is_quoted(page, hit->offset) ||
        !stands_as_page(page, hit->offset))
        return;
    draft.key = name;
    if (page->fetch->purpose == WX_FOR_HOME)
        draft.severity_plus_1 = 1 + WX_SEV_MEDIUM;
    wx_draft_detail(&draft, page->arena, WX_T_DEFAULT_PAGE, WX_STR_ARG(shown_url(page)),
                    wx_arena_z(page->arena, name));
    wx_judge_report(judge, &draft);
}

/* ---- one answer ---- */

static void read_hits(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);
    struct met met[N_MESSAGES] = {{{0}, 0, 0}};
    bool has_listing = false, has_default = false, has_message = false;

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits->hits[i];
        struct wx_str name;

        if (hit->tag >= rules->n_patterns ||
            rules->patterns[hit->tag].owner != WX_OWN_NAMED)
            continue;
        if ((name = wx_hit_name(rules, hit, "error.")).len) {
            note_message(met, name, hit);
            has_message = true;
        } else if ((name = wx_hit_name(rules, hit, "listing.")).len && !has_listing) {
            say_listing(judge, page, name, hit);
            has_listing = true;
        } else if ((name = wx_hit_name(rules, hit, "default.")).len && !has_default) {
            say_default(judge, page, name, hit);
            has_default = true;
        } else if ((name = wx_hit_name(rules, hit, "version.")).len &&
                   page->fetch->status >= 400) {
            say_version(judge, page, wx_arena_z(page->arena, name),
                        wx_str_sub(page->decoded.text, hit->offset, hit->end));
        }
    }
    if (has_message)
        say_messages(judge, page, met);
}

static void disclosure_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                             struct wx_page *page)
{
    enum wx_purpose purpose = obs->fetch.purpose;

    if (!page || page->is_notice || purpose == WX_FOR_OFFSITE ||
        purpose == WX_FOR_ASSET || purpose == WX_FOR_ROBOTS ||
        purpose == WX_FOR_SITEMAP || !wx_judge_is_own_host(judge, page->url.host))
        return;
    versions_in_headers(judge, page);
    if (!page->decoded.text.len)
        return;
    version_in_meta(judge, page);
    read_hits(judge, page);
}

const struct wx_detector wx_detector_disclosure = {
    .name = "disclosure",
    .fetch = disclosure_fetch,
};

static struct disclosure *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_disclosure, sizeof(struct disclosure));
}
