"""What the server's role may do, where this program makes the role: the embedded PostgreSQL.

packaging/server/privileges.sql takes the same from the role of a deployed server.
"""

from wfhserver.storage.postgres.connection import AnyConnection

_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"
_GRANT = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
REVOKE UPDATE, DELETE ON audit FROM {role};
REVOKE INSERT, UPDATE, DELETE ON audit_removed, audit_head, alembic_version FROM {role};
GRANT UPDATE (last_id, last_hash) ON audit_head TO {role};
"""
# An erasure takes its dead rows out of the files. Only newer versions can allow that.
_VACUUM_FROM = 170000
_GRANT_VACUUM = """
GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT MAINTAIN ON TABLES TO {role};
"""
_VERSION = "SELECT current_setting('server_version_num')::int"


async def make_server_role(connection: AnyConnection, role: str) -> None:
    """Make *role* if need be; it reads and writes rows, and can only add to the audit.

    Needs the owner of the schema, as a superuser, and the newest schema.
    """
    async with connection.transaction():
        if not await connection.fetchval(_EXISTS, role):
            await connection.execute(f"CREATE ROLE {role} LOGIN")
        await connection.execute(_GRANT.format(role=role))
        if await connection.fetchval(_VERSION) >= _VACUUM_FROM:
            await connection.execute(_GRANT_VACUUM.format(role=role))
