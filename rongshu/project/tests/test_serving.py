"""`rongshu serve` in real processes: both listeners, IPv4 and IPv6, restarts, a clean end, its memory."""

from __future__ import annotations

import http.client
import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.urls import NoReverseMatch, reverse

from rongshu.console.testing import CONSOLE_URLS, ConsolePage, console_pages
from rongshu.project.serving.ports import free_port
from rongshu.project.testing.installations import (
    ScratchInstallation,
    ready_installation,
    scratch_installation,
)

MEBIBYTE = 1024 * 1024


class Served:
    """A running `rongshu serve`."""

    def __init__(self, place: ScratchInstallation, public: int = 0) -> None:
        self.place, self.public, self.console = place, public or free_port(), free_port()
        self.process = place.start("-m", "rongshu.project.cli", "serve", *self.addresses, log="serve.log")
        self.top = psutil.Process(self.process.pid)

    @property
    def addresses(self) -> list[str]:
        return ["--public", f"127.0.0.1:{self.public}", "--console", f"127.0.0.1:{self.console}"]

    def children(self) -> list[psutil.Process]:
        return sorted(self.top.children(recursive=True), key=lambda child: child.pid)

    def get(
        self, port: int, path: str, family: str = "127.0.0.1"
    ) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(family, port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{port}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def health(self, port: int | None = None) -> dict[str, object]:
        return dict(json.loads(self.get(port or self.public, "/-/health")[1]))

    def log(self) -> str:
        return (self.place.folder / "serve.log").read_text()


def until(met: Callable[[], bool], what: str) -> None:
    """Wait for something to become true; only a hang fails, never a slow machine."""
    for _ in range(1800):
        try:
            if met():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"never happened: {what}")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchInstallation]:
    with ready_installation(tmp_path_factory.mktemp("serve") / "data") as made:
        yield made


@pytest.fixture
def served(place: ScratchInstallation) -> Iterator[Served]:
    (place.folder / "serve.log").unlink(missing_ok=True)
    running = Served(place)
    try:
        until(lambda: running.health()["status"] == "ok", "healthy")
        until(lambda: running.get(running.console, "/-/sign-in/")[0] == 200, "console answers")
        yield running
    except AssertionError as error:
        raise AssertionError(f"{error}\n{running.log()[-4000:]}") from error
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(timeout=60)


@pytest.mark.requirement("P1-10")
def test_both_listeners_answer_on_both_families(served: Served) -> None:
    for port in (served.public, served.console):
        for family in ("127.0.0.1", "::1"):
            status, body, _ = served.get(port, "/-/health", family)
            assert (status, json.loads(body)["database"]) == (200, True)


def test_each_listener_has_its_own_addresses(served: Served) -> None:
    assert served.get(served.console, "/")[0] == 302
    status, page, headers = served.get(served.console, "/-/sign-in/")
    assert status == 200
    assert "登录名" in page
    assert "示范平台" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert served.get(served.console, "/-/sign-in/security-keys.js")[0] == 200
    assert "登录名" not in served.get(served.public, "/")[1]
    assert served.get(served.public, "/-/sign-in/")[0] == 404


@pytest.mark.requirement("P3-01")
def test_readers_and_staff_are_served_by_processes_of_their_own(served: Served) -> None:
    """The database is a process of its own too, by DATABASE_URL, under which this test runs as well."""
    listening = [_ports(one) for one in served.children()]
    assert {served.public} in listening
    assert listening.count({served.console}) == 1
    assert set() in listening  # the worker hears nobody
    assert all(ports in ({served.public}, {served.console}, set()) for ports in listening)
    addresses = [_console_address(page) for page in console_pages() if page.name != "health"]
    assert len(addresses) > 200
    reached = {path for path in addresses if served.get(served.public, path)[0] != 404}
    assert reached == {"/"}  # the readers' own first page, which is not the console's
    assert "登录名" not in served.get(served.public, "/")[1]


