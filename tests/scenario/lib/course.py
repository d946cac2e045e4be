"""The course of a campaign against a real server: what happens asks for duties by itself,
the answer to a notice is the unit's feedback, a plan goes step by step, the target is
counted, and all of it is taken away as one file whose digests agree."""
import datetime
import hashlib
import io
import json
import time
import zipfile

from office import Office

TODAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()
FIX = {"fix": ["accounts"], "measures": "删除账号", "root_cause": "未清理", "lateral": "已排查", "person": "王某"}


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


class Scene:
    def __init__(self, office):
        self.office, self.check = office, office.check
        self.admin = office.set_up()
        self.clerk = office.invite(self.admin, "clerk", ["office"])
        self.leader = office.invite(self.admin, "leader", ["leader"])
        self.units, self.sites, self.staff = [], [], []
        for i, name in enumerate(("教育局", "水务局")):
            r = self.clerk.post("/api/v1/units", {"name": f"星源区{name}", "kind": "organ", "authority": "government"})
            self.units.append(r.json["id"])
            r = self.clerk.post("/api/v1/sites", {"name": f"{name}门户", "domain": f"u{i}.xingyuan.gov.cn",
                                                  "unit_id": self.units[i], "state": "running"})
            self.sites.append(r.json["id"])
            self.staff.append(office.invite(self.admin, f"staff{i}", ["unit_staff"], self.units[i]))

    def fresh(self, person):
        if person.last_proof + 200 < time.monotonic():
            assert person.step_up().status == 200
        return person

    def act(self, who, path, body=None):
        return who.post(path, body or {}, headers={"If-Match": who.get(path.rsplit("/", 1)[0]).etag})

    def duties(self, who, task):
        return who.get(f"/api/v1/duties?limit=100&sort=id&q=task_id:{self.tasks[task]}").json["items"]

    def wait(self, who, task, n, tries=80):
        """The server looks at what happened every ten seconds."""
        for _ in range(tries):
            found = self.duties(who, task)
            if len(found) >= n:
                break
            time.sleep(0.25)
        return found

    def find(self, unit, source, ref, title):
        r = self.clerk.post("/api/v1/findings", {"site_id": self.sites[unit], "title": title, "severity": "high",
                                                 "category": "vulnerability", "source": source, "source_ref": ref})
        assert r.status == 201, r
        return r.json["id"]


def begin(s):
    a = s.clerk
    r = a.post("/api/v1/campaigns", {"name": "安全检查", "begins": day(-5), "ends": day(200), "series": "星网安",
                                     "organs": ["区政府办"], "scope": {"units": "kind:organ"}, "target_percent": 10,
                                     "target_reading": "after", "escalate_days": 5})
    s.campaign = r.json["id"]
    s.path = f"/api/v1/campaigns/{s.campaign}"
    s.tasks = {}
    for key, rule in (("report", {"by": day(30)}),
                      ("rectify", {"after": {"event": "notice.received", "days": 10}}),
                      ("incident", {"after": {"event": "incident.found", "at_once": True}}),
                      ("superior", {"after": {"event": "superior.feedback", "days": 7}})):
        r = a.post(s.path + "/tasks", {"name": f"任务 {key}", "party": "unit", "deadline": rule})
        s.check(f"a task is added: {key}", r.status == 201, r)
        s.tasks[key] = r.json["id"]
    s.act(a, s.path + "/submit")
    r = s.act(s.fresh(s.leader), s.path + "/approve")
    s.check("it begins with what has a day, and nothing that waits for an event",
            r.status == 200 and len(s.duties(a, "report")) == 2 and not s.duties(a, "rectify"), r)


def happens(s):
    check, me = s.check, s.staff[0]
    finding = s.find(0, "incident", "事件通报1号", "首页被篡改")
    got = s.wait(me, "incident", 1)
    check("an incident asks the unit for its report, at once",
          len(got) == 1 and got[0]["because"] == "finding" and got[0]["because_id"] == finding and
          got[0]["due"] in (day(0), day(1)) and got[0]["unit_id"] == s.units[0], got)
    check("nobody else is asked", s.duties(s.staff[1], "incident") == [])
    todos = me.get("/api/v1/todos").json
    check("it stands among the unit's to-dos", "任务 incident" in json.dumps(todos, ensure_ascii=False), todos)
    s.find(1, "superior", "市反馈3号", "弱口令")
    s.find(1, "superior", "市反馈3号", "目录列表")
    got = s.wait(s.staff[1], "superior", 1)
    check("feedback from above is one duty, however many findings it has",
          len(got) == 1 and got[0]["due"] == day(7) and got[0]["because"] == "finding", got)


