"""The rows of the questionnaire about the first administrator."""

from typing import Annotated

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.kinds import EMAIL, NAME, PASSWORD
from mosaic_installer.core.questionnaire.setting import BEGINS_ANEW, Earlier, Setting
from mosaic_installer.core.secret import Secret


def _needs_administrator(host: Host, earlier: Earlier) -> bool:
    return host.installation.needs_setup or earlier.get(BEGINS_ANEW) is True


def _name_of_email(_host: Host, earlier: Earlier) -> str | None:
    email = earlier.get("admin.email")
    return str(email).partition("@")[0] if email else None


@frozen
class AdminAnswers:
    """Who the first administrator is; needed once."""

    email: Annotated[
        str | None,
        Setting(
            key="admin.email",
            variable="MOSAIC_ADMIN_EMAIL",
            prompt="Administrator's e-mail",
            help="The first administrator signs in with it. Only needed on the first install.",
            kind=EMAIL,
            is_for_setup=True,
            default_note="required on the first install",
            asks=_needs_administrator,
        ),
    ]
    name: Annotated[
        str | None,
        Setting(
            key="admin.name",
            variable="MOSAIC_ADMIN_NAME",
            prompt="Administrator's name",
            help="The first administrator's display name.",
            kind=NAME,
            is_for_setup=True,
            default=_name_of_email,
            default_note="the part of `admin.email` before the @",
        ),
    ]
    password: Annotated[
        Secret | None,
        Setting(
            key="admin.password",
            variable="MOSAIC_ADMIN_PASSWORD",
            prompt="Administrator's password",
            help="8 to 128 characters. Only needed on the first install, and never saved.",
            kind=PASSWORD,
            is_for_setup=True,
            default_note="required on the first install",
            asks=_needs_administrator,
        ),
    ]
