"""The register as its people use it: two branches of units that never see each other, a
returned review that is mended, the gate before a site goes online, contradictions and
unregistered hosts. What an inspection leaves behind is put into the database while the
server is down, in the server's own tables."""
import json
import sqlite3
import time

from office import Office

CANARY = "kestrel-7f3a"


def items(r):
    return r.json["items"] if r.status == 200 else []


def step(person):
    if time.monotonic() - person.last_proof > 200:
        person.step_up()
    return person


def act(person, path, body=None, etag="*"):
    return person.post(path, body, headers={"If-Match": etag})


def seed_measured(office, unit, site, other_unit):
    """What an inspection would have written: one contradiction, one host at two units."""
    db = sqlite3.connect(office.dir + "/office.db")
    now = int(time.time())
    for field, reported, measured, suggested in (
            ("ip", "203.0.113.8", "203.0.113.7", "203.0.113.7"),
            ("name", "区教育局", "某某网络公司", ""),
            ("has_https", "false", "true", "true")):
        db.execute("INSERT INTO contradiction (unit_id, site_id, field, why, reported, measured,"
                   " suggested, state, round_id, first_seen, last_seen) VALUES (?,?,?,?,?,?,?,?,1,?,?)",
                   (unit, site, field, "other_value", reported, measured, suggested, "open", now, now))
    for u in (unit, other_unit):
        db.execute("INSERT INTO host (unit_id, site_id, host, how, why, n_links, state, first_seen,"
                   " last_seen) VALUES (?,?,?,?,?,3,'found',?,?)",
                   (u, site, "oa.edu.example.gov.cn", "|link|", "sibling", now, now))
    db.execute("INSERT INTO host (unit_id, site_id, host, how, why, state) VALUES (?,?,?,?,?,'found')",
               (unit, site, "www.elsewhere.gov.cn", "|link|", "government"))
    db.commit()
    db.close()


def whose(o, edu, school, health, staff, other):
    r = other.post("/api/v1/sites", {"unit_id": health, "name": CANARY, "domain": f"{CANARY}.gov.cn",
                                     "contact": CANARY, "phone": "010-66007788"})
    o.check("a unit adds a site of its own", r.status == 201, r)
    theirs = r.json["id"]
    seen = [staff.get(p) for p in (
        "/api/v1/sites", f"/api/v1/sites/{theirs}", f"/api/v1/sites/{theirs}/history",
        f"/api/v1/sites/{theirs}/measured", f"/api/v1/sites/{theirs}/launch", "/api/v1/units",
        f"/api/v1/units/{health}", f"/api/v1/units/{health}/completeness", "/api/v1/register",
        "/api/v1/todos", "/api/v1/contradictions", "/api/v1/hosts", "/api/v1/reviews",
        f"/api/v1/sites?q={CANARY}", f"/api/v1/sites?q=unit:{health}")]
    seen += [staff.patch(f"/api/v1/sites/{theirs}", {"note": "x"}), staff.delete(f"/api/v1/sites/{theirs}", "*"),
             act(staff, f"/api/v1/sites/{theirs}/confirm"), act(staff, f"/api/v1/sites/{theirs}/launch", {}),
             staff.post("/api/v1/reviews", {"unit_id": edu, "kind": "opening", "site_id": theirs, "name": "x"})]
    o.check("siblings never see each other, in whatever they ask",
            not any(CANARY.encode() in r.raw for r in seen), [r for r in seen if CANARY.encode() in r.raw])
    o.check("one by one it is as if there were nothing",
            [r.status for r in seen[1:5]] == [404] * 4 and seen[7].status == 404
            and [seen[15].status, seen[17].status, seen[18].status] == [404] * 3, [r.status for r in seen])
    o.check("a reference to it is a mistake of the form", seen[19].status == 422, seen[19])
    r = staff.post("/api/v1/sites", {"unit_id": health, "name": "x", "domain": "x.gov.cn"})
    o.check("nobody adds to a sibling", r.status == 403, r)
    r = staff.post("/api/v1/sites", {"unit_id": school, "name": "附小", "domain": "fx.edu.example.gov.cn"})
    o.check("a parent adds for the unit below it", r.status == 201, r)


