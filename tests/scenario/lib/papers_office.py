"""Papers of a real office over random data: what the API counts is what stands in DOCX,
XLSX, PDF and the preview; who sees what; two-person approval, numbers, corrections."""
import hashlib
import io
import os
import random
import re
import shutil
import subprocess
import tempfile
import zipfile

from campaign import ANSWER, Scene, day, TODAY
from ooxml import faults
from office import Office

SEED = int(os.environ.get("SEED", "20261122"))


def words(xml):
    """What a reader sees of an OOXML part: paragraphs as lines."""
    xml = re.sub(r"</w:p>|</si>|</row>", "\n", xml)
    xml = re.sub(r"</c>|</w:tc>", "\t", xml)
    text = re.sub(r"<[^>]+>", "", xml)
    for a, b in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(a, b)
    return text


def docx_text(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as z:
        return words(z.read("word/document.xml").decode())


def docx_all(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as z:
        return "\n".join(z.read(n).decode("utf-8", "replace") for n in z.namelist())


def xlsx_rows(raw):
    """Every row of every sheet as a list of texts."""
    rows = []
    with zipfile.ZipFile(io.BytesIO(raw)) as z:
        shared = []
        if "xl/sharedStrings.xml" in z.namelist():
            shared = [words(x) for x in re.findall(r"<si>(.*?)</si>", z.read("xl/sharedStrings.xml").decode(), re.S)]
        for name in sorted(n for n in z.namelist() if n.startswith("xl/worksheets/sheet")):
            for row in re.findall(r"<row[^>]*>(.*?)</row>", z.read(name).decode(), re.S):
                cells = []
                for attrs, inner in re.findall(r"<c ([^>]*?)(?:/>|>(.*?)</c>)", row, re.S):
                    value = words(inner or "").strip()
                    cells.append(shared[int(value)].strip() if 't="s"' in attrs and value else value)
                rows.append(cells)
    return rows


def pdf_text(raw):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(raw)
        f.flush()
        out = subprocess.run(["pdftotext", "-layout", f.name, "-"], capture_output=True, timeout=30, check=True)
    # a page number between two pages stands in the middle of a sentence
    return re.sub(r"\s+|—\s*\d+\s*—", "", out.stdout.decode())


def setting(s):
    """A running campaign over three units, with findings nobody chose."""
    check, a, dice = s.check, s.office_a, random.Random(SEED)
    r = a.post("/api/v1/campaigns", {
        "name": "政府网站安全漏洞专项整治行动", "category": "vulnerability", "year": TODAY.year, "begins": day(-10),
        "ends": day(90), "series": "星网安", "organs": ["星源区互联网信息办公室", "星源区公安分局"],
        "target_percent": 10, "scope": {"units": "kind:organ", "excludes": ["military"]}})
    assert r.status == 201, r
    s.campaign = r.json["id"]
    path = f"/api/v1/campaigns/{s.campaign}"
    r = a.post(path + "/tasks", {"name": "报送自查报告", "party": "unit", "counts_as": "report", "due": day(7)})
    assert r.status == 201, r
    assert s.act(a, path + "/submit").status == 200
    r = s.act(s.fresh(s.leader), path + "/approve")
    check(f"a campaign runs (seed {SEED})", r.status == 200 and r.json["state"] == "running", r)
    for i in range(3):
        for k in range(dice.randint(0, 3)):
            r = a.post("/api/v1/sites", {"name": f"第{k}站 canary{i}x", "domain": f"s{k}.u{i}.xingyuan.gov.cn",
                                         "unit_id": s.units[i]})
            assert r.status == 201, r
    sites = a.get("/api/v1/sites?limit=500").json["items"]
    s.found = {i: [] for i in range(5)}
    for n in range(24):
        site = dice.choice(sites)
        i = [k for k, u in s.units.items() if u == site["unit_id"]][0]
        r = a.post("/api/v1/findings", {
            "site_id": site["id"], "unit_id": site["unit_id"], "title": f"问题{n} canary{i}x",
            "severity": dice.choice(["critical", "high", "medium", "low"]),
            "category": dice.choice(["vulnerability", "disclosure", "headers", "hidden_link"]),
            "url": f"https://{site['domain']}/page{n}.html"})
        assert r.status == 201, r
        fid = r.json["id"]
        if dice.random() < 0.85:
            r = s.act(a, f"/api/v1/findings/{fid}/confirm", {}, a.get(f"/api/v1/findings/{fid}").etag)
            assert r.status == 200, r
            s.found[i].append(fid)
    r = s.act(s.staff[0], f"/api/v1/duties/{s.duties(s.staff[0])[0]['id']}/submit")
    assert r.status == 200, r


def paper_of(s, q):
    r = s.office_a.get(f"/api/v1/papers?limit=500&q={q}")
    assert r.status == 200, r
    return r.json["items"]


def notices(s):
    check, a = s.check, s.office_a
    r = a.post(f"/api/v1/campaigns/{s.campaign}/notices", {"name": "整改通知", "due": day(20), "kind": "rectify"})
    check("a notice for each unit with findings", r.status == 200 and r.json["n"] >= 1, r)
    s.notices = r.json["ids"]
    for n in s.notices:
        row = a.get(f"/api/v1/notices/{n}").json["notice"]
        papers = [p for p in paper_of(s, "kind:rectification_notice") if p["record_id"] == n]
        check("its paper is made with it", len(papers) == 1 and papers[0]["state"] == "draft" and
              papers[0]["unit_id"] == row["unit_id"], papers)
        paper = f"/api/v1/papers/{papers[0]['id']}"
        r = s.act(a, paper + "/submit")
        check("that paper goes with its notice and not by itself", r.status == 422, r)
        me = [s.staff[i] for i in range(3) if s.units[i] == row["unit_id"]][0]
        check("its unit sees nothing before it is sent", me.get(paper).status == 404 and
              me.get("/api/v1/papers").json["items"] == [], me.get(paper))
        check("submitted", s.act(a, f"/api/v1/notices/{n}/submit").status == 200)
        if n == s.notices[0]:
            changed_meanwhile(s, n, row)
        r = s.act(s.fresh(s.leader), f"/api/v1/notices/{n}/approve")
        check("the leader approves notice and paper at once", r.status == 200, r)
        shown = a.get(paper).json["paper"]
        check("both bear one number", shown["number"] == r.json["notice"]["number"] and shown["state"] == "approved"
              and len(shown["docx_sha256"]) == 64, shown)
        r = s.act(a, f"/api/v1/notices/{n}/send")
        check("sent together", r.status == 200 and a.get(paper).json["paper"]["state"] == "sent", r)
        raw = me.get(paper + "/paper.docx")
        text = docx_text(raw.raw)
        items = a.get(f"/api/v1/notices/{n}").json["items"]
        check("the unit takes it away: each finding stands in it", raw.status == 200 and
              all(i["name"] in text and i["url"] in text for i in items) and
              f"存在{len(items)}个安全问题" in text, text[:800])
        i = [k for k in range(3) if s.units[k] == row["unit_id"]][0]
        check("and no other unit's", not any(f"canary{k}x" in text for k in range(5) if k != i), text[:400])
        check("with a watermark that names who took it", f"staff{i}" in docx_all(raw.raw))
        for k in range(3):
            if k != i:
                got = [s.staff[k].get(paper + x).status for x in ("", "/preview", "/paper.docx", "/paper.xlsx")]
                check("another unit finds no such paper", got == [404] * 4, got)
        r = s.fresh(a).get(paper + "/original.docx")
        check("the original is what its digest names", r.status == 200 and
              hashlib.sha256(r.raw).hexdigest() == shown["docx_sha256"] and "office-a" not in docx_all(r.raw), r.status)
        check("a unit does not take the original", me.get(paper + "/original.docx").status == 403)


def changed_meanwhile(s, n, row):
    """What is approved is what was put forward."""
    check, a = s.check, s.office_a
    site = a.get(f"/api/v1/notices/{n}").json["items"][0]["site_id"]
    old = a.get(f"/api/v1/sites/{site}")
    assert a.patch(f"/api/v1/sites/{site}", {"name": "改了名的网站"}, etag=old.etag).status == 200
    r = s.act(s.fresh(s.leader), f"/api/v1/notices/{n}/approve")
    check("a notice that says something else by now is not approved", r.status == 422 and "changed" in r.json["detail"], r)
    r = s.act(s.fresh(s.leader), f"/api/v1/notices/{n}/reject", {"note": "网站名称已变更"})
    check("it goes back", r.status == 200, r)
    assert a.patch(f"/api/v1/sites/{site}", {"name": old.json["name"]}, etag="*").status == 200
    check("and comes again as it is now", s.act(a, f"/api/v1/notices/{n}/submit").status == 200)


def answering(s):
    """One notice is answered and re-inspected: an opinion, and figures that move."""
    check, a = s.check, s.office_a
    n = s.notices[0]
    row = a.get(f"/api/v1/notices/{n}").json
    me = [s.staff[i] for i in range(3) if s.units[i] == row["notice"]["unit_id"]][0]
    assert s.act(me, f"/api/v1/notices/{n}/receive", {"name": "李某"}).status == 200
    for item in row["items"]:
        r = me.patch(f"/api/v1/rectifications/{item['id']}", ANSWER, etag="*")
        assert r.status == 200, r
    assert s.act(me, f"/api/v1/notices/{n}/answer", {"answer": "已整改"}).status == 200
    verdicts = {"fixed": 0, "not_fixed": 0}
    for k, item in enumerate(row["items"]):
        verdict = "not_fixed" if k == 0 else "fixed"
        verdicts[verdict] += 1
        r = s.act(a, f"/api/v1/rectifications/{item['id']}/verdict", {"verdict": verdict, "note": "复查所见"})
        assert r.status == 200, r
    for who, marked in ((me, False), (a, True)):
        r = who.get(f"/api/v1/notices/{n}/reply.docx")
        text = docx_text(r.raw)
        check("the answer is a paper to be stamped, with each measure", r.status == 200 and not faults(io.BytesIO(r.raw)) and
              ANSWER["measures"] in text and f"通知的{len(row['items'])}个问题，已整改{len(row['items'])}个" in text, text[:600])
        check("with a watermark for the office, without one for the unit", ("office-a" in docx_all(r.raw)) == marked)
    r = me.get(f"/api/v1/notices/{n}/plan")
    check("and the plan as a page", r.status == 200 and "整改计划" in r.raw.decode(), r.status)
    other = [s.staff[i] for i in range(3) if s.units[i] != row["notice"]["unit_id"]][0]
    check("nobody else's unit sees either", [other.get(f"/api/v1/notices/{n}/{x}").status for x in
                                             ("reply", "reply.docx", "reply.pdf", "plan.docx")] == [404] * 4)
    r = a.post("/api/v1/papers", {"kind": "reinspection_opinion", "record_id": n, "campaign_id": s.campaign})
    check("an opinion on the re-inspection is drafted", r.status == 201 and
          r.json["paper"]["unit_id"] == row["notice"]["unit_id"], r)
    text = docx_text(a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.docx").raw)
    check("each finding with its verdict, counted", f"已整改{verdicts['fixed']}个，未整改{verdicts['not_fixed']}个"
          in text and row["notice"]["number"] in text, text[:600])


def in_all(s, paper, claims, rows):
    """CLAIMS are in DOCX, preview and PDF; ROWS in the workbook and in them."""
    check, a = s.check, s.office_a
    docx = docx_text(a.get(paper + "/paper.docx").raw)
    page = a.get(paper + "/preview")
    sheet = xlsx_rows(a.get(paper + "/paper.xlsx").raw)
    flat = re.sub(r"\s+", "", docx)
    html = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page.raw.decode()))
    for c in claims:
        check(f"DOCX and page say {c}", c in flat and c in html, flat[:900])
    for row in rows:
        check(f"the workbook has the row {row[0]}", any(all(x in r for x in row) for r in sheet), sheet)
        check("DOCX and page too", all(x in docx for x in row) and all(x.replace(" ", "") in html for x in row), row)
    csp = page.headers.get("content-security-policy", "")
    check("the page is sandboxed and runs nothing", "sandbox" in csp and "default-src 'none'" in csp and
          "allow-scripts" not in csp and b"<script" not in page.raw, csp)
    r = a.get(paper + "/paper.pdf", timeout=90)
    if shutil.which("soffice") or shutil.which("chromium"):
        check("there is a PDF", r.status == 200 and r.raw.startswith(b"%PDF"), r.status, r.raw[:300])
        text = pdf_text(r.raw)
        for c in claims:
            check(f"the PDF says {c}", c in text, text[:900])
    else:
        check("without a converter it is said, with what to do", r.status == 503 and r.code == "no_converter", r)


def summary(s):
    check, a = s.check, s.office_a
    r = a.post("/api/v1/papers", {"kind": "summary_report", "record_id": s.campaign, "addressees": "星源区人民政府",
                                  "texts": {"organisation": "成立了专项整治工作组。", "n_findings": "999"}})
    check("counted facts are not written by hand", r.status == 422, r)
    r = s.staff[0].post("/api/v1/papers", {"kind": "summary_report", "record_id": s.campaign})
    check("a unit drafts no paper of the office", r.status == 403, r)
    r = a.post("/api/v1/papers", {"kind": "summary_report", "record_id": s.campaign, "addressees": "星源区人民政府",
                                  "texts": {"organisation": "成立了专项整治工作组。"}, "has_chinese_date": True})
    check("the summary report is drafted from the records", r.status == 201 and
          r.json["paper"]["organs"] == ["星源区互联网信息办公室", "星源区公安分局"], r)
    s.summary = f"/api/v1/papers/{r.json['paper']['id']}"
    # what the API itself counts, of the campaign's units
    units = [s.units[i] for i in range(3)]
    by_unit, total = {}, {"n": 0, "fixed": 0}
    for u in units:
        f = a.get(f"/api/v1/findings?limit=500&q=unit_id:{u}%20-state:dismissed").json["items"]
        n_sites = len(a.get(f"/api/v1/sites?limit=500&q=unit_id:{u}").json["items"])
        fixed = sum(x["state"] in ("fixed", "closed") for x in f)
        by_unit[u] = (a.get(f"/api/v1/units/{u}").json["name"], n_sites, len(f), fixed)
        total["n"] += len(f)
        total["fixed"] += fixed
    share = f"{(total['fixed'] * 2000 + total['n']) // (total['n'] * 2) / 10:.1f}%"
    progress = a.get(f"/api/v1/campaigns/{s.campaign}/progress").json["tasks"]
    n_duties = sum(t["total"] for t in progress)
    n_sites = sum(v[1] for v in by_unit.values())
    claims = [f"涉及单位3家、网站{n_sites}个", f"下达任务{n_duties}项", f"发出通知书{len(s.notices)}份",
              f"共发现问题{total['n']}个，已整改{total['fixed']}个，未整改{total['n'] - total['fixed']}个",
              f"整改率{share}", "成立了专项整治工作组。"]
    rows = [[name, str(sites), str(n), str(fixed)] for name, sites, n, fixed in by_unit.values()]
    rows.append(["报送自查报告", "3", "1"])
    in_all(s, s.summary, claims, rows)
    stages = {x["stage"]: x for x in a.get("/api/v1/overview").json["funnel"]}
    beyond = [a.get(f"/api/v1/findings?limit=500&q=unit_id:{s.units[i]}%20-state:dismissed").json["items"]
              for i in (3, 4)]
    check("the overview counts the same, with the units beyond the campaign",
          stages["found"]["findings"] == total["n"] + sum(map(len, beyond)) and
          stages["fixed"]["findings"] == total["fixed"], stages)
    r = s.act(a, s.summary + "/submit")
    check("submitted", r.status == 200, r)
    r = s.act(a, s.summary + "/refresh")
    check("what waits for approval stays as it is", r.status == 409, r)
    a.post("/api/v1/findings", {"site_id": s.sites[0], "unit_id": s.units[0], "title": "后来的问题", "severity": "low",
                                "category": "headers", "url": "https://u0.xingyuan.gov.cn/later"})
    r = s.act(s.fresh(a), s.summary + "/approve")
    check("who prepared it does not approve it", r.status == 403 and r.code == "own_act", r)
    r = s.act(s.fresh(s.leader), s.summary + "/approve")
    check("the leader does, and it is numbered in the series", r.status == 200 and
          r.json["paper"]["number"].startswith(f"星网安〔{TODAY.year}〕"), r)
    s.number = r.json["paper"]["number"]
    text = docx_text(a.get(s.summary + "/paper.docx").raw)
    check("its figures stay those that were approved", f"共发现问题{total['n']}个" in text and s.number in text and
          "二〇" in text, text[:500])
    r = s.act(a, s.summary + "/send", {"unit_ids": [s.units[0]]})
    check("it is sent to one unit", r.status == 200 and r.json["paper"]["state"] == "sent", r)
    check("which sees it, with a file of its own", s.staff[0].get(s.summary).status == 200 and
          s.staff[0].get(s.summary + "/paper.docx").status == 200)
    check("and the others do not", s.staff[1].get(s.summary).status == 404 and
          s.staff[1].get(s.summary + "/preview").status == 404)
    r = s.act(a, s.summary + "/correct", {"reason": "漏计一个问题"})
    check("a correction is a later version that names the earlier", r.status == 201 and
          r.json["paper"]["version"] == 2 and r.json["paper"]["earlier_id"] == int(s.summary.rsplit("/", 1)[1]), r)
    text = docx_text(a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.docx").raw)
    check("with the figures of now", f"共发现问题{total['n'] + 1}个" in text, text[:500])
    check("and a sentence that says what it replaces and why", f"（{s.number}）" in text and "本件更正" in text and
          "更正原因：漏计一个问题。" in text, text[:500])


def bulletins(s):
    check, a = s.check, s.office_a
    f = a.get("/api/v1/findings?limit=1").json["items"][0]
    r = a.post("/api/v1/papers", {"kind": "bulletin", "record_id": s.campaign, "addressees": "各单位",
                                  "texts": {"overview": f"例如 {f['url']} 存在漏洞"}})
    check("a bulletin is public", r.status == 201 and r.json["paper"]["is_public"] is True, r)
    path = f"/api/v1/papers/{r.json['paper']['id']}"
    r = s.act(a, path + "/submit")
    check("a public paper with a finding's address goes nowhere", r.status == 422 and "addresses" in r.json["detail"], r)
    r = a.patch(path, {"texts": {"overview": "总体平稳。"}}, etag=a.get(path).etag)
    check("mended", r.status == 200, r)
    check("then it is submitted", s.act(a, path + "/submit").status == 200)
    r = s.act(s.fresh(s.office_b), path + "/approve")
    check("a second person of the office approves", r.status == 200, r)
    number = r.json["paper"]["number"]
    r = s.act(s.fresh(a), path + "/cancel", {"note": "内容有误"})
    check("it is cancelled", r.status == 200 and r.json["paper"]["state"] == "cancelled", r)
    r = a.get("/api/v1/numbers?series=星网安")
    gap = [x for x in r.json["items"] if x["number"] == number]
    check("and its number stays as a gap with the reason", len(gap) == 1 and gap[0]["reason"] == "内容有误" and
          gap[0]["void_at"], r)
    check("numbers follow each other without a hole", [x["n"] for x in r.json["items"]] ==
          list(range(1, len(r.json["items"]) + 1)), r)


def tables(s):
    check, a = s.check, s.office_a
    r = a.post("/api/v1/papers", {"kind": "site_table", "record_id": s.campaign})
    n = sum(len(a.get(f"/api/v1/sites?limit=500&q=unit_id:{s.units[i]}").json["items"]) for i in range(3))
    check("a table of sites", r.status == 201, r)
    rows = xlsx_rows(a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.xlsx").raw)
    check("has a row for each site", sum("xingyuan.gov.cn" in " ".join(x) for x in rows) == n, rows)
    r = a.post("/api/v1/papers", {"kind": "survey_form", "record_id": s.sites[1]})
    check("a site's survey form", r.status == 201 and r.json["paper"]["unit_id"] == s.units[1], r)
    text = docx_text(a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.docx").raw)
    check("is filled from the register", "u1.xingyuan.gov.cn" in text, text[:300])
    a.post("/api/v1/persons", {"unit_id": s.units[2], "name": "联络某", "duty": ["contact"], "title": "科员"})
    r = a.post("/api/v1/papers", {"kind": "contact_table", "record_id": s.units[2]})
    text = docx_text(a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.docx").raw)
    check("a unit's contact table names its people", "联络某" in text and "联系人" in text, text[:300])
    r = a.post("/api/v1/sources", {"address": "203.0.113.7", "carrier": "某运营商", "purpose": "定期检测"})
    assert r.status == 201, r
    r = s.fresh(a).post("/api/v1/permits", {
        "name": "年度检测", "number": "星检〔2026〕1号", "depth": "passive", "holder": "区信息中心",
        "selection": {"units": [s.units[0]]}, "pace_per_min": 30})
    assert r.status == 201, r
    permit = r.json["id"]
    for kind in ("source_filing", "detection_authorisation"):
        r = a.post("/api/v1/papers", {"kind": kind, "record_id": permit, "campaign_id": s.campaign})
        check(f"{kind} is drafted", r.status == 201, r)
        text = docx_text(a.get(f"/api/v1/papers/{r.json['paper']['id']}/paper.docx").raw)
        check("with the registered source address", "203.0.113.7" in text and "区信息中心" in text, text[:400])
    for body in ({"kind": "nonsense", "record_id": 1}, {"kind": "bulletin", "record_id": 99999},
                 {"kind": "rectification_notice", "record_id": s.notices[0]}):
        r = a.post("/api/v1/papers", body)
        check("what cannot be made is refused and named", r.status == 422 and r.json["errors"], r)


def desk(s):
    """Every kind at the desk, from a record of this office, in each form."""
    check, a = s.check, s.office_a
    kinds = a.get("/api/v1/paper-kinds").json["items"]
    path = f"/api/v1/campaigns/{s.campaign}"
    r = a.post(path + "/draws", {"name": "抽查", "seed": "2026"})
    assert r.status == 201, r
    draw = r.json["draw"]["id"] if "draw" in r.json else r.json["id"]
    r = a.post(path + "/spot_checks", {"name": "现场检查", "unit_id": s.units[0], "on_date": day(3)})
    assert r.status == 201, r
    spot = r.json.get("id") or r.json["spot_check"]["id"]
    r = s.fresh(a).post("/api/v1/agencies", {"name": "甲检测公司", "leader": "某甲", "qualification": "等保测评",
                                             "agreement_on": "2026-01-01", "agreement_until": "2099-01-01"})
    assert r.status == 201, r
    agency = r.json["id"]
    subjects = {"campaign": s.campaign, "site": s.sites[0], "unit": s.units[0], "notice": s.notices[0], "draw": draw,
                "spot_check": spot, "agency": agency, "finding": s.found[0][0] if s.found[0] else a.get("/api/v1/findings?limit=1").json["items"][0]["id"],
                "permit": a.get("/api/v1/permits").json["items"][0]["id"]}
    made = 0
    for k in kinds:
        if k["subject"] not in subjects:
            continue
        r = a.post("/api/v1/papers", {"kind": k["kind"], "record_id": subjects[k["subject"]], "campaign_id": s.campaign,
                                      **({"measure": k["measures"][-1]["word"]} if k["measures"] else {})})
        check(f"{k['kind']} is drafted from a {k['subject']}", r.status == 201 and r.json["paper"]["kind"] == k["kind"] and
              bool(r.json["paper"]["unit_id"]) == k["of_unit"], r)
        paper = f"/api/v1/papers/{r.json['paper']['id']}"
        raw = a.get(paper + "/paper.docx").raw
        page = a.get(paper + "/preview")
        text = docx_text(raw)
        check(f"{k['kind']}: DOCX and page are whole", not faults(io.BytesIO(raw)) and page.status == 200 and
              "{" not in text and len(text) > 60, faults(io.BytesIO(raw)), text[:300])
        sheet = a.get(paper + "/paper.xlsx")
        check(f"{k['kind']}: its tables are a workbook, or it has none", sheet.status == 404 or
              (sheet.status == 200 and bool(xlsx_rows(sheet.raw))), sheet.status)
        made += 1
    check("those are nearly all of them", made >= 25, made, [k["kind"] for k in kinds])
    for kind in ("rectification_answer", "self_check_report"):
        r = a.post("/api/v1/papers", {"kind": kind, "record_id": s.notices[0]})
        check(f"the office writes no {kind} in a unit's name", r.status == 422, r)


def traces(s):
    auditor = s.office.invite(s.fresh(s.admin), "auditor", ["auditor"])
    text = auditor.get("/api/v1/audit?limit=500&q=").raw.decode()
    s.check("what was taken away left a trace", all(x in text for x in (
        "paper.export", "paper.original", "paper.approve", "paper.send", "paper.correct")), text[:300])


def main():
    with Office() as office:
        s = Scene(office)
        for part in (setting, notices, answering, summary, bulletins, tables, desk, traces):
            print(f"# {part.__name__}", flush=True)
            part(s)
    office.done()


if __name__ == "__main__":
    main()
