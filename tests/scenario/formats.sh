# What inspect writes keeps its schemas, and the same numbers stand in every file.
. "$(dirname "$0")/lib/tap.sh"

mkdir "$WORK/www"
cat >"$WORK/www/index.html" <<'HTML'
<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>星源区人民政府</title></head>
<body><p>政务公开</p><a href="/a.html">甲</a> <a href="/none.html">乙</a>
<div style="display:none"><a href="http://bad.example.com/">百家乐 <b>"x" & y</b></a></div></body></html>
HTML
cp "$WORK/www/index.html" "$WORK/www/a.html"
port=$(free_port)
start_nginx <<EOF
server { listen 127.0.0.1:$port; root $WORK/www; }
EOF
wait_port "$port"

for lang in zh en; do
    exits 0 "a run with all formats ends well ($lang)" "$WANGXUN" inspect \
        --out "$WORK/$lang" --allow-private --lang $lang --pace 0 --max-pages 10 --quiet \
        "http://127.0.0.1:$port/"
    while read -r line; do
        case $line in
        "ok - "*) ok "${line#ok - }, $lang" ;;
        "not ok - "*) not_ok "${line#not ok - }, $lang" ;;
        *) echo "$line" ;;
        esac
    done < <(python3 "$ROOT/tests/scenario/lib/validate.py" "$ROOT" "$WORK/$lang" 2>&1)
done
check "something was found to compare" test -s "$WORK/zh/findings.jsonl"
cut -d'"' -f4 "$WORK/zh/findings.jsonl" | sort >"$WORK/zh.ids"
cut -d'"' -f4 "$WORK/en/findings.jsonl" | sort >"$WORK/en.ids"
check "findings keep their identity from run to run" cmp "$WORK/zh.ids" "$WORK/en.ids"
check "no file is left half-written" test -z "$(find "$WORK/zh" -name '*.part')"
plan
