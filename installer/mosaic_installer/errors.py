"""Failures we expect and can explain; everything else is a bug. Imports nothing."""

REASONS = {
    # Every identifier that an error can carry, and what it means; docs/errors.md is made of it.
    "failed": "something that could go wrong did; the message says what",
    "port-in-use": "a port that is needed is taken by another program",
    "bad-usage": "the command line cannot be understood",
    "answers-invalid": "settings are missing, unknown or invalid; all of them are listed",
    "answers-file-unreadable": "the answers file cannot be read or is not valid TOML",
    "answers-file-newer": "the answers file was written by a newer mosaic than this one",
    "preflight-failed": "at least one check found an error; nothing was changed",
    "home-unknown": "no folder could be found to keep the installation in",
    "not-installed": "the command needs an installation and there is none",
    "cannot-write": "a file or folder could not be written; the reason is in the message",
    "cannot-read": "a file or folder could not be read; the reason is in the message",
    "secrets-damaged": "secrets.toml is lost or damaged; `mosaic install` makes it again",
    "journal-damaged": "the journal cannot be read, so nobody knows what to undo",
    "program-failed": "a program we started failed; its own words are in the message",
    "processes-hidden": "the system does not show its processes: `/proc` is not mounted",
    "gateway-unreachable": "the gateway does not answer",
    "gateway-unexpected": "the gateway answered something that is not in its contract",
    "gateway-unready": "the gateway lives, but something that it needs is down",
    "gateway-unhealthy": "the gateway did not become healthy; its last log lines are shown",
    "compose-failed": "compose failed; its own words are in the message",
    "server-unhealthy": "a container did not become healthy; its last lines are shown",
    "gateway-died": "the gateway process ended; its last log lines are shown",
    "database-not-migrated": "the database is newer, locked or full, or a statement of its "
    "migration failed; it is as it was before",
    "no-answer": "no model answered the question, or not to its end",
    "credential-refused": "the gateway refused the credentials",
    "no-token": "there is no administrator's token on file",
    "model-not-pulled": "Ollama could not pull a model; its own words are in the message",
    "locked": "another run is changing this installation",
    "drift-found": "a check-only command found differences",
    "interrupted": "the run was interrupted; run it again to continue",
    "engine-missing": "no container engine was found on this machine",
    "engine-unreachable": "there is a container engine, and it does not answer",
    "engine-forbidden": "this user may not use the container engine",
    "engine-too-old": "the container engine is older than what this version can work with",
    "engine-disk-full": "the container engine has no space left to write to",
    "engine-lost-container": "a container is at work that its engine lost sight of when it died",
    "not-a-manager": "this machine's engine belongs to a Swarm that others manage",
    "address-missing": "a Swarm needs to be told which of several addresses it is to use",
    "installed-elsewhere": "another machine of the Swarm has the installation and its settings",
    "not-on-swarm": "the installation is not on a Swarm, which the command is about",
    "already-in-swarm": "this machine's engine is in another Swarm than the one to be joined",
    "join-token-refused": "the token that was given lets this machine join no Swarm there",
    "node-unreachable": "a manager, or this machine as seen from there, cannot be reached",
    "clocks-differ": "the clocks of two machines differ too much for certificates to be valid",
    "node-unknown": "the Swarm has no such node, or several of that name",
    "data-on-node": "a node cannot be removed, because data is on it or this is it",
    "data-in-place": "data of a service is where it keeps it from being placed or moved as asked",
    "no-quorum": "too few managers of the Swarm can be reached to change anything",
    "too-few-nodes": "fewer nodes of the Swarm can run a gateway than there are to be gateways",
    "image-missing-on-node": "a node lacks the image of a service that is to run there",
    "not-needed": "there is nothing to recover",
    "engine-failed": "the container engine refused something; its own words are in the message",
    "file-missing": "a file that a container reads is missing; `mosaic install` writes it again",
    "image-missing": "the registry knows no image of that name, or does not show it to strangers",
    "image-architecture": "the image does not exist for this machine's architecture",
    "image-build-failed": "the gateway's image could not be built; the last lines are shown",
    "portainer-unreachable": "Portainer does not answer, so its stack was left as it is",
    "portainer-refused": "Portainer did not do with its stack what it was asked",
    "registry-rate-limit": "the registry lets this address pull no more images for a while",
    "registry-login": "the registry for the nodes of a Swarm refuses the login, or wants one",
    "registry-untrusted": "the registry for the nodes of a Swarm has no TLS that they trust",
    "registry-unreachable": "the container engine cannot reach the registry",
    "left-behind": "uninstall could not remove everything; what is left is listed",
}


class InstallerError(Exception):
    """An expected failure: one sentence fragment, and what the reader can do about it.

    `identifier` is stable and one of `REASONS`; `exit_code` is what the process ends with.

        InstallerError           1
        ├── AnswersError         2   missing, unknown or invalid settings; bad usage
        ├── PreflightFailed      4   a check found an error
        ├── EngineError          5   container engine missing, unreachable or too old
        ├── UnhealthyError       6   something did not become healthy
        ├── CredentialError      7   refused or unusable credentials
        ├── LockedError          8   another run holds the lock
        ├── DriftFound           9   a check-only command found differences
        └── Interrupted        130   Ctrl-C
    """

    exit_code = 1
    identifier = "failed"

    def __init__(self, message: str, hint: str = "", *, identifier: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if identifier is not None:
            self.identifier = identifier
        if self.identifier not in REASONS:
            raise KeyError(self.identifier)


class AnswersError(InstallerError):
    """Settings, or the command line, are missing, unknown or invalid."""

    exit_code = 2
    identifier = "answers-invalid"


class PreflightFailed(InstallerError):
    """At least one finding is an error."""

    exit_code = 4
    identifier = "preflight-failed"


class EngineError(InstallerError):
    """The container engine is missing, out of reach, or refused something."""

    exit_code = 5
    identifier = "engine-failed"


class UnhealthyError(InstallerError):
    """Something did not become healthy; `last_lines` are the last lines of its log."""

    exit_code = 6
    identifier = "gateway-unhealthy"

    def __init__(self, message: str, hint: str = "", *, last_lines: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.last_lines = last_lines


class ServerUnhealthy(UnhealthyError):
    """A container ended, or did not become healthy."""

    identifier = "server-unhealthy"


class GatewayUnready(InstallerError):
    """The gateway cannot answer: something that it needs is down or silent, or it is itself."""

    identifier = "gateway-unready"


class GatewayDied(UnhealthyError):
    """The gateway's process ended while we waited for it."""

    identifier = "gateway-died"


class DatabaseNotMigrated(GatewayDied):
    """The gateway ended because its database is not of its version; that is as it was before."""

    identifier = "database-not-migrated"


class CredentialError(InstallerError):
    """Credentials were refused or cannot be used."""

    exit_code = 7
    identifier = "credential-refused"


class LockedError(InstallerError):
    """Another run holds the lock."""

    exit_code = 8
    identifier = "locked"


class DriftFound(InstallerError):
    """A check-only command found differences."""

    exit_code = 9
    identifier = "drift-found"


class Interrupted(InstallerError):
    """The person pressed Ctrl-C."""

    exit_code = 130
    identifier = "interrupted"
