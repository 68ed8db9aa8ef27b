#!/usr/bin/env bash
# Brings tmux, the terminal emulator in which the tests of `stowage top` look at it:
#
#   HOME/bin/tmux     of Debian bookworm, with the libraries that it needs
#
# usage: setup.sh     HOME is $STOWAGE_TERMINAL_HOME, else ${XDG_CACHE_HOME:-~/.cache}/stowage/terminal
#
# Needs no root and changes nothing outside HOME. Exit code 0: it is there. 3: it cannot be had on this machine (no
# Debian, no network); HOME/unavailable says why, and tests skip with that reason. Anything else: a defect.
set -euo pipefail

release=bookworm
packages=(tmux libc6 libevent-core-2.1-7 libtinfo6 libutempter0)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${STOWAGE_TERMINAL_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/stowage/terminal}
what=terminal
. "$here/../debian/packages.sh"

begin
stamp=$(cat "${BASH_SOURCE[0]}" "$here/../debian/packages.sh" | sha256sum | cut -c1-64)
if ! is_done packages "$stamp"; then
  find_mirror
  unpack "$release" "${packages[@]}"
  wrap "$release" tmux tmux
  rm -rf "$home/apt"
  mark_done packages "$stamp"
fi
say "ready in $home ($(du -sm "$home" | cut -f1) MB)"
