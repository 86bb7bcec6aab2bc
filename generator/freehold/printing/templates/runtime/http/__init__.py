"""HTTP: routes that enforce the contract, bodies, parameters, headers, problems. No SQL, no tokens."""
