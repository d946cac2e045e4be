#!/bin/bash
# The command line as a client of the office's server.
exec python3 "$(dirname "$0")/lib/nouns.py"
