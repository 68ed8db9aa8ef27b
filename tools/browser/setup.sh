#!/usr/bin/env bash
# Brings a headless Chromium of this machine's Debian release, for the tests of the page of `stowage ui`:
#
#   HOME/bin/chromium       starts it with its own libraries and one font, so that screens look alike everywhere
#
# usage: setup.sh           HOME is $STOWAGE_BROWSER_HOME, else ${XDG_CACHE_HOME:-~/.cache}/stowage/browser
#
# Needs no root and changes nothing outside HOME. Exit code 0: it is there and starts. 3: it cannot be had
# on this machine (no Debian, no network); HOME/unavailable says why, and tests skip with that reason.
# Anything else: a defect.
set -euo pipefail

packages=(chromium-headless-shell fonts-dejavu-core)
# The C library is the machine's own, of the same release: another one would need another loader, which Chromium,
# as it starts itself again, would lose.
left_out='^(libc6|libc-bin|debconf|dpkg|perl-base|sysvinit-utils|lsb-base)_'

home=${STOWAGE_BROWSER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/stowage/browser}

what=browser
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../debian/packages.sh"

# From the machine's own sources, with all that the packages need.
download() {
  command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null ||
    unavailable "this is no Debian: apt-get and dpkg-deb are needed to get a Chromium"
  [[ $(. /etc/os-release && echo "$ID") == debian ]] || unavailable "this is no Debian, so it has no package ${packages[0]}"
  write_apt_conf "$home/apt/machine" 'APT::Install-Recommends "false";' 'Debug::NoLocking "true";'
  local log=$home/apt/log
  apt_of machine update > "$log" 2>&1 ||
    unavailable "the package lists cannot be had: $(grep -m1 '^[EW]:' "$log" || echo "see $log")"
  apt_of machine install --yes --download-only "${packages[@]}" > "$log" 2>&1 ||
    unavailable "the packages cannot be had: $(grep -m1 '^E:' "$log" || echo "see $log")"
}

unpack_all() {
  rm -rf "$home/root"
  mkdir -p "$home/root"
  for deb in "$home"/apt/machine/cache/archives/*.deb; do
    [[ ! ${deb##*/} =~ $left_out ]] || continue
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$home/root" --no-same-owner --exclude=./usr/share/doc \
      --exclude=./usr/share/man --exclude=./usr/share/locale --exclude='./usr/lib/*/dri' --exclude='*/libVk*'
  done
  rm -rf "$home/apt"
}

write_program() {
  local libraries
  libraries=$(cd "$home/root" && find . \( -name '*.so' -o -name '*.so.*' \) -printf '%h\n' | sort -u | sed 's|^\.|$root|' | paste -sd:)
  mkdir -p "$home/bin" "$home/fonts"
  cat > "$home/fonts/fonts.conf" << CONF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$home/root/usr/share/fonts</dir>
  <cachedir>$home/fonts/cache</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
CONF
  cat > "$home/bin/.new" << PROGRAM
#!/bin/sh
root='$home/root'
export LD_LIBRARY_PATH="$libraries" FONTCONFIG_FILE='$home/fonts/fonts.conf'
exec "\$root/usr/lib/chromium/chromium-headless-shell" "\$@"
PROGRAM
  chmod 755 "$home/bin/.new"
  mv "$home/bin/.new" "$home/bin/chromium"
}

begin

# What this script does, on this release: its content is the stamp.
stamp=$({ cat "${BASH_SOURCE[0]}" "$here/../debian/packages.sh" && grep -s VERSION_ID /etc/os-release; } | sha256sum | cut -c1-64)
if ! is_done done "$stamp"; then
  download
  unpack_all
  write_program
  "$home/bin/chromium" --version > /dev/null || fail "it does not start"
  mark_done done "$stamp"
fi
say "$("$home/bin/chromium" --version) ready in $home ($(du -sm "$home" | cut -f1) MB)"
