"""The register's files in and out, against a real server."""
import base64
import csv
import hashlib
import html
import io
import pathlib
import re
import urllib.parse
import zipfile

from office import Office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def problem(r, status, code):
    try:
        doc = r.json
    except ValueError:
        return False
    return r.status == status and doc["code"] == code and doc["title"] and doc["next"] and doc["request_id"]


def upload(who, text, kind="site", name="台账.csv", type="text/csv"):
    raw = text if isinstance(text, bytes) else text.encode()
    return who.post(f"/api/v1/imports?kind={kind}&name={urllib.parse.quote(name)}", raw=raw,
                    headers={"Content-Type": type})


def form(fields, name, data):
    """multipart/form-data as a browser sends it."""
    b = "----seam7d1"
    out = b""
    for key, value in fields.items():
        out += f'--{b}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
    out += f'--{b}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n' \
           f'Content-Type: application/octet-stream\r\n\r\n'.encode() + data + f"\r\n--{b}--\r\n".encode()
    return {"raw": out, "headers": {"Content-Type": f"multipart/form-data; boundary={b}"}}


def workbook(sheet, strings=None, more=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="s" sheetId="1" r:id="a"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            z.writestr("xl/sharedStrings.xml", strings)
        for path, data in more:
            z.writestr(path, data)
    return out.getvalue()


REGISTER = """星源区政府网站台账,,,,,,,,,
网站名称,域名,IP地址,服务器所在地址,网站备案登记号,所属部门,单位类型,联系人,主管领导,联系电话,上级备注
星源区人民政府,www.xingyuan.gov.cn,203.0.113.10,政务机房,京ICP备05000001号-1,区政府办,行政机关,甲某,乙某,010-80000000,x
区教育局网站,jy.xingyuan.gov.cn,203.0.113.11,政务机房,备案中,区教育局,行政机关,丙某,丁某,13900001234,
没有域名的网站,,203.0.113.12,,,区教育局,,,,,
域名有误的网站,不是域名,,,,区教育局,,,,,
重复的网站,http://WWW.xingyuan.gov.cn/index.html,,,,区政府办,,,,,
两个域名,www.a.xingyuan.gov.cn、www.b.xingyuan.gov.cn,300.1.1.1,,,区卫健委,事业单位,,,,
"""


def imports(office, admin):
    check = office.check
    nobody = office.ask()
    check("uploads need an account", problem(upload(nobody, REGISTER), 401, "sign_in_needed"))
    r = upload(admin, REGISTER)
    check("a table is taken as a draft", r.status == 201 and r.headers["location"].startswith("/api/v1/imports/"), r)
    draft = r.json
    path = f"/api/v1/imports/{draft['id']}"
    columns = {c["head"]: c["field"] for c in draft["columns"]}
    check("columns are known by their names, an unknown one is said", columns["域名"] == "domain" and
          columns["所属部门"] == "unit_id" and columns["联系人"] == "contact" and columns["上级备注"] is None, columns)
    check("rows are counted by what they need", draft["counts"]["good"] == 2 and draft["counts"]["mend"] == 4
          and draft["counts"]["skip"] == 1 and draft["counts"]["new_units"] == 2, draft["counts"])
    rows = admin.get(f"{path}/rows?limit=100").json["items"]
    bad = [row for row in rows if row["state"] == "mend"]
    check("each bad row says what, why and what next", all(p["text"] and p["next"] and p["column"]
          for row in bad for p in row["problems"]), bad)
    check("by the sender's row numbers", [row["row"] for row in bad] == [5, 6, 8, 8], bad)
    check("a doubtful value does not hold a row up", any(not p["is_lost"]
          for row in rows if row["state"] == "good" for p in row["problems"]), rows)
    check("a unit that is not there is a problem until it may be added",
          any(p["code"] == "unknown_unit" for p in rows[0]["problems"]), rows[0])
    r = admin.post(f"{path}/commit")
    check("nothing goes in while rows wait", problem(r, 409, "import_unready"), r)
    check("nothing was half done", admin.get("/api/v1/sites").json["total"] == 0)
    r = admin.patch(path, {"creates_units": True, "rows": [
        {"n": bad[0]["n"], "skip": True}, {"n": bad[1]["n"], "texts": {"domain": "ok.xingyuan.gov.cn"}},
        {"n": bad[2]["n"], "texts": {"ip": "203.0.113.1"}}, {"n": bad[3]["n"], "texts": {"ip": ""}}]},
        etag='"99"')
    check("an old ETag changes nothing", problem(r, 412, "changed_meanwhile"), r)
    r = admin.patch(path, {"creates_units": True, "rows": [
        {"n": bad[0]["n"], "skip": True}, {"n": bad[1]["n"], "texts": {"domain": "ok.xingyuan.gov.cn"}},
        {"n": bad[2]["n"], "texts": {"ip": "203.0.113.1"}}, {"n": bad[3]["n"], "texts": {"ip": ""}}]},
        etag=f'{draft and admin.get(path).etag}')
    check("rows are mended one by one", r.status == 200 and r.json["counts"]["mend"] == 0
          and r.json["counts"]["good"] == 5, r)
    r = admin.patch(path, {"rows": [{"n": 1, "texts": {"nonsense": "x"}}]}, etag=r.etag)
    check("a field that is none is refused", problem(r, 422, "invalid"), r)
    r = admin.post(f"{path}/commit", headers={"Idempotency-Key": "imp"})
    check("the draft goes in", r.status == 200 and r.json["result"]["created"] == 5 and
          r.json["result"]["units"] == 3 and r.json["result"]["units"] == 3, r)
    again = admin.post(f"{path}/commit")
    check("said again it does nothing twice", again.status == 200 and again.json["result"] == r.json["result"]
          and admin.get("/api/v1/sites").json["total"] == 5, again)
    check("its rows are gone with its end", admin.get(f"{path}/rows").json["items"] == [])
    sites = {s["domain"]: s for s in admin.get("/api/v1/sites?limit=100").json["items"]}
    check("sites stand under their units", len({s["unit_id"] if not isinstance(s["unit_id"], dict) else s["unit_id"]["id"]
          for s in sites.values()}) == 3 and sites["ok.xingyuan.gov.cn"]["name"] == "域名有误的网站", sites)

    # once more: nothing new; with updates: changed
    second = "网站名称,域名,所属部门,IP地址\n星源区政府门户,www.xingyuan.gov.cn,区政府办,203.0.113.99\n"
    r = upload(admin, second)
    check("what is known is said", r.json["counts"]["known"] == 1, r)
    path = f"/api/v1/imports/{r.json['id']}"
    r = admin.patch(path, {"updates_known": True}, etag=r.etag)
    r = admin.post(f"{path}/commit")
    check("and changed only when asked for", r.status == 200 and r.json["result"]["changed"] == 1, r)
    site = [s for s in admin.get("/api/v1/sites?limit=100").json["items"] if s["domain"] == "www.xingyuan.gov.cn"][0]
    check("the new values stand, the others stayed", site["ip"] == "203.0.113.99" and site["server_place"] == "政务机房", site)
    r = upload(admin, "www.c.xingyuan.gov.cn\nwww.d.xingyuan.gov.cn\n", type="text/plain")
    check("a pasted list of domains is enough", r.status == 201 and r.json["counts"]["unnamed_unit"] == 2, r)
    r = admin.delete(f"/api/v1/imports/{r.json['id']}")
    check("a draft can be dropped", r.status == 204, r)
    r = upload(admin, "单位名称,单位类型,上级单位\n区民政局,行政机关,区政府办\n殡仪馆,事业单位,区民政局\n", kind="unit")
    path = f"/api/v1/imports/{r.json['id']}"
    r = admin.post(f"{path}/commit")
    check("units with their superiors, in the order of the table", r.status == 200 and r.json["result"]["created"] == 2, r)
    units = {u["name"]: u for u in admin.get("/api/v1/units?limit=100").json["items"]}
    parent = units["殡仪馆"]["parent_id"]
    check("the tree is as the table says", (parent["id"] if isinstance(parent, dict) else parent) == units["区民政局"]["id"], units)


def hostile(office, admin):
    check = office.check
    sheet = ('<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>域名</t></is></c></row>'
             '<row r="2"><c r="A2" t="s"><v>0</v></c></row></sheetData></worksheet>')
    cases = {
        "a PDF": (b"%PDF-1.7 x", "unreadable_file"),
        "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unreadable_file"),
        "an empty file": (b"", "unreadable_file"),
        "a cut ZIP": (workbook(sheet)[:200], "unreadable_file"),
        "binary rubbish": (bytes(range(256)) * 40, "unreadable_file"),
        "a CSV with NUL": ("域名\0,x\n".encode(), "unreadable_file"),
        "an XXE": (workbook(sheet, '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'), "unreadable_file"),
        "a billion laughs": (workbook(sheet, '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
                                      '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><sst><si><t>&c;</t></si></sst>'), "unreadable_file"),
        "a table without a known column": ("甲,乙\n1,2\n".encode(), "unreadable_file"),
        "an open quote": ('域名,单位\n"www.a.gov.cn,x\n'.encode(), "unreadable_file"),
    }
    for what, (data, code) in cases.items():
        r = upload(admin, data, type="application/octet-stream")
        check(f"{what} is refused with a reason", problem(r, 422, code) and r.json["detail"], r)
    bomb = workbook("<worksheet><sheetData>" + '<row r="1"><c r="A1"><v>1</v></c></row>' * 200 +
                    (" " * (1 << 20)) * 500 + "</sheetData></worksheet>")
    r = upload(admin, bomb, type=XLSX)
    check("a workbook that unpacks to half a gigabyte is refused", r.status in (413, 422) and len(bomb) < 4 << 20, r)
    r = upload(admin, "域名,单位\n" + "www.a.gov.cn," + "x," * 1000000, type="text/csv")
    check("a million columns do no harm", r.status == 201, r)
    admin.delete(f"/api/v1/imports/{r.json['id']}")
    r = upload(admin, "域名,网站名称,备注\n=cmd|'/c calc'!A0,x,\nwww.z.gov.cn,\"=HYPERLINK(\"\"http://x\"\")\",@SUM(1)\n")
    rows = admin.get(f"/api/v1/imports/{r.json['id']}/rows").json["items"]
    check("formulas are text and no domain", rows[0]["state"] == "mend" and rows[1]["values"]["name"].startswith("=HYPER"), rows)
    check("the server goes on", admin.get("/api/v1/session").status == 200)
    for name, want in (("../../etc/passwd", "passwd"), ("CON.csv", "_CON.csv"), ("a\u202egpj.exe", "agpj.exe"),
                       ("..\\..\\x.csv", "x.csv"), ("n" * 300 + ".csv", None), ("", "file")):
        r = admin.post("/api/v1/imports", **form({"kind": "site"}, name, "域名\nwww.y.gov.cn\n".encode()))
        got = r.json.get("name", "")
        check(f"the file name {name[:20]!r} is harmless", r.status == 201 and (got == want if want else
              len(got.encode()) <= 255 and got.endswith(".csv")), r)
    r = admin.post("/api/v1/imports", raw=b"x", headers={"Content-Type": "multipart/form-data"})
    check("a form without seams is malformed", problem(r, 400, "malformed"), r)
    r = admin.post("/api/v1/imports?kind=palace", raw=b"x", headers={"Content-Type": "text/csv"})
    check("an unknown kind is named", problem(r, 400, "bad_parameter"), r)


