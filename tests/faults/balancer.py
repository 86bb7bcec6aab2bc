"""A load balancer that sends each connection to a ready instance of the service."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from tests.faults.wire import NoAnswer, Wire, written

INTERVAL = 0.1  # seconds between two questions


class Balancer:
    """A TCP proxy: a connection stays with its instance until one side closes it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turn = 0
        self.ready: dict[int, bool] = dict.fromkeys(ports, False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await self._connected()
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))

    async def watch(self, port: int) -> None:
        while True:
            self.ready[port] = await _is_ready(port)
            await asyncio.sleep(INTERVAL)

    async def until_ready(self, port: int, ready: bool) -> None:
        async with asyncio.timeout(30):
            while self.ready[port] is not ready:  # noqa: ASYNC110 - a test has the time
                await asyncio.sleep(0.02)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the next ready instance."""
        self._turn += 1
        around = [self._ports[(self._turn + step) % len(self._ports)] for step in range(len(self._ports))]
        return await asyncio.open_connection("127.0.0.1", next(port for port in around if self.ready[port]))


async def _is_ready(port: int) -> bool:
    async with Wire(port) as client:
        try:
            return (await client.ask(written("GET", "/readyz"), 1)).status == 200
        except NoAnswer:
            return False


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@asynccontextmanager
async def balancing(ports: Sequence[int]) -> AsyncIterator[tuple[Balancer, int]]:
    """A load balancer before these ports, and its own port."""
    balancer = Balancer(ports)
    watching = [asyncio.create_task(balancer.watch(port)) for port in ports]
    server = await asyncio.start_server(balancer.serve, "127.0.0.1", 0)
    try:
        yield balancer, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
