#!/bin/sh
# make_root.sh ROOT ""|FROM PACKAGE...: a bootable Debian in the new folder ROOT, whole or not there.
#
# It starts from a copy of the root FROM, or from nothing. Packages come from where this machine
# takes them, so its own apt sources are copied. Without packages the sources are those of RELEASE alone.
set -eu
release=${RELEASE:-bookworm}
root=$1
from=$2
shift 2
cd "$(dirname "$0")"
made=$root.new
rm -rf "$root" "$made"
trap 'rm -rf "$made"' EXIT
fail() {
  tail -n 5 "$root.log" >&2
  exit 1
}
if [ -n "$from" ]; then
  cp -a "$from" "$made"
  : >"$root.log"
else
  mkdir -p "$made"
  mirror=$(sh ./apt_mirror.sh)
  debootstrap --variant=minbase --include=ca-certificates $release "$made" "$mirror" >"$root.log" 2>&1 || fail
  if [ $# != 0 ]; then
    cp -a /etc/apt/sources.list.d/*.sources "$made/etc/apt/sources.list.d/" 2>/dev/null || true
    [ ! -e /etc/apt/sources.list ] || cp /etc/apt/sources.list "$made/etc/apt/"
  fi
  cp -L /etc/resolv.conf "$made/etc/resolv.conf"
  # Of a machine whose network has an authority of its own.
  cp -L /etc/ssl/certs/ca-certificates.crt "$made/etc/ssl/certs/"
fi
# The copies are thrown away: nothing need wait for the disk.
echo force-unsafe-io >"$made/etc/dpkg/dpkg.cfg.d/fast"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
if [ $# != 0 ]; then
  # Nothing starts while it is installed.
  printf '#!/bin/sh\nexit 101\n' >"$made/usr/sbin/policy-rc.d"
  chmod 755 "$made/usr/sbin/policy-rc.d"
  chroot "$made" apt-get update -qq >>"$root.log" 2>&1 || fail
  chroot "$made" apt-get install -y -qq --no-install-recommends "$@" >>"$root.log" 2>&1 || fail
fi
chroot "$made" apt-get clean
rm -f "$made/usr/sbin/policy-rc.d"
: >"$made/etc/machine-id"
mv -T "$made" "$root"
