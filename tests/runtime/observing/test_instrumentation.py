"""Disabled instrumentation is not imported, and a missing package stops the start with a message."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.runtime.observing.instrumentation import Instrumentation
from generated.runtime.settings.service_settings import load_settings
from tests.support.service import ROOT
from tests.support.thoroughness import long

SETTINGS = {
    "DATABASE_URL": "postgresql://nowhere/app",
    "BETTER_AUTH_SECRET": "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC",
}
START = "import sys, generated.app; print([name for name in sys.argv[1:] if name in sys.modules])"
WITHOUT = """
import runpy, sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in sys.argv[1:]:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gone())
runpy.run_module("generated", run_name="__main__")
"""
OBSERVERS = ("prometheus_client", "opentelemetry.sdk", "opentelemetry.exporter")
OURS = ("METRICS", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT")


def started(program: str, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    plain = {name: value for name, value in os.environ.items() if name not in OURS}
    variables = plain | {"PYTHONPATH": str(ROOT)} | SETTINGS | settings
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def test_nothing_is_imported_or_enabled_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    instrumentation = Instrumentation(load_settings())

    assert set(instrumentation.telemetry.values()) == {False}
    assert set(instrumentation.telemetry) >= {
        "tracing",
        "metrics",
        "logs",
        "operation_spans",
        "auto_configure",
    }
    assert instrumentation.pool_factory is ConnectionPool
    assert started(START, *OBSERVERS).stdout == "[]\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("settings", "found"),
    [
        long({"METRICS": "true", "OTEL_TRACES_EXPORTER": "none"}, ["prometheus_client"]),
        ({"OTEL_TRACES_EXPORTER": "console"}, ["opentelemetry.sdk"]),
    ],
)
def test_enabled_instrumentation_is_imported(settings: dict[str, str], found: list[str]) -> None:
    assert started(START, *OBSERVERS, **settings).stdout == f"{found}\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("settings", "gone", "said"),
    [
        long({"METRICS": "true", "WORKERS": "2"}, "prometheus_client", "pip install prometheus-client"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "WORKERS": "2"},
            "opentelemetry.exporter",
            "pip install 'fastapi[opentelemetry]'",
        ),
        long(
            {"METRICS": "true", "PROMETHEUS_MULTIPROC_DIR": "/nowhere"},
            "",
            "PROMETHEUS_MULTIPROC_DIR is not a",
        ),
        long({"OTEL_TRACES_EXPORTER": "zipkin"}, "", "OTEL_TRACES_EXPORTER must be otlp, console or none"),
    ],
)
def test_a_missing_package_stops_the_start(settings: dict[str, str], gone: str, said: str) -> None:
    done = started(WITHOUT, gone, **settings)

    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
