/*
 * write-papers DIR [--pdf [CONVERTER]]: every paper, made from one fixed fictional
 * district, as DOCX, text, page, those with tables as workbook, and the first one as
 * PDF. write-papers --bench N: N rectification notices as DOCX, in memory. For
 * tests/scenario/papers.sh, and to look at.
 */
#include "base/clock.h"
#include "document/agency.h"
#include "document/bulletin.h"
#include "document/contacts.h"
#include "document/detection.h"
#include "document/docx.h"
#include "document/feedback.h"
#include "document/forwarding.h"
#include "document/frozen.h"
#include "document/kinds.h"
#include "document/notice.h"
#include "document/page.h"
#include "document/pdf.h"
#include "document/registration.h"
#include "document/reinspection.h"
#include "document/self_check.h"
#include "document/sheet.h"
#include "document/site_table.h"
#include "document/spot_check.h"
#include "document/summary.h"
#include "document/survey.h"
#include <stdio.h>
#include <stdlib.h>

#define S WX_STR
#define DAY(y, m, d) ((struct wx_paper_day){(y), (m), (d)})
#define CAMPAIGN S("政府网站安全漏洞专项整治行动")

static const struct wx_str office[] = {WX_STR("星源区互联网信息办公室")};
static const struct wx_str three[] = {WX_STR("星源区互联网信息办公室"),
                                      WX_STR("星源区公安分局"),
                                      WX_STR("星源区国家保密局")};
static const struct wx_str school[] = {WX_STR("星源区教育局")};
static const struct wx_str none[] = {WX_STR("")};

static struct wx_frame frame(const struct wx_str *organs, size_t n,
                             struct wx_str number)
{
    return (struct wx_frame){.organs = organs,
                             .n_organs = n,
                             .number = number,
                             .date = DAY(2026, 3, 9),
                             .contact = S("网络安全科"),
                             .phone = S("000-00000000"),
                             .copy_to = S("区委办公室、区政府办公室"),
                             .printer = S("星源区互联网信息办公室"),
                             .printed = DAY(2026, 3, 10)};
}

static struct wx_frame plain(const struct wx_str *organs)
{
    return (struct wx_frame){
        .organs = organs, .n_organs = organs[0].len ? 1 : 0, .date = DAY(2026, 3, 9)};
}

static const struct wx_notice_finding notice_findings[] = {
    {S("F-0012"), S("星源区教育局门户网站"), S("jyj.xingyuan.gov.cn"),
     S("页面含有隐藏的外部链接"), S("高危"), S("http://jyj.xingyuan.gov.cn/index.html"),
     S("首页底部有12条隐藏链接，指向与政务无关的网站"), S("某规定第十七条"),
     S("删除隐藏链接，检查模板和后台账号，核对近期修改记录")},
    {S("F-0013"), S("星源区教育局门户网站"), S("jyj.xingyuan.gov.cn"),
     S("目录可以列出<script>alert(1)</script>"), S("中危"),
     S("http://jyj.xingyuan.gov.cn/upload/"), S("可以看到上传目录的全部文件名"),
     S("某规定第十八条"), S("关闭目录浏览")},
    {S("F-0020"), S("招生报名系统"), S("zs.xingyuan.gov.cn"), S("证书已经过期"),
     S("高危"), S("https://zs.xingyuan.gov.cn/"), S("证书于2026年1月1日到期"),
     S("某规定第二十条"), S("更换证书，登记到期日期")},
};

struct maker {
    const char *dir;
    struct wx_arena arena;
    struct wx_paper paper;
    struct wx_err err;
    const char *name, *converter;
    bool wants_pdf;
    int n;
};

static void stop(const struct maker *m, enum wx_status st)
{
    if (!st)
        return;
    fprintf(stderr, "write-papers: %s: %s\n", m->name, m->err.text);
    exit(1);
}

static void save(struct maker *m, const char *suffix, struct wx_buf *bytes)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s.%s", m->dir, m->name, suffix);
    stop(m, wx_file_replace(path, wx_buf_str(bytes), &m->err));
    wx_buf_clear(bytes);
}

