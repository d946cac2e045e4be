"""A campaign against a real server: drafted, approved by a second person, filled in by
units that never see each other, chased, notices sent, answered, verified, relapsed."""
import datetime
import hashlib
import json
import sqlite3
import time

from office import Office

TODAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


class Scene:
    def __init__(self, office):
        self.office, self.check = office, office.check
        self.admin = office.set_up()
        self.office_a = office.invite(self.admin, "office-a", ["office"])
        self.office_b = office.invite(self.admin, "office-b", ["office"])
        self.leader = office.invite(self.admin, "leader", ["leader"])
        self.units, self.sites, self.staff = {}, {}, {}
        for i, name in enumerate(("教育局", "水务局", "卫生局", "军产办", "档案馆")):
            r = self.office_a.post("/api/v1/units", {
                "name": f"星源区{name} canary{i}x", "kind": "organ" if i < 4 else "institution",
                "authority": "government", "has_military_sites": i == 3})
            assert r.status == 201, r
            self.units[i] = r.json["id"]
            r = self.office_a.post("/api/v1/sites", {
                "name": f"{name}门户 canary{i}x", "domain": f"u{i}.xingyuan.gov.cn", "unit_id": self.units[i]})
            assert r.status == 201, r
            self.sites[i] = r.json["id"]
            if i < 3:
                self.staff[i] = office.invite(self.admin, f"staff{i}", ["unit_staff"], self.units[i])

    def fresh(self, person):
        if person.last_proof + 200 < time.monotonic():
            assert person.step_up().status == 200
        return person

    def act(self, who, path, body=None, etag=None):
        etag = etag or who.get(path.rsplit("/", 1)[0]).etag
        return who.post(path, body or {}, headers={"If-Match": etag})

    def duties(self, who, q=""):
        r = who.get(f"/api/v1/duties?limit=500&sort=id&q={q}")
        assert r.status == 200, r
        return r.json["items"]


def drafting(s):
    check, a = s.check, s.office_a
    r = s.staff[0].post("/api/v1/campaigns", {"name": "x"})
    check("a unit drafts no campaign", r.status == 403, r)
    r = a.post("/api/v1/campaigns", {"name": "坏", "scope": {"units": "kindd:organ"}})
    check("a scope with an unknown field is refused and named",
          r.status == 422 and r.json["errors"][0]["field"] == "scope", r)
    r = a.post("/api/v1/campaigns", {"name": "坏", "scope": {"unit": "kind:organ"}})
    check("a scope with an unknown key is refused", r.status == 422, r)
    r = a.post("/api/v1/campaigns", {
        "name": "2026年电子政务网络与信息系统安全检查", "number": "星政办发〔2026〕13号", "category": "annual",
        "year": 2026, "begins": day(-10), "ends": day(200), "series": "星网安",
        "organs": ["区政府办", "区密码管理局"], "scope": {"units": "kind:organ", "excludes": ["military"]}})
    check("the office drafts one, with organs in signing order", r.status == 201 and r.json["state"] == "draft" and
          r.json["organs"] == ["区政府办", "区密码管理局"], r)
    s.campaign = r.json["id"]
    path = f"/api/v1/campaigns/{s.campaign}"
    phase = a.post(path + "/phases", {"name": "自查", "begins": day(-10), "ends": day(10), "ordinal": 1})
    check("a phase is added", phase.status == 201, phase)
    s.tasks = {}
    for key, body in (("report", {"party": "unit", "counts_as": "report", "due": day(7), "needs_seal": True,
                                  "remind": "-7d -1d +1d"}),
                      ("survey", {"party": "site", "counts_as": "survey", "due": day(3)}),
                      ("late", {"party": "unit", "counts_as": "plan", "due": day(-1), "remind": "+1d"}),
                      ("drill", {"party": "unit", "due": day(-40), "recurs": "quarter"}),
                      ("review", {"party": "office", "due": day(30)})):
        r = a.post(path + "/tasks", {"name": f"任务 {key}", "phase_id": phase.json["id"], **body})
        check(f"a task is added: {key}", r.status == 201, r)
        s.tasks[key] = r.json["id"]
    r = a.post(path + "/tasks", {"name": "无期", "party": "unit", "recurs": "month"})
    check_rules(s, path)
    check("what recurs needs a day", r.status == 422 and r.json["errors"][0]["field"] == "due", r)
    r = a.get(path + "/preview")
    sums = {t["task_id"]: t for t in r.json["tasks"]}
    check("the preview says whom it would ask: organs without the military",
          sums[s.tasks["report"]]["units"] == 3 and sums[s.tasks["survey"]]["sites"] == 3, r)
    check("a unit sees nothing of a draft", s.staff[0].get(path).status == 404 and
          s.staff[0].get("/api/v1/campaigns").json["items"] == [] and
          s.staff[0].get("/api/v1/tasks").json["items"] == [])
    r = s.act(a, path + "/submit")
    check("it is submitted for approval", r.status == 200 and r.json["state"] == "approving", r)
    r = s.act(s.fresh(a), path + "/approve")
    check("who prepared it does not approve it", r.status == 403 and r.code == "own_act", r)
    r = s.act(a, path + "/tasks", {"name": "late one", "party": "unit"})
    check("what is being approved stays as it is", r.status == 409, r)
    r = s.act(s.fresh(s.leader), path + "/approve")
    check("the leader approves, and it runs", r.status == 200 and r.json["state"] == "running", r)
    r = a.patch(path, {"scope": {}}, etag=a.get(path).etag)
    check("what was approved is not changed behind the leader's back", r.status == 422, r)


