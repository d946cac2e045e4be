"""DIR: each DOCX in it is one that Word opens without repair, as far as that can be told
without Word: parts, relationships, content types, and the order in which ECMA-376 (part 1,
transitional) wants the children of an element. What is not in a table here is an error, so
that a new element is looked up before it is used."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

# 17.3.1.26, 17.3.2.28, 17.4.60, 17.4.70, 17.4.82, 17.6.17, 17.7.4.17, 17.15.1.78, 17.8.3.10
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
           "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
           "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
           "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
           "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl "
           "cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
             "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
              "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
             "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "settings": "writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries "
                "displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData "
                "embedTrueTypeFonts embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins "
                "alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop "
                "hideSpellingErrors hideGrammaticalErrors proofState formsDesign attachedTemplate linkStyles "
                "stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions "
                "doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme "
                "styleLockQFSet defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone "
                "doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle defaultTableStyle "
                "evenAndOddHeaders bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets "
                "drawingGridHorizontalSpacing drawingGridVerticalSpacing displayHorizontalDrawingGridEvery "
                "displayVerticalDrawingGridEvery doNotUseMarginsForDrawingGridOrigin drawingGridHorizontalOrigin "
                "drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning characterSpacingControl "
                "printTwoOnOne strictFirstAndLastChars noLineBreaksAfter noLineBreaksBefore savePreviewPicture "
                "doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent alwaysShowPlaceholderText "
                "doNotDemarcateInvalidXml saveXmlDataOnly useXSLTWhenSaving saveThroughXslt showXMLTags "
                "alwaysMergeEmptyNamespace updateFields hdrShapeDefaults footnotePr endnotePr compat docVars rsids "
                "mathPr attachedSchema themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats "
                "doNotAutoCompressPictures forceUpgrade captions readModeInkLockDown smartTagType schemaLibrary "
                "shapeDefaults doNotEmbedSmartTags decimalSymbol listSeparator",
    "compat": "useSingleBorderforContiguousCells wpJustification noTabHangInd noLeading spaceForUL noColumnBalance "
              "balanceSingleByteDoubleByteWidth noExtraLineSpacing doNotLeaveBackslashAlone ulTrailSpace "
              "doNotExpandShiftReturn spacingInWholePoints lineWrapLikeWord6 printBodyTextBeforeHeader "
              "printColBlack wpSpaceWidth showBreaksInFrames subFontBySize suppressBottomSpacing suppressTopSpacing "
              "suppressSpacingAtTopOfPage suppressTopSpacingWP suppressSpBfAfterPgBrk swapBordersFacingPages "
              "convMailMergeEsc truncateFontHeightsLikeWP6 mwSmallCaps usePrinterMetrics "
              "doNotSuppressParagraphBorders wrapTrailSpaces footnoteLayoutLikeWW8 shapeLayoutLikeWW8 "
              "alignTablesRowByRow forgetLastTabAlignment adjustLineHeightInTable autoSpaceLikeWord95 "
              "noSpaceRaiseLower doNotUseHTMLParagraphAutoSpacing layoutRawTableWidth layoutTableRowsApart "
              "useWord97LineBreakRules doNotBreakWrappedTables doNotSnapToGridInCell selectFldWithFirstOrLastChar "
              "applyBreakingRules doNotWrapTextWithPunct doNotUseEastAsianBreakRules useWord2002TableStyleRules "
              "growAutofit useFELayout useNormalStyleForList doNotUseIndentAsNumberingTabStop "
              "useAltKinsokuLineBreakRules allowSpaceOfSameStyleInTable doNotSuppressIndentation "
              "doNotAutofitConstrainedTables autofitToFirstFixedWidthCell underlineTabInNumList "
              "displayHangulFixedWidth splitPgBreakAndParaMark doNotVertAlignCellWithSp "
              "doNotBreakConstrainedForcedTable doNotVertAlignInTxbx useAnsiKerningPairs cachedColBalance "
              "compatSetting",
    "font": "altName panose1 charset family notTrueType pitch sig embedRegular embedBold embedItalic embedBoldItalic",
    "tcBorders": "top left start bottom right end insideH insideV tl2br tr2bl",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "pBdr": "top left bottom right between bar",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
}
# Any order, but nothing else (17.4.82 trPr is a choice); "p" and "tbl" make up a body.
ANY = {
    "document": "body", "body": "p tbl sectPr", "hdr": "p tbl", "ftr": "p tbl", "tc": "tcPr p tbl",
    "p": "pPr r", "r": "rPr t tab br fldChar instrText pict", "txbxContent": "p tbl", "tblGrid": "gridCol",
    "trPr": "cantSplit trHeight tblHeader", "tabs": "tab", "fonts": "font", "rPrDefault": "rPr",
    "pPrDefault": "pPr", "pict": "",
}
NEEDED = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels",
          "word/styles.xml", "word/settings.xml", "word/fontTable.xml", "docProps/core.xml", "docProps/app.xml")


def local(tag):
    return tag.rsplit("}", 1)[1] if "}" in tag else tag


def walk(element, part, bad):
    name = local(element.tag)
    children = [local(c.tag) for c in element if c.tag.startswith(W)]
    if element.tag.startswith(W):
        if name in ORDER:
            order = ORDER[name].split()
            at = -1
            for child in children:
                if child not in order:
                    bad.append(f"{part}: <{name}> has <{child}>")
                elif order.index(child) < at:
                    bad.append(f"{part}: <{child}> comes too late in <{name}>")
                else:
                    at = order.index(child)
            once = [c for c in children if c not in ("tr", "tc", "style", "headerReference", "footerReference",
                                                     "compatSetting")]
            bad += [f"{part}: <{name}> has two <{c}>" for c in {c for c in once if once.count(c) > 1}]
        elif name in ANY:
            bad += [f"{part}: <{name}> has <{c}>" for c in children if c not in ANY[name].split()]
        elif children:
            bad.append(f"{part}: <{name}> is in no table and has {children[:3]}")
        if name == "tc" and (not children or children[-1] != "p"):
            bad.append(f"{part}: a cell does not end with a paragraph")
        if name in ("tc", "txbxContent", "hdr", "ftr") and "p" not in children:
            bad.append(f"{part}: <{name}> has no paragraph")
        if name == "body" and (children[-1] != "sectPr" or children.count("sectPr") != 1):
            bad.append(f"{part}: the last section is not at the end")
    for child in element:
        walk(child, part, bad)


def check_tables(root, part, bad):
    """Each row covers its grid, as Word counts it."""
    for table in root.iter(W + "tbl"):
        n = len(table.find(W + "tblGrid"))
        for row in table.findall(W + "tr"):
            spans = 0
            for cell in row.findall(W + "tc"):
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                spans += int(span.get(W + "val")) if span is not None else 1
            if spans != n:
                bad.append(f"{part}: a row has {spans} columns of {n}")
    for parent in root.iter():
        names = [local(c.tag) for c in parent]
        for a, b in zip(names, names[1:]):
            if a == b == "tbl":
                bad.append(f"{part}: two tables touch and become one")


def check_values(root, part, styles, bad):
    for e in root.iter():
        if e.tag in (W + "pStyle", W + "rStyle", W + "tblStyle", W + "basedOn", W + "next") and e.get(W + "val") not in styles:
            bad.append(f"{part}: there is no style {e.get(W + 'val')}")
        if e.tag in (W + "sz", W + "szCs", W + "w", W + "gridSpan") and not re.fullmatch(r"[1-9]\d{0,3}", e.get(W + "val") or ""):
            bad.append(f"{part}: {local(e.tag)} is {e.get(W + 'val')}")
        if e.tag in (W + "tcW", W + "tblW", W + "gridCol") and not re.fullmatch(r"\d{1,5}", e.get(W + "w") or ""):
            bad.append(f"{part}: {local(e.tag)} is {e.get(W + 'w')} wide")
        if e.tag == W + "color" and not re.fullmatch(r"[0-9A-F]{6}|auto", e.get(W + "val") or ""):
            bad.append(f"{part}: a colour {e.get(W + 'val')}")
        if e.tag == W + "trHeight" and int(e.get(W + "val")) > 31680:
            bad.append(f"{part}: a row that is too high")
        if e.tag == W + "t" and e.text and re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", e.text):
            bad.append(f"{part}: a character that XML has not")
    ids = [e.get("id") for e in root.iter() if e.tag.startswith(V) and e.get("id")]
    bad += [f"{part}: the id {i} stands twice" for i in {i for i in ids if ids.count(i) > 1}]


def faults(path):
    bad = []
    with zipfile.ZipFile(path) as z:
        if z.testzip():
            return ["a part is damaged"]
        names = z.namelist()
        if len(names) != len(set(names)) or names[0] != "[Content_Types].xml":
            bad.append("the content types are not first, or a part stands twice")
        bad += [f"there is no {n}" for n in NEEDED if n not in names]
        parts = {n: ET.fromstring(z.read(n)) for n in names}
    types = parts["[Content_Types].xml"]
    defaults = {e.get("Extension") for e in types.iter(TYPES + "Default")}
    overrides = {e.get("PartName") for e in types.iter(TYPES + "Override")}
    bad += [f"{n} has no content type" for n in names[1:] if "/" + n not in overrides and n.rsplit(".", 1)[-1] not in defaults]
    bad += [f"{n} has a content type and is not there" for n in overrides if n[1:] not in names]
    targets = set()
    for name in (n for n in names if n.endswith(".rels")):
        ids = [e.get("Id") for e in parts[name].iter(REL + "Relationship")]
        bad += [f"{name}: {i} stands twice" for i in {i for i in ids if ids.count(i) > 1}]
        base = "word/" if name.startswith("word/") else ""
        for e in parts[name].iter(REL + "Relationship"):
            targets.add(base + e.get("Target"))
            if base + e.get("Target") not in names:
                bad.append(f"{name}: {e.get('Target')} is not there")
            if e.get("TargetMode"):
                bad.append(f"{name}: {e.get('Target')} is outside the file")
    bad += [f"{n} belongs to nothing" for n in names if not n.endswith(".rels") and n != "[Content_Types].xml" and n not in targets]
    document = parts["word/document.xml"]
    known = {e.get("Id") for e in parts["word/_rels/document.xml.rels"].iter(REL + "Relationship")}
    bad += [f"a reference to {e.get(R + 'id')}" for e in document.iter() if e.get(R + "id") and e.get(R + "id") not in known]
    styles = [e.get(W + "styleId") for e in parts["word/styles.xml"].iter(W + "style")]
    if len(styles) != len(set(styles)):
        bad.append("a style stands twice")
    for name, root in parts.items():
        if name.startswith("word/") and not name.endswith(".rels"):
            walk(root, name, bad)
            check_tables(root, name, bad)
            check_values(root, name, styles, bad)
    return bad


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.docx"))
    for path in files:
        bad = faults(path)
        print(f"{'not ok' if bad else 'ok'} - {path.stem}.docx is as ECMA-376 wants it" + (f": {bad[:4]}" if bad else ""))
    print(f"{'ok' if files else 'not ok'} - there are papers to look at")


if __name__ == "__main__":
    main(sys.argv[1])
