"""From the model to the text of every generated file; nothing here decides and nothing here writes files."""
