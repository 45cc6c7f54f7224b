#!/bin/bash
# Runs PostgreSQL, or any other command, as the public image does. In an empty PGDATA it first makes the user, the
# password and the database of the environment and runs what is in /docker-entrypoint-initdb.d; meanwhile the server
# answers on its local socket only.
set -Eeo pipefail

# Sets a variable from itself, from the file that its twin NAME_FILE names, or by default.
from_file() { # NAME [DEFAULT]
  local name=$1 value=${2:-} file_name=$1_FILE
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    echo "error: both $name and $file_name are set (but are exclusive)" >&2
    exit 1
  fi
  [ -z "${!file_name:-}" ] || value=$(<"${!file_name}")
  export "$name=${!name:-$value}"
  unset "$file_name"
}

read_environment() {
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  POSTGRES_HOST_AUTH_METHOD=${POSTGRES_HOST_AUTH_METHOD:-}
}

make_folders() {
  mkdir -p "$PGDATA" /run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} || true
  chmod 0700 "$PGDATA" || true
  chmod 3775 /run/postgresql || true
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" /run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} \
      ! -user postgres -exec chown postgres '{}' +
  fi
}

require_password() {
  [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ] || return 0
  cat >&2 <<'END'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser, or POSTGRES_HOST_AUTH_METHOD=trust, which lets everyone in.
END
  exit 1
}

# initdb wants its user to have a name; one without gets it through a library, for this once.
run_initdb() {
  local -a wrapper=()
  if ! getent passwd "$(id -u)" >/dev/null; then
    local names groups
    names=$(mktemp) groups=$(mktemp)
    echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$names"
    echo "postgres:x:$(id -g):" >"$groups"
    wrapper=(env LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD="$names" NSS_WRAPPER_GROUP="$groups")
  fi
  local -a more=()
  eval "more=($POSTGRES_INITDB_ARGS)"
  [ -z "${POSTGRES_INITDB_WALDIR:-}" ] || more+=(--waldir "$POSTGRES_INITDB_WALDIR")
  "${wrapper[@]}" initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${more[@]}"
  [ -z "${names:-}" ] || rm -f "$names" "$groups"
}

# Everyone who comes over the network needs a password.
write_hba() { # [POSTGRES ARGUMENT...]
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

run_psql() { # PSQL-ARGUMENT...
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"
}

# The name is the public image's: scripts in /docker-entrypoint-initdb.d may use it.
docker_process_sql() { # PSQL-ARGUMENT...
  run_psql ${POSTGRES_DB:+--dbname "$POSTGRES_DB"} "$@"
}

make_database() {
  local found
  found=$(run_psql --dbname postgres --set db="$POSTGRES_DB" --tuples-only \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")
  [ -n "$found" ] || run_psql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
}

run_init_files() { # FILE...
  local file
  for file; do
    echo
    case $file in
    *.sh)
      if [ -x "$file" ]; then
        echo "$0: running $file"
        "$file"
      else
        echo "$0: sourcing $file"
        # shellcheck source=/dev/null
        . "$file"
      fi
      ;;
    *.sql) echo "$0: running $file" && docker_process_sql -f "$file" ;;
    *.sql.gz) echo "$0: running $file" && gunzip -c "$file" | docker_process_sql ;;
    *.sql.xz) echo "$0: running $file" && xzcat "$file" | docker_process_sql ;;
    *.sql.zst) echo "$0: running $file" && zstd -dc "$file" | docker_process_sql ;;
    *) echo "$0: ignoring $file" ;;
    esac
  done
}

initialize() { # [POSTGRES ARGUMENT...]
  require_password
  ls /docker-entrypoint-initdb.d/ >/dev/null
  run_initdb
  write_hba "$@"
  export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -w start \
    -o "$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")"
  make_database
  run_init_files /docker-entrypoint-initdb.d/*
  PGUSER=${PGUSER:-postgres} pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

wants_information() { # ARGUMENT...
  case " $* " in *' -? '* | *' --help '* | *' --describe-config '* | *' -V '* | *' --version '*) ;; *) return 1 ;; esac
}

# Makes the database, as the user of the image, unless there is one.
make_ready() { # postgres [ARGUMENT...]
  read_environment
  make_folders
  if [ "$(id -u)" = 0 ]; then
    export HOME=/var/lib/postgresql
    exec gosu postgres "$0" "$@"
  fi
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initialize "${@:2}"
  else
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  fi
}

main() {
  case ${1:-} in -*) set -- postgres "$@" ;; esac
  if [ "$1" = postgres ] && ! wants_information "$@"; then
    make_ready "$@"
  fi
  exec "$@"
}

# docker-ensure-initdb.sh reads this for its functions.
[ "${BASH_SOURCE[0]}" != "$0" ] || main "$@"