static void write_pdf(struct maker *m)
{
    struct wx_buf pdf = WX_BUF_INIT(64 << 20);
    const char *converters[] = {m->converter, NULL};
    struct wx_pdf_options options = {.converters = m->converter ? converters : NULL};
    struct wx_pdf_report report;

    stop(m, wx_paper_pdf(&m->paper, &options, &pdf, &report, &m->err));
    save(m, "pdf", &pdf);
    printf("converter %s\nconfinement %s\n", report.converter, report.confinement);
    for (size_t i = 0; i < WX_PDF_FONTS; i++)
        printf("font %s %s\n", report.fonts[i].wanted, report.fonts[i].used);
}

static void write_all(struct maker *m, const char *name, enum wx_status st)
{
    struct wx_buf docx = WX_BUF_INIT(64 << 20), text = WX_BUF_INIT(64 << 20),
                  page = WX_BUF_INIT(64 << 20), xlsx = WX_BUF_INIT(64 << 20);
    struct wx_str style;

    m->name = name;
    stop(m, st);
    stop(m, wx_paper_docx(&m->paper, &docx, &m->err));
    save(m, "docx", &docx);
    stop(m, wx_paper_text(&m->paper, &text, &m->err));
    save(m, "txt", &text);
    stop(m, wx_paper_page(&m->paper, &page, &style, &m->err));
    save(m, "html", &page);
    st = wx_paper_xlsx(&m->paper, &xlsx, &m->err);
    if (st != WX_E_NOT_FOUND) {
        stop(m, st);
        save(m, "xlsx", &xlsx);
    }
    if (m->wants_pdf && m->n == 0) /* one shows it; each takes seconds */
        write_pdf(m);
    m->n++;
}

