"""The overview of each role, against findings counted one by one."""
import random

from findings import act, add, world
from office import Office

COURSE = (("confirm", "inspector"), ("begin", "edu-staff"), ("fix", "edu-staff"), ("close", "inspector"))
LEFT = {"open", "confirmed", "fixing", "fixed"}


def all_findings(person):
    items, cursor = [], ""
    while True:
        r = person.get(f"/api/v1/findings?limit=200&cursor={cursor}").json
        items += r["items"]
        cursor = r["next"]
        if not cursor:
            return items


def counted(items):
    items = [f for f in items if f["state"] != "dismissed" and f["verdict"] in ("fail", "suspected")]
    medium = [f for f in items if f["severity"] in ("critical", "high", "medium")]
    left = [f for f in items if f["state"] in LEFT]
    return {
        "any": len({f["site_id"] for f in items}),
        "medium": len({f["site_id"] for f in medium}),
        "after": len({f["site_id"] for f in left}),
        "left": len(left),
        "overdue": len([f for f in items if f["state"] in ("open", "confirmed", "fixing") and f["due"]
                        and f["due"] < "2026-01-01"]),
    }


def shown(doc):
    readings = {r["reading"]: r["sites"] for r in doc["target"]["readings"]}
    return {**readings, "left": doc["funnel"][2]["findings"] - doc["funnel"][6]["findings"],
            "overdue": doc["numbers"]["overdue"]}


def fill(p, ids, rng):
    """Findings on several sites of both units, moved through the machine at random."""
    sites = []
    for name, (unit, site) in ids.items():
        sites.append((name, site))
        for i in range(4):
            r = p["office"].post("/api/v1/sites", {"unit_id": unit, "name": f"{name}{i}",
                                                   "domain": f"{name}{i}.example.gov.cn"})
            if i:  # one of each stays without findings
                sites.append((name, r.json["id"]))
    done = next(s for s in reversed(sites) if s[0] == "edu")
    sites.remove(done)
    n = add(p["office"], done[1], "已办结", severity="low", url="https://edu.example.gov.cn/done").json["id"]
    for word, who in COURSE:
        r = act(p[who], n, word, note="已处理")
        assert r.status < 300, (word, r)
    for i in range(40):
        name, site = rng.choice(sites)
        r = add(p["office"], site, f"问题{i}", severity=rng.choice(["high", "medium", "low", "info"]),
                url=f"https://{name}.example.gov.cn/{i}", due=rng.choice(["", "2025-03-01", "2040-01-01"]))
        assert r.status == 201, r
        n = r.json["id"]
        for word, who in COURSE:
            if rng.random() < 0.3 or (who == "edu-staff" and name != "edu"):
                break
            act(p[who], n, word, note="已处理")


def by_role(check, p, ids, admin, office):
    truth = counted(all_findings(p["office"]))
    doc = p["office"].get("/api/v1/overview").json
    check("the office sees what counting one by one gives", shown(doc) == truth, shown(doc), truth)
    check("the numbers are worth comparing", truth["after"] < truth["any"] and truth["medium"] < truth["any"] and truth["overdue"] > 0, truth)
    check("sites and units of the register", doc["numbers"]["sites"] == 10 and doc["numbers"]["units"] == 2, doc["numbers"])
    kinds = [sum(k["readings"][i]["sites"] for k in doc["target"]["by_kind"]) for i in range(3)]
    check("kinds of units add up to the whole", kinds == [truth["any"], truth["medium"], truth["after"]], kinds)
    check("units add up as well", sum(u["findings_left"] for u in doc["units"]) == truth["left"]
          and sum(u["overdue"] for u in doc["units"]) == truth["overdue"], doc["units"])
    never = doc["target"]["never_inspected"]
    check("never inspected sites are in no share", never == 10 - truth["any"]
          and all(r["of"] == 10 - never for r in doc["target"]["readings"]), doc["target"])
    check("what is due comes in the order of days", [f["due"] for f in doc["due"]] == sorted(f["due"] for f in doc["due"])
          and doc["due"][0]["due"] == "2025-03-01", doc["due"])
    sites = [s["sites"] for s in doc["funnel"]]
    check("no stage has more sites than the one before", sites == sorted(sites, reverse=True), sites)

    edu = counted([f for f in all_findings(p["office"]) if f["unit_id"] == ids["edu"][0]])
    doc = p["edu-staff"].get("/api/v1/overview").json
    check("a unit sees its own numbers alone", shown(doc) == edu and doc["numbers"]["sites"] == 5
          and [u["id"] for u in doc["units"]] == [ids["edu"][0]], shown(doc), edu)
    check("and what is due there", all(f["unit_id"] == ids["edu"][0] for f in doc["due"]) and doc["due"], doc["due"])
    check("nothing of another unit stands in its page", "卫健" not in p["edu-staff"].get("/api/v1/overview").raw.decode())
    doc = p["inspector"].get("/api/v1/overview").json
    waiting = [f["state"] for f in all_findings(p["inspector"])]
    check("the inspector's queue counts what waits for him", doc["queue"]["to_confirm"] == waiting.count("open")
          and doc["queue"]["to_verify"] == waiting.count("fixed"), doc["queue"])
    doc = p["auditor"].get("/api/v1/overview").json
    check("the auditor sees the trail and no site", "server" in doc and doc["server"]["audit_events"] > 50
          and not {"numbers", "units", "due", "queue"} & set(doc), doc)
    leader = office.invite(admin, "leader", ["leader"])
    doc = leader.get("/api/v1/overview").json
    check("the leader sees the sums, and no single finding", shown(doc) == truth and "due" not in doc, list(doc))
    superior = office.invite(admin, "superior", ["superior"])
    doc = superior.get("/api/v1/overview").json
    check("a superior authority sees sums without a unit's name", shown(doc) == truth and "units" not in doc, list(doc))


