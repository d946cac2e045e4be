#!/bin/bash
# The same figures on the screen (API), in XLSX, DOCX, page and PDF, over random data of
# several seeds. Runs figures.py; SEEDS="1 2" chooses others.
exec python3 "$(dirname "$0")/lib/figures.py"
