"""The key that Prefect encrypts saved blocks with, and how its server gets it: a file apart from its database.

Prefect's server reads the key from its environment alone (`prefect.server.utilities.encryption`, 3.8.8); without one it makes
a key and keeps it in the very database that it encrypts. `logging.yml` is what every process of Prefect reads in this folder
before it does anything, so that is where the key is handed over, whoever starts the server. As Prefect is not whole yet at that
moment, this file imports next to nothing.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from prefect.settings import get_current_settings

VARIABLE = "PREFECT_SERVER_ENCRYPTION_KEY"


class KeyOfBlocks(logging.Filter):
    """Gives the server its key; as a filter it lets everything pass, and no handler uses it."""

    def __init__(self) -> None:
        super().__init__()
        file = key_file()
        if VARIABLE not in os.environ and file.is_file():
            os.environ[VARIABLE] = file.read_text().strip()


def key_file() -> Path:
    """Give the place of the key: in Prefect's home, apart from the database."""
    return get_current_settings().home.expanduser() / "blocks.key"


def is_given() -> bool:
    """Tell whether the owner hands the key over in the environment instead, as containers do; then the file is not used."""
    given = os.environ.get(VARIABLE)
    return given is not None and not (key_file().is_file() and key_file().read_text().strip() == given)
