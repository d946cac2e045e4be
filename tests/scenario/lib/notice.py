"""course DIR: what holds of every campaign. fate DIR ROLE FIELD<OP>N...: of one character.
counts DIR CLAIM FIELD<OP>N...: of summary.json. papers DIR NAME=HOW...: exactly these are
there. pages DIR PNG_PREFIX: each of them printed."""
import concurrent.futures
import operator
import pathlib
import re
import subprocess
import sys
import zipfile
import json

OPERATORS = {">=": operator.ge, "<=": operator.le, "=": operator.eq, ">": operator.gt, "<": operator.lt}


def claim(good, what, why=""):
    print(("ok - " if good else "not ok - ") + what + ("" if good else f": {why}"))


def load(folder):
    return json.loads((pathlib.Path(folder) / "summary.json").read_text())


def words(folder, file):
    with zipfile.ZipFile(pathlib.Path(folder) / (file["file"] + ".docx")) as z:
        return re.sub(r"<[^>]+>", "", z.read("word/document.xml").decode())


def value(tree, path):
    for step in path.split("."):
        tree = tree[step]
    return tree


def unmet(tree, conditions):
    out = []
    for c in conditions:
        path, op, number = re.fullmatch(r"([\w.]+)(>=|<=|=|>|<)(-?\d+)", c).groups()
        if not OPERATORS[op](value(tree, path), int(number)):
            out.append(f"{c}, it is {value(tree, path)}")
    return out


# ---- what holds of every campaign ----

def course(folder):
    d = load(folder)
    duties, notices, items = d["duties"], d["notices"], d["rectifications"]
    claim(d["state"] == "archived" and d["units"] >= 20 and d["sites"] >= 60, "a district of 20 units and 60 sites, and an end", d["state"])
    for name in ("duties", "findings", "notices", "rectifications"):
        claim(d[name]["all"] == sum(v for k, v in d[name].items() if k != "all"), f"{name} add up", d[name])
    claim(duties["accepted"] > duties["all"] * 0.7 and duties["open"] > 0 and duties["draft"] == duties["submitted"] == 0 or
          duties["submitted"] <= 1, "most came and were looked at, the silent one's did not", duties)
    claim(d["reminders"] > 20 and d["late_lists"] > 0, "reminders and late lists", (d["reminders"], d["late_lists"]))
    claim(d["returned"] > 0 and d["extensions"] == 1, "reports come back, more time is granted once", (d["returned"], d["extensions"]))
    claim(all(d["sources"][s] > 0 for s in ("round", "superior", "self_inspection", "monitoring", "incident")),
          "findings of five sources stand in one list", d["sources"])
    claim(notices["closed"] > 10 and notices["all"] - notices["closed"] == notices["sent"], "notices are closed, all but the silent one's", notices)
    claim(items["verified"] > 50 and items["answered"] == items["planned"] == 0, "what was answered was re-inspected", items)
    claim(d["reinspections"] > 10 and d["verdicts"] >= items["verified"] - 1, "each with its own verdict", d["verdicts"])
    claim(d["answers_returned"] > 0 and d["plans"] > 0 and d["regressed"] > 0, "some are sent back, planned, reopened", d["plans"])
    turns(d)
    characters(folder, d)


def turns(d):
    m = d["merger"]
    claim(d["merged"] == 1 and m["left_to_do"] == m["left_to_mend"] == m["sites"] == 0,
          "of the merged unit nothing is left behind", m)
    claim(d["handed_over"] >= 2 and d["followed"] >= 2, "sites change hands, duties follow", (d["handed_over"], d["followed"]))
    claim(d["paused"] == d["resumed"] == 1, "a clock stood and went on", d["paused"])
    claim(d["revoked"] > 0 and d["state"] == "archived", "the agency lost its engagement, the campaign went on", d["revoked"])
    claim(d["submitted_twice"] > 0 and d["submitted_twice_refused"] == d["submitted_twice"],
          "the same submitted twice is one, something else is refused", (d["submitted_twice"], d["submitted_twice_refused"]))


def characters(folder, d):
    who = {c["role"]: c for c in d["characters"]}
    claim(set(who) == {"late", "liar", "unable", "relapse", "silent"}, "all five characters are there", list(who))
    claim(d["contradictions"]["unified_label"] > 0 and all(c["contradictions"] == 0 for r, c in who.items() if r != "liar"),
          "the label of the liar alone is contradicted by what was measured", d["contradictions"])
    lists = [words(folder, f) for f in d["files"] if f["paper"] == "late_list"]
    claim(any(who["late"]["unit"] in t for t in lists), "a late list names who was late", len(lists))
    claim(all(who["silent"]["unit"] in t for t in lists), "every late list names who never answers", len(lists))


