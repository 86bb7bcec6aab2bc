"""The headers that a contract declares, which pages of other origins may send and read (CORS)."""

import re
from collections.abc import Iterable, Iterator

from freehold.contract.operations.contract_operation import ContractOperation

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110, 5.6.2)


def request_headers(declared: Iterable[ContractOperation]) -> tuple[str, ...]:
    """Return the names of the header parameters of all operations, sorted."""
    parameters = (parameter for operation in declared for parameter in operation.parameters())
    return _names(str(p.get_value("name")) for p in parameters if p.get_value("in") == "header")


def response_headers(declared: Iterable[ContractOperation]) -> tuple[str, ...]:
    """Return the names of the headers of all responses, sorted."""
    return _names(name for operation in declared for name in _response_headers(operation))


def _response_headers(operation: ContractOperation) -> Iterator[str]:
    responses = operation.node.get("responses")
    for _, response in responses.items() if responses else ():
        headers = response.get("headers")
        yield from (name for name, _ in headers.items()) if headers else ()


def _names(found: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, whatever its case, without what is not the name of a header."""
    return tuple(sorted({name.lower(): name for name in found if _NAME.fullmatch(name)}.values()))
