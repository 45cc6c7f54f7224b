"""Why an action is in the plan, what it touches, and what takes it back."""

from dataclasses import dataclass

from mosaic_installer.core.actions import Action, writes
from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.answers import SaveAnswers, TakeOutSecrets
from mosaic_installer.core.actions.authority import PinAuthority
from mosaic_installer.core.actions.database import AlignDatabasePassword
from mosaic_installer.core.actions.directory import MakeDirectory, ProtectDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import FreePorts, StartGateway, WaitUntilHealthy
from mosaic_installer.core.actions.images import BuildImage, PullImages
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway
from mosaic_installer.core.actions.model import PullModel
from mosaic_installer.core.actions.secrets import (
    GenerateSecrets,
    KeepSecrets,
    RemoveSecret,
    WriteSecret,
)
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.actions.token import ObtainToken, VerifyToken

LOOKS_ONLY = "nothing: it only looks"
REASONS: dict[type[Action], tuple[str, str]] = {
    # Why it is done, and what takes it back; a test fails while an action is missing here.
    MakeDirectory: (
        "everything of the installation lies in directories that only you can enter",
        "`mosaic uninstall` removes it once it is empty",
    ),
    ProtectDirectory: (
        "it was there before, and other users of this machine could enter it",
        "it stays closed; `chmod` opens it again",
    ),
    GenerateSecrets: (
        "the gateway signs sessions with it; it is made here and shown to nobody",
        "`mosaic uninstall --purge` removes it; data that is kept needs it",
    ),
    KeepSecrets: (
        "what you gave is needed by the next run, too; it lies in this one file only",
        "`mosaic uninstall --purge` removes it; `--set KEY=none` removes a single one",
    ),
    RemoveSecret: (
        "it is no longer among your answers",
        "nothing: give it again to have it back",
    ),
    WriteSecret: (
        "the gateway reads each secret from a file of its own, never from its environment",
        "`mosaic uninstall` removes the file",
    ),
    SaveAnswers: (
        "the next run then needs no questions; the file is yours to edit",
        "`mosaic uninstall` removes the file",
    ),
    TakeOutSecrets: (
        "secrets belong into secrets.toml, and the administrator's password nowhere",
        "they are not written there again",
    ),
    WriteFile: (
        "it is made from your answers; where you edit it, your version is kept",
        "`mosaic uninstall` removes it, unless you edited it",
    ),
    PullImages: (
        "containers are made from these images, and the engine does not have them yet",
        "they stay, others may use them; `docker image prune --all` removes what nobody uses",
    ),
    BuildImage: (
        "the gateway's container runs exactly the version that is installed here",
        "`mosaic uninstall` removes the image",
    ),
    RetireGateway: (
        "it is to run in another form from now on; two of them would fight for its port",
        "nothing: what you chose before brings it back, with the same data and the same token",
    ),
    RemoveContainers: (
        "your answers no longer ask for it, and it would go on using memory and ports",
        "ask for it again; its volume stays until `mosaic uninstall --purge`",
    ),
    FreePorts: (
        "a server is to listen where the gateway still does; it starts again on its new port",
        "nothing: it runs again in the same run",
    ),
    StartServers: (
        "the gateway keeps its data there; nothing but the gateway can reach them",
        "`mosaic uninstall` removes the containers and keeps their volumes; `--purge` takes both",
    ),
    AlignDatabasePassword: (
        "the data outlives a lost password: a new one is set inside the database, nothing else",
        "nothing: the old password is not known any more",
    ),
    PinAuthority: (
        "the gateway trusts this authority alone, whatever else answers at its address",
        "`mosaic uninstall` removes the files; the authority itself lives in its volume",
    ),
    StartGateway: (
        "the gateway is to run, and with its configuration as it is now",
        "`mosaic uninstall` stops and removes it; `mosaic gateway stop` stops it",
    ),
    WaitUntilHealthy: ("what comes next needs a gateway that answers", LOOKS_ONLY),
    CreateAdministrator: (
        "somebody must be able to sign in; the account comes with the first token",
        "the account lives in the data: `mosaic uninstall --purge` removes it",
    ),
    ObtainToken: (
        "the token on file is lost or refused; another one is obtained on this host",
        "`mosaic token revoke` ends a token",
    ),
    PullModel: (
        "you asked for it, and Ollama does not have the model yet",
        "it stays with Ollama; `ollama rm` removes it",
    ),
    VerifyToken: ("success is only said after a call with this very token has worked", LOOKS_ONLY),
}


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What a person may want to know of an action before they say yes to it."""

    why: str
    touches: str
    undo: str


def explain(action: Action) -> Explanation:
    """Return the explanation of an action."""
    why, undo = REASONS[type(action)]
    return Explanation(why=why, touches=_touched(action), undo=undo)


def _touched(action: Action) -> str:
    match action:
        case MakeDirectory() | ProtectDirectory():
            return str(action.path)
        case PullImages() | BuildImage():
            return "images on the container engine"
        case StartServers(stack=stack) | RemoveContainers(stack=stack):
            return f"containers, volumes and a network named {stack.project}"
        case RetireGateway() | FreePorts():
            return "the gateway alone"
        case StartGateway(gateway=gateway):
            kind = "a container" if gateway.stack else "a process of yours"
            return f"{kind} that listens on {gateway.url}"
        case _:
            return ", ".join(str(path) for path in writes(action)) or LOOKS_ONLY
