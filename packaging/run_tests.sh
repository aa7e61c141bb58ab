#!/bin/sh
# Run every test: run_tests.sh PYTHON WORKERS
#
# Tests start programs, databases and browsers. On a machine that is busy with other things, one of
# them may wait for longer than its limit. Those that fail are run once more, one after the other;
# a fault fails there as well. Which ones these were is printed.
set -eu
code=0
"$1" -m pytest -n "$2" --dist loadfile --no-loadscope-reorder || code=$?
# 1 says that tests failed. Everything else, such as an error in a test file, is final.
[ "$code" -eq 1 ] || exit "$code"
echo
echo "These failed while others ran. They run once more, one after the other:"
exec "$1" -m pytest -rA --maxfail 3 --last-failed --last-failed-no-failures none
