"""Questionnaires against a real server: what the register knows, workbooks filled in off
line and taken back, chasing, forms that change meanwhile, an office's own kinds and forms."""
import datetime
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time

from office import Office
from workbook import Book

TODAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Scene:
    def __init__(self, office):
        self.office, self.check = office, office.check
        self.admin = office.set_up()
        self.a = office.invite(self.admin, "office-a", ["office"])
        self.leader = office.invite(self.admin, "leader", ["leader"])
        self.units, self.staff = [], []
        for i, name in enumerate(("教育局", "水务局")):
            r = self.a.post("/api/v1/units", {"name": f"星源区{name}", "kind": "organ", "authority": "government",
                                              "address": f"星源路{i + 1}号", "lead_section": "办公室"})
            assert r.status == 201, r
            self.units.append(r.json["id"])
            r = self.a.post("/api/v1/sites", {"name": f"{name}门户", "domain": f"u{i}.xingyuan.gov.cn", "kind": "portal",
                                              "unit_id": self.units[i], "has_icp": True, "icp": f"津ICP备2026000{i}号"})
            assert r.status == 201, r
            self.staff.append(office.invite(self.admin, f"staff{i}", ["unit_staff"], self.units[i]))
        self.campaigns = {}
        for kind in ("001", "004"):
            self.run_kind(kind)

    def fresh(self, person):
        if person.last_proof + 200 < time.monotonic():
            assert person.step_up().status == 200
        return person

    def act(self, who, path, body=None):
        return who.post(path, body or {}, headers={"If-Match": who.get(path.rsplit("/", 1)[0]).etag})

    def run_kind(self, kind, months=130):
        r = self.a.post("/api/v1/campaigns/plan", {"kind": kind, "months": months, "series": "星网安"})
        assert r.status == 201, r
        path = f"/api/v1/campaigns/{r.json['id']}"
        assert self.a.patch(path, {"scope": {}}).status == 200
        assert self.act(self.a, path + "/submit").status == 200
        r = self.act(self.fresh(self.leader), path + "/approve")
        assert r.status == 200, r
        self.campaigns[kind] = r.json["id"]

    def duty(self, i, kind, form):
        """Of unit I the duty with that form in the campaign of KIND."""
        items = self.staff[i].get(f"/api/v1/duties?limit=500&q=campaign_id:{self.campaigns[kind]}").json["items"]
        for d in items:
            if self.staff[i].get(f"/api/v1/duties/{d['id']}").json["task"]["form"] == form:
                return f"/api/v1/duties/{d['id']}"
        raise KeyError(form)

    def book(self, i, path):
        r = self.staff[i].get(path + "/sheet.xlsx")
        assert r.status == 200 and r.headers["content-type"] == XLSX, r
        return Book(r.raw)

    def send(self, i, path, book, **query):
        more = "&".join(f"{k}={v}" for k, v in query.items())
        return self.staff[i].post(f"{path}/sheet?name=a.xlsx&{more}", raw=book.save() if isinstance(book, Book) else book,
                                  headers={"Content-Type": XLSX})


def known(s):
    check, me = s.check, s.staff[0]
    path = s.duty(0, "001", "survey_001")
    r = me.get(path + "/sheet")
    check("a sheet says what the register knows, and answers nothing by itself", r.status == 200 and r.json["answers"] == {} and
          r.json["known"]["unit"]["name"] == "星源区教育局" and r.json["known"]["site"]["icp"] == "津ICP备20260000号", r)
    r = s.leader.get(path + "/sheet")
    check("who only reads gets answers alone", r.status == 200 and r.json["known"] is None, r)


def fill(book, labels):
    """Answers by label on the first sheet."""
    for label, value in labels.items():
        book.set("填报", f"C{book.find('填报', label, 2)}", value)


