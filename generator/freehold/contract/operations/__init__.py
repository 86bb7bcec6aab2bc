"""The operations of a contract: what each is, takes and answers."""
