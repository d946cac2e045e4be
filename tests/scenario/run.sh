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
check "nobody else may read what it found" test -z "$(find "$WORK/whole" -type f -perm /007)"
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

# ---- a worker dies ----

inspect worker fast 2>"$WORK/err" >"$WORK/out" &
run=$!
core_of() { pgrep -P "$1" -f 'inspect s1.xingyuan' || echo "$1"; }
for i in $(seq 40); do
    victim=$(pgrep -P "$(core_of $run)" | head -n 1)
    [ -n "$victim" ] && grep -q . "$log" && break
    sleep 0.05
done
sleep 0.6
kill -9 "$victim"
wait $run
check "a run whose worker was killed ends well" test $? = 0
says "$WORK/err" worker_died "and says so in the log"
$RUN ids "$WORK/worker" >"$WORK/worker.ids"
$RUN sites "$WORK/worker" >"$WORK/worker.sites"
check "its sites were tried again and nothing was lost" cmp "$WORK/whole.ids" "$WORK/worker.ids"
check "and none of them failed" cmp "$WORK/whole.sites" "$WORK/worker.sites"

# ---- interrupts ----

# interrupted OUT CLAIM HOW...: start slowly, stop by HOW (gets the core's id), go on
interrupted() {
    local out=$1 claim=$2 run status at late before
    shift 2
    inspect "$out" slow >"$WORK/out" 2>"$WORK/err" &
    run=$!
    for i in $(seq 60); do
        [ -s "$WORK/$out/wangxun.db" ] && break
        sleep 0.1
    done
    sleep 2
    at=$(date +%s.%N)
    before=$(wc -l <"$log")
    "$@" "$(core_of $run)"
    wait $run
    status=$?
    sleep 2.2
    late=$($RUN last "$log" "$at")
    check "$claim: exit status 130 ($status)" test $status = 130
    check "$claim: it was at work ($before requests)" test "$before" -gt 20
    check "$claim: the last request comes within 2 s ($late ms)" test "$late" -le 2000
    check "$claim: the report is written and says interrupted" bash -c \
        "grep -q '\"end\":\"interrupted\"' $WORK/$out/summary.json && grep -q 'data-end=\"interrupted\"' $WORK/$out/report.html"
    rm -f "$WORK/$out/stop"
    exits 0 "$claim: --resume goes on to the end" inspect_more "$out"
    $RUN ids "$WORK/$out" >"$WORK/$out.ids"
    check "$claim: with the findings of an uninterrupted run" cmp "$WORK/whole.ids" "$WORK/$out.ids"
}
# the targets stand in the store
inspect_more() {
    # shellcheck disable=SC2086
    "$WANGXUN" inspect $pins --out "$WORK/$1" --permit "$WORK/fast.json" --workers 2 --max-pages 20 --resume
}
interrupted ctrl-c "Ctrl-C" kill -INT
interrupted term "SIGTERM" kill -TERM
interrupted killfile "kill file" eval "touch $WORK/killfile/stop #"
touch "$WORK/killfile/stop"
exits 130 "a kill file that was left over stops the next run too" inspect_more killfile
says "$WORK/err" "killfile/stop" "and is named"
rm "$WORK/killfile/stop"
# a worker that hears nothing must not outlive the order
stop_deaf() {
    local worker
    worker=$(pgrep -P "$1" | head -n 1)
    kill -STOP "$worker"
    kill -INT "$1"
}
interrupted deaf "Ctrl-C with a worker that hangs" stop_deaf

# ---- exit codes ----

