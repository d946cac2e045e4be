"""bench/run --only office: a district of 10,000 sites and 100,000 findings in one server.

Everything goes through the API: units and sites as tables, findings as another tool's CSV,
as an office would bring them. Then pages are asked for, one after the other and from
several clients; streams are held open while things change; small cached reads take turns
with nginx, which serves the same file.
"""
import http.client
import json
import os
import pathlib
import random
import re
import select
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "scenario" / "lib"))
from office import Office  # noqa: E402

N_UNITS, N_SITES, N_FINDINGS, N_STREAMS = 500, 10000, 100000, 800
FINDINGS_A_FILE = 10000
SEED = 20261122
WORDS = ["弱口令", "目录遍历", "暗链", "跨站脚本", "信息泄露", "证书过期", "未启用HTTPS", "错误页面泄露路径", "敏感文件暴露", "越权访问"]
LEVELS = ["严重", "高危", "高危", "中危", "中危", "中危", "低危", "低危", "信息"]
TOWNS = ["东湖", "西岭", "南港", "北原", "星源", "云台", "清河", "白石", "青山", "明月"]
SORTS = ["教育局", "卫健局", "财政局", "交通局", "农业农村局", "水务局", "民政局", "文旅局", "应急局", "人社局"]


def csv(rows):
    return "\n".join(",".join(row) for row in rows).encode() + b"\n"


