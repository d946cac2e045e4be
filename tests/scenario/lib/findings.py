"""Findings against a real server: the machine, many at once, evidence, rounds, exchange."""
import csv
import hashlib
import http.server
import io
import json
import pathlib
import subprocess
import tempfile
import threading
import time
import zipfile

from office import ROOT, WANGXUN, Office, free_port

BUILD = pathlib.Path(WANGXUN).parent
TAKE_RUN = BUILD / "tests" / "take-run"


def at(offset_s):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset_s))


def world(office):
    """Two units with a site each, and the people around them."""
    admin = office.set_up()
    p = {"office": office.invite(admin, "office", ["office"])}
    ids = {}
    for name, domain in (("区教育局", "edu.example.gov.cn"), ("区卫健局", "health.example.gov.cn")):
        unit = p["office"].post("/api/v1/units", {"name": name, "authority": "government"})
        site = p["office"].post("/api/v1/sites", {"unit_id": unit.json["id"], "name": name + "网站", "domain": domain})
        ids[domain.split(".")[0]] = (unit.json["id"], site.json["id"])
    for login, role, unit in (("inspector", "inspector", 0), ("inspector2", "inspector", 0), ("police", "police", 0),
                              ("edu-staff", "unit_staff", ids["edu"][0]), ("edu-leader", "unit_leader", ids["edu"][0]),
                              ("health-staff", "unit_staff", ids["health"][0]), ("auditor", "auditor", 0)):
        p[login] = office.invite(admin, login, [role], unit)
    for login in ("inspector", "inspector2"):
        for unit, _ in ids.values():
            r = p["office"].post(f"/api/v1/users/{p[login].id}/assignments",
                                 {"unit_id": unit, "begins": at(-3600), "ends": at(36000)})
            assert r.status < 300, r
    return admin, p, ids


def add(person, site, title, **more):
    return person.post("/api/v1/findings", {"site_id": site, "title": title, "severity": "high",
                                            "source": "superior", "url": "https://edu.example.gov.cn/a", **more})


def act(person, finding_id, word, etag="*", **body):
    return person.post(f"/api/v1/findings/{finding_id}/{word}", body, headers={"If-Match": etag} if etag else {})


def state(person, finding_id):
    return person.get(f"/api/v1/findings/{finding_id}").json["finding"]["state"]


