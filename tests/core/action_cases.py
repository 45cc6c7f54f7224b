"""A case of every action: the machine that it finds, and what of its work outlives an uninstall."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from tests.core.found_machines import (
    NEWEST,
    add_token,
    add_user,
    change_password,
    damage_database,
    empty,
    move_tag,
    run_authority,
    run_gateway,
    run_servers,
    run_slow_gateway,
    type_key,
)
from tests.fake_machine import Entry, FakeMachine
from tests.make import LAYOUT, make_gateway

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions import images as of
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
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.layout import Layout

KINDS: tuple[type[Action], ...] = get_args(Action)
SECRET_ANSWERS = b"[admin]\npassword = 'correct-horse-9'\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    """An action, the machine it finds, and what of its work outlives the undoing."""

    action: Action
    before: Callable[[FakeMachine], None] = empty
    files: Mapping[Path, bytes] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    """Those that were generated before."""
    open_to_all: Path | None = None
    outlives: frozenset[str] = frozenset()
    is_for_once: bool = False
    """Whether it must never be applied twice: a plan skips what is done."""
    is_proof: bool = False
    """Whether it only looks, and is done as soon as all is well."""

    @property
    def name(self) -> str:
        return type(self.action).__name__

    def machine(self) -> FakeMachine:
        """Return a machine of dictionaries as the action finds it."""
        machine = FakeMachine()
        for path, content in self.files.items():
            machine.files.write(path, content)
        if self.secrets:
            machine.vault.generate(self.secrets)
        if self.open_to_all is not None:
            machine.files.entries[self.open_to_all] = Entry(None, 0o755)
        self.before(machine)
        return machine


def cases_of(layout: Layout, reader: int | None = None) -> tuple[Case, ...]:
    """Return a case of every action, for `layout`; `reader` is the user that files are for."""
    gateway = make_gateway(layout=layout)
    stack = Stack(layout=layout, project="mosaic", services=("postgres", "valkey", "gateway"))
    return (
        Case(action=MakeDirectory(path=layout.data, is_ours_alone=True), is_for_once=True),
        Case(
            action=ProtectDirectory(path=layout.data),
            open_to_all=layout.data,
            outlives=frozenset({"tree"}),
        ),
        Case(action=MakeDatabase(path=layout.database), outlives=frozenset({"files"})),
        Case(
            action=RescueDatabase(gateway=gateway),
            before=run_gateway,
            outlives=frozenset({"tree", "process"}),
        ),
        Case(
            action=SetDatabaseAside(gateway=gateway, ending=".2026-11-02-083000"),
            before=damage_database,
            outlives=frozenset({"tree"}),
        ),
        Case(action=GenerateSecrets(path=layout.secrets, names=("session_secret",))),
        Case(
            action=KeepSecrets(
                path=layout.secrets, names=("openai_api_key",), dropped=("zai_api_key",)
            ),
            before=type_key,
        ),
        Case(
            action=WriteSecret(
                path=layout.session_secret,
                name="session_secret",
                owner=layout.secrets,
                reader=reader,
            ),
            secrets=("session_secret",),
        ),
        Case(
            action=RemoveSecret(path=layout.gateway_secret("zai_api_key")),
            files={layout.gateway_secret("zai_api_key"): b"an old key"},
            outlives=frozenset({"tree"}),
        ),
        Case(action=SaveAnswers(path=layout.answers, values={"gateway.port": 8080})),
        Case(
            action=TakeOutSecrets(path=layout.answers),
            files={layout.answers: SECRET_ANSWERS},
            outlives=frozenset({"tree"}),
        ),
        Case(action=WriteFile(path=layout.gateway_config, content="{}\n", reader=reader)),
        Case(action=of.PullImages(images=("valkey:8-alpine",)), outlives=frozenset({"engine"})),
        Case(
            action=of.RefreshImages(images={"valkey/valkey:8-alpine": NEWEST}),
            before=move_tag,
            outlives=frozenset({"engine"}),
        ),
        Case(action=of.BuildImage(name="mosaic-gateway:1", on="python:3.13-slim")),
        Case(action=of.PushImages(images={"mosaic-gateway:1": "r.example/mosaic-gateway:1"})),
        Case(
            action=RetireGateway(gateway=gateway),
            before=run_gateway,
            outlives=frozenset({"process"}),
        ),
        Case(
            action=FreePorts(gateway=gateway),
            before=run_gateway,
            outlives=frozenset({"process"}),
        ),
        Case(
            action=RetireStack(stack=stack),
            before=run_servers,
            outlives=frozenset({"engine"}),
        ),
        Case(
            action=RemoveContainers(stack=stack, services=("jaeger",)),
            before=run_servers,
            outlives=frozenset({"engine"}),
        ),
        Case(action=StartServers(stack=stack, deadline=5.0)),
        Case(
            action=AlignDatabasePassword(gateway=gateway, stack=stack),
            before=change_password,
            files={layout.database_password: b"the new password"},
            outlives=frozenset({"engine"}),
        ),
        Case(action=PinAuthority(stack=stack, reader=reader), before=run_authority),
        Case(action=StartGateway(gateway=gateway)),
        Case(action=WaitUntilHealthy(gateway=gateway, deadline=5.0), before=run_slow_gateway),
        Case(action=PullModel(url="http://127.0.0.1:1", name="m"), outlives=frozenset({"models"})),
        Case(action=UpdatePortainer(stack=stack, url="https://p.example.org", environment=1)),
        Case(action=WatchServices(stack=stack, seconds=40)),
        Case(
            action=CreateAdministrator(
                gateway=gateway, name="Ada", email="ada@example.org", token=layout.token
            ),
            before=run_gateway,
            outlives=frozenset({"users", "tokens"}),
            is_for_once=True,
        ),
        Case(
            action=ObtainToken(gateway=gateway, path=layout.token),
            before=add_user,
            outlives=frozenset({"tokens"}),
            is_for_once=True,
        ),
        Case(
            action=VerifyToken(gateway=gateway, path=layout.token),
            before=add_token,
            files={layout.token: b"token-1-for-mine\n"},
            is_proof=True,
        ),
        Case(
            action=MakeAgent(gateway=gateway, name="Sage", intent="research"),
            before=add_token,
            files={layout.token: b"token-1-for-mine\n"},
            outlives=frozenset({"agents", "tokens"}),
        ),
    )


CASES = cases_of(LAYOUT)
NAMES = [case.name for case in CASES]