def said_of_it(o, edu, staff):
    r = staff.post("/api/v1/sites", {
        "unit_id": edu, "name": "区教育局", "domain": "WWW.Edu.Example.gov.cn:443", "ip": "203.0.113.8",
        "kind": "portal", "icp": "沪ICP备19014909号", "site_code": "310000000044", "has_https": False,
        "grade": "none", "state": "running", "leader": "某某", "phone": "010-66001122"})
    o.check("a record is kept although something looks wrong", r.status == 201, r)
    site = r.json
    warned = {(w["field"], w["code"]) for w in site.get("warnings", [])}
    o.check("and that is said, field by field",
            {("icp", "other_province"), ("site_code", "site_code_form"), ("grade", "not_graded")} <= warned, warned)
    o.check("the domain is kept in one form", site["domain"] == "www.edu.example.gov.cn", site["domain"])
    r = staff.post("/api/v1/sites", {"unit_id": edu, "name": "x", "domain": "y.gov.cn", "ip": "机房"})
    o.check("what cannot be is refused by field", r.status == 422 and r.json["errors"][0]["field"] == "ip", r)
    r = staff.post("/api/v1/sites", {"unit_id": edu, "name": "又一个", "domain": "portal2.gov.cn", "kind": "portal"})
    o.check("a second portal is told", "second_portal" in [w["code"] for w in r.json.get("warnings", [])], r)
    return site["id"]


def history(o, staff, site):
    r = staff.get(f"/api/v1/sites/{site}")
    etag = r.etag
    a = staff.patch(f"/api/v1/sites/{site}", {"contact": "甲"}, etag)
    b = staff.patch(f"/api/v1/sites/{site}", {"contact": "乙"}, etag)
    o.check("of two who changed the same version, the second is told", (a.status, b.status) == (200, 412), a, b)
    r = staff.request("PATCH", f"/api/v1/sites/{site}", {"contact": "丙"})
    o.check("without If-Match nothing is changed", r.status == 428, r)
    past = items(staff.get(f"/api/v1/sites/{site}/history"))
    o.check("history says who changed what from what to what",
            past[0]["change"] == {"contact": ["", "甲"]} and past[0]["account_id"] == staff.id, past[:1])
    r = act(staff, f"/api/v1/sites/{site}/confirm")
    o.check("'unchanged' makes it fresh", r.status == 200 and r.json["confirmed"], r)


