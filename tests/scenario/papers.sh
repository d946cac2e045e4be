# Every official paper from one fixed district: its words against the kept ones, its DOCX
# through LibreOffice, its geometry and pictures; one as PDF by each confined converter.
. "$(dirname "$0")/lib/tap.sh"

MAKE=$BUILD/tests/write-papers
KEPT=$ROOT/tests/scenario/papers
LOOK="python3 $ROOT/tests/scenario/lib/papers.py"
PICTURES=$BUILD/screenshots/papers

folders() { find /tmp -maxdepth 1 -name 'wangxun-pdf.*' | sort; }
# another scenario may be converting at this moment: its folders go within its own time
all_gone() {
    local i
    for i in $(seq 60); do
        [ -z "$(comm -12 <(echo "$1") <(folders))" ] && return 0
        sleep 1
    done
    return 1
}
before=$(folders)
mkdir -p "$WORK/one" "$WORK/two" "$WORK/pdf" "$WORK/office" "$WORK/browser" "$PICTURES"
exits 0 "all papers are made" "$MAKE" "$WORK/one"
"$MAKE" "$WORK/two" >/dev/null
check "the same facts give the same bytes" diff -r "$WORK/one" "$WORK/two"
if [ -n "${KEEP_PAPERS:-}" ]; then mkdir -p "$KEPT" && cp "$WORK"/one/*.txt "$KEPT/"; fi
for f in "$WORK"/one/*.txt; do
    name=$(basename "$f" .txt)
    check "$name has the words that are kept" diff "$KEPT/$name.txt" "$f"
done
check "no kept paper is missing" test "$(ls "$KEPT" | wc -l)" = "$(ls "$WORK"/one/*.txt | wc -l)"
tap $LOOK pages "$WORK/one"
tap python3 "$ROOT/tests/scenario/lib/ooxml.py" "$WORK/one"

# ---- confined converters ----

for program in soffice chromium; do
    [ $program = soffice ] && dir=office || dir=browser
    if [ ! -x /usr/bin/$program ]; then
        ok "$program makes a PDF # SKIP it is not installed"
        continue
    fi
    exits 0 "$program makes a PDF of the first paper" "$MAKE" "$WORK/$dir" --pdf /usr/bin/$program
    says "$WORK/out" "no-network seccomp" "$program ran without network"
    says "$WORK/out" "font 仿宋_GB2312 " "and fonts are named"
    check "its pages are A4" bash -c "pdfinfo '$WORK/$dir/rectification_notice.pdf' | grep -q 'A4'"
    check "its text is there" bash -c "pdftotext '$WORK/$dir/rectification_notice.pdf' - | grep -q 星网办"
done
exits 1 "without a converter there is no PDF" "$MAKE" "$WORK/two" --pdf /nonexistent/soffice
says "$WORK/err" "libreoffice-writer-nogui" "and what to install is named"
check "no folder is left behind" all_gone "$(comm -13 <(echo "$before") <(folders))"

# ---- every DOCX through LibreOffice ----

if [ -x /usr/bin/soffice ]; then
    cat >"$WORK/fonts.conf" <<'CONF'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<alias binding="same"><family>仿宋_GB2312</family><accept><family>Noto Serif CJK SC</family></accept></alias>
<alias binding="same"><family>楷体_GB2312</family><accept><family>Noto Serif CJK SC</family></accept></alias>
<alias binding="same"><family>黑体</family><accept><family>Noto Sans CJK SC</family></accept></alias>
<alias binding="same"><family>方正小标宋简体</family><accept><family>Noto Serif CJK SC</family></accept></alias>
<alias binding="same"><family>宋体</family><accept><family>Noto Serif CJK SC</family></accept></alias>
</fontconfig>
CONF
    exits 0 "LibreOffice opens and prints every DOCX" env FONTCONFIG_FILE="$WORK/fonts.conf" HOME="$WORK" \
        timeout 180 soffice "-env:UserInstallation=file://$WORK/profile" --headless \
        --convert-to pdf --outdir "$WORK/pdf" "$WORK"/one/*.docx
    tap $LOOK print "$WORK/one" "$WORK/pdf" "$PICTURES"
else
    ok "LibreOffice opens and prints every DOCX # SKIP it is not installed"
fi
plan
