#!/bin/sh
# Makes sure that a Debian machine has what `make demo`, `make test` or `make binary` needs.
# usage: require_packages.sh demo|test|test-failover|test-windows|test-systemd|test-desktops|test-msi|test-packages|test-image|repository|windows|binary|smoke|deb|rpm|msi
set -eu
[ "$(uname -s)" = Linux ] || exit 0

# A virtual screen, where there is no other; the tests always use one of their own.
screen="Xvfb:xvfb xterm:xterm xsetroot:x11-xserver-utils"
# What a server is deployed with. Not on everybody's PATH.
deployed=
[ -x /usr/sbin/nginx ] || deployed="no-nginx:nginx"
[ -x /usr/sbin/pgbouncer ] || deployed="$deployed no-pgbouncer:pgbouncer"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || deployed="$deployed no-server:postgresql"
case "$1" in
  demo) needed=$screen; [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || exit 0 ;;
  test) needed="$screen xrandr:x11-xserver-utils openbox:openbox xdotool:xdotool dunst:dunst"
        needed="$needed dbus-daemon:dbus-daemon dbus-run-session:dbus-daemon"
        needed="$needed gnome-keyring-daemon:gnome-keyring systemd-analyze:systemd"
        # The same engine without the windows, menus and pages of a browser: a third less work for a test.
        needed="$needed chromium-headless-shell:chromium-headless-shell"
        needed="$needed curl:curl openssl:openssl rsync:rsync faketime:faketime pdftotext:poppler-utils"
        needed="$needed xfce4-panel:xfce4-panel xfconf-query:xfconf trayer:trayer"
        needed="$needed wixl:wixl msibuild:msitools apt-ftparchive:apt-utils"
        # Of the PDF with names of many scripts.
        [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || needed="$needed no-font:fonts-dejavu-core"
        [ -e /usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf ] || needed="$needed no-font:fonts-noto-core"
        [ -d /usr/share/fonts-droid-fallback ] || needed="$needed no-font:fonts-droid-fallback"
        needed="$needed $deployed" ;;
  test-failover) needed=$deployed ;;
  deb) needed="dpkg-deb:dpkg" ;;
  rpm) needed="rpmbuild:rpm" ;;
  msi) needed="wixl:wixl wixl-heat:wixl msibuild:msitools" ;;
  smoke) needed="dpkg-deb:dpkg rpmbuild:rpm wixl:wixl msiextract:msitools" ;;
  test-msi) needed="wixl:wixl wixl-heat:wixl msibuild:msitools wine:wine"
            needed="$needed x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64"
            [ -x /usr/lib/wine/wine64 ] || needed="$needed no-wine64:wine64" ;;
  repository) needed="apt-ftparchive:apt-utils dpkg-deb:dpkg createrepo_c:createrepo-c rpmsign:rpm gpg:gpg gpg-agent:gpg-agent" ;;
  test-packages) needed="apt-ftparchive:apt-utils dpkg-deb:dpkg createrepo_c:createrepo-c rpmbuild:rpm gpg:gpg gpgv:gpgv"
                 needed="$needed gpg-agent:gpg-agent dnf:dnf gcc:gcc debootstrap:debootstrap ruby:ruby"
                 ls /usr/lib/*/libc.a >/dev/null 2>&1 || needed="$needed no-libc:libc6-dev" ;;
  test-image) needed="buildah:buildah debootstrap:debootstrap unshare:util-linux setpriv:util-linux ansible-playbook:ansible-core" ;;
  test-systemd) needed="systemd-nspawn:systemd-container debootstrap:debootstrap"
                needed="$needed slirp4netns:slirp4netns nsenter:util-linux git:git"
                needed="$needed gcc:gcc dpkg-deb:dpkg rpmbuild:rpm"
                ls /usr/lib/*/libc.a >/dev/null 2>&1 || needed="$needed no-libc:libc6-dev" ;;
  test-windows) needed="Xvfb:xvfb xdotool:xdotool wine:wine eatmydata:eatmydata"
                needed="$needed x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64"
                [ -x /usr/lib/wine/wine64 ] || needed="$needed no-wine64:wine64" ;;
  windows) needed="Xvfb:xvfb xdotool:xdotool wine:wine eatmydata:eatmydata wixl:wixl wixl-heat:wixl msibuild:msitools"
           needed="$needed x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64"
           [ -x /usr/lib/wine/wine64 ] || needed="$needed no-wine64:wine64" ;;
  test-desktops) needed="systemd-nspawn:systemd-container debootstrap:debootstrap" ;;
  binary) needed="gcc:gcc patchelf:patchelf ccache:ccache"
          # Only the system's own Python leaves its headers to a package.
          headers=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')
          [ -e "$headers/Python.h" ] || needed="$needed no-python-headers:python3-dev" ;;
  *) echo "usage: $0 demo|test|test-failover|test-windows|test-systemd|test-desktops|test-msi|test-packages|test-image|repository|windows|binary|smoke|deb|rpm|msi" >&2; exit 2 ;;
esac

missing=
for pair in $needed; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0
say="make $1 needs the packages:$missing"
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
# Another apt may be at work: it is waited for.
# shellcheck disable=SC2086 -- a list of packages
$as_root apt-get install -o DPkg::Lock::Timeout=300 -y -qq --no-install-recommends $missing xfonts-base >/dev/null