def check_rules(s, path):
    """A task's rule of its deadline gives its day, by the calendar of working days."""
    check, a = s.check, s.office_a
    body = {"name": "时限", "party": "unit"}
    for rule, due, recurs in (({"by": "2026-03-20"}, "2026-03-20", "none"),
                              ({"by": "2026-10-03", "holiday": "next"}, "2026-10-08", "none"),
                              ({"month_end": "2028-02"}, "2028-02-29", "none"),
                              ({"open": True}, "", "none")):
        r = a.post(path + "/tasks", {**body, "deadline": rule})
        check(f"a rule gives the day: {json.dumps(rule)}", r.status == 201 and r.json["due"] == due and
              r.json["recurs"] == recurs and bool(r.json["deadline_text"]), r)
        a.delete(f"/api/v1/tasks/{r.json['id']}", etag=r.etag)
    r = a.post(path + "/tasks", {**body, "deadline": {"by": "2026-02-30"}})
    check("a day that is in no calendar is refused", r.status == 422 and r.json["errors"][0]["field"] == "deadline", r)
    r = a.post(path + "/tasks", {**body, "deadline": {"by": "2041-05-03", "holiday": "next"}})
    check("a year that the calendar lacks: no day, and it says why", r.status == 201 and r.json["due"] == "" and
          "工作日历" in r.json["due_note"], r)
    a.delete(f"/api/v1/tasks/{r.json['id']}", etag=r.etag)
    r = a.post(path + "/tasks", {**body, "due": day(5), "remind": "-3wd -xd"})
    check("a reminder that is none is refused", r.status == 422 and r.json["errors"][0]["field"] == "remind", r)


def walls(s):
    check = s.check
    mine = s.duties(s.staff[0])
    check("a unit has its duties, of each task and site one",
          sorted(d["task_id"] for d in mine) == sorted(s.tasks[k] for k in ("report", "survey", "late", "drill"))
          and {d["unit_id"] for d in mine} == {s.units[0]}, mine)
    check("the office sees all of them", len(s.duties(s.office_a)) == 3 * 4 + 1, s.duties(s.office_a))
    drill = [d for d in mine if d["task_id"] == s.tasks["drill"]][0]
    check("a recurring one is at its present turn", drill["turn"] == 1 and drill["due"] > day(0), drill)
    theirs = s.duties(s.staff[1])[0]
    for path in (f"/api/v1/duties/{theirs['id']}", f"/api/v1/duties/{theirs['id']}/sheet"):
        r, nothing = s.staff[0].get(path), s.staff[0].get(path.replace(str(theirs["id"]), "987654"))
        check("another unit's duty is not there", r.status == 404 and nothing.status == 404, r)
    r = s.staff[0].put(f"/api/v1/duties/{theirs['id']}/sheet", {"answers": {"x": 1}}, headers={"If-Match": "*"})
    check("nor can it be filled in", r.status == 404, r)
    r = s.staff[0].get(f"/api/v1/campaigns/{s.campaign}")
    check("the unit reads the campaign with its tasks", r.status == 200 and len(r.json["tasks"]) == 4 and
          not r.json["may"], r)
    r = s.staff[0].get(f"/api/v1/campaigns/{s.campaign}/progress")
    text = r.raw.decode()
    check("its progress is its own", r.status == 200 and "canary1x" not in text and "canary2x" not in text and
          all(t["total"] == 1 for t in r.json["tasks"]), r)
    r = s.office_a.get(f"/api/v1/campaigns/{s.campaign}/progress")
    check("the office's list of the late names them with days",
          [(u["n"], u["days"]) for u in r.json["late"]] == [(1, 1)] * 3, r)
    # an agency without vetting
    agency = s.office_a.post("/api/v1/agencies", {"name": "某测评公司", "qualified_until": "2036-01-01",
                                                  "agreement_no": "保-1", "agreement_on": "2026-01-01",
                                                  "agreement_until": "2036-01-01"}).json["id"]
    tester = s.office.invite(s.fresh(s.admin), "tester", ["agency"], agency_id=agency)
    got = [tester.get(p) for p in ("/api/v1/duties", f"/api/v1/duties/{theirs['id']}",
                                   f"/api/v1/campaigns/{s.campaign}")]
    check("an agency without vetting sees nothing of it",
          all(r.status in (401, 403, 404) or r.json.get("items") == [] for r in got), got)


