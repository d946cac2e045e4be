"""Backup while the server is written to, restore elsewhere, and every way to spoil one."""
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import threading

from office import WANGXUN, Office


def run(*argv):
    return subprocess.run([WANGXUN, *argv], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "WANGXUN_LANG": "en"})


def names(path):
    with sqlite3.connect(f"file:{path}/office.db?mode=ro", uri=True) as db:
        return {r[0] for r in db.execute("SELECT name FROM webhook")}


def main(office, work):
    check = office.check
    admin = office.set_up()
    ledger, stop = [], threading.Event()

    def write(worker):
        n = 0
        while not stop.is_set():
            name = f"w{worker}-{n}"
            r = admin.post("/api/v1/webhooks", {"name": name, "url": "http://127.0.0.1:1/", "events": ["notice"]})
            if r.status == 201:
                ledger.append(name)
            n += 1

    os.makedirs(f"{office.dir}/files/aa")
    with open(f"{office.dir}/files/aa/" + "a" * 64, "wb") as f:
        f.write(os.urandom(300000))
    threads = [threading.Thread(target=write, args=(i,)) for i in range(3)]
    for t in threads:
        t.start()
    while len(ledger) < 40:
        pass
    before = list(ledger)
    out = f"{work}/plain.backup"
    r = run("backup", "--data", office.dir, "--out", out)
    check("a backup is made under load", r.returncode == 0, r)
    secret = f"{work}/secret"
    with open(secret, "w") as f:
        f.write("a long passphrase for tests\n")
    sealed = f"{work}/sealed.backup"
    r = run("backup", "--data", office.dir, "--out", sealed, "--passphrase-file", secret, "--with-keys")
    check("a sealed backup with keys is made", r.returncode == 0, r)
    stop.set()
    for t in threads:
        t.join()
    check("the server was not disturbed", len(ledger) > len(before), len(ledger))

    with tarfile.open(out) as tar:
        members = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    check("any tar reads it", members[0] == "office.db" and members[-1] == "manifest.json", members)
    check("keys are not in a plain one", not manifest["has_keys"] and not any("keys" in m for m in members))
    check("others may not read it", os.stat(out).st_mode & 0o77 == 0)
    with open(sealed, "rb") as f:
        raw = f.read()
    check("a sealed one shows nothing", b"SQLite format" not in raw and "星源".encode() not in raw)
    r = run("backup", "--data", office.dir, "--out", f"{work}/k.backup", "--with-keys")
    check("keys never lie about open", r.returncode == 2 and not os.path.exists(f"{work}/k.backup"), r)
    r = run("backup", "--data", office.dir, "--out", out)
    check("an old backup is not overwritten", r.returncode != 0, r)
    r = run("backup", "--data", office.dir, "--out", work)
    check("a directory gets a file of its own", r.returncode == 0
          and any(n.startswith("wangxun-") for n in os.listdir(work)), r)

    # back
    new = f"{work}/new"
    r = run("restore", "--from", out, "--data", new)
    check("it is restored", r.returncode == 0, r)
    check("all that was acknowledged before is there", set(before) <= names(new),
          set(before) - names(new))
    with open(f"{new}/files/aa/" + "a" * 64, "rb") as a, open(f"{office.dir}/files/aa/" + "a" * 64, "rb") as b:
        check("attachments are the same", a.read() == b.read())
    r = run("restore", "--from", out, "--data", new)
    check("a full directory is refused", r.returncode != 0, r)
    with Office(data=new) as again:
        admin.office = again
        r = admin.get("/api/v1/webhooks?limit=1")
        check("a server runs on it and sessions go on", r.status == 200, r)
    admin.office = office
    sealed_new = f"{work}/sealed"
    r = run("restore", "--from", sealed, "--data", sealed_new)
    check("a sealed one wants its passphrase", r.returncode == 2 and not os.path.exists(sealed_new), r)
    with open(f"{work}/wrong", "w") as f:
        f.write("another passphrase, long\n")
    r = run("restore", "--from", sealed, "--data", sealed_new, "--passphrase-file", f"{work}/wrong")
    check("and no other", r.returncode != 0 and not os.path.exists(sealed_new), r)
    r = run("restore", "--from", sealed, "--data", sealed_new, "--passphrase-file", secret)
    check("and opens with it", r.returncode == 0 and os.path.exists(f"{sealed_new}/keys/field"), r)

    # spoilt ones
    def spoilt(claim, data, flags=()):
        path, target = f"{work}/spoilt", f"{work}/never"
        with open(path, "wb") as f:
            f.write(data)
        r = run("restore", "--from", path, "--data", target, *flags)
        check(claim, r.returncode not in (0, -6, -11) and not os.path.exists(target)
              and not os.path.exists(target + ".part"), r)

    with open(out, "rb") as f:
        plain = f.read()
    for at in (10, 130, 150, 600, len(plain) // 2, plain.rindex(b"sha256") + 12):
        spoilt(f"a flipped byte at {at * 100 // len(plain)} % is noticed",
               plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1:])
    for part in (0, 511, 512, len(plain) // 2, len(plain) - 11000):
        spoilt(f"a cut to {part} bytes is noticed", plain[:part])
    for at in (20, 36, 60, len(raw) // 2, len(raw) - 3):
        spoilt("a flipped byte of a sealed one is noticed",
               raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1:], ("--passphrase-file", secret))
    chunk = 4 + 65536 + 16
    body = raw[36:]
    spoilt("a dropped chunk is noticed", raw[:36] + body[chunk:], ("--passphrase-file", secret))
    spoilt("swapped chunks are noticed", raw[:36] + body[chunk:2 * chunk] + body[:chunk] + body[2 * chunk:],
           ("--passphrase-file", secret))
    spoilt("a missing end is noticed", raw[:36] + body[:chunk], ("--passphrase-file", secret))
    for name in ("../evil", "/etc/evil", "rounds/../../evil", "office.db/x", "files/.hidden", "other"):
        evil = f"{work}/evil.tar"
        with tarfile.open(evil, "w", format=tarfile.USTAR_FORMAT) as tar:
            info = tarfile.TarInfo(name)
            info.size = 4
            with open(secret, "rb") as f:
                tar.addfile(info, f)
        with open(evil, "rb") as f:
            spoilt(f"the name '{name}' is refused", f.read())
    check("nothing was written outside", not os.path.exists(f"{work}/../evil"))


if __name__ == "__main__":
    work = tempfile.mkdtemp(prefix="wangxun-backup-")
    try:
        with Office() as office:
            main(office, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    office.done()
