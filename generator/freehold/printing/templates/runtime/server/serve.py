"""Runs the service in production: uvicorn, with limits and timeouts for each client."""

import json
import os
import sys
from typing import Any

import uvicorn

from ..observing.instrumentation import check_packages, needs_shared_folder
from ..settings.server_settings import ServerSettings, load_server_settings
from ..settings.service_settings import load_settings


def serve(package: str) -> None:
    """Serve the application of a package until SIGTERM. Raises SettingsError before anything starts."""
    # workers read them again; one that cannot start would be restarted forever
    settings = load_settings()
    check_packages(settings)
    server_settings = load_server_settings()
    app, options = f"{package}.app:app", _options(server_settings)
    if server_settings.workers == 1:
        uvicorn.run(app, **options)
        return
    details = {"app": app, "options": options, "shares_metrics": needs_shared_folder(settings)}
    _become_supervisor(package, details)


def _options(settings: ServerSettings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "http": f"{__package__}.client_deadlines:DeadlineProtocol",
        "ws": "none",
        "server_header": False,
        "access_log": False,
        "timeout_keep_alive": settings.keep_alive_timeout,
        "timeout_graceful_shutdown": settings.shutdown_timeout,
    }


def _become_supervisor(package: str, details: dict[str, Any]) -> None:
    """Replace this process, which has read the settings, by one that imports nothing of the service."""
    started_with = sys.orig_argv[1 : sys.orig_argv.index("-m")] if "-m" in sys.orig_argv else []
    sys.stdout.flush()
    sys.stderr.flush()
    module = ["-m", package, "--supervise", json.dumps(details)]
    os.execv(sys.executable, [sys.executable, *started_with, *module])  # noqa: S606 - no shell
