"""Measures servers in turn, in short rounds: A B C, B C A, ... so that what disturbs one disturbs all."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .database import Cluster, Database
from .figures import Latencies, Round, Table
from .load import CONNECTIONS, Load
from .processes import Server
from .workload import OPERATIONS, Operation, Workload

FEWEST = 5 * CONNECTIONS
MOST = 400 * CONNECTIONS
"""Requests of a round."""
HEATING = 4  # times as long as a round
WARMING = 2  # rounds
SETTLING = 0.02  # seconds, for what a server does after an answer


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    seconds: float
    """How long a round takes, about."""
    minutes: float
    """After these, no further operation is begun and no further round of one."""
    operations: tuple[Operation, ...] = OPERATIONS


@dataclass(frozen=True)
class Bench:
    """Everything that a measurement needs."""

    plan: Plan
    load: Load
    cluster: Cluster
    workload: Workload
    databases: Mapping[str, Database]
    """The database of each server."""

    def closed_loop(self, servers: Sequence[Server]) -> Table:
        """Measure each operation of each server with CONNECTIONS connections that are never idle."""
        table: Table = {}
        deadline = time.monotonic() + 60 * self.plan.minutes
        _tell("warm-up   ")
        for server in servers:
            self._heat(server)
            _tell(".")
        _tell("\n")
        for operation in self.plan.operations:
            if table and time.monotonic() > deadline:
                _tell(f"{operation.name:9} left out: the {self.plan.minutes:g} minutes are over\n")
                continue
            _tell(f"{operation.name:9} ")
            table[operation.name] = self._operation(servers, operation, deadline)
            _tell("\n")
        return table

    def _operation(
        self, servers: Sequence[Server], operation: Operation, deadline: float
    ) -> dict[str, list[Round]]:
        counts = {server.name: self._warm_up(server, operation) for server in servers}
        found: dict[str, list[Round]] = {server.name: [] for server in servers}
        for number in range(self.plan.rounds):
            if number and time.monotonic() > deadline:
                break
            for server in _rotated(servers, number):
                found[server.name].append(self._round(server, operation, counts[server.name]))
            _tell(".")
        return found

    def open_loop(
        self, servers: Sequence[Server], operation: Operation, rates: Mapping[str, float]
    ) -> Latencies:
        """Measure latencies at a fixed rate for each server, in requests per second."""
        found: Latencies = {server.name: [] for server in servers}
        _tell("latency   ")
        self._open_round(servers[0], operation, rates[servers[0].name])  # compiles the load generator
        for number in range(self.plan.rounds):
            for server in _rotated(servers, number):
                found[server.name].append(self._open_round(server, operation, rates[server.name]))
            _tell(".")
        _tell("\n")
        return found

    def _open_round(self, server: Server, operation: Operation, rate: float) -> list[int]:
        count = max(FEWEST, int(rate * self.plan.seconds * 4))
        file = self.workload.write(operation, self.databases[server.name], count)
        latencies = self.load.open(server.port, file, operation.status, rate)
        server.truncate_log()
        return latencies

    def _heat(self, server: Server) -> None:
        """Run it for a while after its start."""
        count, spent = FEWEST, 0.0
        while spent < HEATING * self.plan.seconds:
            spent += self._round(server, OPERATIONS[0], count).seconds
            count = min(2 * count, MOST)

    def _warm_up(self, server: Server, operation: Operation) -> int:
        """Run it for some rounds, unmeasured; the number of requests that a round has."""
        done = self._round(server, operation, FEWEST)
        spent = rounds = 0
        while rounds < WARMING or spent < server.program.warm_up:
            done = self._round(server, operation, self._fitting(done))
            spent, rounds = spent + done.requests, rounds + 1
        return self._fitting(done)

    def _fitting(self, done: Round) -> int:
        count = int(done.per_second * self.plan.seconds) // CONNECTIONS * CONNECTIONS
        return min(max(count, FEWEST), MOST)

    def _round(self, server: Server, operation: Operation, count: int) -> Round:
        database = self.databases[server.name]
        file = self.workload.write(operation, database, count)
        cpu, database_cpu = server.cpu_seconds(), self.cluster.cpu_seconds()
        seconds = self.load.closed(server.port, file, operation.status)
        time.sleep(SETTLING)
        cpu, database_cpu = server.cpu_seconds() - cpu, self.cluster.cpu_seconds() - database_cpu
        if operation.writes:
            database.restore()
        server.truncate_log()
        return Round(count, seconds, cpu, database_cpu)


def _rotated(servers: Sequence[Server], number: int) -> list[Server]:
    first = number % len(servers)
    return [*servers[first:], *servers[:first]]


def _tell(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
