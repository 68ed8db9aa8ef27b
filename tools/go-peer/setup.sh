#!/usr/bin/env bash
# Brings the real Go programs that share Stowage's files, for the tests to compare with:
#
#   HOME/bin/peer                       our program (src/) on Debian trixie's containers/storage library
#   HOME/bin/containers-storage         trixie's own tool of the same release
#   HOME/bin/containers-storage-static  the same tool, built here from the same source without C
#   HOME/bin/containers-storage-1.43    bookworm's tool: an older writer of the same files
#
# usage: setup.sh            HOME is $STOWAGE_PEER_HOME, else ${XDG_CACHE_HOME:-~/.cache}/stowage/peer
#
# Needs no root and changes nothing outside HOME. Exit code 0: all is there. 3: it cannot be done
# on this machine (no Debian, no network); HOME/unavailable says why, and tests skip with that
# reason. Anything else: a defect.
set -euo pipefail

release=trixie
old_release=bookworm
library_version=1.57.2
go_package=golang-1.24

# What `go build` reads. The library's Debian package depends on far more (tests, other drivers).
go_libraries=(
  golang-github-burntsushi-toml-dev golang-github-cespare-xxhash-dev
  golang-github-containerd-stargz-snapshotter-dev golang-github-containers-storage-dev
  golang-github-cyphar-filepath-securejoin-dev golang-github-docker-go-units-dev
  golang-github-google-go-intervals-dev golang-github-hashicorp-errwrap-dev
  golang-github-hashicorp-go-multierror-dev golang-github-json-iterator-go-dev
  golang-github-klauspost-compress-dev golang-github-klauspost-pgzip-dev golang-github-moby-sys-dev
  golang-github-modern-go-concurrent-dev golang-github-modern-go-reflect2-dev
  golang-github-opencontainers-go-digest-dev golang-github-opencontainers-selinux-dev
  golang-github-opencontainers-specs-dev golang-github-sirupsen-logrus-dev
  golang-github-tchap-go-patricia-dev golang-github-ulikunitz-xz-dev golang-github-vbatts-tar-split-dev
  golang-golang-x-exp-dev golang-golang-x-sync-dev golang-golang-x-sys-dev
)
build_tags="exclude_graphdriver_aufs exclude_graphdriver_btrfs exclude_graphdriver_devicemapper \
exclude_graphdriver_overlay exclude_graphdriver_zfs containers_image_openpgp"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${STOWAGE_PEER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/stowage/peer}

what=go-peer
. "$here/../debian/packages.sh"

# ---- build --------------------------------------------------------------------------------------

go_build() {
  local output=$1
  shift
  env GOROOT="$(echo "$home/$release"/usr/lib/go-1.*)" GOPATH="$gopath" GOCACHE="$home/build-cache" GO111MODULE=off \
    GOENV=off GOFLAGS= GOTOOLCHAIN=local GOPROXY=off CGO_ENABLED=0 \
    "$home/$release/usr/lib/$(echo "$go_package" | sed 's/golang/go/')/bin/go" build -trimpath -tags "$build_tags" \
    -o "$home/bin/$output" "$@"
}

build() {
  gopath=$home/$release/usr/share/gocode
  local library=$gopath/src/github.com/containers/storage version
  version=$(cat "$library/VERSION")
  [[ $version == "$library_version" ]] || fail "Debian $release has containers/storage $version by now, our program is written for $library_version"
  printf '{"Replace":{"%s":"%s"}}\n' "$library/stowage_export.go" "$here/overlay/stowage_export.go" > "$home/overlay.json"
  (cd "$here/src" && go_build peer -overlay "$home/overlay.json" .)
  say "built $home/bin/peer"
  if [[ ! -x $home/bin/containers-storage-static ]]; then
    (cd "$here/src" && go_build containers-storage-static github.com/containers/storage/cmd/containers-storage)
    say "built $home/bin/containers-storage-static"
  fi
}

# ---- the steps, each only when its input changed ------------------------------------------------

begin
packages_stamp=$(cat "${BASH_SOURCE[0]}" "$here/../debian/packages.sh" | sha256sum | cut -c1-64)
build_stamp=$(cat "$here"/src/*.go "$here"/overlay/*.go "${BASH_SOURCE[0]}" | sha256sum | cut -c1-64)

if ! is_done packages "$packages_stamp"; then
  find_mirror
  unpack "$release" "$go_package-go" "$go_package-src" containers-storage libc6 "${go_libraries[@]}"
  wrap "$release" containers-storage containers-storage
  unpack "$old_release" containers-storage libc6 libdevmapper1.02.1 libbtrfs0 libgpgme11
  wrap "$old_release" containers-storage containers-storage-1.43
  rm -rf "$home/apt"
  rm -f "$home/bin/containers-storage-static"
  mark_done packages "$packages_stamp"
fi
# New packages take the tool that was built of the old ones with them, whatever became of our own sources.
if ! is_done build "$build_stamp" || [[ ! -x $home/bin/containers-storage-static ]]; then
  build
  mark_done build "$build_stamp"
fi
say "ready in $home ($(du -sm "$home" | cut -f1) MB)"
