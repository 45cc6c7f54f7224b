"""Checks of the answers among each other."""

from mosaic_installer.core.answers import CATALOGUE, Answers, values_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, note
from mosaic_installer.core.questionnaire.conditions import in_words
from mosaic_installer.core.questionnaire.readers import is_read, unread
from mosaic_installer.core.questionnaire.setting import Setting


def settings_have_an_effect(_facts: Facts, answers: Answers) -> Finding | None:
    """What was chosen may count with another tier only, or beside another setting."""
    values = values_of(answers)
    ignored = [
        setting
        for setting in CATALOGUE.values()
        if setting.key in answers.chosen and not setting.is_secret and not setting.counts(values)
    ]
    if not ignored:
        return None
    return note(
        f"chosen, and without effect: {'; '.join(map(_told, ignored))}",
        "`mosaic config unset KEY` takes a setting back; left as it is, it does no harm",
        [setting.key for setting in ignored],
    )


def gateway_uses_what_is_given(_facts: Facts, answers: Answers) -> Finding | None:
    """What the embedded gateway has not learnt yet is kept for it, and handed over."""
    values = values_of(answers)
    given = {key: unread(key) for key in CATALOGUE if key in answers.chosen}
    keys = {key: name for key, name in given.items() if name and not is_read(name, values)}
    early = dict.fromkeys(keys.values())
    if not early:
        return None
    return note(
        f"given, and not used by the embedded gateway yet: {', '.join(early)}",
        "it is kept until the gateway can use it; a `gateway.image` of your own may do so now",
        keys,
    )


def _told(setting: Setting) -> str:
    return f"{setting.key} counts {in_words(setting.when).lower().rstrip('.')}"
