"""The database engine of a command that was started without a database."""