SQUARE = [[[116.0, 39.0], [116.5, 39.0], [116.5, 39.5], [116.0, 39.0]]]


def area(name="星源街道", **more):
    return {"type": "Feature", "properties": {"name": name, "adcode": 110105001, "secret": "x"},
            "geometry": {"type": "Polygon", "coordinates": SQUARE}, **more}


def the_map(check, p):
    office = p["office"]
    r = office.get("/api/v1/overview/map")
    check("no map is shipped", r.status == 200 and r.json["features"] == [], r)
    for what, body in (
            ("something else than a collection", {"type": "Feature"}),
            ("no feature", {"type": "FeatureCollection", "features": []}),
            ("a point", {"type": "FeatureCollection", "features": [area(geometry={"type": "Point", "coordinates": [1, 2]})]}),
            ("an area without a name", {"type": "FeatureCollection", "features": [area(properties={})]}),
            ("a coordinate that is none", {"type": "FeatureCollection", "features": [
                area(geometry={"type": "Polygon", "coordinates": [[["a", 2]]]})]}),
            ("a place off the globe", {"type": "FeatureCollection", "features": [
                area(geometry={"type": "Polygon", "coordinates": [[[500, 2]]]})]}),
            ("too deep a nest", {"type": "FeatureCollection", "features": [
                area(geometry={"type": "Polygon", "coordinates": [[[[[[1, 2]]]]]]})]}),
            ("too many areas", {"type": "FeatureCollection", "features": [area()] * 2001})):
        r = office.put("/api/v1/overview/map", body)
        check(f"a map that is {what} is refused in words", r.status == 422 and r.json["detail"], r)
    r = office.put("/api/v1/overview/map", {"type": "FeatureCollection", "features": [area()], "crs": "x"})
    check("an official map is taken", r.status == 200 and r.json == {"features": 1, "points": 4}, r)
    r = p["inspector"].get("/api/v1/overview/map")
    check("what is kept is name, code and area, nothing else", r.json["features"][0]["properties"] ==
          {"name": "星源街道", "code": "110105001"} and b"secret" not in r.raw and b"crs" not in r.raw, r)
    again = p["inspector"].get("/api/v1/overview/map", headers={"If-None-Match": r.etag})
    check("and not sent twice", again.status == 304, again)
    r = p["edu-staff"].put("/api/v1/overview/map", {"type": "FeatureCollection", "features": [area()]})
    check("a unit does not bring maps", r.status == 403, r)
    r = office.delete("/api/v1/overview/map")
    check("the map goes away again", r.status == 204 and office.get("/api/v1/overview/map").json["features"] == [], r)


with Office() as o:
    founder, people, units = world(o)
    seed = 3
    print(f"# seed {seed}")
    fill(people, units, random.Random(seed))
    by_role(o.check, people, units, founder, o)
    the_map(o.check, people)
o.done()
