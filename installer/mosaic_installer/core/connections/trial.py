"""How a service is tried: which call follows which answer, until there is a verdict.

Nothing is sent here. Whoever runs a trial sends each call and hands back what came of it.
"""

from collections.abc import Generator, Sequence

from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.connections.channels import limit_of
from mosaic_installer.core.connections.client import try_client
from mosaic_installer.core.connections.dialects import calls_to, completion_by
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.connections.judgement import accepted, judge, judge_completion
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.frozen import replace

Trial = Generator[Call, Reply | Lost, Verdict]


def trial(endpoint: Endpoint, *, completes: bool = False) -> Trial:
    """Try a service; `completes` asks a model for a word, too."""
    replies: list[Reply] = []
    for call in calls_to(endpoint):
        found = judge(endpoint, (yield call))
        if isinstance(found, Verdict):
            return found
        replies.append(found)
    match endpoint.kind:
        case "provider":
            return (yield from _try_provider(endpoint, replies, completes=completes))
        case "sign-on":
            return (yield from try_client(endpoint, replies[0].body))
        case "channel":
            limit, hint = limit_of(endpoint, replies)
            return replace(accepted(endpoint), limit=limit, hint=hint)
        case "telemetry":
            return accepted(endpoint)


def _try_provider(endpoint: Endpoint, replies: Sequence[Reply], *, completes: bool) -> Trial:
    completion = completion_by(endpoint) if completes else None
    verdict = judge_completion(endpoint, (yield completion)) if completion else None
    is_hidden = any(reply.status != 200 for reply in replies)
    note = "; this key may not list its models" if is_hidden else ""
    return verdict or accepted(endpoint, replies, note)
