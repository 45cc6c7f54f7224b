"""The database accepts the password on file, also where it was made with one that is lost."""

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.containers import state_of_service
from mosaic_installer.errors import InstallerError

DATABASE = "postgres"
# The address of the container itself: over the loopback and the socket anybody is let in. Where it
# runs on another node of a Swarm, a container beside it asks it by its name.
# The password comes from stdin and goes through a file of the container's own memory, never
# through an environment. The container may have mounted what an accident made of its file.
SIGN_IN = (
    "umask 077; file=/tmp/mosaic-pgpass-$$; trap 'rm -f \"$file\"' EXIT; "
    'printf "*:*:*:*:%s\\n" "$(cat)" >"$file"; '
    'PGPASSFILE="$file" PGCONNECT_TIMEOUT=5 '
    'psql --host="${MOSAIC_SERVER:-$(hostname -i | cut -d" " -f1)}" '
    "--username=mosaic --dbname=mosaic --no-psqlrc --no-password --quiet --tuples-only "
    "--command='SELECT 1'"
)
# psql reads the password by itself, so that it is in no argument and in no environment. The
# database is missing where the first start of the server was cut off while it made that.
RESET = (
    'umask 077; export file=/tmp/mosaic-password-$$; trap \'rm -f "$file"\' EXIT; cat >"$file"; '
    "psql --username=mosaic --dbname=template1 --no-psqlrc --quiet --set=ON_ERROR_STOP=1 <<'END'\n"
    '\\set password `cat "$file"`\n'
    "SELECT 'CREATE DATABASE mosaic' "
    "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'mosaic')\\gexec\n"
    "ALTER ROLE mosaic WITH PASSWORD :'password';\n"
    "END\n"
)
# On another node of a Swarm nobody reaches the socket: the server is stopped, and a single process
# that has no other way in does it (postgres(1), "Options for single-user mode"). Each line is a
# command to it, and what fails is not logged with its words.
RESET_ALONE = (
    "{ printf \"ALTER ROLE mosaic WITH PASSWORD '\"; sed \"s/'/''/g\" | tr -d '\\n'; "
    'printf "\'\\n"; } | docker-entrypoint.sh postgres --single '
    "-c log_min_error_statement=panic -c exit_on_error=on template1 >&2"
)


@frozen
class AlignDatabasePassword:
    """PostgreSQL knows the role's password that is on file; the data stays as it is.

    Where it does not, the password is set through the container's local socket, which only who
    controls this host can reach.
    """

    gateway: Gateway
    stack: Stack

    @property
    def about(self) -> About:
        return About(
            why="the data outlives a lost password: "
            "a new one is set inside the database, nothing else",
            undone_by="nothing: the old password is not known any more",
            fault="the database refuses the password on file",
            remedy="it will be reset inside the database",
            identity=(self.stack.project,),
            needs="servers",
            reads=(self.stack.layout.database_password,),
            asks_engine=True,
            things="a password inside the database",
        )

    def describe(self) -> str:
        return "Check the database password, and reset it if it no longer works"

    def is_done(self, machine: Machine) -> bool:
        is_running = StartGateway(gateway=self.gateway).is_done(machine)
        if is_running and machine.api(self.gateway).version() is not None:
            return True  # it has signed in with this password
        found = machine.containers(self.stack).found()
        return state_of_service(DATABASE, found) == "healthy" and self._accepts(machine)

    def apply(self, machine: Machine) -> None:
        if not self._accepts(machine):
            machine.tell("resetting it inside the database")
            self._run(machine, RESET, RESET_ALONE)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass

    def _accepts(self, machine: Machine) -> bool:
        try:
            self._run(machine, SIGN_IN)
        except InstallerError:
            return False
        return True

    def _run(self, machine: Machine, script: str, alone: str = "") -> None:
        path = self.stack.layout.database_password
        password = machine.files.read(path)
        if not password:
            raise InstallerError(f"there is no password in `{path}`", "run `mosaic install` again")
        machine.containers(self.stack).run(
            DATABASE,
            ("sh", "-c", script),
            stdin=password.decode(),
            alone=("sh", "-c", alone) if alone else (),
        )
