#!/bin/bash
# The register's files in and out. Runs exchange.py beside it.
exec python3 "$(dirname "$0")/lib/exchange.py"
