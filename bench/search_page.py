"""The page of results under load: a filled installation, distinct queries, two processes, one client.

    RONGSHU_DATA=/tmp/filled python -m bench.load --resources 200000 --sites 20
    RONGSHU_DATA=/tmp/filled rongshu search index
    RONGSHU_DATA=/tmp/filled python -m bench.search_page [--seconds 20] [--clients 4] [--profile]

Prints requests per second, p50 and p95 of the page, p95 of the suggestions, errors, and with `--profile`
where one process spends its time on a page. Client and listeners share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import os
import pstats
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote

from bench.serving import start_ours, wait_for
from rongshu.project.serving.ports import free_port

TARGET = 100.0  # requests per second


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    if "RONGSHU_DATA" not in os.environ:
        parser.error("RONGSHU_DATA names a filled installation")
    os.environ.update(RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings")
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    host, queries = _host(), list(_queries())
    if options.profile:
        _profile(host, queries[:200])
        return
    port = free_port()
    server = start_ours(port)
    try:
        wait_for(port)
        asyncio.run(_measure(port, host, queries[:40], 3, 2, "warm"))
        pages = asyncio.run(_measure(port, host, queries, options.seconds, options.clients, "/-/search?q="))
        asyncio.run(_measure(port, host, [one[:2] for one in queries], 5, 2, "/-/search/suggest?q="))
    finally:
        server.terminate()
        server.wait()
    sys.exit(pages < TARGET)


def _host() -> str:
    from rongshu.sites.models import Site  # noqa: PLC0415

    return f"{Site.objects.order_by('created_at').values_list('slug', flat=True)[0]}.localhost"


def _queries() -> Iterator[str]:
    """Distinct questions of one to four words out of titles that are there."""
    from rongshu.library.models import ResourceVersion  # noqa: PLC0415
    from rongshu.search import analysis  # noqa: PLC0415

    dice = random.Random(4)
    titles = ResourceVersion.objects.order_by("pk").values_list("title", flat=True)[:20_000]
    for title in dice.sample(list(titles), min(5000, len(titles))):
        words = [word for word in analysis.segment(title) if len(word) > 1]
        yield " ".join(dice.sample(words, min(len(words), dice.randint(1, 4)))) or title[:8]


async def _measure(  # noqa: PLR0917 - one run
    port: int, host: str, queries: Sequence[str], seconds: float, clients: int, path: str
) -> float:
    """Ask for so many seconds; return answers per second."""
    times: list[float] = []
    wrong: list[str] = []
    address = "/-/search?q=" if path == "warm" else path
    ending = time.monotonic() + seconds
    tasks = [
        _ask(port, host, address, queries[number::clients], ending, times, wrong) for number in range(clients)
    ]
    began = time.monotonic()
    await asyncio.gather(*tasks)
    rate = len(times) / (time.monotonic() - began)
    if path != "warm" and len(times) > 20:
        cut = statistics.quantiles(times, n=20)
        print(
            f"{path}: {rate:,.0f}/s, p50 {statistics.median(times) * 1000:.0f} ms,"
            f" p95 {cut[18] * 1000:.0f} ms, {len(wrong)} errors {wrong[:2] or ''}"
        )
    return rate


async def _ask(  # noqa: PLR0917 - one client
    port: int,
    host: str,
    path: str,
    queries: Sequence[str],
    ending: float,
    times: list[float],
    wrong: list[str],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    place = 0
    while time.monotonic() < ending:
        began = time.monotonic()
        target = path + quote(queries[place % len(queries)])
        place += 1
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        await reader.readexactly(int(head.lower().partition("content-length:")[2].partition("\r\n")[0]))
        times.append(time.monotonic() - began)
        if " 200 " not in head.partition("\r\n")[0]:
            wrong.append(f"{head.partition(chr(13))[0]} {target}")
    writer.close()


def _profile(host: str, queries: Sequence[str]) -> None:
    from rongshu.project.listeners import public_application  # noqa: PLC0415

    application = public_application()

    def ask(query: str) -> None:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "PATH_INFO": "/-/search", "QUERY_STRING": f"q={quote(query)}",
            "SERVER_NAME": host, "SERVER_PORT": "80", "HTTP_HOST": host, "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
        }  # fmt: skip
        b"".join(application(environ, lambda status, headers, exc_info=None: None))

    for query in queries[:20]:
        ask(query)
    began = time.process_time()
    for query in queries:
        ask(query)
    print(f"{(time.process_time() - began) / len(queries) * 1000:.1f} ms of CPU a page")
    watch = cProfile.Profile()
    watch.runcall(lambda: [ask(query) for query in queries])
    pstats.Stats(watch).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
