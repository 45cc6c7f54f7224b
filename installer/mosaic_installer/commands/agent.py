"""`mosaic agent`: who the gateway answers as; by the token on file."""

import shlex
from pathlib import Path

from mosaic_installer.commands.authority import open_agents
from mosaic_installer.commands.consent import agrees_to_remove
from mosaic_installer.core.agent_tools import BUILT_IN, told_apart
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.first_agent import is_named
from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.machine.agents import AUTO, Agent, AgentApi
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.environment import read_standard_input, read_text
from mosaic_installer.ui import output

STDIN = "-"
ALL = ("*",)


@frozen
class Wanted:
    """What the command line of `mosaic agent create` or `edit` says; None: nothing of it.

    `tools` are names of the client's, or `ALL`; `remembers` is whether it has the gateway's.
    """

    name: str | None = None
    prompt: str | None = None
    prompt_file: Path | None = None
    model: str | None = None
    tools: tuple[str, ...] | None = None
    remembers: bool | None = None
    is_shared: bool = False


def list_all(*, as_json: bool) -> int:
    """Print one's own agents, then everybody's."""
    found = open_agents().all()
    if as_json:
        output.shown_document([_document(each) for each in found])
        return 0
    rows = ((each.name, "shared" if each.is_shared else "yours", each.model) for each in found)
    for line in output.aligned(rows):
        output.piece(f"{line}\n")
    if not found:
        output.say("There is no agent. `mosaic agent create NAME` makes one.")
    return 0


def show(name: str, *, as_json: bool) -> int:
    """Print all that an agent is."""
    found = _named(open_agents(), name)
    if as_json:
        output.shown_document(_document(found))
        return 0
    tools = told_apart(found.tools)
    rows = [
        ("name", found.name),
        ("whose", "everybody's" if found.is_shared else "yours"),
        ("model", "chosen for each question" if found.model == AUTO else found.model),
        ("tools", "all" if tools.clients is None else ", ".join(tools.clients) or "none"),
        ("memory", ", ".join(tools.built_in) or "off"),
    ]
    output.piece(f"{output.lines(rows)}\n\n{found.prompt.rstrip()}\n")
    return 0


def create(name: str, wanted: Wanted) -> int:
    """Make an agent."""
    prompt = _prompt(wanted)
    if prompt is None:
        raise _unusable("an agent needs a prompt")
    made = open_agents().create(
        Agent(
            name=_whole(name),
            prompt=prompt,
            model=AUTO if wanted.model is None else wanted.model,
            tools=_tools(wanted, None),
            is_shared=wanted.is_shared,
        )
    )
    name = output.readable(made.name)
    output.say(f"The agent {name} is ready: `mosaic chat --agent {shlex.quote(name)}`.")
    return 0


def edit(name: str, wanted: Wanted) -> int:
    """Change what the command line names of an agent."""
    changes: dict[str, object] = {
        "name": wanted.name and _whole(wanted.name),
        "prompt": _prompt(wanted),
        "model": wanted.model,
    }
    changes = {key: value for key, value in changes.items() if value is not None}
    changes_tools = wanted.tools is not None or wanted.remembers is not None
    if not (changes or changes_tools):
        raise AnswersError(
            "nothing was given to change",
            "`mosaic agent edit --help` lists what can be",
            identifier="bad-usage",
        )
    api = open_agents()
    found = _named(api, name)
    if changes_tools:
        changes["tools"] = _tools(wanted, found.tools)
    changed = api.change(found, **changes)
    output.say(f"The agent {output.readable(changed.name)} is changed.")
    return 0


def remove(name: str, *, assume_yes: bool) -> int:
    """Remove an agent for good."""
    api = open_agents()
    found = _named(api, name)
    what = f"the agent {output.readable(found.name)}"
    if agrees_to_remove(what, "its prompt", assume_yes=assume_yes):
        api.remove(found)
        output.say(f"The agent {output.readable(found.name)} is removed.")
    return 0


def _named(api: AgentApi, name: str) -> Agent:
    for each in api.all():
        if is_named(each, name):
            return each
    raise InstallerError(
        f"there is no agent `{_whole(name)}`", "`mosaic agent list` shows those that you can ask"
    )


def _tools(wanted: Wanted, before: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return all tools it is to have; what the command line does not name stays as `before`."""
    tools = told_apart(before)
    if wanted.tools is not None:
        tools = replace(tools, clients=None if wanted.tools == ALL else wanted.tools)
    if wanted.remembers is not None:
        tools = replace(tools, built_in=BUILT_IN if wanted.remembers else ())
    return tools.names


def _prompt(wanted: Wanted) -> str | None:
    if wanted.prompt_file is None:
        return wanted.prompt and _whole(wanted.prompt)
    try:
        if str(wanted.prompt_file) == STDIN:
            return read_standard_input()
        return read_text(wanted.prompt_file)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _unusable(f"the prompt `{wanted.prompt_file}` cannot be read: {why}") from None
    except UnicodeDecodeError:
        raise _unusable(f"the prompt `{wanted.prompt_file}` is not UTF-8 text") from None


def _unusable(what: str) -> AnswersError:
    return AnswersError(
        what, "give `--prompt TEXT`, or `--prompt-file FILE` (`-` is stdin)", identifier="bad-usage"
    )


def _whole(text: str) -> str:
    """Return a text without what is no character: arguments may have such bytes."""
    return text.encode(errors="replace").decode()


def _document(agent: Agent) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "id": agent.id,
        "name": agent.name,
        "prompt": agent.prompt,
        "model": agent.model,
        "tools": agent.tools,
        "shared": agent.is_shared,
    }
