"""Runs the service in production: uvicorn, with limits and timeouts for each client."""

import uvicorn

from ..observing.instrumentation import check_packages, shared_metrics_folder
from ..settings.server_settings import load_server_settings
from ..settings.service_settings import load_settings
from .client_deadlines import DeadlineProtocol


def serve(app: str) -> None:
    """Serve `app` (`module:variable`) until SIGTERM. Raises SettingsError before anything starts."""
    # workers read them again; one that cannot start would be restarted forever
    settings = load_settings()
    check_packages(settings)
    server_settings = load_server_settings()
    with shared_metrics_folder(settings, server_settings.workers):
        uvicorn.run(
            app,
            host=server_settings.host,
            port=server_settings.port,
            workers=server_settings.workers,
            http=DeadlineProtocol,
            ws="none",
            server_header=False,
            access_log=False,
            timeout_keep_alive=server_settings.keep_alive_timeout,
            timeout_graceful_shutdown=server_settings.shutdown_timeout,
        )
