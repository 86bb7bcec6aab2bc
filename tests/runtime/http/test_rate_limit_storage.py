"""Processes share the rate limit in Redis; while it fails, each process counts alone."""

import asyncio
import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from limits.aio.storage import MemoryStorage
from typing_extensions import override

from freehold.workbench import development_tokens
from generated.runtime.http import rate_limit
from generated.runtime.http.rate_limit import RateLimit, TooManyRequests
from generated.runtime.settings.service_settings import SettingsError, load_settings
from tests.runtime.observing.test_request_log import logging_to
from tests.support.measuring.waiting import ends_within
from tests.support.service import GUARDED, ROOT, Database, free_port, serving

SECRET = "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC"
EVENT = "rate_limit_storage_failed"


def ask(client: httpx.Client, times: int) -> list[int]:
    return [client.get("/api/tasks").status_code for _ in range(times)]


@pytest.fixture
def redis() -> Iterator[str]:
    """The URL of a local Redis, if one is installed."""
    pytest.importorskip("redis")
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server")
    port = free_port()
    command = [program, f"--port {port}", "--bind 127.0.0.1", "--save ''"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


def test_processes_count_together(make_database: Callable[[], Database], redis: str) -> None:
    settings = {"RATE_LIMIT": "5/minute", "RATE_LIMIT_STORAGE": redis, "BETTER_AUTH_SECRET": SECRET}
    database = make_database()
    with (
        serving(ROOT, database, program=GUARDED, **settings) as one,
        serving(ROOT, database, program=GUARDED, **settings) as other,
        httpx.Client(base_url=one.url, headers=_signed("alice")) as here,
        httpx.Client(base_url=other.url, headers=_signed("alice")) as there,
    ):
        assert ask(here, 3) == [200] * 3
        assert ask(there, 3) == [200, 200, 429]
        refused = here.get("/api/tasks")

    assert refused.status_code == 429
    assert 50 <= int(refused.headers["Retry-After"]) <= 60


def _signed(subject: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {development_tokens.sign(SECRET, subject)}"}


def test_each_process_counts_alone_while_redis_is_down(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    pytest.importorskip("redis")
    settings = {"RATE_LIMIT": "5/minute", "RATE_LIMIT_STORAGE": f"redis://:hunter2@127.0.0.1:{free_port()}"}
    with (
        logging_to(tmp_path / "log", make_database(), ROOT, **settings) as logged,
        logged.service.user() as alice,
    ):
        with ends_within(5):
            assert ask(alice, 7) == [200] * 5 + [429] * 2
        time.sleep(1.1)  # it is asked again, and fails again
        assert ask(alice, 1) == [429]

    assert logged.text().count(EVENT) == 1
    assert "hunter2" not in logged.text()


class Broken(MemoryStorage):
    """A storage that fails after a number of calls."""

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__()
        self.delay, self.asked = delay, 0

    @override
    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        self.asked += 1
        await asyncio.sleep(self.delay)
        raise ConnectionError("hunter2")


@pytest.mark.long
@pytest.mark.parametrize("delay", [0.0, 60.0], ids=["that breaks", "that hangs"])
def test_a_failed_storage_is_retried_once_a_second_and_logged_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, delay: float
) -> None:
    broken = Broken(delay)
    monkeypatch.setattr(rate_limit, "open_storage", lambda _: broken)
    limit = RateLimit("5/minute", "redis://there")

    async def ask_often() -> None:
        for _ in range(5):
            await limit.count("alice")
        with pytest.raises(TooManyRequests):
            await limit.count("alice")
        await limit.count("bob")
        assert broken.asked == 1
        await asyncio.sleep(1.1)
        await limit.count("bob")

    with ends_within(4), caplog.at_level(logging.WARNING):
        asyncio.run(ask_often())

    assert broken.asked == 2
    assert [record.getMessage().partition(":")[0] for record in caplog.records].count(EVENT) == 1
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("hunter2", "must be memory:// or start with redis://"),
        ("memcached://hunter2:11211", "must be memory:// or start with redis://"),
        ("redis://", "needs a package for Redis: pip install 'redis>=5.2'"),
    ],
)
def test_the_service_does_not_start_with_an_invalid_storage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "redis", None)  # as if it was not installed
    for name, value in {"BETTER_AUTH_SECRET": SECRET, "DATABASE_URL": "postgresql://nowhere/app"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RATE_LIMIT_STORAGE", url)

    with pytest.raises(SettingsError) as stopped:
        load_settings()

    assert str(stopped.value).startswith(f"RATE_LIMIT_STORAGE {told}")
    assert "hunter2" not in str(stopped.value)


@pytest.mark.long
def test_a_missing_package_is_reported_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "redis.py").write_text("raise ImportError")
    variables = os.environ | {
        "BETTER_AUTH_SECRET": SECRET,
        "DATABASE_URL": "postgresql://nowhere/app",
        "RATE_LIMIT_STORAGE": "redis://here",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
    }
    started = subprocess.run(
        [sys.executable, "-m", "generated"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 1
    assert started.stderr == "RATE_LIMIT_STORAGE needs a package for Redis: pip install 'redis>=5.2'\n"
