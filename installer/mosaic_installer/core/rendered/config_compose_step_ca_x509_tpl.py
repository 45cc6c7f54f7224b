# Made from templates/config/compose/step-ca/x509.tpl.j2 by scripts/reference; changes here are lost.
# mypy: ignore-errors
from mosaic_installer.core.rendering import member


def parts(**_others):
    yield (
        '\n'
        '{\n'
        '  "subject": {{ toJson .Subject }},\n'
        '  "sans": {{ toJson .SANs }},\n'
        '{{- if typeIs "*rsa.PublicKey" .Insecure.CR.PublicKey }}\n'
        '  "keyUsage": ["keyEncipherment", "digitalSignature"],\n'
        '{{- else }}\n'
        '  "keyUsage": ["digitalSignature"],\n'
        '{{- end }}\n'
        '{{- if and .Token.mosaic_grant_id .Token.mosaic_subject_user_id }}\n'
        '  "extensions": [\n'
        '    {"id": "1.3.6.1.4.1.99999.1", "value": {{ asn1Enc (printf "utf8:%s" .Token.mosaic_grant_id) | toJson }}},\n'
        '    {"id": "1.3.6.1.4.1.99999.2", "value": {{ asn1Enc (printf "utf8:%s" .Token.mosaic_subject_user_id) | toJson }}}\n'
        '  ],\n'
        '{{- end }}\n'
        '  "extKeyUsage": ["serverAuth", "clientAuth"]\n'
        '}\n'
    )
