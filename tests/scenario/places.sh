#!/bin/bash
# Where units stand and who inspects them: moved, handed over, imported by either authority.
# Runs places.py beside it.
exec python3 "$(dirname "$0")/lib/places.py"
