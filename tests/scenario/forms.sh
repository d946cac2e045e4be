#!/bin/bash
# Questionnaires through the API: prefilled, filled in off line, changed while being
# filled in, an office's own kinds and forms. Runs forms.py.
exec python3 "$(dirname "$0")/lib/forms.py"
