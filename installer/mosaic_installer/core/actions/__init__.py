"""Action: the closed set of changes we can make. A new one is a file here and a row below."""

from pathlib import Path
from typing import assert_never

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
    | BuildImage
    | RetireGateway
    | RemoveContainers
    | FreePorts
    | StartServers
    | AlignDatabasePassword
    | PinAuthority
    | StartGateway
    | WaitUntilHealthy
    | CreateAdministrator
    | ObtainToken
    | VerifyToken
    | PullModel
)


def writes(action: Action) -> tuple[Path, ...]:
    """Return the files that the action writes."""
    match action:
        case (
            WriteFile()
            | SaveAnswers()
            | TakeOutSecrets()
            | ObtainToken()
            | GenerateSecrets()
            | KeepSecrets()
            | WriteSecret()
            | RemoveSecret()
        ):
            return (action.path,)
        case PinAuthority():
            layout = action.stack.layout
            return (layout.authority_fingerprint, layout.authority_key)
        case CreateAdministrator():
            return (action.token,)
        case StartGateway() | RetireGateway() | FreePorts():
            return (action.gateway.layout.pid,)
        case (
            MakeDirectory()
            | ProtectDirectory()
            | PullImages()
            | BuildImage()
            | RemoveContainers()
            | StartServers()
            | AlignDatabasePassword()
            | WaitUntilHealthy()
            | VerifyToken()
            | PullModel()
        ):
            return ()
        case _:
            assert_never(action)


def reads(action: Action) -> tuple[Path, ...]:
    """Return the files whose content decides whether the action is done."""
    match action:
        case StartGateway() | FreePorts():
            return action.gateway.reads
        case StartServers():
            stack = action.stack
            secrets = (path for service in stack.servers for path in stack.files_of(service))
            return (*stack.reads, *secrets)
        case AlignDatabasePassword():
            return (action.stack.layout.database_password,)
        case WriteSecret(owner=path) | VerifyToken(path=path):
            return (path,)
        case WaitUntilHealthy():
            return (action.gateway.layout.pid,)
        case (
            MakeDirectory()
            | ProtectDirectory()
            | GenerateSecrets()
            | KeepSecrets()
            | RemoveSecret()
            | SaveAnswers()
            | TakeOutSecrets()
            | WriteFile()
            | PullImages()
            | BuildImage()
            | RetireGateway()
            | RemoveContainers()
            | PinAuthority()
            | CreateAdministrator()
            | ObtainToken()
            | PullModel()
        ):
            return ()
        case _:
            assert_never(action)


def asks_engine(action: Action) -> bool:
    """Return whether only the container engine knows if the action is done."""
    match action:
        case StartGateway() | RetireGateway() | FreePorts() | WaitUntilHealthy():
            return action.gateway.stack is not None
        case (
            PullImages()
            | BuildImage()
            | RemoveContainers()
            | StartServers()
            | AlignDatabasePassword()
            | PinAuthority()
        ):
            return True
        case _:
            return False
