"""The one browser of the tests: Debian's Chromium, without a window; its shell made for that where it is installed.

The shell is the same browser without the parts nobody sees, and costs half the processor.
"""

from __future__ import annotations

import shutil

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
