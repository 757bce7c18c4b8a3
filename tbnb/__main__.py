"""`python -m tbnb`: what the command `tbnb` does."""

from __future__ import annotations

import sys

from .cli import main

sys.exit(main())
