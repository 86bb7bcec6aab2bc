"""Scopes that the code of a project requires itself."""

from collections.abc import Callable, Sequence

import pytest

from generated.runtime.identity.bearer_tokens import require_scopes, require_scopes_of_any_caller

Require = Callable[..., object]


@pytest.mark.parametrize("require", [require_scopes, require_scopes_of_any_caller])
@pytest.mark.parametrize(
    ("scopes", "alternatives"), [((), [["admin"]]), (("write",), [["admin"], []]), ((), ["admin"])]
)
def test_an_alternative_without_scopes_would_let_every_token_pass(
    require: Require, scopes: Sequence[str], alternatives: Sequence[object]
) -> None:
    with pytest.raises(ValueError, match="each alternative needs a scope"):
        require(*scopes, alternatives=alternatives)