def machine(office, p, ids):
    check = office.check
    site = ids["edu"][1]
    r = add(p["office"], site, "上级通报：弱口令", detail="管理后台使用弱口令", source_ref="网办〔2026〕3号", due="2026-12-31")
    check("a finding from above is added with its source",
          r.status == 201 and r.json["source"] == "superior" and r.json["source_ref"] == "网办〔2026〕3号"
          and r.json["unit_id"] == ids["edu"][0] and r.json["state"] == "open", r)
    f = r.json["id"]
    r = add(p["office"], site, "上级通报：弱口令")
    check("the same finding is not added twice", r.status == 409 and r.code == "exists", r)
    r = add(p["office"], site, "", severity="dreadful")
    check("a finding without a title is refused by field", r.status == 422 and r.json["errors"][0]["field"] == "title", r)
    r = add(p["edu-staff"], ids["health"][1], "别家的问题")
    check("nobody adds to a unit that is not his", r.status in (403, 422) and "id" not in (r.json or {}), r)
    check("a sibling does not see it", p["health-staff"].get(f"/api/v1/findings/{f}").status == 404)
    r = p["edu-staff"].get(f"/api/v1/findings/{f}")
    check("its unit reads it in the fixed order", r.status == 200 and list(r.json) == [
        "finding", "what", "where", "proof", "why", "norms", "references", "fix", "verify", "notes", "rounds", "retest",
        "comments", "history", "acts"], list(r.json or {}))
    check("the unit is offered what it may do", set(r.json["acts"]) == {"propose", "assign", "begin", "fix", "comment"},
          r.json["acts"])
    r2 = p["inspector"].get(f"/api/v1/findings/{f}")
    check("the inspector is offered what he may do", set(r2.json["acts"]) == {"confirm", "dismiss", "retest", "comment"},
          r2.json["acts"])
    etag = r.etag
    r = act(p["edu-staff"], f, "begin", etag=None)
    check("an act needs If-Match", r.status == 428, r)
    r = act(p["edu-staff"], f, "begin", etag)
    check("the unit begins to mend", r.status == 200 and r.json["finding"]["state"] == "fixing" and r.json["undo"]["id"], r)
    undo = r.json["undo"]["id"]
    r = act(p["edu-staff"], f, "begin", etag)
    check("a stale ETag or state is refused", r.status in (409, 412), r)
    check("nobody takes back what another did",
          p["inspector"].post(f"/api/v1/findings/acts/{undo}/undo").status == 410)
    r = p["edu-staff"].post(f"/api/v1/findings/acts/{undo}/undo")
    check("an act is taken back within half a minute", r.status == 200 and r.json["done"] == 1
          and state(p["edu-staff"], f) == "open", r)
    check("but only once", p["edu-staff"].post(f"/api/v1/findings/acts/{undo}/undo").status == 410)
    r = act(p["edu-staff"], f, "dismiss", note="n", reason="false_positive", until="2026-12-31")
    check("a unit dismisses nothing", r.status == 403, r)
    r = act(p["edu-staff"], f, "propose", note="后台仅内网可达", reason="compensated")
    check("a unit proposes to dismiss", r.status == 200 and r.json["finding"]["proposed_reason"] == "compensated", r)
    for body, field in (({}, "note"), ({"note": "x"}, "reason"), ({"note": "x", "reason": "lazy"}, "reason"),
                        ({"note": "x", "reason": "compensated"}, "until"),
                        ({"note": "x", "reason": "compensated", "until": "2020-01-01"}, "until"),
                        ({"note": "x", "reason": "compensated", "until": "2099-01-01"}, "until"),
                        ({"note": "x", "reason": "compensated", "until": "soon"}, "until")):
        p["inspector"].step_up() if p["inspector"].last_proof + 200 < time.monotonic() else None
        r = act(p["inspector"], f, "dismiss", **body)
        check(f"dismissing with {body} names '{field}'", r.status == 422 and r.json["errors"][0]["field"] == field, r)
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86400))
    r = act(p["inspector"], f, "dismiss", note="已核实", reason="compensated", until=until)
    check("the inspector dismisses with reason, note and expiry", r.status == 200
          and r.json["finding"]["state"] == "dismissed" and r.json["finding"]["dismissed_until"], r)
    full = p["inspector"].get(f"/api/v1/findings/{f}").json
    check("note and reason stand in the finding", full["notes"]["dismissed"] == "已核实"
          and full["finding"]["dismissed_reason"] == "compensated")
    check("history tells who did what", [h["change"]["act"] for h in full["history"]][:3] == ["dismiss", "propose", "undo"]
          and full["history"][0]["account"] == "inspector", full["history"][:2])
    r = act(p["inspector2"], f, "reopen", note="补偿措施已撤除")
    check("an inspector opens it again", r.status == 200 and r.json["finding"]["state"] == "open", r)
    mine = add(p["inspector"], site, "检查员自己登记的", source="monitoring").json["id"]
    r = act(p["inspector"], mine, "dismiss", note="x", reason="false_positive", until=until)
    check("nobody dismisses what he found himself", r.status == 403 and r.code == "own_act", r)
    r = act(p["edu-staff"], f, "assign", due="2027-02-28", assigned_to=p["edu-leader"].id)
    check("a person and a date are set", r.status == 200 and r.json["finding"]["assigned_name"] == "edu-leader"
          and r.json["finding"]["due"] == "2027-02-28", r)
    r = act(p["edu-staff"], f, "fix")
    check("mended needs a word on how", r.status == 422 and r.json["errors"][0]["field"] == "note", r)
    r = act(p["edu-staff"], f, "fix", note="已修改口令并关闭外网访问")
    check("the unit says it is mended", r.status == 200 and r.json["finding"]["state"] == "fixed", r)
    r = act(p["office"], f, "return", note="复测仍存在")
    check("the office sends it back", r.status == 200 and r.json["finding"]["state"] == "fixing", r)
    act(p["edu-staff"], f, "fix", note="再次整改")
    r = act(p["inspector"], f, "retest")
    check("a re-inspection of one finding is asked for", r.status == 200 and r.json["retest_id"], r)
    r = act(p["office"], f, "close")
    check("the office closes it", r.status == 200 and r.json["finding"]["state"] == "closed", r)
    r = p["edu-staff"].post(f"/api/v1/findings/{f}/comment", {"note": "谢谢"})
    check("a comment needs no ETag", r.status == 200 and r.json["comment_id"], r)
    r = p["edu-staff"].get(f"/api/v1/findings/{f}")
    check("comments are in the finding", r.json["comments"][-1]["text"] == "谢谢"
          and r.json["comments"][-1]["account"] == "edu-staff", r.json["comments"])
    check("history pages", len(p["office"].get(f"/api/v1/findings/{f}/history?limit=2").json["items"]) == 2)
    return f


