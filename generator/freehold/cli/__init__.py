"""The commands and what they print: nothing here decides what a contract means."""
