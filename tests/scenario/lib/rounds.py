"""Permits, rounds, conduct: rounds.py HTTP_PORT N_SITES REQUESTS_LOG (of the sites)."""
import base64
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import time

from office import WANGXUN, Office

PORT, N, LOG = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
HOSTS = [f"s{i}.xingyuan.gov.cn" for i in range(1, N + 1)]
FLAGS = ["--allow-private"] + [f for h in HOSTS for f in ("--resolve", f"{h}:80:127.0.0.1:{PORT}")]
LATER = "2036-07-01T00:00:00+08:00"
FAST, SLOW = 24000, 300  # requests a minute and host


def requests():
    """(at, host, method, path) of everything the sites saw."""
    rows = []
    for line in LOG.read_text(errors="replace").splitlines():
        part = line.split(" ", 5)
        if len(part) == 6:
            rows.append((float(part[0]), part[1], part[2], part[3], part[5]))
    return rows


def until(what, truth, wait_s=60):
    """Waits for TRUTH; False when it does not come."""
    end = time.monotonic() + wait_s
    while time.monotonic() < end:
        got = truth()
        if got:
            return got
        time.sleep(0.05)
    print(f"# waited in vain: {what}", flush=True)
    return False


def problem(r, status, code):
    return r.status == status and r.code == code


class Scene:
    def __init__(self, office):
        self.office, self.check = office, office.check
        self.founder = office.set_up()
        self.second = office.invite(self.founder, "second", ["office"])
        self.auditor = office.invite(self.founder, "auditor", ["auditor"])
        self.units, self.sites = [], []
        for name in ("区教育局", "区水务局"):
            self.units.append(self.founder.post("/api/v1/units", {"name": name, "kind": "organ"}).json["id"])
        for i, host in enumerate(HOSTS):
            r = self.founder.post("/api/v1/sites", {"name": f"第{i + 1}单位", "domain": host,
                                                    "unit_id": self.units[i % 2]})
            assert r.status == 201, r
            self.sites.append(r.json["id"])

    def fresh(self, person):
        if person.last_proof + 240 < time.monotonic():
            assert person.step_up().status == 200
        return person

    def draft(self, who=None, **more):
        body = {"name": "第一轮远程技术检测", "number": f"星网安〔2026〕{time.monotonic_ns() % 10**9}号", "depth": "passive",
                "holder": "星源区网信办", "contact": "wx@xingyuan.example", "selection": {"sites": self.sites},
                "allow": ["127.0.0.0/8"], "valid_until": LATER, "pace_per_min": FAST,
                "host_connections": 2, "connections": 16, **more}
        return (who or self.founder).post("/api/v1/permits", body)

    def act(self, who, r, act, body=None):
        return who.post(f"/api/v1/permits/{r.json['id']}/{act}", body or {}, headers={"If-Match": r.etag})

    def issued(self, **more):
        r = self.draft(**more)
        assert r.status == 201, r
        r = self.act(self.fresh(self.founder), r, "issue")
        assert r.status == 200, r
        return r.json["id"]

    def start(self, permit_id, who=None, **more):
        return (who or self.founder).post("/api/v1/rounds", {"permit_id": permit_id, **more})

    def round(self, round_id, who=None):
        return (who or self.founder).get(f"/api/v1/rounds/{round_id}").json

    def wait(self, round_id, states, wait_s=90):
        return until(f"round {round_id} to be {states}",
                     lambda: (lambda r: r if r["state"] in states else None)(self.round(round_id)), wait_s) \
            or self.round(round_id)

    def findings(self, round_id):
        """Fingerprints in the run's own store."""
        path = os.path.join(self.office.dir, "rounds", str(round_id), "wangxun.db")
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        return sorted(row[0].hex() for row in db.execute("SELECT id FROM finding"))

    def quiet_after(self, at, claim):
        """Nothing reaches a site later than two seconds after AT (the sites' own clock)."""
        time.sleep(3.5)
        late = [r for r in requests() if r[0] > at + 2]
        self.check(claim, not late, late[:3])


