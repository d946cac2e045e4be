#!/bin/bash
# What happens in the course of a campaign, through the API: duties that come of notices,
# incidents and feedback from above; plans step by step; the target; the archive as one
# file. Runs course.py.
exec python3 "$(dirname "$0")/lib/course.py"
