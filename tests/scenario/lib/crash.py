"""kill -9 at random moments under load, and a full disk, against a ledger of our own.

Writers send changes with an Idempotency-Key and put every acknowledgement into a ledger
outside the server's directory, synced before the next change is sent. After each kill the
server is started again; what was under way is sent again with the same key. At the end the
ledger must be contained in the database, nothing twice, nothing unasked for.
KILLS and SEED change count and order; a failure prints the seed.
"""
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from office import Office, Person

SEED = int(os.environ.get("SEED", "20261122"))
# half as many moments per second under the sanitizers' slower start: fewer kills there
KILLS = int(os.environ.get("KILLS", "20" if "asan" in os.environ.get("WANGXUN", "") else "200"))
WRITERS = 4


class Ledger:
    """One line an acknowledgement, on the disk before anything else happens."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()
        self.file = open(path, "a", encoding="utf-8")

    def add(self, **row):
        with self.lock:
            self.file.write(json.dumps(row) + "\n")
            self.file.flush()
            os.fsync(self.file.fileno())

    def rows(self):
        with open(self.path, encoding="utf-8") as f:
            return [json.loads(line) for line in f]


def writer(number, office, cookie, unit_id, ledger, stop):
    """Adds a site, renames it, retires every third; goes on where it was after a crash."""
    me = Person(office)
    me.cookie = cookie
    rng, n = random.Random(SEED * 100 + number), 0
    while not stop.is_set():
        n += 1
        name, domain = f"站点{number}-{n}", f"w{number}-{n}.example.cn"
        body = {"name": name, "domain": domain, "unit_id": unit_id}
        made = insist(me, stop, lambda: me.post("/api/v1/sites", body,
                                                headers={"Idempotency-Key": f"w{number}-{n}"}, timeout=5))
        if made is None:
            return
        if made.status != 201:
            ledger.add(kind="wrong", what=repr(made))
            return
        site_id, etag = made.json["id"], made.etag
        ledger.add(kind="made", id=site_id, domain=domain, name=name)
        if rng.random() < 0.5:
            # If-Match makes a repeated change harmless: the second finds another rev
            renamed = insist(me, stop, lambda: me.patch(f"/api/v1/sites/{site_id}", {"name": name + "改"},
                                                        etag=etag, timeout=5))
            if renamed is None:
                return
            if renamed.status == 200 or renamed.status == 412:
                ledger.add(kind="renamed", id=site_id, name=name + "改")
            else:
                ledger.add(kind="wrong", what=repr(renamed))


def insist(me, stop, send):
    """The answer, however often the server goes away before it comes. None: the end."""
    while not stop.is_set():
        try:
            reply = send()
        except (OSError, ValueError) as e:
            del e
            time.sleep(0.02)
            continue
        except Exception as e:  # http.client's own: cut in the middle of an answer
            if type(e).__module__ != "http.client":
                raise
            time.sleep(0.02)
            continue
        if reply.status in (503, 507):
            time.sleep(0.05)
            continue
        return reply
    return None


def compare(office, ledger):
    """What is wrong between ledger and database: a list of sentences."""
    wrong = [row["what"] for row in ledger.rows() if row["kind"] == "wrong"]
    db = sqlite3.connect(f"file:{office.dir}/office.db?mode=ro", uri=True)
    have = {r[0]: r for r in db.execute("SELECT id, domain, name, rev FROM site")}
    names = {}
    n_made = 0
    for row in ledger.rows():
        if row["kind"] == "made":
            n_made += 1
            if row["id"] not in have or have[row["id"]][1] != row["domain"]:
                wrong.append(f"lost: {row}")
            names[row["id"]] = row["name"]
        elif row["kind"] == "renamed":
            names[row["id"]] = row["name"]
    for site_id, name in names.items():
        row = have.get(site_id)
        # the last change of a writer may have been made and not acknowledged
        if row and row[2] not in (name, name + "改"):
            wrong.append(f"site {site_id} is called {row[2]!r}, acknowledged was {name!r}")
    domains = [r[1] for r in have.values()]
    if len(domains) != len(set(domains)):
        wrong.append("a domain stands twice")
    if len(have) > n_made + WRITERS:
        wrong.append(f"{len(have)} sites, {n_made} acknowledged")
    orphans = db.execute("SELECT count(*) FROM site WHERE id NOT IN (SELECT record_id FROM history"
                         " WHERE kind = 'site')").fetchone()[0]
    if orphans:
        wrong.append(f"{orphans} sites without history")
    if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        wrong.append("integrity_check")
    db.close()
    return wrong, n_made


def kills(check):
    rng = random.Random(SEED)
    with Office() as office, tempfile.TemporaryDirectory(prefix="wangxun-ledger-") as outside:
        admin = office.set_up()
        unit = admin.post("/api/v1/units", {"name": "区教育局"}).json["id"]
        ledger, stop = Ledger(outside + "/ledger"), threading.Event()
        threads = [threading.Thread(target=writer, args=(i, office, admin.cookie, unit, ledger, stop))
                   for i in range(WRITERS)]
        [t.start() for t in threads]
        slowest = 0.0
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.0, 0.3))
            office.stop(signal.SIGKILL)
            begun = time.monotonic()
            office.start()
            slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.3)
        stop.set()
        [t.join() for t in threads]
        code = office.stop()
        wrong, n = compare(office, ledger)
        check(f"{KILLS} kills under load, seed {SEED}: {n} acknowledged changes, none lost, none twice",
              not wrong and n > KILLS / 4, n, wrong[:5])
        check("every restart answered within 10 s", slowest <= 10, slowest)
        check("and the last one ended cleanly", code == 0, code)
        r = subprocess.run([os.environ.get("WANGXUN", "build/wangxun"), "audit", "verify", "--data", office.dir],
                           capture_output=True, text=True)
        check("the audit chain is whole after all of it", r.returncode == 0, r.stdout, r.stderr)


def can_mount():
    return os.geteuid() == 0 and shutil.which("mount")


def full_disk(check):
    """A file system of 160 MiB, filled to the last block from outside while the office writes."""
    place = tempfile.mkdtemp(prefix="wangxun-full-")
    if not can_mount() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none", place]).returncode:
        print("# skipped: a small file system cannot be mounted here")
        os.rmdir(place)
        return
    try:
        with Office(data=place + "/office") as office:
            admin = office.set_up()
            unit = admin.post("/api/v1/units", {"name": "区教育局"}).json["id"]
            good = []
            for i in range(20):
                good.append(admin.post("/api/v1/sites", {"name": f"s{i}", "domain": f"s{i}.example.cn",
                                                         "unit_id": unit}).json["id"])
            with open(place + "/ballast", "wb", buffering=0) as ballast:
                try:
                    while ballast.write(b"\0" * (1 << 20)):
                        pass
                except OSError:
                    pass
            refused, acknowledged = None, []
            for i in range(400):
                r = admin.post("/api/v1/sites", {"name": "f" * 150, "domain": f"f{i}.example.cn", "unit_id": unit})
                if r.status == 201:
                    acknowledged.append(r.json["id"])
                else:
                    refused = r
                    break
            check("a full disk is said in so many words", refused is not None and refused.status == 507
                  and refused.code == "no_space", refused)
            r = admin.get("/api/v1/sites?limit=500")
            ids = {item["id"] for item in r.json["items"]} if r.status == 200 else set()
            check("reading goes on, and all acknowledged is there", set(good + acknowledged) <= ids, r)
            page = office.ask().get("/")
            check("the pages too", page.status == 200)
            ready = office.ask().get("/readyz")
            check("readiness says it", ready.status == 503, ready)
            os.unlink(place + "/ballast")
            for _ in range(50):
                r = admin.post("/api/v1/sites", {"name": "nach", "domain": "after.example.cn", "unit_id": unit})
                if r.status == 201:
                    break
                time.sleep(0.1)
            check("with room again it writes again, without a restart", r.status == 201, r)
            check("and is ready again", office.ask().get("/readyz").status == 200)
            office.stop()
            db = sqlite3.connect(f"file:{place}/office/office.db?mode=ro", uri=True)
            check("the database is whole", db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
            db.close()
    finally:
        subprocess.run(["umount", place])
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    tally = Office(data="/nonexistent")
    kills(tally.check)
    full_disk(tally.check)
    tally.done()
