"""What the API counts is what stands in every form of the papers: summary report,
statistics, bulletin, late list, progress report and the result of a round, each over
random data."""
import os
import random
import re
import shutil
import sqlite3
import time

from campaign import Scene, TODAY, day
from office import Office
from papers_office import docx_text, pdf_text, xlsx_rows

SEEDS = [int(x) for x in os.environ.get("SEEDS", "11 22 33").split()]
SERIOUS = ("critical", "high", "medium")
OVER = ("fixed", "closed")


def flat(text):
    return re.sub(r"\s+", "", text)


def share(n, whole):
    tenths = (n * 2000 + whole) // (whole * 2) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def all_of(who, kind, q):
    """Every record that a filter finds, page after page."""
    items, cursor = [], ""
    while True:
        r = who.get(f"/api/v1/{kind}?limit=500&q={q}&cursor={cursor}")
        assert r.status == 200, r
        items += r.json["items"]
        cursor = r.json["next"]
        if not cursor:
            return items


class World:
    """A district of its own for one seed, and the campaign over it."""

    def __init__(self, s, seed):
        self.s, self.a, self.seed, self.dice = s, s.office_a, seed, random.Random(seed)
        self.units = []
        for i in range(self.dice.randint(4, 7)):
            r = self.a.post("/api/v1/units", {"name": f"第{seed}区第{i}局", "kind": "organ", "authority": "government",
                                              "short_name": f"seed{seed}"})
            assert r.status == 201, r
            self.units.append(r.json["id"])
        self.make_campaign()
        self.make_sites()
        self.make_findings()
        self.move_on()

    def make_campaign(self):
        a = self.a
        r = a.post("/api/v1/campaigns", {
            "name": f"第{self.seed}号专项整治行动", "category": "vulnerability", "year": TODAY.year, "begins": day(-10),
            "ends": day(90), "series": f"星测{self.seed}", "organs": ["星源区互联网信息办公室"], "target_percent": 10,
            "scope": {"units": f"short_name:seed{self.seed}"}})
        assert r.status == 201, r
        self.campaign = r.json["id"]
        path = f"/api/v1/campaigns/{self.campaign}"
        for name, due in (("报送自查报告", day(-self.dice.randint(1, 9))), ("报送总结", day(9)),
                          ("填报情况表", day(-self.dice.randint(1, 9)))):
            r = a.post(path + "/tasks", {"name": name, "party": "unit", "counts_as": "report", "due": due})
            assert r.status == 201, r
        assert self.s.act(a, path + "/submit").status == 200
        r = self.s.act(self.s.fresh(self.s.leader), path + "/approve")
        assert r.status == 200 and r.json["state"] == "running", r

    def make_sites(self):
        for i, unit in enumerate(self.units):
            for k in range(self.dice.randint(0, 4) if i else 2):
                r = self.a.post("/api/v1/sites", {
                    "name": f"第{i}-{k}站", "domain": f"s{k}.u{i}.d{self.seed}.gov.cn", "unit_id": unit,
                    "kind": self.dice.choice(["portal", "business", "topic"]), "state": self.dice.choice(
                        ["running", "running", "suspended", "closed"]),
                    "grade": self.dice.choice(["none", "1", "2", "3"]), "unified_label": self.dice.random() < 0.5,
                    "opening_review": self.dice.random() < 0.5,
                    **({"icp": f"某ICP备{i}{k}号"} if self.dice.random() < 0.7 else {})})
                assert r.status == 201, r

    def sites(self):
        """In use, as lists and overviews count them."""
        return [x for u in self.units for x in all_of(self.a, "sites", f"unit_id:{u}%20-state:closed,merged")]

    def make_findings(self):
        for n in range(self.dice.randint(20, 40)):
            site = self.dice.choice(self.sites())
            r = self.a.post("/api/v1/findings", {
                "site_id": site["id"], "unit_id": site["unit_id"], "title": f"问题{n}",
                "severity": self.dice.choice([*SERIOUS, "low"]), "url": f"https://{site['domain']}/{n}",
                "category": self.dice.choice(["vulnerability", "disclosure", "headers", "hidden_link"])})
            assert r.status == 201, r
            path = f"/api/v1/findings/{r.json['id']}"
            if self.dice.random() < 0.8:
                r = self.s.act(self.a, path + "/confirm", {}, self.a.get(path).etag)
                assert r.status == 200, r

    def move_on(self):
        """Some report in time and some never do; some problems are mended, some are not."""
        for d in all_of(self.a, "duties", f"campaign_id:{self.campaign}"):
            if self.dice.random() < 0.5:
                r = self.s.act(self.a, f"/api/v1/duties/{d['id']}/receive", {"day": day(-self.dice.randint(0, 9))})
                assert r.status == 200, r
        r = self.a.post(f"/api/v1/campaigns/{self.campaign}/notices", {"name": "整改通知", "due": day(20), "kind": "rectify"})
        assert r.status == 200, r
        for n in r.json["ids"]:
            path = f"/api/v1/notices/{n}"
            assert self.s.act(self.a, path + "/submit").status == 200
            assert self.s.act(self.s.fresh(self.s.leader), path + "/approve").status == 200
            assert self.s.act(self.a, path + "/send").status == 200
            if self.dice.random() < 0.3:
                continue
            assert self.s.act(self.a, path + "/receive", {"name": "某甲"}).status == 200
            for item in self.a.get(path).json["items"]:
                r = self.s.act(self.a, f"/api/v1/rectifications/{item['id']}/verdict", {
                    "verdict": self.dice.choice(["fixed", "fixed", "not_fixed", "not_determined"]), "note": "复查所见"})
                assert r.status == 200, r

    # ---- what the screen says ----

    def counts(self):
        a, c = self.a, {}
        sites = self.sites()
        ids = {x["id"] for x in sites}
        found = [f for u in self.units for f in all_of(a, "findings", f"unit_id:{u}%20-state:dismissed%20verdict:fail,suspected")
                 if f["site_id"] in ids]
        progress = a.get(f"/api/v1/campaigns/{self.campaign}/progress").json
        notices = [n for n in all_of(a, "notices", f"campaign_id:{self.campaign}") if n["told"]]
        items = all_of(a, "rectifications", f"campaign_id:{self.campaign}")
        c.update(sites=sites, found=found, progress=progress, notices=notices,
                 n_fixed=sum(f["state"] in OVER for f in found), n_verdicts=sum(i["verdict"] != "none" for i in items),
                 vulnerable={f["site_id"] for f in found if f["state"] != "closed" and f["severity"] in SERIOUS},
                 n_due=sum(t["total"] - t["waived"] for t in progress["tasks"]))
        return c