class District:
    """The tables, the same for every run."""

    def __init__(self):
        rng = random.Random(SEED)
        self.units = [f"{TOWNS[i % 10]}{i // 100 + 1}区{SORTS[i // 10 % 10]}" for i in range(N_UNITS)]
        self.hosts = [f"s{i}.d{i % N_UNITS}.gov.cn" for i in range(N_SITES)]
        self.rng = rng

    def unit_table(self):
        return csv([["单位名称", "单位类型"]] + [[u, self.rng.choice(["行政机关", "事业单位"])] for u in self.units])

    def site_table(self):
        rows = [["网站名称", "域名", "所属部门", "网站备案登记号"]]
        rows += [[f"{self.units[i % N_UNITS]}网站{i // N_UNITS + 1}", h, self.units[i % N_UNITS], f"京ICP备{i:08d}号"]
                 for i, h in enumerate(self.hosts)]
        return csv(rows)

    def finding_tables(self):
        for first in range(0, N_FINDINGS, FINDINGS_A_FILE):
            rows = [["网址", "问题名称", "风险等级", "描述"]]
            for i in range(first, first + FINDINGS_A_FILE):
                # three of ten sites have none
                host = self.hosts[self.rng.randrange(N_SITES * 7 // 10)]
                word = WORDS[i % 10]
                rows.append([f"https://{host}/p{i}.html", f"{word}（{i % 97}）", self.rng.choice(LEVELS),
                             f"第{i}页存在{word}，可被未经授权的访问者利用"])
            yield csv(rows)


# ---- loading ----

def must(reply, *good):
    if reply.status not in (good or (200, 201, 204)):
        raise RuntimeError(f"{reply}")
    return reply


def import_table(person, kind, raw):
    must(person.post(f"/api/v1/imports?kind={kind}&name={kind}.csv", raw=raw, headers={"Content-Type": "text/csv"},
                     timeout=600), 200, 201)
    draft = person.get("/api/v1/imports").json["items"][0]["id"]
    must(person.post(f"/api/v1/imports/{draft}/commit", {"leave_out_bad": True}, timeout=600))
    return person.get(f"/api/v1/imports/{draft}").json


def import_findings(person, raw, number):
    query = urllib.parse.urlencode({"format": "csv", "source": "monitoring", "source_ref": f"第{number}批"})
    r = must(person.post(f"/api/v1/findings/import?{query}", raw=raw,
                         headers={"Content-Type": "application/octet-stream"}, timeout=600))
    return r.json


def load(office, person, table):
    district = District()
    began = time.monotonic()
    import_table(person, "unit", district.unit_table())
    import_table(person, "site", district.site_table())
    sites_s = time.monotonic() - began
    n_sites = person.get("/api/v1/sites?limit=1").json["total"]
    began, n = time.monotonic(), 0
    for number, raw in enumerate(district.finding_tables(), 1):
        n += import_findings(person, raw, number)["new"]
    findings_s = time.monotonic() - began
    if (n_sites, n) != (N_SITES, N_FINDINGS):
        raise RuntimeError(f"{n_sites} sites and {n} findings were loaded")
    table.note(f"loaded through the API: {N_SITES:,} sites in {sites_s:.1f} s, "
               f"{N_FINDINGS:,} findings in {findings_s:.0f} s ({N_FINDINGS / findings_s:,.0f} a second)")
    advance(person, table)
    return district


def advance(person, table):
    """Some findings move on, so that sums, states and due days have something to say."""
    began, n = time.monotonic(), 0
    due = ["2026-10-01", "2026-12-01", "2027-02-01"]
    cursor = ""
    for i in range(20):
        page = person.get(f"/api/v1/findings?limit=500&q=state:open&sort=id&cursor={cursor}").json
        ids = [f["id"] for f in page["items"]]
        cursor = page["next"] or ""
        act = {"act": "confirm"} if i % 2 else {"act": "assign", "due": due[i % 3]}
        r = person.post("/api/v1/findings/acts", {**act, "ids": ids, "note": "批量处理"}, timeout=600)
        if r.status >= 300:
            table.note(f"bulk acts were refused: {r.status} {r.code}")
            return
        n += len(ids)
        if not cursor:
            break
    table.note(f"{n:,} findings moved on by bulk acts in {time.monotonic() - began:.0f} s")


# ---- asking ----

class Asker:
    """One connection that stays, as a browser's does."""

    def __init__(self, office, person):
        self.connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)
        self.headers = {"Cookie": "__Host-wangxun=" + person.cookie, "Accept-Language": "zh"}

    def ms(self, path):
        began = time.perf_counter()
        self.connection.request("GET", urllib.parse.quote(path, safe="/?&=%:.-_"), headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        return (time.perf_counter() - began) * 1000, body


def p95(values):
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def pages(district, person):
    """What is asked for; %d is another number each time."""
    unit = person.get("/api/v1/units?limit=1&sort=name").json["items"][0]["id"]
    return {
        "list of findings": ["/api/v1/findings?limit=50", "/api/v1/findings?limit=50&sort=-last_seen"],
        "next pages": ["cursor:/api/v1/findings?limit=50", "cursor:/api/v1/sites?limit=50&sort=name"],
        "filter": ["/api/v1/findings?limit=50&q=severity:high state:open", f"/api/v1/findings?limit=50&q=unit_id:{unit}",
                   "/api/v1/findings?limit=50&q=severity:critical,high category:vulnerability due<2026-12-31",
                   f"/api/v1/sites?limit=50&q=unit_id:{unit}"],
        "search": ["/api/v1/findings?limit=50&q=弱口令", "/api/v1/findings?limit=50&q=s%d.d", "/api/v1/findings?limit=50&q=目录遍历 state:open",
                   "/api/v1/sites?limit=50&q=财政局", "/api/v1/sites?limit=50&q=s%d.d"],
        "facets": ["/api/v1/findings/facets", "/api/v1/findings/facets?q=severity:high"],
        "list of sites": ["/api/v1/sites?limit=50", "/api/v1/sites?limit=50&sort=domain"],
        "overview": ["/api/v1/overview"],
    }


def ask(office, person, district, table, n=40):
    asker, rng, most = Asker(office, person), random.Random(SEED), {}
    for name, paths in pages(district, person).items():
        for path in paths:
            path, cursor, times = path.removeprefix("cursor:"), path.startswith("cursor:"), []
            at, before = "", cpu_s(office.process.pid)
            for _ in range(n):
                asked = path.replace("%d", str(rng.randrange(N_SITES))) + (f"&cursor={at}" if at else "")
                ms, body = asker.ms(asked)
                times.append(ms)
                if cursor:
                    at = json.loads(body).get("next") or ""
            cpu_ms = (cpu_s(office.process.pid) - before) / n * 1000
            if p95(times) >= most.get(name, (0,))[0]:
                most[name] = (p95(times), statistics.median(times), cpu_ms, path)
    for name, (worst, middle, cpu_ms, path) in most.items():
        path = path.removeprefix("/api/v1")
        table.add(f"server, {name}, p95", worst, f"{worst:.0f} ms (median {middle:.0f} ms, CPU {cpu_ms:.0f} ms: `{path}`)",
                  300, 150, unit=" ms")


def ask_together(office, people, table, n=30):
    """Eight clients at once, on two threads of the server."""
    times, faults = [], []

    def one(i):
        try:
            asker = Asker(office, people[i % len(people)])
            for k in range(n):
                path = ["/api/v1/findings?limit=50", "/api/v1/overview", "/api/v1/sites?limit=50"][(i + k) % 3]
                times.append(asker.ms(path)[0])
        except (OSError, RuntimeError) as why:
            faults.append(why)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(8)]
    began = time.monotonic()
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if faults:
        raise RuntimeError(faults[0])
    table.note(f"eight clients at once: p95 {p95(times):.0f} ms, {len(times) / (time.monotonic() - began):.0f} answers a second")


# ---- in the browser ----

def in_browser(office, person, table):
    node = shutil.which("node")
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not node or not pathlib.Path(chromium).exists():
        table.fail("usable in the browser", "node or chromium is not here")
        return
    ran = subprocess.run([node, ROOT / "bench" / "office.mjs", f"http://127.0.0.1:{office.port}", person.cookie],
                         capture_output=True, text=True, timeout=300)
    if ran.returncode:
        table.fail("usable in the browser", (ran.stderr or ran.stdout).strip()[-300:])
        return
    for name, one in json.loads(ran.stdout).items():
        table.add(f"browser, {name}, usable", one["median"], f"{one['median']:.0f} ms (first visit {one['first']:.0f} ms; CPU {one['cpu']:.0f} ms)",
                  1500, 800, unit=" ms")


# ---- streams ----

def streams(office, person, table, n_changes=40):
    """Every client gets every event: N_STREAMS of them on two threads."""
    request = (f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{office.port}\r\nAccept: text/event-stream\r\n"
               f"Cookie: __Host-wangxun={person.cookie}\r\n\r\n").encode()
    poll, clients = select.epoll(), {}
    for _ in range(N_STREAMS):
        s = socket.create_connection(("127.0.0.1", office.port), 10)
        s.sendall(request)
        s.setblocking(False)
        clients[s.fileno()] = [s, b""]
        poll.register(s.fileno(), select.EPOLLIN)

    def take(until, done):
        while time.monotonic() < until and not done():
            for fd, _ in poll.poll(0.2):
                try:
                    more = clients[fd][0].recv(65536)
                except BlockingIOError:
                    continue
                if not more:
                    poll.unregister(fd)
                clients[fd][1] += more

    take(time.monotonic() + 30, lambda: all(b"\r\n\r\n" in c[1] for c in clients.values()))
    opened = sum(b" 200 " in c[1][:20] for c in clients.values())
    made = []

    def change():
        for i in range(n_changes):
            r = person.post("/api/v1/units", {"name": f"新单位{i}"})
            made.append(r.json["id"] if r.status == 201 else None)
    threading.Thread(target=change, daemon=True).start()

    def count(c):
        return len(set(re.findall(rb"\nid: ?(\d+)", c[1])))
    began = time.monotonic()
    take(began + 60, lambda: len(made) == n_changes and all(count(c) >= n_changes for c in clients.values()))
    seconds = time.monotonic() - began
    got = [count(c) for c in clients.values()]
    whole = sum(g >= n_changes for g in got)
    for s, _ in clients.values():
        s.close()
    poll.close()
    if opened < N_STREAMS or None in made:
        table.fail("event streams", f"{opened} of {N_STREAMS} opened, {made.count(None)} changes failed")
        return
    table.add(f"event streams that got all {n_changes} events, of {N_STREAMS}", whole, f"{whole}", N_STREAMS, None, False)
    table.note(f"{n_changes} changes reached {N_STREAMS} streams in {seconds:.1f} s")


# ---- small cached reads ----

def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wrk(url, headers, seconds):
    argv = ["wrk", "-t1", "-c32", f"-d{seconds}s"]
    for h in headers:
        argv += ["-H", h]
    out = subprocess.run([*argv, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise RuntimeError(out)
    return int(re.search(r"(\d+) requests in", out).group(1))


def fetch(port, path, headers=None):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    c.request("GET", path, headers=headers or {})
    r = c.getresponse()
    body = r.read()
    c.close()
    return r, body


def cached_reads(office, nginx_of, table, rounds, seconds=4):
    """The favicon, whole and not modified: a browser that comes back asks for little else."""
    if not shutil.which("wrk"):
        table.fail("small cached reads", "wrk is not here (tools/deps bench)")
        return
    path = "/favicon.svg"
    answer, body = fetch(office.port, path)
    root = pathlib.Path(office.dir) / "bench-www"
    root.mkdir(exist_ok=True)
    (root / path[1:]).write_bytes(body)
    with nginx_of(root) as nginx:
        their, same = fetch(nginx.port, path)
        if same != body or answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        for name, ours, theirs in (
                ("not modified (304)", [f"If-None-Match: {answer.getheader('ETag')}"], [f"If-None-Match: {their.getheader('ETag')}"]),
                (f"whole ({len(body)} bytes)", [], [])):
            ratios, us = [], []
            for _ in range(rounds):
                one = []
                for pid, port, headers in ((office.process.pid, office.port, ours), (nginx.child.pid, nginx.port, theirs)):
                    before = cpu_s(pid)
                    n = wrk(f"http://127.0.0.1:{port}{path}", headers, seconds)
                    one.append((cpu_s(pid) - before) / n * 1e6)
                ratios.append(one[0] / one[1])
                us.append(one)
            ratio = statistics.median(ratios)
            own, peer = (statistics.median(u[i] for u in us) for i in (0, 1))
            table.add(f"small cached read, {name}, CPU of nginx's", ratio, f"{ratio:.2f}× ({own:.1f} / {peer:.1f} µs)", 1.5, 1,
                      unit="×")


# ---- the whole ----

def first_start(table):
    times = []
    for _ in range(5):
        with Office() as office:
            times.append(office.ready_s * 1000)
    ms = statistics.median(times)
    table.add("first start, until the first answer", ms, f"{ms:.0f} ms", 1000, 300, unit=" ms")


def peak_mib(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def bench(table, rounds, nginx_of):
    first_start(table)
    with Office() as office:
        admin = office.set_up()
        person = office.invite(admin, "office", ["office"])
        leader = office.invite(admin, "leader", ["leader"])
        district = load(office, person, table)
        table.note(f"memory after loading {peak_mib(office.process.pid):.0f} MiB")
        ask(office, person, district, table)
        ask_together(office, [person], table)
        worst = p95([Asker(office, leader).ms("/api/v1/overview")[0] for _ in range(20)])
        table.note(f"the leader's overview: p95 {worst:.0f} ms")
        in_browser(office, person, table)
        streams(office, person, table)
        cached_reads(office, nginx_of, table, rounds)
        most = peak_mib(office.process.pid)
        table.add("memory of the server, the most it ever had", most, f"{most:.0f} MiB", 512, 256, unit=" MiB")