TABLE = {"分管领导 ": "甲", "分管领导职务": "副局长", "管理机构负责人": "乙", "联系人": "丙", "办公电话": "022-12345678",
         "信息安全从业人员总数": 5, "有资质人数": 2, "人员缺口": 1, "系统总数": 3, "物理隔离": 0, "经政务网可访问": 1,
         "经互联网可访问": 2, "面向社会公众": 1, "本年度经安全测评": 1, "互联网接入口总数": 0, "一级": 0, "二级": 2, "三级 ": 1,
         "四级": 0, "未定级": 0, "三级系统已测评": 1, "无线设备数": 0, "门户及业务网站数": 0}


def offline(s):
    check, me = s.check, s.staff[0]
    path = s.duty(0, "004", "result_table_004")
    book = s.book(0, path)
    check("a workbook has the questions, a table for what repeats, and hidden sheets", list(book.sheets) ==
          ["填表说明", "填报", "外包服务", "_lists", "_wangxun"] and book.hidden == {"_lists", "_wangxun"}, list(book.sheets))
    check("what the register knows stands in it", book.get("填报", f"C{book.find('填报', '单位名称', 2)}") == "星源区教育局",
          [book.get("填报", f"B{n}") for n in range(1, 12)])
    lists = [v for v in book.validations("填报") if v[1] == "list"]
    check("choices are drop-down lists, numbers have limits", len(lists) > 10 and lists[0][2][0].startswith("_lists!$") and
          any(v[1] == "whole" for v in book.validations("填报")), book.validations("填报")[:5])
    row = book.find("填报", "用途", 2)
    check("what depends on an answer says so", "“无线设备数”大于0时填写" in book.get("填报", f"D{row}"), book.get("填报", f"D{row}"))
    fill(book, TABLE)
    fill(book, {"系统总数": "三个", "数据备份周期": "每周"})
    book.set("外包服务", "A4", "星河软件公司")
    book.set("外包服务", "B4", "民营")
    book.set("外包服务", "E6", "是")
    r = s.send(0, path, book)
    check("a filled one becomes the draft", r.status == 200, r)
    problems = {(p["sheet"], p["cell"]): p for p in r.json["problems"]}
    cell = f"C{book.find('填报', '系统总数', 2)}"
    check("a wrong answer is named by sheet and cell", problems.get(("填报", cell), {}).get("code") == "not_a_number", problems)
    check("in a table, too, by the row where it stands", ("外包服务", "C4") in problems and ("外包服务", "A6") in problems, problems)
    sheet = me.get(path + "/sheet").json
    check("nothing typed was lost", sheet["answers"]["systems"]["n_total"] == "三个" and sheet["answers"]["unit"]["contact"] == "丙"
          and sheet["answers"]["emergency"]["backup"] == "week" and
          sheet["answers"]["outsourcing"] == [{"name": "星河软件公司", "nature": "private"}, {"agreement": True}], sheet["answers"])
    check("the duty is being filled in", me.get(path).json["duty"]["state"] == "draft")
    s.filled = book


