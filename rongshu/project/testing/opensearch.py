"""A private OpenSearch on loopback: the server's own distribution, as Maven carries it, two nodes by default.

    python -m rongshu.project.testing.opensearch fetch

Node 1 is the cluster manager, the others hold data only: whichever of them is killed, the rest answers and
takes writes. OpenSearch refuses to run as root, so root starts it as `nobody`. Nothing outlives its starter.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rongshu.project.serving.ports import free_ports

VERSION: Final = "2.19.3"
DIGEST: Final = "760530e522de0a9f06380d4a4a43dfd83c31fa8911f41745513ce715ed5dfd03"
_GROUP: Final = "org.opensearch.distribution.integ-test-zip"
_FETCHER: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
_LIGHT: Final = ("-XX:TieredStopAtLevel=1",)
_USER, _GROUP_OF_USER, _HOST = "nobody", "nogroup", "127.0.0.1"
# Said by with_opensearch.py to what it runs; comma-separated host:port.
HOSTS_VARIABLE: Final = "RONGSHU_TEST_OPENSEARCH"


class OpenSearchMissing(Exception):
    """This machine cannot run OpenSearch; the message says what is missing."""


def archive() -> Path:
    """Return where Maven keeps the distribution on this machine, fetched or not."""
    folder = Path.home() / ".m2" / "repository" / _GROUP.replace(".", "/") / "opensearch" / VERSION
    return folder / f"opensearch-{VERSION}.zip"


def fetch() -> None:
    """Let Maven fetch the distribution, once; a file with another digest is refused."""
    if not archive().exists():
        if shutil.which("mvn") is None:
            raise OpenSearchMissing("没有 Maven（mvn），取不到 OpenSearch。")
        artifact = f"-Dartifact={_GROUP}:opensearch:{VERSION}:zip"
        subprocess.run(["mvn", "-q", "-B", _FETCHER, artifact, "-Dtransitive=false"], check=True)
    _verify(archive())


def _verify(path: Path) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != DIGEST:
            raise OpenSearchMissing(f"{path} 的摘要与固定的版本不符，请删除后重新获取。")


def require_programs() -> None:
    """Refuse where the server cannot be started."""
    missing = [name for name in ("java", "setpriv") if shutil.which(name) is None]
    if missing:
        raise OpenSearchMissing(f"没有找到 {'、'.join(missing)}，不能启动 OpenSearch。")
    if not archive().exists():
        raise OpenSearchMissing(f"没有找到 OpenSearch {VERSION}，请先运行 make engines。")


class Node:
    """One server process."""

    def __init__(
        self, home: Path, folder: Path, number: int, ports: tuple[int, int], virtual: list[str]
    ) -> None:
        self.home, self.folder, self.number, self.virtual = home, folder, number, virtual
        self.port, self.transport_port = ports
        self.process: subprocess.Popen[bytes] | None = None

    def configure(self, seed_port: int) -> None:
        """Write the node's own configuration folder."""
        config = self.folder / "config"
        config.mkdir(parents=True)
        shutil.copy(self.home / "config" / "log4j2.properties", config)
        settings: dict[str, Any] = {
            "cluster.name": "rongshu-test",
            "cluster.initial_cluster_manager_nodes": ["node-1"],
            # A developer's disk is often fuller than a server's may be.
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "discovery.seed_hosts": [f"{_HOST}:{seed_port}"],
            "action.auto_create_index": False,
            "network.host": _HOST,
            "node.name": f"node-{self.number}",
            "node.roles": ["cluster_manager", "data"] if self.number == 1 else ["data"],
            "http.port": self.port,
            "transport.port": self.transport_port,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
        }
        # JSON is YAML.
        (config / "opensearch.yml").write_text(json.dumps(settings))

    def start(self) -> None:
        """Start the process; it answers some seconds later."""
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _command(self) -> list[str]:
        as_nobody = [f"--reuid={_USER}", f"--regid={_GROUP_OF_USER}", "--clear-groups"]
        as_user = as_nobody if os.geteuid() == 0 else []
        properties = {
            "java.io.tmpdir": self.folder,
            "java.security.manager": "allow",
            "io.netty.noUnsafe": "true",
            "io.netty.noKeySetOptimization": "true",
            "log4j.shutdownHookEnabled": "false",
            "log4j2.disable.jmx": "true",
            "opensearch.path.home": self.home,
            "opensearch.path.conf": self.folder / "config",
            "opensearch.distribution.type": "zip",
        }
        defined = [f"-D{name}={value}" for name, value in properties.items()]
        java = [
            "java",
            *self.virtual,
            *defined,
            "-cp",
            f"{self.home}/lib/*",
            "org.opensearch.bootstrap.OpenSearch",
        ]
        return ["setpriv", "--pdeathsig", "KILL", *as_user, *java]

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Cluster:
    """Nodes that know each other, in a folder of their own."""

    def __init__(self, folder: Path, count: int, virtual: list[str]) -> None:
        ports = free_ports(2 * count)
        home = folder / f"opensearch-{VERSION}"
        self.folder = folder
        self.nodes = [
            Node(
                home,
                folder / f"node-{number}",
                number,
                (ports[2 * number - 2], ports[2 * number - 1]),
                virtual,
            )
            for number in range(1, count + 1)
        ]

    @property
    def hosts(self) -> str:
        """Return every node's `host:port`, comma-separated."""
        return ",".join(f"{_HOST}:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Unpack the server, start every node, wait until all have joined."""
        with zipfile.ZipFile(archive()) as packed:
            packed.extractall(self.folder)
        for node in self.nodes:
            node.configure(self.nodes[0].transport_port)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", _USER, str(self.folder)], check=True)
        self.folder.chmod(0o755)
        for node in self.nodes:
            node.start()
        self.wait_for_nodes(len(self.nodes))

    def wait_for_nodes(self, count: int, *, seconds: float = 120) -> None:
        """Return once so many nodes are joined and every shard has its copies."""
        path = f"/_cluster/health?wait_for_nodes={count}&wait_for_no_initializing_shards=true&timeout=5s"
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            answer = self.ask(path)
            if answer is not None and not answer.get("timed_out", True):
                return
            self._raise_if_ended()
            time.sleep(0.2)
        raise OpenSearchMissing(f"OpenSearch 未能启动：{self._last_lines()}")

    def ask(self, path: str) -> dict[str, Any] | None:
        """Return the first node's answer, or None while there is none."""
        connection = HTTPConnection(_HOST, self.nodes[0].port, timeout=10)
        with suppress(OSError, HTTPException, ValueError):
            connection.request("GET", path)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer
        return None

    def stop(self) -> None:
        """End every node; what they hold is thrown away with the folder."""
        for node in self.nodes:
            node.kill()

    def _raise_if_ended(self) -> None:
        for node in self.nodes:
            if node.process is not None and node.process.poll() is not None:
                raise OpenSearchMissing(f"OpenSearch 启动后退出：{self._last_lines()}")

    def _last_lines(self) -> str:
        logs = (node.folder / "output.log" for node in self.nodes)
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())


