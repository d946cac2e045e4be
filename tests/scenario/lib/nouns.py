"""wangxun NOUN VERB against a real server: what it prints, what it exits with, what it
refuses to send."""
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import threading

from office import WANGXUN, Office


class Line:
    """The command line of somebody."""

    def __init__(self, office, folder):
        self.office, self.folder = office, pathlib.Path(folder)
        self.server = f"http://127.0.0.1:{office.port}"
        self.token = None

    def __call__(self, *words, server=None, stdin=None, env=None):
        argv = [WANGXUN, *words, "--server", server or self.server, "--lang", "en"]
        if self.token:
            argv += ["--token-file", str(self.token)]
        return subprocess.run(argv, capture_output=True, input=stdin, timeout=60, check=False,
                              env={**os.environ, **(env or {})})

    def keep_token(self, text, mode=0o600):
        self.token = self.folder / "token"
        self.token.write_text(text + "\n")
        self.token.chmod(mode)


def make_token(admin, operations):
    admin.step_up()
    r = admin.post("/api/v1/tokens", {"name": "scripts", "operations": operations, "days": 1})
    if r.status >= 300:
        raise RuntimeError(f"token: {r}")
    return r.json["token"]


def strangers_answer(payload):
    """A server that is none of ours and answers once with PAYLOAD."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        peer, _ = listener.accept()
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                     + str(len(payload)).encode() + b"\r\nConnection: close\r\n\r\n" + payload)
        peer.close()
        listener.close()
    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def without_a_token(check, line):
    r = line("site", "list")
    check("without a token a list is exit 4", r.returncode == 4 and b"sign_in_needed" in r.stderr, r)
    r = line("site", "list", server="http://127.0.0.1:1")
    check("a server that is not there is exit 6", r.returncode == 6, r)
    r = line("site", "list", server="http://198.51.100.7")
    check("another machine without TLS is refused, exit 5", r.returncode == 5, r)
    r = line("site", "list", server="ftp://127.0.0.1")
    check("an address that is none is exit 2", r.returncode == 2, r)
    r = line("site", "lst")
    check("an unknown verb shows the ones there are", r.returncode == 2 and b"history id" in r.stdout, r)


def tokens(check, line, token):
    line.keep_token(token, 0o644)
    r = line("site", "list")
    check("a token that others can read is not used", r.returncode == 2 and b"0600" in r.stderr, r)
    line.keep_token("x" * 43)
    r = line("site", "list")
    check("a token that is none is exit 4", r.returncode == 4, r)
    line.keep_token(token)


def records(check, line):
    r = line("unit", "add", "name=星源区教育局", "authority=government", "kind=organ", "--json")
    check("a unit is added and shown as JSON", r.returncode == 0 and json.loads(r.stdout)["name"] == "星源区教育局", r)
    unit = json.loads(r.stdout)["id"]
    r = line("site", "add", f"unit_id={unit}", "name=教育局门户", "domain=WWW.JYJ.xingyuan.gov.cn", "--json")
    check("numbers of a record go out as numbers", r.returncode == 0 and json.loads(r.stdout)["unit_id"] == unit, r)
    site = json.loads(r.stdout)["id"]
    r = line("site", "list", "domain:www.jyj.xingyuan.gov.cn")
    check("a list is a table with the labels of its fields",
          r.returncode == 0 and "Domain" in r.stdout.decode() and "星源区教育局" in r.stdout.decode(), r)
    r = line("site", "set", str(site), "note=更名 待办", "--json")
    check("a change reads the version it changes", r.returncode == 0 and json.loads(r.stdout)["rev"] == 2, r)
    r = line("site", "set", str(site), "note=x", "--if-match", '"1"')
    check("a version that moved on is exit 2 and says so", r.returncode == 2 and b"changed_meanwhile" in r.stderr, r)
    r = line("site", "add", f"unit_id={unit}", "name=无域名")
    check("what is wrong is named by field", r.returncode == 2 and b"domain" in r.stderr and b"#" in r.stderr, r)
    r = line("site", "show", "999999")
    check("what is not there is exit 2", r.returncode == 2 and b"not_found" in r.stderr, r)
    r = line("site", "history", str(site), "--jsonl")
    lines = [json.loads(x) for x in r.stdout.splitlines()]
    check("--jsonl prints one object a line", r.returncode == 0 and len(lines) == 2 and lines[0]["rev"] == 2, r)
    for i in range(3):
        line("site", "add", f"unit_id={unit}", f"name=站{i}", f"domain=s{i}.xingyuan.gov.cn")
    r = line("site", "list", "limit=2", "--jsonl")
    check("a page is what was asked for", len(r.stdout.splitlines()) == 2, r)
    r = line("site", "list", "limit=2", "--jsonl", "--all")
    check("--all turns the pages", len(r.stdout.splitlines()) == 4, r)
    r = line("user", "list")
    check("what a token may not do is exit 5", r.returncode == 5 and b"forbidden" in r.stderr, r)
    r = line("unit", "set", str(unit), "--body", "-", stdin=b'{"short_name": "\xe6\x95\x99\xe8\x82\xb2\xe5\xb1\x80"}')
    check("a body comes from standard input", r.returncode == 0, r)
    r = line("unit", "set", str(unit), "--dry-run", "name=x")
    check("what cannot be rehearsed is not done", r.returncode == 2, r)
    return unit


def files(check, line, folder):
    table = pathlib.Path(folder) / "sites.csv"
    table.write_text("单位,网站名称,域名\n星源区教育局,第一小学,yx.xingyuan.gov.cn\n", encoding="utf-8")
    r = line("import", "add", "kind=site", "name=sites.csv", "--body", str(table), "--json")
    check("a table is uploaded", r.returncode == 0 and json.loads(r.stdout)["counts"]["rows"] == 1, r)
    if r.returncode == 0:
        n = json.loads(r.stdout)["id"]
        r = line("import", "commit", str(n))
        check("and put into the register", r.returncode == 0, r)


def hostile(check, line):
    odd = '红字\x1b[31m\u202e'
    evil = json.dumps({"items": [{"id": 1, "name": odd}], "next": None}, ensure_ascii=False)
    evil = evil.replace("\\u001b", "\x1b").encode()
    for flags in ((), ("--json",), ("--jsonl",)):
        r = line("import", "list", *flags, server=strangers_answer(evil.replace(b"\x1b", b"\\u001b")))
        check(f"nothing an answer holds steers the terminal {flags}", r.returncode == 0 and b"\x1b" not in r.stdout
              and "\u202e".encode() not in r.stdout and b"31m" in r.stdout, r)
    r = line("import", "list", "--json", server=strangers_answer(evil))
    check("nor raw bytes that JSON does not have", b"\x1b" not in r.stdout, r)
    r = line("import", "list", server=strangers_answer(b"<html>"))
    check("what is no JSON is said to be none", r.returncode == 2 and b"not JSON" in r.stderr, r)


with Office() as o, tempfile.TemporaryDirectory() as tmp:
    person = o.set_up()
    command = Line(o, tmp)
    without_a_token(o.check, command)
    tokens(o.check, command, make_token(person, [
        "unit.read", "unit.write", "register.read", "register.write", "register.history", "register.import"]))
    records(o.check, command)
    files(o.check, command, tmp)
    hostile(o.check, command)
o.done()
