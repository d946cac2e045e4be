"""A round over two loopback sites whose pages say otherwise than the register: contradictions
open, hosts are met, the measured value is taken over, and the next round agrees."""
import http.server
import threading
import time

from office import Office, free_port

FOOT = """<footer>主办：{unit} 政府网站标识码：1101020002 京ICP备19014909号-1
<a href="http://beian.gov.cn/">京公网安备 11010202007633号</a></footer>"""
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{name}</title></head><body>
<h1>{name}</h1><p>{text}</p><a href="/list.html">工作动态</a><a href="http://oa.xingyuan.gov.cn/">办公入口</a>
<a href="http://www.elsewhere.gov.cn/">上级网站</a>{foot}</body></html>"""
SITES = {
    "edu.xingyuan.gov.cn": ("星源区教育局", "星源区教育局"),
    "water.xingyuan.gov.cn": ("星源区水务局", "某某网络科技有限公司"),
}
TEXT = "本站发布本局的机构职能、政策文件、办事指南和工作动态，接受社会公众咨询和监督。" * 8


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name, unit = SITES.get(self.headers.get("Host", "").split(":")[0], ("", ""))
        good = name and self.path in ("/", "/list.html")
        body = PAGE.format(name=name, text=TEXT, foot=FOOT.format(unit=unit)).encode() if good else b"not here"
        self.send_response(200 if good else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def inspect(o, office, permit):
    r = office.post("/api/v1/rounds", {"permit_id": permit})
    if r.status != 201:
        raise RuntimeError(r)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        state = office.get(f"/api/v1/rounds/{r.json['id']}").json["state"]
        if state in ("done", "failed", "cancelled"):
            break
        time.sleep(0.2)
    o.check("a round runs to its end", state == "done", state)
    return r.json["id"]


def act(person, path, body=None):
    return person.post(path, body or {}, headers={"If-Match": "*"})


def open_ones(office):
    return {(c["site_id_label"], c["field"]): c for c in
            office.get("/api/v1/contradictions?q=state:open&limit=100").json["items"]}


def main():
    port = free_port()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    flags = ["--allow-private"]
    for host in SITES:
        flags += ["--resolve", f"{host}:80:127.0.0.1:{port}"]
    with Office(flags=flags) as o:
        admin = o.set_up()
        office = o.invite(admin, "office", ["office"])
        second = o.invite(admin, "second", ["office"])
        units, sites = {}, {}
        for host, (name, _) in SITES.items():
            units[host] = office.post("/api/v1/units", {"name": name, "kind": "organ", "division": "110102"}).json["id"]
            r = office.post("/api/v1/sites", {
                "unit_id": units[host], "name": name, "domain": host, "ip": "203.0.113.7",
                "icp": "京ICP备19014909号", "site_code": "1101020009", "has_https": True, "unified_label": True,
                "state": "running" if host.startswith("edu") else "building"})
            sites[host] = r.json["id"]
        edu, water = "edu.xingyuan.gov.cn", "water.xingyuan.gov.cn"
        r = office.post("/api/v1/reviews", {
            "unit_id": units[water], "kind": "registration", "site_id": sites[water], "name": "新建网站备案",
            "reason": "依法履职", "is_entitled": "organ", "assessment_on": "2026-11-01", "assessment_result": "pass"})
        act(office, f"/api/v1/reviews/{r.json['id']}/submit")
        r = act(second, f"/api/v1/reviews/{r.json['id']}/decide", {"approve": True})
        o.check("a new site's registration is approved", r.status == 200, r)
        needs = {n["code"] for n in office.get(f"/api/v1/sites/{sites[water]}/launch").json["needs"]}
        o.check("but it was not inspected yet", "not_inspected" in needs and "no_review" not in needs, needs)

        office.step_up()
        r = office.post("/api/v1/permits", {
            "name": "第一轮", "number": "星网安〔2026〕1号", "depth": "passive", "holder": "星源区网信办",
            "contact": "wx@xingyuan.example", "selection": {"all": True}, "allow": ["127.0.0.0/8"],
            "valid_until": "2036-07-01T00:00:00+08:00", "pace_per_min": 24000})
        r = office.post(f"/api/v1/permits/{r.json['id']}/issue", {}, headers={"If-Match": r.etag})
        o.check("a permit is issued", r.status == 200, r)
        permit = r.json["id"]
        first = inspect(o, office, permit)

        rows = open_ones(office)
        name = SITES[edu][0]
        o.check("address, site code, HTTPS and label do not agree, and that is told",
                {f for n, f in rows if n == name} == {"ip", "site_code", "has_https", "unified_label"}, sorted(rows))
        o.check("the filing number does, and is not accused", (name, "icp") not in rows)
        o.check("nor is the unit's own name", (name, "name") not in rows)
        o.check("another body's name is", rows.get((SITES[water][0], "name"), {}).get("measured") == SITES[water][1], rows)
        row = rows[(name, "ip")]
        o.check("with what was measured, where and in which round",
                (row["measured"], row["round_id"]) == ("127.0.0.1", first) and row["proof_url"].startswith("http"), row)
        hosts = {h["host"]: h for h in office.get("/api/v1/hosts?limit=100").json["items"]}
        o.check("hosts that nobody registered are met", hosts.get("oa.xingyuan.gov.cn", {}).get("why") == "sibling" and
                hosts.get("www.elsewhere.gov.cn", {}).get("why") == "government", list(hosts))
        o.check("those that are registered are not", not set(hosts) & set(SITES), list(hosts))
        r = office.get(f"/api/v1/sites/{sites[edu]}/measured").json
        checks = {c["field"]: c for c in r["checks"]}
        o.check("the site's page has it all side by side", r["round_id"] == first and
                checks["icp"]["verdict"] == "agrees" and checks["is_domestic"]["why"] == "no_ip_database", checks)
        needs = {n["code"] for n in office.get(f"/api/v1/sites/{sites[water]}/launch").json["needs"]}
        o.check("inspected, the new site's gate speaks of findings at most", needs <= {"findings"}, needs)

        r = act(office, f"/api/v1/contradictions/{row['id']}/settle", {"how": "corrected"})
        o.check("the address is taken over", r.status == 200, r)
        r = act(office, f"/api/v1/contradictions/{rows[(name, 'has_https')]['id']}/settle",
                {"how": "explained", "note": "HTTPS 在建"})
        office.patch(f"/api/v1/sites/{sites[edu]}", {"site_code": "1101020002"})
        inspect(o, office, permit)
        rows = open_ones(office)
        o.check("what was settled or mended stays so, the rest stays open",
                {f for n, f in rows if n == name} == {"unified_label"}, sorted(rows))
        how = {c["field"]: c["how"] for c in office.get(
            f"/api/v1/contradictions?q=site_id:{sites[edu]}&limit=100").json["items"]}
        o.check("each in its own way", how["ip"] == "corrected" and how["has_https"] == "explained" and
                how["site_code"] == "agreed", how)
        o.done()


main()