def altered(s):
    check, me = s.check, s.staff[0]
    path = s.duty(0, "004", "result_table_004")
    before = me.get(path + "/sheet").json["answers"]

    def refused(claim, change, *says, status=422):
        book = s.book(0, path)
        fill(book, {"联系人": "不应留下"})
        result = change(book)
        r = s.send(0, path, result or book)
        check(claim, r.status == status and all(x in r.json["detail"] for x in says) and
              me.get(path + "/sheet").json["answers"] == before, r, says)

    def label(book, cell, text):
        book.set("填报", cell, text)

    row = s.book(0, path).find("填报", "有资质人数", 2)
    refused("a row put in is refused, with its place", lambda b: b.shift("填报", row, 1), "填报", f"应在B{row}，现在B{row + 1}", "有资质人数")
    refused("a row taken out", lambda b: b.shift("填报", row, -1), "填报", f"B{row}应为“有资质人数")
    refused("a label changed", lambda b: label(b, f"B{row}", "有证人数"), f"B{row}", "有资质人数", "有证人数")
    refused("two rows that changed places", lambda b: (b.set("填报", f"B{row}", "人员缺口 *"), b.set("填报", f"B{row + 1}", "有资质人数 *"))[2:],
            f"B{row}")
    refused("an answer beside its column", lambda b: label(b, f"F{row}", "5"), f"F{row}", "“5”")
    refused("an answer below the form", lambda b: label(b, "C400", "还有"), "C400")
    refused("a sheet renamed", lambda b: b.rename("外包服务", "外包"), "外包服务")
    refused("a column's head in a table changed", lambda b: b.set("外包服务", "B3", "性质"), "外包服务", "B3")
    refused("a column more in a table", lambda b: b.set("外包服务", "H4", "备注内容"), "外包服务", "H4")
    refused("the hidden sheet gone", lambda b: b.rename("_wangxun", "x"), "_wangxun")
    refused("its marks altered", lambda b: b.set("_wangxun", "B5", str(int(path.rsplit("/", 1)[1]) + 1)), "标识")
    refused("no workbook at all", lambda b: b"hello", "")
    other = s.book(1, s.duty(1, "004", "result_table_004"))
    refused("another unit's file", lambda b: other.save(), "另一个单位")
    book = s.book(0, path)
    sheet = me.get(path + "/sheet")
    fresh = {**sheet.json["answers"], "training": {"n_sessions": 4}}
    assert me.put(path + "/sheet", {"answers": fresh}, headers={"If-Match": sheet.etag}).status == 200
    fill(book, {"联系人": "丁"})
    r = s.send(0, path, book)
    check("a draft changed on line meanwhile is not overwritten unasked", r.status == 412 and
          me.get(path + "/sheet").json["answers"] == fresh, r)
    r = s.send(0, path, book, replace="yes")
    check("but when it is confirmed", r.status == 200 and me.get(path + "/sheet").json["answers"]["unit"]["contact"] == "丁", r)
    check("another unit's duty takes no file", s.send(1, path, book).status == 404)
    check("nor is its workbook given out", s.staff[1].get(path + "/sheet.xlsx").status == 404)


def checks(s):
    """A table of check rows, through another program and back."""
    check, me = s.check, s.staff[0]
    path = s.duty(0, "004", "management")
    definition = me.get(path + "/sheet").json["definition"]
    rows = [f for b in definition["blocks"] for f in b["fields"] if f["type"] == "check"]
    check("the 44 management checks of the notices, each with points and its norm",
          [f["key"] for f in rows] == [f"c{n}" for n in range(112, 156)] and all(f["points"] > 0 and f["norm"] for f in rows), rows[:2])
    book = s.book(0, path)
    for i, field in enumerate(rows):
        n = book.find("填报", field["label"]["zh"], 2)
        book.set("填报", f"C{n}", ("符合", "部分符合", "不符合", "不适用")[i % 4])
        if i % 4 != 3:
            book.set("填报", f"D{n}", f"依据{i}")
        if field["key"] == "c112":
            book.set("填报", f"E{n}", 3.5)
    raw = book.save()
    if shutil.which("soffice"):
        with tempfile.TemporaryDirectory() as d:
            at = pathlib.Path(d, "in.xlsx")
            at.write_bytes(raw)
            subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{d}/p", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                            "--outdir", d + "/out", str(at)], check=True, capture_output=True, timeout=180)
            raw = pathlib.Path(d, "out", "in.xlsx").read_bytes()
    else:
        print("# no LibreOffice: sent as it is")
    r = s.send(0, path, raw)
    check("filled in with another spreadsheet program it is read all the same", r.status == 200 and r.json["problems"] == [], r)
    answers = me.get(path + "/sheet").json["answers"]
    got = [answers[b["key"]][f["key"]] for b in definition["blocks"] for f in b["fields"]]
    check("results, notes and points", got[0] == {"result": "conform", "note": "依据0", "score": 3.5} and
          [g["result"] for g in got] == [("conform", "partly", "not", "na")[i % 4] for i in range(44)], got[:4])
    task = me.get(path).json["task"]
    body = {"way": "offline"}
    if task["needs_seal"]:
        scan = me.post(f"/api/v1/files?name=scan.png&unit_id={s.units[0]}", raw=b"\x89PNG\r\n\x1a\n" + bytes(64),
                       headers={"Content-Type": "application/octet-stream"})
        body["scan"] = scan.json["id"]
    r = s.act(me, path + "/submit", body)
    points = sum(f["points"] for i, f in enumerate(rows) if i % 4 != 3)
    check("submitted it has points of what applies", r.status == 200 and r.json["duty"]["of_x100"] == points * 100 and
          0 < r.json["duty"]["points_x100"] < points * 100, r)
    check("and is on record as an offline sheet", r.json["duty"]["way"] == "offline" and r.json["submissions"][0]["way"] == "offline", r)
    check("then there is nothing to fill in", me.get(path + "/sheet.xlsx").status == 409 and s.send(0, path, raw).status == 409)


