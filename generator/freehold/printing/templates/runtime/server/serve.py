"""The service as it runs in production: uvicorn, with limits for what one client can take."""

import uvicorn

from ..observing.instrumentation import check_packages, shared_numbers
from ..settings.server_settings import load_serving
from ..settings.service_settings import load_settings
from .client_deadlines import Deadlines


def serve(app: str) -> None:
    """Serve `app`, a module and its variable, until SIGTERM. Raises SettingsError before anything starts."""
    # each worker reads them again: one that could not start would be started for ever
    settings = load_settings()
    check_packages(settings)
    chosen = load_serving()
    with shared_numbers(settings, chosen.workers):
        uvicorn.run(
            app,
            host=chosen.host,
            port=chosen.port,
            workers=chosen.workers,
            http=Deadlines,
            ws="none",
            server_header=False,
            access_log=False,
            timeout_keep_alive=chosen.keep_alive_timeout,
            timeout_graceful_shutdown=chosen.shutdown_timeout,
        )
