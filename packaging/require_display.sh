#!/bin/sh
# Makes sure that a screenshot can be taken: a screen, or the programs that make a virtual one.
set -eu
missing=
for pair in Xvfb:xvfb xterm:xterm xsetroot:x11-xserver-utils; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ "$(uname -s)" = Linux ] || exit 0
[ -n "$missing" ] || exit 0
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "${CI:-}" != true ]; then exit 0; fi
say="This machine has no screen; a virtual one needs the packages:$missing"
if ! command -v apt-get >/dev/null 2>&1; then
  echo "$say. Install them and try again." >&2
  exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "$say. As root: apt-get install$missing" >&2; exit 1; }
  as_root=sudo
fi
echo "$say. Installing them."
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 -- a list of packages
$as_root apt-get install -y -qq --no-install-recommends $missing xfonts-base >/dev/null