def filling(s):
    check, me, a = s.check, s.staff[0], s.office_a
    duty = [d for d in s.duties(me) if d["task_id"] == s.tasks["report"]][0]
    path = f"/api/v1/duties/{duty['id']}"
    sheet = me.get(path + "/sheet")
    r = me.put(path + "/sheet", {"answers": {"unit": {"n": 3}}}, headers={"If-Match": sheet.etag})
    check("a draft is kept, and the duty is begun", r.status == 200 and r.json["answers"] == {"unit": {"n": 3}} and
          me.get(path).json["duty"]["state"] == "draft", r)
    again = me.put(path + "/sheet", {"answers": {}}, headers={"If-Match": sheet.etag})
    check("of two who save at once the second is told", again.status == 412, again)
    etag = r.etag
    r = me.put(path + "/sheet", {"answers": []}, headers={"If-Match": etag})
    check("answers that are no object are refused", r.status == 422, r)
    r = s.act(me, path + "/submit")
    check("without the stamped scan it is not submitted",
          r.status == 422 and r.json["errors"][0]["field"] == "scan", r)
    scan = me.post("/api/v1/files?name=scan.pdf", raw=b"%PDF-1.4\n%%EOF\n",
                   headers={"Content-Type": "application/octet-stream"})
    check("the scan is uploaded", scan.status == 201, scan)
    tag = me.get(path).etag
    r = s.act(me, path + "/submit", {"scan": scan.json["id"]}, tag)
    check("it is submitted in the unit's name, in time", r.status == 200 and r.json["duty"]["state"] == "submitted" and
          r.json["duty"]["late_days"] == 0 and len(r.json["submissions"]) == 1, r)
    r = s.act(me, path + "/submit", {"scan": scan.json["id"]}, tag)
    check("pressed twice it is the same submission", r.status == 200 and len(r.json["submissions"]) == 1, r)
    r = s.act(me, path + "/submit", {}, tag)
    check("other content after it is refused", r.status in (409, 422), r)
    r = me.put(path + "/sheet", {"answers": {}}, headers={"If-Match": "*"})
    check("what was submitted is not changed under the office's eyes", r.status == 409, r)
    r = s.act(me, path + "/accept")
    check("a unit accepts nothing", r.status == 403, r)
    r = s.act(a, path + "/return")
    check("returning needs a reason", r.status == 422, r)
    r = s.act(a, path + "/return", {"note": "第三项缺证明材料", "day": day(9)})
    check("it is returned with the reason and a new day", r.status == 200 and r.json["duty"]["state"] == "returned" and
          r.json["duty"]["due"] == day(9) and r.json["duty"]["first_due"] == day(7), r)
    check("the unit has a to-do of it", any(t["source"] == "duty_returned" and t["record_id"] == duty["id"]
                                            for t in me.get("/api/v1/todos").json["items"]), me.get("/api/v1/todos"))
    r = me.put(path + "/sheet", {"answers": {"unit": {"n": 4}}}, headers={"If-Match": etag})
    check("it is mended from where it was", r.status == 200, r)
    r = s.act(me, path + "/submit", {"scan": scan.json["id"]})
    check("and submitted anew; both are kept", r.status == 200 and len(r.json["submissions"]) == 2 and
          r.json["submissions"][0]["sha256"] != r.json["submissions"][1]["sha256"], r)
    r = s.act(a, path + "/accept")
    check("the office accepts", r.status == 200 and r.json["duty"]["state"] == "accepted" and
          r.json["duty"]["n_returned"] == 1, r)
    # late, paper, clock, extension, waived
    late = [d for d in s.duties(s.staff[1]) if d["task_id"] == s.tasks["late"]][0]
    lpath = f"/api/v1/duties/{late['id']}"
    r = s.act(s.staff[1], lpath + "/submit")
    check("what is a day late is so counted", r.status == 200 and r.json["duty"]["late_days"] == 1, r)
    paper = [d for d in s.duties(s.staff[2]) if d["task_id"] == s.tasks["late"]][0]
    r = s.act(a, f"/api/v1/duties/{paper['id']}/receive", {"day": day(-2)})
    check("paper that came in time is in time, whenever it is recorded",
          r.status == 200 and r.json["duty"]["way"] == "paper" and r.json["duty"]["late_days"] == 0, r)
    survey = [d for d in s.duties(s.staff[2]) if d["task_id"] == s.tasks["survey"]][0]
    spath = f"/api/v1/duties/{survey['id']}"
    r = s.act(a, spath + "/pause", {"note": "机房搬迁"})
    check("its clock is stopped with a reason", r.status == 200 and r.json["duty"]["paused_on"] == day(0), r)
    r = s.act(a, spath + "/pause", {"note": "再停"})
    check("not twice", r.status == 422, r)
    r = s.act(a, spath + "/resume")
    check("and started again", r.status == 200 and r.json["duty"]["paused_on"] == "", r)
    r = s.staff[2].post(spath + "/extend", {"until": day(2), "why": "x"})
    check("an extension goes past the present day", r.status == 422 and r.json["errors"][0]["code"] == "before_due", r)
    r = s.staff[2].post(spath + "/extend", {"until": day(20), "why": "系统升级"})
    check("a unit asks for more time", r.status == 201 and r.json["state"] == "asked", r)
    ext = f"/api/v1/extensions/{r.json['id']}"
    r2 = s.act(s.staff[2], ext + "/decide", {"approve": True})
    check("it does not grant it to itself", r2.status == 403, r2)
    r = s.act(a, ext + "/decide", {"approve": True, "until": day(15)})
    check("the office grants less", r.status == 200 and r.json["granted"] == day(15) and
          s.staff[2].get(spath).json["duty"]["due"] == day(15), r)
    r = s.act(a, spath + "/waive", {"note": "网站已下线"})
    check("a duty is waived with a reason", r.status == 200 and r.json["duty"]["state"] == "waived", r)
    r = s.act(a, spath + "/reopen", {"note": "误免"})
    check("and asked for again", r.status == 200 and r.json["duty"]["state"] == "returned", r)
    r = a.post(f"/api/v1/campaigns/{s.campaign}/duties", {"task_id": s.tasks["report"], "unit_id": s.units[4]})
    check("a unit beyond the scope is added by hand", r.status == 201 and r.json["due"] == day(7), r)
    r = a.post(f"/api/v1/campaigns/{s.campaign}/duties", {"task_id": s.tasks["report"], "unit_id": s.units[4]})
    check("not twice", r.status == 409, r)


