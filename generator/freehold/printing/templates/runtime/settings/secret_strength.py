"""What a secret must have before tokens may be signed with it (RFC 7518, 3.2; RFC 8725, 3.5)."""

_SHORTEST = 32  # bytes
_FEWEST = 8  # different characters: fewer is no random text of that length
_PUBLIC = frozenset({"better-auth-secret-12345678901234567890"})  # what Better Auth falls back to
_ADVICE = "make one with `openssl rand -base64 32`"


def check_secret(value: str) -> None:
    """Raise ValueError, with a text that does not hold the secret, for one that can be guessed."""
    if len(value.encode()) < _SHORTEST:
        raise ValueError(f"needs at least {_SHORTEST} bytes: {_ADVICE}")
    if value in _PUBLIC:
        raise ValueError("is a public example that anybody can sign with: make one of your own")
    if len(set(value)) < _FEWEST or _repeats(value):
        raise ValueError(f"can be guessed, it hardly varies: {_ADVICE}")


def _repeats(value: str) -> bool:
    """Whether it is a short text over and over again."""
    return any(value[period:] == value[:-period] for period in range(1, len(value) // 2 + 1))
