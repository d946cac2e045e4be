/* The parts of a DOCX that are the same in every file. */
#include "document/docx_part.h"

/* clang-format off */
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/"
#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define ML "application/vnd.openxmlformats-officedocument.wordprocessingml."

const char wx_docx_types[] =
    HEAD "<Types xmlns=\"" PACKAGE "content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/"
         "vnd.openxmlformats-package.relationships+xml\"/>"
         "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/word/document.xml\" ContentType=\"" ML
         "document.main+xml\"/>"
         "<Override PartName=\"/word/styles.xml\" ContentType=\"" ML "styles+xml\"/>"
         "<Override PartName=\"/word/settings.xml\" ContentType=\"" ML
         "settings+xml\"/>"
         "<Override PartName=\"/word/fontTable.xml\" ContentType=\"" ML
         "fontTable+xml\"/>"
         "<Override PartName=\"/word/header1.xml\" ContentType=\"" ML "header+xml\"/>"
         "<Override PartName=\"/word/header2.xml\" ContentType=\"" ML "header+xml\"/>"
         "<Override PartName=\"/word/header3.xml\" ContentType=\"" ML "header+xml\"/>"
         "<Override PartName=\"/word/footer1.xml\" ContentType=\"" ML "footer+xml\"/>"
         "<Override PartName=\"/word/footer2.xml\" ContentType=\"" ML "footer+xml\"/>"
         "<Override PartName=\"/word/footer3.xml\" ContentType=\"" ML "footer+xml\"/>"
         "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
         "vnd.openxmlformats-package.core-properties+xml\"/>"
         "<Override PartName=\"/docProps/app.xml\" ContentType=\"application/"
         "vnd.openxmlformats-officedocument.extended-properties+xml\"/></Types>";

const char wx_docx_rels[] =
    HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" OFFICE
         "relationships/officeDocument\" Target=\"word/document.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"" PACKAGE
         "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
         "<Relationship Id=\"rId3\" Type=\"" OFFICE
         "relationships/extended-properties\" Target=\"docProps/app.xml\"/>"
         "</Relationships>";

#define PART(id, type, target)                                                         \
    "<Relationship Id=\"" id "\" Type=\"" OFFICE "relationships/" type                 \
    "\" Target=\"" target "\"/>"
const char wx_docx_document_rels[] =
    HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">" PART(
        "rId1", "styles", "styles.xml") PART("rId2", "settings", "settings.xml")
        PART("rId3", "fontTable", "fontTable.xml") PART("rId4", "header", "header1.xml")
            PART("rId5", "header", "header2.xml") PART("rId6", "header", "header3.xml")
                PART("rId7", "footer", "footer1.xml")
                    PART("rId8", "footer", "footer2.xml")
                        PART("rId9", "footer", "footer3.xml") "</Relationships>";

const char wx_docx_roots[] =
    " xmlns:w=\"" WORD "\" xmlns:r=\"" OFFICE "relationships\""
    " xmlns:v=\"urn:schemas-microsoft-com:vml\""
    " xmlns:o=\"urn:schemas-microsoft-com:office:office\""
    " xmlns:w10=\"urn:schemas-microsoft-com:office:word\"";

const char wx_docx_app[] = HEAD "<Properties xmlns=\"" OFFICE
                                "extended-properties\"><Application>Wangxun 网巡"
                                "</Application></Properties>";

const char wx_docx_settings[] =
    HEAD "<w:settings xmlns:w=\"" WORD "\"><w:zoom w:percent=\"100\"/>"
         "<w:bordersDoNotSurroundHeader/>"
         "<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val=\"420\"/>"
         "<w:evenAndOddHeaders/>"
         "<w:drawingGridVerticalSpacing w:val=\"579\"/>"
         "<w:characterSpacingControl w:val=\"compressPunctuation\"/>"
         "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>"
         "<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/>"
         "<w:adjustLineHeightInTable/><w:useFELayout/>"
         "<w:compatSetting w:name=\"compatibilityMode\" "
         "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
         "<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>"
         "<w:decimalSymbol w:val=\".\"/><w:listSeparator w:val=\",\"/></w:settings>";

/* A font that is not there, and what Word takes in its place. */
#define FONT(name, others, family)                                                     \
    "<w:font w:name=\"" name "\"><w:altName w:val=\"" others                           \
    "\"/><w:charset w:val=\"86\"/><w:family w:val=\"" family                           \
    "\"/><w:pitch w:val=\"variable\"/></w:font>"
const char wx_docx_fonts[] =
    HEAD "<w:fonts xmlns:w=\"" WORD "\">" FONT(
        "仿宋_GB2312",
        "仿宋,FangSong,STFangsong",
        "modern") FONT("楷体_GB2312", "楷体,KaiTi,STKaiti", "modern")
        FONT("黑体", "SimHei,STHeiti", "modern") FONT("方正小标宋简体",
                                                      "方正小标宋_GBK,华文中宋,"
                                                      "STZhongsong,宋体",
                                                      "script")
            FONT("宋体", "SimSun,STSong", "auto") "</w:fonts>";