def finding(s, i, title, severity="high"):
    r = s.office_a.post("/api/v1/findings", {"site_id": s.sites[i], "unit_id": s.units[i], "title": title,
                                             "severity": severity, "category": "vulnerability",
                                             "url": f"https://u{i}.xingyuan.gov.cn/{title}"})
    assert r.status == 201, r
    return r.json["id"]


ANSWER = {"fix": ["config", "accounts"], "measures": "升级组件并删除多余账号", "root_cause": "补丁未及时升级",
          "lateral": "已排查其余两个系统", "person": "王某", "done_on": day(0)}


def notices(s):
    check, a = s.check, s.office_a
    path = f"/api/v1/campaigns/{s.campaign}/notices"
    found = {0: [finding(s, 0, "弱口令 canary0x"), finding(s, 0, "目录遍历", "medium")], 1: [finding(s, 1, "注入 canary1x")],
             3: [finding(s, 3, "军产办 finding")]}
    r = a.post(path, {"name": "通知", "due": day(9)})
    check("what was seen once and confirmed by nobody stands in no notice", r.status == 200 and r.json["n"] == 0, r)
    for f in [f for fs in found.values() for f in fs]:
        r = s.act(a, f"/api/v1/findings/{f}/confirm", {}, a.get(f"/api/v1/findings/{f}").etag)
        assert r.status == 200, r
    r = a.post(path, {"name": "整改通知书", "due": day(-1)})
    check("a notice is not due in the past", r.status == 422, r)
    r = a.post(path, {"name": "网络安全隐患整改通知书", "due": day(10), "asks": "限期整改"})
    check("one notice a unit that takes part and has findings", r.status == 200 and r.json["n"] == 2, r)
    ids = r.json["ids"]
    r = a.post(path, {"name": "又一次", "due": day(10)})
    check("what stands in a notice is not put into another", r.status == 200 and r.json["n"] == 0, r)
    first, second = (f"/api/v1/notices/{i}" for i in ids)
    r = a.get(first)
    check("with its findings", len(r.json["items"]) == 2 and r.json["notice"]["unit_id"] == s.units[0], r)
    items = r.json["items"]
    check("the unit sees neither draft nor its findings in it", s.staff[0].get(first).status == 404 and
          s.staff[0].get("/api/v1/notices").json["items"] == [] and
          s.staff[0].get("/api/v1/rectifications").json["items"] == [])
    for n in (first, second):
        r = s.act(a, n + "/submit")
        check("a draft goes to approval", r.status == 200, r)
    r = s.act(s.fresh(a), first + "/approve")
    check("nobody approves his own", r.status == 403 and r.code == "own_act", r)
    numbers = []
    for n in (first, second):
        r = s.act(s.fresh(s.office_b), n + "/approve")
        check("the second person approves", r.status == 200, r)
        numbers.append(r.json["notice"]["number"])
    check("numbers follow each other", numbers == [f"星网安〔{TODAY.year}〕{i}号" for i in (1, 2)], numbers)
    r = s.act(s.fresh(a), second + "/cancel", {"note": "单位名称有误"})
    check("a notice is cancelled with a reason", r.status == 200, r)
    check("a cancelled notice was never the unit's", s.staff[1].get("/api/v1/notices").json["items"] == [])
    r = a.get("/api/v1/numbers?series=星网安")
    check("its number stays as a gap with the reason", [(x["n"], x["reason"]) for x in r.json["items"]] ==
          [(1, ""), (2, "单位名称有误")] and r.json["items"][1]["void_at"], r)
    r = a.post(path, {"name": "网络安全隐患整改通知书", "due": day(10), "unit_id": s.units[1]})
    third = f"/api/v1/notices/{r.json['ids'][0]}"
    s.act(a, third + "/submit")
    r = s.act(s.fresh(s.office_b), third + "/approve")
    check("and is not given again", r.json["notice"]["number"].endswith("〕3号"), r)
    for n in (first, third):
        r = s.act(a, n + "/send")
        check("it is sent", r.status == 200 and r.json["notice"]["told"], r)
    me = s.staff[0]
    r = me.get(first)
    check("now the unit has it, with its findings", r.status == 200 and len(r.json["items"]) == 2 and
          "notice.receive" in r.json["may"], r)
    check("and no other's", "canary1x" not in me.get("/api/v1/notices").raw.decode() and
          me.get(third).status == 404 and len(me.get("/api/v1/rectifications").json["items"]) == 2)
    check("a to-do asks for the acknowledgement",
          "notice_receive" in {t["source"] for t in me.get("/api/v1/todos").json["items"]})
    r = s.act(me, first + "/receive", {"name": "李某"})
    check("it is acknowledged", r.status == 200 and r.json["notice"]["state"] == "received", r)
    r = s.act(me, first + "/answer", {"answer": "已整改"})
    check("no answer while findings are not answered", r.status == 422, r)
    one, two = (f"/api/v1/rectifications/{i['id']}" for i in items)
    r = me.patch(one, {"measures": "已改"}, etag="*")
    check("an answer lacks how, by whom and when", r.status == 422, r)
    r = me.patch(one, ANSWER, etag=f'"{items[0]["rev"]}"')
    check("the unit answers one finding whole", r.status in (200, 412), r)
    r = me.patch(one, ANSWER, etag="*")
    check("with kind of fix, cause, lateral check and person", r.status == 200 and r.json["state"] == "answered" and
          a.get(f"/api/v1/findings/{items[0]['finding_id']}").json["finding"]["state"] == "fixed", r)
    r = me.patch(two, {"cannot_now": True, "plan_why": "需更换系统", "plan_interim": "限制访问", "person": "王某",
                       "plan_due": day(60)}, etag="*")
    check("a plan needs its steps", r.status == 422 and "milestones" in r.json["detail"], r)
    r = me.patch(two, {"cannot_now": True, "plan_why": "需更换系统", "plan_interim": "限制访问", "person": "王某",
                       "plan_due": day(60), "milestones": [{"on": day(30), "what": "采购"}, {"on": day(60), "what": "上线"}]},
                 etag="*")
    check("what cannot be mended now has a plan", r.status == 200 and r.json["state"] == "planned", r)
    r = s.act(me, first + "/answer", {"answer": "一项已整改，一项列入计划"})
    check("then the notice is answered, in time", r.status == 200 and r.json["notice"]["state"] == "answered" and
          r.json["notice"]["late_days"] in (0, None), r)
    r = s.act(a, first + "/close")
    check("it is not closed before each finding has its verdict", r.status == 422, r)
    r = s.act(me, one + "/verdict", {"verdict": "fixed"})
    check("a unit judges nothing", r.status == 403, r)
    r = s.act(a, one + "/verdict", {"verdict": "not_fixed"})
    check("a verdict against the unit says why", r.status == 422, r)
    r = s.act(a, one + "/verdict", {"verdict": "not_fixed", "note": "口令仍可用"})
    check("not fixed: open again, and the finding with it", r.status == 200 and r.json["state"] == "open" and
          a.get(f"/api/v1/findings/{items[0]['finding_id']}").json["finding"]["state"] == "fixing", r)
    r = me.patch(one, {**ANSWER, "measures": "口令已全部更换"}, etag="*")
    check("the unit mends it anew", r.status == 200, r)
    r = s.act(a, one + "/verdict", {"verdict": "fixed", "way": "site"})
    check("fixed: verified and the finding closed", r.json["state"] == "verified" and
          a.get(f"/api/v1/findings/{items[0]['finding_id']}").json["finding"]["state"] == "closed", r)
    me.patch(two, {**ANSWER, "cannot_now": False}, etag="*")
    r = s.act(a, two + "/verdict", {"verdict": "page_gone", "note": "页面已删除"})
    check("a page that is gone has its own verdict", r.status == 200 and r.json["verdict"] == "page_gone", r)
    r = s.act(a, first + "/close")
    check("now the notice is closed", r.status == 200 and r.json["notice"]["state"] == "closed", r)
    s.closed, s.relapsed, s.silent = first, items[0]["finding_id"], third
    # found and mended by the unit itself
    own = me.post("/api/v1/findings", {"site_id": s.sites[0], "unit_id": s.units[0], "title": "自查发现", "severity": "low",
                                       "category": "management"})
    check("a unit enters what it found itself", own.status == 201, own)
    r = me.post("/api/v1/rectifications", {"finding_id": own.json["id"], "campaign_id": s.campaign, **ANSWER})
    check("and how it was mended at once", r.status == 201 and r.json["is_self_found"] and r.json["state"] == "answered", r)
    r = s.staff[1].post("/api/v1/rectifications", {"finding_id": own.json["id"], **ANSWER})
    check("not for another unit's finding", r.status == 422 and r.json["errors"][0]["field"] == "finding_id", r)