one="--resolve s1.xingyuan.gov.cn:80:127.0.0.1:$port --max-pages 12 --workers 1"
# shellcheck disable=SC2086
one_site() { "$WANGXUN" inspect http://s1.xingyuan.gov.cn/ $one "$@"; }
exits 1 "--fail-on: findings of that level" one_site --out "$WORK/fail" --permit "$WORK/fast.json" --fail-on high
exits 0 "--fail-on: none of that level" one_site --out "$WORK/nofail" --permit "$WORK/fast.json" --fail-on critical
exits 3 "a site that does not answer cannot be determined" "$WANGXUN" inspect http://127.0.0.1:1/ \
    --out "$WORK/down" --allow-private --quiet
sent=$(wc -l <"$log")
exits 5 "loopback without --allow-private is refused" one_site --out "$WORK/private" --pace 10
permit expired 400 400 ', "window": {"from": "2020-01-01", "until": "2020-02-01"}'
exits 5 "a permit whose window is over is refused" one_site --out "$WORK/expired" --permit "$WORK/expired.json"
permit early 400 400 ', "window": {"from": "2900-01-01", "until": "2900-02-01"}'
exits 5 "a permit whose window has not begun is refused" one_site --out "$WORK/early" --permit "$WORK/early.json"
sed 's/\*.xingyuan.gov.cn/www.xingyuan.gov.cn/' "$WORK/fast.json" >"$WORK/other.json"
exits 5 "a host that the permit does not name is refused" one_site --out "$WORK/host" --permit "$WORK/other.json"
check "refused runs sent nothing" test "$(wc -l <"$log")" = "$sent"
exits 2 "a permit with an unknown key is refused" one_site --out "$WORK/badkey" --permit <(sed 's/"pace"/"pase"/' "$WORK/fast.json")
says "$WORK/err" "pace" "and the nearest key is named"
began=$(date +%s)
inspect deadline slow --deadline 3s >"$WORK/out" 2>"$WORK/err"
status=$?
took=$(($(date +%s) - began))
check "--deadline ends the run ($took s)" test $took -le 12
check "a run cut by its deadline has sites not determined (exit $status)" test $status = 3
check "and says so" grep -q '"end":"deadline"' "$WORK/deadline/summary.json"
exits 0 "and goes on by --resume" inspect_more deadline
$RUN ids "$WORK/deadline" >"$WORK/deadline.ids"
check "with the findings of a whole run" cmp "$WORK/whole.ids" "$WORK/deadline.ids"

exits 3 "one site cut by the deadline is not done either" one_site --out "$WORK/short" --allow-private --pace 5 --deadline 2s

# ---- what is printed and written ----

exits 0 "--json prints the summary" one_site --out "$WORK/json" --permit "$WORK/fast.json" --json
check "and nothing else" python3 -c "import json,sys; a = json.load(open('$WORK/out')); b = json.load(open('$WORK/json/summary.json')); sys.exit(a != b)"
exits 0 "--format takes a list" one_site --out "$WORK/formats" --permit "$WORK/fast.json" --format html,json
check "and writes only those" test "$(cd "$WORK/formats" && ls -d report* *.json* *.sarif *.xlsx 2>/dev/null | sort | xargs)" = \
    "findings.jsonl report.html sites.jsonl summary.json"
exits 0 "the report is written in English too" one_site --out "$WORK/en" --permit "$WORK/fast.json" --lang en
says "$WORK/en/report.html" 'lang="en"' "and says so"

# ---- conduct ----

cp "$log" "$log.before"
exits 0 "a run at 5 requests a second ends well" one_site --out "$WORK/gentle" --allow-private --pace 5 --max-pages 8
tail -n "+$(($(wc -l <"$log.before") + 1))" "$log" >"$WORK/gentle.log"
check "never more than 5 requests (and 2 for the window's edges) in a second" $RUN pace "$WORK/gentle.log" 7
cp "$log" "$log.before"
permit order 400 400 ', "robots": {"ignore": true, "order": "星网安〔2026〕2号"}'
exits 0 "an order that overrides robots.txt is taken" one_site --out "$WORK/order" --permit "$WORK/order.json"
tail -n "+$(($(wc -l <"$log.before") + 1))" "$log" >"$WORK/order.log"
says "$WORK/order.log" /secret/plan.html "and then the path is asked for"
permit noorder 400 400 ', "robots": {"ignore": true}'
exits 2 "robots.txt is not overridden without naming the order" one_site --out "$WORK/noorder" --permit "$WORK/noorder.json"

# ---- registers ----

cat >"$WORK/bad.csv" <<'CSV'
网站名称,域名,IP地址,所属部门,单位类型,等保级别
第一单位,s1.xingyuan.gov.cn,127.0.0.1,第一单位,行政机关,二级
第二单位,s2..xingyuan.gov.cn,,第二单位,行政机关,二级
第三单位,s3.xingyuan.gov.cn,999.1.1.1,第三单位,行政机关,九级
第四单位,,,第四单位,事业单位,
第五单位,s1.xingyuan.gov.cn,,第五单位,事业单位,三级
CSV
# register FILE OUT: sites of a register file
register() {
    # shellcheck disable=SC2086
    "$WANGXUN" inspect --sites "$1" $pins --out "$WORK/$2" --permit "$WORK/fast.json" --max-pages 2 --workers 2
}
exits 0 "a register with wrong rows is inspected all the same" register "$WORK/bad.csv" bad
for part in 'row 3, column "域名", "s2..xingyuan.gov.cn"' 'row 4, column "IP地址", "999.1.1.1"' \
    'row 4, column "等保级别", "九级"' 'row 5, column "域名"' 'row 6, column "域名"'; do
    says "$WORK/err" "$part" "the wrong cell is named: $part"
done
check "the good rows went on" test "$(wc -l <"$WORK/bad/sites.jsonl")" = 2
sed -n '1,2p' "$WORK/bad.csv" | iconv -f utf-8 -t gb18030 >"$WORK/gb.csv"
exits 0 "a register in GB18030 is read" register "$WORK/gb.csv" gb
says "$WORK/gb/sites.jsonl" 第一单位 "and its characters are kept"
python3 - "$WORK/register.xlsx" <<'PY'
import sys
import zipfile
from xml.sax.saxutils import escape

rows = [["域名", "网站名称", "所属部门"], ["s1.xingyuan.gov.cn", "第一单位", "第一单位"],
        ["s2.xingyuan.gov.cn", "第二单位", "第二单位"]]
cells = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row) + "</row>" for row in rows)
main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
rels = "http://schemas.openxmlformats.org/package/2006/relationships"
office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
               '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
               '<Default Extension="xml" ContentType="application/xml"/></Types>')
    z.writestr("_rels/.rels", f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" '
               'Target="xl/workbook.xml"/></Relationships>')
    z.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="台账" sheetId="1" '
               'r:id="r1"/></sheets></workbook>')
    z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/worksheet" '
               'Target="worksheets/sheet1.xml"/></Relationships>')
    z.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>')
