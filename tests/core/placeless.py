"""The checks whose findings lead to no row of the settings, each with the reason why."""

MACHINE = "about the machine, whatever is chosen"
SIZE = "how much the machine has; the message names the tier that needs more"
FOLDER = "about the folder, which MOSAIC_HOME chooses before any screen is open"
ENGINE = "about the engine, which goes on; nothing of ours changes it"
LEFT = "about what an earlier run left, which no setting changes"

PLACELESS = {
    "operating-system-is-supported": MACHINE,
    "architecture-is-supported": MACHINE,
    "clock-is-right": MACHINE,
    "open-files-are-enough": MACHINE,
    "wsl-keeps-running": MACHINE,
    "processors-are-enough": SIZE,
    "memory-is-enough": SIZE,
    "disk-is-enough": SIZE,
    "home-is-a-directory": FOLDER,
    "home-is-writable": FOLDER,
    "home-is-ours": FOLDER,
    "home-is-on-a-local-disk": FOLDER,
    "home-path-is-plain": FOLDER,
    "locale-is-utf8": MACHINE,
    "user-is-not-root": MACHINE,
    "variables-are-known": "about names that are no settings of ours",
    "proxy-spares-this-machine": MACHINE,
    "session-outlives-logout": MACHINE,
    "machine-can-call-itself": MACHINE,
    "gateway-comes-back-after-restart": MACHINE,
    "compose-is-the-plugin": ENGINE,
    "storage-driver-is-fast": ENGINE,
    "subnets-are-apart": ENGINE,
    "containers-read-our-files": ENGINE,
    "users-of-containers-are-ours": ENGINE,
    "selinux-lets-containers-read": ENGINE,
    "podman-is-one-that-was-tried": ENGINE,
    "podman-starts-containers-again": ENGINE,
    "swarm-services-have-a-node": "about nodes of the Swarm, which no setting brings back",
    "moves-on-the-swarm-have-ended": "about a move that a run ends, whatever the settings say",
    "rootless-engine-survives-logout": ENGINE,
    "registries-say-what-they-have": "only `--pull` asks them, which is given before any screen",
    "volumes-are-ours": LEFT,
    "volumes-have-their-secrets": LEFT,
    "database-volume-is-there": LEFT,
    "authority-volume-is-there": LEFT,
    "authority-has-its-password": LEFT,
    "installation-is-no-copy": FOLDER,
    "no-other-run-changes-it": "about another run, which ends by itself",
    "generated-files-are-unedited": LEFT,
    "generated-files-are-whole": LEFT,
    "database-is-in-its-place": LEFT,
    "database-file-is-there": LEFT,
    "database-is-sound": LEFT,
    "gateway-is-not-suspended": LEFT,
    "answers-are-remembered": "about all of them: what is wrong may be in any row",
    "files-are-private": LEFT,
    "files-have-unix-line-endings": LEFT,
    "version-is-not-older": LEFT,
    "jobs-succeed": "about what the gateway did; its error says what that needs",
}
OWN_PLACES = {
    "settings-have-an-effect",
    "gateway-uses-what-is-given",
    "keys-suit-their-providers",
    "secrets-travel-encrypted",
    "containers-reach-services",
}
"""The checks that name the settings themselves."""
