#include "register/column.h"

static const struct {
    const char *name; /* lower case, no blanks, no signs */
    enum wx_column column;
} names[] = {
    {"域名", WX_COL_DOMAIN},
    {"网站域名", WX_COL_DOMAIN},
    {"站点域名", WX_COL_DOMAIN},
    {"主域名", WX_COL_DOMAIN},
    {"互联网域名", WX_COL_DOMAIN},
    {"网址", WX_COL_DOMAIN},
    {"网站网址", WX_COL_DOMAIN},
    {"首页网址", WX_COL_DOMAIN},
    {"网站首页网址", WX_COL_DOMAIN},
    {"网站地址", WX_COL_DOMAIN},
    {"首页地址", WX_COL_DOMAIN},
    {"访问地址", WX_COL_DOMAIN},
    {"站点地址", WX_COL_DOMAIN},
    {"网站链接", WX_COL_DOMAIN},
    {"链接", WX_COL_DOMAIN},
    {"域名或网址", WX_COL_DOMAIN},
    {"域名/网址", WX_COL_DOMAIN},
    {"网址/域名", WX_COL_DOMAIN},
    {"网站url", WX_COL_DOMAIN},
    {"url", WX_COL_DOMAIN},
    {"domain", WX_COL_DOMAIN},
    {"domainname", WX_COL_DOMAIN},
    {"domains", WX_COL_DOMAIN},
    {"host", WX_COL_DOMAIN},
    {"hostname", WX_COL_DOMAIN},
    {"website", WX_COL_DOMAIN},
    {"websiteurl", WX_COL_DOMAIN},
    {"siteurl", WX_COL_DOMAIN},
    {"starturl", WX_COL_DOMAIN},
    {"homepage", WX_COL_DOMAIN},
    {"link", WX_COL_DOMAIN},
    {"网站名称", WX_COL_NAME},
    {"站点名称", WX_COL_NAME},
    {"网站名", WX_COL_NAME},
    {"名称", WX_COL_NAME},
    {"系统名称", WX_COL_NAME},
    {"网站应用名称", WX_COL_NAME},
    {"网站/应用名称", WX_COL_NAME},
    {"网站系统名称", WX_COL_NAME},
    {"网站或应用名称", WX_COL_NAME},
    {"name", WX_COL_NAME},
    {"sitename", WX_COL_NAME},
    {"websitename", WX_COL_NAME},
    {"site", WX_COL_NAME},
    {"title", WX_COL_NAME},
    {"ip", WX_COL_IP},
    {"ip地址", WX_COL_IP},
    {"互联网ip地址", WX_COL_IP},
    {"公网ip", WX_COL_IP},
    {"公网ip地址", WX_COL_IP},
    {"服务器ip", WX_COL_IP},
    {"服务器ip地址", WX_COL_IP},
    {"ipaddress", WX_COL_IP},
    {"serverip", WX_COL_IP},
    {"服务器所在地址", WX_COL_SERVER_PLACE},
    {"服务器所在地", WX_COL_SERVER_PLACE},
    {"服务器地址", WX_COL_SERVER_PLACE},
    {"服务器位置", WX_COL_SERVER_PLACE},
    {"服务器物理地址", WX_COL_SERVER_PLACE},
    {"服务器存放地", WX_COL_SERVER_PLACE},
    {"服务器存放地点", WX_COL_SERVER_PLACE},
    {"机房地址", WX_COL_SERVER_PLACE},
    {"托管地点", WX_COL_SERVER_PLACE},
    {"部署位置", WX_COL_SERVER_PLACE},
    {"部署地点", WX_COL_SERVER_PLACE},
    {"serverplace", WX_COL_SERVER_PLACE},
    {"serverlocation", WX_COL_SERVER_PLACE},
    {"serveraddress", WX_COL_SERVER_PLACE},
    {"location", WX_COL_SERVER_PLACE},
    {"网站备案登记号", WX_COL_ICP},
    {"备案登记号", WX_COL_ICP},
    {"备案号", WX_COL_ICP},
    {"备案编号", WX_COL_ICP},
    {"网站备案号", WX_COL_ICP},
    {"icp备案号", WX_COL_ICP},
    {"icp备案编号", WX_COL_ICP},
    {"icp备案登记号", WX_COL_ICP},
    {"icp备案", WX_COL_ICP},
    {"icp号", WX_COL_ICP},
    {"icp", WX_COL_ICP},
    {"icpnumber", WX_COL_ICP},
    {"icpno", WX_COL_ICP},
    {"icpfiling", WX_COL_ICP},
    {"icpfilingnumber", WX_COL_ICP},
    {"所属部门", WX_COL_UNIT},
    {"所属单位", WX_COL_UNIT},
    {"主办单位", WX_COL_UNIT},
    {"主办单位名称", WX_COL_UNIT},
    {"单位名称", WX_COL_UNIT},
    {"单位", WX_COL_UNIT},
    {"部门", WX_COL_UNIT},
    {"开办单位", WX_COL_UNIT},
    {"责任单位", WX_COL_UNIT},
    {"所属部门单位", WX_COL_UNIT},
    {"unit", WX_COL_UNIT},
    {"unitname", WX_COL_UNIT},
    {"organization", WX_COL_UNIT},
    {"organisation", WX_COL_UNIT},
    {"department", WX_COL_UNIT},
    {"owner", WX_COL_UNIT},
    {"联系人", WX_COL_CONTACT},
    {"联系人姓名", WX_COL_CONTACT},
    {"网站联系人", WX_COL_CONTACT},
    {"管理员", WX_COL_CONTACT},
    {"contact", WX_COL_CONTACT},
    {"contactperson", WX_COL_CONTACT},
    {"contactname", WX_COL_CONTACT},
    {"主管领导", WX_COL_LEADER},
    {"分管领导", WX_COL_LEADER},
    {"负责人", WX_COL_LEADER},
    {"责任人", WX_COL_LEADER},
    {"leader", WX_COL_LEADER},
    {"supervisor", WX_COL_LEADER},
    {"responsible", WX_COL_LEADER},
    {"responsibleperson", WX_COL_LEADER},
    {"联系电话", WX_COL_PHONE},
    {"电话", WX_COL_PHONE},
    {"联系方式", WX_COL_PHONE},
    {"联系人电话", WX_COL_PHONE},
    {"办公电话", WX_COL_PHONE},
    {"手机", WX_COL_PHONE},
    {"手机号", WX_COL_PHONE},
    {"phone", WX_COL_PHONE},
    {"phonenumber", WX_COL_PHONE},
    {"telephone", WX_COL_PHONE},
    {"tel", WX_COL_PHONE},
    {"mobile", WX_COL_PHONE},
    {"contactphone", WX_COL_PHONE},
    {"单位类型", WX_COL_UNIT_KIND},
    {"单位性质", WX_COL_UNIT_KIND},
    {"单位类别", WX_COL_UNIT_KIND},
    {"主体类型", WX_COL_UNIT_KIND},
    {"主办单位性质", WX_COL_UNIT_KIND},
    {"机构类型", WX_COL_UNIT_KIND},
    {"unitkind", WX_COL_UNIT_KIND},
    {"unittype", WX_COL_UNIT_KIND},
    {"organizationtype", WX_COL_UNIT_KIND},
    {"kind", WX_COL_UNIT_KIND},
    {"type", WX_COL_UNIT_KIND},
    {"单位地址", WX_COL_UNIT_ADDRESS},
    {"unitaddress", WX_COL_UNIT_ADDRESS},
    {"等保级别", WX_COL_GRADE},
    {"等保等级", WX_COL_GRADE},
    {"等保定级", WX_COL_GRADE},
    {"等保定级情况", WX_COL_GRADE},
    {"等保", WX_COL_GRADE},
    {"定级", WX_COL_GRADE},
    {"定级情况", WX_COL_GRADE},
    {"保护等级", WX_COL_GRADE},
    {"安全保护等级", WX_COL_GRADE},
    {"等级保护级别", WX_COL_GRADE},
    {"网络安全等级", WX_COL_GRADE},
    {"网络安全等级保护级别", WX_COL_GRADE},
    {"grade", WX_COL_GRADE},
    {"level", WX_COL_GRADE},
    {"mlps", WX_COL_GRADE},
    {"mlpslevel", WX_COL_GRADE},
    {"securitylevel", WX_COL_GRADE},
    {"标识码", WX_COL_SITE_CODE},
    {"网站标识码", WX_COL_SITE_CODE},
    {"政府网站标识码", WX_COL_SITE_CODE},
    {"sitecode", WX_COL_SITE_CODE},
    {"siteid", WX_COL_SITE_CODE},
    {"code", WX_COL_SITE_CODE},
    {"公安备案号", WX_COL_POLICE_CODE},
    {"公安备案编号", WX_COL_POLICE_CODE},
    {"公安机关备案号", WX_COL_POLICE_CODE},
    {"公网安备", WX_COL_POLICE_CODE},
    {"公网安备号", WX_COL_POLICE_CODE},
    {"公安联网备案号", WX_COL_POLICE_CODE},
    {"policecode", WX_COL_POLICE_CODE},
    {"policenumber", WX_COL_POLICE_CODE},
    {"policefiling", WX_COL_POLICE_CODE},
    {"psbnumber", WX_COL_POLICE_CODE},
};

