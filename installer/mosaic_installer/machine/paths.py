"""Where this user's installation lies: `MOSAIC_HOME`, or the folders that the system has for it."""

from pathlib import Path

from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import AnswersError, InstallerError

APPLICATION = "mosaic"


def find_layout(home: str | None) -> Layout:
    """Return the layout for the one folder `home`, or the user's own folders without it.

    Raises `AnswersError` for a path that cannot work, `InstallerError` when there is no home.
    """
    if home:
        return Layout.under(_absolute(home))
    import platformdirs

    try:
        folders = platformdirs.PlatformDirs(APPLICATION, appauthor=False)
        config, data, state = (
            folders.user_config_path,
            folders.user_data_path,
            folders.user_state_path,
        )
        return Layout(home=None, config=_rooted(config), data=_rooted(data), state=_rooted(state))
    except RuntimeError as error:
        raise InstallerError(
            f"there is no home folder for this user: {error}",
            "set MOSAIC_HOME to the folder to install into",
            identifier="home-unknown",
        ) from None


def _absolute(home: str) -> Path:
    if any(ord(character) < 32 for character in home):
        raise AnswersError(
            "MOSAIC_HOME holds a line break or a control character",
            "choose a path of ordinary characters",
        )
    if not _is_text(home):
        raise AnswersError("MOSAIC_HOME is not UTF-8 text", "choose a path of ordinary characters")
    try:
        return Path(home).expanduser().absolute()
    except RuntimeError as error:
        raise AnswersError(f"MOSAIC_HOME: {error}", "give the full path") from None


def _rooted(path: Path) -> Path:
    if not path.is_absolute():
        raise RuntimeError(f"`{path}` is no full path")
    if not _is_text(str(path)):
        raise RuntimeError("its path is not UTF-8")
    return path


def _is_text(path: str) -> bool:
    # Bytes that are not UTF-8 arrive as surrogates, and no file of ours could name such a path.
    return not any("\ud800" <= character <= "\udfff" for character in path)
