"""Support for the tests of a project: its service with users, and the tests that follow from its contract.

`freehold.testing.plugin` is a pytest plugin with the service as a fixture. `ContractTests` in
`freehold.testing.contract_tests` has the tests of every contract. `freehold[testing]` installs what bot
"""

from freehold.testing.service import Service, serving

__all__ = ["Service", "serving"]
