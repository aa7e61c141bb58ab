"""The big tables over the nodes of a Citus cluster, by agent.

History is distributed and nothing else: three tables without foreign keys and without numbers of
their own, whose unique keys hold agent_id. What is small stays on the coordinator, presence too:
the lock that a group commit takes there would be refused on a distributed table.
"""

from collections.abc import Sequence
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
# The same agent's rows of all three are on the same node.
_DISTRIBUTE = """
SELECT create_distributed_table($1::text::regclass, $2, colocate_with => $3, shard_count => $4)
"""
_DELETE_LOCAL_ROWS = "SELECT truncate_local_data_after_distributing_table($1::text::regclass)"
# The group of a node is its number. Those without a new token have one of the two.
_NODES_OF = """
SELECT t.hash, placement.groupid
  FROM unnest($1::bytea[]) AS t (hash)
  JOIN agents AS a ON t.hash IN (a.token_hash, a.previous_token_hash)
  JOIN pg_dist_placement AS placement
    ON placement.shardid = get_shard_id_for_distribution_column($2, a.agent_id)
"""
SHARDS_PER_NODE: Final = 4
"""More shards per node were not faster, and every statement on all agents asks each of them."""
SEQUENTIAL: Final = "SET LOCAL citus.multi_shard_modify_mode = 'sequential'"
"""One shard after the other: two changes of tables in one transaction would wait for each other.

PostgreSQL without Citus takes it as a name that means nothing.
"""


async def distribute(
    connection: AnyConnection, shards_per_node: int = SHARDS_PER_NODE
) -> list[str]:
    """Distribute what is not yet, in one transaction; return the names of those tables.

    Citus copies the rows to the nodes; the originals on the coordinator are then deleted, so that
    retention and erasure reach every copy. Takes as long as the rows take to move, so *connection*
    must have no limit, and nobody else writes them meanwhile.

    Raises:
        DistributeError: there is no Citus or no node.
    """
    if not await connection.fetchval(_HAS_CITUS):
        raise DistributeError(
            "This database has no Citus, and nothing was changed. Install Citus on every machine of"
            " the cluster and run CREATE EXTENSION citus here; docs/scale.md says when it is worth"
            " it."
        )
    nodes = await connection.fetchval(_COUNT_NODES)
    if not nodes:
        raise DistributeError(
            "Citus has no node that may hold shards, and nothing was changed. Add one with"
            " SELECT citus_add_node('name', 5432)."
        )
    done = []
    async with connection.transaction():
        for table in DISTRIBUTED:
            if await connection.fetchval(_IS_DISTRIBUTED, table):
                continue
            # The shards of the others are where those of the first are, and as many.
            together, shards = DISTRIBUTED[0], None
            if table == DISTRIBUTED[0]:
                together, shards = "none", shards_per_node * nodes
            await connection.execute(_DISTRIBUTE, table, COLUMN, together, shards)
            done.append(table)
    # Also of those that an interrupted run distributed.
    for table in DISTRIBUTED:
        await connection.execute(_DELETE_LOCAL_ROWS, table)
    return done


async def is_distributed(connection: AnyConnection) -> bool:
    """Tell whether the heartbeats are distributed over nodes of Citus."""
    if not await connection.fetchval(_HAS_CITUS):
        return False
    return bool(await connection.fetchval(_IS_DISTRIBUTED, DISTRIBUTED[0]))


async def nodes_of(connection: AnyConnection, token_hashes: Sequence[bytes]) -> dict[bytes, int]:
    """Return the number of the node that has the history of each of these tokens' agents.

    Empty without Citus. The answer is the coordinator's own: no node has to be there.
    """
    if not await connection.fetchval(_HAS_CITUS):
        return {}
    rows = await connection.fetch(_NODES_OF, token_hashes, DISTRIBUTED[0])
    return {row["hash"]: row["groupid"] for row in rows}