def beside(s):
    """Answers held against what was measured, days left, chasing by hand."""
    check, me = s.check, s.staff[0]
    path = s.duty(0, "001", "survey_001")
    duty = me.get(path).json["duty"]
    with sqlite3.connect(os.path.join(s.office.dir, "office.db"), timeout=20) as db:
        db.execute("INSERT OR REPLACE INTO measured VALUES (?, ?, 1, ?, 1, ?)", (duty["site_id"], s.units[0], int(time.time()), json.dumps(
            [{"field": f, "verdict": "differs", "why": "other_value", "reported": "", "measured": m, "suggested": m}
             for f, m in (("icp", "津ICP备20269999号"), ("unified_label", "false"), ("ip", "203.0.113.9"), ("domain", "u0.xingyuan.gov.cn"))])))
    sheet = me.get(path + "/sheet")
    answers = {"site": {"icp": "津ICP备20260000号", "has_icp": True, "unified_label": True, "domain": "u0.xingyuan.gov.cn", "ip": "203.0.113.9"}}
    assert me.put(path + "/sheet", {"answers": answers}, headers={"If-Match": sheet.etag}).status == 200
    for who, name in ((me, "the unit"), (s.a, "the office")):
        got = {c["path"]: c for c in who.get(path).json["contradictions"]}
        check(f"{name} sees which answers differ from what was measured", set(got) == {"site.icp", "site.unified_label"} and
              got["site.icp"]["measured"] == "津ICP备20269999号" and got["site.unified_label"]["answered"] == "true", got)
    r = me.get(path)
    left = (datetime.date.fromisoformat(duty["due"]) - TODAY).days
    check("days left, and working days", r.json["days_left"] == left and
          (r.json["working_days_left"] is None or abs(r.json["working_days_left"]) <= abs(left)), r)
    check("a unit chases nobody", me.post(path + "/chase").status == 403)
    n = len(s.a.get(f"/api/v1/campaigns/{s.campaigns['001']}/reminders").json["items"])
    r = s.a.post(path + "/chase")
    check("the office chases by hand", r.status == 200 and r.json == {"units": 1, "unit_ids": [s.units[0]]}, r)
    items = s.a.get(f"/api/v1/campaigns/{s.campaigns['001']}/reminders").json["items"]
    check("it is on record", len(items) == n + 1 and items[0]["kind"] == "chased" and items[0]["unit_id"] == s.units[0], items[:2])
    r = s.a.post(f"/api/v1/campaigns/{s.campaigns['001']}/chase")
    late = {d["unit_id"] for d in s.a.get(f"/api/v1/duties?limit=500&q=campaign_id:{s.campaigns['001']} state:open,draft,returned").json["items"]
            if d["due"] and d["due"] < TODAY.isoformat() and d["unit_id"]}
    check("all that are late at once", r.status == 200 and (r.json["units"] == len(late) or set(r.json["unit_ids"]) >= late), r, late)


