#!/bin/bash
# A campaign through the API, as everybody who has a part in it. Runs campaign.py.
exec python3 "$(dirname "$0")/lib/campaign.py"
