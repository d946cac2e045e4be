#include "document/format.h"

#include <ctype.h>
#include <stdio.h>

struct wx_rule_text wx_rule_text_in(const struct wx_rule *rule, enum wx_lang lang)
{
    if (!rule)
        return (struct wx_rule_text){.title = {0}};
    return lang == WX_ZH ? rule->zh : rule->en;
}

struct wx_str wx_finding_title(const struct wx_finding *finding,
                               const struct wx_rule *rule, enum wx_lang lang)
{
    struct wx_str title = wx_rule_text_in(rule, lang).title;

    return title.len ? title : finding->rule;
}

struct wx_str wx_finding_where(const struct wx_finding *finding, enum wx_lang lang)
{
    struct wx_str where = finding->where;
    size_t at = wx_str_findz(where, " / ");

    if (at == WX_NPOS)
        return where;
    return lang == WX_ZH ? wx_str_sub(where, 0, at)
                         : wx_str_sub(where, at + 3, where.len);
}

struct wx_str wx_finding_detail(const struct wx_finding *finding, enum wx_lang lang)
{
    struct wx_str detail = lang == WX_ZH ? finding->detail_zh : finding->detail_en;

    if (detail.len)
        return detail;
    return lang == WX_ZH ? finding->detail_en : finding->detail_zh;
}

struct wx_str wx_norm_text(struct wx_arena *arena, const struct wx_norm *norm,
                           enum wx_lang lang)
{
    const char *open = lang == WX_ZH ? "《" : "", *close = lang == WX_ZH ? "》" : "";
    const char *left = lang == WX_ZH ? "（" : " (", *right = lang == WX_ZH ? "）" : ")";
    const char *gap = lang == WX_ZH ? "" : ", ";
    struct wx_str document;

    if (!norm)
        return (struct wx_str){0};
    document =
        lang == WX_ZH || !norm->document_en.len ? norm->document_zh : norm->document_en;
    if (wx_str_starts(document, "《"))
        open = close = "";
    return wx_arena_printf(arena, "%s" WX_STR_FMT "%s%s" WX_STR_FMT "%s%s" WX_STR_FMT,
                           open, WX_STR_ARG(document), close,
                           norm->number.len ? left : "", WX_STR_ARG(norm->number),
                           norm->number.len ? right : "", norm->article.len ? gap : "",
                           WX_STR_ARG(norm->article));
}

struct wx_str wx_permit_text(const struct wx_report *report)
{
    if (wx_str_eqz(report->breakdown.permit_id, "command-line"))
        return wx_str_of(wx_text(report->lang, WX_T_REPORT_NO_PERMIT));
    return report->breakdown.permit_id;
}

struct wx_str wx_site_origin(const struct wx_site *site)
{
    size_t from = wx_str_findz(site->start_url, "://"), to;

    if (from == WX_NPOS)
        return site->domain;
    for (to = from += 3; to < site->start_url.len; to++)
        if (strchr("/?#", site->start_url.ptr[to]))
            break;
    return wx_str_sub(site->start_url, from, to);
}

const char *wx_severity_text(enum wx_lang lang, enum wx_severity severity)
{
    static const enum wx_text keys[WX_N_SEVERITIES] = {
        [WX_SEV_INFO] = WX_T_SEV_INFO,         [WX_SEV_LOW] = WX_T_SEV_LOW,
        [WX_SEV_MEDIUM] = WX_T_SEV_MEDIUM,     [WX_SEV_HIGH] = WX_T_SEV_HIGH,
        [WX_SEV_CRITICAL] = WX_T_SEV_CRITICAL,
    };

    return wx_text(lang, keys[severity]);
}

const char *wx_verdict_text(enum wx_lang lang, enum wx_verdict verdict)
{
    static const enum wx_text keys[WX_N_VERDICTS] = {
        [WX_NOT_DETERMINED] = WX_T_VERDICT_NOT_DETERMINED,
        [WX_PASS] = WX_T_VERDICT_PASS,
        [WX_FAIL] = WX_T_VERDICT_FAIL,
        [WX_SUSPECTED] = WX_T_VERDICT_SUSPECTED,
        [WX_NOT_APPLICABLE] = WX_T_VERDICT_NOT_APPLICABLE,
    };

    return wx_text(lang, keys[verdict]);
}