def own(s):
    """An office's own forms and kinds: tried, kept by versions, used."""
    check, a = s.check, s.a
    items = {f["key"]: f for f in a.get("/api/v1/forms").json["items"]}
    check("the shipped forms are listed, each with its norm", len(items) >= 14 and not items["plan"]["own"] and items["plan"]["norm"], items.keys())
    check("a unit reads none of them", s.staff[0].get("/api/v1/forms").status == 403)
    r = a.get("/api/v1/forms/management")
    check("a form says where it is in use", {"004", "001"} <= {k["key"] for k in r.json["used_by"]["kinds"]} and
          {s.campaigns["001"], s.campaigns["004"]} <= {c["id"] for c in r.json["used_by"]["campaigns"]}, r.json["used_by"])
    text = r.json["source"]
    r = a.post("/api/v1/forms/check", {"source": text.replace("type: check", "type: chekc", 1)})
    line = text[:text.index("type: check")].count("\n") + 1
    check("a mistake is told by its line", r.status == 200 and not r.json["ok"] and r.json["errors"][0]["line"] == line, r)
    r = a.post("/api/v1/forms/check", {"source": text})
    check("what is right comes back as it will be drawn", r.json["ok"] and len(r.json["definition"]["blocks"]) == 7, r)
    changed = text.replace("版权", "").replace("资产管理", "信息资产管理", 1).replace("key: c117, type: check", "key: c117x, was: c117, type: check", 1)
    changed = "\n".join(l for l in changed.split("\n") if "key: c118," not in l)
    changed = changed.replace("  - key: operation", "      - {key: extra, type: text, label: {zh: 补充说明, en: More}, required: true}\n  - key: operation", 1)
    r = a.put("/api/v1/forms/management", {"source": changed, "base": 1})
    check("a version says what it is for", r.status == 422 and r.json["errors"][0]["field"] == "note", r)
    r = a.put("/api/v1/forms/management", {"source": changed, "note": "本区补充", "base": 7})
    check("nobody overwrites what he has not seen", r.status == 412, r)
    r = a.put("/api/v1/forms/other", {"source": changed, "note": "x", "base": 0})
    check("the key in the text is the one of the address", r.status == 422 and r.json["errors"][0]["code"] == "other_key", r)
    r = a.put("/api/v1/forms/management", {"source": changed, "note": "本区补充", "base": 1})
    check("the office keeps its own version", r.status == 200 and r.json["own"] and r.json["version"] == 2 and
          "version: 2\n" in r.json["source"] and [v["version"] for v in r.json["versions"]] == [2, 1], r)
    check("a unit keeps none", s.staff[0].put("/api/v1/forms/management", {"source": changed, "note": "x", "base": 2}).status == 403)
    got = {c["path"]: c for c in a.get("/api/v1/forms/management/changes?from=1").json["changes"]}
    check("what two versions differ in", got["responsibility.c115"]["what"] == "changed" and got["responsibility.c115"]["parts"] == ["label"] and
          got["responsibility.c118"]["what"] == "removed" and got["responsibility.extra"]["what"] == "added" and
          "responsibility.c117x" not in got, got)
    kind = a.get("/api/v1/campaign-kinds/000").json
    source = kind["source"].replace('kind: "000"', "kind: spring", 1)
    r = a.post("/api/v1/campaign-kinds/check", {"source": source, "event_on": "2026-03-02"})
    check("a kind is tried with its dates worked out", r.json["ok"] and all(t["due"]["zh"] for t in r.json["tasks"]) and
          any(t["last_day"] for t in r.json["tasks"]) and len(r.json["phases"]) == len(a.post(
              "/api/v1/campaign-kinds/check", {"source": kind["source"]}).json["phases"]), r)
    r = a.post("/api/v1/campaign-kinds/check", {"source": source.replace("form: management", "form: nobodys", 1)})
    check("a form nobody has is told by its line", not r.json["ok"] and r.json["errors"][0]["line"] > 1 and "nobodys" in r.json["errors"][0]["text"], r)
    r = a.put("/api/v1/campaign-kinds/spring", {"source": source, "note": "春季专项", "base": 0})
    check("a kind of the office's own", r.status == 200 and r.json["version"] == 1 and r.json["own"], r)
    check("it is offered", "spring" in {k["key"] for k in a.get("/api/v1/campaign-kinds").json["items"]})
    r = a.post("/api/v1/campaigns/plan", {"kind": "spring", "months": 200})
    forms = {f["name"]: f for f in a.get(f"/api/v1/campaigns/{r.json['id']}/forms").json["items"]}
    check("and a campaign made of it, with the office's own version of a form", r.status == 201 and forms["management"]["sheets"] == 0, r)
    r = a.post("/api/v1/units", {"name": "星源区新设机构", "authority": "government"})
    check("a unit may be without a kind", r.status == 201, r)
    r = a.post("/api/v1/campaigns", {"name": "按类别", "scope": {"units": "kind:organ"}})
    got = a.get(f"/api/v1/campaigns/{r.json['id']}/preview").json["unplaced"]
    check("the preview names units that no scope by kind finds", "星源区新设机构" in {u["name"] for u in got}, got)


