"""The media types of bodies: JSON in UTF-8, as it is."""

from starlette.requests import Request

from .problems import UnsupportedMediaType

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


class MediaTypes:
    """The media types that a body may have: `Annotated[TaskUpdate, MediaTypes("application/json", ...)]`."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def check(self, request: Request) -> None:
        """Raise UnsupportedMediaType for a body of another type, or in another encoding than UTF-8."""
        said, coded = "", False
        for name, value in request.scope["headers"]:
            if name == b"content-type":
                said = f"{said},{value.decode('latin-1')}" if said else value.decode("latin-1")
            elif name == b"content-encoding":
                coded = coded or value.lower() != b"identity"
        if coded or (said not in self._names and not self._are(said)):
            raise UnsupportedMediaType(self._names)

    def _are(self, said: str) -> bool:
        media_type, _, parameters = said.lower().partition(";")
        charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "') or "utf-8"
        return media_type.strip() in self._names and charset == "utf-8"