def fate(folder, role, *conditions):
    one = next(c for c in load(folder)["characters"] if c["role"] == role)
    bad = unmet(one, conditions)
    claim(not bad, f"{role}: {', '.join(conditions)}", "; ".join(bad))


def counts(folder, what, *conditions):
    bad = unmet(load(folder), conditions)
    claim(not bad, what, "; ".join(bad))


def scores(folder):
    d = load(folder)
    of = {c["role"]: c["score_x100"] for c in d["characters"]}
    claim(of["silent"] < min(v for r, v in of.items() if r != "silent"), "who never answers has the lowest score of the five", of)
    sheets = [f for f in d["files"] if f["paper"] == "evaluation"]
    claim(len(sheets) == d["appraisals"]["all"], "each unit gets its own feedback", len(sheets))
    drawn = words(folder, next(f for f in d["files"] if f["paper"] == "spot_list"))
    claim(next(c["unit"] for c in d["characters"] if c["role"] == "silent") in drawn, "and is drawn by rank", "")
    claim("抽查公开种子" in drawn and "SHA-256" in drawn, "the list shows its seed and its rule", "")


# ---- papers ----

def expected(d, how, n):
    if how == "units":  # one of each that answers
        return d["units"] * 0.7 <= n < d["units"]
    if how == "notices":
        return 0 < n <= d["notices"]["all"]
    if how == "sites":
        return d["sites"] * 0.7 <= n <= d["sites"]
    return n > 0 if how == "some" else n == int(how)


def papers(folder, *wanted):
    d = load(folder)
    want = dict(w.split("=") for w in wanted)
    claim(set(want) == set(d["papers"]), "these papers are ordered, and no others", set(want) ^ set(d["papers"]))
    for name, how in want.items():
        n = d["papers"].get(name, 0)
        claim(expected(d, how, n), f"{name}: {how}", n)
    files = {p.stem for p in pathlib.Path(folder).glob("*.docx")}
    claim(files == {f["file"] for f in d["files"]} and len(files) == sum(d["papers"].values()), "the list names every file", len(files))
    notices = d["papers"].get("rectify_notice", 0) + d["papers"].get("reinforce_notice", 0)
    claim(notices == d["notices"]["all"], "a paper for each notice", notices)
    numbers = [f["number"] for f in d["files"] if f["number"]]
    claim(len(numbers) == len(set(numbers)) > 10, "no official number twice", len(numbers))
    figures(folder, d)


def figures(folder, d):
    """What the report counts is what summary.json counts, in the DOCX and in its table."""
    want = f"共发现问题{d['findings']['all']}个"
    of = [f for f in d["files"] if f["paper"] in ("report_up", "summary_report", "half_year_summary", "bulletin")]
    bad = [f["file"] for f in of if want not in words(folder, f)]
    claim(of and not bad, f"reports and bulletins say: {want}", bad)


def squeeze(text):
    return re.sub(r"\s+", "", text)


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def page_faults(folder, f):
    pdf = pathlib.Path(folder) / (f["file"] + ".pdf")
    if not pdf.exists():
        return [f"{f['file']}: no PDF"]
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", output("pdfinfo", "-l", "999", pdf))
    text = squeeze(output("pdftotext", pdf, "-"))
    bad = [f"{f['file']}: {s} is not A4" for s in sizes if {round(float(v)) for v in s} != {595, 842}]
    return bad + [f"{f['file']}: '{w}' is not in it" for w in (f["title"], f["number"]) if squeeze(w) not in text]


def pages(folder, prefix):
    d = load(folder)
    with concurrent.futures.ThreadPoolExecutor(2) as two:
        bad = [fault for faults in two.map(lambda f: page_faults(folder, f), d["files"]) for fault in faults]
    claim(d["pdfs"] == len(d["files"]) and not bad, f"all {len(d['files'])} papers print on A4 with title and number", bad[:4])
    seen = set()
    for f in d["files"]:
        if f["paper"] not in seen:
            seen.add(f["paper"])
            subprocess.run(["pdftoppm", "-r", "50", "-png", "-l", "3", pathlib.Path(folder) / (f["file"] + ".pdf"),
                            f"{prefix}-{f['paper']}"], check=True)


{"course": course, "fate": fate, "counts": counts, "scores": scores, "papers": papers, "pages": pages}[sys.argv[1]](*sys.argv[2:])
