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

say() { printf 'go-peer: %s\n' "$*"; }

fail() {
  printf 'go-peer: %s\n' "$*" >&2
  exit 1
}

unavailable() {
  printf '%s\n' "$*" > "$home/unavailable"
  printf 'go-peer: not possible here: %s\n' "$*" >&2
  exit 3
}

# ---- apt, without touching the machine's own state ----------------------------------------------

# private_apt RELEASE: an apt of our own in $home/apt/RELEASE, which sees that release only. The
# machine's own settings (a proxy, say) stay in force, but not its sources, pins and hooks.
private_apt() {
  local folder=$home/apt/$1
  rm -rf "$folder"
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/state"
  cat > "$folder/apt.conf" <<CONF
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$folder/state";
Dir::State::Lists "$folder/lists";
Dir::State::Status "/dev/null";
Dir::Cache "$folder/cache";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$1" > "$folder/sources.list"
  apt_of "$1" update > "$folder/update.log" 2>&1
}

apt_of() {
  local release=$1
  shift
  apt-get -qq -c "$home/apt/$release/apt.conf" "$@"
}

find_mirror() {
  command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null ||
    unavailable "this is no Debian: apt-get and dpkg-deb are needed to get the Go programs"
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)' |
    awk -v release="$codename" '$2 == release && $3 == "main" && $4 == "Packages" { print $1; exit }')
  case $(. /etc/os-release && echo "$ID") in
    debian) ;;
    *) unavailable "this is no Debian, so its package mirror has no $release" ;;
  esac
  [[ -n $mirror ]] || unavailable "apt on this machine has no source for Debian $codename"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -r $keyring ]] || unavailable "there is no $keyring to check the packages with"
}

# Signatures are always checked: where this machine's keyring is older than the release, a newer
# keyring package is taken, which the old one vouches for.
open_release() {
  private_apt "$1" && return
  local log=$home/apt/$1/update.log
  if grep -q NO_PUBKEY "$log" && private_apt "$codename" && (cd "$home/apt" && apt_of "$codename" download debian-archive-keyring); then
    rm -rf "$home/apt/keyring"
    dpkg-deb -x "$home"/apt/debian-archive-keyring_*.deb "$home/apt/keyring"
    keyring=$(find "$home/apt/keyring/usr/share/keyrings" -name 'debian-archive-keyring.*' | head -1)
    private_apt "$1" && return
  fi
  unavailable "the package lists of $1 cannot be had: $(grep -m1 '^[EW]:' "$log" || echo "see $log")"
}

# unpack RELEASE PACKAGE...: the packages' files below $home/RELEASE, without documentation and tests.
unpack() {
  local release=$1 root=$home/$1 downloads
  shift
  open_release "$release"
  downloads=$home/apt/$release/debs
  mkdir -p "$downloads" "$root"
  (cd "$downloads" && apt_of "$release" download "$@") > "$home/apt/$release/download.log" 2>&1 ||
    unavailable "packages of $release cannot be had: $(grep -m1 '^E:' "$home/apt/$release/download.log" || true)"
  for deb in "$downloads"/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --no-same-owner --exclude='*_test.go' --exclude=testdata \
      --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude='./usr/share/go-*/test'
  done
  say "$release: $# packages, $(du -cm "$downloads"/*.deb | tail -1 | cut -f1) MB"
  rm -rf "$downloads"
}

# A program of another release runs with that release's own C library, through its loader.
wrap() {
  local release=$1 program=$2 root=$home/$1 loader
  loader=$(cd "$root" && find . -path '*ld-linux*.so.*' \( -type f -o -type l \) | sort | head -1)
  [[ -n $loader ]] || fail "the C library of $release has no loader"
  local libraries
  libraries=$(cd "$root" && find . -name '*.so.*' -printf '%h\n' | sort -u | sed "s|^\.|\$root|" | paste -sd:)
  cat > "$home/bin/.new" <<WRAPPER
#!/bin/sh
# $program of Debian $release, on the C library of $release.
me=\$(readlink -f "\$0")
root=\${me%/*}/../$release
exec "\$root/$loader" --argv0 "\$0" --library-path "$libraries" "\$root/usr/bin/$program" "\$@"
WRAPPER
  chmod 755 "$home/bin/.new"
  mv "$home/bin/.new" "$home/bin/$3"
}

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

# A file's content is the stamp: what it depends on, hashed.
is_done() { [[ $(cat "$home/.$1" 2> /dev/null) == "$2" ]]; }

mark_done() { echo "$2" > "$home/.$1"; }

mkdir -p "$home/bin"
home=$(cd "$home" && pwd)
case $home in *[[:space:]\"\'\;:]*) unavailable "the path $home has characters that apt cannot take: set STOWAGE_PEER_HOME to another one" ;; esac
exec 9> "$home/.lock"
flock 9
rm -f "$home/unavailable"

packages_stamp=$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-64)
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
if ! is_done build "$build_stamp"; then
  build
  mark_done build "$build_stamp"
fi
say "ready in $home ($(du -sm "$home" | cut -f1) MB)"
