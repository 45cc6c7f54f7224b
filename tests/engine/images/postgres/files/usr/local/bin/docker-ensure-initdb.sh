#!/bin/bash
# Makes the database of the environment, unless there is one, and ends, as the public image's program of this name does.
set -Eeo pipefail

# shellcheck source=tests/engine/images/postgres/files/usr/local/bin/docker-entrypoint.sh
. /usr/local/bin/docker-entrypoint.sh

[ "${1:-}" = postgres ] || set -- postgres "$@"
make_ready "$@"
