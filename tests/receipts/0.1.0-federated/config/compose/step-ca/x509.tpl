
{
  "subject": {{ toJson .Subject }},
  "sans": {{ toJson .SANs }},
{{- if typeIs "*rsa.PublicKey" .Insecure.CR.PublicKey }}
  "keyUsage": ["keyEncipherment", "digitalSignature"],
{{- else }}
  "keyUsage": ["digitalSignature"],
{{- end }}
{{- if and .Token.mosaic_grant_id .Token.mosaic_subject_user_id }}
  "extensions": [
    {"id": "1.3.6.1.4.1.99999.1", "value": {{ asn1Enc (printf "utf8:%s" .Token.mosaic_grant_id) | toJson }}},
    {"id": "1.3.6.1.4.1.99999.2", "value": {{ asn1Enc (printf "utf8:%s" .Token.mosaic_subject_user_id) | toJson }}}
  ],
{{- end }}
  "extKeyUsage": ["serverAuth", "clientAuth"]
}