def reviews(o, edu, office, second, staff, site):
    r = staff.post("/api/v1/reviews", {"unit_id": edu, "kind": "opening", "site_id": site, "name": "开办门户"})
    o.check("a review begins as a draft", r.status == 201 and r.json["state"] == "draft", r)
    path = f"/api/v1/reviews/{r.json['id']}"
    r = staff.post("/api/v1/reviews", {"unit_id": edu, "kind": "opening", "site_id": site, "name": "x",
                                       "state": "approved"})
    o.check("nobody writes his own approval", r.status == 422 and r.json["errors"][0]["code"] == "read_only", r)
    r = act(staff, path + "/submit")
    o.check("what is not complete is not submitted",
            r.status == 422 and {e["field"] for e in r.json["errors"]} == {"reason", "is_entitled"}, r)
    staff.patch(path, {"reason": "依法履职", "is_entitled": "organ"})
    r = act(staff, path + "/submit")
    o.check("complete, it is", r.status == 200 and r.json["state"] == "submitted", r)
    r = staff.patch(path, {"reason": "改"})
    o.check("what lies before the office is not changed", r.status == 409 and r.code == "wrong_state", r)
    r = act(staff, path + "/decide", {"approve": True})
    o.check("a unit does not decide", r.status == 403, r)
    r = act(step(office), path + "/decide", {"approve": False})
    o.check("who returns it says why", r.status == 422 and r.json["errors"][0]["field"] == "reason", r)
    todo = [t for t in items(office.get("/api/v1/todos")) if t["source"] == "review_decide"]
    o.check("the office has it to do", len(todo) == 1, todo)
    r = act(step(office), path + "/decide", {"approve": False, "reason": "请补充三定方案"})
    o.check("it is returned", r.status == 200 and r.json["state"] == "returned", r)
    todo = [t for t in items(staff.get("/api/v1/todos")) if t["source"] == "review_returned"]
    o.check("the unit finds it among its to-dos", len(todo) == 1 and todo[0]["record_id"] == r.json["id"], todo)
    r = staff.patch(path, {"reason": "依法履职，附三定方案"})
    o.check("mends it", r.status == 200, r)
    r = act(staff, path + "/submit")
    o.check("and submits it again", r.status == 200 and r.json["state"] == "submitted", r)
    stale = '"1"'
    r = act(step(office), path + "/decide", {"approve": True}, stale)
    o.check("nobody decides about a version he did not read", r.status == 412, r)
    r = act(step(office), path + "/decide", {"approve": True, "decision_no": "星编办〔2026〕7号"})
    o.check("approved", r.status == 200 and r.json["state"] == "approved", r)
    r = staff.get(f"/api/v1/sites/{site}")
    o.check("the register says so", r.json["opening_review"] is True and
            r.json["opening_review_no"] == "星编办〔2026〕7号", r)
    r = office.post("/api/v1/reviews", {"unit_id": edu, "kind": "recheck", "site_id": site, "name": "复核",
                                        "reason": "例行", "is_entitled": "organ"})
    path = f"/api/v1/reviews/{r.json['id']}"
    act(office, path + "/submit")
    r = act(step(office), path + "/decide", {"approve": True})
    o.check("nobody approves his own", r.status == 403 and r.code == "own_act", r)
    r = act(step(second), path + "/decide", {"approve": True})
    o.check("a colleague may", r.status == 200, r)


def gate(o, edu, office, staff):
    r = staff.post("/api/v1/sites", {"unit_id": edu, "name": "新站", "domain": "new.edu.example.gov.cn",
                                     "state": "building"})
    path = f"/api/v1/sites/{r.json['id']}"
    r = staff.patch(path, {"state": "running"})
    o.check("a new site does not just start running",
            r.status == 422 and r.json["errors"][0]["code"] == "needs_launch", r)
    r = staff.get(path + "/launch")
    o.check("what is missing can be read", r.status == 200 and not r.json["passes"] and
            {"no_review", "not_inspected"} <= {n["code"] for n in r.json["needs"]}, r)
    r = act(staff, path + "/launch", {})
    o.check("the gate is closed", r.status == 409 and r.code == "gate_closed" and r.json["errors"], r)
    r = act(staff, path + "/launch", {"override": True, "reason": "赶时间"})
    o.check("a unit does not open it for itself", r.status == 403, r)
    r = act(step(office), path + "/launch", {"override": True})
    o.check("the office needs a reason", r.status == 422, r)
    r = act(step(office), path + "/launch", {"override": True, "reason": "重大活动保障，经领导小组同意"})
    o.check("and may with one", r.status == 200 and r.json["state"] == "running", r)
    return r.json["id"]


def merging(o, edu, office, staff, site):
    r = staff.post("/api/v1/merge_plans", {"unit_id": edu, "site_id": site, "action": "close",
                                           "reason": "长期不更新", "planned_on": "2026-12-31"})
    path = f"/api/v1/merge_plans/{r.json['id']}"
    o.check("closing is planned", r.status == 201, r)
    act(staff, path + "/submit")
    r = act(step(office), path + "/decide", {"approve": True})
    o.check("approved by the office", r.status == 200 and r.json["state"] == "approved", r)
    r = act(staff, path + "/done")
    o.check("and carried out", r.status == 200 and r.json["state"] == "done", r)
    r = staff.get(f"/api/v1/sites/{site}")
    o.check("then the site is closed in the register", r.json["state"] == "closed" and r.json["closed_on"], r)


