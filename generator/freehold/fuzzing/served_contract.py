"""Reads the contract that a running service serves."""

import tempfile
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

from freehold import pipeline
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.reading.document import Document

_TIMEOUT = 10.0  # seconds


def load(project: Project, url: str) -> Document:
    """Return the contract of the service at a URL of HTTP.

    Raises UsageError when no service answers there, ContractError when its contract is not one for Freehold.
    """
    address = f"{url.rstrip('/')}/openapi.json"
    try:
        with urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 - the command accepts HTTP only
            content = response.read()
    except (OSError, ValueError) as error:
        raise UsageError(f"{address} cannot be read: {error}. Start the service: freehold dev") from None
    with tempfile.TemporaryDirectory(prefix="freehold-") as folder:
        file = Path(folder) / "openapi.json"
        file.write_bytes(content)
        return pipeline.load_effective_contract(replace(project, contract=file))