def read_csv(raw):
    text = raw.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def cells_of(raw):
    """All strings of a workbook's sheet, row by row, and whether it has a formula."""
    with zipfile.ZipFile(io.BytesIO(raw)) as z:
        sheet = z.read("xl/worksheets/sheet1.xml").decode()
    return [[html.unescape(t) for t in re.findall(r"<t[^>]*>([^<]*)</t>", row)]
            for row in re.findall(r"<row.*?</row>", sheet, re.S)], "<f>" in sheet


def exports(office, admin):
    check = office.check
    r = office.ask().get("/api/v1/sites/export")
    check("an export needs an account", problem(r, 401, "sign_in_needed"), r)
    r = admin.get("/api/v1/sites/export?format=csv")
    if r.status == 403:
        check("and a fresh second proof", problem(r, 403, "step_up_needed"), r)
        admin.step_up()
    unit = admin.get("/api/v1/units").json["items"][0]["id"]
    r = admin.post("/api/v1/sites", {"unit_id": unit, "name": "=HYPERLINK(\"http://x\",\"点\")", "domain": "f.xingyuan.gov.cn",
                                     "purpose": "@SUM(1)", "phone": "+86 10 80000000", "server_place": "-1"})
    check("a name may look like a formula", r.status == 201, r)
    r = admin.get("/api/v1/sites/export?format=csv")
    rows = read_csv(r.raw)
    check("a table comes with its name", r.status == 200 and "attachment" in r.headers["content-disposition"]
          and r.headers["content-type"].startswith("text/csv") and r.headers["x-content-type-options"] == "nosniff", r.headers)
    check("its first line says who took it and under which request", "founder" in rows[0][0]
          and r.headers["x-request-id"] in rows[0][0], rows[0])
    heads = rows[1]
    made = [dict(zip(heads, row)) for row in rows[2:]]
    odd = [m for m in made if m["互联网域名"] == "f.xingyuan.gov.cn"][0]
    check("no cell of the CSV begins as a formula", not any(c[:1] in "=+-@\t\r" for row in rows for c in row if c), odd)
    check("phones are shown to who may see them", odd["联系电话"] == "'+86 10 80000000", odd["联系电话"])
    r = admin.get("/api/v1/sites/export?format=csv&charset=gb18030&q=domain:f.xingyuan.gov.cn")
    check("GB18030 for those who need it, and a filter", "网站名称" in r.raw.decode("gb18030")
          and len(r.raw.decode("gb18030").splitlines()) == 3, r.raw[:200])
    r = admin.get("/api/v1/sites/export?format=xlsx&q=domain:f.xingyuan.gov.cn")
    cells, has_formula = cells_of(r.raw)
    check("a workbook holds strings and no formula", r.status == 200 and not has_formula
          and any(c.startswith("=HYPER") for c in cells[2]), cells)
    r = admin.get("/api/v1/sites/export?format=csv&layout=nine")
    rows = read_csv(r.raw)
    check("the nine columns in their order", rows[1] == ["网站名称", "域名", "IP地址", "服务器所在地址", "网站备案登记号",
                                               "所属部门", "联系人", "主管领导", "联系电话"], rows[1])
    before = {s["domain"]: s for s in admin.get("/api/v1/sites?limit=100").json["items"]}
    for layout, fmt in (("nine", "csv"), ("all", "csv"), ("all", "xlsx"), ("nine", "xlsx")):
        table = admin.get(f"/api/v1/sites/export?format={fmt}&layout={layout}").raw
        r = upload(admin, table, type="application/octet-stream")
        counts = r.json["counts"]
        check(f"what was exported ({layout}, {fmt}) is understood again", r.status == 201 and counts["known"] == len(before)
              and counts["good"] == len(before) and counts["mend"] == 0 and counts["without_unit"] == 0, r)
        path = f"/api/v1/imports/{r.json['id']}"
        r = admin.patch(path, {"updates_known": True}, etag=r.etag)
        r = admin.post(f"{path}/commit")
        after = {s["domain"]: s for s in admin.get("/api/v1/sites?limit=100").json["items"]}
        skip = {"rev", "updated_at", "updated_by", "updated"}
        same = all({k: v for k, v in before[d].items() if k not in skip} ==
                   {k: v for k, v in after[d].items() if k not in skip} for d in before)
        check(f"and changes nothing when it comes back ({layout}, {fmt})", r.status == 200 and same,
              r, [(k, v, after[d].get(k)) for d in before for k, v in before[d].items() if k not in skip and v != after[d].get(k)])
    for q in ("format=pdf", "layout=ten", "charset=ebcdic", "q=nonsense:1"):
        r = admin.get(f"/api/v1/sites/export?{q}")
        check(f"{q} is refused", problem(r, 400, "bad_parameter"), r)
    r = admin.get("/api/v1/webhooks/export")
    check("what is kept sealed has no export", problem(r, 404, "not_found"), r)
    for kind in ("units", "persons", "apps", "channels", "mail_systems", "systems", "networks", "gradings", "providers"):
        r = admin.get(f"/api/v1/{kind}/export?format=xlsx")
        check(f"{kind} have one", r.status == 200 and r.raw[:2] == b"PK", r)