def by_clock(s):
    """The server's own turn: restarted, it looks at once."""
    check, a = s.check, s.office_a
    r = s.act(a, f"/api/v1/findings/{s.relapsed}/reopen", {"note": "再次出现"},
              a.get(f"/api/v1/findings/{s.relapsed}").etag)
    check("a mended finding comes back", r.status == 200, r)
    # the register moves on: a site changes hands, a unit goes, a new one comes
    site = a.get(f"/api/v1/sites/{s.sites[1]}")
    r = a.patch(f"/api/v1/sites/{s.sites[1]}", {"unit_id": s.units[0]}, etag=site.etag)
    check("a site changes hands in mid-campaign", r.status == 200, r)
    unit = a.get(f"/api/v1/units/{s.units[2]}")
    r = s.fresh(a).delete(f"/api/v1/units/{s.units[2]}", etag=unit.etag)
    check("a unit is dissolved", r.status == 204, r)
    r = a.post("/api/v1/units", {"name": "新设局", "kind": "organ", "authority": "government"})
    new = r.json["id"]
    moved = [d["id"] for d in s.duties(s.staff[1]) if d["task_id"] == s.tasks["survey"]]
    s.office.stop()
    with sqlite3.connect(f"{s.office.dir}/office.db") as db:  # a notice that nobody answered
        db.execute("UPDATE notice SET due = ? WHERE id = ?", (day(-1), int(s.silent.rsplit("/", 1)[1])))
        db.execute("DELETE FROM fact WHERE key = 'campaign.clock_day'")
    db.close()
    s.office.start()
    for _ in range(100):
        if len([d for d in s.duties(a) if d["unit_id"] == new]) == 3:
            break
        time.sleep(0.1)
    duties = s.duties(a)
    check("a unit that is new has the duties of its kind", len([d for d in duties if d["unit_id"] == new]) == 3,
          [d["unit_id"] for d in duties])
    check("the site's duty went to its new unit", [d["unit_id"] for d in duties if d["id"] in moved] == [s.units[0]])
    gone = [d for d in duties if d["unit_id"] == s.units[2]]
    check("what the dissolved unit had not done is waived with the reason, the rest stays",
          gone and all(d["state"] in ("waived", "accepted") and (d["state"] != "waived" or d["reason"]) for d in gone), gone)
    r = a.get(s.closed)
    check("the relapse reopened finding and notice", r.json["notice"]["state"] == "received" and
          r.json["notice"]["n_reopened"] == 1 and
          {i["state"]: i["n_regressed"] for i in r.json["items"]}.get("open") == 1, r)
    r = a.get(f"/api/v1/campaigns/{s.campaign}/progress")
    check("who never answers is named", [u["unit_id"] for u in r.json["unanswered"]] == [s.units[1]], r)
    r = a.get(f"/api/v1/campaigns/{s.campaign}/reminders")
    kinds = {(x["unit_id"], x["kind"]) for x in r.json["items"]}
    check("units were reminded a week ahead and chased a day after", (s.units[0], "after") in kinds and
          (s.units[1], "before") in kinds, r)
    n = len(r.json["items"])
    s.office.stop()
    s.office.start()
    time.sleep(2)
    check("a restart reminds nobody twice", len(a.get(f"/api/v1/campaigns/{s.campaign}/reminders").json["items"]) == n)
    r = s.act(a, s.silent + "/escalate")
    check("the silent one is escalated", r.status == 200 and r.json["notice"]["level"] == 1, r)


