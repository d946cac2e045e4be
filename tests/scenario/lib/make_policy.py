"""tools/make-policy against policies with one mistake each."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOOD = (ROOT / "policy/roles.policy").read_text(encoding="utf-8")
n = n_failed = 0


def check(claim, truth, *why):
    global n, n_failed
    n += 1
    n_failed += not truth
    print(f"{'ok' if truth else 'not ok'} {n} - {claim}", flush=True)
    for w in why if not truth else ():
        print("# " + repr(w)[:1000])


def compile_policy(text, *outputs):
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d) / "p.policy"
        path.write_text(text, encoding="utf-8")
        made = [str(pathlib.Path(d) / o) for o in outputs]
        r = subprocess.run([ROOT / "tools/make-policy", path, *made], capture_output=True, text=True)
        return r.returncode, r.stderr, [pathlib.Path(m).exists() for m in made]


def line_of(text, beginning):
    return next(i for i, l in enumerate(text.splitlines(), 1) if l.startswith(beginning))


def mistake(claim, beginning, old, new, said):
    """Change OLD to NEW in the line that begins with BEGINNING ("+": add NEW at the end)."""
    lines = GOOD.splitlines()
    if beginning == "+":
        lines.append(new)
        at = len(lines)
    else:
        at = line_of(GOOD, beginning)
        assert old in lines[at - 1], (beginning, old)
        lines[at - 1] = lines[at - 1].replace(old, new, 1)
    code, err, made = compile_policy("\n".join(lines) + "\n", "names.inc", "table.inc")
    found = re.search(rf"p\.policy:{at}: .*{said}", err)
    check(claim, code == 1 and found and made == [False, False], code, err, made)


code, err, made = compile_policy(GOOD, "names.inc", "table.inc")
check("the policy itself compiles", code == 0 and made == [True, True], err)
mistake("an unknown role", "finding.dismiss", "inspector=", "inspectr=", "unknown role 'inspectr'")
mistake("an unknown scope", "finding.dismiss", "=assigned", "=asigned", "unknown scope 'asigned'")
mistake("an unknown state", "finding.dismiss", "@open", "@opened", "no state 'opened'")
mistake("an operation twice", "+", "", "finding.dismiss office=part", "'finding.dismiss' stands twice")
mistake("a role twice in one operation", "finding.dismiss", "inspector=", "inspector=all inspector=",
        "stands twice")
mistake("an operation for nobody", "+", "", "finding.burn", "granted to nobody")
mistake("a right that does not read", "finding.dismiss", "+step", "+stp", "does not read")
mistake("a condition twice", "finding.dismiss", "+step", "+step+step", "condition stands twice")
mistake("a part for a role without one", "finding.dismiss", "inspector=assigned", "inspector=part", "has no part")
mistake("public with more than 'any'", "session.create", "public=any", "public=all", "public may only")
mistake("anyone with units", "view.read", "anyone=self", "anyone=tree", "anyone may only")
mistake("an owner where there is no object", "permit.draft", "office=any", "office=any!own", "neither owner nor state")
mistake("a role twice", "+", "", 'role office operator "甲" "a"', "'office' stands twice")
mistake("a class named like a role", "+", "", 'role operator unit "甲" "a"', "is a role and a class")
mistake("a role without its English", "role superior", ' "Superior authority"', "", "a role reads")
mistake("an unknown part", "role office", "part=government", "part=moon", "unknown part 'moon'")
mistake("an unknown class in exclude", "exclude admin admin", "admin admin", "admins admin", "unknown role or class")
mistake("a word that is nothing", "+", "", "permits draft issued", "neither a declaration nor an operation")
mistake("a pair of nothing", "pair permit.draft", "permit.draft", "permit.drafted", "unknown operation")
mistake("states twice", "+", "", "states permit a b", "stand twice")
for op, role in (("permit.approve", "office=part@submitted"), ("engagement.approve", "crypto=part@draft"),
                 ("agency.vet", "office=all"), ("user.approve", "founder=all")):
    mistake(f"{op} without !own for one who could do it as well", op, role + "!own", role, "add !own")
# two roles in one account: who drafts as one must not approve as the other
mistake("!own is needed across roles that one account may hold", "permit.approve",
        "leader=all@submitted!own", "leader=all@submitted", "leader may 'permit.approve' .* as office")
names = re.findall(r"^([a-z_]+\.[a-z_]+) ", GOOD, re.M)
with tempfile.TemporaryDirectory() as d:
    out = [str(pathlib.Path(d) / x) for x in ("names.inc", "table.inc")]
    subprocess.run([ROOT / "tools/make-policy", ROOT / "policy/roles.policy", *out], check=True)
    text = pathlib.Path(out[0]).read_text()
check(f"all {len(names)} operations have a name in C",
      all(f"    WX_OP_{x.replace('.', '_').upper()}," in text for x in names))
print(f"1..{n}")
sys.exit(1 if n_failed else 0)