def forms(office, admin):
    check = office.check
    site = [s for s in admin.get("/api/v1/sites?limit=100").json["items"] if s["domain"] == "www.xingyuan.gov.cn"][0]
    r = admin.patch(f"/api/v1/sites/{site['id']}", {
        "business": "public", "audience": "both", "has_icp": True, "grade": "3", "opening_review": True, "recheck": False,
        "purpose": "<script>alert(1)</script>\n政务公开", "manager": "区政府办信息科", "manager_head": "戊某",
        "manager_mobile": "13900002345", "operator": "某公司", "operator_phone": "010-1234567", "online_since": "2008-05-01",
        "filler": "己某", "filler_phone": "010-7654321", "filled_on": "2026-11-22"})
    check("a site is filled in", r.status == 200, r)
    path = f"/api/v1/sites/{site['id']}/survey-form"
    check("a form needs an account", problem(office.ask().get(path), 401, "sign_in_needed"))
    r = admin.get(path)
    page = r.raw.decode()
    check("the printable form is a page without script", r.status == 200 and r.headers["content-type"].startswith("text/html")
          and "<script" not in page and "&lt;script&gt;" in page, page[:300])
    policy = r.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", page, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    check("its policy allows its one style sheet and nothing else", "default-src 'none'" in policy
          and f"'sha256-{digest}'" in policy and "unsafe" not in policy, policy)
    check("boxes are ticked as in the register", all(t in page for t in (
        "☑行政机关 □事业单位 □企业 □其他", "☑公众服务 □内部办公 □生产作业 □管理控制 □其他",
        "□单位内部人员 □社会公众人员 ☑两者均包括 □其他", "□无 ☑有", "□未定级 □一级 □二级 ☑三级 □四级",
        "☑是 □否", "□是 ☑否", "□是 □否")), page)
    order = ["单位名称", "单位地址", "单位类型", "分管网站", "管理机构", "建设及运维单位", "网站（应用）名称", "互联网域名",
             "互联网IP地址", "上线运行时间", "业务类型", "服务对象", "主要用途", "ICP备案情况", "备案号", "等保定级情况",
             "网站开办审核", "网站资格复核", "网站统一标识", "填表人", "填表时间"]
    at = [page.find(">" + o) if o in ("备案号",) else page.find(o) for o in order]
    check("its lines stand in the order of the notice", -1 not in at and at == sorted(at), list(zip(order, at)))
    r = admin.get("/api/v1/sites/survey-form")
    check("a blank form for who has none yet", r.status == 200 and "☑" not in r.raw.decode() and "□行政机关" in r.raw.decode(), r)
    r = admin.get("/api/v1/sites/survey-form?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(r.raw)) as z:
        words = z.read("xl/sharedStrings.xml").decode()
    check("also as a workbook", r.status == 200 and all(f">{w}<" in words for w in ("互联网域名", "□是 □否")), words)
    r = admin.get(path + "?format=pdf")
    check("another format is refused", problem(r, 400, "bad_parameter"), r)
    r = admin.get("/api/v1/sites/999999/survey-form")
    check("no such site, no form", problem(r, 404, "not_found"), r)

    before = admin.get(f"/api/v1/sites/{site['id']}").json
    for lang in ("zh", "en"):
        book = admin.get(path + f"?format=xlsx&lang={lang}").raw
        r = upload(admin, book, type="application/octet-stream")
        check(f"a filled workbook is read as a site ({lang})", r.status == 201 and r.json["counts"]["rows"] == 1
              and r.json["counts"]["good"] == 1 and r.json["counts"]["known"] == 1 and r.json["counts"]["without_unit"] == 0, r)
        imported = f"/api/v1/imports/{r.json['id']}"
        rows = admin.get(f"{imported}/rows").json["items"]
        r = admin.patch(imported, {"updates_known": True}, etag=r.etag)
        r = admin.post(f"{imported}/commit")
        after = admin.get(f"/api/v1/sites/{site['id']}").json
        skip = {"rev", "updated_at", "updated_by"}
        check(f"and changes nothing when it comes back ({lang})", r.status == 200 and
              {k: v for k, v in before.items() if k not in skip} == {k: v for k, v in after.items() if k not in skip},
              [(k, v, after[k]) for k, v in before.items() if v != after[k]], rows)
    filled = """互联网网站及应用情况调查表,,
单位名称,,区气象局
单位地址,,某路1号
单位类型,,□行政机关 ☑事业单位 □企业 □其他
分管网站（应用）建设工作的领导,姓名,庚某
,职务/职称,副局长
,办公电话,010-11111111
网站（应用）管理机构,名称,办公室
,负责人,辛某
,职务/职称,主任
,办公电话,010-22222222
,移动电话,
网站（应用）建设及运维单位（部门）,名称,某公司
,负责人,
,职务/职称,
,办公电话,010-33333333
,移动电话,13900003333
网站（应用）名称,,气象服务网
互联网域名,,qx.xingyuan.gov.cn
互联网IP地址,,203.0.113.77
上线运行时间,,2010年3月
业务类型,,■公众服务 □内部办公 □生产作业 □管理控制 □其他
服务对象,,□单位内部人员 √社会公众人员 □两者均包括 □其他
主要用途,,天气预报
ICP备案情况,,□无 ☑有
备案号,,京ICP备12345678号-1
等保定级情况,,□未定级 □一级 ☑二级 □三级 □四级
网站开办审核,,☑是 □否
网站资格复核,,□是 ☑否
网站统一标识,,□是 □否
填表人：壬某,联系电话：010-44444444,填表时间：2026年11月22日
"""
    r = upload(admin, filled)
    imported = f"/api/v1/imports/{r.json['id']}"
    admin.patch(imported, {"creates_units": True}, etag=r.etag)
    r = admin.post(f"{imported}/commit")
    check("a form as units send it goes in with its unit", r.status == 200 and r.json["result"]["created"] == 1
          and r.json["result"]["units"] == 1, r)
    got = [s for s in admin.get("/api/v1/sites?limit=100").json["items"] if s["domain"] == "qx.xingyuan.gov.cn"][0]
    want = {"name": "气象服务网", "leader": "庚某", "manager": "办公室", "manager_head": "辛某", "manager_title": "主任",
            "operator": "某公司", "operator_head": "", "operator_mobile": "13900003333", "online_since": "2010-03-01",
            "business": "public", "audience": "public", "has_icp": True, "icp": "京ICP备12345678号-1", "grade": "2",
            "opening_review": True, "recheck": False, "unified_label": None, "filler": "壬某",
            "filler_phone": "010-44444444", "filled_on": "2026-11-22"}
    check("with every line in its field", all(got[k] == v for k, v in want.items()),
          [(k, v, got[k]) for k, v in want.items() if got[k] != v])
    unit = [u for u in admin.get("/api/v1/units?limit=100").json["items"] if u["name"] == "区气象局"][0]
    check("and the unit with kind and address", unit["kind"] == "institution" and unit["address"] == "某路1号", unit)


def attachments(office, admin):
    check = office.check
    unit = admin.get("/api/v1/units").json["items"][0]["id"]
    r = office.ask().post("/api/v1/files", raw=b"x", headers={"Content-Type": "text/plain"})
    check("an attachment needs an account", problem(r, 401, "sign_in_needed"), r)
    planted = {
        "page.html": b"<!DOCTYPE html><script>document.title='owned'</script>",
        "../../drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "report\u202efdp.exe.pdf": b"%PDF-1.7\n/OpenAction <</S /JavaScript /JS (app.alert(1))>>",
        "gif.gif": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
        "整改报告.txt": "已整改".encode(),
    }
    for name, data in planted.items():
        r = admin.post("/api/v1/files", **form({"unit_id": str(unit)}, name, data))
        about = r.json
        check(f"{name[:14]!r} is taken", r.status == 201 and about["size_bytes"] == len(data)
              and "/" not in about["name"] and "\u202e" not in about["name"], r)
        got = admin.get(f"/api/v1/files/{about['id']}")
        h = got.headers
        check("and comes back as the same bytes, as a download that runs nowhere", got.status == 200 and got.raw == data
              and h["content-disposition"].startswith("attachment;") and "sandbox" in h["content-security-policy"]
              and "default-src 'none'" in h["content-security-policy"] and h["x-content-type-options"] == "nosniff"
              and h["content-type"].split(";")[0] in ("application/pdf", "image/gif", "text/plain", "application/octet-stream")
              and "\n" not in h["content-disposition"], h)
        at = pathlib.Path(office.dir) / "files" / about["sha256"][:2] / about["sha256"]
        check("and lies under its hash", at.read_bytes() == data and (at.parent.stat().st_mode & 0o777) == 0o700, at)
    check("what may be active is said", admin.get(f"/api/v1/files/{about['id'] - 2}/about").json["about"]["active"] is True)
    names = sorted(p.name for p in (pathlib.Path(office.dir) / "files").rglob("*") if p.is_file())
    check("no other file was made", all(re.fullmatch("[0-9a-f]{64}", n) for n in names) and len(names) == len(planted), names)
    again = admin.post("/api/v1/files", **form({"unit_id": str(unit)}, "copy.txt", planted["整改报告.txt"]))
    check("the same bytes are kept once", again.status == 201 and
          len(list((pathlib.Path(office.dir) / "files").rglob("*" * 1))) - len({n[:2] for n in names}) == len(planted), again)
    for what, data in {"a program": b"MZ\x90\0" + b"\0" * 100, "an ELF": b"\x7fELF\2\1\1", "a script": b"#!/bin/sh\nrm -rf /\n"}.items():
        r = admin.post("/api/v1/files", **form({"unit_id": str(unit)}, "x.pdf", data))
        check(f"{what} is refused whatever it is called", problem(r, 415, "file_refused"), r)
    bomb = workbook("<x>", more=[("bomb", b"\0" * (64 << 20))])
    r = admin.post("/api/v1/files", **form({"unit_id": str(unit)}, "x.zip", bomb))
    check("an archive that unpacks to far too much is refused", problem(r, 413, "too_big"), r)
    r = admin.post("/api/v1/files", **form({"unit_id": str(unit)}, "x.zip", b"PK\x03\x04 rubbish"))
    check("a damaged one too", problem(r, 422, "unreadable_file"), r)
    r = admin.post("/api/v1/files", **form({"unit_id": str(unit)}, "x.bin", b"\1" * ((32 << 20) + 1)))
    check("past 32 MiB it is 413", problem(r, 413, "too_big"), r)
    r = admin.post("/api/v1/files", **form({"unit_id": "999999"}, "x.txt", b"x"))
    check("for a unit that is not ours it is refused", r.status in (403, 404), r)
    r = admin.get("/api/v1/files/424242")
    check("no such attachment", problem(r, 404, "not_found"), r)
    victim = pathlib.Path(office.dir) / "files" / about["sha256"][:2] / about["sha256"]
    victim.write_bytes(b"changed behind our back")
    r = admin.get(f"/api/v1/files/{about['id']}")
    check("bytes that are not what was kept are never given out", r.status == 500 and b"behind" not in r.raw, r)


def main(office):
    admin = office.set_up()
    imports(office, admin)
    forms(office, admin)
    attachments(office, admin)
    exports(office, admin)
    hostile(office, admin)


with Office() as the_office:
    main(the_office)
the_office.done()
