#!/bin/bash
# Proxies, TLS, the log in a journal, doctor. Runs server.py beside it.
exec python3 -W ignore::DeprecationWarning "$(dirname "$0")/lib/server.py"
