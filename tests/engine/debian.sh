# Sourced by the scripts that make things of Debian 13's packages on Debian 12.
#
# Law: where Debian is comes from the machine's own sources, and every package is verified with Debian's keys.
# shellcheck shell=sh

DEBIAN_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# Writes into the folder where Debian 13 is, and how apt goes there: through a proxy, for one.
find_debian() { # FOLDER
  apt-get indextargets --format "deb [signed-by=$DEBIAN_KEYS] \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
    'Created-By: Packages' 'Origin: Debian' | sed 's/ bookworm/ trixie/' | sort -u >"$1/sources.list"
  apt-config dump --format '%F "%v";%n' Acquire |
    grep -E '^Acquire::(http|https|Check-[A-Za-z-]*|Retries|ForceIPv[46])\b' >"$1/apt.conf" || true
  [ -s "$1/sources.list" ]
}

# Makes a tree of Debian 13 with these packages; the folder is one that find_debian wrote into.
debian() { # FOLDER PACKAGE,... TAR MMDEBSTRAP-OPTION...
  folder=$1 packages=$2 tar=$3
  shift 3
  mmdebstrap --quiet --aptopt="$folder/apt.conf" --include="$packages" "$@" trixie "$tar" "$folder/sources.list"
}
