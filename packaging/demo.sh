#!/bin/sh
# Runs the demo while the dashboard is built: the first heartbeat does not wait for it.
# usage: MAKE=make PYTHON=python3 demo.sh RUNTIME-STAMP DASHBOARD wfhserver demo ...
set -eu
runtime=$1 dashboard=$2
shift 2
log=build/dashboard.log

build() {
  # Starting the demo comes first. A group of its own, for npm neither ends at once nor ends its children.
  "$PYTHON" -c 'import os, sys; os.setpgid(0, 0); os.execvp(sys.argv[1], sys.argv[1:])' \
    nice -n 5 "$MAKE" "$dashboard" >"$log" 2>&1 &
  job=$!
  # Whatever is half done has no stamp, and is begun again.
  trap 'kill -s KILL -- "-$job" 2>/dev/null || kill -s KILL "$job" 2>/dev/null; exit' TERM
  wait "$job" || echo "The dashboard could not be built. See $log, and run: make dashboard" >&2
}

builder=
trap '[ -z "$builder" ] || { kill "$builder"; wait "$builder"; } 2>/dev/null || true' EXIT
# Ctrl-C is for the demo, which ends in its own order.
trap : INT
if ! "$MAKE" -q "$dashboard" >/dev/null 2>&1; then
  # The page of an older source would lose its files in the middle.
  rm -rf "$(dirname "$dashboard")"
  mkdir -p build
  build &
  builder=$!
fi
"$MAKE" -q "$runtime" >/dev/null 2>&1 || "$MAKE" --no-print-directory "$runtime"
"$@"
