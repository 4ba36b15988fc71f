"""Who may do what in the embedded database: the owner changes tables, the application only rows."""

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from config.launch.server import Address

DATABASE = "passerelle"
OWNER = "passerelle_owner"
APPLICATION = "passerelle"


def create(address: "Address") -> None:
    """The two roles and the database; may run again after an interruption."""
    with address.connect("postgres", "postgres") as connection:
        for role in (OWNER, APPLICATION):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            password = sql.Literal(address.passwords[role])
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
    with address.connect(OWNER) as connection:
        allow_rows(connection, APPLICATION)


def allow_rows(connection, application: str) -> None:
    """What the application may do with every table its owner makes from now on: rows, never TRUNCATE or DDL.

    The ledger's own migration takes back what would change its rows (docs/decisions/0030-ledger.md).
    """
    for statement in (
        "GRANT CONNECT ON DATABASE {database} TO {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}",
    ):
        names = {"database": sql.Identifier(connection.info.dbname), "role": sql.Identifier(application)}
        connection.execute(sql.SQL(statement).format(**names))