def paper(w, kind, record=None, **more):
    r = w.a.post("/api/v1/papers", {"kind": kind, "record_id": record or w.campaign, "campaign_id": w.campaign, **more})
    w.s.check(f"seed {w.seed}: {kind} is drafted", r.status == 201, r)
    return f"/api/v1/papers/{r.json['paper']['id']}"


def compare(w, what, path, claims, rows, wants_pdf):
    """CLAIMS stand in DOCX, page and PDF; ROWS are rows of the workbook and of both."""
    check, a = w.s.check, w.a
    texts = {"DOCX": docx_text(a.get(path + "/paper.docx").raw),
             "page": re.sub(r"<[^>]+>", "\n", a.get(path + "/preview").raw.decode())}
    sheet = xlsx_rows(a.get(path + "/paper.xlsx").raw)
    if wants_pdf and (shutil.which("soffice") or shutil.which("chromium")):
        r = a.get(path + "/paper.pdf", timeout=120)
        check(f"seed {w.seed}: {what} as PDF", r.status == 200, r.status, r.raw[:200])
        texts["PDF"] = pdf_text(r.raw)
    for name, text in texts.items():
        lost = [c for c in claims if flat(c) not in flat(text)]
        check(f"seed {w.seed}: {what}: {name} says what the API counts ({len(claims)} figures)", not lost, lost, flat(text)[:600])
    lost = [r for r in rows if not any(r == [x for x in line if x in r][:len(r)] or
                                       all(x in line for x in r) for line in sheet)]
    check(f"seed {w.seed}: {what}: the workbook has its {len(rows)} rows", not lost, lost[:3], sheet[:6])
    for name, text in texts.items():
        missing = [r for r in rows if not all(flat(x) in flat(text) for x in r)]
        check(f"seed {w.seed}: {what}: {name} has them too", not missing, missing[:3])


def by_unit(w, c, unit):
    found = [f for f in c["found"] if f["unit_id"] == unit]
    return [x for x in c["sites"] if x["unit_id"] == unit], found, sum(f["state"] in OVER for f in found)


