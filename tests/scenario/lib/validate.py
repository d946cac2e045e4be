"""Validate a run's files against docs/schema: validate.py ROOT RUN_DIR [STORE_DIR]. Prints
TAP lines without numbers ("ok - claim"); the scenario that calls it counts them. STORE_DIR:
the run whose store the files were written from, when it is another."""
import json
import sqlite3
import sys
from pathlib import Path

import jsonschema

root, run = Path(sys.argv[1]), Path(sys.argv[2])
store = Path(sys.argv[-1])
failed = False


def validator(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def schema(name):
    return validator(root / "docs/schema" / f"{name}.schema.json")


def claim(text, check, records):
    global failed
    n = 0
    for n, record in enumerate(records, 1):
        error = next(iter(check.iter_errors(record)), None)
        if error:
            failed = True
            print(f"not ok - {text}")
            print(f"# record {n}, {error.json_path}: {error.message[:300]}")
            return n
    print(f"ok - {text} ({n})")
    return n


def lines(name):
    with open(run / name, encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def observations():
    db = sqlite3.connect(f"file:{store / 'wangxun.db'}?mode=ro", uri=True)
    for (text,) in db.execute("SELECT json FROM observation"):
        yield json.loads(text)


def permits():
    db = sqlite3.connect(f"file:{store / 'wangxun.db'}?mode=ro", uri=True)
    for (text,) in db.execute("SELECT value FROM run WHERE key = 'permit'"):
        yield json.loads(text)


summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
sarif = json.loads((run / "findings.sarif").read_text(encoding="utf-8"))
claim("summary.json keeps its schema", schema("summary"), [summary])
n_sites = claim("sites.jsonl keeps its schema", schema("site"), lines("sites.jsonl"))
n = claim("findings.jsonl keeps its schema", schema("finding"), lines("findings.jsonl"))
claim("findings.sarif is SARIF 2.1.0",
      validator(Path(__file__).parent / "sarif-essentials.schema.json"), [sarif])
claim("stored observations keep their schema", schema("observation"), observations())
claim("the stored permit keeps its schema", schema("permit"), permits())
results = sum(len(r["results"]) for r in sarif["runs"])
if (summary["findings"]["total"], summary["sites"]["total"]) == (n, n_sites) and results == n:
    print("ok - the same numbers stand in every format")
else:
    failed = True
    print("not ok - the same numbers stand in every format")
sys.exit(1 if failed else 0)
