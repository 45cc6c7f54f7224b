# Sourced by the other scripts: Python environments made from the lock files.
#
# What is listed is installed by uv, which takes a tenth of pip's time, where it can be had; else by pip. Bytecode is made
# by what starts first, of what it starts: all of it together takes longer than everything else.
#
# Law: an environment is current when its stamp says so, and the stamp is removed before the first change and written
# after the last one. So an interrupted set-up is simply done again. Nothing here knows a package index: pip asks the
# machine's own configuration, and uv is told what that says.
# The script that sources this sets $root, the checkout, and $log, where pip's output goes.
# shellcheck shell=sh disable=SC2154

STAMP=set-up-stamp

fail() { # SENTENCE HINT
  printf 'error: %s\n\nhint: %s\n' "$1" "$2" >&2
  exit 1
}

say() {
  printf '%s\n' "$1" >&2
}

# Prints one checksum over the names and contents of the files and folders named, which lie below $root.
checksum() ( # PATH...
  cd "$root" || exit
  export LC_ALL=C
  find "$@" -name __pycache__ -prune -o -type f -print0 | sort -z | xargs -0 -r sha256sum | sha256sum | cut -c -64
)

# Prints what an environment made with this Python depends on: "3.11 /usr"; fails when it is none, or broken.
python_identity() { # PYTHON
  "$1" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.base_prefix)' 2>/dev/null
}

# Begins a set-up in a subshell with descriptor 9 on the lock file: one at a time, nothing writable by others, and a pip
# that never asks and ignores settings meant for other environments.
begin_set_up() {
  umask go-w
  export PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_USER=0
  command -v flock >/dev/null || fail "\`flock\` is not on this machine" "install it (package \`util-linux\`)"
  flock -n 9 || { say "Waiting for another set-up to end ..." && flock 9; }
}

# Sets $python to a Python that can make environments.
choose_python() {
  python=${PYTHON:-python3}
  command -v -- "$python" >/dev/null ||
    fail "\`$python\` is not on this machine" \
      "install Python 3.11 or later (Debian: \`apt-get install python3 python3-venv\`), or set PYTHON to one"
  "$python" -I -S -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "\`$python\` is $("$python" --version 2>&1 | head -n 1), and 3.11 or later is needed" \
      "set PYTHON to a later one, as in \`PYTHON=python3.12 scripts/${0##*/}\`"
  "$python" -I -c 'import ensurepip, venv' 2>/dev/null || install_venv_module
}

