"""The minimum strength of secrets that sign tokens (RFC 7518, 3.2; RFC 8725, 3.5)."""

_MIN_BYTES = 32  # bytes
_MIN_DISTINCT = 8  # distinct characters: a random text of that length has more
_PUBLIC_SECRETS = frozenset({"better-auth-secret-12345678901234567890"})  # the default of Better Auth
_ADVICE = "make one with `openssl rand -base64 32`"


def check_secret(value: str) -> None:
    """Raise ValueError, whose message does not contain the secret, for a secret that can be guessed."""
    if len(value.encode()) < _MIN_BYTES:
        raise ValueError(f"needs at least {_MIN_BYTES} bytes: {_ADVICE}")
    if value in _PUBLIC_SECRETS:
        raise ValueError("is a public example that anybody can sign with: make one of your own")
    if len(set(value)) < _MIN_DISTINCT or _is_periodic(value):
        raise ValueError(f"can be guessed, it hardly varies: {_ADVICE}")


def _is_periodic(value: str) -> bool:
    """Whether a text repeats a shorter one."""
    return any(value[period:] == value[:-period] for period in range(1, len(value) // 2 + 1))