struct wx_str wx_column_fold(struct wx_arena *arena, struct wx_str text)
{
    /* nothing grows, but an ill-formed byte becomes U+FFFD */
    char *out = wx_arena_alloc(arena, wx_size_mul(text.len + 1, 3));
    size_t pos = 0, n = 0;

    while (pos < text.len) {
        uint32_t cp = wx_utf8_next(text, &pos);

        if (cp >= 0xFF01 && cp <= 0xFF5E)
            cp -= 0xFEE0;
        if (cp == 0x3000 || cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200A))
            cp = ' ';
        if (cp == 0x200B || cp == 0xFEFF)
            continue;
        n += wx_utf8_put(cp, out + n);
    }
    return (struct wx_str){out, n};
}

struct wx_str wx_column_name(struct wx_arena *arena, struct wx_str head)
{
    struct wx_str folded = wx_column_fold(arena, head);
    char *p = (char *)folded.ptr;
    size_t n = 0, depth = 0;

    for (size_t i = 0; i < folded.len; i++) {
        char c = (char)wx_lower((unsigned char)p[i]);

        if (c == '(' || c == '[')
            depth++;
        else if ((c == ')' || c == ']') && depth)
            depth--;
        else if (!depth && !wx_is_space((unsigned char)c) && c != '*' && c != ':' &&
                 c != '_' && c != '-' && c != '"' && c != '.' && c != '#')
            p[n++] = c;
    }
    return (struct wx_str){p, n};
}

enum wx_column wx_column_parse(struct wx_arena *arena, struct wx_str head)
{
    struct wx_str name;

    if (!head.len || head.len > 120)
        return WX_COL_NONE;
    name = wx_column_name(arena, head);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wx_str_eqz(name, names[i].name))
            return names[i].column;
    return WX_COL_NONE;
}
