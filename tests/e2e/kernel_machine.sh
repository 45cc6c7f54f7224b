#!/bin/sh
# The first program of a machine with a kernel of its own (tests/e2e/kernel_network.py), which sees this machine's files.
#
#   kernel_machine.sh FOLDER ADDRESS PYTHON ENGINE-PROGRAMS
#
# What the machine writes is gone with it, but for FOLDER, which is this machine's, and its disk, where the engine has its
# data. FOLDER/run is the machine's own in there. Says "ready" on its second console, and what happens on its first.
set -eu

export PATH=/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
MODULES=/usr/lib/uml/modules/$(uname -r)

# All files of this machine, and above them an empty tree to write to, which becomes the root.
overlay() { # ARGUMENTS...
  mount -t proc proc /proc
  insmod "$MODULES/kernel/fs/overlayfs/overlay.ko"
  umount /proc
  mount -t tmpfs none /mnt
  mkdir /mnt/above /mnt/work /mnt/root
  mount -t overlay -o lowerdir=/,upperdir=/mnt/above,workdir=/mnt/work overlay /mnt/root
  cd /mnt/root
  exec switch_root . "$(realpath "$0")" booted "$@"
}

mount_all() { # FOLDER
  mount -t proc proc /proc
  mount -t sysfs sysfs /sys
  mount -t devtmpfs devtmpfs /dev 2>/dev/null || true # the kernel did
  mkdir -p /dev/pts /dev/shm /dev/mqueue
  mount -t devpts devpts /dev/pts
  for folder in /dev/shm /run /sys/fs/cgroup; do
    mount -t tmpfs tmpfs "$folder"
  done
  mkdir -p "$1"
  mount -t hostfs none "$1" -o "$1"
  mount -t tmpfs tmpfs "$1/run"
  mount /dev/ubda "$1/data"
  mount --make-rshared /
  awk '!/^#/ && $4 { print $1 }' /proc/cgroups | while read -r controller; do
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
  done
}

booted() { # FOLDER ADDRESS PYTHON ENGINE-PROGRAMS
  mount_all "$1"
  mkdir -p /lib/modules /run/bin
  ln -s "$MODULES" /lib/modules/
  # The engine's rules are for the older kind of filter, which is the one that this kernel has.
  for name in iptables ip6tables; do
    ln -s /usr/sbin/xtables-legacy-multi "/run/bin/$name"
  done
  # As docs/cluster.md asks: what Docker sets for its mesh is lost where it has to load this itself (moby/moby#46892).
  modprobe ip_vs
  ip link set lo up
  ip address add "$2/24" dev vec0
  ip link set vec0 up
  hostname "node${2##*.}"
  ulimit -n 65536
  "$3" -I "${0%/*}/kernel_shell.py" serve "$2" env "PATH=$4:$PATH" dockerd --data-root="$1/data" \
    --exec-opt=native.cgroupdriver=cgroupfs --host="unix://$1/run/engine" --host="tcp://$2:2375" --tls=false
}

case $1 in
booted) shift && booted "$@" ;;
*) overlay "$@" ;;
esac