PY
exits 0 "a register in XLSX is read" register "$WORK/register.xlsx" xlsx
check "with all its rows" test "$(wc -l <"$WORK/xlsx/sites.jsonl")" = 2
{ head -n 1 "$WORK/bad.csv"; yes "第一单位,s1.xingyuan.gov.cn,127.0.0.1,第一单位,行政机关,二级" | head -c 104857600; } >"$WORK/huge.csv"
exits 2 "a register of 100 MB is refused" timeout 10 bash -c "'$WANGXUN' inspect --sites '$WORK/huge.csv' --out '$WORK/huge' --allow-private"
says "$WORK/err" "huge.csv" "and named"
check "and leaves nothing behind" test ! -e "$WORK/huge"
rm "$WORK/huge.csv"

# ---- disks and rights ----

# with a limit on the size of files, in units of 1 KiB
limited() {
    local kib=$1
    shift
    (ulimit -f "$kib" && "$@")
}
exits 2 "a disk that fills during the run ends it" limited 300 inspect full fast
says "$WORK/err" "no space left" "with the reason"
check "nothing is left half-written" test -z "$(find "$WORK/full" -name '*.part' -o -name 'report*')"
exits 0 "with space again it goes on" inspect_more full
$RUN ids "$WORK/full" >"$WORK/full.ids"
check "and nothing was lost" cmp "$WORK/whole.ids" "$WORK/full.ids"
cp "$WORK/whole/report.html" "$WORK/old.html"
exits 2 "a disk that fills while the report is written ends the run" limited 60 inspect_more whole
check "the old report is intact" cmp "$WORK/old.html" "$WORK/whole/report.html"
check "and nothing is half-written beside it" test -z "$(find "$WORK/whole" -name '*.part')"
if [ "$(id -u)" = 0 ] && mkdir "$WORK/disk" && mount -t tmpfs -o size=400k tmpfs "$WORK/disk" 2>/dev/null; then
    exits 2 "a small file system that is full ends the run" inspect disk/run fast
    says "$WORK/err" "no space left" "with that reason"
    umount "$WORK/disk"
else
    ok "a small file system that is full ends the run # SKIP cannot mount one here"
fi
shared=$(mktemp -d) # one that everybody may enter
chmod 755 "$shared"
mkdir -m 555 "$shared/closed"
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid 65534 --regid 65534 --clear-groups"; else as=; fi
if $as test -x "$WANGXUN"; then
    exits 2 "a folder that may not be written is refused" $as "$WANGXUN" inspect http://127.0.0.1:1/ --allow-private --out "$shared/closed/out"
    says "$WORK/err" "closed/out" "and named"
else
    ok "a folder that may not be written is refused # SKIP nobody cannot run the program here"
fi
rm -rf "$shared"
plan
