# Programs of Debian packages in a folder of ours, without root and without touching the machine. To be sourced;
# whoever does sets `home`, the folder, and `what`, for whom packages are looked for, and calls `begin` first.

say() { printf '%s: %s\n' "$what" "$*"; }

fail() {
  printf '%s: %s\n' "$what" "$*" >&2
  exit 1
}

# Tests skip with this reason.
unavailable() {
  printf '%s\n' "$*" > "$home/unavailable"
  printf '%s: not possible here: %s\n' "$what" "$*" >&2
  exit 3
}

# begin: makes the folder, and keeps others out of it until the end.
begin() {
  mkdir -p "$home/bin"
  home=$(cd "$home" && pwd)
  case $home in *[[:space:]\"\'\;:]*) unavailable "the path $home has characters that apt cannot take: set another one" ;; esac
  exec 9> "$home/.lock"
  flock 9
  rm -f "$home/unavailable"
}

# ---- apt, without touching the machine's own state ----------------------------------------------

# write_apt_conf FOLDER SETTING...: an apt of our own that keeps everything in FOLDER, takes nothing for installed, and has the
# machine's settings (sources, a proxy, say), but not its hooks.
write_apt_conf() {
  local folder=$1
  shift
  rm -rf "$folder"
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/state"
  cat > "$folder/apt.conf" <<CONF
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
#clear DPkg::Pre-Install-Pkgs;
CONF
  printf '%s\n' "$@" >> "$folder/apt.conf"
}

# private_apt RELEASE: such an apt in $home/apt/RELEASE, which sees that release only: without the machine's sources and
# pins.
private_apt() {
  local folder=$home/apt/$1
  write_apt_conf "$folder" "Dir::Etc::SourceList \"$folder/sources.list\";" 'Dir::Etc::SourceParts "/dev/null";' \
    'Dir::Etc::Preferences "/dev/null";' 'Dir::Etc::PreferencesParts "/dev/null";'
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
    unavailable "this is no Debian: apt-get and dpkg-deb are needed to get the packages"
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)' |
    awk -v release="$codename" '$2 == release && $3 == "main" && $4 == "Packages" { print $1; exit }')
  case $(. /etc/os-release && echo "$ID") in
    debian) ;;
    *) unavailable "this is no Debian, and its package mirror has other packages" ;;
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

# ---- steps, each only when its input changed -----------------------------------------------------

# A file's content is the stamp: what it depends on, hashed.
is_done() { [[ $(cat "$home/.$1" 2> /dev/null) == "$2" ]]; }

mark_done() { echo "$2" > "$home/.$1"; }
