"""What a person does with a project: start, run, watch and inspect it; no command line, no printing."""
