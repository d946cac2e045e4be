#!/bin/bash
# A policy with a mistake does not build, and says in which line. Runs make_policy.py.
exec python3 "$(dirname "$0")/lib/make_policy.py"
