"""The tests that follow from a contract: two users on every operation, tokens, and the contract's examples.

A project has them by a class of its own, in a file such as tests/test_contract.py:

    from freehold.testing.contract_tests import ContractTests


    class TestContract(ContractTests):
        '''What Freehold promises, on each operation.'''
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.ground.problems import ContractError, UsageError
from freehold.ground.project import find_project
from freehold.testing import tested_contract as choices
from freehold.testing.checks import (
    examples,
    foreign_values,
    interference,
    lists,
    owner_paths,
    random_requests,
    readers,
    rows,
    tokens,
)
from freehold.testing.requests import ROW, Ids
from freehold.testing.scene import Hooks, Scene, open_scene
from freehold.testing.service import Service
from freehold.testing.tested_contract import Choice, TestedContract
from freehold.testing.users import User

__all__ = ["ROW", "ContractTests", "each"]

NOTHING_TO_TEST = "the contract has no operation that this test is about"
_CHOICE = "freehold_choice"

Check = Callable[[Any, Scene, ContractOperation], None]


def each(choice: Choice) -> Callable[[Check], Check]:
    """Run a test of a ContractTests once for each operation that it is about."""

    def mark(test: Check) -> Check:
        setattr(test, _CHOICE, choice)
        return test

    return mark


class ContractTests:
    """Tests of every operation of the project that the test file belongs to.

    A failing test says which operation leaks what. A test that cannot be derived from the contract is
    skipped, and says what would make it possible.
    """

    bodies: ClassVar[Mapping[str, Any]] = {}
    """Bodies to send instead of the examples of the contract, by operationId."""
    known: ClassVar[Mapping[str, str]] = {}
    """Tests that are expected to fail, as `test_a_token_is_required[listTasks]`, each with the reason."""

    def prepare(self, scene: Scene, user: User, operation: ContractOperation, ids: Ids) -> None:
        """Bring a new row into a state in which its owner can perform an operation. This does nothing.

        `user.client` is the owner's, `ids[ROW]` the id of the row.
        """

    @classmethod
    def load_contract(cls, file: Path) -> TestedContract:
        """Return the contract of the project that a test file is in."""
        return _load_contract(file.parent)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each test for the operations that it is about, with their ids."""
        choice: Choice | None = getattr(metafunc.function, _CHOICE, None)
        if choice is None:
            return
        contract, test = self.load_contract(metafunc.definition.path), metafunc.function.__name__
        self._require_known_names()
        chosen = [operation for operation in contract.operations if choice(contract, operation)]
        parameters = [
            pytest.param(operation, id=operation.id, marks=self._marks(f"{test}[{operation.id}]"))
            for operation in chosen
        ]
        nothing = pytest.param(None, id="none", marks=pytest.mark.skip(reason=NOTHING_TO_TEST))
        metafunc.parametrize("operation", parameters or [nothing])

    def _require_known_names(self) -> None:
        """Raise CollectError for names in `known` that no test has."""
        wrong = [name for name in self.known if not hasattr(self, name.partition("[")[0])]
        if wrong:
            raise pytest.Collector.CollectError(
                f"`known` of {type(self).__name__} names no test: {', '.join(wrong)}"
            )

    def _marks(self, name: str) -> list[pytest.MarkDecorator]:
        reason = self.known.get(name)
        return [pytest.mark.xfail(reason=reason, strict=True)] if reason is not None else []

    @pytest.fixture
    def scene(self, service: Service, request: pytest.FixtureRequest) -> Iterator[Scene]:
        """The running service, without users."""
        contract = self.load_contract(request.path)
        with open_scene(service, contract, Hooks(self.bodies, self.prepare)) as scene:
            yield scene

    @each(choices.is_any)
    def test_the_owner_can_use_it(self, scene: Scene, operation: ContractOperation) -> None:
        """Each example of the contract is answered as the contract declares."""
        examples.owner_can_use(scene, operation)

    @each(choices.is_any)
    def test_a_token_is_required(self, scene: Scene, operation: ContractOperation) -> None:
        """Without a valid token the answer is 401, whether or not a row exists."""
        tokens.token_is_required(scene, operation)

    @each(choices.needs_scopes)
    def test_scopes_are_required(self, scene: Scene, operation: ContractOperation) -> None:
        """Without the scopes the answer is 403, whether or not a row exists."""
        tokens.scopes_are_required(scene, operation)

    @each(choices.is_on_owned_row)
    def test_a_foreign_row_is_refused(self, scene: Scene, operation: ContractOperation) -> None:
        """A valid request for a row of another owner is a 404, or the 403 that the contract wants."""
        rows.foreign_row_is_refused(scene, operation)

    @each(choices.is_on_owned_row)
    def test_a_foreign_row_is_like_a_missing_one(self, scene: Scene, operation: ContractOperation) -> None:
        """Whatever the request is: the answers are equal byte for byte, and the row stays as it is."""
        rows.foreign_row(scene, operation)

    @each(choices.creates_at_key)
    def test_a_key_of_another_owner_is_free(self, scene: Scene, operation: ContractOperation) -> None:
        """A PUT at the key of a row of another owner creates a row, and leaves that one as it is."""
        rows.foreign_key_is_free(scene, operation)

    @each(choices.is_of_singleton)
    def test_a_singleton_belongs_to_one_owner(self, scene: Scene, operation: ContractOperation) -> None:
        """What users do with the row that each of them has once leaves the rows of others as they are."""
        rows.singleton_is_own(scene, operation)

    @each(choices.has_sibling_places)
    def test_a_row_below_another_parent_is_like_a_missing_one(
        self, scene: Scene, operation: ContractOperation
    ) -> None:
        """The path must lead to the row, also for its owner."""
        rows.other_parent(scene, operation)

    @each(choices.is_below_parent)
    def test_a_foreign_parent_is_like_a_missing_one(self, scene: Scene, operation: ContractOperation) -> None:
        """At each level of the path the answers are equal byte for byte."""
        rows.foreign_parent(scene, operation)

    @each(choices.has_owner_in_path)
    def test_another_owner_in_the_path_is_refused(self, scene: Scene, operation: ContractOperation) -> None:
        """The path must name the owner of the token; the answer does not tell what the other one has."""
        owner_paths.another_owner(scene, operation)

    @each(choices.sets_reference)
    def test_a_foreign_reference_is_like_a_missing_one(
        self, scene: Scene, operation: ContractOperation
    ) -> None:
        """A body cannot refer to a row of another owner, nor find out that it exists."""
        foreign_values.foreign_reference(scene, operation)

    @each(choices.creates_owned_row)
    def test_values_of_another_owner_are_free(self, scene: Scene, operation: ContractOperation) -> None:
        """What must be unique is unique among the rows of one owner."""
        foreign_values.values_of_another_owner(scene, operation)

    @each(choices.takes_idempotency_key)
    def test_an_idempotency_key_of_another_owner_is_new(
        self, scene: Scene, operation: ContractOperation
    ) -> None:
        """A key gives the stored answer to its owner, and to nobody else."""
        foreign_values.foreign_idempotency_key(scene, operation)

    @each(choices.is_owned_list)
    def test_a_list_has_only_rows_of_its_owner(self, scene: Scene, operation: ContractOperation) -> None:
        """With each parameter, a list neither has nor counts rows of others, nor is ordered by them."""
        lists.only_own_rows(scene, operation)

    @each(choices.is_owned_list)
    def test_the_pages_of_a_list_have_each_row_once(self, scene: Scene, operation: ContractOperation) -> None:
        """Pages of one row lead to all rows of the owner, and to no other."""
        lists.every_page(scene, operation)

    @each(choices.is_read_by_others)
    def test_others_read_the_same(self, scene: Scene, operation: ContractOperation) -> None:
        """Where the contract lets others read the rows of all owners, they get what the owner gets."""
        readers.others_read_the_same(scene, operation)

    @each(choices.is_list_with_cursor)
    def test_a_cursor_of_another_owner_is_unknown(self, scene: Scene, operation: ContractOperation) -> None:
        """It is answered like one that the service has never given."""
        lists.foreign_cursor(scene, operation)

    @each(choices.answers_to_one_owner)
    def test_other_users_change_no_answer(self, scene: Scene, operation: ContractOperation) -> None:
        """Users who do the same are answered the same, whatever others do in between."""
        interference.other_users_change_nothing(scene, operation)

    def test_random_requests_find_nothing(self, service: Service, request: pytest.FixtureRequest) -> None:
        """A short run of `freehold fuzz`: two users, nasty values, and Schemathesis.

        Operations that are not written yet are left out.
        """
        written = self.load_contract(request.path).written_operations()
        random_requests.find_nothing(service, find_project(request.path.parent).root, written)


@cache
def _load_contract(folder: Path) -> TestedContract:
    try:
        return choices.load_contract(find_project(folder))
    except UsageError as error:
        raise pytest.Collector.CollectError(str(error)) from None
    except ContractError as error:
        listed = "\n".join(str(problem) for problem in error.problems)
        raise pytest.Collector.CollectError(f"{listed}\nRun `freehold check`.") from None
