"""The key that a gateway signs its requests for certificates with: a JSON Web Key (RFC 7517).

The certificate authority gets the public half only, so that nobody finds a way in there.
"""

import json

from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError

PROVISIONER_KEY = "provisioner_key"
"""Its name among the secrets."""
PLACE = '"public half of provisioner_key"'
"""What stands in a template where the public half is to be."""
PUBLIC = ("kty", "crv", "x", "y", "use", "alg", "kid")
"""The members of a key on a curve that are no secret (RFC 7518, 6.2.1)."""


def public_half(key: Secret) -> str:
    """Return the public half of a key as JSON; raises `InstallerError` where it is no such key."""
    try:
        row = json.loads(key.reveal())
        return json.dumps({name: row[name] for name in PUBLIC})
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InstallerError(
            f"the secret {PROVISIONER_KEY} is not a key",
            f"remove the line `{PROVISIONER_KEY}` from secrets.toml and run `mosaic install`, "
            "which makes a new one; gateways on other machines need the new one, too",
            identifier="secrets-damaged",
        ) from None
