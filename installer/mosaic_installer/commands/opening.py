"""How every command begins: which installation is meant, and what is known of its settings."""

from collections.abc import Mapping
from pathlib import Path

from mosaic_installer.core.answers import CATALOGUE, KEPT_SECRETS
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.questionnaire.model_providers import OWN_VARIABLES
from mosaic_installer.core.runtime import SwarmService
from mosaic_installer.core.settling.interview import DEFAULT, REMEMBERED, Given, Layer
from mosaic_installer.core.settling.sources import from_environment, from_pairs, from_toml
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.environment import provider_variables, read_text, variables
from mosaic_installer.machine.installed import gateway_as_installed, read_config, read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.paths import find_layout

HOME = "installer.home"
SECRETS = "secrets.toml"
TAKE_OVER = CATALOGUE["providers.take_over"]


def given_layers(
    pairs: tuple[str, ...] = (),
    flags: Mapping[str, str] | None = None,
    answers_file: Path | None = None,
) -> list[Layer]:
    """Return what the user gave, the strongest source first."""
    spelled = {key: _flag(key, text) for key, text in (flags or {}).items()}
    layers = [
        Layer(values=spelled),
        from_pairs(pairs, read_text),
        from_environment(variables(), read_text),
    ]
    if answers_file is not None:
        text = _answers_text(answers_file)
        layers.append(from_toml(text, str(answers_file), read_text))
    return [*layers, taken_over()] if _takes_over(layers) else layers


def taken_over() -> Layer:
    """Return what the providers' own variables, such as ANTHROPIC_API_KEY, would give."""
    found = provider_variables()
    values = {OWN_VARIABLES[name]: Given(text=found[name], source=name) for name in found}
    return Layer(values=values)


def open_machine(layers: list[Layer]) -> LocalMachine:
    """Return the machine with the installation that the layers, or the user's folders, name."""
    homes = [layer.values[HOME].text for layer in layers if HOME in layer.values]
    return LocalMachine(find_layout(homes[0] if homes else None))


def remembered_layer(machine: LocalMachine) -> Layer:
    """Return what the last run saved, secrets included, and what it put in place of defaults."""
    answers = answers_layer(machine)
    values = _replaced_defaults(machine) | _secrets(machine) | answers.values
    return replace(answers, values=values)


def answers_layer(machine: LocalMachine) -> Layer:
    """Return the answers that the last run saved; lost ones as far as other files show them."""
    text = machine.read_text(machine.layout.answers)
    if text is not None:
        return from_toml(text, REMEMBERED, read_text)
    meta = read_meta(machine)
    if meta is None:
        return _found_again(machine)
    from mosaic_installer.core.settling.rebuilt import rebuilt_layer

    environment = machine.files.read(machine.layout.gateway_environment) or b""
    return rebuilt_layer(meta, environment.decode(errors="replace"), read_config(machine))


def _replaced_defaults(machine: LocalMachine) -> dict[str, Given]:
    meta = read_meta(machine)
    if meta is None or not meta.replaced:
        return {}
    from mosaic_installer.core.connections.stand_ins import remembered_defaults

    return {
        key: Given(text=model, source=DEFAULT) for key, model in remembered_defaults(meta.replaced)
    }


def _found_again(machine: LocalMachine) -> Layer:
    parts = machine.lost_parts
    if not parts:
        return Layer()
    from mosaic_installer.core.settling.rebuilt import layer_of_parts

    return layer_of_parts(parts)


def _secrets(machine: LocalMachine) -> dict[str, Given]:
    layout = machine.layout
    is_lost = machine.files.kind(layout.secrets) == "absent" or machine.vault.is_damaged()
    stored = machine.vault.stored()
    values = {}
    for setting in KEPT_SECRETS:
        # What was derived from a lost owner file is the last copy of it.
        path = layout.gateway_secret(setting.name)
        copy = machine.files.read(path) if is_lost and setting.name not in stored else None
        if copy:
            values[setting.key] = Given(text=copy.decode(errors="replace"), source=str(path))
        elif setting.name in stored:
            text = stored[setting.name].reveal()
            values[setting.key] = Given(text=text, source=f"{SECRETS}: {setting.name}")
    return values


def installed_gateway() -> tuple[LocalMachine, Gateway, Meta]:
    """Return the machine and the gateway that is installed.

    Raises `InstallerError` when there is no installation.
    """
    machine = open_machine(given_layers())
    return machine, *gateway_in(machine)


def gateway_in(machine: LocalMachine) -> tuple[Gateway, Meta]:
    """Return the gateway of an installation, and what is known of it; raises the same."""
    layout, meta = machine.layout, read_meta(machine)
    generated = (layout.meta, layout.gateway_config, layout.gateway_environment)
    if meta is None and any(machine.files.kind(path) == "file" for path in generated):
        state = "missing" if machine.files.kind(layout.meta) == "absent" else "damaged"
        raise InstallerError(
            f"`{layout.meta}` is {state}",
            "`mosaic install` writes it again",
            identifier="not-installed",
        )
    if meta is None:
        raise _not_installed(machine)
    return gateway_as_installed(layout, meta), meta


def _not_installed(machine: LocalMachine) -> InstallerError:
    """Return why: another machine has it, its settings are lost, or there is none."""
    root, left = machine.layout.root, {part.kind for part in machine.lost_parts} - {"volume"}
    if left:
        kinds = "services" if "service" in left else "containers"
        return InstallerError(
            f"the settings in `{root}` are lost, but the {kinds} that they were for are there",
            "`mosaic install` finds the settings again, as far as it can",
            identifier="not-installed",
        )
    return machine.installed_elsewhere() or InstallerError(
        f"nothing is installed in `{root}`",
        "`mosaic install` installs or repairs; MOSAIC_HOME names another folder",
        identifier="not-installed",
    )


def installed_on_swarm() -> tuple[LocalMachine, Stack]:
    """Return the machine, and the stack of its installation.

    Raises `InstallerError` where nothing is installed, or not on a Swarm.
    """
    machine, gateway, _meta = installed_gateway()
    if not isinstance(gateway.runtime, SwarmService):
        raise InstallerError(
            "this installation is not on a Swarm",
            "`mosaic config set gateway.runtime=swarm` and `mosaic install` put it on one; "
            "`mosaic status` says how it is",
            identifier="not-on-swarm",
        )
    return machine, gateway.runtime.stack


def _flag(key: str, text: str) -> Given:
    flag = "yes" if key == "installer.assume_yes" else key.rpartition(".")[2].replace("_", "-")
    return Given(text=text, source=f"--{flag}")


def _takes_over(layers: list[Layer]) -> bool:
    given = [layer.values[TAKE_OVER.key] for layer in layers if TAKE_OVER.key in layer.values]
    try:
        return bool(given) and TAKE_OVER.kind.parse(given[0].text) is True
    except ValueError:
        return False  # the interview reports it


def _answers_text(path: Path) -> str:
    try:
        return read_text(path)
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise AnswersError(
        f"cannot read the answers file `{path}`: {reason}",
        "name a TOML file that you can read",
        identifier="answers-file-unreadable",
    )
