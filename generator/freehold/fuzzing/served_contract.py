"""Finds out whether a running service serves the contract of the project."""

import json
from typing import Any
from urllib.request import urlopen

from freehold import pipeline
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.publishing.served_document import build_served_document
from freehold.reading.document import Document

_TIMEOUT = 10.0  # seconds


def load(project: Project, url: str) -> Document:
    """Return the effective contract of the project, which the service at a URL of HTTP must serve.

    Raises UsageError when no service answers there, or it serves another document, and ContractError when
    the contract has problems.
    """
    contract = pipeline.load_effective_contract(project)
    expected = json.loads(json.dumps(build_served_document(contract).root))
    if _fetch(f"{url.rstrip('/')}/openapi.json") != expected:
        raise UsageError(
            f"The service at {url} serves another document than this contract describes."
            " Run `freehold generate` and start the service again, or check out the revision that runs there."
        )
    return contract


def _fetch(address: str) -> Any:
    try:
        with urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 - the command accepts HTTP only
            return json.load(response)
    except (OSError, ValueError) as error:
        raise UsageError(f"{address} cannot be read: {error}. Start the service: freehold dev") from None
