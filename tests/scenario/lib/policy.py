"""policy/roles.policy read a second time, slowly and by itself: the oracle for the matrix.

Nothing is shared with tools/make-policy or src/access; only the text is the same.
"""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]


class Grant:
    def __init__(self, role, scope, states, flags):
        self.role, self.scope, self.states, self.flags = role, scope, states, flags


class Policy:
    def __init__(self, text):
        self.roles, self.ops = {}, {}
        for line in text.splitlines():
            line = line.split("#", 1)[0].rstrip()
            words = line.split()
            if not words:
                continue
            if words[0] == "role":
                part = re.search(r"part=(\w+)", line)
                self.roles[words[1]] = {"class": words[2], "privileged": " privileged" in line,
                                        "part": part.group(1) if part else None}
            elif "." in words[0]:
                self.ops[words[0]] = [self.grant(w) for w in words[1:]]

    @staticmethod
    def grant(word):
        role, rest = word.split("=", 1)
        m = re.fullmatch(r"(\w+?)(?:@([a-z0-9_,]+))?((?:!own|\+step|\+person)*)", rest)
        return Grant(role, m.group(1), set((m.group(2) or "").split(",")) - {""},
                     set(re.findall(r"!own|\+step|\+person", m.group(3))))

    def grants(self, op, role):
        return [g for g in self.ops[op]
                if g.role == role or g.role == "public" or (g.role == "anyone" and role != "nobody")]


class World:
    """Units as {name: (parent, part)}; assigned: role → set of unit names in force."""

    def __init__(self, policy, units, assigned):
        self.policy, self.units, self.assigned = policy, units, assigned

    def above(self, unit):
        while unit:
            yield unit
            unit = self.units[unit][0]

    def part(self, unit):
        return next((self.units[u][1] for u in self.above(unit) if self.units[u][1]), "government")

    def covers(self, grant, role, home, unit):
        """Does the grant reach an object of that unit? unit None: the office's own."""
        if grant.scope == "all":
            return True
        if grant.scope == "any":
            return True
        if grant.scope == "self":
            return False
        if unit is None:
            return grant.scope == "part"
        if grant.scope == "own":
            return unit == home
        if grant.scope == "tree":
            return home in self.above(unit)
        if grant.scope == "assigned":
            return unit in self.assigned.get(role, set())
        if grant.scope == "part":
            part = self.policy.roles[role]["part"]
            return part in ("government", "crypto") and self.part(unit) == part
        raise ValueError(grant.scope)

    def expect(self, op, role, home, unit, read_op):
        """'sign_in', 'forbidden', 'hidden' or 'reached' for an object of UNIT."""
        if role == "nobody":
            return "reached" if self.policy.grants(op, role) else "sign_in"
        grants = self.policy.grants(op, role)
        if not grants:
            return "forbidden"
        if any(self.covers(g, role, home, unit) for g in grants):
            return "reached"
        if any(self.covers(g, role, home, unit) for g in self.policy.grants(read_op, role)):
            return "forbidden"
        return "hidden"

    def sees(self, op, role, home):
        return {u for u in self.units
                if any(self.covers(g, role, home, u) for g in self.policy.grants(op, role))}


def load():
    return Policy((ROOT / "policy" / "roles.policy").read_text(encoding="utf-8"))
