"""The full matrix role × operation × owner against an independent oracle, and the canaries.

Operations and paths come from the server's own description (/api/v1/openapi.json), rights
from a second reading of policy/roles.policy (policy.py). Requests are made so that one that
is let through changes nothing: changes carry an ETag that never was, acts an empty body.
Each unit's records carry a word that stands nowhere else; whatever any role is answered is
searched for the words of units it must not see.
"""
import json
import re
import time

import policy as policies
from office import Office, Person

KINDS_OF_PROBLEM = {"sign_in_needed": "sign_in", "forbidden": "forbidden", "not_found": "hidden"}
NEVER = '"999999999"'


def outcome(r):
    """What the access question answered, whatever the handler thought of the body."""
    if r.status == 401 and r.code == "sign_in_needed":
        return "sign_in"
    if r.status == 403 and r.code == "forbidden":
        return "forbidden"
    if r.status == 404 and r.code == "not_found":
        return "hidden"
    return "reached"  # own_act, step_up_needed, person_only, wrong_state come after the scope


def build(office, admin):
    """Two branches of units, a crypto-administration unit, and somebody for every role."""
    units, ids = {}, {}

    def unit(name, parent=None, part=""):
        body = {"name": f"{name} {canary(name)}", "authority": part}
        if parent:
            body["parent_id"] = ids[parent]
        r = admin.post("/api/v1/units", body)
        if r.status != 201:
            raise RuntimeError(r)
        units[name], ids[name] = (parent, part), r.json["id"]

    unit("edu")
    unit("school", "edu")
    unit("health")
    unit("clinic", "health")
    people = {}
    crypto = office.invite(admin, "crypto", ["crypto"])
    people["crypto"] = (crypto, None)
    r = crypto.post("/api/v1/units", {"name": f"party {canary('party')}", "authority": "crypto"})
    office.check("the crypto administration registers a unit of its own", r.status == 201, r)
    if r.status == 201:
        units["party"], ids["party"] = (None, "crypto"), r.json["id"]
    r = admin.post("/api/v1/units", {"name": "他人归口", "authority": "crypto"})
    office.check("the office does not register one for it", r.status == 403, r)
    for role in ("leader", "office", "police", "secrecy", "inspector", "tech", "superior",
                 "sysadmin", "auditor"):
        people[role] = (office.invite(admin, role, [role]), None)
    for role in ("unit_leader", "unit_staff"):
        people[role] = (office.invite(admin, role.replace("_", "-"), [role], ids["edu"]), "edu")
    for role in ("inspector", "tech"):
        r = people["office"][0].post(f"/api/v1/users/{people[role][0].id}/assignments",
                                     {"unit_id": ids["edu"], "from": at(-3600), "until": at(3600)})
        if r.status >= 300:
            raise RuntimeError(f"assign {role}: {r}")
    return units, ids, people


def at(offset_s):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset_s))


def canary(unit):
    return f"canary{unit}zqx"


def seed(admin, people, ids):
    """One record of every plain kind in every unit. → {kind: {unit: id}}"""
    schema = admin.get("/api/v1/schema").json["kinds"]
    made = {}
    for kind in schema:
        if kind["name"] == "unit" or "write_right" not in kind or "unit_id" not in {f["name"] for f in kind["fields"]}:
            continue
        if any(f["name"] == "unit_id" and f["read_only"] for f in kind["fields"]):
            continue  # whose it is, is not the caller's to say: campaigns are the office's
        required = {f["name"]: f for f in kind["fields"] if f["required"] and not f["read_only"]}
        for unit, unit_id in ids.items():
            who = people["crypto"][0] if unit == "party" else people["office"][0]
            body = {}
            for f in kind["fields"]:
                if f["read_only"] or (f["name"] not in required and f["name"] not in ("name", "note")):
                    continue
                body[f["name"]] = {
                    "ref": unit_id if f.get("ref") == "unit" else made.get(f.get("ref"), {}).get(unit),
                    "int": 1, "bool": True, "date": "2026-01-01", "time": at(0), "enums": [],
                    "domain": f"{kind['name'].replace('_', '-')}.{canary(unit)}.example.cn",
                    "url": f"https://{canary(unit)}.example.cn/", "email": f"a@{canary(unit)}.example.cn",
                    "phone": "13900001234", "enum": f["values"][0]["value"] if f.get("values") else "",
                    "json": {},
                }.get(f["kind"], f"{kind['name']} {canary(unit)}"[:f["max"] or 200])
            r = who.post(f"/api/v1/{kind['plural']}", body)
            if r.status == 201:
                made.setdefault(kind["name"], {})[unit] = r.json["id"]
    return made