def bulk(office, p, ids):
    check = office.check
    site = ids["edu"][1]
    made = [add(p["office"], site, f"批量问题 {i}", url=f"https://edu.example.gov.cn/{i}").json["id"] for i in range(5)]
    other = add(p["office"], ids["health"][1], "卫健的问题", url="https://health.example.gov.cn/").json["id"]
    r = p["edu-staff"].post("/api/v1/findings/acts", {"act": "begin", "ids": made[:3] + [other, 999999]})
    results = {i["id"]: i["result"] for i in r.json["items"]}
    check("a bulk act does each and says what became of it",
          r.status == 200 and [results[i] for i in made[:3]] == ["done"] * 3 and results[other] == "not_found"
          and results[999999] == "not_found" and r.json["done"] == 3 and r.json["refused"] == 2, r)
    check("the sibling's finding was not touched", state(p["office"], other) == "open")
    r = p["edu-staff"].post("/api/v1/findings/acts", {"act": "begin", "ids": made})
    check("a bulk act obeys the same machine", {i["id"]: i["result"] for i in r.json["items"]} ==
          {**{i: "wrong_state" for i in made[:3]}, **{i: "done" for i in made[3:]}}, r)
    undo = r.json["undo"]["id"]
    r = p["edu-staff"].post(f"/api/v1/findings/acts/{undo}/undo")
    check("a bulk act is taken back as one", r.json["done"] == 2 and state(p["office"], made[4]) == "open", r)
    r = p["edu-staff"].post("/api/v1/findings/acts", {"act": "fix", "filter": "state:fixing", "note": "统一整改"})
    check("a filter names what is acted on", r.json["done"] == 3 and state(p["office"], made[0]) == "fixed", r)
    r = p["inspector"].post("/api/v1/findings/acts", {"act": "fly", "ids": made})
    check("an unknown act is named", r.status == 422 and r.json["errors"][0]["field"] == "act", r)
    for word in ("regress", "clear", "expire"):
        r = p["inspector"].post("/api/v1/findings/acts", {"act": word, "ids": made})
        check(f"'{word}' is the server's alone", r.status == 422, r)
    r = p["inspector"].post("/api/v1/findings/acts", {"act": "confirm"})
    check("ids or a filter are needed", r.status == 422, r)
    r = p["inspector"].post("/api/v1/findings/acts", {"act": "confirm", "ids": list(range(1, 2102))})
    check("too many at once are refused", r.status == 413, r)
    r = p["inspector"].post("/api/v1/findings/acts", {"act": "comment", "ids": made, "note": "请尽快"})
    check("many are commented on", r.json["done"] == 5, r)
    return made, other


