"""What the scenarios ask about a run's folder and about a server's log.

    run.py ids DIR                    finding ids, one a line
    run.py sites DIR                  site, status
    run.py numbers DIR                the same numbers in every format (TAP lines)
    run.py pace LOG LIMIT             most requests to one host in any second
    run.py last LOG SINCE             milliseconds from SINCE (epoch s) to the last request
    run.py memory PID                 most kB of a process below PID, most processes
    run.py kills DIR N SEED COMMAND   kill -9 at N seeded moments, then to the end
"""
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LEVELS = ["critical", "high", "medium", "low", "info"]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ids(run):
    print("\n".join(sorted(f["id"] for f in lines(run / "findings.jsonl"))))


def sites(run):
    for s in lines(run / "sites.jsonl"):
        print(s["domain"], s["status"])


# ---- one set of numbers, whatever the format ----

def of_summary(run):
    s = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    return {"sites": s["sites"]["total"], "undetermined": s["sites"]["undetermined"],
            "findings": s["findings"]["total"], "problems": s["findings"]["problems"],
            **s["findings"]["by_severity"]}


def of_findings(run):
    findings = lines(run / "findings.jsonl")
    problems = [f for f in findings if f["verdict"] in ("fail", "suspected")]
    return {"findings": len(findings), "problems": len(problems),
            **{v: sum(f["severity"] == v for f in problems) for v in LEVELS}}


def of_sites(run):
    rows = lines(run / "sites.jsonl")
    return {"sites": len(rows), "undetermined": sum(r["undetermined"] for r in rows),
            "findings": sum(r["findings"] for r in rows),
            "problems": sum(r["problems"] for r in rows),
            **{v: sum(r["by_severity"][v] for r in rows) for v in LEVELS}}


def of_sarif(run):
    doc = json.loads((run / "findings.sarif").read_text(encoding="utf-8"))
    results = [r for part in doc["runs"] for r in part.get("results", [])]
    problems = [r for r in results if r["kind"] in ("fail", "review")]
    return {"findings": len(results), "problems": len(problems),
            **{v: sum(r["properties"]["severity"] == v for r in problems) for v in LEVELS}}


def of_html(run):
    main = re.search(r"<main ([^>]*)>", (run / "report.html").read_text(encoding="utf-8"))
    pairs = re.findall(r'data-([a-z]+)="(\d+)"', main.group(1))
    return {key: int(value) for key, value in pairs}


def rows_of(book, number):
    """Rows of a sheet as lists of texts; fails on anything that is a formula."""
    out = []
    tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    for row in tree.iter(SHEET + "row"):
        cells = []
        for cell in row.iter(SHEET + "c"):
            assert cell.find(SHEET + "f") is None, "a formula in the workbook"
            cells.append("".join(t.text or "" for t in cell.iter() if t.tag in (SHEET + "v", SHEET + "t")))
        out.append(cells)
    return out


def of_xlsx(run):
    with zipfile.ZipFile(run / "report.xlsx") as book:
        site_rows, finding_rows = rows_of(book, 2), rows_of(book, 3)
    return {"sites": len(site_rows) - 1, "findings": len(finding_rows) - 1}


def numbers(run):
    truth, failed = of_summary(run), False
    for name, read in (("findings.jsonl", of_findings), ("sites.jsonl", of_sites), ("findings.sarif", of_sarif),
                       ("report.html", of_html), ("report.xlsx", of_xlsx)):
        got = read(run)
        wrong = {k: (v, truth[k]) for k, v in got.items() if k in truth and truth[k] != v}
        failed |= bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} - {name} carries the numbers of summary.json")
        if wrong:
            print(f"# (here, summary): {wrong}")
    return failed


# ---- a server's log: "EPOCH.MS HOST METHOD URI STATUS" ----

def log_of(path):
    return [line.split(" ", 3) for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines()]


