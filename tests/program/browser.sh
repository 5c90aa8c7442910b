#!/bin/sh
# The scripted browser of one test: a link to this file, in the folder with the test's plan and diary.
here=$(readlink -f "$0")
exec /usr/bin/python3 -I "${here%/*}/user_agent.py" "${0%/*}" "$@"
