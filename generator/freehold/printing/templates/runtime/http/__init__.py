"""Routes that hold the contract: binding, bodies, parameters, headers, problems; no SQL and no tokens."""