def pace(path, limit):
    times = {}
    for at, host, *_ in log_of(path):
        times.setdefault(host, []).append(float(at))
    worst = 0
    for all_of_host in times.values():
        all_of_host.sort()
        first = 0
        for i, at in enumerate(all_of_host):
            while at - all_of_host[first] >= 1:
                first += 1
            worst = max(worst, i - first + 1)
    print(f"at most {worst} requests in one second, {limit} allowed")
    return worst > limit


def last(path, since):
    times = [float(row[0]) for row in log_of(path)]
    print(int((max(times) - float(since)) * 1000) if times else -1)


# ---- kill -9 ----

def committed(run):
    """What another reader of the store sees: findings and sites that are done."""
    path = run / "wangxun.db"
    if not path.exists():
        return set()
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        seen = {("finding", bytes(row[0])) for row in db.execute("SELECT id FROM finding")}
        seen |= {("site", row[0], row[1]) for row in db.execute(
            "SELECT site, status FROM site_result WHERE status NOT IN ('waiting', 'running', 'partly')")}
        return seen
    except sqlite3.OperationalError:
        return set()  # the tables are not there yet
    finally:
        db.close()


def one_life(run, n, moments, command, lost):
    """Kill at most N times; returns how often, and the exit code of the run's end."""
    killed = 0
    while killed < n:
        resume = ["--resume"] if (run / "wangxun.db").exists() else []
        process = subprocess.Popen(command + resume, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            return killed, process.wait(0.1 + 1.1 * moments.random())  # it was faster
        except subprocess.TimeoutExpired:
            pass
        before = committed(run)
        process.kill()
        process.wait()
        killed += 1
        gone = before - committed(run)
        if gone:
            lost.append((killed, len(gone), len(before)))
    resume = ["--resume"] if (run / "wangxun.db").exists() else []
    done = subprocess.run(command + resume, timeout=200, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        print("# " + done.stderr[-400:].replace("\n", "\n# "))
    return killed, done.returncode


def kills(run, n, seed, command):
    """TAP lines: nothing another reader saw is lost, the run goes on and ends."""
    moments, lost, killed, codes = random.Random(seed), [], 0, []
    while killed < n and len(codes) < 5:
        shutil.rmtree(run, ignore_errors=True)
        k, code = one_life(run, n - killed, moments, command, lost)
        killed += k
        codes.append(code)
    bad = [c for c in codes if c not in (0, 3)]
    print(f"{'not ok' if lost else 'ok'} - nothing acknowledged was lost in {killed} kills (seed {seed})")
    if lost:
        print(f"# (kill, lost, acknowledged): {lost}")
    print(f"{'not ok' if bad else 'ok'} - killed runs end by --resume, exit {codes}")
    print(f"{'ok' if killed >= n else 'not ok'} - {n} kills found their run alive")
    return lost or bad or killed < n


# ---- memory ----

def descendants(pid):
    parents = {}
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
        except OSError:
            continue  # it ended meanwhile
        parents[int(path.parent.name)] = (int(fields["PPid"]), fields)
    found, grew = {pid}, True
    while grew:
        more = {p for p, (parent, _) in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return [parents[p][1] for p in found if p in parents]


def memory(pid):
    """The most memory any process below PID ever had, and how many there were at once."""
    top = most = 0
    while Path(f"/proc/{pid}").exists():
        mine = descendants(pid)
        top = max([top] + [int(f.get("VmHWM", "0").split()[0]) for f in mine])
        most = max(most, len(mine))
        time.sleep(0.2)
    print(top, most)


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what == "kills":
        return kills(Path(args[0]), int(args[1]), int(args[2]), args[3:])
    if what == "pace":
        return pace(args[0], int(args[1]))
    if what == "memory":
        return memory(int(args[0]))
    if what == "last":
        return last(args[0], args[1])
    return {"ids": ids, "sites": sites, "numbers": numbers}[what](Path(args[0]))


sys.exit(1 if main() else 0)
