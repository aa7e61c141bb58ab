"""The big tables over the nodes of a Citus cluster, by agent.

History is distributed and nothing else: three tables without foreign keys and without numbers of
their own, whose unique keys hold agent_id. What is small stays on the coordinator, presence too:
the lock that a group commit takes there would be refused on a distributed table.
"""

from typing import Final

from wfhserver.errors import DistributeError
from wfhserver.storage.postgres.connection import AnyConnection

DISTRIBUTED: Final = ("employee_heartbeats", "employee_logs", "employee_missed_logs")
COLUMN: Final = "agent_id"

_HAS_CITUS = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"
_COUNT_NODES = "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards"
_IS_DISTRIBUTED = """
SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = $1::text::regclass)
"""
# The same agent's rows of all three lie on the same node.
_DISTRIBUTE = "SELECT create_distributed_table($1::text::regclass, $2, colocate_with => $3)"


async def distribute(connection: AnyConnection) -> list[str]:
    """Distribute what is not yet, in one transaction; return the names of those tables.

    Takes as long as the rows take to move, so *connection* must have no limit, and nobody else
    writes them meanwhile. Raises DistributeError when there is no Citus or no node.
    """
    if not await connection.fetchval(_HAS_CITUS):
        raise DistributeError(
            "This database has no Citus, and nothing was changed. Install Citus on every machine of"
            " the cluster and run CREATE EXTENSION citus here; docs/scale.md says when it is worth"
            " it."
        )
    if not await connection.fetchval(_COUNT_NODES):
        raise DistributeError(
            "Citus has no node that may hold shards, and nothing was changed. Add one with"
            " SELECT citus_add_node('name', 5432)."
        )
    done = []
    async with connection.transaction():
        for table in DISTRIBUTED:
            if not await connection.fetchval(_IS_DISTRIBUTED, table):
                together = "default" if table == DISTRIBUTED[0] else DISTRIBUTED[0]
                await connection.execute(_DISTRIBUTE, table, COLUMN, together)
                done.append(table)
    return done
