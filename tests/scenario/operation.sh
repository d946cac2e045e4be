#!/bin/bash
# The configuration file, the units and the example for a proxy, from outside.
. "$(dirname "$0")/lib/tap.sh"

bad() { # CLAIM TEXT-OF-FILE WHAT-IT-SAYS
    printf '%b' "$2" >"$WORK/bad.yaml"
    "$WANGXUN" serve --check-config --config "$WORK/bad.yaml" >"$WORK/out" 2>"$WORK/err"
    if [ $? = 2 ] && grep -qF -- "$3" "$WORK/err"; then ok "$1"; else
        not_ok "$1" "$(cat "$WORK/out" "$WORK/err")"
    fi
}

"$WANGXUN" serve --print-config >"$WORK/example.yaml"
exits 0 "the example file is a good configuration" \
    "$WANGXUN" serve --check-config --config "$WORK/example.yaml"
sed 's/^#\([a-z]\)/\1/' "$WORK/example.yaml" | grep -v '""$' >"$WORK/full.yaml"
exits 0 "and so it is with every default written out" \
    "$WANGXUN" serve --check-config --config "$WORK/full.yaml"
bad "an unknown key is named with line and column" 'listen: 127.0.0.1:1\nlisten_on: x\n' "bad.yaml:2:1"
bad "a number out of range is refused" 'threads: 99\n' "1..16"
bad "a word that is no choice is refused" 'metrics: maybe\n' "on|off"
bad "a key that stands twice is refused" 'threads: 1\nthreads: 2\n' "bad.yaml"
bad "a list must be a list" 'hosts: a\n' "bad.yaml:1"
bad "aliases are refused" 'hosts: [&a x, *a]\n' "bad.yaml"
bad "a certificate needs its key" 'tls_certificate: /x\n' "go together"
bad "an address needs a port" 'listen: localhost\n' "ADDRESS:PORT"
exits 2 "a file that is not there is an error" "$WANGXUN" serve --check-config --config "$WORK/none.yaml"

if command -v systemd-analyze >/dev/null; then
    for unit in wangxun wangxun-backup; do
        score=$(systemd-analyze security --offline=yes --no-pager \
            "$BUILD/packaging/$unit.service" 2>/dev/null | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
        if [ -n "$score" ] && awk "BEGIN{exit !($score <= 2.0)}"; then
            ok "exposure of $unit.service is $score, at most 2.0"
        else not_ok "exposure of $unit.service is at most 2.0" "score '$score'"; fi
    done
else
    echo "# systemd-analyze is not here: exposure not measured"
fi
if command -v nginx >/dev/null; then
    mkdir -p "$WORK/ssl"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$WORK/ssl/key.pem" -out "$WORK/ssl/chain.pem" 2>/dev/null
    printf 'pid %s/nginx.pid; error_log %s/nginx.err; events {} http { access_log off; include %s; }\n' \
        "$WORK" "$WORK" "$WORK/site.conf" >"$WORK/nginx.conf"
    sed "s|/etc/ssl/wangxun|$WORK/ssl|" "$ROOT/packaging/nginx/wangxun.conf" >"$WORK/site.conf"
    check "the example for nginx is one" nginx -t -q -c "$WORK/nginx.conf"
fi
plan