const char *wx_site_status_text(enum wx_lang lang, enum wx_site_status status)
{
    static const enum wx_text keys[WX_SITE_STATUS_COUNT] = {
        [WX_SITE_WAITING] = WX_T_SITE_WAITING,
        [WX_SITE_RUNNING] = WX_T_SITE_RUNNING,
        [WX_SITE_INSPECTED] = WX_T_SITE_INSPECTED,
        [WX_SITE_PARTLY] = WX_T_SITE_PARTLY,
        [WX_SITE_UNREACHABLE] = WX_T_SITE_UNREACHABLE,
        [WX_SITE_BLOCKED] = WX_T_SITE_BLOCKED,
        [WX_SITE_ELSEWHERE] = WX_T_SITE_ELSEWHERE,
        [WX_SITE_PARKED] = WX_T_SITE_PARKED,
        [WX_SITE_DENIED] = WX_T_SITE_DENIED,
        [WX_SITE_FAILED] = WX_T_SITE_FAILED,
    };

    return wx_text(lang, keys[status]);
}

const char *wx_run_end_text(enum wx_lang lang, enum wx_run_end end)
{
    static const enum wx_text keys[] = {
        [WX_RUN_UNFINISHED] = WX_T_RUN_UNFINISHED,
        [WX_RUN_COMPLETE] = WX_T_RUN_COMPLETE,
        [WX_RUN_INTERRUPTED] = WX_T_RUN_INTERRUPTED,
        [WX_RUN_DEADLINE] = WX_T_RUN_DEADLINE,
    };

    return wx_text(lang, keys[end]);
}

/* The text of key PREFIX + NAME in capitals; NAME itself when the list has none. */
static struct wx_str text_by_name(struct wx_arena *arena, enum wx_lang lang,
                                  const char *prefix, struct wx_str name)
{
    char key[64];
    size_t n = (size_t)snprintf(key, sizeof key, "%s" WX_STR_FMT, prefix,
                                WX_STR_ARG(wx_str_sub(name, 0, 40)));

    for (size_t i = 0; i < n; i++)
        key[i] = key[i] == '-' ? '_' : (char)toupper((unsigned char)key[i]);
    for (unsigned i = 0; i < WX_TEXT_COUNT; i++)
        if (strcmp(wx_text_key((enum wx_text)i), key) == 0)
            return wx_str_of(wx_text(lang, (enum wx_text)i));
    return wx_arena_str(arena, name);
}

struct wx_str wx_category_text(struct wx_arena *arena, enum wx_lang lang,
                               struct wx_str category)
{
    return text_by_name(arena, lang, "CATEGORY_", category);
}

struct wx_str wx_reason_text(struct wx_arena *arena, enum wx_lang lang,
                             struct wx_str reason)
{
    struct wx_str rest = reason;

    if (wx_str_eqz(reason, "ok"))
        return (struct wx_str){0};
    if (wx_str_starts(reason, "http_"))
        return wx_arena_printf(arena, "HTTP " WX_STR_FMT,
                               WX_STR_ARG(wx_str_sub(reason, 5, reason.len)));
    (void)wx_str_cut(&rest, ':'); /* "waf:NAME" */
    if (wx_str_starts(reason, "waf:"))
        return wx_arena_printf(arena, wx_text(lang, WX_T_REASON_WAF), WX_STR_ARG(rest));
    return text_by_name(arena, lang, "REASON_", reason);
}

struct wx_str wx_uri_text(struct wx_arena *arena, struct wx_str url)
{
    static const char plain[] = "-._~:/?#[]@!$&'()*+,;=%";
    unsigned slashes = 0; /* square brackets belong to the host alone */
    char *out = wx_arena_alloc(arena, url.len * 3 + 1);
    size_t n = 0;

    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') ||
            (c && strchr(plain, c) && (slashes < 3 || (c != '[' && c != ']'))))
            out[n++] = (char)c;
        else
            n += (size_t)snprintf(out + n, 4, "%%%02X", c);
        slashes += c == '/';
    }
    return (struct wx_str){out, n};
}

bool wx_cp_is_inert_needed(uint32_t cp)
{
    return (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp < 0xA0) ||
           cp == 0x061C || cp == 0x180E || cp == 0x200B || cp == 0x200E ||
           cp == 0x200F || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || cp == 0xFFFE ||
           cp == 0xFFFF || (cp >= 0xE0000 && cp <= 0xE007F);
}
