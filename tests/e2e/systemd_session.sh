# A real systemd user manager with a journal, in namespaces of its own: the caller has made them.
# Prints "ready" when the manager answers, then stays until it is killed with its namespaces.
set -eu
mount -t tmpfs none /run
mkdir -p /run/systemd/system /run/systemd/journal /run/log
mkdir -p -m 0700 "$XDG_RUNTIME_DIR"
/lib/systemd/systemd-journald >/dev/null 2>&1 &
/lib/systemd/systemd --user --log-target=null &
until [ -S "$XDG_RUNTIME_DIR/systemd/private" ]; do sleep 0.05; done
systemctl --user is-system-running --wait >/dev/null
echo ready
wait