def notices(s):
    check, a, me = s.check, s.clerk, s.staff[1]
    for f in a.get("/api/v1/findings?limit=50").json["items"]:
        if f["state"] == "open":
            s.act(a, f"/api/v1/findings/{f['id']}/confirm")
    r = a.post(s.path + "/notices", {"name": "整改通知书", "due": day(20), "unit_id": s.units[1]})
    check("a notice is drafted over what came from above", r.status in (200, 201) and r.json["n"] == 1, r)
    n = f"/api/v1/notices/{r.json['ids'][0]}"
    s.notice = n
    for who, act in ((a, "submit"), (s.leader, "approve"), (a, "send")):
        r = s.act(s.fresh(who), f"{n}/{act}")
        assert r.status == 200, r
    check("sent online it is not received yet", s.duties(me, "rectify") == [])
    s.act(me, n + "/receive", {"name": "李某"})
    got = s.wait(me, "rectify", 1)
    check("received, it asks for feedback on the day that it states",
          len(got) == 1 and got[0]["due"] == day(20) and got[0]["because"] == "notice", got)
    for i, item in enumerate(me.get(n).json["items"]):
        body = {**FIX, "done_on": day(0)} if i == 0 else {
            "cannot_now": True, "plan_why": "需更换系统", "plan_interim": "限制访问", "person": "王某",
            "plan_due": day(60), "milestones": [{"on": day(20), "what": "立项"}, {"on": day(50), "what": "上线"}]}
        r = me.patch(f"/api/v1/rectifications/{item['id']}", body)
        assert r.status == 200, r
        s.planned = f"/api/v1/rectifications/{item['id']}"
    r = s.act(me, n + "/answer", {"answer": "已整改，一项列入计划"})
    check("answered, its duty is submitted with it",
          r.status == 200 and s.duties(me, "rectify")[0]["state"] == "submitted", r)
    r = s.act(a, n + "/return", {"note": "证明材料不全"})
    check("returned, the duty comes back with the reason",
          (lambda d: d["state"] == "returned" and d["reason"] == "证明材料不全")(s.duties(me, "rectify")[0]), r)
    s.act(me, n + "/answer", {"answer": "已补充"})


def plan(s):
    check, me = s.check, s.staff[1]
    step = s.planned + "/step"
    r = s.act(me, step, {"n": 1, "done_on": day(1)})
    check("a step is not done on a day to come", r.status == 422, r)
    r = s.act(me, step, {"n": 3, "done_on": day(0)})
    check("nor is one that the plan does not have", r.status == 422, r)
    r = s.staff[0].post(step, {"n": 1, "done_on": day(0)}, headers={"If-Match": me.get(s.planned).etag})
    check("another unit has no such plan", r.status == 404, r)
    r = s.act(me, step, {"n": 1, "done_on": day(0), "note": "已批复立项"})
    check("a step is done, the plan goes on", r.status == 200 and r.json["state"] == "planned" and
          r.json["milestones"][0]["done_on"] == day(0) and "done_on" not in r.json["milestones"][1], r)


def target(s):
    check, a = s.check, s.clerk
    r = a.get(s.path + "/target")
    check("the target has its three readings over the campaign's sites",
          r.status == 200 and r.json["percent"] == 10 and r.json["reading"] == "after" and r.json["sites"] == 2 and
          {x["reading"]: x["sites"] for x in r.json["readings"]} == {"any": 2, "medium": 2, "after": 2} and
          [k["kind"] for k in r.json["by_kind"]] == ["organ"], r)
    r = s.staff[0].get(s.path + "/target")
    check("a unit sees its own share", r.status == 200 and r.json["sites"] == 1, r)


def archive(s):
    check, a = s.check, s.clerk
    r = s.fresh(a).get(s.path + "/bundle.zip")
    check("a running campaign has no archive", r.status == 409, r)
    for act in ("evaluate", "close"):
        assert s.act(a, f"{s.path}/{act}").status == 200
    r = s.staff[0].get(s.path + "/bundle.zip")
    check("a unit does not take it away", r.status == 403, r)
    r = s.fresh(a).get(s.path + "/bundle.zip")
    check("the office does", r.status == 200, r)
    z = zipfile.ZipFile(io.BytesIO(r.raw))
    names = set(z.namelist())
    listed = dict(reversed(line.split("  ", 1)) for line in z.read("MANIFEST.txt").decode().splitlines())
    check("every file has its digest in the manifest", set(listed) == names - {"MANIFEST.txt"} and
          all(hashlib.sha256(z.read(n)).hexdigest() == h for n, h in listed.items()), sorted(names))
    rows = json.loads(z.read("rectifications.json"))
    check("with its records", len(json.loads(z.read("duties.json"))) == 5 and len(rows) == 2 and
          len(json.loads(z.read("findings.json"))) == 2 and
          json.loads(z.read("campaign.json"))["campaign"]["name"] == "安全检查", sorted(names))
    papers = [p for p in json.loads(z.read("papers.json")) if p["docx_sha256"]]
    check("and each approved paper, byte for byte", papers and all(
        hashlib.sha256(z.read(f"papers/{p['id']}.docx")).hexdigest() == p["docx_sha256"] for p in papers), papers)
    again = s.fresh(a).get(s.path + "/bundle.zip")
    check("the same campaign gives the same bytes", again.raw == r.raw)
    auditor = s.office.invite(s.fresh(s.admin), "auditor", ["auditor"])
    check("that it was taken away is on the trail",
          hashlib.sha256(r.raw).hexdigest() in auditor.get("/api/v1/audit?limit=200").raw.decode())


def main():
    with Office() as office:
        s = Scene(office)
        for part in (begin, happens, notices, plan, target, archive):
            print(f"# {part.__name__}", flush=True)
            part(s)
    office.done()


if __name__ == "__main__":
    main()
