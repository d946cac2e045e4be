#!/bin/bash
# Webhooks, mail, health and metrics of a running server. Runs deliveries.py beside it.
exec python3 "$(dirname "$0")/lib/deliveries.py"
