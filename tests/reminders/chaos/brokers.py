"""The three brokers, each with processes of its own in a folder of its own."""

import os
import shutil
import socket
from pathlib import Path

from config.launch.children import Children
from config.launch.server import free_port
from tests.launch.conftest import wait_until

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
BROKER = "broker"


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Files:
    """No process: there is nothing that could be killed."""

    may_die = False
    missing = ""

    def __init__(self, home: Path, children: Children) -> None:
        self.url = "filesystem://localhost"

    def start(self) -> None:
        pass


class Redis:
    may_die = True
    missing = "" if shutil.which("redis-server") else "redis-server is not installed"

    def __init__(self, home: Path, children: Children) -> None:
        self.home, self.children, self.port = home, children, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        argv = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.home)]
        with (self.home / "redis.log").open("ab") as log:
            self.children.start(BROKER, [*argv, "--appendonly", "yes"], stdout=log, stderr=log)
        wait_until(lambda: accepts(self.port), seconds=30)


class Rabbit:
    """A node of its own, with its own directory of nodes (epmd), beside any other of this machine."""

    may_die = True
    missing = "" if RABBITMQ.exists() and shutil.which("epmd") else "rabbitmq-server is not installed"

    def __init__(self, home: Path, children: Children) -> None:
        self.home, self.children = home, children
        self.port, self.directory = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "ERL_EPMD_PORT": str(self.directory),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "chaos@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_PID_FILE": str(home / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(home / "none"),
            "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
        }

    def start(self) -> None:
        with (self.home / "rabbitmq.log").open("ab") as log:
            options = {"env": self.environment, "cwd": self.home, "stdout": log, "stderr": log}
            if "directory of nodes" not in self.children.running:
                self.children.start("directory of nodes", ["epmd", "-port", str(self.directory)], **options)
                wait_until(lambda: accepts(self.directory), seconds=10)
            self.children.start(BROKER, [str(RABBITMQ)], **options)
        wait_until(lambda: accepts(self.port), seconds=90)


BROKERS = {"files": Files, "redis": Redis, "rabbitmq": Rabbit}
