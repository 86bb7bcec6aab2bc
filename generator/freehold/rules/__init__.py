"""What a contract is refused for and warned of, a module per part of a contract; no rule changes it."""
