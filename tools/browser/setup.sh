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

say() { printf 'browser: %s\n' "$*"; }

unavailable() {
  printf '%s\n' "$*" > "$home/unavailable"
  printf 'browser: not possible here: %s\n' "$*" >&2
  exit 3
}

# An apt of our own with the machine's sources. It takes nothing for installed, so that what is unpacked is complete.
write_apt_conf() {
  mkdir -p "$home/apt/lists/partial" "$home/apt/cache/archives/partial" "$home/apt/state"
  cat > "$home/apt/apt.conf" << CONF
Dir::State "$home/apt/state";
Dir::State::Lists "$home/apt/lists";
Dir::State::Status "/dev/null";
Dir::Cache "$home/apt/cache";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
APT::Install-Recommends "false";
Debug::NoLocking "true";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
CONF
}

private_apt() { apt-get -qq -c "$home/apt/apt.conf" "$@"; }

download() {
  command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null ||
    unavailable "this is no Debian: apt-get and dpkg-deb are needed to get a Chromium"
  [[ $(. /etc/os-release && echo "$ID") == debian ]] || unavailable "this is no Debian, so it has no package ${packages[0]}"
  rm -rf "$home/apt"
  write_apt_conf
  private_apt update > "$home/apt/log" 2>&1 ||
    unavailable "the package lists cannot be had: $(grep -m1 '^[EW]:' "$home/apt/log" || echo "see $home/apt/log")"
  private_apt install --yes --download-only "${packages[@]}" > "$home/apt/log" 2>&1 ||
    unavailable "the packages cannot be had: $(grep -m1 '^E:' "$home/apt/log" || echo "see $home/apt/log")"
}

unpack() {
  rm -rf "$home/root"
  mkdir -p "$home/root"
  for deb in "$home"/apt/cache/archives/*.deb; do
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

mkdir -p "$home"
home=$(cd "$home" && pwd)
case $home in *[[:space:]\"\'\;:]*) unavailable "the path $home has characters that apt cannot take: set STOWAGE_BROWSER_HOME to another one" ;; esac
exec 9> "$home/.lock"
flock 9
rm -f "$home/unavailable"

# What this script does, on this release: its content is the stamp.
stamp=$({ cat "${BASH_SOURCE[0]}" && grep -s VERSION_ID /etc/os-release; } | sha256sum | cut -c1-64)
if [[ $(cat "$home/.done" 2> /dev/null) != "$stamp" ]]; then
  download
  unpack
  write_program
  "$home/bin/chromium" --version > /dev/null || { say "it does not start" >&2 && exit 1; }
  echo "$stamp" > "$home/.done"
fi
say "$("$home/bin/chromium" --version) ready in $home ($(du -sm "$home" | cut -f1) MB)"
