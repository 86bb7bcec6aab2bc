"""From the contract to the model that templates print: every decision about generated code is made here."""
