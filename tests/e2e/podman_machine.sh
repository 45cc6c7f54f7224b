# A machine for Podman inside this one: a root of Debian with systemd, which Podman needs for its health checks.
#
#   podman_machine.sh machine ROOT FOLDER
#
# ROOT is a tree of scripts/test-podman, and stays as it is; what the machine writes goes into FOLDER: `run`, `systemd` and
# `data`, which are its /run, /etc/systemd and /var/lib/containers, and `upper`. FOLDER/shared has the same path in there.
# Says "ready" and the number of a process that sees this machine's files with the other one's network, /run and
# /etc/systemd. The machine ends with stdin; not even a test that is killed leaves anything behind.
# shellcheck shell=sh
set -eu

# Each hierarchy of control groups gets one for the machine, so that its systemd rules over nothing else.
hierarchies() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo /sys/fs/cgroup; else
    find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d
  fi
}

make_groups() { # NAME
  for folder in $(hierarchies); do
    mkdir "$folder/$1"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -w "$folder/$1/$file" ] || cat "$folder/$file" >"$folder/$1/$file"
    done
  done
}

# They can be removed once the last process in them is gone, which takes a moment.
remove_groups() { # NAME
  tries=0
  while [ "$tries" -lt 100 ]; do
    left=
    for folder in $(hierarchies); do
      [ ! -d "$folder/$1" ] || find "$folder/$1" -depth -type d -exec rmdir '{}' ';' 2>/dev/null || true
      [ ! -d "$folder/$1" ] || left=yes
    done
    [ -n "$left" ] || return 0
    tries=$((tries + 1))
    sleep 0.1
  done
}

machine() { # ROOT FOLDER
  trap '' INT
  group=mosaic-test-$$
  make_groups "$group"
  [ -d "$2/systemd" ] || cp -a "$1/etc/systemd" "$2/systemd"
  sh "$0" inside "$group" "$@" </dev/null >"$2/log" 2>&1 &
  outer=$!
  first=
  while [ -z "$first" ] && kill -0 "$outer" 2>/dev/null; do
    # Before it has become unshare(1), its children are not what we look for.
    [ "$(cat "/proc/$outer/comm")" != unshare ] || first=$(cut -d ' ' -f 1 "/proc/$outer/task/$outer/children")
  done
  [ -z "$first" ] || nsenter --target="$first" --net unshare --mount sh "$0" view "$2" || true
  kill -KILL "$outer" 2>/dev/null || true
  wait "$outer" 2>/dev/null || true
  remove_groups "$group"
}

# The first process in there: it makes the machine's files, and becomes systemd.
inside() { # GROUP ROOT FOLDER
  for folder in $(hierarchies); do
    echo $$ >"$folder/$1/cgroup.procs"
  done
  shift
  exec unshare --cgroup --mount --net --pid --uts --ipc --fork --kill-child sh "$0" boot "$@"
}

mount_groups() { # FOLDER
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 "$1"
    return
  fi
  mount -t tmpfs -o mode=0755 none "$1"
  cut -d : -f 2 /proc/self/cgroup | while read -r controllers; do
    case $controllers in
    "") name=unified ;;
    *) name=${controllers#name=} ;;
    esac
    mkdir "$1/$name"
    case $controllers in
    "") mount -t cgroup2 cgroup2 "$1/$name" ;;
    name=*) mount -t cgroup -o "none,$controllers" cgroup "$1/$name" ;;
    *) mount -t cgroup -o "$controllers" cgroup "$1/$name" ;;
    esac
  done
}

make_devices() { # FOLDER
  mount -t tmpfs -o mode=0755 none "$1"
  for device in null zero full random urandom tty; do
    touch "$1/$device"
    mount --bind "/dev/$device" "$1/$device"
  done
  mkdir "$1/pts" "$1/shm" "$1/mqueue"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$1/pts"
  mount -t tmpfs -o mode=1777 none "$1/shm"
  ln -s pts/ptmx "$1/ptmx"
  ln -s /proc/self/fd "$1/fd"
}

boot() { # ROOT FOLDER
  mount --make-rprivate /
  top=$2/top
  mkdir -p "$top" "$2/upper" "$2/work" "$2/data"
  mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$top"
  mkdir -p "$top/var/lib/containers" "$top$2/shared" "$top/etc/containers" "$top/old"
  mount --bind "$2/run" "$top/run"
  mount --bind "$2/systemd" "$top/etc/systemd"
  mount --bind "$2/data" "$top/var/lib/containers"
  mount --bind "$2/shared" "$top$2/shared"
  # Root need not be allowed to raise limits; Podman would try to, for what it builds.
  printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=4096:4096"]\n' "$(ulimit -Hn)" "$(ulimit -Hn)" \
    >"$top/etc/containers/containers.conf"
  mount -t proc proc "$top/proc"
  mount -t sysfs sysfs "$top/sys"
  mount_groups "$top/sys/fs/cgroup"
  make_devices "$top/dev"
  ip link set lo up
  cd "$top"
  pivot_root . old
  umount -l /old
  # systemd 257 has to be told to live with the first version of control groups, where there is no other.
  exec env -i container=mosaic-test NOTIFY_SOCKET=/run/notices PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --log-target=null SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
}

view() { # FOLDER
  mount --make-rprivate /
  mount --bind "$1/run" /run
  mount --bind "$1/systemd" /etc/systemd
  echo "ready $$"
  cat >/dev/null
}

"$@"