def summary(w, c, pdf):
    n = len(c["found"])
    claims = [f"涉及单位{len(w.units)}家、网站{len(c['sites'])}个", f"下达任务{c['n_due']}项",
              f"发出通知书{len(c['notices'])}份，复查问题{c['n_verdicts']}个",
              f"共发现问题{n}个，已整改{c['n_fixed']}个，未整改{n - c['n_fixed']}个", f"整改率{share(c['n_fixed'], n)}",
              f"网站{len(c['vulnerable'])}个", share(len(c["vulnerable"]), len(c["sites"]))]
    rows = [[w.a.get(f"/api/v1/units/{u}").json["name"], str(len(s)), str(len(f)), str(k)]
            for u in w.units for s, f, k in [by_unit(w, c, u)]]
    for t in c["progress"]["tasks"]:
        mine = [d for d in all_of(w.a, "duties", f"campaign_id:{w.campaign}") if d["task_id"] == t["task_id"] and d["state"] != "waived"]
        came = [d for d in mine if d["first_submitted"]]
        late = sum(bool(d["late_days"]) for d in came)
        rows.append([t["name"], str(len(mine)), str(len(came) - late), str(late), str(len(mine) - len(came))])
    compare(w, "summary report", paper(w, "summary_report", addressees="星源区人民政府"), claims, rows, pdf)


def statistics(w, c, pdf):
    full = {x["id"]: w.a.get(f"/api/v1/sites/{x['id']}").json for x in c["sites"]}
    n = len(full)
    graded = sum(x["grade"] in "12345" for x in full.values())
    high = sum(x["grade"] in "345" for x in full.values())
    label = sum(x["unified_label"] is True for x in full.values())
    icp = sum(bool(x["icp"]) or x["has_icp"] is True for x in full.values())
    rows = [["已ICP备案", str(icp), share(icp, n), "已定等保级别", str(graded), share(graded, n)],
            ["有统一标识", str(label), share(label, n), "其中三级以上", str(high), share(high, n)],
            ["仍存在漏洞", str(len(c["vulnerable"])), share(len(c["vulnerable"]), n)]]
    for kind, zh in (("portal", "门户网站"), ("business", "业务网站"), ("topic", "专题网站")):
        of = [x for x in full.values() if x["kind"] == kind]
        bad = sum(x["id"] in c["vulnerable"] for x in of)
        if of:
            rows.append([zh, str(len(of)), str(bad), share(bad, len(of))])
    for category, zh in (("vulnerability", "安全漏洞"), ("disclosure", "信息泄露"), ("headers", "响应头与 Cookie"), ("hidden_link", "暗链")):
        of = [f for f in c["found"] if f["category"] == category]
        if of:
            rows.append([zh, str(len(of)), str(sum(f["state"] != "closed" for f in of)), str(len({f["site_id"] for f in of}))])
    compare(w, "statistics", paper(w, "statistics", texts={"region": "星源区"}), [], rows, pdf)


def bulletin(w, c, pdf):
    shown = {b["measure"]: b for b in w.a.get(f"/api/v1/campaigns/{w.campaign}/bulletins").json["items"]}
    failed = [i for i in all_of(w.a, "rectifications", f"campaign_id:{w.campaign}%20verdict:not_fixed") if i["state"] != "verified"]
    names = {w.a.get(f"/api/v1/units/{i['unit_id']}").json["name"] for i in failed}
    if "review_failed" in shown:
        w.s.check(f"seed {w.seed}: the API names the units whose re-inspection failed",
                  {u["unit"] for u in shown["review_failed"]["units"]} == names, shown, names)
    n = len(c["found"])
    claims = [f"应查单位{len(w.units)}家，检查网站{len(c['sites'])}个，存在安全问题的网站{len(c['vulnerable'])}个",
              f"共发现问题{n}个，已整改{c['n_fixed']}个，整改率{share(c['n_fixed'], n)}"]
    rows = [[name] for name in sorted(names)]
    path = paper(w, "bulletin", measure="review_failed", addressees="各单位")
    text = docx_text(w.a.get(path + "/paper.docx").raw)
    table = text.split("存在问题的单位", 1)[1].split("下一步要求")[0]
    others = [w.a.get(f"/api/v1/units/{u}").json["name"] for u in w.units]
    w.s.check(f"seed {w.seed}: the bulletin names them and nobody else", {x for x in others if x in table} == names, table[:400])
    if rows:
        compare(w, "bulletin", path, claims, rows, pdf)


