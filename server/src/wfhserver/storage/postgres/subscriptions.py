"""Which users get e-mails, as rows."""

from datetime import datetime

from wfhserver.models.alerts import Digest, Subscriber, Subscription
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import has_further

_GET = "SELECT email, alerts, digest FROM alert_subscriptions WHERE user_id = $1"
_SET = """
INSERT INTO alert_subscriptions (user_id, email, alerts, digest, digest_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, alerts = excluded.alerts,
  digest_at = CASE WHEN alert_subscriptions.digest = excluded.digest
                   THEN alert_subscriptions.digest_at ELSE excluded.digest_at END,
  digest = excluded.digest
"""
_DELETE = "DELETE FROM alert_subscriptions WHERE user_id = $1"
_SUBSCRIBERS = f"""
SELECT s.user_id, u.username, s.email, s.alerts, s.digest, s.digest_at,
       CASE WHEN u.role = 'manager' THEN
         ARRAY(SELECT t.team_id FROM team_managers AS t WHERE t.user_id = s.user_id) END
         AS team_ids,
       (SELECT e.employee_id FROM employees AS e
         WHERE lower(e.username) = lower(u.username)
            OR {has_further("e.employee_id", "lower(f.username) = lower(u.username)")}
         ORDER BY lower(e.username) = lower(u.username) DESC, e.employee_id LIMIT 1) AS employee_id
  FROM alert_subscriptions AS s JOIN users AS u USING (user_id)
 WHERE u.disabled_at IS NULL ORDER BY s.user_id
"""  # noqa: S608 -- our own condition
_DIGEST_MADE = "UPDATE alert_subscriptions SET digest_at = $2 WHERE user_id = $1"


async def get(connection: AnyConnection, user_id: int) -> Subscription:
    """Return the subscription of a user; one of nothing when there is none."""
    row = await connection.fetchrow(_GET, user_id)
    if row is None:
        return Subscription()
    return Subscription(email=row["email"], alerts=row["alerts"], digest=Digest(row["digest"]))


async def put(connection: AnyConnection, user_id: int, wanted: Subscription, at: datetime) -> None:
    """Store what a user wants; without an address nothing."""
    if wanted.email is None:
        await connection.execute(_DELETE, user_id)
        return
    await connection.execute(_SET, user_id, wanted.email, wanted.alerts, wanted.digest, at)


async def subscribers(connection: AnyConnection) -> list[Subscriber]:
    """Return the users who may sign in and have a subscription."""
    rows = await connection.fetch(_SUBSCRIBERS)
    return [Subscriber(**{**row, "digest": Digest(row["digest"])}) for row in rows]


async def set_digest_made(connection: AnyConnection, user_id: int, at: datetime) -> None:
    """Note when the last digest of a user was made."""
    await connection.execute(_DIGEST_MADE, user_id, at)