# Debian keeps the module in a package of its own.
install_venv_module() {
  package=python$("$python" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
  if ! command -v apt-get >/dev/null; then
    fail "\`$python\` cannot make environments: its module \`ensurepip\` is missing" \
      "install the rest of that Python, or set PYTHON to another one"
  elif [ "$(id -u)" != 0 ]; then
    fail "\`$python\` cannot make environments: the package \`$package\` is missing" \
      "run \`sudo apt-get update && sudo apt-get install --no-install-recommends $package\`, then this again"
  fi
  say "Installing $package ..."
  export DEBIAN_FRONTEND=noninteractive
  logged apt-get -q update
  logged apt-get -q install -y --no-install-recommends "$package"
  "$python" -I -c 'import ensurepip, venv' 2>/dev/null ||
    fail "\`$python\` cannot make environments, even with the package \`$package\`" "set PYTHON to another Python"
}

# Runs a command quietly; when it fails, shows the end of what it said.
logged() { # COMMAND...
  printf '$ %s\n' "$*" >"$log"
  if ! "$@" </dev/null >>"$log" 2>&1; then
    tail -n 30 -- "$log" >&2
    fail "the command above failed; everything it said is in \`$log\`" \
      "check the network, the free disk space and pip's configuration, then run this again"
  fi
}

# True if the environment is whole and its stamp begins with these lines. A PYTHON that is asked for must be its own.
is_current() { # ENVIRONMENT LINE...
  [ -f "$1/$STAMP" ] && [ -x "$1/bin/python" ] || return 1
  found=$(cat -- "$1/$STAMP") identity=$(python_identity "$1/bin/python") || return 1
  wanted=$(shift && printf '%s\n' "python $identity" "$@")
  case $found in "$wanted" | "$wanted
"*) ;; *) return 1 ;; esac
  [ -z "${PYTHON:-}" ] || [ "$(python_identity "$PYTHON")" = "$identity" ]
}

# Makes the environment anew, with nothing but pip. Needs $python.
make_environment() { # ENVIRONMENT
  rm -rf -- "$1"
  logged "$python" -I -m venv --without-pip -- "$1"
  unpack_pip "$1" || logged "$1/bin/python" -I -m ensurepip
  find_uv "$1"
}

# Puts the pip that comes with Python into the environment, uncompiled. The module `ensurepip` installs the same wheel,
# and an old setuptools, and compiles all of both: that takes as long as everything else together.
unpack_pip() ( # ENVIRONMENT
  packages=$("$1/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))') &&
    bundled=$("$1/bin/python" -I -c 'if True:
      import ensurepip, sysconfig
      from pathlib import Path
      folders = [Path(ensurepip.__file__).parent / "_bundled", Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/none")]
      print(max(path for folder in folders for path in folder.glob("pip-*.whl")))') &&
    "$1/bin/python" -I -m zipfile -e "$bundled" "$packages"
) >/dev/null 2>&1

# Gets uv with pip, and sets $uv to it; to nothing where there is none for this machine.
find_uv() { # ENVIRONMENT
  uv=$1/set-up/bin/uv
  "$1/bin/python" -I -m pip install -q --no-compile --only-binary :all: --require-hashes --no-deps \
    --target "$1/set-up" -r "$root/requirements/uv.txt" </dev/null >"$log" 2>&1 &&
    "$uv" --version >/dev/null 2>&1 && uv_settings=$(settings_for_uv "$1") && return
  uv=
  say "uv is not available here; pip installs instead, which takes longer ..."
}

# Prints pip's own configuration as the variables that tell uv the same, one in a line; uv reads none of it.
settings_for_uv() { # ENVIRONMENT
  "$1/bin/python" -I -m pip config list 2>/dev/null | "$1/bin/python" -I -c 'if True:
    import ast, sys
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
             "no-index": "UV_NO_INDEX", "trusted-host": "UV_INSECURE_HOST", "proxy": "ALL_PROXY",
             "cert": "SSL_CERT_FILE", "client-cert": "SSL_CLIENT_CERT", "timeout": "UV_HTTP_TIMEOUT"}
    found = {}
    for line in sys.stdin:
        key, _, value = line.strip().partition("=")
        section, _, name = key.rpartition(".")
        name = name.removeprefix("default-")
        if section in {"global", "install", ":env:"} and name in names:
            words = ast.literal_eval(value).split()
            found[names[name]] = ("," if name == "find-links" else " ").join(words)
    for name, value in found.items():
        print(f"{name}={value}")'
}

# Runs uv as pip would be run: with its settings, and the best of all indexes, whose checksums are known. What it
# unpacks lies beside it, on the file system of the environment, so that it is linked and not copied.
run_uv() { # WORD...
  printf '$ uv %s\n' "$*" >"$log"
  (
    IFS='
'
    set -f
    # shellcheck disable=SC2086 # a line is a word
    exec env $uv_settings UV_INDEX_STRATEGY=unsafe-best-match UV_NO_PROGRESS=1 \
      "$uv" --no-config --cache-dir "${uv%/bin/uv}/cache" --system-certs "$@"
  ) </dev/null >>"$log" 2>&1
}

# Installs exactly what a lock file lists; only wheels, because building one would fetch what no lock file names.
install_locked() { # ENVIRONMENT LOCK-FILE [PIP OPTION...]
  environment=$1 lock=$2
  shift 2
  set -- --only-binary :all: --require-hashes --no-deps "$@" -r "$lock"
  if [ -n "${uv:-}" ]; then
    run_uv pip install -q --python "$environment/bin/python" "$@" && return
    say "uv failed; pip takes over, which takes longer ..."
  fi
  logged "$environment/bin/python" -I -m pip install -q --no-compile "$@"
}

write_stamp() { # ENVIRONMENT LINE...
  environment=$1
  shift
  rm -rf -- "$environment/set-up"
  printf '%s\n' "python $(python_identity "$environment/bin/python")" "$@" >"$environment/$STAMP.new"
  mv -f -- "$environment/$STAMP.new" "$environment/$STAMP"
}
