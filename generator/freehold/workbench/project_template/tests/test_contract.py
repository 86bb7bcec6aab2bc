"""Two users on every operation: Freehold derives these tests from the contract and from overrides/."""

from freehold.testing.contract_tests import ContractTests


class TestContract(ContractTests):
    """What Freehold promises; `bodies`, `prepare` and `known` are for what the contract does not say."""
