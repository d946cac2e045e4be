"""A server behind TLS and proxies, its log in a journal, and doctor's view of its data."""
import json
import os
import shutil
import sqlite3
import ssl
import subprocess
import tempfile
import urllib.request

from office import WANGXUN, Office, free_port


def doctor(data, *flags):
    r = subprocess.run([WANGXUN, "doctor", "--data", data, "--json", *flags], capture_output=True,
                       text=True, timeout=60, env={**os.environ, "WANGXUN_LANG": "en"})
    return r.returncode, {c["check"]: c for c in json.loads(r.stdout)}


def remote_of_last(office):
    with sqlite3.connect(f"file:{office.dir}/office.db?mode=ro", uri=True) as db:
        return str(db.execute("SELECT line FROM audit ORDER BY number DESC LIMIT 1").fetchone()[0])


def main(work):
    config = f"{work}/wangxun.yaml"
    with open(config, "w") as f:
        f.write("trusted_proxies: ['127.0.0.1']\n")
    hook = {"name": "x", "url": "http://127.0.0.1:1/", "events": ["notice"]}
    with Office(flags=["--config", config]) as office:
        check = office.check
        admin = office.set_up()
        admin.request("POST", "/api/v1/webhooks", hook,
                      {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
        said = remote_of_last(office)
        check("a trusted proxy's last address counts", "203.0.113.9" in said and "198.51" not in said, said)
        code, found = doctor(office.dir, "--deep")
        check("doctor finds a running office sound", all(c["ok"] or c["optional"] for c in found.values())
              and "audit trail" in found and code == 0, found)
    with Office() as plain:
        plain.n, plain.n_failed = office.n, office.n_failed
        admin = plain.set_up()
        admin.request("POST", "/api/v1/webhooks", hook, {"X-Forwarded-For": "203.0.113.9"})
        said = remote_of_last(plain)
        plain.check("nobody else's does", "203.0.113.9" not in said, said)
        plain.stop()

        # what doctor must notice
        os.chmod(f"{plain.dir}/keys/field", 0o644)
        code, found = doctor(plain.dir)
        plain.check("doctor notices a key that others may read", code != 0 and not found["key files"]["ok"], found)
        os.chmod(f"{plain.dir}/keys/field", 0o600)
        os.chmod(plain.dir, 0o755)
        code, found = doctor(plain.dir)
        plain.check("and a directory that others may enter",
                    code != 0 and not found["rights of the data directory"]["ok"], found)
        os.chmod(plain.dir, 0o700)
        with sqlite3.connect(f"{plain.dir}/office.db") as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        with open(f"{plain.dir}/office.db", "r+b") as f:
            f.seek(0, 2)
            size = f.tell()
            f.seek(4096 * 2)
            f.write(b"\xff" * 4096 * 8)
        code, found = doctor(plain.dir, "--deep")
        plain.check("and a damaged database", code != 0 and not found["database"]["ok"] and size > 16384, found)

    # TLS
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", f"{work}/key.pem", "-out", f"{work}/chain.pem"], check=True, capture_output=True)
    port, data = free_port(), f"{work}/tls"
    with open(config, "w") as f:
        f.write(f"listen: 127.0.0.1:{port}\npublic_url: https://localhost:{port}\ndata: {data}\n"
                f"tls_certificate: {work}/chain.pem\ntls_key: {work}/key.pem\nlog_level: info\n")
    log = open(f"{work}/journal", "wb")
    about = os.fstat(log.fileno())
    server = subprocess.Popen([WANGXUN, "serve", "--config", config], stdout=subprocess.PIPE, stderr=log, env={
        **os.environ, "JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}"})
    try:
        server.stdout.readline()
        trust = ssl.create_default_context(cafile=f"{work}/chain.pem")
        with urllib.request.urlopen(f"https://localhost:{port}/readyz", context=trust, timeout=10) as r:
            plain.check("it serves TLS from its own files", r.status == 200 and json.load(r)["ready"])
            plain.check("and says so to browsers", "max-age" in (r.headers["Strict-Transport-Security"] or ""),
                        r.headers)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(f"{work}/chain.pem")
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        try:
            urllib.request.urlopen(f"https://localhost:{port}/readyz", context=old, timeout=10)
            plain.check("TLS 1.1 is refused", False)
        except OSError as e:
            plain.check("TLS 1.1 is refused", "SSL" in str(e) or "ssl" in str(e) or "reset" in str(e), e)
    finally:
        server.terminate()
        server.wait(15)
        log.close()
    with open(f"{work}/journal") as f:
        lines = f.read().splitlines()
    plain.check("each line of the log carries the journal's priority",
                all(line[0] == "<" and line[2] == ">" and json.loads(line[3:]) for line in lines), lines)
    plain.done()


if __name__ == "__main__":
    work = tempfile.mkdtemp(prefix="wangxun-operation-")
    try:
        main(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
