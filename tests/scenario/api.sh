#!/bin/bash
# The API's manners: every refusal typed, nothing half done. Runs api.py beside it.
exec python3 "$(dirname "$0")/lib/api.py"
