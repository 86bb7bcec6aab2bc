"""The fixtures `service`, `user` and `anonymous`: the service on a database of its own, and its users."""

pytest_plugins = ["freehold.testing.plugin"]
