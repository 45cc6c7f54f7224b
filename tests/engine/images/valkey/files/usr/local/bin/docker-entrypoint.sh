#!/bin/sh
# Runs valkey-server, or any other command, as the public image does: options and a .conf file alone mean the server,
# and root gives up its rights for the user valkey.
set -eu

# The public image's server has protected mode off unless it is asked for; this one's has it on.
is_protected_mode_set() { # ARGUMENT...
  case " $* " in *" --protected-mode "*) return 0 ;; esac
  for argument; do
    case $argument in *.conf) grep -qis '^[[:space:]]*protected-mode[[:space:]]' "$argument" && return 0 ;; esac
  done
  return 1
}

main() {
  case ${1:-} in -* | *.conf) set -- valkey-server "$@" ;; esac
  if [ "$1" = valkey-server ]; then
    if [ "$(id -u)" = 0 ]; then
      find . ! -user valkey -exec chown valkey '{}' +
      # By its path: Debian's busybox would take its own, which knows no users.
      exec /usr/bin/setpriv --reuid=valkey --regid=valkey --clear-groups -- "$0" "$@"
    fi
    [ -w . ] || { echo "error: $(pwd) is not writable by the user $(id -u)" >&2 && exit 1; }
    is_protected_mode_set "$@" || set -- "$@" --protected-mode no
  fi
  [ "$(umask)" != 0022 ] || umask 0077
  # shellcheck disable=SC2086 # several flags are several words
  exec "$@" ${VALKEY_EXTRA_FLAGS:-}
}

main "$@"
