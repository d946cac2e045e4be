#!/bin/bash
# The register against what a real round measures. Runs contradictions.py beside it.
exec python3 "$(dirname "$0")/lib/contradictions.py"