def permits(s):
    check = s.check
    r = s.draft(selection={"all": True})
    check("a permit is drafted over all sites", r.status == 201 and r.json["n_sites"] == N and
          r.json["state"] == "draft", r)
    sites = s.founder.get(f"/api/v1/permits/{r.json['id']}/sites?limit=5")
    check("its sites are listed, page by page", len(sites.json["items"]) == 5 and sites.json["next"] and
          sites.json["total"] == N, sites)
    bad = s.draft(ports=[99999])
    check("a port that is none is refused", bad.status == 422 and "ports" in bad.json["detail"], bad)
    bad = s.draft(daily_from="22:00", daily_until="26:00")
    check("hours that are none are refused", bad.status == 422, bad)
    bad = s.draft(selection={"sites": [999999]})
    check("a site that is not registered cannot be permitted", bad.status == 422 and
          bad.json["errors"][0]["field"] == "selection", bad)
    bad = s.founder.patch(f"/api/v1/permits/{r.json['id']}", {"state": "issued"}, etag=r.etag)
    check("nobody writes a state", bad.status == 422 and bad.json["errors"][0]["code"] == "read_only", bad)
    bad = s.founder.post(f"/api/v1/permits/{r.json['id']}/issue")
    check("an act needs If-Match", problem(bad, 428, "if_match_needed"), bad)
    issued = s.act(s.fresh(s.founder), r, "issue")
    check("a passive permit is issued by the office itself", issued.status == 200 and
          issued.json["state"] == "issued" and len(base64.b64decode(issued.json["signature"]["value"])) == 64, issued)
    late = s.founder.patch(f"/api/v1/permits/{r.json['id']}", {"pace_per_min": 60}, etag=issued.etag)
    check("an issued permit cannot be changed", problem(late, 409, "wrong_state"), late)
    paper = s.founder.get(f"/api/v1/permits/{r.json['id']}/file")
    check("its paper names the hosts and their www twins", set(HOSTS) <= set(paper.json["hosts"]) and
          "www." + HOSTS[0] in paper.json["hosts"], paper)
    return paper.json


def two_persons(s):
    check = s.check
    r = s.draft(depth="active")
    early = s.act(s.fresh(s.founder), r, "issue")
    check("deeper than passive is not issued by one person", problem(early, 409, "wrong_state"), early)
    r = s.act(s.founder, r, "submit")
    check("it is submitted", r.status == 200 and r.json["state"] == "submitted", r)
    own = s.act(s.fresh(s.founder), r, "approve")
    check("nobody approves his own", problem(own, 403, "own_act"), own)
    back = s.act(s.second, r, "reject", {"reason": "请缩小范围"})
    check("the second person sends it back with a reason", back.status == 200 and
          back.json["state"] == "rejected" and back.json["reason"] == "请缩小范围", back)
    r = s.second.patch(f"/api/v1/permits/{r.json['id']}", {"note": "已改"}, etag=back.etag)
    check("it is a draft again when somebody works on it", r.status == 200 and r.json["state"] == "draft", r)
    r = s.act(s.founder, r, "submit")
    own = s.act(s.fresh(s.second), r, "approve")
    check("who worked on it does not approve it either", problem(own, 403, "own_act"), own)
    third = s.office.invite(s.founder, "leader", ["leader"])
    r = s.act(third, r, "approve")
    check("a leader does", r.status == 200 and r.json["state"] == "approved", r)
    r = s.act(s.fresh(s.founder), r, "issue")
    check("and then it is issued", r.status == 200 and r.json["state"] == "issued", r)


