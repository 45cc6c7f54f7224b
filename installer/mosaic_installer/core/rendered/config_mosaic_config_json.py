# Made from templates/config/mosaic.config.json.j2 by scripts/reference; changes here are lost.
# mypy: ignore-errors
from mosaic_installer.core.rendering import looped, member, quote_json, quote_json_section


def parts(*, answers, facts, secrets, sections, servers, **_others):
    yield (
        '{\n'
        '  "_generated": "by `mosaic install` from answers.toml; a file that you edit is kept, and reported",\n'
        '  "tier": '
    )
    yield str(quote_json(member(answers, 'tier')))
    yield ',\n'
    if (member(answers, 'tier') == 'local'):
        yield (
            '  "storage": {\n'
            '    "type": "sqlite",\n'
            '    "path": '
        )
        yield str(quote_json(member(member(member(facts, 'host'), 'layout'), 'database')))
        yield (
            ',\n'
            '    "enableVector": false\n'
            '  },\n'
            '  "queue": {\n'
            '    "type": "database"\n'
            '  },\n'
        )
    else:
        yield (
            '  "storage": {\n'
            '    "type": "postgres",\n'
            '    "url": '
        )
        yield str(quote_json(member(servers, 'postgres')))
        yield ',\n    "enableVector": '
        yield str(quote_json((member(answers, 'tier') == 'federated')))
        yield (
            '\n'
            '  },\n'
            '  "queue": {\n'
            '    "type": "valkey",\n'
            '    "url": '
        )
        yield str(quote_json(member(servers, 'valkey')))
        yield (
            '\n'
            '  },\n'
        )
    if (member(answers, 'tier') == 'federated'):
        yield '  "certificateAuthority": {\n    "url": '
        yield str(quote_json(servers['step-ca']))
        yield ',\n    "fingerprintFile": '
        yield str(quote_json((secrets / 'authority-fingerprint')))
        yield (
            ',\n'
            '    "provisioner": "mosaic-fed",\n'
            '    "provisionerKeyFile": '
        )
        yield str(quote_json((secrets / 'provisioner-key')))
        yield (
            '\n'
            '  },\n'
        )
    yield '  "memory": {\n    "type": '
    yield str(quote_json(('pgvector' if (member(answers, 'tier') == 'federated') else 'keyword')))
    yield (
        '\n'
        '  },\n'
    )
    for loop, (name, section,) in looped(member(sections, 'items')()):
        yield '  '
        yield str(quote_json(name))
        yield ': '
        yield str(quote_json_section(section))
        yield str(('' if member(loop, 'last') else ','))
        yield '\n'
    yield '}\n'
