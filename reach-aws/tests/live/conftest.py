"""A moto server on the loopback interface, and the command in front of it.

REACH_COMMAND and REACH_SNAPSHOT name the binaries under test: see the stage `collect` of the Makefile.
"""

import json
import logging
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "docs" / "examples"), str(Path(__file__).resolve().parent)]

# It takes the settings of the person who runs this out of the environment, and so goes first.
import build_lab  # noqa: E402, F401

CLEAN = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    # What moto does not know it answers with 500: once is enough.
    "AWS_MAX_ATTEMPTS": "1",
}
os.environ.update(CLEAN)

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402


class Moto:
    def __init__(self, url):
        self.url = url
        self.session = boto3.Session("testing", "testing", region_name="us-east-1")

    def reset(self):
        for action in ("reset", "seed?a=42"):
            request = urllib.request.Request(f"{self.url}/moto-api/{action}", method="POST")
            urllib.request.urlopen(request).close()

    def client(self, service, **more):
        return self.session.client(service, endpoint_url=self.url, **more)


class Reach:
    """The command; a call gives the finished process."""

    def __init__(self, url, folder):
        self.environment = {"AWS_ENDPOINT_URL": url, **CLEAN, "PATH": os.environ["PATH"]}
        self.folder = folder

    def __call__(self, *arguments, code=None, **environment):
        settings = {**self.environment, **environment}
        done = subprocess.run(
            [os.environ["REACH_COMMAND"], *map(str, arguments)],
            cwd=self.folder,
            env={name: value for name, value in settings.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=300,
        )
        if code is not None:
            assert done.returncode == code, done.stderr
        return done

    def scan(self, *arguments):
        return json.loads(self("scan", *arguments, "--format", "json", code=0).stdout)


def snapshot(path):
    """What the loader makes of it."""
    command = [os.environ["REACH_SNAPSHOT"], str(path)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.fixture(scope="session")
def server():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Moto(f"http://{host}:{port}")
    server.stop()


@pytest.fixture(scope="module")
def moto(server):
    server.reset()
    return server


@pytest.fixture
def reach(moto, tmp_path):
    return Reach(moto.url, tmp_path)
