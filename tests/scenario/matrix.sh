#!/bin/bash
# Who may what, asked of the real server and of a second reading of the policy.
exec python3 "$(dirname "$0")/lib/matrix.py"
