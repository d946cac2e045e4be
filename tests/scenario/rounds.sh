#!/bin/bash
# Permits, rounds and our conduct: a real server inspects real sites on loopback, is
# stopped in every way there is, and is held against what the sites' own log says.
. "$(dirname "$0")/lib/tap.sh"

SITES=8
python3 "$ROOT/tests/scenario/lib/district.py" "$WORK/www" $SITES
port=$(free_port)
start_nginx <<CONF
log_format wx '\$msec \$host \$request_method \$request_uri \$status "\$http_user_agent"';
access_log $WORK/requests.log wx;
server { listen 127.0.0.1:$port; server_name ~^(?<site>s[0-9]+)[.]xingyuan[.]gov[.]cn\$; root $WORK/www/\$site; }
CONF
wait_port "$port"
# its results have numbers of their own
export PYTHONPATH="$ROOT/tests/scenario/lib"
python3 "$ROOT/tests/scenario/lib/rounds.py" "$port" $SITES "$WORK/requests.log"
