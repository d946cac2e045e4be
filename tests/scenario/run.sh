# The life of a run: what it leaves behind, how it ends early, how it goes on.
. "$(dirname "$0")/lib/tap.sh"

RUN="python3 $ROOT/tests/scenario/lib/run.py"
SITES=10
python3 "$ROOT/tests/scenario/lib/district.py" "$WORK/www" $SITES
port=$(free_port)
log=$WORK/requests.log
start_nginx <<EOF
log_format wx '\$msec \$host \$request_method \$request_uri \$status';
access_log $log wx;
server { listen 127.0.0.1:$port; server_name ~^(?<site>s[0-9]+)[.]xingyuan[.]gov[.]cn\$; root $WORK/www/\$site; }
EOF
wait_port "$port"
hosts=$(for i in $(seq $SITES); do echo "s$i.xingyuan.gov.cn"; done)
pins=$(for h in $hosts; do echo "--resolve $h:80:127.0.0.1:$port"; done)

# permit NAME PER_HOST PER_ADDRESS [MORE KEYS]: four sites under way at once
permit() {
    cat >"$WORK/$1.json" <<EOF
{"version": 1, "id": "星网安〔2026〕2号", "holder": "星源区网信办", "hosts": ["*.xingyuan.gov.cn"],
 "addresses": {"allow": ["127.0.0.0/8"]}${4:-},
 "pace": {"per_host": $2, "per_address": $3, "host_connections": 2, "connections": 8}}
EOF
}
permit fast 400 400
permit slow 5 400
# inspect OUT PERMIT [FLAGS]: all sites
inspect() {
    local out=$1 permit=$2
    shift 2
    # shellcheck disable=SC2086
    "$WANGXUN" inspect $hosts $pins --out "$WORK/$out" --permit "$WORK/$permit.json" \
        --workers 2 --max-pages 20 "$@"
}
# ---- what a run leaves ----

exits 0 "an inspection of $SITES sites ends well" inspect whole fast
says "$WORK/out" "report.html" "the summary says where the report lies"
tap python3 "$ROOT/tests/scenario/lib/validate.py" "$ROOT" "$WORK/whole"
tap $RUN numbers "$WORK/whole"
$RUN ids "$WORK/whole" >"$WORK/whole.ids"
$RUN sites "$WORK/whole" >"$WORK/whole.sites"
check "trouble was found to compare" test "$(wc -l <"$WORK/whole.ids")" -ge 30
check "every site was inspected" test "$(grep -c ' inspected$' "$WORK/whole.sites")" = $SITES
check "GET and HEAD only" bash -c "! grep -vE '^[0-9.]+ [^ ]+ (GET|HEAD) ' $log"
check "links that log out or delete are not followed" bash -c "! grep -E 'logout|delete' $log"
check "what robots.txt disallows is not asked for" bash -c "! grep -F /secret/ $log"
exits 0 "the same inspection into another folder ends well" inspect second fast --quiet
check "--quiet prints nothing" test ! -s "$WORK/out" -a ! -s "$WORK/err"
$RUN ids "$WORK/second" >"$WORK/second.ids"
check "findings keep their identity from run to run" cmp "$WORK/whole.ids" "$WORK/second.ids"
cp -r "$WORK/whole" "$WORK/copy"
exits 2 "a second run into the same folder is refused" inspect whole fast
says "$WORK/err" "--resume" "and told how to go on"
check "the earlier run was left as it is" diff -r "$WORK/copy" "$WORK/whole"

# ---- kill -9 ----

# shellcheck disable=SC2086
tap $RUN kills "$WORK/killed" 8 20260601 "$WANGXUN" inspect $hosts $pins --out "$WORK/killed" \
    --permit "$WORK/fast.json" --workers 2 --max-pages 20
$RUN ids "$WORK/killed" >"$WORK/killed.ids"
$RUN sites "$WORK/killed" >"$WORK/killed.sites"
check "a run that was killed ends with the findings of one that was not" cmp "$WORK/whole.ids" "$WORK/killed.ids"
check "and with the same sites" cmp "$WORK/whole.sites" "$WORK/killed.sites"
plan
