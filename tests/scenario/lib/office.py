"""A real office server for scenarios: started, set up, signed in to, and stopped.

    from office import Office
    with Office() as office:
        admin = office.set_up()                 # through the printed one-time link
        r = admin.post("/api/v1/units", {"name": "区教育局"})
        assert r.status == 201, r
Everything stays on 127.0.0.1; the server is stopped by its process id. TAP: office.check().
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
WANGXUN = os.environ.get("WANGXUN", str(ROOT / "build" / "wangxun"))
PASSWORD = "nine lamps over the river"


def free_port():
    """Below the range the kernel hands out; by chance, for another suite looks as well and
    neither holds what it found."""
    for port in random.SystemRandom().sample(range(20000, 32000), 200):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


def totp(secret, at=None):
    """RFC 6238, SHA-1, 6 digits, 30 s."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Reply:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.cookies = response.headers.get_all("Set-Cookie") or []
        self.raw = body

    @property
    def json(self):
        return json.loads(self.raw) if self.raw else None

    @property
    def etag(self):
        return self.headers.get("etag", "")

    @property
    def code(self):
        try:
            return self.json.get("code")
        except (ValueError, AttributeError):
            return None

    def __repr__(self):
        return f"{self.status} {self.raw[:600].decode('utf-8', 'replace')}"


class Person:
    """Somebody with a browser (cookie) or a program with a token."""

    def __init__(self, office, login="", password=PASSWORD):
        self.office, self.login, self.password = office, login, password
        self.cookie = self.bearer = None
        self.secret, self.last_step, self.last_proof = None, 0, time.monotonic()
        self.id = None

    def request(self, method, path, body=None, headers=None, raw=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.office.port, timeout=timeout)
        sent = {"Accept-Language": "zh"}
        if self.bearer:
            sent["Authorization"] = "Bearer " + self.bearer
        elif method != "GET":
            sent["Sec-Fetch-Site"] = "same-origin"
        if self.cookie:
            sent["Cookie"] = "__Host-wangxun=" + self.cookie
        path = urllib.parse.quote(path, safe="/?&=%:,.-_~\"<>+@()*!$';[]")
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        try:
            connection.request(method, path, data, {k: v for k, v in sent.items() if v is not None})
            response = connection.getresponse()
            reply = Reply(response, response.read())
        finally:
            connection.close()
        for cookie in reply.cookies:
            m = re.match(r"__Host-wangxun=([^;]*)", cookie)
            if m:
                self.cookie = m.group(1) or None
        return reply

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.request("POST", path, {} if body is None and "raw" not in kw else body, **kw)

    def put(self, path, body, **kw):
        return self.request("PUT", path, body, **kw)

    def patch(self, path, body, etag="*", **kw):
        return self.request("PATCH", path, body, headers={"If-Match": etag, **kw.pop("headers", {})}, **kw)

    def delete(self, path, etag=None, **kw):
        return self.request("DELETE", path, headers={"If-Match": etag} if etag else None, **kw)

    def code(self):
        """A one-time code that was not used yet; waits for the next step when it was."""
        while int(time.time() // 30) <= self.last_step:
            time.sleep(0.2)
        self.last_step = int(time.time() // 30)
        self.last_proof = time.monotonic()
        return totp(self.secret)

    def enrol(self):
        """The second factor, as the interface does it after the first sign-in."""
        r = self.post("/api/v1/account/totp")
        if r.status >= 300:
            raise RuntimeError(f"enrol: {r}")
        self.secret = r.json["secret"]
        r = self.put("/api/v1/account/totp", {"code": self.code()})
        if r.status >= 300:
            raise RuntimeError(f"enrol: {r}")
        return r.json

    def sign_in(self):
        body = {"login": self.login, "password": self.password}
        if self.secret:
            body["code"] = self.code()
        r = self.post("/api/v1/session", body)
        if r.status == 200 and r.json.get("enrol_totp"):
            self.enrol()
        return r

    def step_up(self):
        return self.post("/api/v1/session/step-up", {"code": self.code()})


class Office:
    def __init__(self, data=None, flags=(), env=None):
        self.dir = data or tempfile.mkdtemp(prefix="wangxun-office-")
        self.keeps = data is not None
        self.flags, self.env = list(flags), env or {}
        self.port, self.process, self.link = free_port(), None, None
        self.n = self.n_failed = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if not self.keeps:
            shutil.rmtree(self.dir, ignore_errors=True)

    def start(self, wait_s=15):
        self.log = open(os.path.join(self.dir + ".log"), "ab")
        self.process = subprocess.Popen(
            [WANGXUN, "serve", "--data", self.dir, "--listen", f"127.0.0.1:{self.port}", *self.flags],
            stdout=subprocess.PIPE, stderr=self.log, env={**os.environ, "WANGXUN_LANG": "zh", **self.env})
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said = b""
        began = time.monotonic()
        until = began + wait_s
        while time.monotonic() < until:
            self.said += self.process.stdout.read() or b""
            if self.process.poll() is not None:
                raise RuntimeError(f"serve ended with {self.process.returncode}: {self.said!r}")
            try:
                # only once it says so itself: another's server may have had the port first
                if str(self.port).encode() in self.said and \
                        Person(self).get("/api/v1/session", timeout=5).status in (200, 401):
                    break
            except OSError:
                pass
            time.sleep(0.02)
        else:
            raise RuntimeError("serve did not answer")
        self.ready_s = time.monotonic() - began
        time.sleep(0.05)
        self.said += self.process.stdout.read() or b""
        m = re.search(rb"/setup/([A-Za-z0-9_-]+)", self.said)
        self.link = m.group(1).decode() if m else None

    def stop(self, sig=signal.SIGTERM, wait_s=15):
        if not self.process:
            return None
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            code = self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.process = None
        return code

    def set_up(self, name="星源区网信办", login="founder"):
        """The first administrator, signed in with both factors."""
        admin = Person(self, login)
        r = admin.post(f"/api/v1/setup/{self.link}", {
            "office_name": name, "login": login, "name": "初始管理员", "password": PASSWORD})
        if r.status >= 300:
            raise RuntimeError(f"set-up: {r}")
        if r.json.get("enrol_totp"):
            admin.enrol()
        return admin

    def invite(self, admin, login, roles, unit_id=0, agency_id=0):
        """An account by invitation, accepted, with its second factor, signed in."""
        if admin.last_proof + 240 < time.monotonic():
            admin.step_up()
        r = admin.post("/api/v1/users", {"login": login, "name": login, "roles": roles,
                                         "unit_id": unit_id, "agency_id": agency_id})
        if r.status != 201:
            raise RuntimeError(f"invite {login}: {r}")
        person = Person(self, login)
        person.id = r.json["id"]
        token = r.json["link"].rsplit("/", 1)[1]
        r = person.post(f"/api/v1/invitations/{token}", {"password": PASSWORD})
        if r.status >= 300:
            raise RuntimeError(f"accept {login}: {r}")
        if person.cookie is None:
            person.sign_in()
        elif r.json and r.json.get("enrol_totp"):
            person.enrol()
        return person

    def ask(self):
        return Person(self)  # nobody

    def check(self, claim, truth, *why):
        self.n += 1
        if truth:
            print(f"ok {self.n} - {claim}", flush=True)
        else:
            self.n_failed += 1
            print(f"not ok {self.n} - {claim}", flush=True)
            for w in why:
                print("# " + repr(w).replace("\n", " ")[:1000], flush=True)
        return truth

    def done(self):
        print(f"1..{self.n}")
        sys.exit(1 if self.n_failed else 0)
