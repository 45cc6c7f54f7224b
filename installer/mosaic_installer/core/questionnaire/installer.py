"""The rows of the questionnaire about this run; nothing of it is kept."""

from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.kinds import TEXT, YES_NO
from mosaic_installer.core.questionnaire.setting import Setting


@frozen
class InstallerAnswers:
    """What the installer itself is told."""

    home: Annotated[
        str | None,
        Setting(
            key="installer.home",
            variable="MOSAIC_HOME",
            prompt="Installation folder",
            help="Keep configuration, data and state in this one folder.",
            kind=TEXT,
            own_example="/srv/mosaic",
            default_note="the user's own configuration, data and state folders",
            is_optional=True,
            is_remembered=False,
        ),
    ]
    auto_ports: Annotated[
        bool,
        Setting(
            key="installer.auto_ports",
            variable="MOSAIC_AUTO_PORTS",
            prompt="Use other ports if these are taken",
            help="Use the next free port if another program already uses one.",
            kind=YES_NO,
            default="no",
            is_remembered=False,
        ),
    ]
    assume_yes: Annotated[
        bool,
        Setting(
            key="installer.assume_yes",
            variable="MOSAIC_ASSUME_YES",
            prompt="Ask nothing",
            help="Ask nothing: use what is given, and report everything that is missing at once.",
            kind=YES_NO,
            default="no",
            is_remembered=False,
        ),
    ]
