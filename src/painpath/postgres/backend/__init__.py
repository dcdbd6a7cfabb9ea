"""Django's PostgreSQL backend over `painpath.postgres`."""