def paper_checks(s, paper):
    """wangxun inspect with the signed paper, and with one that was changed."""
    check, work = s.check, pathlib.Path(s.office.dir)
    good, forged = work / "good.json", work / "forged.json"
    good.write_text(json.dumps(paper, ensure_ascii=False, indent=1))
    forged.write_text(json.dumps({**paper, "hosts": paper["hosts"] + ["evil.example"]}, ensure_ascii=False))

    def inspect(permit, out, *more):
        return subprocess.run([WANGXUN, "inspect", f"http://{HOSTS[0]}/", "--permit", permit, "--out", work / out,
                               "--resolve", f"{HOSTS[0]}:80:127.0.0.1:{PORT}", "--max-pages", "3", "--quiet", *more],
                              capture_output=True, text=True, timeout=60)
    r = inspect(good, "by-paper")
    check("inspect takes the signed paper, laid out anew", r.returncode == 0, r.stderr)
    before = len(requests())
    r = inspect(forged, "by-forged")
    check("and refuses one that was changed", r.returncode == 2 and "signature" in r.stderr, r.returncode, r.stderr)
    key = work / "keys" / "permit.pub"
    other = base64.b64encode(bytes(32)).decode()
    r = inspect(good, "by-other", "--permit-key", other)
    check("inspect can insist on a key, and refuses a permit that another signed", r.returncode == 5,
          r.returncode, r.stderr)
    check("nothing was sent by a refused run", len(requests()) == before and
          not (work / "by-forged").exists() and not (work / "by-other").exists())
    r = inspect(good, "by-key", "--permit-key", key.read_text().strip())
    check("and takes one that the office signed", r.returncode == 0, r.stderr)


def whole_round(s):
    check = s.check
    permit = s.issued()
    r = s.start(permit, name="第一轮", max_pages=20)
    check("a round is started", r.status == 201 and r.json["state"] == "planned", r)
    done = s.wait(r.json["id"], ("done", "failed"))
    check("and comes to its end", done["state"] == "done" and done["numbers"]["n_done"] == N, done)
    check("every site was inspected", done["numbers"]["by_status"] == {"inspected": N}, done["numbers"])
    ids = s.findings(r.json["id"])
    check("findings were found", len(ids) >= 3 * N, len(ids))
    check("and taken into the office", done["numbers"]["n_findings"] == len(ids), done["numbers"], len(ids))
    db = sqlite3.connect(f"file:{s.office.dir}/office.db?mode=ro", uri=True)
    listed = db.execute("SELECT count(*) FROM finding").fetchone()[0]
    check("and stand in the office's list", listed == len(ids), listed, len(ids))
    agents = {row[4] for row in requests() if row[4].startswith('"Mozilla')}
    check("the sites were told who comes", agents and all("Wangxun/" in a for a in agents), agents)
    sites = s.founder.get(f"/api/v1/rounds/{r.json['id']}/sites?status=inspected&limit=3").json
    check("its sites say what became of them", len(sites["items"]) == 3 and
          sites["items"][0]["status"] == "inspected" and sites["items"][0]["n_pages"] > 0, sites)
    kinds = {e for (e,) in sqlite3.connect(os.path.join(s.office.dir, "office.db")).execute("SELECT type FROM event")}
    check("events told of it", {"permit.issued", "round.changed", "round.site", "round.finished"} <= kinds, kinds)
    frozen = s.founder.post(f"/api/v1/rounds/{r.json['id']}/freeze")
    check("a finished round is frozen", frozen.status == 200 and len(frozen.json["digest"]) == 64, frozen)
    same = s.founder.get(f"/api/v1/rounds/{r.json['id']}/snapshot")
    check("and found unchanged", same.status == 200 and same.json["is_same"], same)
    again = s.founder.post(f"/api/v1/rounds/{r.json['id']}/freeze")
    check("once only", problem(again, 409, "wrong_state"), again)
    return permit, ids


