#!/bin/bash
# Findings: taken in, read, acted on, compared, imported, exported. Runs findings.py beside.
exec python3 "$(dirname "$0")/lib/findings.py"
