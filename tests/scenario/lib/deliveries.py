"""Webhooks and mail through a running server: receiver and mail server on loopback, names
from the demo name server (one of them rebinds)."""
import base64
import email
import email.header
import hashlib
import hmac
import http.server
import json
import os
import re
import socketserver
import subprocess
import tempfile
import threading
import time

from office import ROOT, WANGXUN, Office, free_port

HOOKS, MAILS, LINES = [], [], []


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        HOOKS.append((self.path, dict(self.headers), body))
        if self.path == "/redirect":
            self.send_response(307)
            self.send_header("Location", "/stolen")
        else:
            self.send_response(500 if self.path == "/ill" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class MailServer(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        to = None
        for line in self.rfile:
            word = line.split(b":")[0].split()[0].upper() if line.strip() else b""
            if word == b"RCPT":
                to = line.decode().split("<")[1].split(">")[0]
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                data = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    data += part[1:] if part.startswith(b".") else part
                MAILS.append((to, data))
            self.wfile.write(b"250 ok\r\n")
            if word == b"QUIT":
                return


class LogServer(socketserver.StreamRequestHandler):
    def handle(self):
        """Counted records (RFC 6587)."""
        while True:
            digits = b""
            while (c := self.rfile.read(1)) not in (b" ", b""):
                digits += c
            if not c:
                return
            LINES.append(self.rfile.read(int(digits)))


def serve(server):
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def wait(what, truth, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if truth():
            return True
        time.sleep(0.05)
    print("# waited in vain for " + what)
    return False


def signed(secret, headers, body):
    h = {k.lower(): v for k, v in headers.items()}
    key = base64.b64decode(secret[6:])
    content = f"{h['webhook-id']}.{h['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in h["webhook-signature"].split()


def hook(admin, url, events=("all",)):
    r = admin.post("/api/v1/webhooks", {"name": "测试", "url": url, "events": list(events), "state": "on"})
    assert r.status == 201, r
    webhook = r.json["id"]
    r = admin.post(f"/api/v1/webhooks/{webhook}/secret")
    assert r.status == 200, r
    return webhook, r.json["secret"]


def last(admin, webhook):
    return admin.get(f"/api/v1/webhooks/{webhook}/deliveries").json["items"][0]


def outcome(admin, webhook):
    admin.post(f"/api/v1/webhooks/{webhook}/test")
    wait("an attempt", lambda: last(admin, webhook)["attempts"])
    return last(admin, webhook)["attempts"][0]


def main(office, web, smtp):
    check = office.check
    admin = office.set_up()

    # nothing private before the settings say so
    webhook, secret = hook(admin, f"http://127.0.0.1:{web}/good")
    first = outcome(admin, webhook)
    check("loopback is refused until the settings list it",
          first["outcome"] == "denied" and not HOOKS, first)
    r = admin.put("/api/v1/settings/delivery", {"allow": ["127.0.0.1/8"]})
    check("a range with host bits is refused", r.status == 422, r)
    r = admin.put("/api/v1/settings/delivery", {"allow": ["127.0.0.0/8"]})
    check("the settings take a range", r.status == 200 and r.json == {"allow": ["127.0.0.0/8"]}, r)

    r = admin.post(f"/api/v1/deliveries/{last(admin, webhook)['id']}/resend")
    check("a failed delivery is sent again by hand", r.status == 202, r)
    wait("the message", lambda: HOOKS)
    path, headers, body = HOOKS[0]
    check("it arrives, thin", json.loads(body)["data"] == {"kind": "webhook", "id": webhook}, body)
    check("it is signed after Standard Webhooks", signed(secret, headers, body), headers)
    r = admin.post("/api/v1/webhooks", {"name": "b", "url": "http://127.0.0.1:1/", "events": ["finding"]})
    wait("the event of a change", lambda: any(b"record.created" in h[2] for h in HOOKS))
    check("a change of a record is told", any(
        json.loads(h[2])["type"] == "record.created" for h in HOOKS), HOOKS)
    r = admin.get(f"/api/v1/webhooks/{webhook}")
    check("the secret is never shown again", secret not in r.raw.decode() and r.json["secret"] == "", r)

    # where no delivery goes
    before = len(HOOKS)
    for claim, url, wanted in [
            ("a redirect is not followed", f"http://127.0.0.1:{web}/redirect", ("refused",)),
            ("the metadata address is refused", "http://169.254.169.254/latest", ("denied",)),
            ("a private address is refused", "https://10.0.0.1/", ("denied",)),
            ("0x7f.1 is only loopback in disguise, other ports answer nothing",
             "http://0x7f.1:1/", ("unreachable",)),
            ("IPv6 loopback is not in the list", "http://[::1]:80/", ("denied",)),
            ("an embedded private address is refused", "https://[::ffff:10.0.0.1]/", ("denied",)),
            ("a name that leads to a private address is refused", "https://inner.test/", ("denied",)),
            ("plain http to a public address is refused", "http://public.test/", ("denied",)),
            ("a name that does not exist is said to", "https://nowhere.test/", ("no_such_host",))]:
        webhook, _ = hook(admin, url, ("notice",))
        got = outcome(admin, webhook)
        check(claim, got["outcome"] in wanted, got)
    check("nothing went where the redirect pointed",
          not any(h[0] == "/stolen" for h in HOOKS[before:]), HOOKS[before:])

    # rebinding: the name says a good address first, then another one
    webhook, _ = hook(admin, f"http://rebind.test:{web}/rebind", ("notice",))
    outcomes = {outcome(admin, webhook)["outcome"] for _ in range(4)}
    check("a rebinding name is delivered to listed addresses or denied",
          outcomes <= {"delivered", "denied"} and "denied" in outcomes, outcomes)

    # mail
    r = admin.put("/api/v1/mail", {"on": True, "host": "127.0.0.1", "port": smtp, "security": "plain",
                                   "from": "office@wx.test", "from_name": "星源区网信办",
                                   "user": "x", "password": "geheim"})
    check("a password without TLS is refused", r.status == 422, r)
    r = admin.put("/api/v1/mail", {"on": True, "host": "127.0.0.1", "port": smtp, "security": "plain",
                                   "from": "office@wx.test", "from_name": "星源区网信办"})
    check("mail settings are kept", r.status == 200 and r.json["on"], r)
    r = admin.post("/api/v1/mail/test", {"to": "li@unit.test"})
    check("a test mail is queued", r.status == 202, r)
    wait("the mail", lambda: MAILS)
    to, data = MAILS[0]
    message = email.message_from_bytes(data)
    subject = str(email.header.make_header(email.header.decode_header(message["Subject"])))
    check("it reaches its recipient", to == "li@unit.test", to)
    check("its subject names the office", subject == "星源区网信办：测试邮件", subject)
    check("its text reads well", "测试邮件" in message.get_payload(decode=True).decode(), data)
    r = admin.post("/api/v1/mail/test", {"to": "a@b>\r\nRCPT TO:<c@d"})
    wait("its refusal", lambda: admin.get("/api/v1/mail/deliveries").json["items"][0]["attempts"])
    got = admin.get("/api/v1/mail/deliveries").json["items"][0]["attempts"]
    check("an address cannot smuggle a command", got and got[0]["outcome"] == "denied", got)

    # machines that watch
    r = office.ask().get("/healthz")
    check("it says that it is alive", r.status == 200 and r.json["alive"], r)
    r = office.ask().get("/readyz")
    check("it says that it is ready", r.status == 200 and r.json["ready"], r)
    check("metrics are not for everybody", office.ask().get("/metrics").status == 401)
    r = admin.get("/metrics")
    text = r.raw.decode()
    check("metrics count requests by template",
          'wangxun_http_requests_total{method="POST",endpoint="/api/v1/webhooks/{id}/test",status="2xx"}'
          in text, text[:500])
    check("metrics know the queues", "wangxun_deliveries_done_total" in text, text[:500])
    gauges = dict(line.split(" ") for line in text.splitlines() if line.startswith("wangxun_") and "{" not in line)
    check("and rounds that run, wait and are paused",
          all(gauges.get(f"wangxun_{g}") == "0" for g in ("rounds_running", "rounds_waiting", "rounds_paused",
                                                           "retests_waiting")), gauges)
    check("no name is in them", "星源" not in text and "测试" not in text)

    # the log on its server
    check("the log reaches its server", wait("a log record", lambda: LINES), LINES)
    check("as RFC 5424", all(re.match(rb"<1(3[1-5])>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ wangxun "
                                      rb"\d+ \S+ - \xef\xbb\xbfroom=", line) for line in LINES), LINES[:3])

    # a restart keeps what waits
    webhook, _ = hook(admin, f"http://127.0.0.1:{web}/ill", ("notice",))
    outcome(admin, webhook)
    check("the server ends cleanly", office.stop() == 0)
    office.start()
    r = office.ask().get("/readyz")
    check("and comes back", r.status == 200, r)


if __name__ == "__main__":
    web = serve(http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Receiver))
    smtp = serve(socketserver.ThreadingTCPServer(("127.0.0.1", free_port()), MailServer))
    logs = serve(socketserver.ThreadingTCPServer(("127.0.0.1", free_port()), LogServer))
    dns = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as zone, \
            tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        zone.write("inner.test 10.0.0.1\npublic.test 8.8.8.8\nrebind.test 127.0.0.1,169.254.169.254\n")
        zone.flush()
        config.write(f"dns_server: 127.0.0.1:{dns}\ncouriers: 2\nlog_level: debug\nsyslog: tcp://127.0.0.1:{logs}\n")
        config.flush()
        names = subprocess.Popen([os.path.join(os.path.dirname(WANGXUN), "demo-dns"), str(dns), zone.name])
        try:
            with Office(flags=["--config", config.name]) as office:
                main(office, web, smtp)
        finally:
            names.terminate()
            names.wait()
    office.done()
