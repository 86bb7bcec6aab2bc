"""Every nasty value at every place of the workspace: refused as the contract says, or kept as it is.

`make fuzz` tries every value at every place; otherwise each place gets a share, and another than the next.
"""

from contextlib import ExitStack
from itertools import islice

import pytest

from freehold.fuzzing.nasty import values as nasty
from tests.hostile.campaign import Campaign, share
from tests.hostile.wire import Wire
from tests.hostile.workspace import CONTRACT, SHARE, Workspace

OPERATIONS = {operation.id: operation for operation in CONTRACT.operations}


def test_there_are_400_nasty_values() -> None:
    assert min(len(nasty.TEXTS), len(nasty.JSON_VALUES)) >= 400


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_nasty_value_is_rejected_or_stored_unchanged(
    workspace: Workspace, wire: Wire, people: ExitStack, operation_id: str
) -> None:
    before = len(workspace.log())
    campaign = Campaign(workspace, wire, OPERATIONS[operation_id], people)

    faults = list(islice(campaign.faults(share(SHARE)), 30))

    assert not faults, "\n".join(faults)
    assert campaign.sent > 0
    assert workspace.log()[before:] == ""