#define MAKE(kind, facts)                                                              \
    write_all(m, #kind, wx_paper_##kind(&m->paper, &m->arena, NULL, &(facts), &m->err))

/* ---- each ---- */

static struct wx_notice_facts notice_facts(void)
{
    return (struct wx_notice_facts){
        .frame = frame(office, 1, S("星网办〔2026〕12号")),
        .unit = S("星源区教育局"),
        .organ = S("我办"),
        .campaign = CAMPAIGN,
        .basis = S("《星源区政府网站安全漏洞专项整治行动方案》"),
        .source = S("远程检测"),
        .found = DAY(2026, 3, 5),
        .due = DAY(2026, 3, 20),
        .plan_due = DAY(2026, 3, 16),
        .n_sites = 2,
        .n_high = 2,
        .n_medium = 1,
        .reply_to = S("我办网络安全科"),
        .findings = notice_findings,
        .n_findings = 3,
    };
}

static void notices(struct maker *m)
{
    static const struct wx_reinspected checks[] = {
        {S("F-0012"), S("门户网站"), S("页面含有隐藏的外部链接"), S("已整改"), S(""),
         DAY(2026, 3, 21)},
        {S("F-0013"), S("门户网站"), S("目录可以列出"), S("未整改"), S("仍可列出"),
         DAY(2026, 3, 21)},
        {S("F-0020"), S("招生报名系统"), S("证书已经过期"), S("未能判定"),
         S("网站不能访问"), DAY(2026, 3, 21)},
    };
    struct wx_notice_facts n = notice_facts();
    struct wx_reinspection_facts r = {
        .frame = frame(office, 1, S("星网办〔2026〕19号")),
        .unit = S("星源区教育局"),
        .organ = S("我办"),
        .notice_number = S("《星网办〔2026〕12号》"),
        .answered = DAY(2026, 3, 19),
        .checked = DAY(2026, 3, 21),
        .method = S("远程检测"),
        .n_fixed = 1,
        .n_not_fixed = 1,
        .n_undetermined = 1,
        .due = DAY(2026, 3, 30),
        .checks = checks,
        .n_checks = 3,
    };

    n.frame.watermark = S("星源区网信办　样张　2026-03-09");
    MAKE(rectification_notice, n);
    n.frame.watermark = S("");
    n.frame.number = S("星网办〔2026〕13号");
    n.campaign = S("重大活动网络安全保障");
    MAKE(hardening_notice, n);
    MAKE(reinspection_opinion, r);
}

static void bulletins(struct maker *m)
{
    static const struct wx_bulletin_unit units[] = {
        {S("星源区水务局"), S("存在严重安全漏洞"), S("网站被植入隐藏链接，逾期未整改"),
         S("星网办〔2026〕14号"), 4},
        {S("青河镇人民政府"), S("未按时报送自查报告"), S("经两次催办仍未报送"), S(""),
         0},
    };
    static const struct wx_bulletin_good good[] = {
        {S("星源区财政局"), S("主动关闭两个长期不更新的网站，三日内完成整改")}};
    static const struct wx_detected_kind kinds[] = {
        {S("隐藏链接"), 14}, {S("信息泄露"), 31}, {S("证书问题"), 9}};
    static const struct wx_detected_unit detected[] = {
        {S("星源区教育局"), 2, 0, 2, 1, 0, 0},
        {S("星源区水务局"), 1, 1, 3, 2, 5, 0},
        {S("青河镇人民政府"), 1, 0, 0, 0, 0, 1}};
    struct wx_bulletin_facts b = {
        .frame = frame(three, 3, S("星网办〔2026〕21号")),
        .addressees = S("各镇人民政府、街道办事处，区政府各部门"),
        .campaign = CAMPAIGN,
        .period = S("3月"),
        .n_due_units = 24,
        .n_sites = 60,
        .n_vulnerable = 5,
        .vulnerable = 83,
        .target = S("10%以下"),
        .n_findings = 54,
        .n_fixed = 47,
        .fixed = 870,
        .due = DAY(2026, 4, 10),
        .good = good,
        .n_good = 1,
        .units = units,
        .n_units = 2,
    };
    struct wx_detection_facts d = {
        .frame = frame(office, 1, S("星网办〔2026〕11号")),
        .addressees = S("各有关单位"),
        .campaign = CAMPAIGN,
        .round = S("第一轮"),
        .team = S("区网络安全技术队伍"),
        .from = DAY(2026, 3, 1),
        .until = DAY(2026, 3, 5),
        .n_sites = 60,
        .n_inspected = 58,
        .n_undetermined = 2,
        .n_problem_sites = 17,
        .n_findings = 54,
        .n_critical = 1,
        .n_high = 12,
        .due = DAY(2026, 3, 20),
        .kinds = kinds,
        .n_kinds = 3,
        .units = detected,
        .n_units = 3,
    };

    MAKE(bulletin, b);
    MAKE(detection_bulletin, d);
}

static void plans(struct maker *m)
{
    static const struct wx_plan_part duties[] = {
        {S("区网信办"),
         S("负责专项整治行动的总体组织、协调，组织技术队伍检查网站的风险和漏洞。")},
        {S("区公安分局"),
         S("负责检测IP地址的备案和管理，指导被检网站按照等级保护要求整改。")}};
    static const struct wx_plan_part checks[] = {
        {S("网站安全漏洞排查"),
         S("重点检测网页脚本、网站挂马、网站架构和服务器主机。")},
        {S("安全防护措施落实情况"),
         S("专职信息安全员是否到位，防护设备是否安装到位。")}};
    static const struct wx_plan_stage stages[] = {
        {S("自查"), S("2026年2月"),
         S("各单位按照检查内容自查，3月1日前报送自查整改报告。")},
        {S("检查"), S("2026年3月"),
         S("组织技术力量对全区网站进行检查，以远程检测为主。")}};
    static const struct wx_plan_part wants[] = {
        {S("加强领导"), S("明确责任，专人负责，确保取得实效。")},
        {S("做好保密"),
         S("委托专业机构参与检测的，应当审查机构和人员，签订保密协议。")}};
    struct wx_forwarding_facts f = {
        .frame = frame(office, 1, S("星网办〔2026〕3号")),
        .addressees = S("各镇人民政府、街道办事处，区政府各部门"),
        .plan = S("星源区政府网站安全漏洞专项整治行动方案"),
        .drafter = S("区网信办"),
        .approver = S("区政府领导同志"),
        .basis = S("根据市统一安排，"),
        .aim = S("通过专项整治，堵塞漏洞，消除隐患，力争将存在安全漏洞的网站比例控制在1"
                 "0%以下。"),
        .principles = S("坚持“谁主管谁负责、谁运行谁负责、谁使用谁负责”和属地管理、分级"
                        "负责的原则。"),
        .organisation = S("成立专项整治行动领导小组，办公室设在区网信办。"),
        .duties = duties,
        .n_duties = 2,
        .checks = checks,
        .n_checks = 2,
        .stages = stages,
        .n_stages = 2,
        .requirements = wants,
        .n_requirements = 2,
    };

    f.frame.has_chinese_date = true;
    f.frame.date = DAY(2026, 2, 8);
    f.frame.urgency = S("加急");
    MAKE(forwarding_notice, f);
}

static void reports(struct maker *m)
{
    static const struct wx_self_site sites[] = {
        {S("星源区教育局门户网站"), S("jyj.xingyuan.gov.cn"), S("192.0.2.10"),
         S("区政务云机房"), S("某ICP备12345678号-1"), S("办公室"), S("某甲"), S("某乙"),
         S("000-00000000")},
        {S("招生报名系统"), S("zs.xingyuan.gov.cn"), S("192.0.2.11"), S("区政务云机房"),
         S("某ICP备12345678号-2"), S("招生办"), S("某丙"), S("某乙"),
         S("000-00000000")}};
    static const struct wx_self_finding found[] = {
        {S("门户网站"), S("目录可以列出"), S("中危"), S("已整改"), S("关闭目录浏览")},
        {S("招生报名系统"), S("证书已经过期"), S("高危"), S("整改中"),
         S("正在申请证书，3月18日前更换")}};
    static const struct wx_self_agency agencies[] = {
        {S("某某信息安全测评公司"), S("信息安全服务资质二级"), S("某丁、某戊"),
         S("2026年2月10日签订")}};
    static const struct wx_self_system systems[] = {
        {S("招生报名系统"), S("第二级"),
         S("面向社会公众提供招生报名服务，年访问量约20万人次。")}};
    struct wx_self_check_facts f = {
        .frame = plain(school),
        .unit = S("星源区教育局"),
        .organ = S("星源区互联网信息办公室"),
        .year = S("2026"),
        .campaign = CAMPAIGN,
        .organisation =
            S("成立了由分管领导任组长的自查工作小组，2月12日至25日完成自查。"),
        .detection = S("委托专业机构进行了网页脚本、挂马、架构、主机和边界设备检测。"),
        .rectified = S("对发现的问题立即整改，已完成1个，1个正在整改。"),
        .rules = S("建立了网站安全管理、信息发布审核、值班等六项制度。"),
        .protection = S("招生报名系统定为第二级，已备案。"),
        .network = S("关闭了两个下属网站，并入门户网站统一防护。"),
        .cipher = S("未使用密码设备；门户网站已启用HTTPS。"),
        .outsourcing = S("运维委托某某公司，签订了服务和保密协议。"),
        .emergency = S("修订了应急预案，3月开展一次演练。"),
        .problems = S("专职人员不足，证书到期未能及时发现。"),
        .advice = S("建议统一采购网站防护服务。"),
        .sites = sites,
        .n_sites = 2,
        .findings = found,
        .n_findings = 2,
        .agencies = agencies,
        .n_agencies = 1,
        .systems = systems,
        .n_systems = 1,
    };

    MAKE(rectification_report, f);
    MAKE(self_check_report, f);
}

static void tables(struct maker *m)
{
    static const struct wx_contact_person people[] = {
        {S("主管领导"), S("某乙"), S("副局长"), S("000-00000000"), S("00000000000"),
         S("a@jyj.xingyuan.gov.cn")},
        {S("责任人"), S("某甲"), S("办公室主任"), S("000-00000000"), S("00000000000"),
         S("b@jyj.xingyuan.gov.cn")},
        {S("联络人"), S("某丙"), S("科员"), S("000-00000000"), S("00000000000"),
         S("")}};
    static const struct wx_site_line lines[] = {
        {S("星源区教育局"), S("门户网站"), S("jyj.xingyuan.gov.cn"), S("192.0.2.10"),
         S("区政务云"), S("某ICP备12345678号-1"), S("某公网安备00000000000000号"),
         S("二级"), S("有"), S("某甲"), S("000-00000000")},
        {S("星源区水务局"), S("门户网站"), S("swj.xingyuan.gov.cn"), S("192.0.2.20"),
         S("本单位机房"), S(""), S(""), S("未定级"), S("无"), S("某己"),
         S("000-00000000")}};
    static const struct wx_site_count counts[] = {
        {S("行政机关"), 41}, {S("事业单位"), 15}, {S("企业"), 4}};
    struct wx_contacts_facts c = {.frame = plain(none),
                                  .unit = S("星源区教育局"),
                                  .address = S("星源区某某路1号"),
                                  .duty_phone = S("000-00000000"),
                                  .filler = S("某丙"),
                                  .filled = DAY(2026, 2, 20),
                                  .people = people,
                                  .n_people = 3};
    struct wx_site_table_facts t = {.frame = plain(none),
                                    .region = S("星源区"),
                                    .at = DAY(2026, 2, 28),
                                    .counts = counts,
                                    .n_counts = 3,
                                    .sites = lines,
                                    .n_sites = 2};
    struct wx_form form = {.lang = WX_ZH};

    MAKE(contact_table, c);
    MAKE(site_table, t);
    wx_form_fill(&form, &m->arena, WX_ZH, NULL, NULL);
    write_all(m, "survey_form",
              wx_paper_survey(&m->paper, &m->arena, &form, S(""), &m->err));
}

static void checks(struct maker *m)
{
    static const struct wx_drawn_line drawn[] = {
        {S("星源区水务局"), S("门户网站"), S("按条件"),
         S("严重问题1个（阈值1）；逾期未反馈9天（阈值5）")},
        {S("星源区林业局"), S("门户网站"), S("随机"), S("分层“区直部门”，第7号")}};
    static const struct wx_sheet_item items[] = {
        {S("信息安全主管领导、管理机构和人员是否明确"), S("检查内容（一）"), S("符合"),
         S("查看任命文件")},
        {S("应急预案是否制定、修订和演练"), S("检查内容（七）"), S(""), S("")}};
    static const struct wx_scored_item scored[] = {
        {S("按时报送自查报告"), 10, S("10"), S("3月1日报送")},
        {S("技术检测"), 40, S("28"), S("高危2个，每个扣6分")},
        {S("现场抽查"), 20, S("—"), S("未抽到，不计分")}};
    struct wx_draw_list_facts d = {
        .frame = plain(office),
        .campaign = CAMPAIGN,
        .team = S("检查工作组"),
        .from = DAY(2026, 10, 8),
        .until = DAY(2026, 10, 31),
        .n_pool = 60,
        .n_ranked = 1,
        .n_random = 1,
        .seed = S("2026100800"),
        .method = S("重要系统多、检测问题多、未及时报送自查报告或者未及时反馈整改结果的"
                    "单位优先，其余按单位类别分层随机抽取。"),
        .drawn = drawn,
        .n_drawn = 2};
    struct wx_check_sheet_facts c = {.frame = plain(none),
                                     .unit = S("星源区水务局"),
                                     .site = S("门户网站"),
                                     .checked = DAY(2026, 10, 12),
                                     .place = S("区水务局机房"),
                                     .items = items,
                                     .n_items = 2};
    struct wx_feedback_facts f = {.frame = frame(office, 1, S("星网办〔2026〕41号")),
                                  .unit = S("星源区教育局"),
                                  .organ = S("我办"),
                                  .campaign = CAMPAIGN,
                                  .total = S("82.5分"),
                                  .level = S("良好"),
                                  .n_unmeasured = 1,
                                  .appeal_until = DAY(2026, 11, 20),
                                  .items = scored,
                                  .n_items = 3};

    MAKE(spot_check_list, d);
    MAKE(spot_check_sheet, c);
    MAKE(evaluation_feedback, f);
}

static void summaries(struct maker *m)
{
    static const struct wx_summary_kind kinds[] = {
        {S("隐藏链接"), 14}, {S("信息泄露"), 31}, {S("证书问题"), 9}};
    static const struct wx_summary_task tasks[] = {
        {S("报送自查整改报告"), DAY(2026, 3, 1), 24, 21, 2, 1},
        {S("反馈整改结果"), DAY(2026, 3, 20), 17, 12, 3, 2}};
    static const struct wx_summary_unit units[] = {
        {S("星源区教育局"), 2, 3, 2, 0, S("良好")},
        {S("星源区水务局"), 1, 11, 7, 2, S("较差")}};
    struct wx_summary_facts s = {
        .frame = frame(office, 1, S("星网办〔2026〕50号")),
        .addressee = S("星源区人民政府"),
        .campaign = CAMPAIGN,
        .organisation = S("成立领导小组，印发方案，召开部署会。"),
        .from = DAY(2026, 2, 8),
        .until = DAY(2026, 4, 30),
        .n_all_units = 24,
        .n_sites = 60,
        .n_duties = 96,
        .n_findings = 54,
        .n_fixed = 47,
        .n_open = 5,
        .n_undetermined = 2,
        .fixed = 870,
        .n_vulnerable = 5,
        .vulnerable = 83,
        .target = S("10%以下"),
        .n_notices = 19,
        .n_reinspections = 22,
        .n_drawn = 6,
        .problems = S("部分单位重应用、轻安全，镇街缺少专业人员。"),
        .next = S("健全长效机制，推进集约化建设。"),
        .kinds = kinds,
        .n_kinds = 3,
        .tasks = tasks,
        .n_tasks = 2,
        .units = units,
        .n_units = 2};

    s.frame.signer = S("某庚");
    MAKE(summary_report, s);
}

static void agencies(struct maker *m)
{
    static const struct wx_agency_person people[] = {
        {S("某丁"), S("（证件号码略）"), S("注册信息安全专业人员")},
        {S("某戊"), S("（证件号码略）"), S("注册渗透测试工程师")}};
    static const struct wx_agency_target targets[] = {
        {S("星源区教育局"), S("门户网站"), S("jyj.xingyuan.gov.cn")},
        {S("星源区水务局"), S("门户网站"), S("swj.xingyuan.gov.cn")}};
    static const struct wx_agency_source sources[] = {
        {S("198.51.100.7"), S("远程检测"), S("某某通信公司")}};
    struct wx_agency_facts a = {
        .frame = plain(office),
        .organ = S("星源区互联网信息办公室"),
        .agency = S("某某信息安全测评公司"),
        .agency_code = S("000000000000000000"),
        .representative = S(""),
        .campaign = CAMPAIGN,
        .permit = S("星网安〔2026〕2号"),
        .from = DAY(2026, 3, 1),
        .until = DAY(2026, 3, 31),
        .window = S("20:00至次日6:00"),
        .pace = S("每个网站每秒不超过2次请求，同时连接不超过2个。"),
        .methods = S("只读访问网页，核查证书和响应头。"),
        .forbidden =
            S("禁止口令猜测、拒绝服务、上传文件、修改数据和获取超出证明所需的数据。"),
        .filed_with = S("星源区公安分局"),
        .emergency_phone = S("000-00000000"),
        .keep_years = 3,
        .people = people,
        .n_people = 2,
        .targets = targets,
        .n_targets = 2,
        .sources = sources,
        .n_sources = 1};
    struct wx_registration_facts r = {
        .frame = plain(school),
        .unit = S("星源区教育局"),
        .organ = S("星源区互联网信息办公室"),
        .site = S("星源区学区查询系统"),
        .domain = S("xq.xingyuan.gov.cn"),
        .ip = S("192.0.2.12"),
        .place = S("区政务云机房"),
        .purpose = S("向社会公众提供学区查询"),
        .operator= S("某某公司"),
        .grade = S("二级"),
        .stage = S("新建"),
        .online = DAY(2026, 5, 1),
        .leader = S("某乙"),
        .contact_name = S("某甲"),
        .contact_phone = S("000-00000000"),
        .basis = S("《星源区政府网站安全漏洞专项整治行动方案》"),
        .evidence = S("我办于2026年3月5日在检测中发现该网站，经书面询问未补办。"),
        .found = DAY(2026, 3, 5),
        .due = DAY(2026, 3, 31)};

    MAKE(confidentiality_agreement, a);
    MAKE(detection_authorisation, a);
    MAKE(source_filing, a);
    MAKE(registration_application, r);
    r.frame = frame(office, 1, S("星网办〔2026〕15号"));
    MAKE(stop_order, r);
}

/* ---- those whose facts stand in papers_facts.json ---- */

static struct wx_str text_of(struct maker *m, const json_t *one, const char *field)
{
    const char *text = json_string_value(json_object_get(one, field));

    return wx_arena_str(&m->arena, wx_str_of(text ? text : ""));
}

static struct wx_frame frame_of(struct maker *m, const json_t *one)
{
    struct wx_str name = text_of(m, one, "frame"), number = text_of(m, one, "number");
    struct wx_frame out = plain(none);

    if (wx_str_eqz(name, "office"))
        out = frame(office, 1, number);
    else if (wx_str_eqz(name, "three"))
        out = frame(three, 3, number);
    else if (wx_str_eqz(name, "school"))
        out = plain(school);
    out.signer = text_of(m, one, "signer");
    return out;
}

static void write_kept(struct maker *m)
{
    json_t *all = json_load_file(WX_PAPERS_FACTS, 0, NULL), *one;
    const char *word;

    if (!all) {
        fprintf(stderr, "write-papers: %s cannot be read\n", WX_PAPERS_FACTS);
        exit(1);
    }
    json_object_foreach(all, word, one)
    {
        const struct wx_paper_kind *kind = wx_paper_kind_find(wx_str_of(word));
        struct wx_frame *facts;

        m->name = word;
        if (!kind)
            stop(m, wx_fail(&m->err, WX_E_NOT_FOUND, "there is no such kind"));
        facts = wx_arena_zalloc(&m->arena, kind->facts_bytes);
        stop(m, wx_facts_read(kind->table, json_object_get(one, "facts"), &m->arena,
                              facts, &m->err));
        *facts = frame_of(m, one); /* the facts' first member */
        write_all(m, kind->word,
                  wx_paper_of_word(&m->paper, &m->arena, kind->word, facts, &m->err));
    }
    json_decref(all);
}

static int bench(int n)
{
    int64_t begun_ms = wx_mono_ms();
    size_t bytes = 0;

    for (int i = 0; i < n; i++) {
        struct wx_buf docx = WX_BUF_INIT(64 << 20);
        struct wx_notice_facts facts = notice_facts();
        struct maker m = {.name = "bench"};

        wx_arena_init(&m.arena);
        stop(&m,
             wx_paper_rectification_notice(&m.paper, &m.arena, NULL, &facts, &m.err));
        stop(&m, wx_paper_docx(&m.paper, &docx, &m.err));
        bytes += docx.len;
        wx_buf_clear(&docx);
        wx_arena_clear(&m.arena);
    }
    printf("%d notices, %zu bytes, %lld ms\n", n, bytes,
           (long long)(wx_mono_ms() - begun_ms));
    return 0;
}

int main(int argc, char **argv)
{
    struct maker m = {.dir = argc > 1 ? argv[1] : ""};

    if (argc == 3 && strcmp(argv[1], "--bench") == 0)
        return bench(atoi(argv[2]));
    if (argc > 2 && strcmp(argv[2], "--pdf") == 0) {
        m.wants_pdf = true;
        m.converter = argc > 3 ? argv[3] : NULL;
    } else if (argc != 2) {
        fprintf(stderr, "usage: write-papers DIR [--pdf [CONVERTER]] | --bench N\n");
        return 2;
    }
    wx_arena_init(&m.arena);
    notices(&m);
    bulletins(&m);
    plans(&m);
    reports(&m);
    tables(&m);
    checks(&m);
    summaries(&m);
    agencies(&m);
    write_kept(&m);
    printf("%d papers\n", m.n);
    wx_arena_clear(&m.arena);
    return 0;
}
