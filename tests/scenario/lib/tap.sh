# Sourced by scenarios: TAP results, a work folder, servers that are stopped at the end.
# $WANGXUN is the program under test; everything stays on 127.0.0.0/8.
set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
WANGXUN=${WANGXUN:-$ROOT/build/wangxun}
BUILD=$(dirname "$WANGXUN")
WORK=$(mktemp -d "${TMPDIR:-/tmp}/wangxun-scenario.XXXXXX")
export WANGXUN_LANG=en
PIDS=()
N=0

cleanup() {
    local pid
    for pid in "${PIDS[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$WORK"
}
trap cleanup EXIT

ok() { N=$((N + 1)); echo "ok $N - $1"; }
not_ok() {
    N=$((N + 1))
    echo "not ok $N - $1"
    shift
    [ $# = 0 ] || printf '# %s\n' "$@"
}
# check CLAIM COMMAND...: the command must succeed.
check() {
    local claim=$1
    shift
    if "$@" >"$WORK/check.out" 2>&1; then ok "$claim"; else
        not_ok "$claim" "$(head -c 600 "$WORK/check.out")"
    fi
}
# exits CODE CLAIM COMMAND...: output is kept in $WORK/out and $WORK/err.
exits() {
    local want=$1 claim=$2 got
    shift 2
    "$@" >"$WORK/out" 2>"$WORK/err"
    got=$?
    if [ "$got" = "$want" ]; then ok "$claim"; else
        not_ok "$claim" "exit status $got instead of $want" "$(head -c 600 "$WORK/err")"
    fi
}
# says FILE TEXT CLAIM
says() {
    if grep -qF -- "$2" "$1"; then ok "$3"; else
        not_ok "$3" "'$2' is not in:" "$(head -c 600 "$1")"
    fi
}
# tap COMMAND...: its "ok - claim" lines become results of ours
tap() {
    local line
    while read -r line; do
        case $line in
        "ok - "*) ok "${line#ok - }" ;;
        "not ok - "*) not_ok "${line#not ok - }" ;;
        *) echo "$line" ;;
        esac
    done < <("$@" 2>&1)
}
plan() { echo "1..$N"; }

# A port nobody listens on, below the range from which the kernel takes the ports of
# outgoing connections: one of those would be in use just when a server wants it.
free_port() {
    local port tries
    for tries in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        port=$((20000 + (RANDOM * 32768 + RANDOM + $$) % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    return 1
}
# wait_port PORT: until something accepts there, 10 s at most.
wait_port() {
    local i
    for i in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        sleep 0.1
    done
    echo "# nothing listens on port $1" >&2
    return 1
}
# start_nginx "server { ... }" text on standard input; all its files stay in $WORK.
start_nginx() {
    mkdir -p "$WORK/nginx"
    {
        echo "worker_processes 1; daemon off; pid $WORK/nginx/pid; error_log $WORK/nginx/error.log;"
        [ "$(id -u)" = 0 ] && echo "user $(id -un);"
        echo "events { worker_connections 512; } http {"
        echo "types { text/html html htm; text/css css; application/javascript js; text/plain txt; application/xml xml; }"
        echo "access_log $WORK/nginx/access.log; server_tokens off; default_type application/octet-stream;"
        for t in client_body proxy fastcgi uwsgi scgi; do echo "${t}_temp_path $WORK/nginx/$t;"; done
        cat
        echo "}"
    } >"$WORK/nginx/nginx.conf"
    nginx -e "$WORK/nginx/error.log" -c "$WORK/nginx/nginx.conf" &
    PIDS+=($!)
}
