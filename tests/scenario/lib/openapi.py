"""The API held against its own description. Prints TAP lines.

The document keeps the essentials of OpenAPI 3.1 (oas-essentials.schema.json), every schema
in it is JSON Schema 2020-12, and what a real server answers fits the form it names, with
nothing in it that the form does not tell."""
import copy
import json
import re
import sys
from pathlib import Path

import jsonschema

from office import Office


def closed(schema):
    """The same schema, but nothing goes unsaid: objects have no further properties."""
    if isinstance(schema, dict):
        schema = {k: closed(v) for k, v in schema.items()}
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        return schema
    return [closed(v) for v in schema] if isinstance(schema, list) else schema


class Description:
    def __init__(self, doc):
        self.doc = doc
        self.strict = closed(copy.deepcopy({"components": doc["components"]}))
        self.seen = set()  # (method, path, status) that a real answer had

    def template_of(self, path):
        path = path.split("?")[0]
        best = None
        for template in self.doc["paths"]:
            pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and (best is None or template.count("{") < best.count("{")):
                best = template
        return best

    def answer_of(self, method, template, status):
        answers = self.doc["paths"][template][method.lower()]["responses"]
        found = answers.get(str(status)) or (answers.get("2XX") if 200 <= status < 300 else None)
        if found and "$ref" in found:
            found = self.doc["components"]["responses"][found["$ref"].split("/")[-1]]
        return found

    def judge(self, method, path, answer):
        """None, or what does not fit."""
        template = self.template_of(path)
        if template is None or method.lower() not in self.doc["paths"][template]:
            return f"{method} {path} is not described"
        if answer.status in (304, 405, 501):
            return None
        said = self.answer_of(method, template, answer.status)
        if said is None:
            return f"{method} {template} may not answer {answer.status}: {answer.raw[:300]!r}"
        self.seen.add((method, template, answer.status))
        media = answer.headers.get("content-type", "").split(";")[0]
        content = said.get("content", {})
        if not content:
            return f"{method} {template} answers {answer.status} with a body" if answer.raw else None
        if media not in content:
            return f"{method} {template} answers {media}, not {list(content)}"
        schema = content[media].get("schema")
        if not schema:
            return None
        whole = {**closed(copy.deepcopy(schema)), "components": self.strict["components"]}
        error = next(iter(jsonschema.Draft202012Validator(whole).iter_errors(answer.json)), None)
        return error and f"{method} {template} {answer.status}: {error.json_path}: {error.message[:300]}"


