"""pages DIR: each HTML page is inert. print DIR PDF_DIR PNG_DIR: each PDF that a DOCX
became has its paper's words, the type area of GB/T 9704-2012, 22 lines of 28 characters
where a page is full, and page numbers; a picture of each page is kept."""
import html.parser
import pathlib
import re
import subprocess
import sys

MM = 72 / 25.4


def claim(good, what, why=""):
    print(("ok - " if good else "not ok - ") + what + ("" if good else f": {why}"))


class Inert(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.bad = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "link", "img", "iframe", "a", "form", "object"):
            self.bad.append(tag)
        self.bad += [k for k, _ in attrs if k.startswith("on") or k in ("style", "src", "href")]


def pages(folder):
    for path in sorted(pathlib.Path(folder).glob("*.html")):
        text = path.read_text()
        p = Inert()
        p.feed(text)
        claim(not p.bad and text.count("<style>") == 1, f"{path.stem}.html holds nothing active", p.bad)
    notice = (pathlib.Path(folder) / "rectification_notice.html").read_text()
    claim("&lt;script&gt;alert(1)" in notice, "what a site sent stands there escaped")


def squeeze(text):
    return re.sub(r"\s+", "", text)


def words(pdf):
    """(page size, [(x0, y0, x1, y1, text)]) of each page."""
    xml = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True, check=True).stdout
    for page in xml.split("<page ")[1:]:
        w, h = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', page).groups())
        yield (w, h), [(*map(float, m[:4]), m[4]) for m in re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)]


def grid(pdf):
    """Of each upright page: lines of 3号 text, and characters of its longest line of Han text."""
    for (w, h), found in words(pdf):
        lines = {}
        for x0, y0, x1, y1, text in found:
            if w < h and 20.3 < y1 - y0 < 21.3 and y1 < (297 - 35) * MM + 8:
                lines.setdefault(round(y1), []).append((x0, text))
        han = ["".join(t for _, t in sorted(line)) for line in lines.values()]
        yield len(lines), max((len(t) for t in han if re.fullmatch(r"[\u3000-\u9fff，。、“”；：（）《》]+", t)), default=0)


def look(stem, pdf, text):
    layout = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    seen = squeeze(layout)
    # a line of text may be broken by a page number; its beginning may not
    lines = [squeeze(l)[:6] for l in text.splitlines() if l and not l.startswith("|") and "：" not in l]
    lost = [l for l in lines if l and l not in seen]
    claim(not lost, f"{stem}: its words are in the PDF", lost[:5])
    outside, pitches, numbers, n_pages = [], [], 0, 0
    for (w, h), found in words(pdf):
        upright = w < h
        n_pages += 1
        left, right = (28, 184) if upright else (35, 260)
        foot = (297 - 35 if upright else 210 - 26) * MM
        body = [f for f in found if f[3] < foot + 8]
        numbers += any(f[1] > foot - 2 and re.fullmatch(r"—?\d+—?", squeeze(f[4])) for f in found) or (
            "—" in "".join(f[4] for f in found if f[1] > foot))
        # marks that end a line may hang over its edge
        outside += [f for f in body if f[0] < left * MM - 4 or f[2] > right * MM + 20]
        if upright: # feet of lines in 3号, whose boxes are all as high
            feet = sorted({f[3] for f in body if 20.3 < f[3] - f[1] < 21.3})
            pitches += [b - a for a, b in zip(feet, feet[1:]) if 20 < b - a < 40]
    claim(not outside, f"{stem}: text stays within 156 mm", outside[:3])
    claim(numbers >= n_pages - 1, f"{stem}: pages have numbers", f"{numbers} of {n_pages}")
    return pitches


def printed(folder, pdfs, pictures):
    pitches = []
    for docx in sorted(pathlib.Path(folder).glob("*.docx")):
        pdf = pathlib.Path(pdfs) / (docx.stem + ".pdf")
        claim(pdf.exists(), f"{docx.stem}: became a PDF", "no file")
        if not pdf.exists():
            continue
        info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
        claim("A4" in info, f"{docx.stem}: A4", info)
        pitches += look(docx.stem, str(pdf), docx.with_suffix(".txt").read_text())
        subprocess.run(["pdftoppm", "-r", "60", "-png", pdf, str(pathlib.Path(pictures) / docx.stem)], check=True)
    pitches.sort()
    pitch = pitches[len(pitches) // 2] if pitches else 0
    claim(len(pitches) > 50 and int(225 * MM / pitch) == 22, "225 mm have 22 lines", pitch)
    pages = [p for pdf in sorted(pathlib.Path(pdfs).glob("*.pdf")) for p in grid(str(pdf))]
    claim(max(n for n, _ in pages) == 22, "no page has more than 22 lines, and a full one has them", sorted(pages)[-3:])
    widest = sorted(n for _, n in pages)
    claim(28 <= widest[-1] <= 29 and widest[-4] >= 28, "full lines have 28 characters (a mark may hang)", widest[-6:])
    full = squeeze(subprocess.run(["pdftotext", "-layout", str(pathlib.Path(pdfs) / "rectification_notice.pdf"), "-"],
                                  capture_output=True, text=True, check=True).stdout)
    lines = subprocess.run(["pdftotext", "-layout", str(pathlib.Path(pdfs) / "confidentiality_agreement.pdf"), "-"],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    longest = max((len(l.strip()) for l in lines if re.fullmatch(r"[\u3000-\u9fff，。、“”；：（）《》]+", l.strip())), default=0)
    claim(27 <= longest <= 29 and "星网办" in full, "a full line has 28 characters (one mark may hang)", longest)


if sys.argv[1] == "pages":
    pages(sys.argv[2])
else:
    printed(*sys.argv[2:5])
