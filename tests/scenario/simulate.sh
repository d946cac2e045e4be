# The five notices, each run whole on a fictional district: states, reminders, lists,
# draws, scores, the full set of papers; the same seed gives the same bytes; one paper of
# each kind through LibreOffice, its pages looked at.
. "$(dirname "$0")/lib/tap.sh"

LOOK="python3 $ROOT/tests/scenario/lib/simulate.py"
PICTURES=$BUILD/screenshots/campaigns

exits 2 "a kind nobody knows is refused" "$WANGXUN" campaign simulate 009 --out "$WORK/none"
exits 2 "without --out nothing is run" "$WANGXUN" campaign simulate 000
declare -A RUN # all at once: each waits for the disk most of the time
start() { "$WANGXUN" campaign simulate "$1" --out "$WORK/$2" "${@:3}" >"$WORK/$2.log" 2>&1 & RUN[$2]=$!; }
for kind in 000 001 002 003 004; do start $kind $kind; done
start 004 again
start 000 other --seed 2
for kind in 000 001 002 003 004; do
    exits 0 "$kind runs from its plan to its archive" wait "${RUN[$kind]}"
    tap $LOOK summary "$WORK/$kind" $kind
done
exits 0 "004 runs again" wait "${RUN[again]}"
exits 0 "000 runs with another seed" wait "${RUN[other]}"
check "the same seed gives the same bytes" diff -r "$WORK/004" "$WORK/again"
check "another seed gives another district" bash -c "! cmp -s '$WORK/000/summary.json' '$WORK/other/summary.json'"
tap $LOOK summary "$WORK/other" 000

if [ -x /usr/bin/soffice ]; then
    mkdir -p "$WORK/docx" "$WORK/pdf" "$PICTURES"
    $LOOK choose "$WORK" "$WORK/docx"
    exits 0 "LibreOffice opens and prints them" env HOME="$WORK" timeout 170 soffice \
        "-env:UserInstallation=file://$WORK/profile" --headless --convert-to pdf \
        --outdir "$WORK/pdf" "$WORK"/docx/*.docx
    tap $LOOK print "$WORK" "$WORK/docx" "$WORK/pdf" "$PICTURES"
else
    ok "LibreOffice opens and prints them # SKIP it is not installed"
fi
plan
