"""The bucket of the screenshots is away for a while, under load."""

from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer
from server.tests.standby import Pair
from server.tests.test_command_line import free_port
from tests.worlds.failover.deployment import Deployment, check_stored_once

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


class Bucket:
    """A stand-in for a store: a server for S3's protocol, which may go away and come back."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.come()
        self.client().create_bucket(Bucket="shots")

    def come(self) -> None:
        """Serve; what was stored is there again."""
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self._port, verbose=False)
        self._server.start()

    def go(self) -> None:
        """Accept no connection any more."""
        self._server.stop()

    def client(self) -> Any:
        """Return what reads and writes it."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=KEYS["AWS_REGION"],
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )


def test_logs_come_when_the_bucket_is_back_and_heartbeats_go_on(pair: Pair, tmp_path: Path):
    bucket = Bucket()
    settings = {**KEYS, "AWS_ENDPOINT_URL": bucket.url, "AWS_ALLOW_HTTP": "true"}
    deployment = Deployment(
        pair, tmp_path, pair.url, WFHSERVER_SCREENSHOTS="s3://shots/company", **settings
    )
    deployment.output("db", "upgrade")
    with deployment.running() as laptops:
        bucket.go()
        laptops.wait_for(errors=5, heartbeats=100)
        bucket.come()
        laptops.wait_for(heartbeats=100, logs=30)

    check_stored_once(pair, laptops)
    assert set(laptops.errors) == {"/api/log 503"}
    keys = bucket.client().list_objects_v2(Bucket="shots", Prefix="company/", MaxKeys=1000)
    bucket.go()
    screenshots = [each["Key"] for each in keys["Contents"] if "thumb" not in each["Key"]]
    assert len(screenshots) == laptops.made["log"]