def judged(s):
    """The draw, spot checks, evaluation, appeal, bulletin."""
    check, a = s.check, s.office_a
    path = f"/api/v1/campaigns/{s.campaign}"
    r = s.staff[0].post(path + "/draws", {"name": "x", "seed": "1"})
    check("a unit draws nothing", r.status in (403, 404), r)
    r = a.post(path + "/draws", {"name": "抽查", "seed": "七色", "rules": {"criteria": [{"measure": "luck", "weight": 9}]}})
    check("a criterion that there is not is refused", r.status == 422 and "luck" in r.json["detail"], r)
    r = a.post(path + "/draws", {"name": "第一次抽查", "seed": "2026-11-22 双色球 071523",
                                 "rules": {"top": 1, "lot_percent": 40, "lot_min": 1, "strata": "kind"}})
    check("units are ranked and drawn", r.status == 201 and r.json["draw"]["state"] == "proposed" and
          len(r.json["lines"]) == r.json["draw"]["n_units"] == 4, r)
    draw, lines = r.json["draw"], r.json["lines"]
    check("every reason and number is shown, and points make the score", all(
        sum(x["points_x100"] for x in line["reasons"]) == line["score_x100"] and line["reasons"] for line in lines), lines)
    by_unit = {line["unit_id"]: {x["measure"]: x["value"] for x in line["reasons"]} for line in lines}
    check("who never answers leads by his feedback", by_unit[s.units[1]]["feedback_late"] == 1 and
          by_unit[s.units[0]]["feedback_late"] == 0, by_unit)
    r = a.get(f"/api/v1/draws/{draw['id']}/list")
    text = "".join(f"{u['id']} {u['stratum']}\n" for u in r.json["units"])
    check("the published list has the published digest",
          hashlib.sha256(text.encode()).hexdigest() == r.json["digest"] == draw["digest"], r)
    top = {line["unit_id"] for line in lines if line["proposed"] == "rank"}
    again = set()
    for stratum in {u["stratum"] for u in r.json["units"]}:
        of = [u for u in r.json["units"] if u["stratum"] == stratum]
        left = sorted((hashlib.sha256(f"{r.json['seed']}:{u['id']}".encode()).hexdigest(), u["id"])
                      for u in of if u["id"] not in top)
        again |= {i for _, i in left[:max(1, -(-len(of) * 40 // 100))]}
    check("anybody draws the same units from list and seed",
          again == {line["unit_id"] for line in lines if line["proposed"] == "lot"}, r)
    names = r.raw.decode()
    check("without the name of any unit", "canary" not in names, names)
    proposed = [line["unit_id"] for line in lines if line["proposed"]]
    dpath = f"/api/v1/draws/{draw['id']}"
    r = s.act(s.fresh(a), dpath + "/decide", {"unit_ids": proposed})
    check("a decision is signed", r.status == 422 and r.json["errors"][0]["field"] == "team", r)
    others = [line["unit_id"] for line in lines if not line["proposed"]]
    chosen = sorted(set(proposed) | {s.units[0]})
    r = s.act(s.fresh(a), dpath + "/decide", {"unit_ids": chosen if others else proposed[:-1], "team": ["甲", "乙"]})
    check("other units than proposed need a reason", r.status == 422 or set(chosen) == set(proposed), r)
    r = s.act(s.fresh(a), dpath + "/decide", {"unit_ids": chosen, "team": ["甲", "乙"], "reason": "重点单位"})
    check("the team decides, and it is signed", r.status == 200 and r.json["draw"]["state"] == "decided" and
          r.json["draw"]["team"] == ["甲", "乙"] and {x["unit_id"] for x in r.json["lines"] if x["chosen"]} == set(chosen), r)
    r = s.act(s.fresh(a), dpath + "/decide", {"unit_ids": chosen, "team": ["甲"], "reason": "又"})
    check("once only", r.status in (409, 422), r)
    checks = a.get("/api/v1/spot_checks?limit=500").json["items"]
    check("a spot check is planned for each", {c["unit_id"] for c in checks} == set(chosen) and
          all(c["state"] == "planned" for c in checks), checks)
    check("the unit does not see it before it is signed", s.staff[0].get("/api/v1/spot_checks").json["items"] == [])
    mine = [c for c in checks if c["unit_id"] == s.units[0]][0]
    spath = f"/api/v1/spot_checks/{mine['id']}"
    rows = [{"item": "a", "points": 3, "result": "conform"}, {"item": "b", "points": 1, "result": "not"},
            {"item": "c", "points": 5, "result": "na"}]
    r = a.patch(spath, {"rows": [{"item": "a", "points": 3, "result": "fine"}]}, etag="*")
    check("a row without a result is refused", r.status == 422 and r.json["errors"][0]["field"] == "rows", r)
    r = a.patch(spath, {"rows": rows, "team": ["甲", "乙"], "summary": "见记录"}, etag="*")
    check("it is recorded, item by item", r.status == 200 and r.json["state"] == "recorded", r)
    r = s.act(a, spath + "/sign")
    check("it is not signed without day and who was there", r.status == 422, r)
    a.patch(spath, {"on_date": day(0), "present": ["丙"]}, etag="*")
    r = s.act(a, spath + "/sign")
    check("signed: its score is of what applied", r.status == 200 and r.json["state"] == "signed" and r.json["score"] == 75, r)
    check("now the unit reads it", [c["id"] for c in s.staff[0].get("/api/v1/spot_checks").json["items"]] == [mine["id"]])
    evaluated(s, path)


def evaluated(s, path):
    check, a, me = s.check, s.office_a, s.staff[0]
    r = a.post(path + "/evaluations", {"name": "评定", "rules": {"parts": [{"measure": "detection", "weight": 90}]}})
    check("weights sum to 100", r.status == 422, r)
    r = a.post(path + "/evaluations", {"name": "2026年综合评定"})
    check("the office evaluates", r.status == 201 and len(r.json["appraisals"]) == r.json["evaluation"]["n_units"] == 4, r)
    epath = f"/api/v1/evaluations/{r.json['evaluation']['id']}"
    own = [x for x in r.json["appraisals"] if x["unit_id"] == s.units[0]][0]
    items = {i["measure"]: i for i in own["items"]}
    check("not measured is kept apart from bad", items["detection"]["state"] == "not_measured" and
          items["on_site"] == {**items["on_site"], "state": "value", "value_x100": 7500}, own)
    with_value = [i for i in own["items"] if i["state"] == "value"]
    want = sum(i["weight"] * i["value_x100"] for i in with_value) / sum(i["weight"] for i in with_value)
    check("the score is the mean of what has a value", not own["has_score"] or abs(own["score_x100"] - want) < 1, own)
    rules = {"parts": [{"measure": "on_site", "weight": 100}], "least_coverage": 0}
    r = a.post(epath + "/preview", {"rules": rules})
    line = [u for u in r.json["units"] if u["unit_id"] == s.units[0]][0]
    check("changed weights are previewed beside what was", r.status == 200 and line["score_x100"] == 7500 and
          line["was_score_x100"] == own["score_x100"] and
          [x["score_x100"] for x in a.get(epath).json["appraisals"] if x["unit_id"] == s.units[0]] == [own["score_x100"]], r)
    check("a unit without a spot check has no score then", not [u for u in r.json["units"]
                                                           if u["unit_id"] == s.units[1]][0]["has_score"], r)
    r = a.put(epath + "/rules", {"rules": {**rules, "parts": [{"measure": "on_site", "weight": 50},
                                                              {"measure": "timeliness", "weight": 50}]}},
              headers={"If-Match": a.get(epath).etag})
    own = [x for x in r.json["appraisals"] if x["unit_id"] == s.units[0]][0]
    check("and taken over", r.status == 200 and own["has_score"] and own["coverage"] == 100, r)
    check("the unit sees nothing of a draft", me.get("/api/v1/appraisals").json["items"] == [])
    r = s.act(s.fresh(a), epath + "/tell", {"appeal_until": day(10)})
    check("who made it does not tell it", r.status == 403 and r.code == "own_act", r)
    r = s.act(s.fresh(s.leader), epath + "/tell", {"appeal_until": day(-1)})
    check("appeals need a day to come", r.status == 422, r)
    r = s.act(s.fresh(s.leader), epath + "/tell", {"appeal_until": day(10)})
    check("each unit is told", r.status == 200 and all(x["state"] == "told" for x in r.json["appraisals"]), r)
    got = me.get("/api/v1/appraisals").json["items"]
    check("of its own only", [x["unit_id"] for x in got] == [s.units[0]], got)
    apath = f"/api/v1/appraisals/{got[0]['id']}"
    r = s.act(me, apath + "/appeal", {})
    check("an appeal has reasons", r.status == 422, r)
    r = s.act(me, apath + "/appeal", {"why": "迟报系停电所致"})
    check("the unit appeals", r.status == 200 and r.json["state"] == "appealed", r)
    r = s.act(s.fresh(a), epath + "/final")
    check("nothing is final while appeals are open", r.status == 422, r)
    r = s.act(s.office_b, apath + "/decide", {"reason": "情况属实", "score_x100": 9100})
    check("the appeal is decided, the grade follows the score", r.status == 200 and r.json["score_x100"] == 9100 and
          r.json["grade"] == "优秀" and r.json["state"] == "told", r)
    r = s.act(me, apath + "/appeal", {"why": "再次"})
    check("once", r.status in (409, 422), r)
    r = a.get(path + "/bulletins")
    lists = {b["key"]: b for b in r.json["items"]}
    check("a bulletin's lists: criteria a to d, each with its reason", r.status == 200 and set(lists) == set("abcd") and
          s.units[1] in {u["unit_id"] for u in lists["a"]["units"]} and all(u["why"] for u in lists["a"]["units"]), r)


def closing(s):
    check, a = s.check, s.office_a
    path = f"/api/v1/campaigns/{s.campaign}"
    for act, state in (("evaluate", "evaluating"), ("close", "closed"), ("archive", "archived")):
        r = s.act(a, path + "/" + act)
        check(f"the campaign is {state}", r.status == 200 and r.json["state"] == state, r)
    r = a.patch(path, {"note": "x"}, etag="*")
    check("an archived one is not changed", r.status == 409, r)
    auditor = s.office.invite(s.fresh(s.admin), "auditor", ["auditor"])
    r = auditor.get("/api/v1/audit?limit=500")
    text = r.raw.decode()
    check("everything left a trace", all(x in text for x in ("campaign.approve", "duty.submit", "notice.approve",
                                                             "rectification.verdict", "extension.decide")), text[:300])


def main():
    with Office() as office:
        s = Scene(office)
        for part in (drafting, walls, filling, notices, by_clock, judged, closing):
            print(f"# {part.__name__}", flush=True)
            part(s)
    office.done()


if __name__ == "__main__":
    main()
