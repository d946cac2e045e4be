/*
 * Findings as a table (CSV or XLSX), for tools that write neither JSON nor SARIF and
 * for people. Columns by their heads, in any order; 网址/url and 问题名称/title are
 * needed.
 */
#include "convert/foreign.h"

enum {
    MAX_HEADER_ROW = 30,
    NO_COLUMN = -1,
    REFERENCE = WX_FOREIGN_TEXT_COUNT,
    CWE,
    CVE,
    COLUMN_COUNT
};

static const struct {
    const char *head; /* lower case, without blanks */
    int column;
} heads[] = {
    {"url", WX_FOREIGN_URL},
    {"网址", WX_FOREIGN_URL},
    {"地址", WX_FOREIGN_URL},
    {"问题网址", WX_FOREIGN_URL},
    {"漏洞地址", WX_FOREIGN_URL},
    {"漏洞url", WX_FOREIGN_URL},
    {"address", WX_FOREIGN_URL},
    {"title", WX_FOREIGN_TITLE},
    {"name", WX_FOREIGN_TITLE},
    {"问题名称", WX_FOREIGN_TITLE},
    {"漏洞名称", WX_FOREIGN_TITLE},
    {"名称", WX_FOREIGN_TITLE},
    {"问题", WX_FOREIGN_TITLE},
    {"rule", WX_FOREIGN_RULE},
    {"id", WX_FOREIGN_RULE},
    {"编号", WX_FOREIGN_RULE},
    {"规则", WX_FOREIGN_RULE},
    {"漏洞编号", WX_FOREIGN_RULE},
    {"severity", WX_FOREIGN_SEVERITY},
    {"level", WX_FOREIGN_SEVERITY},
    {"risk", WX_FOREIGN_SEVERITY},
    {"级别", WX_FOREIGN_SEVERITY},
    {"等级", WX_FOREIGN_SEVERITY},
    {"风险等级", WX_FOREIGN_SEVERITY},
    {"风险级别", WX_FOREIGN_SEVERITY},
    {"漏洞等级", WX_FOREIGN_SEVERITY},
    {"危害等级", WX_FOREIGN_SEVERITY},
    {"detail", WX_FOREIGN_DETAIL},
    {"description", WX_FOREIGN_DETAIL},
    {"描述", WX_FOREIGN_DETAIL},
    {"问题描述", WX_FOREIGN_DETAIL},
    {"漏洞描述", WX_FOREIGN_DETAIL},
    {"说明", WX_FOREIGN_DETAIL},
    {"fix", WX_FOREIGN_FIX},
    {"solution", WX_FOREIGN_FIX},
    {"remediation", WX_FOREIGN_FIX},
    {"整改建议", WX_FOREIGN_FIX},
    {"修复建议", WX_FOREIGN_FIX},
    {"建议", WX_FOREIGN_FIX},
    {"evidence", WX_FOREIGN_EVIDENCE},
    {"证据", WX_FOREIGN_EVIDENCE},
    {"证明", WX_FOREIGN_EVIDENCE},
    {"method", WX_FOREIGN_METHOD},
    {"请求方法", WX_FOREIGN_METHOD},
    {"param", WX_FOREIGN_PARAM},
    {"parameter", WX_FOREIGN_PARAM},
    {"参数", WX_FOREIGN_PARAM},
    {"tool", WX_FOREIGN_TOOL},
    {"来源", WX_FOREIGN_TOOL},
    {"检测工具", WX_FOREIGN_TOOL},
    {"found_at", WX_FOREIGN_FOUND_AT},
    {"date", WX_FOREIGN_FOUND_AT},
    {"发现时间", WX_FOREIGN_FOUND_AT},
    {"检测时间", WX_FOREIGN_FOUND_AT},
    {"reference", REFERENCE},
    {"参考", REFERENCE},
    {"参考链接", REFERENCE},
    {"cwe", CWE},
    {"cve", CVE},
};

static int column_of(struct wx_str head)
{
    char z[64];
    size_t n = 0;

    for (size_t i = 0; i < head.len && n < sizeof z - 1; i++)
        if (!wx_is_space((unsigned char)head.ptr[i]) && head.ptr[i] != '*')
            z[n++] = (char)wx_lower((unsigned char)head.ptr[i]);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (wx_str_eqz((struct wx_str){z, n}, heads[i].head))
            return heads[i].column;
    return NO_COLUMN;
}

static bool find_header(const struct wx_table *table, int at[COLUMN_COUNT],
                        size_t *header)
{
    for (size_t i = 0; i < table->n_rows && i < MAX_HEADER_ROW; i++) {
        for (int c = 0; c < COLUMN_COUNT; c++)
            at[c] = NO_COLUMN;
        for (size_t k = table->rows[i].n_cells; k-- > 0;) {
            int column = column_of(table->rows[i].cells[k]);

            if (column != NO_COLUMN)
                at[column] = (int)k; /* the leftmost of a kind stays */
        }
        *header = i;
        if (at[WX_FOREIGN_URL] != NO_COLUMN &&
            (at[WX_FOREIGN_TITLE] != NO_COLUMN || at[WX_FOREIGN_RULE] != NO_COLUMN))
            return true;
    }
    return false;
}

static struct wx_str cell(const struct wx_table_row *row, int at)
{
    return at != NO_COLUMN && (size_t)at < row->n_cells ? row->cells[at]
                                                        : (struct wx_str){NULL, 0};
}

static enum wx_status read_row(struct wx_convert_child *child,
                               const struct wx_table_row *row,
                               const int at[COLUMN_COUNT], struct wx_err *err)
{
    struct wx_foreign f = {.row = row->number};

    for (int i = 0; i < WX_FOREIGN_TEXT_COUNT; i++)
        f.texts[i] = cell(row, at[i]);
    f.texts[WX_FOREIGN_SEVERITY] = wx_foreign_severity(f.texts[WX_FOREIGN_SEVERITY]);
    wx_foreign_refer(&f, cell(row, at[REFERENCE]));
    wx_foreign_cwe(&f, cell(row, at[CWE]));
    wx_foreign_cve(&f, cell(row, at[CVE]));
    return wx_foreign_send(child, &f, err);
}

enum wx_status wx_convert_finding_csv(struct wx_convert_child *child,
                                      struct wx_str bytes, struct wx_err *err)
{
    int at[COLUMN_COUNT];
    struct wx_table table;
    size_t header = 0;
    enum wx_status st = wx_table_read(child->arena, bytes, child->lang, &table, err);

    if (!st && !find_header(&table, at, &header))
        st = wx_fail(err, WX_E_INVALID, "%s",
                     wx_text(child->lang, WX_T_CONVERT_NOT_FINDINGS));
    for (size_t i = header + 1; !st && i < table.n_rows; i++)
        st = read_row(child, &table.rows[i], at, err);
    if (!st)
        wx_foreign_end(child, WX_STR(""));
    return st;
}
