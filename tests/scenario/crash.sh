#!/bin/bash
# Nothing acknowledged is lost: kill -9 under load, and a full disk. Runs crash.py beside it.
exec python3 "$(dirname "$0")/lib/crash.py"