def newer(s):
    """A form changed while units fill it in."""
    check, a, me = s.check, s.a, s.staff[1]
    path = s.duty(1, "001", "management")
    sheet = me.get(path + "/sheet")
    answers = {"responsibility": {"c112": {"result": "conform", "note": "有制度"}, "c117": {"result": "not", "note": "缺"},
                                  "c118": {"result": "partly", "note": "两次"}}}
    assert me.put(path + "/sheet", {"answers": answers}, headers={"If-Match": sheet.etag}).status == 200
    book = s.book(1, path)
    check("nothing newer yet", me.get(path + "/sheet").json["newer"] is None)
    check("and nothing to carry over", me.post(path + "/sheet/carry").status == 409)
    forms = f"/api/v1/campaigns/{s.campaigns['001']}/forms"
    r = me.put(forms + "/management", {})
    check("a unit changes no form", r.status == 403, r)
    r = a.put(forms + "/management", {})
    check("the office takes its newest version into a campaign that runs", r.status == 200 and r.json["version"] == 2 and r.json["changes"], r)
    got = {f["name"]: f for f in a.get(forms).json["items"]}["management"]
    check("it sees how many still fill in the older one", got["version"] == 2 and got["sheets"] >= 1 and got["older"] >= 1, got)
    r = me.get(path + "/sheet")
    check("a draft keeps its version, and says what is new", r.json["form_version"] == 1 and r.json["newer"]["version"] == 2 and
          {"responsibility.c118", "responsibility.extra"} <= {c["path"] for c in r.json["newer"]["changes"]} and
          r.json["answers"] == answers, r)
    r = s.send(1, path, book)
    check("a workbook of that version is still taken", r.status == 200, r)
    answers = me.get(path + "/sheet").json["answers"]
    r = me.post(path + "/sheet/carry")
    check("carried over: what has a place is kept, what has none is named", r.status == 200 and r.json["form_version"] == 2 and
          r.json["lost"] == {"responsibility.c118": {"result": "partly", "note": "两次"}} and
          "responsibility.extra" in r.json["missing"] and "responsibility.c117x" in r.json["kept"], r)
    r = me.get(path + "/sheet")
    check("nothing is lost: it stands beside the new sheet", r.json["newer"] is None and r.json["left_behind"]["responsibility.c118"]["note"] == "两次" and
          r.json["answers"]["responsibility"]["c117x"] == {"result": "not", "note": "缺"}, r)
    r = s.send(1, path, book)
    check("a workbook of the older version is refused by its version", r.status == 422 and "第1版" in r.json["detail"] and "第2版" in r.json["detail"], r)
    other = s.duty(0, "001", "management")
    check("who begins now begins with the new one", s.staff[0].get(other + "/sheet").json["form_version"] == 2)


def main():
    with Office() as office:
        s = Scene(office)
        for part in (known, offline, altered, checks, beside, own, newer):
            print(f"# {part.__name__}", flush=True)
            part(s)
    office.done()


if __name__ == "__main__":
    main()
