#!/bin/sh
# From a clone on a bare machine to a running gateway: makes an environment of its own outside the clone, links the
# commands into ~/.local/bin, then runs `mosaic install` with the arguments given. Costs milliseconds when nothing changed.
set -eu

# shellcheck disable=SC3013 # every sh of Linux knows -ef
is_set_up() {
  is_current "$environment" "requirements $requirements" "project $project" &&
    [ "$links/mosaic" -ef "$environment/bin/mosaic" ] &&
    [ "$links/mosaic-gateway" -ef "$environment/bin/mosaic-gateway" ]
}

set_up() {
  check_link mosaic
  check_link mosaic-gateway
  if ! is_current "$environment" "requirements $requirements"; then
    choose_python
    say "Setting up the environment in $environment ..."
    make_environment "$environment"
    say "Installing $(grep -c '==' "$root/requirements/runtime.txt") packages, which may take a minute ..."
    install_locked "$environment" "$root/requirements/runtime.txt"
    compile_ahead &
    install_project
    wait
  elif ! is_current "$environment" "requirements $requirements" "project $project"; then
    say "Updating the environment in $environment ..."
    install_project
  fi
  mkdir -p -- "$links"
  ln -sfn -- "$environment/bin/mosaic" "$links/mosaic"
  ln -sfn -- "$environment/bin/mosaic-gateway" "$links/mosaic-gateway"
  say "Linked mosaic and mosaic-gateway into $links."
  say ""
}

# Compiles what the gateway imports first while the other core builds the wheel: compiling takes longer than starting.
# The table of prices comes with it, because the gateway would keep the 13 MB that compiling it takes. What this names and
# is not there costs nothing but its time.
compile_ahead() {
  "$environment/bin/python" -I -c 'import uvicorn, fastapi.responses, alembic.command, sqlalchemy.dialects.sqlite
import genai_prices.data'
} </dev/null >/dev/null 2>&1 9>&-

# Builds the wheel with the locked build backend, beside the environment, and installs it.
install_project() {
  rm -rf -- "${environment:?}/$STAMP" "$base/build"
  say "Building and installing mosaic ..."
  install_locked "$environment" "$root/requirements/build.txt" --target "$base/build/backend"
  build_wheel
  install_wheel "$base"/build/*.whl
  rm -rf -- "$base/build"
  isolate mosaic
  isolate mosaic-gateway
  hold_ctrl_c mosaic
  write_stamp "$environment" "requirements $requirements" "project $project"
}

build_wheel() (
  export PYTHONPATH="$base/build/backend"
  set -- --no-build-isolation "$root"
  [ -n "${uv:-}" ] && run_uv build -q --wheel --offline --python "$environment/bin/python" -o "$base/build" "$@" ||
    logged "$environment/bin/python" -I -m pip wheel -q --no-deps --no-index --wheel-dir "$base/build" "$@"
)

install_wheel() { # WHEEL
  set -- --no-deps --no-index "$1"
  [ -n "${uv:-}" ] && run_uv pip install -q --python "$environment/bin/python" --reinstall "$@" ||
    logged "$environment/bin/python" -I -m pip install -q --no-compile --force-reinstall "$@"
}

# Neither variables of the caller (PYTHONPATH and others) nor packages of the user decide whose code a command runs.
isolate() { # COMMAND
  sed -i -e '1s|^#!\(/.*python[0-9.]*\)$|#!\1 -I|' -e "2s|^'''exec' \(.*\) \"\$0\"|'''exec' \1 -I \"\$0\"|" \
    -- "$environment/bin/$1"
}

# Ctrl-C while Python starts would show a traceback of its own imports: it waits until the program can take it (cli.py
# lets it in). Only GNU's env can hold a signal; elsewhere the command stays as it is.
hold_ctrl_c() { # COMMAND
  env=$(command -v env) && "$env" --block-signal=INT true 2>/dev/null || return 0
  sed -i -e "1s|^#!\(/.*python[0-9.]*\) -I\$|#!/bin/sh\\
'''exec' \"$env\" --block-signal=INT \"\1\" -I \"\$0\" \"\$@\"\\
' '''|" -e "2s|^'''exec' |&\"$env\" --block-signal=INT |" -- "$environment/bin/$1"
}

# Fails if the link's name is taken by something that is not ours.
check_link() { # COMMAND
  link=$links/$1
  if [ -L "$link" ]; then
    case $(readlink -- "$link") in "$base"/*) return ;; esac
  fi
  if [ -e "$link" ] || [ -L "$link" ]; then
    fail "\`$link\` exists and is not ours" "move it away, then run this again"
  fi
}

tell_about_path() {
  case :${PATH:-}: in *:"$links":*) return ;; esac
  say "$links is not on PATH."
  say "To type \`mosaic\` anywhere, add this line to your shell's start-up file:"
  say "    export PATH=\"$links:\$PATH\""
  say ""
}

prepare() (
  umask go-w
  mkdir -p -- "$base" || fail "\`$base\` cannot be made" "free the path, or name another folder in XDG_DATA_HOME"
  exec 9>"$base/setup.lock"
  begin_set_up
  is_set_up || set_up
)

main() {
  root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
  . "$root/scripts/environment.sh"
  home=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
  base=${XDG_DATA_HOME:-$home/.local/share}/mosaic-installer
  environment=$base/venv log=$base/setup.log links=$home/.local/bin
  requirements=$(checksum requirements/runtime.txt)
  project=$(checksum pyproject.toml README.md requirements/build.txt installer)
  is_set_up || prepare
  tell_about_path
  exec "$environment/bin/mosaic" install "$@"
}

main "$@"
