"""Bad input, wrong states, concurrency, repetition: against a real server."""
import socket
import threading

from office import Office


def problem(r, status, code):
    """A complete problem document with this status and code?"""
    try:
        doc = r.json
    except ValueError:
        return False
    return (r.status == status and r.headers.get("content-type") == "application/problem+json"
            and doc["code"] == code and doc["status"] == status and doc["title"] and doc["next"]
            and doc["request_id"] == r.headers["x-request-id"])


def raw(office, data, read=4096):
    with socket.create_connection(("127.0.0.1", office.port), 10) as s:
        s.sendall(data)
        s.settimeout(10)
        got = b""
        try:
            while True:
                more = s.recv(read)
                if not more:
                    break
                got += more
                if b"\r\n\r\n" in got and b"HTTP/1.1 100" not in got:
                    break
        except (TimeoutError, ConnectionResetError):
            pass
    return got


def main(office):
    check = office.check
    nobody = office.ask()
    admin = office.set_up()

    # who is not signed in learns nothing
    for path in ("/api/v1/units", "/api/v1/units/1", "/api/v1/units/999", "/api/v1/sites/1/history"):
        r = nobody.get(path)
        check(f"without a session {path} is 401", problem(r, 401, "sign_in_needed"), r)
    r = office.ask().get(f"/api/v1/setup/{office.link}")
    check("a used set-up link is gone", problem(r, 410, "expired"), r)

    # form
    unit = admin.post("/api/v1/units", {"name": "区教育局", "kind": "organ"})
    check("a unit is made, with ETag and Location",
          unit.status == 201 and unit.etag == '"1"' and unit.headers["location"].startswith("/api/v1/units/"), unit)
    unit_id = unit.json["id"]
    r = admin.post("/api/v1/units", raw=b'{"name": ', headers={"Content-Type": "application/json"})
    check("broken JSON is named with its place", problem(r, 400, "malformed") and "line 1" in r.json["detail"], r)
    r = admin.post("/api/v1/units", raw=b'{"name": "a", "name": "b"}', headers={"Content-Type": "application/json"})
    check("a key that stands twice is refused", problem(r, 400, "malformed"), r)
    r = admin.post("/api/v1/units", raw=b"name=a", headers={"Content-Type": "application/x-www-form-urlencoded"})
    check("a form post is no JSON", problem(r, 415, "media_type"), r)
    r = admin.post("/api/v1/units", [])
    check("a list is no record", r.status in (400, 422) and r.json["code"] in ("malformed", "invalid"), r)
    r = admin.post("/api/v1/units", {"kind": "palace", "nonsense": 1})
    fields = {(e["field"], e["code"]) for e in r.json.get("errors", [])}
    check("every wrong field is named at once", problem(r, 422, "invalid") and
          {("kind", "unknown_word"), ("nonsense", "unknown_field"), ("name", "required")} <= fields, r)
    r = admin.post("/api/v1/units", {"name": "x" * 5000})
    check("too long a text is refused by name", problem(r, 422, "invalid") and
          r.json["errors"][0]["code"] == "too_long", r)
    r = admin.post("/api/v1/units", {"name": "a\u0000b"})
    check("NUL does not come in", r.status in (400, 422), r)
    r = admin.post("/api/v1/units", raw=b'{"name": "' + b"x" * (2 << 20) + b'"}',
                   headers={"Content-Type": "application/json"})
    check("a body past the ceiling is 413", problem(r, 413, "too_big"), r)
    got = raw(office, b"POST /api/v1/units HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
                      b"Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n")
    check("a length past the ceiling is refused before it is sent", b" 413 " in got.split(b"\r\n")[0], got[:200])
    r = nobody.post("/api/v1/imports", raw=b"x" * (3 << 20), headers={"Content-Type": "text/csv"})
    check("nobody's upload is not gathered", r.status in (401, 413), r)
    got = raw(office, b"POST /api/v1/units HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
                      b"Content-Length: 6\r\n\r\nabcdef")
    check("two lengths are no request", b" 400 " in got.split(b"\r\n")[0], got[:200])
    got = raw(office, b"GET /" + b"a" * 200000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    check("an endless path is refused", got == b"" or got.split(b"\r\n")[0].split(b" ")[1][:1] == b"4", got[:200])
    r = nobody.request("BREW", "/api/v1/units")
    check("an unknown method is 405 or 501", r.status in (405, 501), r)
    r = admin.request("PUT", f"/api/v1/units/{unit_id}", {"name": "a"})
    check("a method the path does not take is 405", problem(r, 405, "method_not_allowed"), r)
    r = admin.get("/api/v1/nothing")
    check("an unknown path is 404", problem(r, 404, "not_found"), r)
    for bad in ("abc", "-1", "0", "99999999999999999999", "1.5", "%2e%2e"):
        r = admin.get(f"/api/v1/units/{bad}")
        check(f"the id '{bad}' is 404", problem(r, 404, "not_found"), r)
    for q, word in (("nonsense:1", "nonsense"), ('"open', "quotation"), ("-", None)):
        r = admin.get("/api/v1/units?q=" + q.replace('"', "%22"))
        check(f"the filter {q} is answered in words", r.status == 200 if word is None else
              problem(r, 400, "bad_parameter") and word in r.json["detail"], r)
    for limit in ("0", "501", "x", "-5"):
        r = admin.get(f"/api/v1/units?limit={limit}")
        check(f"limit={limit} is refused", problem(r, 400, "bad_parameter"), r)

    # where it comes from
    r = admin.post("/api/v1/units", {"name": "b"}, headers={"Sec-Fetch-Site": "cross-site"})
    check("another site's page may not post", problem(r, 403, "cross_site"), r)
    r = admin.post("/api/v1/units", {"name": "b"}, headers={"Sec-Fetch-Site": "same-site"})
    check("nor a neighbour's", problem(r, 403, "cross_site"), r)
    r = admin.post("/api/v1/units", {"name": "b"}, headers={"Sec-Fetch-Site": None})
    check("nor one that does not say", problem(r, 403, "cross_site"), r)
    r = admin.post("/api/v1/units", {"name": "b"},
                   headers={"Sec-Fetch-Site": None, "Origin": "http://evil.example"})
    check("nor a foreign Origin", problem(r, 403, "cross_site"), r)
    r = admin.get("/api/v1/units", headers={"Host": "rebound.example"})
    check("a foreign Host gets nothing", problem(r, 403, "cross_site"), r)

    # concurrency
    path = f"/api/v1/units/{unit_id}"
    r = admin.request("PATCH", path, {"name": "教育局"})
    check("a change without If-Match is 428", problem(r, 428, "if_match_needed"), r)
    r = admin.patch(path, {"name": "教育局"}, etag='"1"')
    check("a change with the right ETag is made", r.status == 200 and r.etag == '"2"', r)
    r = admin.patch(path, {"name": "教委"}, etag='"1"')
    check("with an old ETag it is 412", problem(r, 412, "changed_meanwhile"), r)
    r = admin.get(path, headers={"If-None-Match": '"2"'})
    check("an unchanged one is 304 without a body", r.status == 304 and not r.raw, r)
    outcomes = []

    def race(i):
        outcomes.append(admin.patch(path, {"short_name": f"n{i}"}, etag='"2"').status)
    threads = [threading.Thread(target=race, args=(i,)) for i in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    check("of eight at once exactly one wins", sorted(outcomes) == [200] + [412] * 7, outcomes)

    # repetition
    key = {"Idempotency-Key": "k-1"}
    a = admin.post("/api/v1/units", {"name": "区卫健委"}, headers=key)
    b = admin.post("/api/v1/units", {"name": "区卫健委"}, headers=key)
    check("the same key and body give the same answer", a.status == b.status == 201 and a.raw == b.raw
          and b.headers.get("idempotency-replayed") == "true", a, b)
    r = admin.post("/api/v1/units", {"name": "别的"}, headers=key)
    check("the same key with another body is refused", problem(r, 422, "idempotency_key_reused"), r)
    r = admin.get("/api/v1/units?q=区卫健委")
    check("and only one was made", r.json["total"] == 1, r)
    r = admin.post("/api/v1/units", {"name": "c"}, headers={"Idempotency-Key": "x" * 300})
    check("an endless key is refused", problem(r, 400, "bad_parameter"), r)

    # uniqueness and references
    site = admin.post("/api/v1/sites", {"name": "门户", "domain": "WWW.JYJ.example.cn", "unit_id": unit_id})
    check("a domain is kept in lower case", site.status == 201 and site.json["domain"] == "www.jyj.example.cn", site)
    r = admin.post("/api/v1/sites", {"name": "门户", "domain": "www.jyj.example.cn", "unit_id": unit_id})
    check("the same domain twice names the field", problem(r, 422, "invalid") and
          r.json["errors"][0]["field"] == "domain", r)
    r = admin.post("/api/v1/sites", {"name": "门户", "domain": "x.example.cn", "unit_id": 4711})
    check("a unit that is not there is refused", r.status in (403, 404, 422), r)

    # headers, on good and bad answers alike
    for path, status in (("/", 200), ("/api/v1/units", 401), ("/nothing.js", 404), ("/assets/../x.txt", 404)):
        r = nobody.get(path)
        h = r.headers
        check(f"{path} carries its protective headers", r.status == status
              and h.get("x-content-type-options") == "nosniff" and h.get("x-frame-options") == "DENY"
              and "default-src 'none'" in h.get("content-security-policy", "")
              and "unsafe-inline" not in h["content-security-policy"].replace("style-src-attr 'unsafe-inline'", "")
              and h.get("referrer-policy") == "no-referrer"
              and h.get("cross-origin-opener-policy") == "same-origin", r, h)
    r = admin.get("/api/v1/session")
    check("data is not kept by caches", "no-store" in r.headers["cache-control"], r.headers)
    code = office.stop()
    check("SIGTERM ends it cleanly", code == 0, code)


with Office() as o:
    main(o)
o.done()
