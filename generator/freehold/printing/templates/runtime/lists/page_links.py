"""The links of a page to itself and to the pages around it, as URLs."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus, urlencode

from pydantic import BaseModel
from starlette.requests import Request


def page_link(parameters: Mapping[str, object]) -> str:
    """A link to another page of the same list: a relative reference with these query parameters."""
    return f"?{urlencode(parameters)}"


def resolve_links(request: Request, page: BaseModel, *places: tuple[str, ...]) -> None:
    """Complete the links of a page, in place: with the address and the other parameters of the request.

    Each place is the name of a field, or that of an object and of a property in it.
    """
    for field, *names in places:
        holder = page.__dict__[field] if names else page.__dict__
        key = names[0] if names else field
        if isinstance(holder, dict) and isinstance(holder.get(key), str):
            holder[key] = _resolved(request, holder[key])


def _resolved(request: Request, link: str) -> str:
    changed = link.removeprefix("?")
    names = {name for name, _ in parse_qsl(changed)}
    sent = [part for part in request.url.query.split("&") if part]
    kept = [part for part in sent if unquote_plus(part.partition("=")[0]) not in names]
    return str(request.url.replace(query="&".join([*kept, *([changed] if changed else [])])))
