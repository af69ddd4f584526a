"""Recalls while everything is being published by another process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection, transaction

from bench.measuring import print_quantiles
from bench.publishing.full import forget_published
from bench.publishing.seeding import seed_evenly
from rongshu.foundation import work
from rongshu.foundation.events import announce
from rongshu.library.events import ResourceWithdrawn
from rongshu.library.models import Resource
from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.planning import full_publication

if TYPE_CHECKING:
    from argparse import Namespace

# After so many seconds the publisher is in the middle of its work; a page not gone in thirty is not going.
_UNDER_WAY, _LONGEST = 3.0, 30.0
_PUBLISHER: Final = """
import django; django.setup()
import threading
from rongshu.foundation.worker import run_worker
from rongshu.publishing import duties, publisher
from rongshu.foundation import work
stop = threading.Event()
threading.Thread(target=run_worker, args=(stop,)).start()
import time
while any(work.pending("publishing").values()) or publisher.unsettled_sites(): time.sleep(0.5)
stop.set()
"""


def measure(options: Namespace) -> None:
    """Start the publication, recall one article after the other, print how long each page stayed."""
    sites = seed_evenly(options)
    forget_published()
    publish_pending(sites=sites, full=True, processes=options.processes)
    work.enqueue(full_publication(sites))
    connection.close()
    publisher = subprocess.Popen([sys.executable, "-c", _PUBLISHER], env=os.environ.copy())
    time.sleep(_UNDER_WAY)
    times = [_recall(number) for number in range(options.recalls) if publisher.poll() is None]
    publisher.wait()
    print_quantiles(f"recall during a full publication of {options.articles:,} articles", times)


def _recall(number: int) -> float:
    resource = Resource.objects.filter(status="effective").order_by("-address")[number * 7]
    site = resource.placements.get().site.slug
    page = Path(settings.PUBLISHED_FOLDER) / site / f"a/{resource.address}.html"
    began = time.monotonic()
    with transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(
            status="withdrawn", effective_version=None, effective_approval=None
        )
        announce(ResourceWithdrawn(resource_id=resource.pk))
    while page.exists() and time.monotonic() - began < _LONGEST:
        time.sleep(0.01)
    return time.monotonic() - began
