#!/bin/bash
# The register against the real server: whose it is, what is said of it, reviews, the gate,
# contradictions, hosts. Runs register.py beside it.
exec python3 "$(dirname "$0")/lib/register.py"
