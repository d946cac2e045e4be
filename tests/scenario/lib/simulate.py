"""summary DIR KIND: what a simulated campaign says of itself is whole and agrees with its
files. choose WORK DOCX_DIR: one DOCX of each paper of each kind. print WORK DOCX_DIR
PDF_DIR PNG_DIR: each became a PDF of A4 with its title and number; pictures are kept."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

KINDS = ("000", "001", "002", "003", "004")
# Papers that a kind orders and that nothing in it calls for by itself.
UNASKED = {"003": {"review_record"}}


def claim(good, what, why=""):
    print(("ok - " if good else "not ok - ") + what + ("" if good else f": {why}"))


def load(folder):
    return json.loads((pathlib.Path(folder) / "summary.json").read_text())


def words(docx):
    with zipfile.ZipFile(docx) as z:
        return re.sub(r"<[^>]+>", "", z.read("word/document.xml").decode())


def late_and_silent(d, kind):
    who = {c["role"]: c for c in d["characters"]}
    claim(set(who) == {"late", "liar", "unable", "relapse", "silent"}, f"{kind}: all five characters are there", who)
    claim(who["late"]["late"] > 0 and who["silent"]["late"] == 0, f"{kind}: who was late is counted late", who)
    claim(who["liar"]["contradictions"] > 0 and d["contradictions"]["unified_label"] > 0,
          f"{kind}: the label is contradicted by what was measured", d["contradictions"])
    claim(all(c["contradictions"] == 0 for r, c in who.items() if r != "liar"), f"{kind}: nobody else is", who)
    claim(who["relapse"]["reopened"] > 0 and d["regressed"] > 0, f"{kind}: what came back opened its notice again", who)
    claim(who["silent"]["level"] >= 2 and d["notices"]["sent"] >= 1, f"{kind}: who never answers is urged twice", who)
    claim(d["plans"] > 0, f"{kind}: what cannot be mended now has a plan", d["plans"])
    claim(d["answers_returned"] > 0, f"{kind}: a fix that was only claimed is sent back", d["answers_returned"])


def states(d, kind):
    duties, notices = d["duties"], d["notices"]
    claim(d["state"] == "archived" and d["units"] >= 20 and d["sites"] >= 60, f"{kind}: a district, and an end", d["state"])
    claim(sum(v for k, v in duties.items() if k != "all") == duties["all"], f"{kind}: duties add up", duties)
    claim(duties["accepted"] > duties["all"] / 2 and duties["open"] > 0, f"{kind}: most came, the silent one's did not", duties)
    claim(d["reminders"] > 20 and d["late_lists"] > 0, f"{kind}: reminders and late lists", d["reminders"])
    claim(d["returned"] > 0 and d["extensions"] > 0, f"{kind}: reports come back, more time is granted", d["returned"])
    claim(all(d["sources"][s] > 0 for s in ("round", "superior", "self_inspection", "monitoring", "incident")),
          f"{kind}: findings of five sources", d["sources"])
    claim(notices["closed"] > 10 and notices["all"] == sum(v for k, v in notices.items() if k != "all"),
          f"{kind}: notices are closed", notices)
    # each notice's opinion, and one more for each that was sent back
    claim(d["reinspections"] > 10 and d["verdicts"] >= d["rectifications"]["verified"] - 1, f"{kind}: verdicts", d["verdicts"])


def judged(d, kind):
    if kind == "004":
        claim(d["draws"]["decided"] == 1 and d["spot_checks"]["signed"] >= 5, "004: drawn and checked", d["spot_checks"])
        claim(d["appraisals"]["final"] == d["appraisals"]["all"] >= 20 and d["appeals"] == 1, "004: scored, appealed, final",
              d["appraisals"])
    else:
        claim(d["draws"]["all"] == d["appraisals"]["all"] == 0, f"{kind}: what is not ordered is not done", d["draws"])


def papers(folder, d, kind):
    missing = {k for k, n in d["papers"].items() if n == 0} - UNASKED.get(kind, set())
    claim(not missing, f"{kind}: every paper that is ordered is written", missing)
    files = {p.stem for p in pathlib.Path(folder).glob("*.docx")}
    claim(files == {f["file"] for f in d["files"]}, f"{kind}: the list names every file", len(files))
    claim(len(files) == sum(d["papers"].values()), f"{kind}: papers add up", d["papers"])
    notices = d["papers"].get("rectify_notice", 0) + d["papers"].get("reinforce_notice", 0)
    claim(notices == d["notices"]["all"], f"{kind}: a paper for each notice", notices)
    numbers = [f["number"] for f in d["files"] if f["number"]]
    claim(len(numbers) == len(set(numbers)) > 10, f"{kind}: no official number twice", len(numbers))
    bulletins = [f for f in d["files"] if f["paper"] == "bulletin"]
    silent = next(c["unit"] for c in d["characters"] if c["role"] == "silent")
    for f in bulletins:
        text = words(pathlib.Path(folder) / (f["file"] + ".docx"))
        claim(silent in text, f"{kind}: the bulletin names who never answered", f["file"])
        summary = [g for g in d["files"] if g["paper"] in ("report_up", "summary_report")][-1]
        want = f"共发现问题{d['findings']['all']}个"
        claim(want in text and want in words(pathlib.Path(folder) / (summary["file"] + ".docx")),
              f"{kind}: bulletin, report and summary.json count the same", want)


def summary(folder, kind):
    d = load(folder)
    late_and_silent(d, kind)
    states(d, kind)
    judged(d, kind)
    papers(folder, d, kind)


def choose(work, out):
    for kind in KINDS:
        seen = set()
        for f in load(f"{work}/{kind}")["files"]:
            if f["paper"] not in seen:
                seen.add(f["paper"])
                shutil.copy(f"{work}/{kind}/{f['file']}.docx", f"{out}/{kind}-{f['paper']}.docx")


def squeeze(text):
    return re.sub(r"\s+", "", text)


def printed(work, folder, pdfs, pictures):
    for kind in KINDS:
        titles = {}
        for f in load(f"{work}/{kind}")["files"]:
            titles.setdefault(f["paper"], f)
        bad = []
        for paper, f in titles.items():
            pdf = pathlib.Path(pdfs) / f"{kind}-{paper}.pdf"
            if not pdf.exists():
                bad.append(f"{paper}: no PDF")
                continue
            sizes = re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)",
                               subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout)
            if {round(float(v)) for v in sizes[0]} != {595, 842}:
                bad.append(f"{paper}: {sizes[0]} is not A4")
            text = squeeze(subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout)
            for want in (f["title"], f["number"]):
                if squeeze(want) not in text:
                    bad.append(f"{paper}: '{want}' is not in it")
            subprocess.run(["pdftoppm", "-r", "50", "-png", "-l", "3", pdf, f"{pictures}/{kind}-{paper}"], check=True)
        claim(not bad, f"{kind}: {len(titles)} kinds of papers print on A4 with title and number", bad[:4])


if sys.argv[1] == "summary":
    summary(*sys.argv[2:4])
elif sys.argv[1] == "choose":
    choose(*sys.argv[2:4])
else:
    printed(*sys.argv[2:6])
