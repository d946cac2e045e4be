#!/bin/bash
# What the API says of itself, held against what it does.
exec python3 "$(dirname "$0")/lib/openapi.py"
