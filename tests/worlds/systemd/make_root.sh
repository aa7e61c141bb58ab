#!/bin/sh
# make_root.sh ROOT PACKAGE...: a bootable Debian in the new folder ROOT, whole or not there.
#
# It takes packages from where this machine takes them, so its own apt sources are copied.
set -eu
root=$1
shift
cd "$(dirname "$0")"
mirror=$(sh ./apt_mirror.sh)
made=$root.new
rm -rf "$made"
mkdir -p "$made"
trap 'rm -rf "$made"' EXIT
debootstrap --variant=minbase --include=ca-certificates bookworm "$made" "$mirror" >"$root.log" 2>&1 ||
  { tail -n 5 "$root.log" >&2; exit 1; }
cp -a /etc/apt/sources.list.d/*.sources "$made/etc/apt/sources.list.d/" 2>/dev/null || true
[ ! -e /etc/apt/sources.list ] || cp /etc/apt/sources.list "$made/etc/apt/"
cp -L /etc/resolv.conf "$made/etc/resolv.conf"
# Of a machine whose network has an authority of its own.
cp -L /etc/ssl/certs/ca-certificates.crt "$made/etc/ssl/certs/"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
chroot "$made" apt-get update -qq >>"$root.log" 2>&1
# shellcheck disable=SC2086 -- a list of packages
chroot "$made" apt-get install -y -qq --no-install-recommends "$@" >>"$root.log" 2>&1 ||
  { tail -n 5 "$root.log" >&2; exit 1; }
rm -f "$made/etc/machine-id" "$made/usr/sbin/policy-rc.d"
: >"$made/etc/machine-id"
mv -T "$made" "$root"