def lists(office, p, made):
    check = office.check
    r = p["office"].get("/api/v1/findings?limit=3")
    check("the list pages, worst first", r.status == 200 and len(r.json["items"]) == 3 and r.json["next"]
          and r.json["items"][0]["severity"] == "high", r)
    total = r.json["total"]
    seen, cursor = [], ""
    while True:
        r = p["office"].get(f"/api/v1/findings?limit=3&cursor={cursor}")
        seen += [i["id"] for i in r.json["items"]]
        cursor = r.json["next"]
        if not cursor:
            break
    check("all pages together are the whole, once each", len(seen) == total == len(set(seen)), len(seen), total)
    r = p["office"].get('/api/v1/findings?q=批量 state:fixed')
    check("words of two characters and fields filter together", r.json["total"] == 3, r.json["total"])
    r = p["office"].get('/api/v1/findings?q="批量问题 4"')
    check("a phrase is searched", [i["id"] for i in r.json["items"]] == [made[4]], r)
    r = p["office"].get("/api/v1/findings?q=卫健局网站")
    check("the site's name finds its findings", r.json["total"] == 1, r.json["total"])
    r = p["edu-staff"].get("/api/v1/findings?q=卫健")
    check("but not for a sibling", r.json["total"] == 0, r)
    r = p["office"].get("/api/v1/findings?q=nonsense:1")
    check("an unknown field of the filter is named", r.status == 400 and "nonsense" in r.json["detail"], r)
    r = p["office"].get("/api/v1/findings?sort=severity&limit=500")
    ranks = [["info", "low", "medium", "high", "critical"].index(i["severity"]) for i in r.json["items"]]
    check("severity is sorted by rank", ranks == sorted(ranks), ranks)
    r = p["office"].get("/api/v1/findings/facets?q=source:superior")
    whole = p["office"].get("/api/v1/findings?q=source:superior").json["total"]
    check("facets add up to the list", r.json["total"] == whole and
          all(sum(c.values()) == whole for c in r.json["facets"].values()), r)
    r = p["auditor"].get("/api/v1/findings")
    check("an auditor reads no findings", r.status == 403, r)
    r = p["office"].post("/api/v1/views", {"page": "findings", "name": "我的高危", "query": "severity:high"})
    check("a view is saved", r.status == 201, r)
    view = r.json["id"]
    check("for oneself alone", p["inspector"].get("/api/v1/views").json["items"] == []
          and p["inspector"].delete(f"/api/v1/views/{view}").status == 404)
    check("and dropped", p["office"].get("/api/v1/views").json["items"][0]["name"] == "我的高危"
          and p["office"].delete(f"/api/v1/views/{view}").status == 204
          and p["office"].get("/api/v1/views").json["items"] == [])


