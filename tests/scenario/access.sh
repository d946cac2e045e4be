#!/bin/bash
# Who gets in, who may appoint whom, and what is written down of it. Runs access.py.
exec python3 "$(dirname "$0")/lib/access.py"
