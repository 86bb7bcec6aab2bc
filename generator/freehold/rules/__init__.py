"""The rules that reject a contract or warn about it. A rule never changes the contract."""
