# Made from templates/config/compose/step-ca/ca.json.j2 by scripts/reference; changes here are lost.
# mypy: ignore-errors
from mosaic_installer.core.rendering import member, quote_json


def parts(*, answers, **_others):
    yield (
        '{\n'
        '  "_generated": "by `mosaic install` from answers.toml; a file that you edit is kept, and reported",\n'
        '  "root": "/home/step/certs/root_ca.crt",\n'
        '  "crt": "/home/step/certs/intermediate_ca.crt",\n'
        '  "key": "/home/step/secrets/intermediate_ca_key",\n'
        '  "address": ":9000",\n'
        '  "dnsNames": ["step-ca", "localhost", "127.0.0.1"'
    )
    if (member(member(answers, 'gateway'), 'hostname') not in ['step-ca', 'localhost', '127.0.0.1']):
        yield ', '
        yield str(quote_json(member(member(answers, 'gateway'), 'hostname')))
    yield (
        '],\n'
        '  "logger": {"format": "text"},\n'
        '  "db": {"type": "badgerv2", "dataSource": "/home/step/db"},\n'
        '  "authority": {\n'
        '    "claims": {\n'
        '      "minTLSCertDuration": "5m",\n'
        '      "defaultTLSCertDuration": "24h",\n'
        '      "maxTLSCertDuration": "24h",\n'
        '      "disableRenewal": false,\n'
        '      "allowRenewalAfterExpiry": false,\n'
        '      "enableSSHCA": false\n'
        '    },\n'
        '    "provisioners": [\n'
        '      {\n'
        '        "type": "JWK",\n'
        '        "name": "mosaic-fed",\n'
        '        "key": "public half of provisioner_key",\n'
        '        "options": {"x509": {"templateFile": "/run/step/x509.tpl"}}\n'
        '      }\n'
        '    ]\n'
        '  },\n'
        '  "tls": {\n'
        '    "cipherSuites": [\n'
        '      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",\n'
        '      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"\n'
        '    ],\n'
        '    "minVersion": 1.2,\n'
        '    "maxVersion": 1.3,\n'
        '    "renegotiation": false\n'
        '  }\n'
        '}\n'
    )
