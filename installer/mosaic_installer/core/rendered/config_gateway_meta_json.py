# Made from templates/config/gateway/meta.json.j2 by scripts/reference; changes here are lost.
# mypy: ignore-errors
from mosaic_installer.core.rendering import member, quote_json, quote_json_section


def parts(*, answers, chosen, facts, gateway, replaced, stack, **_others):
    yield (
        '{\n'
        '  "_generated": "by `mosaic install`; what is installed, and how to reach it",\n'
        '  "version": '
    )
    yield str(quote_json(member(gateway, 'version')))
    yield ',\n  "tier": '
    yield str(quote_json(member(answers, 'tier')))
    yield ',\n  "host": '
    yield str(quote_json(member(member(answers, 'gateway'), 'bind')))
    yield ',\n  "port": '
    yield str(member(member(answers, 'gateway'), 'port'))
    yield ',\n  "runtime": '
    yield str(quote_json(member(member(answers, 'gateway'), 'runtime')))
    yield ',\n  "supervisor": '
    yield str(quote_json(member(member(facts, 'host'), 'supervisor')))
    yield ',\n'
    if stack:
        yield '  "project": '
        yield str(quote_json(member(stack, 'project')))
        yield ',\n  "services": '
        yield str(quote_json(member(stack, 'services')))
        yield ',\n'
    yield '  "chosen": '
    yield str(quote_json_section(chosen))
    yield ',\n'
    if replaced:
        yield '  "replaced": '
        yield str(quote_json_section(replaced))
        yield ',\n'
    yield '  "installedAt": '
    yield str(quote_json((member(member(member(facts, 'host'), 'installation'), 'installed_at') or member(member(member(member(facts, 'host'), 'system'), 'now'), 'isoformat')(timespec='seconds'))))
    yield (
        '\n'
        '}\n'
    )
