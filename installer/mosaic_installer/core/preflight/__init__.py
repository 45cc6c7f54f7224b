"""CHECKS: named functions `(facts, answers) -> Finding | None`; all run, all are reported.

A check is named for the statement that holds when it finds nothing: `port_is_free` is ignored
with `--ignore port-is-free`. A new check is a function in one of these files and a row below.
"""

from collections.abc import Callable, Collection

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight import answers as about_answers
from mosaic_installer.core.preflight import (
    compose,
    connections,
    engine,
    gateway,
    hardware,
    home,
    installation,
    jobs,
    mounts,
    moves,
    person,
    podman,
    portainer,
    servers,
    swarm,
    system,
    verdicts,
)
from mosaic_installer.core.settling.interview import nearest
from mosaic_installer.errors import AnswersError, PreflightFailed

Check = Callable[[Facts, Answers], Finding | None]

CHECKS: tuple[Check, ...] = (
    system.operating_system_is_supported,
    system.architecture_is_supported,
    system.clock_is_right,
    system.open_files_are_enough,
    system.wsl_keeps_running,
    hardware.processors_are_enough,
    hardware.memory_is_enough,
    hardware.disk_is_enough,
    home.home_is_a_directory,
    home.home_is_writable,
    home.home_is_ours,
    home.home_is_on_a_local_disk,
    home.home_path_is_plain,
    person.locale_is_utf8,
    person.user_is_not_root,
    person.variables_are_known,
    person.proxy_spares_this_machine,
    person.session_outlives_logout,
    gateway.runtime_suits_tier,
    gateway.image_suits_runtime,
    gateway.port_is_free,
    gateway.port_is_permitted,
    gateway.bind_is_loopback,
    gateway.setup_is_ours_alone,
    gateway.machine_can_call_itself,
    gateway.ipv6_is_on,
    gateway.gateway_comes_back_after_restart,
    about_answers.settings_have_an_effect,
    about_answers.gateway_uses_what_is_given,
    connections.keys_suit_their_providers,
    connections.secrets_travel_encrypted,
    connections.containers_reach_services,
    connections.provider_variables_are_used,
    connections.ollama_is_used,
    connections.a_model_can_answer,
    connections.routes_name_providers_that_are_on,
    connections.embeddings_model_is_unchanged,
    connections.sign_on_is_complete,
    connections.callbacks_are_registered,
    connections.telemetry_has_a_collector,
    verdicts.secrets_are_accepted,
    verdicts.providers_have_credit,
    verdicts.services_are_reachable,
    verdicts.services_are_what_they_should_be,
    verdicts.models_are_available,
    verdicts.default_models_are_listed,
    verdicts.models_go_on,
    verdicts.bots_can_read,
    engine.engine_is_present,
    engine.engine_is_reachable,
    engine.engine_is_permitted,
    engine.engine_is_recent,
    engine.engine_is_on_this_machine,
    swarm.swarm_is_managed_here,
    swarm.swarm_engine_is_recent,
    swarm.swarm_port_may_be_open,
    swarm.swarm_publishes_no_server,
    swarm.swarm_has_enough_nodes,
    swarm.swarm_services_have_a_node,
    swarm.moves_on_the_swarm_have_ended,
    swarm.data_is_on_this_machine,
    swarm.swarm_mesh_has_ipvs,
    portainer.portainer_accepts_its_key,
    portainer.portainer_has_this_swarm,
    portainer.portainer_is_reachable,
    portainer.portainer_is_remembered,
    compose.compose_is_present,
    compose.compose_is_the_plugin,
    compose.compose_speaks_with_engine,
    engine.engine_disk_is_enough,
    engine.engine_memory_is_enough,
    engine.storage_driver_is_fast,
    engine.engine_runs_our_architecture,
    engine.subnets_are_apart,
    mounts.containers_read_our_files,
    mounts.users_of_containers_are_ours,
    mounts.selinux_lets_containers_read,
    podman.podman_is_one_that_was_tried,
    podman.podman_checks_health,
    podman.podman_has_a_compose_that_suits_it,
    podman.podman_starts_containers_again,
    engine.rootless_engine_survives_logout,
    engine.images_are_present,
    engine.registries_say_what_they_have,
    moves.tier_is_the_installed_one,
    moves.database_is_the_installed_one,
    moves.queue_is_the_installed_one,
    servers.own_servers_suit_tier,
    servers.own_servers_are_reached_from_containers,
    servers.own_servers_name_files_in_full,
    servers.own_servers_name_an_authority,
    servers.own_server_files_are_readable,
    servers.own_database_can_be_used,
    servers.own_valkey_can_be_used,
    servers.server_ports_are_free,
    servers.published_ports_differ,
    servers.volumes_are_ours,
    servers.volumes_have_their_secrets,
    servers.database_volume_is_there,
    servers.authority_volume_is_there,
    servers.authority_has_its_password,
    servers.database_major_is_the_same,
    installation.installation_is_no_copy,
    installation.no_other_run_changes_it,
    servers.server_port_is_chosen_for_a_server,
    installation.administrator_is_still_to_be_made,
    installation.administrator_is_the_installed_one,
    installation.generated_files_are_unedited,
    installation.edited_port_is_the_wanted_one,
    installation.generated_files_are_whole,
    installation.database_is_in_its_place,
    installation.database_file_is_there,
    installation.database_is_sound,
    installation.gateway_is_not_suspended,
    installation.answers_are_remembered,
    installation.files_are_private,
    installation.files_have_unix_line_endings,
    installation.version_is_not_older,
    jobs.jobs_succeed,
)


def identifier(check: Check) -> str:
    """Return the name that `--ignore` takes."""
    return check.__name__.replace("_", "-")


def preflight(facts: Facts, answers: Answers, ignored: Collection[str] = ()) -> tuple[Finding, ...]:
    """Run every check and return what they found, without what is ignored unless it is final.

    Raises `AnswersError` when `ignored` names a check that does not exist.
    """
    known = [identifier(check) for check in CHECKS]
    for name in ignored:
        if name not in known:
            raise AnswersError(
                f"--ignore {name}: there is no such check{nearest(name, known)}",
                "`mosaic doctor --json` lists every finding with its identifier",
            )
    findings = []
    for check in CHECKS:
        name, finding = identifier(check), check(facts, answers)
        if finding is not None and (finding.is_final or name not in ignored):
            findings.append(replace(finding, check=name))
    return tuple(findings)


def refuse(findings: Collection[Finding]) -> None:
    """Raise `PreflightFailed` when one of the findings is an error."""
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        problem = f"{len(errors)} problems" if len(errors) > 1 else "a problem"
        what = "the problems" if len(errors) > 1 else "the problem"
        names = " ".join(f"--ignore {finding.check}" for finding in errors)
        is_final = any(finding.is_final for finding in errors)
        raise PreflightFailed(
            f"{problem} would make the installation fail; nothing was changed",
            f"fix {what} above" + ("" if is_final else f", or skip a check with `{names}`"),
        )
