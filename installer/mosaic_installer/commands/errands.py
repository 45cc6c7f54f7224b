"""The errands that the home screen leads to: commands, run as if they had been typed."""


def run(errand: str) -> int:
    """Run the command that an action of the home screen stands for; return its exit code."""
    match errand:
        case "token":
            from mosaic_installer.commands import token

            return token.show()
        case "logs":
            from mosaic_installer.commands import gateway

            return gateway.logs(SHOWN_LINES, "gateway")
        case _:
            from mosaic_installer.commands import uninstall

            return uninstall.run(purge=False, is_dry_run=False, assume_yes=False, as_json=False)


SHOWN_LINES = 50
"""Of the log; `mosaic gateway logs --lines` shows more."""
