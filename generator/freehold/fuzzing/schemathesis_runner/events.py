"""Reads the events that Schemathesis writes (NDJSON): what failed, and the requests that show it."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from freehold.contract.resources import is_singleton, resources
from freehold.contract.rows.readers import reads_all_owners
from freehold.fuzzing.findings import Finding
from freehold.fuzzing.targets import Target
from freehold.fuzzing.wire import Request
from freehold.reading.document import Node

_OWN_HEADERS = frozenset({"authorization", "user-agent", "accept", "accept-encoding", "connection"})
_FOREIGN_ROW, _NEW_ROW = "object_level_authorization", "ensure_resource_availability"
_NOT_AVAILABLE = re.compile("Not available with: `([^`]+)`")
_MOST_STEPS = 10
"""How many requests lead to the failing one in a report, at most."""


class Events:
    """The events of one run."""

    def __init__(self, file: Path | None, target: Target) -> None:
        self._target = target
        self._users = {user.name: user for user in target.users}
        self._names = {f"{o.method.upper()} {o.path}": o.id for o in target.operations()}
        known = resources(target.contract)
        self._shared = {o.id for o in target.operations() if reads_all_owners(o, known.get(o.resource or ""))}
        """Operations in which each user reads the rows of all, as the contract says."""
        self._singletons = {
            o.id for o in target.operations() if _is_of_singleton(known.get(o.resource or ""))
        }
        self.requests, self.errors, self.is_complete = 0, list[str](), False
        self.was_allowed = False
        """Whether something failed that the contract allows."""
        self.operations: dict[str, None] = {}
        self.phases: dict[str, None] = {}
        self._findings: dict[tuple[str, str, str], Finding] = {}
        for event in _read(file) if file else ():
            self._take(*next(iter(event.items())))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What failed, once for each check and operation."""
        return tuple(self._findings.values())

    def _take(self, name: str, event: Mapping[str, Any]) -> None:
        if name == "ScenarioFinished":
            self._take_scenario(event.get("recorder", {}))
        elif name in {"NonFatalError", "FatalError"}:
            self.errors.append(_error_text(event))
        elif name == "PhaseFinished" and event.get("status") != "interrupted":
            self.phases[event["phase"]["name"]] = None
        elif name == "EngineFinished":
            self.is_complete = True

    def _take_scenario(self, recorder: Mapping[str, Any]) -> None:
        cases, interactions = recorder.get("cases", {}), recorder.get("interactions", {})
        self.requests += len(interactions)
        for case in cases.values():
            label = f"{case['value'].get('method')} {case['value'].get('path')}"
            if label in self._names:
                self.operations[self._names[label]] = None
        for case_id, checks in recorder.get("checks", {}).items():
            for check in checks:
                if check.get("status") == "failure":
                    self._add(case_id, check, recorder)

    def _add(self, case_id: str, check: Mapping[str, Any], recorder: Mapping[str, Any]) -> None:
        failure = check.get("failure_info", {}).get("failure", {})
        label = str(failure.get("operation", recorder.get("label", "")))
        operation, title = self._names.get(label, label), str(failure.get("title", check["name"]))
        message = f"{title}\n{failure.get('message', '')}".strip()
        if self._is_allowed(str(check["name"]), operation, message):
            self.was_allowed = True
            return
        failing = failure.get("case_id") or case_id
        commands = self._commands(failing, recorder) or self._commands(case_id, recorder)
        finding = Finding(str(check["name"]), operation, message, tuple(commands))
        self._findings.setdefault((finding.check, operation, title), finding)

    def _is_allowed(self, check: str, operation: str, message: str) -> bool:
        """Whether the contract says what a check takes for a failure.

        A singleton below a new row is not there before a PUT has created it.
        """
        if check == _FOREIGN_ROW:
            return operation in self._shared
        missing = _NOT_AVAILABLE.search(message) if check == _NEW_ROW else None
        return missing is not None and self._names.get(missing[1]) in self._singletons

    def _commands(self, case_id: str, recorder: Mapping[str, Any]) -> list[str]:
        """The requests from the first one that led to a case up to its own."""
        cases, steps = recorder.get("cases", {}), [case_id]
        while len(steps) < _MOST_STEPS and (above := cases.get(steps[0], {}).get("parent_id")):
            steps.insert(0, above)
        found = (self._command(step, recorder) for step in steps)
        return [command for command in found if command]

    def _command(self, case_id: str, recorder: Mapping[str, Any]) -> str | None:
        request = recorder.get("interactions", {}).get(case_id, {}).get("request")
        if request is None:
            return None
        case = recorder.get("cases", {}).get(case_id, {}).get("value", {})
        user = self._users.get(str(case.get("auth_identity")))
        parts = urlsplit(request["uri"])
        headers = {
            name: str(values[0]).encode("utf-8", "surrogateescape")
            for name, values in request.get("headers", {}).items()
            if name.lower() not in _OWN_HEADERS
        }
        if user is None and "authorization" in map(str.lower, request.get("headers", {})):
            headers["Authorization"] = b"Bearer invalid"
        body = _bytes(request.get("body"))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return Request(user, request["method"], target, headers, body).command(
            f"{parts.scheme}://{parts.netloc}"
        )


def _is_of_singleton(resource: Node | None) -> bool:
    return resource is not None and is_singleton(resource)


def _read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the events. The last line may be cut off, where the run was stopped."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                return


def _bytes(content: Any) -> bytes | None:
    if isinstance(content, Mapping):
        return base64.b64decode(content["$base64"])
    return str(content).encode() if content is not None else None


def _error_text(event: Mapping[str, Any]) -> str:
    value = event.get("value") or event.get("exception") or {}
    text = value.get("message") if isinstance(value, Mapping) else value
    label = event.get("label")
    return f"{label}: {text}" if label else str(text)