def _ports(process: psutil.Process) -> set[int]:
    return {one.laddr.port for one in process.net_connections() if one.status == psutil.CONN_LISTEN}


def _console_address(page: ConsolePage) -> str:
    for sample in ("01a204ea-2db8-70e0-8220-ff5e98f288da", "1", "x"):
        try:
            return reverse(page.name, urlconf=CONSOLE_URLS, kwargs=dict.fromkeys(page.arguments, sample))
        except NoReverseMatch:
            continue
    return f"/{page.name}"


def test_a_dead_process_is_started_again(served: Served) -> None:
    before = served.children()
    for child in before:
        child.kill()
    until(lambda: {one.pid for one in served.children()}.isdisjoint({one.pid for one in before}), "restart")
    until(lambda: len(served.children()) == len(before), "all are back")
    until(lambda: served.health()["status"] == "ok", "healthy again")
    assert served.log().count("process-died") >= len(before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_cleanly(served: Served, number: signal.Signals) -> None:
    children = served.children()
    served.process.send_signal(number)
    assert served.process.wait(timeout=60) == 0
    assert not any(child.is_running() for child in children)
    assert "process-killed" not in served.log()


def test_nothing_outlives_a_killed_supervisor(served: Served) -> None:
    children = served.children()
    served.process.kill()
    served.process.wait()
    until(lambda: not any(_lives(child) for child in children), "children end")


def test_at_rest_it_takes_at_most_300_megabytes(served: Served) -> None:
    for port in (served.public, served.console):
        for _ in range(20):
            served.get(port, "/")
    processes = [served.top, *served.children()]
    total = sum(process.memory_full_info().pss for process in processes)
    assert total <= 300 * MEBIBYTE, f"{total / MEBIBYTE:.0f} MB"


def test_a_taken_address_is_told_and_nothing_starts(served: Served) -> None:
    ended = served.place.run("serve", *served.addresses, check=False)
    assert ended.returncode == 2
    assert "address-taken" in ended.stderr
    assert served.health()["status"] == "ok"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--console", "0.0.0.0:8001"], "console-exposed"),
        (["--public", "nonsense"], "address-malformed"),
        (["--public", "127.0.0.1:99999"], "address-malformed"),
    ],
)
def test_unsafe_or_wrong_addresses_are_refused(
    place: ScratchInstallation, arguments: list[str], code: str
) -> None:
    ended = place.run("serve", *arguments, check=False)
    assert ended.returncode == 2
    assert code in ended.stderr


def test_serving_before_set_up_says_what_to_do(tmp_path: Path) -> None:
    with scratch_installation(tmp_path / "data") as empty:
        ended = empty.run("serve", check=False)
        assert ended.returncode == 2
        assert "rongshu setup" in ended.stderr


def test_the_log_file_holds_json_lines(served: Served) -> None:
    lines = (served.place.folder / "log" / "serve.jsonl").read_text().splitlines()
    assert {json.loads(line)["event"] for line in lines} >= {"process-started"}


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_setting_up_twice_changes_nothing(place: ScratchInstallation) -> None:
    before = place.run("setup", "--name", "示范平台", "--operator", "operator").stdout
    again = place.run("setup", "--name", "另一个名字", "--operator", "somebody").stdout
    assert "“示范平台”" in before
    assert "“示范平台”" in again
    counted = place.python(
        "-c",
        "import django; django.setup()\n"
        "from rongshu.accounts.models import Person\n"
        "from rongshu.foundation.models import RuleValue\n"
        "print(Person.objects.count(), RuleValue.objects.count() > 40)",
    )
    assert counted.stdout.split() == ["1", "True"]


def test_set_up_refuses_an_empty_name_and_makes_nothing(tmp_path: Path) -> None:
    with scratch_installation(tmp_path / "data") as empty:
        ended = empty.run("setup", "--name", " ", "--operator", "operator", check=False)
        assert ended.returncode == 2
        assert "平台名称" in ended.stderr
        assert empty.run("serve", check=False).returncode == 2
