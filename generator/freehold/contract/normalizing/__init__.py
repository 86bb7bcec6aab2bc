"""The contract as it is written, brought into the form that the rules and the builder read."""
