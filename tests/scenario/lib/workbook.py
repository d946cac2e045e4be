"""A workbook opened, changed cell by cell and kept again, as a person with a spreadsheet
program would: enough of SpreadsheetML for forms filled in off line."""
import io
import re
import xml.etree.ElementTree as ET
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
N = {"m": MAIN}
ET.register_namespace("", MAIN)
ET.register_namespace("r", REL)


def tag(name):
    return f"{{{MAIN}}}{name}"


def place(cell):
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
    column = 0
    for c in letters:
        column = column * 26 + ord(c) - 64
    return int(row), column


class Book:
    def __init__(self, raw):
        with zipfile.ZipFile(io.BytesIO(raw)) as z:
            self.parts = {n: z.read(n) for n in z.namelist()}
        self.book = ET.fromstring(self.parts["xl/workbook.xml"])
        rels = ET.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        target = {r.get("Id"): r.get("Target") for r in rels}
        self.path, self.sheets, self.hidden = {}, {}, set()
        for s in self.book.find("m:sheets", N):
            path = target[s.get(f"{{{REL}}}id")].lstrip("/")
            path = path if path.startswith("xl/") else "xl/" + path
            self.path[s.get("name")] = path
            self.sheets[s.get("name")] = ET.fromstring(self.parts[path])
            if s.get("state", "visible") != "visible":
                self.hidden.add(s.get("name"))
        self.strings = ["".join(t.text or "" for t in si.iter(tag("t")))
                        for si in ET.fromstring(self.parts["xl/sharedStrings.xml"])] \
            if "xl/sharedStrings.xml" in self.parts else []

    def rows(self, sheet):
        return self.sheets[sheet].find("m:sheetData", N)

    def _cell(self, sheet, cell, make=False):
        row, column = place(cell)
        data = self.rows(sheet)
        found = next((r for r in data if int(r.get("r")) == row), None)
        if found is None:
            if not make:
                return None
            found = ET.Element(tag("row"), r=str(row))
            data.append(found)
            data[:] = sorted(data, key=lambda r: int(r.get("r")))
        for c in found:
            if place(c.get("r"))[1] == column:
                return c
        if not make:
            return None
        c = ET.Element(tag("c"), r=cell)
        found.append(c)
        found[:] = sorted(found, key=lambda x: place(x.get("r"))[1])
        return c

    def get(self, sheet, cell):
        c = self._cell(sheet, cell)
        if c is None:
            return ""
        if c.get("t") == "inlineStr":
            return "".join(t.text or "" for t in c.iter(tag("t")))
        v = c.find("m:v", N)
        if v is None:
            return ""
        return self.strings[int(v.text)] if c.get("t") == "s" else v.text

    def set(self, sheet, cell, value):
        c = self._cell(sheet, cell, True)
        for child in list(c):
            c.remove(child)
        c.attrib.pop("t", None)
        if value is None:
            return
        if isinstance(value, str):
            c.set("t", "inlineStr")
            ET.SubElement(ET.SubElement(c, tag("is")), tag("t")).text = value
        else:
            ET.SubElement(c, tag("v")).text = repr(value)

    def find(self, sheet, text, column=None):
        """The row (from 1) whose cell begins with that text."""
        for row in self.rows(sheet):
            for c in row:
                if (column is None or place(c.get("r"))[1] == column) and self.get(sheet, c.get("r")).startswith(text):
                    return int(row.get("r"))
        raise KeyError(text)

    def shift(self, sheet, first, by):
        """Rows from FIRST on move: 1 inserts an empty row there, -1 removes it."""
        data = self.rows(sheet)
        for row in list(data):
            n = int(row.get("r"))
            if by < 0 and n == first:
                data.remove(row)
            elif n >= first:
                row.set("r", str(n + by))
                for c in row:
                    c.set("r", re.sub(r"\d+", str(n + by), c.get("r")))

    def rename(self, sheet, name):
        next(s for s in self.book.find("m:sheets", N) if s.get("name") == sheet).set("name", name)

    def validations(self, sheet):
        return [(v.get("sqref"), v.get("type"), [f.text for f in v])
                for v in self.sheets[sheet].iter(tag("dataValidation"))]

    def save(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name, raw in self.parts.items():
                sheet = next((s for s, p in self.path.items() if p == name), None)
                if sheet:
                    raw = ET.tostring(self.sheets[sheet], "utf-8", xml_declaration=True)
                elif name == "xl/workbook.xml":
                    raw = ET.tostring(self.book, "utf-8", xml_declaration=True)
                z.writestr(name, raw)
        return out.getvalue()