def operations(description):
    """(method, path, operation) of everything described."""
    for path, item in description["paths"].items():
        for method, op in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), path, op["x-wangxun-operation"]


def probe(person, method, path):
    """One harmless request."""
    if method in ("PATCH", "DELETE"):
        return person.request(method, path, {} if method == "PATCH" else None, headers={"If-Match": NEVER})
    if method == "GET":
        return person.get(path)
    return person.request(method, path, {}, headers={"If-Match": NEVER})


# Ends a session, waits, or answers before the object is looked at: tried elsewhere.
SKIP = re.compile(r"/api/v1/(session|events|setup|invitations|account|tokens|emergency-stop|backup)\b")


def matrix(check, world, policy, description, people, ids, made, by_plural):
    n = n_bad = 0
    bad = []
    for method, path, op in sorted(operations(description)):
        m = re.fullmatch(r"/api/v1/([a-z-]+)/\{id\}(/[a-z-]+)?", path)
        if not m or SKIP.match(path) or m.group(1) not in by_plural:
            continue
        kind = by_plural[m.group(1)]
        objects = made.get(kind["name"], {}) if kind["name"] != "unit" else ids
        read_op = kind["read_right"]
        for role, (person, home) in [*people.items(), ("nobody", (Person(people["office"][0].office), None))]:
            for unit, object_id in objects.items():
                want = world.expect(op, role, home, unit, read_op)
                r = probe(person, method, path.replace("{id}", str(object_id)))
                n += 1
                # what may be read but not done is 404 as well: the scope is the operation's
                if outcome(r) != want and not (want == "forbidden" and outcome(r) == "hidden"
                                               and policy.grants(op, role)):
                    n_bad += 1
                    bad.append(f"{role} {method} {path} ({op}) of {unit}: {outcome(r)}, wanted {want}: {r!r:.200}")
            # an id that is not there, is answered like one that is not one's own
            r = probe(person, method, path.replace("{id}", "987654321"))
            n += 1
            want = {"sign_in", "forbidden"} if role == "nobody" else {"hidden", "forbidden"}
            if outcome(r) not in want:
                n_bad += 1
                bad.append(f"{role} {method} {path} of nothing: {outcome(r)}: {r!r:.200}")
    check(f"the server answers {n} cells of role × operation × owner as the policy's text says", n > 2000 and not n_bad,
          n, n_bad, *bad[:12])


def lists(check, world, people, ids, by_plural):
    """Lists, counts, searches and histories show the scope and nothing else."""
    bad, n = [], 0
    for plural, kind in by_plural.items():
        for role, (person, home) in people.items():
            seen = world.sees(kind["read_right"], role, home)
            for query in ("", "?limit=500&sort=id", "?q=zqx", "?q=canary", "?sort=-created&total=yes"):
                r = person.get(f"/api/v1/{plural}{query}")
                n += 1
                if r.status != 200:
                    if r.status != 403 and not (query.startswith("?q=") and r.status == 400):
                        bad.append(f"{role} {plural}{query}: {r!r:.200}")
                    continue
                text = r.raw.decode()
                for unit in ids:
                    if unit not in seen and canary(unit) in text:
                        bad.append(f"{role} {plural}{query} shows {unit}")
                if "total" in r.json and kind["name"] != "unit" and len(r.json["items"]) > r.json["total"]:
                    bad.append(f"{role} {plural}{query}: total {r.json['total']}")
    check(f"{n} lists, searches and counts hold no word of a unit outside the scope", not bad and n > 300, *bad[:12])


def canaries(check, world, description, people, ids, made, by_plural):
    """Every GET there is, by everybody: no answer holds a word of a unit he must not see."""
    bad, n = [], 0
    for method, path, op in sorted(operations(description)):
        if method != "GET" or SKIP.match(path) and "account" not in path:
            continue
        targets = [path]
        if "{" in path:
            targets = [re.sub(r"\{[a-z]+\}", str(i), path)
                       for i in sorted({*ids.values(), *(x for k in made.values() for x in k.values()), 1, 2})]
        for role, (person, home) in people.items():
            # the names of units stand beside whatever else is shown
            seen = world.sees(op, role, home) | world.sees("unit.read", role, home)
            unseen = [u for u in ids if u not in seen]
            if not unseen:
                continue
            for target in targets[:40]:
                r = person.get(target)
                n += 1
                text = r.raw.decode("utf-8", "replace") + json.dumps(r.headers)
                bad += [f"{role} {target} ({op}) shows {u}" for u in unseen if canary(u) in text]
    check(f"{n} readings by everybody leak no canary", not bad and n > 1000, *bad[:12])