def scope(s, permit):
    check = s.check
    outside = s.founder.post("/api/v1/sites", {"name": "外面", "domain": "outside.xingyuan.gov.cn",
                                               "unit_id": s.units[0]}).json["id"]
    r = s.start(permit, sites=[outside])
    check("a site that the permit does not cover is refused", problem(r, 403, "out_of_scope"), r)
    r = s.founder.post("/api/v1/rounds", {"sites": [outside]})
    check("and so it is when no permit is named", problem(r, 403, "out_of_scope"), r)
    r = s.founder.post("/api/v1/rounds", {"sites": [s.sites[0]], "max_pages": 2})
    check("one covered site finds its permit by itself", r.status == 201 and r.json["kind"] == "site", r)
    s.wait(r.json["id"], ("done",))
    r = s.founder.post("/api/v1/rounds", {})
    check("a round over nothing is none", r.status == 422, r)
    r = s.start(s.draft().json["id"])
    check("a draft permits nothing", problem(r, 403, "out_of_scope"), r)
    staff = s.office.invite(s.founder, "staff1", ["unit_staff"], unit_id=s.units[0])
    r = s.start(permit, who=staff, max_pages=2)
    check("a unit starts a round over its own sites only", r.status == 201 and
          r.json["numbers"]["n_sites"] == N // 2, r)
    mine = r.json["id"]
    s.wait(mine, ("done",))
    r = s.start(permit, who=staff, sites=[s.sites[1]])
    check("and never over another unit's", r.status == 422, r)
    whole = s.start(permit, max_pages=2).json["id"]
    s.wait(whole, ("done",))
    seen = s.round(whole, staff)
    check("of a round over all it sees its own part", seen["numbers"]["n_sites"] == N // 2, seen)
    theirs = staff.get(f"/api/v1/rounds/{whole}/sites").json["items"]
    check("and no site of another unit", {x["unit_id"] for x in theirs} == {s.units[0]}, theirs)
    p = staff.get(f"/api/v1/permits/{permit}")
    check("permits are not for units", p.status in (403, 404), p)
    r = staff.post(f"/api/v1/rounds/{whole}/cancel")
    check("nor is cancelling", r.status in (403, 404), r)
    other = s.office.invite(s.founder, "staff2", ["unit_staff"], unit_id=s.units[1])
    check("a sibling does not see a unit's own round", other.get(f"/api/v1/rounds/{mine}").status == 404)
    inspector = s.office.invite(s.founder, "inspector", ["inspector"])
    hidden = inspector.get(f"/api/v1/rounds/{whole}")
    check("an inspector without an assignment sees none", hidden.status == 404, hidden)


def begun(s, round_id, least=10):
    """Requests have begun to flow."""
    before = len(requests())
    return until("requests", lambda: len(requests()) - before >= least, 30)


def revoking(s):
    check = s.check
    permit = s.issued(pace_per_min=SLOW)
    r = s.start(permit, max_pages=20)
    check("a slow round runs", begun(s, r.json["id"]), s.round(r.json["id"]))
    shown = s.founder.get("/api/v1/inspecting").json
    mine = [x for x in shown["rounds"] if x["round_id"] == r.json["id"]]
    check("who is inspecting: round, permit and hosts", mine and mine[0]["holder"] == "星源区网信办" and
          {x["domain"] for x in mine[0]["sites"]} == set(HOSTS), shown)
    bad = s.founder.post(f"/api/v1/permits/{permit}/revoke", {})
    check("revoking needs a reason", bad.status == 422, bad)
    at = time.time()
    r2 = s.founder.post(f"/api/v1/permits/{permit}/revoke", {"reason": "单位要求"})
    check("its permit is revoked", r2.status == 200 and r2.json["state"] == "revoked", r2)
    s.quiet_after(at, "nothing is sent two seconds after a permit was revoked")
    end = s.wait(r.json["id"], ("cancelled",))
    check("the round is cancelled and says why", end["state"] == "cancelled" and end["why"] == "permit_revoked", end)
    r = s.start(permit)
    check("nothing starts under it any more", problem(r, 403, "out_of_scope"), r)


def stopping(s, permit_fast):
    check = s.check
    permit = s.issued(pace_per_min=SLOW)
    one, two = s.start(permit, max_pages=20).json["id"], s.start(permit, max_pages=20).json["id"]
    begun(s, one, 20)
    bad = s.founder.post("/api/v1/emergency-stop", {})
    check("the emergency stop needs a reason", bad.status == 422, bad)
    at = time.time()
    r = s.second.post("/api/v1/emergency-stop", {"reason": "网站反映访问缓慢"})
    check("the emergency stop is in force", r.status == 200 and r.json["in_force"] and r.json["by"], r)
    s.quiet_after(at, "nothing is sent two seconds after the emergency stop")
    states = [s.wait(x, ("paused",)) for x in (one, two)]
    check("every round stands still and says why",
          [(x["state"], x["why"]) for x in states] == [("paused", "stop")] * 2, states)
    r = s.start(permit_fast, max_pages=2)
    check("nothing new starts", problem(r, 409, "emergency_stop"), r)
    r = s.founder.post(f"/api/v1/rounds/{one}/resume")
    check("nothing goes on", problem(r, 409, "emergency_stop"), r)
    s.office.stop()
    s.office.start()
    r = s.founder.get("/api/v1/emergency-stop")
    check("the stop outlives the server", r.json["in_force"] and r.json["reason"] == "网站反映访问缓慢", r)
    before = len(requests())
    time.sleep(2)
    check("and a server that starts again sends nothing", len(requests()) == before)
    r = s.founder.post("/api/v1/emergency-stop/release", {"reason": ""})
    check("releasing needs a reason too", r.status == 422, r)
    r = s.fresh(s.founder).post("/api/v1/emergency-stop/release", {"reason": "已核实"})
    check("it is released", r.status == 200 and not r.json["in_force"], r)
    r = s.founder.post("/api/v1/emergency-stop/release", {"reason": "再次"})
    check("once", problem(r, 409, "wrong_state"), r)
    check("what it stopped stays stopped until somebody says otherwise",
          s.round(one)["state"] == "paused", s.round(one))
    for x in (one, two):
        r = s.founder.post(f"/api/v1/rounds/{x}/cancel")
        check("a stopped round is cancelled", r.status == 200 and r.json["state"] == "cancelled", r)


def pausing(s, ids):
    check = s.check
    permit = s.issued(pace_per_min=SLOW * 2)
    r = s.start(permit, max_pages=20)
    begun(s, r.json["id"])
    at = time.time()
    p = s.founder.post(f"/api/v1/rounds/{r.json['id']}/pause")
    check("a round is paused", p.status == 200 and p.json["state"] == "paused", p)
    s.quiet_after(at, "and sends nothing two seconds later")
    p = s.founder.post(f"/api/v1/rounds/{r.json['id']}/pause")
    check("twice makes no sense", problem(p, 409, "wrong_state"), p)
    p = s.founder.post(f"/api/v1/rounds/{r.json['id']}/resume")
    check("it goes on", p.status == 200 and p.json["state"] == "planned", p)
    done = s.wait(r.json["id"], ("done", "failed"), 120)
    check("to its end", done["state"] == "done", done)
    check("with the findings of an undisturbed round", s.findings(r.json["id"]) == ids)


def children(pid):
    out = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(x) for x in out]


def round_process(office):
    for pid in children(office.process.pid):
        try:
            if b"round" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        except OSError:
            pass
    return None


def killing(s, ids):
    check = s.check
    permit = s.issued(pace_per_min=SLOW * 3)
    r = s.start(permit, max_pages=20)
    for n in range(2):
        begun(s, r.json["id"])
        pid = until("the process of the round", lambda: round_process(s.office), 20)
        os.kill(pid, signal.SIGKILL)
    done = s.wait(r.json["id"], ("done", "failed"), 120)
    check("a round whose process is killed goes on by itself", done["state"] == "done", done)
    check("and ends with the same findings", s.findings(r.json["id"]) == ids)
    check("taken in once each", done["numbers"]["n_findings"] == len(ids), done["numbers"])

    r = s.start(permit, max_pages=20)
    begun(s, r.json["id"])
    pid = until("the process of the round", lambda: round_process(s.office), 20)
    s.office.stop(signal.SIGKILL)
    gone = until("the orphan to end", lambda: not os.path.exists(f"/proc/{pid}"), 10)
    check("a round does not outlive its server", gone)
    before = len(requests())
    time.sleep(1)
    check("and sends nothing without it", len(requests()) == before)
    s.office.start()
    done = s.wait(r.json["id"], ("done", "failed"), 120)
    check("a round goes on after the server was killed", done["state"] == "done", done)
    check("with the same findings", s.findings(r.json["id"]) == ids)
    check("and the same numbers", done["numbers"]["n_findings"] == len(ids), done["numbers"])


def forging(s):
    """Whoever changes what the process is told, changes nothing: the permit is signed."""
    check = s.check
    permit = s.issued(pace_per_min=SLOW)
    with sqlite3.connect(os.path.join(s.office.dir, "office.db"), timeout=10) as db:
        (text,) = db.execute("SELECT text FROM permit_paper WHERE permit_id = ?", (permit,)).fetchone()
        paper = json.loads(text)
        paper["pace"]["per_host"] = 0
        db.execute("UPDATE permit_paper SET text = ? WHERE permit_id = ?",
                   (json.dumps(paper, ensure_ascii=False).encode(), permit))
    before = len(requests())
    r = s.start(permit)
    end = s.wait(r.json["id"], ("failed", "done", "cancelled"))
    check("a forged permit sends nothing", end["state"] == "failed" and end["why"] == "refused" and
          len(requests()) == before, end)


def blocking(s):
    check = s.check
    bad = s.founder.post("/api/v1/blocklist", {"host": "not a host", "reason": "x"})
    check("a host that is none is not blocked", bad.status == 422 and bad.json["errors"][0]["field"] == "host", bad)
    r = s.founder.post("/api/v1/blocklist", {"host": HOSTS[0], "reason": "系统维护"})
    check("a host is blocked", r.status == 201, r)
    blocked = r
    permit = s.issued(pace_per_min=SLOW)
    before = len(requests())
    r = s.start(permit, max_pages=20)
    begun(s, r.json["id"])
    second = s.founder.post("/api/v1/blocklist", {"host": HOSTS[1], "reason": "单位要求"})
    at = time.time()
    check("another one while a round runs", second.status == 201, second)
    time.sleep(4)
    rows = requests()[before:]
    check("a blocked host is not touched, whatever the permit says", not [x for x in rows if x[1] == HOSTS[0]])
    late = [x for x in rows if x[1] == HOSTS[1] and x[0] > at + 2]
    check("nor one that was blocked two seconds ago", not late, late[:3])
    check("the others go on", until("others", lambda: [x for x in requests() if x[0] > at + 2], 20))
    s.founder.post(f"/api/v1/rounds/{r.json['id']}/cancel")
    s.wait(r.json["id"], ("cancelled",))
    for x in (blocked, second):
        e = s.fresh(s.founder).delete(f"/api/v1/blocklist/{x.json['id']}", etag=x.etag)
        check("an entry is lifted", e.status == 204, e)


def windows(s):
    check = s.check
    minute = time.gmtime(time.time() + 8 * 3600)
    hour = minute.tm_hour
    closed = {"daily_from": f"{(hour + 3) % 24:02}:00", "daily_until": f"{(hour + 5) % 24:02}:00"}
    permit = s.issued(**closed)
    time.sleep(2.5)  # what was cancelled before has its two seconds
    before = len(requests())
    r = s.start(permit, max_pages=2)
    end = until("waiting for the hours", lambda: s.round(r.json["id"])["why"] == "window", 20)
    check("outside the permit's hours a round waits and says so", end and len(requests()) == before,
          s.round(r.json["id"]))
    s.founder.post(f"/api/v1/rounds/{r.json['id']}/cancel")
    bad = s.act(s.fresh(s.founder), s.draft(valid_until="2020-01-01T00:00:00Z"), "issue")
    check("a permit whose time is over is not issued", bad.status == 422 and
          bad.json["errors"][0]["field"] == "valid_until", bad)
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 6))
    permit = s.issued(valid_until=soon, pace_per_min=SLOW // 5)  # thirteen seconds of work
    r = s.start(permit, max_pages=20)
    end = s.wait(r.json["id"], ("cancelled", "done"), 30)
    check("a round ends with its permit", end["state"] == "cancelled" and end["why"] == "permit_expired", end)
    state = until("expiry", lambda: s.founder.get(f"/api/v1/permits/{permit}").json["state"] == "expired", 10)
    check("and the permit is expired", state)


def schedules(s, permit):
    check = s.check
    bad = s.founder.post("/api/v1/schedules", {"name": "周检", "permit_id": permit, "every": "weekly",
                                               "start_at": "08:00", "enabled": True})
    check("a weekly schedule needs its day", bad.status == 422 and bad.json["errors"][0]["field"] == "weekday", bad)
    r = s.founder.post("/api/v1/schedules", {"name": "每日检测", "permit_id": permit, "every": "daily",
                                             "start_at": "03:00", "max_pages": 2, "enabled": True})
    check("a schedule is made", r.status == 201, r)
    sid = r.json["id"]
    nxt = until("its next time", lambda: s.founder.get(f"/api/v1/schedules/{sid}").json["next"], 10)
    check("and knows when it is due", nxt and nxt.endswith("T19:00:00Z"), nxt)
    with sqlite3.connect(os.path.join(s.office.dir, "office.db"), timeout=10) as db:
        db.execute("UPDATE schedule SET next = ? WHERE id = ?", (int(time.time()) - 5, sid))
    last = until("its round", lambda: s.founder.get(f"/api/v1/schedules/{sid}").json["last_round"], 20)
    check("a schedule that is due becomes a round", last, s.founder.get(f"/api/v1/schedules/{sid}"))
    done = s.wait(last, ("done", "failed"))
    check("of its kind, and it runs", done["kind"] == "scheduled" and done["state"] == "done", done)
    check("and the next time stands", s.founder.get(f"/api/v1/schedules/{sid}").json["next"] == nxt)


def retesting(s, permit):
    """The hidden links of one site are taken out; a look asked for at one finding says so at once, and
    one at the whole site says that they are back."""
    check, host = s.check, HOSTS[4]
    site, page = s.sites[4], LOG.parent / "www" / host.split(".")[0] / "p3.html"

    def hidden():
        found = s.founder.get(f"/api/v1/findings?q=site_id:{site} category:hidden_link&limit=10").json["items"]
        return [s.founder.get(f"/api/v1/findings/{f['id']}").json["finding"] for f in found]

    def rounds():
        return s.founder.get("/api/v1/rounds?q=kind:retest&sort=id").json["items"]
    for other in s.founder.get("/api/v1/permits?q=state:issued&limit=100").json["items"]:
        if other["id"] != permit:
            r = s.fresh(s.founder).post(f"/api/v1/permits/{other['id']}/revoke", {"reason": "不再需要"})
            check("a permit nobody needs is revoked", r.status == 200, r)
    hour = int(time.time() // 3600) + 8  # in China
    s.issued(daily_from=f"{(hour + 3) % 24:02}:00", daily_until=f"{(hour + 4) % 24:02}:00")
    finding = hidden()[0]
    before = page.read_text()
    check("a hidden link is known at the site, and open", finding["state"] == "open", finding)
    page.write_text("<!doctype html><title>友情链接</title><h1>友情链接</h1><p>本栏目正在整理。</p>")
    r = s.founder.post(f"/api/v1/findings/{finding['id']}/retest", headers={"If-Match": "*"})
    check("its re-inspection is asked for", r.status < 300 and r.json["retest_id"], r)
    made = until("its round", rounds, 20)
    check("and becomes a round of its kind", made and len(made) == 1, made)
    check("under the permit whose hours it is, though another is newer", made[0]["permit_id"] == permit, made)
    done = s.wait(made[0]["id"], ("done", "failed"))
    check("over that one site, to its end", done["state"] == "done" and done["numbers"]["n_sites"] == 1, done)
    sites = s.founder.get(f"/api/v1/rounds/{done['id']}/sites").json["items"]
    check("and no other", [x["id"] for x in sites] == [site], sites)
    check("one look that does not find it is enough", hidden()[0]["state"] == "fixed", hidden())
    m = s.founder.get(f"/api/v1/sites/{site}/measured")
    check("a whole re-inspection measures for the register too", m.status == 200 and
          m.json["round_id"] == done["id"] and m.json["determined"], m)
    page.write_text(before)
    time.sleep(1.1)  # a look that began in the second of the mending is not held against it
    r = s.founder.post(f"/api/v1/sites/{site}/retest", {"note": "再看一次"})
    gauges = s.founder.get("/metrics").raw.decode()
    check("metrics count it among those that run or wait", re.search(r"(?m)^wangxun_rounds_(running|waiting) 1$", gauges),
          [x for x in gauges.splitlines() if "rounds_" in x])
    check("a whole site is inspected again on demand", r.status == 201 and r.json["kind"] == "retest" and
          r.headers["location"].endswith(f"/rounds/{r.json['id']}"), r)
    done = s.wait(r.json["id"], ("done", "failed"))
    check("to its end as well", done["state"] == "done" and done["numbers"]["by_status"] == {"inspected": 1}, done)
    check("what is back is open again", hidden()[0]["state"] == "open", hidden())
    outside = s.founder.get("/api/v1/sites?q=outside").json["items"][0]["id"]
    r = s.founder.post(f"/api/v1/sites/{outside}/retest")
    check("nothing is inspected again without a permit", problem(r, 403, "out_of_scope"), r)
    check("and no round was left behind", len(rounds()) == 2, rounds())
    for address in (f"/api/v1/sites/{site}/retest", f"/api/v1/findings/{finding['id']}/retest"):
        r = s.auditor.post(address, headers={"If-Match": "*"})
        check("who may not is refused", r.status in (403, 404), r)


def answering(s, permit):
    check = s.check
    r = s.founder.post("/api/v1/sources", {"address": "203.0.113.999"})
    check("a source address must be one", r.status == 422, r)
    r = s.fresh(s.founder).post("/api/v1/sources", {"address": "203.0.113.0/28", "carrier": "中国电信",
                                                    "filed_police": "2026-05-01"})
    check("a source range is registered", r.status == 201, r)
    r = s.founder.get("/api/v1/sources/export?format=csv")
    check("and exported for filing", r.status == 200 and "203.0.113.0/28" in r.raw.decode("utf-8", "replace"), r)
    r = s.start(permit, sites=[s.sites[2]], max_pages=3)
    s.wait(r.json["id"], ("done",))
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def ask(**q):
        return s.founder.get("/api/v1/inspecting/answer?" + "&".join(f"{k}={v}" for k, v in q.items()))
    a = ask(address="203.0.113.7", at=now, host=HOSTS[2])
    sent = [x for x in requests() if x[1] == HOSTS[2]]
    check("was this you? yes, under that permit", a.status == 200 and a.json["answer"] == "yes" and
          any(x["id"] == r.json["id"] and x["n_requests"] >= 3 for x in a.json["rounds"]), a, len(sent))
    a = ask(address="198.51.100.1", at=now, host=HOSTS[2])
    check("from another address: not ours", a.json["answer"] == "another_address", a)
    a = ask(address="203.0.113.7", at="2026-01-01T00:00:00Z", host=HOSTS[2])
    check("at another time: no", a.json["answer"] == "no", a)
    a = ask(address="203.0.113.7", at=now, host="somebody.example")
    check("another host: no", a.json["answer"] == "no", a)
    bad = ask(address="203.0.113.7", at="yesterday", host=HOSTS[2])
    check("a time that is none is refused", problem(bad, 400, "bad_parameter"), bad)
    p = s.office.ask().get("/.well-known/probing.txt")
    text = p.raw.decode()
    check("probing.txt is for everybody and says who and where from", p.status == 200 and
          all(w in text for w in ("Canonical:", "Contact:", "Expires:", "Description:", "203.0.113.0/28")), text)
    stop = s.office.ask().get("/api/v1/emergency-stop")
    check("the emergency stop is not for strangers", stop.status == 401, stop)


def main(office):
    s = Scene(office)
    paper = permits(s)
    two_persons(s)
    paper_checks(s, paper)
    permit, ids = whole_round(s)
    scope(s, permit)
    revoking(s)
    stopping(s, permit)
    pausing(s, ids)
    killing(s, ids)
    forging(s)
    blocking(s)
    windows(s)
    schedules(s, permit)
    retesting(s, permit)
    answering(s, permit)
    code = office.stop()
    office.check("the server ends cleanly", code == 0, code)


if __name__ == "__main__":
    with Office(flags=FLAGS) as office:
        try:
            main(office)
        except Exception:
            print("# " + "\n# ".join(pathlib.Path(office.dir + ".log").read_text(errors="replace").splitlines()[-30:]))
            raise
    office.done()
