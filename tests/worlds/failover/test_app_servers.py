"""Of two app servers behind one nginx one is lost, or both are replaced, under load."""

from server.tests.standby import Pair
from tests.worlds.failover.deployment import Deployment, check_stored_once


def test_an_app_server_that_is_killed_loses_nothing(pair: Pair, deployment: Deployment):
    with deployment.running() as laptops:
        deployment.servers[0].kill()
        laptops.wait_for(heartbeats=300, logs=30)

    check_stored_once(pair, laptops)


def test_a_rolling_restart_is_seen_by_no_laptop(pair: Pair, deployment: Deployment):
    with deployment.running() as laptops:
        for server in deployment.servers:
            deployment.restart(server)
            laptops.wait_for(heartbeats=100, logs=10)

    check_stored_once(pair, laptops)
    assert laptops.errors.total() == 0