def exchange(office, p):
    check = office.check
    total = p["office"].get("/api/v1/findings").json["total"]
    p["office"].step_up()
    r = p["office"].get("/api/v1/findings/export?format=jsonl")
    lines = [json.loads(line) for line in r.raw.decode().splitlines()]
    check("JSON lines: the list's numbers, and who took them", r.status == 200 and len(lines) == total
          and all("office" in i["exported"] for i in lines), r.status, len(lines), total)
    r = p["office"].get("/api/v1/findings/export?format=sarif&q=severity:high")
    sarif = r.json
    high = p["office"].get("/api/v1/findings?q=severity:high").json["total"]
    check("SARIF: the same numbers, rules named", sarif["version"] == "2.1.0" and len(sarif["runs"][0]["results"]) == high
          and {i["ruleId"] for i in sarif["runs"][0]["results"]} == {i["id"] for i in sarif["runs"][0]["tool"]["driver"]["rules"]})
    r = p["office"].get("/api/v1/findings/export?format=csv")
    rows = list(csv.reader(io.StringIO(r.raw.decode("utf-8-sig"))))
    check("CSV: a table of all of them", r.status == 200 and len([x for x in rows if any("批量问题" in c for c in x)]) == 5, r.status)
    r = p["office"].get("/api/v1/findings/export?format=xlsx")
    book = zipfile.ZipFile(io.BytesIO(r.raw))
    check("XLSX: opens, and bears who exported it", r.status == 200 and
          any(b"office" in book.read(n) for n in book.namelist()), r.status)
    check("exports are downloads", "attachment" in r.headers["content-disposition"])
    r = p["inspector2"].get("/api/v1/findings/export?format=csv")
    check("an export may need a fresh proof", r.status in (200, 403), r.status)

    def send(person, data, **query):
        return person.request("POST", "/api/v1/findings/import?" + "&".join(f"{k}={v}" for k, v in query.items()),
                              raw=data, headers={"Content-Type": "application/octet-stream"})
    sarif_in = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan-x", "rules": [
        {"id": "X1", "shortDescription": {"text": "SQL 注入"}}]}}, "results": [
        {"ruleId": "X1", "level": "error", "message": {"text": "参数 id 可注入"}, "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "https://edu.example.gov.cn/p?id=1"}}}]},
        {"ruleId": "X1", "level": "error", "message": {"text": "不在台账"}, "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "https://stranger.example.com/"}}}]}]}]}
    data = json.dumps(sarif_in).encode()
    r = send(p["office"], data, format="sarif", source="monitoring")
    check("SARIF of another tool comes in, its host mapped, strangers reported per row",
          r.status == 200 and r.json["new"] == 1 and r.json["refused"] == 1
          and [i["code"] for i in r.json["items"] if i["result"] == "refused"] == ["unknown_host"], r)
    f = [i["finding_id"] for i in r.json["items"] if i["result"] == "new"][0]
    full = p["edu-staff"].get(f"/api/v1/findings/{f}").json
    check("with its source kept", full["finding"]["source"] == "monitoring" and full["finding"]["source_ref"] == "scan-x"
          and "id=1" in full["proof"]["request"]["curl"], full["finding"])
    r = send(p["office"], data, format="sarif", source="monitoring")
    check("the same file again adds nothing", r.json["new"] == 0 and r.json["again"] == 1, r)
    nuclei = json.dumps({"template-id": "CVE-2021-44228", "info": {"name": "Log4j", "severity": "critical"},
                         "matched-at": "https://health.example.gov.cn/login", "host": "https://health.example.gov.cn",
                         "request": "GET /login HTTP/1.1\r\nHost: health.example.gov.cn\r\nCookie: sid=verysecret\r\n\r\n",
                         "type": "http"}).encode()
    r = send(p["office"], nuclei, format="nuclei")
    check("nuclei JSON lines come in", r.status == 200 and r.json["new"] == 1, r)
    full = p["office"].get(f"/api/v1/findings/{r.json['items'][0]['finding_id']}").json
    check("a foreign request is shown without its secrets", "REMOVED" in full["proof"]["request"]["sent"]
          and "verysecret" not in json.dumps(full), full["proof"])
    zap = json.dumps({"site": [{"@name": "https://edu.example.gov.cn", "alerts": [
        {"pluginid": "40012", "alert": "Cross Site Scripting", "riskcode": "3", "instances": [
            {"uri": "https://edu.example.gov.cn/s", "method": "GET", "param": "q"}]}]}]}).encode()
    r = send(p["office"], zap, format="zap")
    check("ZAP JSON comes in", r.status == 200 and r.json["new"] == 1, r)
    table = "网址,问题名称,风险等级,描述\nhttps://edu.example.gov.cn/b,目录遍历,高危,可列目录\nnot an address,无网址,低,\n"
    r = send(p["office"], table.encode(), format="csv", source="self_inspection", source_ref="自查")
    check("a CSV comes in, bad rows told one by one", r.status == 200 and r.json["new"] == 1
          and r.json["refused"] + r.json["left_out"] >= 1, r)
    r = send(p["edu-staff"], data, format="sarif")
    check("a unit imports nothing", r.status == 403, r)
    for bad, query in ((b"{", {"format": "sarif"}), (b"\x00\xff" * 50, {"format": "nuclei"}), (b"[]" * 10, {"format": "zap"}),
                       (data, {"format": "docx"}), (data, {"format": "sarif", "source": "gossip"}), (b"", {"format": "sarif"})):
        r = send(p["office"], bad, **query)
        check(f"a bad file ({query}) is refused with a reason", 400 <= r.status < 500 and r.code, r)
    check("imports are on record, one's own", len(p["office"].get("/api/v1/findings/imports").json["items"]) >= 4
          and p["inspector"].get("/api/v1/findings/imports").json["items"] == [])


class Site(http.server.BaseHTTPRequestHandler):
    """A page with a link that nobody sees; what it is now is said by the class."""
    page, blocks = b"", False

    def do_GET(self):
        path = self.path.split("?")[0]
        status = 403 if self.blocks else 200 if path == "/" else 404
        body = self.page if status == 200 else b"<html><title>x</title><body>no</body></html>"
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


BAD = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>区教育局网站</title></head><body>
<h1>区教育局</h1><p>通知公告：关于做好网络安全工作的通知。password=hunter2secret</p>
<div style="position:absolute;left:-9999px"><a href="http://www.casino-spam-example.com/">百家乐开户</a></div></body></html>""".encode()
GOOD = BAD.replace(BAD[BAD.index(b"<div style"):BAD.index(b"</body>")], b"")


class Rounds:
    """Inspections of the edu site, each taken in as a round while the server is down."""

    def __init__(self, office, work):
        self.office, self.work, self.n = office, pathlib.Path(work), 0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Site)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        (self.work / "permit.json").write_text(json.dumps({
            "version": 1, "id": "测试〔2026〕1号", "holder": "星源区网信办", "hosts": ["edu.example.gov.cn"],
            "addresses": {"allow": ["127.0.0.0/8"]},
            "pace": {"per_host": 200, "per_address": 200, "host_connections": 2, "connections": 4}}))

    def inspect(self, page, blocks=False, retest=False):
        Site.page, Site.blocks = page, blocks
        self.n += 1
        run = self.work / f"run{self.n}"
        port = self.server.server_address[1]
        done = subprocess.run(
            [WANGXUN, "inspect", "edu.example.gov.cn", "--resolve", f"edu.example.gov.cn:80:127.0.0.1:{port}",
             "--resolve", f"edu.example.gov.cn:443:127.0.0.1:{port}", "--out", str(run), "--permit",
             str(self.work / "permit.json"), "--workers", "1", "--max-pages", "5", "--quiet"],
            capture_output=True, text=True, timeout=120)
        assert (run / "wangxun.db").exists(), done.stderr
        self.office.stop()
        target = pathlib.Path(self.office.dir) / "rounds" / str(self.n)
        target.parent.mkdir(exist_ok=True)
        run.rename(target)
        out = subprocess.run([TAKE_RUN, self.office.dir, str(target), str(self.n)] + (["retest"] if retest else []),
                             capture_output=True, text=True, timeout=60)
        assert out.returncode == 0, out.stderr
        self.office.start()
        return json.loads(out.stdout.splitlines()[-1])


def rounds(office, p, ids):
    """A real inspection; what it saw is read, mended, compared."""
    check = office.check
    with tempfile.TemporaryDirectory(prefix="wangxun-findings-") as work:
        site = Rounds(office, work)
        taken = site.inspect(BAD)
        check("a round's findings are taken in", taken["new"] > 0 and taken["again"] == 0, taken)
        r = p["edu-staff"].get("/api/v1/findings?q=source:round category:hidden_link&limit=100")
        check("the hidden link is among them, with its site and unit", r.json["total"] == 1 and
              r.json["items"][0]["site_id"] == ids["edu"][1] and r.json["items"][0]["unit_id_label"] == "区教育局", r)
        f = r.json["items"][0]["id"]
        full = p["edu-staff"].get(f"/api/v1/findings/{f}").json
        check("its rule says why, by which norm, how to mend and how to verify",
              full["why"] and full["norms"] and full["fix"] and full["verify"] and full["what"]["title"], full["norms"])
        en = p["edu-staff"].get(f"/api/v1/findings/{f}", headers={"Accept-Language": "en"}).json
        check("in English as well", en["why"].isascii() or en["why"] != full["why"], en["why"])
        check("a line runs the request again", full["proof"]["request"]["curl"].startswith("curl ")
              and "http://edu.example.gov.cn" in full["proof"]["request"]["curl"], full["proof"]["request"])
        evidence = p["edu-staff"].get(f"/api/v1/findings/{f}/evidence").json["items"]
        check("evidence is listed and there", evidence and all(e["available"] for e in evidence), evidence)
        name = next(e["sha256"] for e in evidence if e["kind"] == "text")
        r = p["edu-staff"].get(f"/api/v1/evidence/{name}")
        check("it is what its name says", hashlib.sha256(r.raw).hexdigest() == name and r.raw == BAD, r.status)
        check("and leaves inert", r.headers["content-type"].startswith("text/plain")
              and r.headers["content-disposition"].startswith("attachment")
              and r.headers["x-content-type-options"] == "nosniff" and "sandbox" in r.headers["content-security-policy"]
              and r.headers["cache-control"] == "no-store", r.headers)
        r = p["edu-staff"].get(f"/api/v1/evidence/{name}/excerpt")
        marked = [x["text"] for x in r.json["pieces"] if x["mark"]]
        check("the excerpt marks what was found, secrets masked", marked and "casino-spam" in "".join(marked)
              and "hunter2secret" not in r.raw.decode(), r)
        for who in ("health-staff", "auditor"):
            for path in (f"/api/v1/evidence/{name}", f"/api/v1/evidence/{name}/excerpt", f"/api/v1/findings/{f}/evidence"):
                check(f"{who} reads nothing at {path[:24]}", p[who].get(path).status in (403, 404))
        check("without a session there is none", office.ask().get(f"/api/v1/evidence/{name}").status == 401)
        check("the police see an intrusion of any unit", p["police"].get(f"/api/v1/findings/{f}").status == 200
              and p["police"].get(f"/api/v1/findings?q=category:headers").json["total"] == 0)
        # mended, blocked, seen again
        act(p["edu-staff"], f, "fix", note="已删除暗链")
        taken = site.inspect(BAD, blocks=True)
        check("a site that blocks says nothing, neither good nor bad", taken["gone"] == 0 and taken["new"] == 0
              and state(p["office"], f) == "fixed", taken)
        r = p["inspector"].get("/api/v1/rounds/1/compare/2").json
        check("compared: not determined, with the reason", r["counts"]["not_determined"] > 0 and r["counts"]["fixed"] == 0
              and r["items"][0]["site_status"] in ("blocked", "unreachable", "partly"), r["counts"], r["items"][:1])
        time.sleep(1.1)  # a look begun in the second of the mending is not held against it
        taken = site.inspect(BAD)
        check("fixed and seen again is a regression, open again by itself", taken["regressed"] >= 1
              and state(p["office"], f) == "open", taken)
        r = p["edu-staff"].get(f"/api/v1/findings/{f}").json
        check("history says that the server did it", r["history"][0]["change"]["act"] == "regress"
              and r["history"][0]["account_id"] == 0 and r["finding"]["regressed"] == 1, r["history"][0])
        taken = site.inspect(GOOD)
        check("gone in one round is not yet fixed", state(p["office"], f) == "open" and taken["gone"] >= 1, taken)
        r = p["office"].get("/api/v1/rounds/3/compare/4").json
        check("compared: the link is fixed, the rest still open", r["counts"]["fixed"] >= 1 and r["counts"]["open"] >= 1, r["counts"])
        one = p["office"].get("/api/v1/rounds/3/compare/4?change=fixed").json
        check("one sort of change alone", {i["change"] for i in one["items"]} == {"fixed"}
              and len(one["items"]) == r["counts"]["fixed"], one)
        check("a sibling compares nothing of it", sum(p["health-staff"].get("/api/v1/rounds/3/compare/4").json["counts"].values()) == 0)
        site.inspect(GOOD)
        check("gone in two rounds is fixed", state(p["office"], f) == "fixed")
        again = p["office"].get("/api/v1/rounds/1/compare/2").json["counts"]
        check("the frozen rounds compare as before", again["not_determined"] > 0 and again["fixed"] == 0, again)
        check("a round with itself is refused", p["office"].get("/api/v1/rounds/1/compare/1").status == 400)
        site.server.shutdown()


def audit(office, p, f):
    check = office.check
    events = [i["event"] for i in p["auditor"].get("/api/v1/audit?kind=finding&limit=500").json["items"]]
    mine = [e for e in events if e.get("object_id") == f]
    ops = [e["operation"] for e in mine]
    check("every reading and every act on a finding left its trace", ops.count("finding.read") >= 4
          and {"finding.begin", "finding.propose", "finding.dismiss", "finding.reopen", "finding.fix", "finding.close",
               "finding.comment", "finding.retest"} <= set(ops), ops)
    bulk_ops = [e for e in events if e["operation"] == "finding.begin"]
    check("a bulk act left one trace for each finding", len(bulk_ops) >= 6, len(bulk_ops))


def main(office):
    admin, p, ids = world(office)
    f = machine(office, p, ids)
    made, _ = bulk(office, p, ids)
    lists(office, p, made)
    exchange(office, p)
    rounds(office, p, ids)
    audit(office, p, f)


if __name__ == "__main__":
    with Office() as office:
        main(office)
        office.done()