def siblings(check, office, admin, people, ids, made):
    """What one unit's person sees, replayed by its sibling's: as if it were not there."""
    other = office.invite(admin, "health-staff", ["unit_staff"], ids["health"])
    mine, bad = people["unit_staff"][0], []
    bodies = set()
    for kind, objects in made.items():
        plural = {"person": "persons"}.get(kind) or next(
            k["plural"] for k in admin.get("/api/v1/schema").json["kinds"] if k["name"] == kind)
        if "edu" not in objects:
            continue
        r = mine.get(f"/api/v1/{plural}/{objects['edu']}")
        if r.status != 200:
            continue
        theirs = other.get(f"/api/v1/{plural}/{objects['edu']}")
        nothing = other.get(f"/api/v1/{plural}/987654321")
        shape = [re.sub(r"[0-9a-f]{16}|\d+", "#", x.raw.decode()) for x in (theirs, nothing)]
        if theirs.status not in (403, 404) or theirs.status != nothing.status or shape[0] != shape[1]:
            bad.append(f"{plural}: {theirs!r:.200} / {nothing!r:.200}")
        bodies.add(kind)
    check(f"a sibling's {len(bodies)} kinds of records answer like ids that never were", len(bodies) >= 5 and not bad,
          *bad[:8])


def window(check, office, admin, people, ids, made):
    """An agency comes in with its window and goes out with it, to the second."""
    staff, second = people["office"][0], office.invite(admin, "office2", ["office"])
    r = staff.post("/api/v1/agencies", {"name": "某测评公司", "qualified_until": "2030-01-01", "agreement_no": "保-1",
                                        "agreement_on": "2026-01-01", "agreement_until": "2030-01-01"})
    agency = r.json["id"]
    tester = office.invite(admin, "tester", ["agency"], agency_id=agency)
    check("without vetting, agreement and engagement an agency sees nothing",
          tester.get("/api/v1/sites").status in (401, 403) or tester.get("/api/v1/sites").json["items"] == [],
          tester.get("/api/v1/sites"))
    steps = [admin.post(f"/api/v1/agencies/{agency}/vet", {"passed": True, "note": "查验合格"},
                        headers={"If-Match": "*"}),
             admin.post(f"/api/v1/users/{tester.id}/vet", {"until": at(3600), "note": "合格"}, headers={"If-Match": "*"})]
    begins, ends = int(time.time()) + 8, int(time.time()) + 16
    e = staff.post("/api/v1/engagements", {"unit_id": ids["edu"], "agency_id": agency, "document": "委-1",
                                           "begins": at(begins - time.time()), "ends": at(ends - time.time())})
    steps.append(e)
    if e.status == 201:
        own = staff.post(f"/api/v1/engagements/{e.json['id']}/approve", {}, headers={"If-Match": "*"})
        check("who drew an engagement up does not approve it", own.status == 403 and own.code == "own_act", own)
        steps.append(second.post(f"/api/v1/engagements/{e.json['id']}/approve", {}, headers={"If-Match": "*"}))
    tester.sign_in()
    wrong, n = [], {"before": 0, "within": 0, "after": 0}
    served = 0
    entered = False  # signed in within the window: the session from before it is refused
    while time.time() < ends + 1.5:
        sent = time.time()
        r = tester.get(f"/api/v1/sites/{made['site']['edu']}")
        got = time.time()
        is_old_session = r.status == 401 and not entered
        if r.status == 401 and got < ends:
            entered = tester.sign_in().status == 200 and sent >= begins
        if int(sent) != int(got):
            continue  # it may have been answered in either second
        second = int(sent)
        span = "before" if second < begins else "within" if second < ends else "after"
        n[span] += 1
        served += r.status == 200
        if (r.status == 200) != (span == "within") and not (span == "within" and is_old_session):
            wrong.append((span, second - begins, repr(r)[:120]))
        time.sleep(0.05)
    check("an agency is served from the first second of its window to the last, not one outside",
          not wrong and min(n.values()) > 0 and served > 3, n, served, wrong[:6], [repr(s)[:160] for s in steps])
    other = tester.get(f"/api/v1/sites/{made['site']['health']}")
    check("and never of another unit", other.status in (401, 403, 404), other)


