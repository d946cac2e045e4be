#!/bin/bash
# Backup and restore of a running office. Runs backup.py beside it.
exec python3 "$(dirname "$0")/lib/backup.py"
