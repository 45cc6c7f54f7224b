"""Checks of what the gateway is asked to be."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.published import wanted_numbers
from mosaic_installer.core.containers.wanted import cannot_ask_swarm
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, Remedy, error, note, warning
from mosaic_installer.core.questionnaire.gateway import DEFAULT_PORT
from mosaic_installer.core.runtime import is_contained, is_on_swarm

LOOPBACK = ("127.", "::1")


def runtime_suits_tier(_facts: Facts, answers: Answers) -> Finding | None:
    """Tier local has no containers."""
    if answers.tier != "local" or not is_contained(answers):
        return None
    return error(
        "tier `local` runs the gateway as a process, not as a container",
        "leave `gateway.runtime` alone, or set it to `process`",
    )


def image_suits_runtime(_facts: Facts, answers: Answers) -> Finding | None:
    """An image that nothing would run is a misunderstanding."""
    if answers.gateway.image is None or is_contained(answers):
        return None
    return error(
        f"image `{answers.gateway.image}` is given, but the gateway runs as a process",
        "unset MOSAIC_GATEWAY_IMAGE, or give it the value `none`",
    )


def port_is_free(facts: Facts, answers: Answers) -> Finding | None:
    """Found now, and not when the gateway is started."""
    holder = facts.holder_of(answers.gateway.port, answers.gateway.bind)
    if holder is None or cannot_ask_swarm(facts, answers):
        return None
    port, bind = answers.gateway.port, answers.gateway.bind
    free = facts.next_free_port(port, bind, wanted_numbers(answers))
    return error(
        f"port {answers.gateway.port} on {answers.gateway.bind} is taken by {holder.holder}",
        f"port {free} is free: `--set gateway.port={free}`; or stop that program",
        Remedy(key="gateway.port", text=str(free), is_port=True),
    )


def port_is_permitted(facts: Facts, answers: Answers) -> Finding | None:
    """Low ports belong to root."""
    if answers.gateway.port >= facts.host.lowest_port:
        return None
    return error(
        f"port {answers.gateway.port} is for root only; {facts.host.person.name} may use "
        f"{facts.host.lowest_port} and above",
        "choose a higher port with `--set gateway.port=…`",
        Remedy(key="gateway.port", text=str(DEFAULT_PORT)),
    )


def bind_is_loopback(_facts: Facts, answers: Answers) -> Finding | None:
    """Sign-in over a network without TLS shows the password to that network."""
    if answers.gateway.bind.startswith(LOOPBACK):
        return None
    return warning(
        f"the gateway will listen on {answers.gateway.bind}: others can reach it, without TLS",
        "put a TLS proxy before it, and a firewall: a Swarm cannot keep a port on 127.0.0.1"
        if is_on_swarm(answers)
        else "put it behind a TLS proxy, or leave `gateway.bind` at 127.0.0.1",
    )


def setup_is_ours_alone(facts: Facts, answers: Answers) -> Finding | None:
    """Where an image knows no setup secret, whoever asks first becomes its administrator."""
    is_foreign = answers.gateway.image is not None and is_contained(answers)
    is_first = facts.host.installation.needs_setup
    if not (is_foreign and is_first) or answers.gateway.bind.startswith(LOOPBACK):
        return None
    bind = answers.gateway.bind
    return warning(
        f"`{answers.gateway.image}` will listen on {bind} before it has an administrator; unless "
        "it knows setup secrets, somebody on that network can become the administrator",
        f"let a firewall keep everybody from port {answers.gateway.port} until it is installed"
        if is_on_swarm(answers)
        else f"install with `--set gateway.bind=127.0.0.1`, then `mosaic install --set "
        f"gateway.bind={bind}`",
    )


def machine_can_call_itself(facts: Facts, _answers: Answers) -> Finding | None:
    """Else the gateway would start, and nobody here could ever reach it."""
    if facts.host.system.has_loopback:
        return None
    return error(
        "the loopback interface `lo` is down, so 127.0.0.1 cannot be reached on this machine",
        "bring it up (`ip link set lo up`, as root), then run this again",
    )


def ipv6_is_on(facts: Facts, answers: Answers) -> Finding | None:
    """An IPv6 address cannot be had where IPv6 is off."""
    if ":" not in answers.gateway.bind or facts.host.system.has_ipv6:
        return None
    return error(
        f"`gateway.bind` is {answers.gateway.bind}, but IPv6 is off on this machine",
        "use 127.0.0.1, or switch IPv6 on",
    )


def gateway_comes_back_after_restart(facts: Facts, answers: Answers) -> Finding | None:
    """Without systemd, or an engine that starts containers, nothing starts it with the machine."""
    if facts.host.supervisor == "systemd" or is_contained(answers):
        return None
    return note(
        "the gateway will not start again after a reboot, because systemd is not available for "
        "this user",
        "start it with `mosaic gateway start`, for instance from cron's @reboot",
    )
