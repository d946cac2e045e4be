#!/bin/bash
# Papers of an office through the API: approved by two, numbered, sent, corrected, taken
# away; and the same figures everywhere. Runs papers_office.py.
exec python3 "$(dirname "$0")/lib/papers_office.py"
