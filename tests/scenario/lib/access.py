"""Sign-in, accounts, tokens, agencies and the audit trail against a real server."""
import datetime
import json
import os
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from office import PASSWORD, WANGXUN, Office, Person  # noqa: E402


def rfc3339(at_s):
    return datetime.datetime.fromtimestamp(at_s, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def wangxun(*argv):
    return subprocess.run([WANGXUN, *argv], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "WANGXUN_LANG": "en"})


def fresh(person):
    """A second proof when the last one is over; codes are never used twice."""
    if person.get("/api/v1/session").json["step_up_until"] is None:
        assert person.step_up().status == 200
    return person


def invite(by, login, roles, **more):
    return fresh(by).post("/api/v1/users", {"login": login, "name": login, "roles": roles, **more})


def join(office, reply, login):
    """Accept the invitation, sign in, enrol when that is asked for."""
    token = reply.json["link"].rsplit("/", 1)[1]
    person = Person(office, login)
    r = person.post(f"/api/v1/invitations/{token}", {"password": PASSWORD})
    assert r.status == 204, r
    r = person.sign_in()
    assert r.status == 200, r
    return person


def signing_in(office, admin):
    check = office.check
    nobody = office.ask()
    r = admin.get("/api/v1/session")
    check("the first administrator must have a second factor", r.json["totp"] and not r.json["enrol_totp"], r)
    check("and then holds both roles", set(r.json["roles"]) == {"office", "founder"}, r)
    wrong = nobody.post("/api/v1/session", {"login": "founder", "password": "x" * 14})
    unknown = nobody.post("/api/v1/session", {"login": "nobody.here", "password": "x" * 14})
    no_code = nobody.post("/api/v1/session", {"login": "founder", "password": PASSWORD})
    same = [{k: v for k, v in x.json.items() if k != "request_id"} for x in (wrong, unknown, no_code)]
    check("unknown account, wrong password and missing code are answered alike",
          same[0] == same[1] == same[2] and wrong.status == 401, *same)
    fresh_code = admin.code()
    body = {"login": "founder", "password": PASSWORD, "code": fresh_code}
    first, again = nobody.post("/api/v1/session", body), office.ask().post("/api/v1/session", body)
    check("a one-time code works", first.status == 200, first)
    check("and once only", again.status == 401, again)
    check("the cookie is __Host-, Secure, HttpOnly, SameSite=Strict, Path=/ and has no Domain",
          all(w in first.cookies[0] for w in ("__Host-", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
          and "Domain" not in first.cookies[0], first.cookies)
    rows = nobody.get("/api/v1/account/sessions").json["items"]
    check("one's sessions are listed with the present one marked",
          len(rows) == 2 and [r["current"] for r in rows].count(True) == 1, rows)
    mine = next(r["id"] for r in rows if r["current"])
    check("and can be ended from another", admin.delete(f"/api/v1/account/sessions/{mine}").status == 204)
    check("at once", nobody.get("/api/v1/account").status == 401)
    check("somebody else's session id is nothing", admin.delete("/api/v1/account/sessions/999999").status == 404)


def throttling(office):
    check = office.check
    nobody = office.ask()
    said = [nobody.post("/api/v1/session", {"login": "ghost", "password": "wrong " * 3}) for _ in range(7)]
    check("five tries, then wait: also for an account that does not exist",
          [r.status for r in said] == [401] * 5 + [429] * 2, [r.status for r in said])
    check("Retry-After says how long", 0 < int(said[6].headers["retry-after"]) <= 900, said[6].headers)


def separation(office, admin):
    """The three administrators, appointed by the founder, who then rests."""
    check = office.check
    people = {}
    check("inviting needs a person's fresh second proof",
          invite(admin, "sys", ["sysadmin"]).status == 201)
    r = invite(admin, "both", ["sysadmin", "auditor"])
    check("roles that exclude each other are refused", r.status == 422 and
          r.json["errors"][0]["code"] == "roles_conflict", r)
    r = invite(admin, "sys", ["office"])
    check("a login is nobody else's", r.status == 422 and r.json["errors"][0]["code"] == "taken", r)
    row = next(u for u in admin.get("/api/v1/users").json["items"] if u["login"] == "sys")
    r = fresh(admin).post(f"/api/v1/users/{row['id']}/reset")
    people["sys"] = join(office, r, "sys")
    check("invitations work once", people["sys"].post(
        "/api/v1/invitations/" + r.json["link"].rsplit("/", 1)[1], {"password": PASSWORD}).status == 410)
    for login, role in (("aud", "auditor"), ("sec", "secadmin")):
        people[login] = join(office, invite(admin, login, [role]), login)
    sys_, sec, aud = people["sys"], people["sec"], people["aud"]
    r = admin.get("/api/v1/session")
    check("with a system and a security administrator in post the founder rests",
          r.json["roles"] == ["office"] and "user.invite" not in r.json["rights"], r)
    r = invite(sys_, "insp", ["inspector"])
    insp = r.json["id"]
    check("the system administrator invites", r.status == 201, r)
    person = join(office, r, "insp")
    check("but the role waits", person.get("/api/v1/session").json["roles"] == [], person.get("/api/v1/session"))
    check("he may not approve it himself", fresh(sys_).post(f"/api/v1/users/{insp}/approve").status == 403)
    r = fresh(sec).post(f"/api/v1/users/{insp}/approve")
    check("the security administrator does", r.status == 200 and r.json["roles"] == ["inspector"], r)
    check("the role is there at the next request, but rests until a second factor is set up",
          person.get("/api/v1/session").json["enrol_totp"] is True)
    me = sec.get("/api/v1/account").json["id"]
    r = sec.post(f"/api/v1/users/{me}/grant", {"roles": ["auditor"]})
    check("nobody grants himself a role", r.code == "own_act", r)
    r = sec.post(f"/api/v1/users/{me}/revoke", {"roles": ["secadmin"]})
    check("nor takes himself one", r.code == "own_act", r)
    sid = sys_.get("/api/v1/account").json["id"]
    r = fresh(sec).post(f"/api/v1/users/{sid}/lock")
    check("the last system administrator is not locked", r.status == 422 and
          r.json["errors"][0]["code"] == "last_administrator", r)
    r = fresh(sys_).post(f"/api/v1/users/{me}/reset")
    check("nor the last security administrator reset by the other", r.status == 422, r)
    check("the auditor sees the trail, not the register",
          aud.get("/api/v1/audit").status == 200 and aud.get("/api/v1/units").status == 403)
    check("the others see no trail", sys_.get("/api/v1/audit").status == 403 and
          admin.get("/api/v1/audit").status == 403)
    return people


def passwords(office, person):
    check = office.check
    put = lambda old, new: person.put("/api/v1/account/password", {"old": old, "new": new})  # noqa: E731
    for weak in ("short", "woaini5201314", "P@ssw0rd@2024", "xx aud is my login"):
        r = put(PASSWORD, weak)
        check(f"'{weak}' is no password", r.status == 422 and r.json["errors"][0]["field"] == "new", r)
    check("the present one is asked for", put("not this one at all", "five green bottles on it").code == "proof_refused")
    check("a good one is taken", put(PASSWORD, "five green bottles on it").status == 204)
    person.password = "five green bottles on it"


def tokens(office, admin):
    check = office.check
    r = fresh(admin).post("/api/v1/tokens", {"name": "ci", "days": 30, "operations": ["unit.read"]},
                          headers={"Idempotency-Key": "k1"})
    check("a token is made", r.status == 201 and len(r.json["token"]) == 43, r)
    program = office.ask()
    program.bearer = r.json["token"]
    check("it reads what it names", program.get("/api/v1/units").status == 200)
    named = {op for path in admin.get("/api/v1/openapi.json").json["paths"].values() for op in
             (x.get("x-wangxun-operation") for x in path.values() if isinstance(x, dict))}
    idle = [r for r in admin.get("/api/v1/session").json["rights"] if r.endswith(".list") and r not in named]
    check("every right to a list that is offered opens one", not idle, idle)
    check("and writes nothing", program.post("/api/v1/units", {"name": "x"}).status == 403)
    check("it makes no tokens of its own", program.post("/api/v1/tokens", {}).status == 403)
    listed = admin.get("/api/v1/tokens").json["items"]
    check("its secret is never shown again", program.bearer not in json.dumps(listed) and len(listed) == 1, listed)
    r = fresh(admin).post("/api/v1/tokens", {"name": "ci", "days": 30, "operations": ["permit.approve"]})
    check("what only a person may do is refused to programs", r.status == 422, r)
    r = fresh(admin).post("/api/v1/tokens", {"name": "ci", "days": 30, "operations": ["audit.list"]})
    check("what its owner may not do as well", r.status == 422, r)
    check("revoked it is worth nothing", admin.delete(f"/api/v1/tokens/{listed[0]['id']}").status == 204
          and program.get("/api/v1/units").status == 401)
    stored = b"".join(open(f"{office.dir}/office.db{end}", "rb").read() for end in ("", "-wal"))
    check("no secret stands in the database: token, cookie, second factor, password",
          "初始管理员".encode() in stored and all(
              s.encode() not in stored for s in (program.bearer, admin.cookie, admin.secret, PASSWORD)))


def refusals(office, admin, people):
    """Who is told no leaves a trace: one a minute, however often he asks."""
    check, aud = office.check, people["aud"]
    me = aud.get("/api/v1/account").json["id"]
    said = [aud.post("/api/v1/users", {"login": "x", "name": "x", "roles": []}).code for _ in range(6)]
    said.append(aud.patch("/api/v1/sites/1", {"name": "x"}).code)
    check("what one may not do is refused", said == ["forbidden"] * 7, said)
    seen = [e["event"] for e in aud.get(f"/api/v1/audit?account_id={me}&limit=500").json["items"]]
    mine = [e for e in seen if e["operation"] == "user.invite"]
    check("one event stands for six refusals", len(mine) == 1 and mine[0]["status"] == 403 and
          mine[0]["detail"] == {"refused": "forbidden"}, mine)
    mine = [e for e in seen if e["operation"] == "register.write"]
    check("another operation has its own, with what it was about", len(mine) == 1 and
          (mine[0]["kind"], mine[0]["object_id"]) == ("site", 1), mine)
    ops = [e["event"] for e in aud.get("/api/v1/audit?operation=user.grant").json["items"]]
    check("so has an act upon oneself", ops and ops[-1]["detail"] == {"refused": "own_act"}, ops)
    tried = [e["event"] for e in aud.get("/api/v1/audit?operation=session.create&limit=500").json["items"]]
    check("and the door that stays shut after too many tries, once",
          [e["detail"] for e in tried if e["status"] == 429] == [{"refused": "too_many_tries"}], tried[:3])


def agency(office, admin, people):
    """Begins and ends on the second; nothing is served after."""
    check = office.check
    unit = admin.post("/api/v1/units", {"name": "区水务局"}).json["id"]
    other = admin.post("/api/v1/units", {"name": "区林业局"}).json["id"]
    r = admin.post("/api/v1/agencies", {
        "name": "甲检测公司", "qualification": "等保测评", "qualified_until": "2099-01-01",
        "agreement_on": "2020-01-01", "agreement_until": "2099-01-01"})
    check("an agency is put on record", r.status == 201, r)
    lab = r.json["id"]
    now = time.time()
    r = admin.post("/api/v1/engagements", {"unit_id": unit, "agency_id": lab, "begins": rfc3339(now),
                                           "ends": rfc3339(now + 3600)})
    check("and entrusted with a unit", r.status == 201, r)
    engagement = r.json["id"]
    tester = invite(people["sys"], "lab.tester", ["agency"], agency_id=lab)
    tid = tester.json["id"]
    fresh(people["sec"]).post(f"/api/v1/users/{tid}/approve")
    token = tester.json["link"].rsplit("/", 1)[1]
    person = Person(office, "lab.tester")
    person.post(f"/api/v1/invitations/{token}", {"password": PASSWORD})
    attempt = lambda: person.post("/api/v1/session", {"login": "lab.tester", "password": PASSWORD})  # noqa: E731
    check("not before the vetting", attempt().code == "outside_window")
    r = fresh(admin).post(f"/api/v1/agencies/{lab}/vet", {"passed": True, "note": "材料齐全"})
    check("nobody vets the agency he put on record", r.code == "own_act", r)
    r = fresh(people["sec"]).post(f"/api/v1/agencies/{lab}/vet", {"passed": True, "note": "材料齐全"})
    check("somebody else does", r.status == 200 and r.json["vetting"] == "passed", r)
    r = fresh(admin).post(f"/api/v1/engagements/{engagement}/approve")
    check("nobody approves his own engagement", r.code == "own_act", r)
    second = join(office, invite(people["sys"], "office2", ["office"]), "office2")
    oid = second.get("/api/v1/account").json["id"]
    fresh(people["sec"]).post(f"/api/v1/users/{oid}/approve")
    second.enrol()
    r = fresh(second).post(f"/api/v1/engagements/{engagement}/approve")
    check("another of the office does", r.status == 200 and r.json["state"] == "active", r)
    check("not before the tester himself is vetted", attempt().code == "outside_window")
    end = int(time.time()) + 6
    r = fresh(people["sec"]).post(f"/api/v1/users/{tid}/vet", {"until": rfc3339(end), "note": "已审查"})
    check("the tester is vetted until a second", r.status == 200, r)
    r = attempt()
    check("then he is in", r.status == 200, r)
    person.enrol()
    check("sees the entrusted unit", person.get(f"/api/v1/units/{unit}").status == 200)
    check("and no other", person.get(f"/api/v1/units/{other}").status == 404)
    served = []
    while time.time() < end + 2:
        began = time.time()
        status = person.get(f"/api/v1/units/{unit}").status
        served.append((began, time.time(), status))
        time.sleep(0.05)
    late = [s for s in served if s[0] >= end and s[2] == 200]
    early = [s for s in served if s[1] < end and s[2] != 200]
    check("served until his second and not once after", served and not late and not early, end, late, early)
    check("and refused at the door", person.sign_in().code == "outside_window")


def trail(office, people):
    check = office.check
    aud = people["aud"]
    r = aud.post("/api/v1/audit/verify", {})
    check("the trail verifies while it is written", r.status == 200 and r.json["good"], r)
    ops = {e["event"]["operation"] for e in aud.get("/api/v1/audit?limit=500").json["items"]}
    check("sign-ins, invitations, roles, tokens and vettings are in it",
          {"session.create", "user.invite", "user.approve", "token.write", "agency.vet", "user.vet",
           "account.totp", "invitation.accept", "setup.accept"} <= ops, sorted(ops))
    failed = aud.get("/api/v1/audit?operation=session.create&q=%22status%22:401").json["items"]
    check("failed sign-ins as well, without what was typed",
          len(failed) >= 7 and all("ghost" not in json.dumps(f) for f in failed), failed[:2])
    n = aud.get("/api/v1/audit?operation=audit.list").json["items"]
    check("and the reading of the trail itself", len(n) >= 1, n)
    page = aud.get("/api/v1/audit?limit=5").json
    check("pages follow one another", len(page["items"]) == 5 and page["next"] and
          aud.get(f"/api/v1/audit?limit=5&cursor={page['next']}").json["items"][0]["number"]
          == page["items"][-1]["number"] - 1, page["next"])
    own = people["sys"].get("/api/v1/account/events").json["items"]
    me = people["sys"].get("/api/v1/account").json["id"]
    check("everybody sees what he himself did", own and all(e["event"]["account_id"] == me for e in own), own[:1])
    note = aud.post("/api/v1/audit/checkpoint").json
    check("a checkpoint is signed when asked for", note["number"] > 20 and "hash sha256" in note["note"], note)
    check("it is there for whoever copies it outside",
          open(office.dir + "/checkpoints/latest").read() == note["note"])
    return note


def tampering(office, note):
    """Offline, with the database in hand."""
    check = office.check
    outside = office.dir + ".note"
    with open(outside, "w") as f:
        f.write(note["note"])
    data = ["--data", office.dir]
    r = wangxun("audit", "verify", *data, "--checkpoint", outside, "--verifier", note["verifier"])
    check("the trail verifies against the note kept outside", r.returncode == 0, r)

    def attack(*sql):
        with sqlite3.connect(office.dir + "/office.db") as db:
            for name in ("audit_is_kept", "audit_is_whole"):
                db.execute(f"DROP TRIGGER IF EXISTS {name}")
            for s in sql:
                db.execute(s)
        db.close()
        r = wangxun("audit", "verify", *data, "--checkpoint", outside, "--verifier", note["verifier"], "--json")
        return r.returncode, json.loads(r.stdout)

    code, said = attack("UPDATE audit SET line = replace(line, '127.0.0.1', '127.0.0.2') WHERE number = 12")
    check("a changed event is named", code == 1 and said["fault"] == "changed" and said["first_bad"] == 12, said)
    code, said = attack("DELETE FROM audit WHERE number = 7")
    check("an earlier missing one first", code == 1 and said["fault"] == "missing" and said["first_bad"] == 7, said)
    code, said = attack("DELETE FROM audit WHERE number >= 7", "DELETE FROM checkpoint")
    check("a cut end too", code == 1 and said["fault"] == "truncated" and said["first_bad"] == 7, said)


with Office() as o:
    boss = o.set_up()
    signing_in(o, boss)
    throttling(o)
    three = separation(o, boss)
    passwords(o, three["aud"])
    tokens(o, boss)
    refusals(o, boss, three)
    agency(o, boss, three)
    signed = trail(o, three)
    r = wangxun("user", "setup-link", "--data", o.dir)
    o.check("a set-up link can be had beside the running server", r.returncode == 0 and "/setup/" in r.stdout, r)
    back = Person(o, "breakglass")
    r = back.post("/api/v1/setup/" + r.stdout.strip().rsplit("/", 1)[1],
                  {"office_name": "星源区网信办", "login": "breakglass", "name": "应急", "password": PASSWORD})
    o.check("and brings a founder back for a day", r.status == 200, r)
    back.enrol()
    r = back.get("/api/v1/session")
    o.check("whose rights count though the others are in post", "founder" in r.json["roles"] and
            "user.invite" in r.json["rights"], r)
    o.check("the server ends in order", o.stop() == 0)
    tampering(o, signed)
    o.done()
