"""Names the server of a document that names none: the one that it comes from."""

from freehold.publishing.tree import Part

_AFTER = ("openapi", "info", "jsonSchemaDialect")


def add_servers(root: Part) -> None:
    """Add `servers` where a document has none, in place. OpenAPI means the same without it."""
    if not root.get("servers"):
        rest = {word: part for word, part in root.items() if word not in _AFTER and word != "servers"}
        before = {word: part for word, part in root.items() if word in _AFTER}
        root.clear()
        root.update({**before, "servers": [{"url": "/"}], **rest})
