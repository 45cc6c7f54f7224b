"""`mosaic completion`: the words that arguments take, by what the command line calls them."""

from collections.abc import Iterator

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.connections.known import NAMES
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.preflight import CHECKS, identifier
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.chapters import CHAPTERS
from mosaic_installer.core.tiers import TIERS
from mosaic_installer.stages import STAGES


def words() -> dict[str, tuple[str, ...]]:
    """Return what can stand in the place of `TIER`, `KEY` and so on in the usage."""
    return {
        "TIER": TIERS,
        "KEY": tuple(CATALOGUE),
        "KEY=VALUE": tuple(pair for row in CATALOGUE.values() for pair in _pairs(row)),
        "STAGE": tuple(stage.TITLE.lower() for stage in STAGES),
        "SECTION": tuple(chapter.name for chapter in CHAPTERS),
        "CHECK": tuple(identifier(check) for check in CHECKS),
        "SERVICE": tuple(BY_NAME),
        "CONNECTION": NAMES,
    }


def _pairs(setting: Setting) -> Iterator[str]:
    """Yield `key=value` where the values are known, else `key=`, to go on from there."""
    if setting.is_secret:
        yield f"{setting.key}_file="
    elif setting.kind.words:
        yield from (f"{setting.key}={word}" for word in setting.kind.words)
    else:
        yield f"{setting.key}="