def late(w, c, pdf):
    rows = []
    todo = [d for d in all_of(w.a, "duties", f"campaign_id:{w.campaign}%20state:open,draft,returned") if d["due"] and d["due"] < TODAY.isoformat()]
    w.s.check(f"seed {w.seed}: the list of who is late adds up", sum(x["n"] for x in c["progress"]["late"]) == len(todo) ==
              sum(t["late"] for t in c["progress"]["tasks"]), c["progress"]["late"], len(todo))
    for d in todo:
        y, m, dd = (int(x) for x in d["due"].split("-"))
        rows.append([w.a.get(f"/api/v1/units/{d['unit_id']}").json["name"], d["name"], f"{y}年{m}月{dd}日",
                     str((TODAY - type(TODAY).fromisoformat(d["due"])).days)])
    n_units = len(c["progress"]["late"])
    compare(w, "late list", paper(w, "late_list"), [f"有{n_units}家单位的{len(todo)}项任务逾期未报送"], rows, pdf)
    r = w.a.post("/api/v1/papers", {"kind": "progress_report", "record_id": w.campaign, "measure": "week"})
    text = flat(docx_text(w.a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.docx").raw))
    w.s.check(f"seed {w.seed}: the week's progress says the same", f"目前有{n_units}家单位的{len(todo)}项任务逾期" in text and
              f"累计发现问题{len(c['found'])}个，已整改{c['n_fixed']}个" in text and
              f"本期发现问题{len(c['found'])}个" in text, text[:500])


def detection(w, c, pdf):
    """A round as it is kept when it is over; what a later act dismisses is not told."""
    sites = c["sites"]
    with sqlite3.connect(w.s.office.dir + "/office.db", timeout=20) as db:
        for name in ("wx_sees", "wx_sees_untold"):
            db.create_function(name, -1, lambda *_: 1)
        now = int(time.time())
        cur = db.execute("INSERT INTO round (name, kind, state, begun, ended) VALUES (?, 'once', 'done', ?, ?)",
                         (f"第{w.seed}轮", now - 3600, now))
        w.round, seen = cur.lastrowid, []
        status = {}
        for i, x in enumerate(sites):
            status[x["id"]] = w.dice.choice(["inspected", "inspected", "partly", "blocked", "unreachable"])
            db.execute("INSERT INTO round_site (round_id, site_id, unit_id, run_site, ordinal, domain, status) VALUES"
                       " (?, ?, ?, ?, ?, ?, ?)", (w.round, x["id"], x["unit_id"], i, i, x["domain"], status[x["id"]]))
        for f in c["found"]:
            if w.dice.random() < 0.7:
                seen.append(f)
                db.execute("INSERT INTO sighting (round_id, finding_id, unit_id, parts, site_id, result, severity, verdict,"
                           " n_places, state, at_s) VALUES (?, ?, ?, 0, ?, ?, ?, 'fail', 1, 'open', ?)",
                           (w.round, f["id"], f["unit_id"], f["site_id"], w.dice.choice(["new", "again", "regressed"]), f["severity"], now))
    r = w.a.get(f"/api/v1/rounds/{w.round}/sites?limit=500")
    w.s.check(f"seed {w.seed}: the round shows its sites", r.status == 200 and len(r.json["items"]) == len(sites), r)
    tried = sum(status[x["id"]] in ("inspected", "partly") for x in sites)
    claims = [f"应检测网站{len(sites)}个，完成检测{tried}个", f"未能检测{len(sites) - tried}个",
              f"存在问题的网站{len({f['site_id'] for f in seen})}个，发现问题{len(seen)}个，其中严重"
              f"{sum(f['severity'] == 'critical' for f in seen)}个、高危{sum(f['severity'] == 'high' for f in seen)}个"]
    rows = []
    for u in w.units:
        mine = [x for x in sites if x["unit_id"] == u]
        if mine:
            rows.append([w.a.get(f"/api/v1/units/{u}").json["name"], str(len(mine))] +
                        [str(sum(f["severity"] == s and f["unit_id"] == u for f in seen)) for s in (*SERIOUS, "low")])
    compare(w, "detection result", paper(w, "detection_bulletin", w.round), claims, rows, pdf)


def main():
    with Office() as office:
        s = Scene(office)
        total = 0
        for i, seed in enumerate(SEEDS):
            print(f"# seed {seed}", flush=True)
            w = World(s, seed)
            c = w.counts()
            total += len(c["found"])
            for part in (summary, statistics, bulletin, late, detection):
                part(w, c, i == 0 or part is summary)
        stages = {x["stage"]: x for x in s.office_a.get("/api/v1/overview").json["funnel"]}
        s.check("the overview counts what the papers of all campaigns do", stages["found"]["findings"] == total, stages, total)
    office.done()


if __name__ == "__main__":
    main()
