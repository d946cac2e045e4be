# The demo, as "make demo" runs it: the district is inspected and agrees with its key.
. "$(dirname "$0")/lib/tap.sh"

cd "$ROOT" || exit 1
BUILD=$BUILD DEMO_OUT=$WORK/demo timeout 200 demo/run --lang en >"$WORK/out" 2>"$WORK/err"
status=$?
check "the demo ends well (exit status $status)" test $status = 0
line=$(grep '^answer key:' "$WORK/out")
if [[ $line =~ ^"answer key: "([0-9]+)" of "([0-9]+)" planted troubles found, "([0-9]+)" clean sites, 0 wrong accusations"$ ]]; then
    ok "no clean site is accused"
    check "every planted trouble is found ($line)" test "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}"
    check "the district has trouble and clean sites to tell apart" test "${BASH_REMATCH[2]}" -ge 15 -a "${BASH_REMATCH[3]}" -ge 3
else
    not_ok "the answer key is compared" "$line" "$(tail -n 5 "$WORK/out" "$WORK/err")"
fi
check "at least 10 sites were served" test "$(wc -l <"$WORK/demo/report/sites.jsonl")" -ge 10
tap python3 "$ROOT/tests/scenario/lib/validate.py" "$ROOT" "$WORK/demo/report"
tap python3 "$ROOT/tests/scenario/lib/run.py" numbers "$WORK/demo/report"
plan
