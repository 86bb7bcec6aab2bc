"""PostgreSQL for development: the server, migrations, a service's statements and their plans."""
