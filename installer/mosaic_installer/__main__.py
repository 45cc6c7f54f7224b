"""`python -m mosaic_installer` is `mosaic`."""

import sys

from mosaic_installer.cli import main

if __name__ == "__main__":
    sys.exit(main())