def sending_out(check, people, ids):
    """Each authority sees who inspects, and sends him to units of its own only (requirements Q)."""
    crypto, inspector = people["crypto"][0], people["inspector"][0]
    seen = {u["login"]: u for u in crypto.get("/api/v1/users?limit=500").json["items"]}
    check("the crypto administration sees inspectors and no account of the government's units",
          {"inspector", "tech"} <= set(seen) and not {"unit-leader", "unit-staff", "office", "auditor"} & set(seen),
          sorted(seen))

    def send(unit_id):
        return crypto.post(f"/api/v1/users/{inspector.id}/assignments",
                           {"unit_id": unit_id, "from": at(-60), "until": at(-30)})
    party = ids["party"]
    r = send(party)
    check("it sends one to a unit of its own", r.status == 201, r)
    r = send(ids["health"])
    check("and to no other", r.status in (403, 404), r)
    rows = crypto.get(f"/api/v1/users/{inspector.id}/assignments").json["items"]
    check("where others have sent him it is not told", {x["unit_id"] for x in rows} == {party}, rows)


def entrusting(check, people, ids):
    """A unit may entrust an agency (requirement 223); the office decides whether that holds."""
    staff, leader = people["office"][0], people["unit_leader"][0]
    r = staff.post("/api/v1/agencies", {"name": "乙测评公司", "agreement_on": "2026-01-01",
                                        "agreement_until": "2030-01-01"})
    body = {"agency_id": r.json["id"], "begins": at(60), "ends": at(3600)}
    r = leader.post("/api/v1/engagements", {**body, "unit_id": ids["edu"]})
    check("a unit's leader drafts an engagement of his unit", r.status == 201 and r.json["state"] == "draft", r)
    own = leader.post(f"/api/v1/engagements/{r.json['id']}/approve", headers={"If-Match": "*"})
    check("and does not bring it into force", own.status == 403, own)
    r = leader.post("/api/v1/engagements", {**body, "unit_id": ids["health"]})
    check("nor drafts one for another unit", r.status in (403, 404, 422), r)
    r = people["unit_staff"][0].post("/api/v1/engagements", {**body, "unit_id": ids["edu"]})
    check("his staff does not", r.status == 403, r)


def duties(check, office, admin, people):
    """Separation of duties, through the real endpoints."""
    r = admin.post("/api/v1/users", {"login": "both", "name": "x", "roles": ["sysadmin", "auditor"]})
    check("nobody is system administrator and auditor", r.status in (409, 422), r)
    r = admin.post("/api/v1/users", {"login": "both", "name": "x", "roles": ["agency", "office"]})
    check("no agency sits in the office", r.status in (409, 422), r)
    me = admin.get("/api/v1/session").json["account"]["id"]
    r = admin.post(f"/api/v1/users/{me}/grant", {"roles": ["auditor"]}, headers={"If-Match": "*"})
    check("nobody gives himself a role", r.status in (403, 409, 422), r)
    r = admin.post(f"/api/v1/users/{me}/lock", {}, headers={"If-Match": "*"})
    check("nobody locks himself out", r.status in (403, 409, 422), r)
    r = people["auditor"][0].post("/api/v1/users", {"login": "x1", "name": "x", "roles": []})
    check("the auditor makes no accounts", r.status == 403, r)
    r = people["sysadmin"][0].get("/api/v1/audit")
    check("the system administrator does not read the trail", r.status == 403, r)
    r = people["auditor"][0].post("/api/v1/audit/verify", {})
    check("the auditor has the trail verified, and it is whole", r.status == 200 and r.json.get("whole") is not False, r)


with Office() as office:
    admin = office.set_up()
    policy = policies.load()
    units, ids, people = build(office, admin)
    made = seed(admin, people, ids)
    description = admin.get("/api/v1/openapi.json").json
    kinds = admin.get("/api/v1/schema").json["kinds"]
    by_plural = {k["plural"]: k for k in kinds if k["owner"] in ("unit_id", "id") and (
        k["name"] == "unit" or k["name"] in made)}
    world = policies.World(policy, units, {"inspector": {"edu"}, "tech": {"edu"}})
    matrix(office.check, world, policy, description, people, ids, made, by_plural)
    lists(office.check, world, people, ids, by_plural)
    canaries(office.check, world, description, people, ids, made, by_plural)
    siblings(office.check, office, admin, people, ids, made)
    duties(office.check, office, admin, people)
    sending_out(office.check, people, ids)
    entrusting(office.check, people, ids)
    window(office.check, office, admin, people, ids, made)
office.done()
