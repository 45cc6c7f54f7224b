"""Measure who runs us, and what of their environment would be in the way."""

import locale
import os

from mosaic_installer.core.facts.person import Person
from mosaic_installer.machine.environment import provider_variables

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def probe_person() -> Person:
    """Return what is known of them; of variables the names alone."""
    names = [name for name in PROXIES if os.environ.get(name)]
    return Person(
        name=_user_name(),
        uid=os.getuid(),
        gid=os.getgid(),
        encoding=locale.getpreferredencoding(do_setlocale=False),
        variables=tuple(sorted(name for name in os.environ if name.startswith("MOSAIC_"))),
        provider_variables=tuple(provider_variables()),
        proxy=names[0] if names else "",
        no_proxy=os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "",
    )


def _user_name() -> str:
    """Return the name of the user we run as, or the number of one without a name."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
