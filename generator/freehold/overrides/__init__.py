"""The code that people write beside the generated code: parsed, never run, and compared with the contract."""