def measured(o, edu, staff, other, office, site):
    rows = {c["field"]: c for c in items(staff.get("/api/v1/contradictions?q=state:open"))}
    o.check("the unit sees what does not agree", set(rows) == {"ip", "name", "has_https"}, list(rows))
    o.check("its sibling does not", items(other.get("/api/v1/contradictions")) == [])
    path = f"/api/v1/contradictions/{rows['ip']['id']}"
    r = other.request("POST", path + "/settle", {"how": "corrected"}, headers={"If-Match": "*"})
    o.check("nor settles it", r.status == 404, r)
    r = act(staff, path + "/settle", {"how": "explained"})
    o.check("an explanation has words", r.status == 422, r)
    r = act(staff, path + "/settle", {"how": "corrected"})
    o.check("the measured value is taken over", r.status == 200 and r.json["state"] == "settled", r)
    now = staff.get(f"/api/v1/sites/{site}").json
    past = items(staff.get(f"/api/v1/sites/{site}/history"))[0]
    o.check("into the register, with its history", now["ip"] == "203.0.113.7" and
            past["change"] == {"ip": ["203.0.113.8", "203.0.113.7"]} and past["account_id"] == staff.id, past)
    r = act(staff, path + "/settle", {"how": "corrected"})
    o.check("once", r.status == 409, r)
    r = act(staff, f"/api/v1/contradictions/{rows['name']['id']}/settle", {"how": "corrected"})
    o.check("where nothing can be taken over, that is said",
            r.status == 422 and r.json["errors"][0]["code"] == "nothing_to_take", r)
    path = f"/api/v1/contradictions/{rows['name']['id']}"
    r = act(staff, path + "/settle", {"how": "explained", "note": "网站由平台公司代运维"})
    o.check("it is explained", r.status == 200, r)
    r = act(staff, path + "/reopen", {"note": "x"})
    o.check("a unit does not open again what it settled", r.status == 403, r)
    r = act(office, path + "/reopen", {"note": "主办单位仍应写明"})
    o.check("the office does", r.status == 200 and r.json["state"] == "open", r)
    r = act(staff, f"/api/v1/contradictions/{rows['has_https']['id']}/settle", {"how": "corrected"})
    o.check("yes and no are taken over too", r.status == 200 and
            staff.get(f"/api/v1/sites/{site}").json["has_https"] is True, r)
    for verb, path in (("POST", "/api/v1/contradictions"), ("PATCH", f"/api/v1/contradictions/{rows['ip']['id']}"),
                       ("DELETE", f"/api/v1/hosts/1")):
        r = office.request(verb, path, {"state": "open"}, headers={"If-Match": "*"})
        o.check(f"{verb} {path}: only the server writes these", r.status == 405, r)


