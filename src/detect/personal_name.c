/*
 * Is it the name of a person? By family name, length and what the word ends in; for
 * deciding whether a telephone number beside it is a person's.
 */
#include "detect/personal_data.h"

static bool holds(const char *set, uint32_t cp)
{
    struct wx_str all = wx_str_of(set);
    size_t pos = 0;

    while (pos < all.len)
        if (wx_utf8_next(all, &pos) == cp)
            return true;
    return false;
}

/* The hundred and sixty most frequent family names, some 95 % of all people. */
static bool is_surname(uint32_t cp)
{
    return holds(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于"
        "蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
        "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞"
        "颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂"
        "成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉"
        "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬",
        cp);
}

/* Words of tables and notices that begin with a family name's character. */
static const char *const not_names[] = {
    "高中",   "方法",   "方式",   "金额",   "时间",   "单位", "单价", "全部",
    "全区",   "全市",   "全县",   "江苏",   "安徽",   "宁夏", "石油", "安全",
    "文化",   "文件",   "成立",   "应急",   "关于",   "方向", "时段", "地址",
    "白天",   "马路",   "农业",   "农民",   "成绩",   "解释", "解决", "连续",
    "党员",   "党委",   "党支部", "项目",   "边界",   "米面", "路线", "房屋",
    "房产",   "房号",   "车牌",   "车辆",   "管理",   "章程", "石材", "金属",
    "林业",   "林场",   "田地",   "华东",   "华南",   "华北", "广场", "卫生",
    "卫生院", "卫生室", "康复",   "温馨",   "游客",   "古镇", "龙头", "司机",
    "司法",   "司法所", "司法局", "农业局", "文化站", "江边", "施工", "施工方",
    "应聘",   "毕业",   "贺电",   "和平",   "景区",   "宫颈", "农机", "农户",
    "申请",   "申请人", "申报",   "路段",   "向阳",   NULL};

static bool starts_with_compound_surname(struct wx_str s)
{
    static const char *const surnames[] = {
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙",
        "慕容", "令狐", "司徒", "夏侯", "端木", "南宫", "西门", "轩辕"};

    for (size_t i = 0; i < sizeof surnames / sizeof *surnames; i++)
        if (wx_str_starts(s, surnames[i]))
            return true;
    return false;
}

/* Two or three characters from a family name on, and no office, shop or village. */
bool wx_person_name_is(struct wx_str s)
{
    struct wx_str rest = wx_str_trim(s);
    size_t pos = 0, n = 0;
    uint32_t first = 0, last = 0;

    for (size_t i = 0; not_names[i]; i++)
        if (wx_str_eqz(rest, not_names[i]))
            return false;
    while (pos < rest.len) {
        uint32_t cp = wx_utf8_next(rest, &pos);

        if (cp == 0x3000 || cp == ' ' || cp == 0xB7 || cp == 0xA0)
            continue; /* 张　三 */
        if (!wx_cp_is_han(cp) || ++n > 4)
            return false;
        first = first ? first : cp;
        last = cp;
    }
    if (n < 2 ||
        holds("局办所站科室区村镇乡街路店院馆部处委会队校厂社组楼县市省州行", last))
        return false;
    if (starts_with_compound_surname(rest))
        return n >= 3;
    return n <= 3 && is_surname(first);
}

/* S without the label TAIL words and signs at its end: "张三，联系电话：" → "张三". */
struct wx_str wx_person_labels_strip(struct wx_str s)
{
    static const char *const tails[] = {
        "联系电话", "手机号码", "手机号", "手机", "电话号码", "电话", "联系方式",
        "联系人",   "：",       "，",     "、",   "；",       "（",   "(",
        ":",        ",",        ";",      " ",    "\t",       "\n",   "　",
        "/",        "-",        "+",      "同志", "先生",     "女士", "\xC2\xA0"};
    bool has_more = true;

    while (has_more) {
        has_more = false;
        for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
            if (s.len && wx_str_ends(s, tails[i])) {
                s.len -= strlen(tails[i]);
                has_more = true;
            }
    }
    return s;
}

/* The Han characters S ends in. */
static struct wx_str han_tail(struct wx_str s)
{
    size_t from = s.len;

    while (from) {
        size_t at = from - 1, next;

        while (at && ((unsigned char)s.ptr[at] & 0xC0) == 0x80 && from - at < 4)
            at--;
        next = at;
        if (!wx_cp_is_han(wx_utf8_next(s, &next)))
            break;
        from = at;
    }
    return wx_str_sub(s, from, s.len);
}

/* A person is named right before a number: "联系人张三，电话：". */
bool wx_person_name_ends(struct wx_str s)
{
    static const char *const heads[] = {"联系人", "姓名",   "负责人", "经办人", "户主",
                                        "村民",   "居民",   "学生",   "家长",   "教师",
                                        "法人",   "申请人", "书记",   "主任",   "代表"};
    struct wx_str tail = han_tail(wx_person_labels_strip(s));

    if (wx_person_name_is(tail))
        return true;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (wx_str_starts(tail, heads[i]))
            return wx_person_name_is(wx_str_sub(tail, strlen(heads[i]), tail.len));
    return false;
}
