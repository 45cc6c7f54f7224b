"""The rows of the questionnaire about how much each user may use."""

from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.kinds import integer
from mosaic_installer.core.questionnaire.routing import WITH_MODELS
from mosaic_installer.core.questionnaire.setting import Setting

DOLLARS = integer(1, 1_000_000)


@frozen
class LimitsAnswers:
    """How much each user may use, unless they have a limit of their own."""

    monthly: Annotated[
        int | None,
        Setting(
            key="limits.monthly",
            variable="MOSAIC_MONTHLY_LIMIT",
            prompt="Monthly limit per user, in US dollars",
            help="What each user may spend on models in a calendar month (UTC). "
            "`mosaic user limit` sets another limit for one of them.",
            kind=DOLLARS,
            when=(WITH_MODELS,),
            own_example="25",
            default_note="no limit",
            is_optional=True,
        ),
    ]