def hosts(o, edu, health, staff, other, office):
    rows = {h["host"]: h for h in items(staff.get("/api/v1/hosts"))}
    o.check("the unit sees hosts found at its sites", set(rows) == {
        "oa.edu.example.gov.cn", "www.elsewhere.gov.cn"}, list(rows))
    path = f"/api/v1/hosts/{rows['oa.edu.example.gov.cn']['id']}"
    r = act(staff, path + "/claim", {"unit_id": health})
    o.check("it claims none for a sibling", r.status == 403, r)
    r = act(staff, path + "/claim", {"unit_id": edu, "name": "办公系统"})
    o.check("claimed, it is a draft in the register", r.status == 200 and r.json["state"] == "claimed", r)
    made = staff.get(f"/api/v1/sites/{r.json['claimed_site']}").json
    o.check("of that unit", made["unit_id"] == edu and made["domain"] == "oa.edu.example.gov.cn", made)
    o.check("whoever else had met it is relieved",
            [h["state"] for h in items(other.get("/api/v1/hosts"))] == ["claimed"], other.get("/api/v1/hosts"))
    path = f"/api/v1/hosts/{rows['www.elsewhere.gov.cn']['id']}"
    r = act(staff, path + "/ignore", {"note": "上级网站"})
    o.check("a unit does not wave one away", r.status == 403, r)
    r = act(office, path + "/ignore", {})
    o.check("the office says why", r.status == 422, r)
    r = act(office, path + "/ignore", {"note": "上级网站"})
    o.check("and may", r.status == 200 and r.json["state"] == "ignored", r)


def completeness(o, edu, office, staff, site):
    r = staff.get(f"/api/v1/units/{edu}/completeness")
    row = [x for x in r.json["records"] if x["kind"] == "site" and x["id"] == site][0]
    o.check("what is missing is named", "purpose" in row["missing"] and "domain" not in row["missing"], row)
    o.check("posts without anybody as well", "security" in r.json["duties_missing"], r.json["duties_missing"])
    before = row["stated"]
    staff.patch(f"/api/v1/sites/{site}", {"purpose": "教育信息公开", "is_domestic": False})
    r = staff.get(f"/api/v1/units/{edu}/completeness")
    row = [x for x in r.json["records"] if x["kind"] == "site" and x["id"] == site][0]
    o.check("'no' is an answer, and counts", row["stated"] == before + 2, row)
    staff.post("/api/v1/persons", {"unit_id": edu, "name": "丁某", "duty": ["security", "contact"]})
    r = staff.get(f"/api/v1/units/{edu}/completeness")
    o.check("a person in the post is one missing less", "security" not in r.json["duties_missing"], r)
    r = office.get("/api/v1/register")
    units = {u["id"]: u for u in r.json["units"]}
    o.check("the office sees every unit with its numbers",
            units[edu]["counts"]["site"] == 3 and 0 < units[edu]["percent"] < 100, units.get(edu))
    o.check("the unit sees itself and below", edu in {u["id"] for u in staff.get("/api/v1/register").json["units"]}
            and len(staff.get("/api/v1/register").json["units"]) == 2)


def loops(o, edu, school, office):
    r = office.patch(f"/api/v1/units/{edu}", {"parent_id": school})
    o.check("a unit is not below itself", r.status == 422 and r.json["errors"][0]["code"] == "loop", r)


def main():
    with Office() as o:
        admin = o.set_up()
        office = o.invite(admin, "office", ["office"])
        second = o.invite(admin, "second", ["office"])
        ids = {}
        for name, parent in (("区教育局", None), ("附小", "区教育局"), ("区卫健委", None)):
            body = {"name": name, "kind": "organ", "division": "110102", "authority": "government"}
            if parent:
                body["parent_id"] = ids[parent]
            r = office.post("/api/v1/units", body)
            if r.status != 201:
                raise RuntimeError(r)
            ids[name] = r.json["id"]
        edu, school, health = ids.values()
        staff = o.invite(admin, "edu-staff", ["unit_staff"], edu)
        other = o.invite(admin, "health-staff", ["unit_staff"], health)
        whose(o, edu, school, health, staff, other)
        site = said_of_it(o, edu, staff)
        history(o, staff, site)
        loops(o, edu, school, office)
        reviews(o, edu, office, second, staff, site)
        new = gate(o, edu, office, staff)
        merging(o, edu, office, staff, new)
        o.stop()
        seed_measured(o, edu, site, health)
        o.start()
        measured(o, edu, staff, other, office, site)
        hosts(o, edu, health, staff, other, office)
        completeness(o, edu, office, staff, site)
        o.done()


main()
