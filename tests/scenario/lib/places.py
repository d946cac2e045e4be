"""A unit's place in the tree and whose part it is in: unit.move, unit.authority, and tables
of units brought in by either authority."""
import sqlite3
import urllib.parse

from office import Office


def make_stale(o, person):
    """The second proof is older than five minutes."""
    o.stop()
    db = sqlite3.connect(o.dir + "/office.db")
    db.execute("UPDATE session SET step_up_s = step_up_s - 600 WHERE account_id = ?", (person.id,))
    db.commit()
    db.close()
    o.start()


def brought(person, text, **choices):
    """The table as the register took it: the answer of the commit."""
    r = person.post(f"/api/v1/imports?kind={choices.pop('kind', 'unit')}&name={urllib.parse.quote('单位.csv')}",
                    raw=text.encode(), headers={"Content-Type": "text/csv"})
    if r.status != 201:
        return r
    path = f"/api/v1/imports/{r.json['id']}"
    if choices:
        r = person.patch(path, choices, etag=r.etag)
        if r.status != 200:
            return r
    return person.post(f"{path}/commit")


def unit(person, name, **more):
    r = person.post("/api/v1/units", {"name": name, **more})
    if r.status != 201:
        raise RuntimeError(r)
    return r.json["id"]


def names(person):
    return {u["name"]: u for u in person.get("/api/v1/units?limit=200").json["items"]}


def last_operation(auditor):
    return auditor.get("/api/v1/audit?limit=1").json["items"][0]["event"]["operation"]


def moving(o, office, crypto, auditor, edu, school, health):
    path = f"/api/v1/units/{school}"
    r = office.patch(path, {"parent_id": edu, "note": "no move at all"})
    o.check("the same superior again is no move", r.status == 200 and last_operation(auditor) == "unit.write", r)
    make_stale(o, office)
    r = office.patch(path, {"note": "x"})
    o.check("a note needs no second proof", r.status == 200, r)
    r = office.patch(path, {"parent_id": health})
    o.check("moving a unit needs one", r.code == "step_up_needed", r)
    r = office.patch(path, {"authority": "crypto"})
    o.check("handing it over too", r.code == "step_up_needed", r)
    r = brought(office, "单位名称,上级单位,归口检查机关\n附小,区教育局,密码管理局\n", updates_known=True)
    o.check("and a table is no way round it", r.code == "step_up_needed", r)
    office.step_up()
    r = office.patch(path, {"parent_id": health})
    o.check("with it the unit moves", r.status == 200 and r.json["parent_id"] == health, r)
    o.check("the trail names the act", last_operation(auditor) == "unit.move")
    party = unit(crypto, "区委办", authority="crypto")
    r = office.patch(path, {"parent_id": party})
    o.check("not below a unit of the other authority", r.status in (403, 422), r)
    r = office.patch(path, {"parent_id": None})
    o.check("it can come to stand at the top", r.status == 200 and r.json["parent_id"] is None, r)
    below = unit(crypto, "区委党校", parent_id=party)
    r = crypto.patch(f"/api/v1/units/{below}", {"parent_id": None})
    o.check("and stays with whoever inspected it", r.status == 200 and r.json["authority"] == "crypto"
            and crypto.get(f"/api/v1/units/{below}").status == 200, r)


def handing_over(o, office, crypto, staff, auditor, health, clinic):
    site = office.post("/api/v1/sites", {"unit_id": clinic, "name": "卫生院", "domain": "wsy.xingyuan.gov.cn"}).json["id"]
    r = staff.patch(f"/api/v1/units/{health}", {"authority": "crypto"})
    o.check("a unit does not choose who inspects it", r.status == 403, r)
    r = crypto.patch(f"/api/v1/units/{health}", {"authority": "crypto"})
    o.check("nor takes an authority what is the other's", r.status == 404, r)
    r = office.patch(f"/api/v1/units/{health}", {"authority": "crypto"})
    o.check("it is given, by the one that has it", r.status == 200 and r.json["authority"] == "crypto", r)
    o.check("the trail names that act", last_operation(auditor) == "unit.authority")
    o.check("the giver sees it no more, nor what is below", office.get(f"/api/v1/units/{health}").status == 404
            and office.get(f"/api/v1/units/{clinic}").status == 404 and office.get(f"/api/v1/sites/{site}").status == 404)
    o.check("the receiver sees all of it", crypto.get(f"/api/v1/units/{clinic}").status == 200
            and crypto.get(f"/api/v1/sites/{site}").status == 200)
    o.check("its own people go on", staff.get(f"/api/v1/units/{health}").status == 200)
    r = crypto.patch(f"/api/v1/units/{health}", {"authority": "government"})
    o.check("and back again", r.status == 200 and office.get(f"/api/v1/units/{clinic}").status == 200, r)


def tables(o, office, crypto):
    r = brought(crypto, "单位名称,单位类型,上级单位\n区委机要局,行政机关,\n机要一科,,区委机要局\n")
    o.check("the cryptography bureau brings in units", r.status == 200 and r.json["result"]["created"] == 2, r)
    seen = names(crypto)
    o.check("they are its own", seen["区委机要局"]["authority"] == "crypto" and "机要一科" in seen
            and "区委机要局" not in names(office) and "机要一科" not in names(office), sorted(seen))
    r = brought(crypto, "网站名称,域名,所属部门\n区委网,qw.xingyuan.gov.cn,区委研究室\n", kind="site", creates_units=True)
    o.check("units that its sites name come with them", r.status == 200 and r.json["result"]["units"] == 1
            and r.json["result"]["created"] == 1 and "区委研究室" in names(crypto), r)
    r = brought(crypto, "单位名称,归口检查机关\n区水务局,政府办（网信办）\n")
    o.check("a unit for the other authority is not taken", r.status == 409 and r.json["errors"][0]["code"] == "not_yours" and "区水务局" not in names(office), r)
    r = brought(office, "单位名称\n区水务局\n")
    r2 = brought(office, "单位名称\n区水务局\n")
    o.check("said again it is known", r2.status == 200 and r2.json["result"]["unchanged"] == 1
            and r2.json["result"]["created"] == 0, r2)
    o.check("the office brings in its own", r.status == 200 and "区水务局" in names(office)
            and "区水务局" not in names(crypto), r)


def main():
    with Office() as o:
        admin = o.set_up()
        office = o.invite(admin, "office", ["office"])
        crypto = o.invite(admin, "crypto", ["crypto"])
        auditor = o.invite(admin, "auditor", ["auditor"])
        edu, health = unit(office, "区教育局"), unit(office, "区卫健委")
        school, clinic = unit(office, "附小", parent_id=edu), unit(office, "卫生院", parent_id=health)
        staff = o.invite(admin, "staff", ["unit_staff"], health)
        moving(o, office, crypto, auditor, edu, school, health)
        handing_over(o, office, crypto, staff, auditor, health, clinic)
        tables(o, office, crypto)
        o.done()


main()