def check_document(claim, doc):
    here = Path(__file__).parent
    essentials = json.loads((here / "oas-essentials.schema.json").read_text(encoding="utf-8"))
    error = next(iter(jsonschema.Draft202012Validator(essentials).iter_errors(doc)), None)
    claim("the description keeps the essentials of OpenAPI 3.1.0", error is None,
          error and error.json_path, error and error.message[:400])
    bad = []
    for name, schema in doc["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as e:
            bad.append(f"{name}: {e.message[:100]}")
    claim(f"{len(doc['components']['schemas'])} forms are JSON Schema 2020-12", not bad, bad)
    bad = []
    for path, operations in doc["paths"].items():
        for method, o in operations.items():
            declared = {p.get("name") for p in o["parameters"] if p.get("in") == "path"}
            if declared != set(re.findall(r"\{([^}]*)\}", path)):
                bad.append(f"{method} {path}")
            if not o["x-wangxun-grants"]:
                bad.append(f"nobody may {method} {path}")
    claim("every placeholder is a parameter, every operation somebody's", not bad, bad)
    codes = [c for r in doc["components"]["responses"].values() for c in r["x-wangxun-codes"]]
    claim(f"{len(codes)} codes of problems, each once", len(codes) == len(set(codes)))


class Replay:
    """Calls, each answer judged; failures are gathered."""

    def __init__(self, person, description):
        self.person, self.description, self.bad, self.n = person, description, [], 0

    def __call__(self, method, path, body=None, person=None, **more):
        answer = (person or self.person).request(method, path, body, **more)
        why = self.description.judge(method, path, answer)
        self.n += 1
        if why:
            self.bad.append(why)
        return answer


def sample_value(name, form):
    kind = form.get("type")
    if "enum" in form:
        return next(w for w in form["enum"] if w)
    if kind == "array":
        return [sample_value(name, form["items"])]
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "integer":
        return None if "x-wangxun-ref" in form else min(7, form.get("maximum", 7))
    if kind == "boolean":
        return True
    if "pattern" in form:
        return "2026-05-06"
    if form.get("format") == "date-time":
        return "2026-05-06T07:08:09Z"
    return None


TEXTS = {"domain": "www.xingyuan.gov.cn", "url": "https://hooks.xingyuan.gov.cn/in", "mobile": "13900001234",
         "office_phone": "010-5550-1234", "email": "zhan@xingyuan.gov.cn", "host": "pay.xingyuan.gov.cn",
         "address": "203.0.113.7", "start_at": "03:00"}


def new_record(form, ids):
    """What is required, and one value of each kind that needs no thought; IDS: a record
    of each kind made so far."""
    values = {}
    for name, field in form["properties"].items():
        if "x-wangxun-ref" in field:
            if name in form["required"] or name == "unit_id":
                values[name] = ids.get(field["x-wangxun-ref"])
        elif name in form["required"]:
            values[name] = TEXTS.get(name) or sample_value(name, field) or "样例"
        elif "enum" in field or field.get("type") == "array" or "pattern" in field:
            values[name] = sample_value(name, field)
    return values


def replay_records(replay, doc, plural, kind, ids, made):
    schemas = doc["components"]["schemas"]
    path = f"/api/v1/{plural}"
    replay("GET", path)
    replay("GET", f"{path}?q=name%3A%3A&limit=0")
    if f"/{kind}.new" not in json.dumps(doc["paths"][path].get("post", {}).get("requestBody")):
        return None  # none, or one that takes something else than the record
    more = {"selection": {"sites": [ids["site"]]}} if kind == "permit" else {}
    answer = replay("POST", path, {**new_record(schemas[f"{kind}.new"], ids), **more})
    replay("POST", path, {"no_such_field": 1})
    if answer.status != 201:
        return answer
    ids.setdefault(kind, answer.json["id"])
    one = answer.headers["location"]
    tag = replay("GET", one).etag
    replay("GET", f"{one}/history")
    replay("PATCH", one, {}, headers={})
    replay("PATCH", one, {"note": "补充"}, headers={"If-Match": '"99"'})
    replay("PATCH", one, {"note": "补充说明"}, headers={"If-Match": tag})
    if "delete" in doc["paths"].get(path + "/{id}", {}):
        made.append(one)
    return answer


def check_answers(claim, office, admin, doc):
    description = Description(doc)
    replay = Replay(admin, description)
    for path in ("/api/v1/session", "/api/v1/schema", "/api/v1/sites/999999", "/api/v1/setup/none",
                 "/api/v1/openapi.json"):
        replay("GET", path)
    answer = admin.post("/api/v1/units", {"name": "星源区教育局", "authority": "government"})
    claim("a unit is made", answer.status == 201, answer.raw)
    ids, made, records = {"unit": answer.json["id"]}, {}, []
    # a permit is over sites that are there, a schedule under a permit
    site = replay("POST", "/api/v1/sites", {"name": "样例", "domain": "first.xingyuan.gov.cn", "unit_id": ids["unit"]})
    permit = replay("POST", "/api/v1/permits", {"name": "样例", "depth": "passive", "holder": "样例",
                                                "selection": {"sites": [site.json["id"]]}})
    claim("a permit is drafted", permit.status == 201, permit)
    ids["permit"], ids["site"] = permit.json["id"], site.json["id"]
    replay("GET", permit.headers["location"])
    for path in list(doc["paths"]):
        listed = re.fullmatch(r"/api/v1/([a-z_]+)", path)
        out = doc["paths"][path].get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        ref = out.get("application/json", {}).get("schema", {}).get("$ref", "")
        if listed and ref.endswith(".list"):
            kind = ref.split("/")[-1][:-5]
            answer = replay_records(replay, doc, listed.group(1), kind, ids, records)
            made[kind] = answer is None or answer.status in (201, 403)
            if not made[kind]:
                replay.bad.append(f"{kind}: {answer.status} {answer.raw[:300]!r}")
    for one in reversed(records):  # others refer to the earlier ones
        replay("DELETE", one, headers={"If-Match": "*"})
    # every other reading without a placeholder
    for path, operations in doc["paths"].items():
        if "get" in operations and "{" not in path and "text/event-stream" not in json.dumps(operations["get"]):
            replay("GET", path)
    nobody = office.ask()
    replay("GET", "/api/v1/sites", person=nobody)
    replay("POST", "/api/v1/session", {"login": "nobody", "password": "x"}, person=nobody)
    replay("POST", "/api/v1/session", raw=b"{", headers={"Content-Type": "application/json"})
    replay("POST", "/api/v1/sites", raw=b"<a/>", headers={"Content-Type": "text/xml"})
    claim(f"{replay.n} answers of a real server fit the forms they name", not replay.bad,
          *sorted(set(replay.bad))[:12])
    good = {p for m, p, s in description.seen if m == "GET" and s == 200}
    plain = [p for p, o in doc["paths"].items() if "get" in o and "{" not in p
             and "text/event-stream" not in json.dumps(o["get"])]
    print(f"# {len(description.seen)} kinds of answer seen; of {len(plain)} readings without placeholder "
          f"{len([p for p in plain if p in good])} answered 200")
    claim(f"{len(made)} kinds of record were listed", len(made) >= 3)


def main(office):
    claim, nobody = office.check, office.ask()
    answer = nobody.get("/api/v1/openapi.json")
    claim("the description is public", answer.status == 200, answer)
    doc = answer.json
    english = nobody.get("/api/v1/openapi.json?lang=en")
    claim("both languages describe the same paths", list(english.json["paths"]) == list(doc["paths"])
          and english.json["info"]["title"] != doc["info"]["title"])
    again = nobody.get("/api/v1/openapi.json", headers={"If-None-Match": answer.etag})
    claim("what was read already is not sent again", again.status == 304 and not again.raw, again)
    check_document(claim, doc)
    check_answers(claim, office, office.set_up(), doc)


with Office() as o:
    main(o)
o.done()
