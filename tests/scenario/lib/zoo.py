"""Holds a run over the zoo against what each exhibit must come to: zoo.py RUN REQUESTS.

Prints TAP lines without numbers. A status of ours is never "inspected" where nothing
could be seen, and a site that could not be measured is never blamed.
"""
import json
import sqlite3
import sys
from pathlib import Path

run, requests = Path(sys.argv[1]), Path(sys.argv[2])
BROKEN = ("unreachable", "bad_http", ["site-bad-answer"])
SILENT = ("unreachable", "timeout", ["site-timeout"])
CUT = ("partly", "truncated", ["inspection-incomplete"])
# status, reason, rules that must be found
EXPECTED = {
    "slow-headers": SILENT,
    "silent": SILENT,
    "slow-body": ("unreachable", "body_timeout", ["site-timeout"]),
    "reset": ("unreachable", "reset", ["site-no-route"]),
    "endless-interim": BROKEN,
    "not-http": BROKEN,
    "length-two": BROKEN,
    "one-long-header": ("unreachable", "too_big", ["site-bad-answer"]),
    "many-headers": ("unreachable", "too_big", ["site-bad-answer"]),
    "endless-body": CUT,
    "endless-chunks": CUT,
    "gzip-bomb": CUT,
    "length-short": ("inspected", "", ["site-bad-answer"]),
    "length-long": ("inspected", "", ["site-bad-answer"]),
    "length-negative": ("inspected", "", ["site-bad-answer"]),
    "redirect-loop": ("unreachable", "redirect_loop", ["site-redirect-loop"]),
    "redirect-growing": ("unreachable", "redirect_loop", ["site-redirect-loop"]),
    "redirect-private": ("elsewhere", "10.0.0.1", ["site-elsewhere"]),
    "redirect-lures": ("inspected", "", []),
    "rebinding": ("inspected", "", []),
    "rebinding-first": ("denied", "denied", []),
    "forbidden": ("denied", "denied", []),
    "nested-tags": ("inspected", "", []),
    "broken-charset": ("inspected", "", ["hidden-link-css"]),
    "giant-robots": ("inspected", "", []),
    "calendar": ("inspected", "", []),
    "session-path": ("inspected", "", []),
    "one-page": ("inspected", "", []),
    "retry-never": ("blocked", "stopped", ["site-turned-away"]),
    "sitemap-bomb": ("inspected", "", []),
    "soft404": ("inspected", "", ["dead-link"]),
}
# what is true of plain http sites without headers, and said of them
PLAIN = {"no-https", "missing-csp", "missing-frame-options", "missing-nosniff", "missing-referrer-policy",
         "offsite-unapproved", "dead-link"}
sites = {s["domain"].split(".")[0]: s for s in map(json.loads, (run / "sites.jsonl").read_text().splitlines())
         if s["domain"].endswith(".zoo.example")}
findings = [f for f in map(json.loads, (run / "findings.jsonl").read_text().splitlines())]
failed = False


def claim(holds, text, *why):
    global failed
    failed |= not holds
    print(f"{'ok' if holds else 'not ok'} - {text}")
    if not holds:
        print("# " + " ".join(map(str, why)))


for name, (status, reason, rules) in EXPECTED.items():
    site = sites.get(name, {"status": "", "reason": "not in the report"})
    mine = [f for f in findings if f["site"] == f"{name}.zoo.example"]
    found = {f["rule"] for f in mine}
    extra = found - set(rules) - (PLAIN if site["status"] in ("inspected", "partly", "elsewhere") else set())
    claim((site["status"], site["reason"]) == (status, reason) and set(rules) <= found and not extra,
          f"{name}: {status}{' ' + reason if reason else ''}{', ' + ' '.join(rules) if rules else ''}",
          site["status"], site["reason"], "also:", *sorted(extra), "missing:", *sorted(set(rules) - found))
blamed = [f["rule"] for f in findings if f["site"].split(".")[0] in ("slow-headers", "silent", "slow-body", "reset")
          and f["verdict"] != "not_determined"]
claim(not blamed, "what could not be measured is not held against a site", blamed)

log = [line.split() for line in requests.read_text(errors="replace").splitlines()]
claim(not [row for row in log if row[4].startswith("127.67.")], "nothing ever reached the forbidden address",
      *[row for row in log if row[4].startswith("127.67.")][:3])
claim({row[2] for row in log} <= {"GET", "HEAD"}, "GET and HEAD only", {row[2] for row in log})
closed = [row[3] for row in log if row[3].startswith("/closed/")]
claim(not closed, "a rule ahead of twenty megabytes of robots.txt is honoured", closed)
claim(any(row[3] == "/open.html" for row in log), "and what it does not forbid is read")
per_site = {}
for row in log:
    per_site[row[4]] = per_site.get(row[4], 0) + 1
claim(max(per_site.values()) < 400, "no trap holds the crawl for more than 400 requests", max(per_site.values()))
db = sqlite3.connect(f"file:{run / 'wangxun.db'}?mode=ro", uri=True)
addresses = {hop.get("address", "").rsplit(":", 1)[0] for (text,) in db.execute("SELECT json FROM observation")
             for hop in json.loads(text)["fetch"].get("hops", [])} - {""}
claim(not [a for a in addresses if not a.startswith("127.66.")], "no connection left the permitted ranges", addresses)
sys.exit(1 if failed else 0)
