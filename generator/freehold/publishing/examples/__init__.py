"""The examples of the served document: those of the contract that are true, and made ones for the rest."""
