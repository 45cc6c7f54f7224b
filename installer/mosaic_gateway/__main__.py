"""`python -m mosaic_gateway`: the same as the `mosaic-gateway` command."""

import sys

from mosaic_gateway.cli import main

if __name__ == "__main__":
    sys.exit(main())
