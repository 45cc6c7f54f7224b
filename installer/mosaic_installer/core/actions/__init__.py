"""Action: the closed set of changes we can make. A new one is a file here and a row below."""

from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.agent import MakeAgent
from mosaic_installer.core.actions.answers import SaveAnswers, TakeOutSecrets
from mosaic_installer.core.actions.authority import PinAuthority
from mosaic_installer.core.actions.database import AlignDatabasePassword
from mosaic_installer.core.actions.database_file import (
    MakeDatabase,
    RescueDatabase,
    SetDatabaseAside,
)
from mosaic_installer.core.actions.directory import MakeDirectory, ProtectDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import FreePorts, StartGateway, WaitUntilHealthy
from mosaic_installer.core.actions.images import (
    BuildImage,
    PullImages,
    PushImages,
    RefreshImages,
)
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway, RetireStack
from mosaic_installer.core.actions.model import PullModel
from mosaic_installer.core.actions.portainer import UpdatePortainer
from mosaic_installer.core.actions.secrets import (
    GenerateSecrets,
    KeepSecrets,
    RemoveSecret,
    WriteSecret,
)
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.actions.token import ObtainToken, VerifyToken
from mosaic_installer.core.actions.watch import WatchServices

Action = (
    MakeDirectory
    | ProtectDirectory
    | GenerateSecrets
    | KeepSecrets
    | WriteSecret
    | RemoveSecret
    | SaveAnswers
    | TakeOutSecrets
    | WriteFile
    | PullImages
    | RefreshImages
    | BuildImage
    | PushImages
    | RetireGateway
    | RetireStack
    | RemoveContainers
    | FreePorts
    | StartServers
    | AlignDatabasePassword
    | PinAuthority
    | RescueDatabase
    | SetDatabaseAside
    | MakeDatabase
    | StartGateway
    | WaitUntilHealthy
    | CreateAdministrator
    | ObtainToken
    | VerifyToken
    | MakeAgent
    | PullModel
    | UpdatePortainer
    | WatchServices
)