#define FACE(east, latin)                                                              \
    "<w:rFonts w:ascii=\"" latin "\" w:hAnsi=\"" latin "\" w:cs=\"" latin              \
    "\" w:eastAsia=\"" east "\"/>"
#define ROMAN "Times New Roman"
#define STYLE(id, name, parent, ppr, rpr)                                              \
    "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"" id                \
    "\"><w:name w:val=\"" name "\"/><w:basedOn w:val=\"" parent                        \
    "\"/><w:qFormat/><w:pPr>" ppr "</w:pPr><w:rPr>" rpr "</w:rPr></w:style>"
/* The names Word itself has for headings, so that its outline and contents know them */
#define HEADING(level, outline, rpr)                                             \
    "<w:style w:type=\"paragraph\" w:styleId=\"Heading" level                          \
    "\"><w:name w:val=\"heading " level                                                \
    "\"/><w:basedOn w:val=\"Body\"/><w:next w:val=\"Body\"/><w:qFormat/>"              \
    "<w:pPr><w:keepNext/><w:jc w:val=\"left\"/><w:outlineLvl w:val=\"" outline "\"/></w:pPr><w:rPr>" rpr     \
    "</w:rPr></w:style>"
#define SIZE(half_points)                                                              \
    "<w:sz w:val=\"" half_points "\"/><w:szCs w:val=\"" half_points "\"/>"
#define EXACT(twips) "<w:spacing w:line=\"" twips "\" w:lineRule=\"exact\"/>"
#define SINGLE "<w:spacing w:line=\"240\" w:lineRule=\"auto\"/>"
#define FREE "<w:snapToGrid w:val=\"0\"/>"

/* 16 pt less a quarter: 28 characters on 156 mm, and no grid of characters, which every
 * program reads in its own way */
#define CLOSE "<w:spacing w:val=\"-5\"/>"
#define LOOSE "<w:spacing w:val=\"0\"/>"
#define SONG FACE("方正小标宋简体", ROMAN)

const char wx_docx_styles[] =
    HEAD "<w:styles xmlns:w=\"" WORD "\"><w:docDefaults><w:rPrDefault><w:rPr>"
    FACE("仿宋_GB2312", ROMAN) CLOSE "<w:kern w:val=\"2\"/>" SIZE("32")
    "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr>"
    "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
    "<w:name w:val=\"Normal\"/><w:qFormat/><w:pPr><w:widowControl w:val=\"0\"/>"
    "<w:wordWrap w:val=\"0\"/><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/>"
    EXACT("579") "<w:jc w:val=\"both\"/></w:pPr></w:style>"
    "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\">"
    "<w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>"
    "</w:tblPr></w:style>"
    STYLE("Body", "公文正文", "Normal",
          "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>", "")
    HEADING("1", "0", FACE("黑体", ROMAN))
    HEADING("2", "1", FACE("楷体_GB2312", ROMAN))
    HEADING("3", "2", "")
    HEADING("4", "3", "")
    STYLE("To", "主送机关", "Normal", "", "")
    STYLE("Title2", "公文标题", "Normal",
          "<w:keepNext/>" FREE EXACT("640") "<w:jc w:val=\"center\"/>",
          SONG LOOSE SIZE("44"))
    STYLE("Mark", "发文机关标志", "Normal", FREE SINGLE "<w:jc w:val=\"center\"/>",
          SONG "<w:color w:val=\"FF0000\"/>" LOOSE)
    STYLE("Top", "份号密级紧急程度", "Normal", "", FACE("黑体", ROMAN))
    STYLE("Number", "发文字号", "Normal", "", "")
    STYLE("Sign", "署名", "Normal", "<w:jc w:val=\"right\"/>", "")
    STYLE("Attachment", "附件序号", "Normal", "", FACE("黑体", ROMAN))
    STYLE("Caption2", "表题", "Normal", "<w:keepNext/><w:jc w:val=\"center\"/>",
          FACE("黑体", ROMAN) SIZE("28"))
    STYLE("Cell", "表格文字", "Normal", FREE SINGLE "<w:jc w:val=\"left\"/>",
          LOOSE SIZE("24"))
    STYLE("Imprint", "版记", "Normal", FREE EXACT("460"), SIZE("28"))
    STYLE("Page", "页码", "Normal", FREE SINGLE, FACE("宋体", "宋体") LOOSE SIZE("28"))
    STYLE("Gap", "间隔", "Normal", FREE EXACT("120"), SIZE("2"))
    STYLE("Break", "分节", "Normal", FREE EXACT("20"), SIZE("2"))
    "</w:styles>";
/* clang-format on */
