# The demo, as "make demo" runs it: an office over the district, whose round agrees with its
# key; everybody can sign in; nothing stays behind.
. "$(dirname "$0")/lib/tap.sh"

cd "$ROOT" || exit 1
BUILD=$BUILD DEMO_OUT=$WORK/demo DEMO_ONCE=1 timeout 300 demo/run --lang en >"$WORK/out" 2>"$WORK/err"
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
says "$WORK/out" "register: 15 units, 15 sites, 15 people" "the register holds the district"
check "the round ended well and found something" grep -q '^round 1: done, [1-9][0-9]* findings$' "$WORK/out"
check "findings are in every state" grep -qE \
    '^findings: [1-9][0-9]* open, [1-9][0-9]* confirmed, [1-9][0-9]* fixing, [1-9][0-9]* fixed, [1-9][0-9]* closed, [1-9][0-9]* dismissed$' "$WORK/out"
check "the round contradicts the register and met unregistered hosts" grep -qE \
    '^register against round: [1-9][0-9]* contradictions, [1-9][0-9]* unregistered hosts$' "$WORK/out"
roles=$(sed -n 's/^role \([a-z_]*\) .*/\1/p' policy/roles.policy)
missing=
for role in $roles; do grep -q "^  ${role/_/-} .*-" "$WORK/out" || missing+=" $role"; done
check "every role has an account (missing:${missing:- none})" test -z "$missing"
line=$(grep '^signed in:' "$WORK/out")
check "everybody can sign in with what was shown ($line)" \
    test "$line" = "signed in: $(grep -c '^  [a-z0-9-]* *[a-z-]*-[a-z-]* ' "$WORK/out") of $(sed -n 's/.* of \(.*\) accounts/\1/p' <<<"$line") accounts"
check "the secrets of second factors are for one's own eyes" test "$(stat -c %a "$WORK/demo/accounts.json")" = 600
check "a code can be had for a signed-in role" grep -qE '^office +[0-9]{6} ' <(DEMO_OUT=$WORK/demo demo/code office)
nothing_runs() { ! pgrep -f "$1" >/dev/null; }
check "no process of it stays" nothing_runs "$WORK/demo/"
check "at least 10 sites were served" test "$(wc -l <"$WORK/demo/report/sites.jsonl")" -ge 10
tap python3 "$ROOT/tests/scenario/lib/validate.py" "$ROOT" "$WORK/demo/report" "$WORK/demo/office/rounds/1"
tap python3 "$ROOT/tests/scenario/lib/run.py" numbers "$WORK/demo/report"

# Ended half-way, it takes everything with it.
BUILD=$BUILD DEMO_OUT=$WORK/again demo/run >"$WORK/out" 2>&1 &
pid=$!
PIDS+=("$pid")
for _ in $(seq 300); do [ -s "$WORK/again/serve.log" ] && break; sleep 0.1; done
kill "$pid"
wait "$pid"
status=$?
check "it ends when it is told to (exit status $status)" test $status = 130
check "its servers end with it" nothing_runs "$WORK/again/"
plan
