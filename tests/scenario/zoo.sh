# The zoo: hostile sites among normal ones. Nothing dies, hangs or swells, nothing leaves
# the permit, each exhibit gets its true status, and the normal sites' findings stay.
. "$(dirname "$0")/lib/tap.sh"

RUN="python3 $ROOT/tests/scenario/lib/run.py"
SEEN_MAX_KB=262144 # 256 MiB
http=$(free_port) zoo=$(free_port) dns=$(free_port)
python3 "$ROOT/demo/build-sites" "$WORK/district" "$http" "$(free_port)" >/dev/null
nginx -e "$WORK/district/nginx/error.log" -c "$WORK/district/nginx.conf" &
PIDS+=($!)
"$BUILD/zoo" "$zoo" "$WORK/requests.log" &
PIDS+=($!)
{ cat "$WORK/district/zone"; "$BUILD/zoo" --zone; } >"$WORK/zone"
"$BUILD/demo-dns" "$dns" "$WORK/zone" &
PIDS+=($!)
for i in $(seq 100); do
    { (exec 3<>"/dev/tcp/127.66.0.1/$http") && (exec 3<>"/dev/tcp/127.66.1.1/$zoo"); } 2>/dev/null && break
    sleep 0.1
done
cat >"$WORK/permit.json" <<EOF
{"version": 1, "id": "星网安〔2026〕3号", "holder": "星源区网信办",
 "hosts": ["*.xingyuan.gov.cn", "www.xingyuan-fw.example", "xingyuan-fw.example", "*.zoo.example"],
 "ports": [80, 443, $zoo], "addresses": {"allow": ["127.66.0.0/24", "127.66.1.0/24"]},
 "pace": {"per_host": 100, "per_address": 100, "host_connections": 4, "connections": 128}}
EOF
# inspect OUT [TARGET OR FLAG...]: normal sites, and what else is named. Exhibits listen
# on a port of their own, and answer for 80.
exhibits=$("$BUILD/zoo" --zone | cut -d' ' -f1)
pins=$(for h in $exhibits; do echo "--resolve $h:80::$zoo"; done)
inspect() {
    local out=$1
    shift
    # shellcheck disable=SC2086
    timeout 220 "$WANGXUN" inspect --sites "$WORK/district/sites.csv" --out "$WORK/$out" --permit "$WORK/permit.json" \
        --dns "127.0.0.1:$dns" --ca-file "$WORK/district/pki/ca.pem" $pins --resolve "*:80::$http" \
        --resolve "*:443::$((http + 1))" --workers 2 --max-pages 80 --deadline 200s "$@"
}
exits 3 "the normal sites alone are inspected" inspect alone
# shellcheck disable=SC2086
inspect mixed $exhibits >"$WORK/out" 2>"$WORK/err" &
run=$!
$RUN memory $run >"$WORK/memory" &
watch=$!
wait $run
status=$?
wait $watch
read -r top_kb processes <"$WORK/memory"
if [ $status = 3 ]; then ok "with all exhibits among them the run ends by itself"; else
    not_ok "with all exhibits among them the run ends by itself" "exit status $status" "$(tail -c 600 "$WORK/err")"
fi
check "no worker died" bash -c "! grep -E 'worker_died|worker_protocol|worker_failed' $WORK/err"
check "no site failed by our own fault" bash -c "! grep '\"status\":\"failed\"' $WORK/mixed/sites.jsonl"
check "the run was complete, not cut by its deadline" grep -q '"end":"complete"' "$WORK/mixed/summary.json"
case $WANGXUN in
*asan*) ok "memory # SKIP sanitizers have their own" ;;
*) check "no process grew past 256 MiB (of $processes, the largest $top_kb kB)" \
    test "$processes" -ge 4 -a "$top_kb" -le $SEEN_MAX_KB ;;
esac
$RUN ids "$WORK/alone" >"$WORK/alone.ids"
grep -vF '.zoo.example"' "$WORK/mixed/findings.jsonl" | cut -d'"' -f4 | sort >"$WORK/normal.ids"
check "the normal sites' findings are the same with and without the zoo" diff "$WORK/alone.ids" "$WORK/normal.ids"
$RUN sites "$WORK/alone" >"$WORK/alone.sites"
$RUN sites "$WORK/mixed" | grep -v zoo.example >"$WORK/normal.sites"
check "and so are their statuses" diff <(sort "$WORK/alone.sites") <(sort "$WORK/normal.sites")
tap python3 "$ROOT/tests/scenario/lib/zoo.py" "$WORK/mixed" "$WORK/requests.log"
tap python3 "$ROOT/tests/scenario/lib/validate.py" "$ROOT" "$WORK/mixed"
tap $RUN numbers "$WORK/mixed"
plan