@contextmanager
def private_cluster(count: int = 2, *, heap: str = "384m", is_light: bool = True) -> Iterator[Cluster]:
    """Start a cluster in a temporary folder, yield it, throw it away.

    `is_light` leaves the second compiler out: a test's cluster lives for minutes and shares two cores.
    """
    require_programs()
    virtual = [f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", *_LIGHT[: int(is_light)]]
    with TemporaryDirectory(prefix="rongshu-opensearch-") as name:
        cluster = Cluster(Path(name), count, virtual)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


def shared_hosts(folder: Path, owner: int) -> str:
    """Return the hosts of a test run's one cluster: the first who asks starts it, it ends with `owner`."""
    given = os.environ.get(HOSTS_VARIABLE, "")
    if given:
        return given
    require_programs()
    said = folder / "opensearch.hosts"
    with (folder / "opensearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            _start_keeper(said, owner)
        return said.read_text()


def _start_keeper(said: Path, owner: int) -> None:
    log = said.with_suffix(".log")
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", __name__, "keep", str(said), str(owner)],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while not said.exists():
        if keeper.poll() is not None:
            raise OpenSearchMissing(f"OpenSearch 未能启动：{log.read_text()[-3000:]}")
        time.sleep(0.1)


def keep(said: Path, owner: int) -> None:
    """Hold a cluster while the process `owner` lives, saying its hosts in a file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with private_cluster() as cluster:
        part = said.with_suffix(".part")
        part.write_text(cluster.hosts)
        part.rename(said)
        while _is_alive(owner):
            time.sleep(0.3)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Run one of this module's two commands."""
    commands: dict[str, Callable[[], None]] = {
        "fetch": fetch,
        "keep": lambda: keep(Path(arguments[1]), int(arguments[2])),
    }
    try:
        commands[arguments[0]]()
    except OpenSearchMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
