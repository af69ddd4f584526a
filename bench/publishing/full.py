"""A full publication of all sites: pages per second, processor time, memory; Hugo beside it when asked."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from bench.measuring import Memory, profiled
from bench.publishing.aside import put_aside
from bench.publishing.hugo import measure_hugo
from bench.publishing.seeding import seed_evenly
from rongshu.foundation.models import Work
from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.models import ForeignRead, SiteManifest

if TYPE_CHECKING:
    from argparse import Namespace


def measure(options: Namespace) -> None:
    """Publish everything once from nothing and print the rate."""
    sites = seed_evenly(options)
    forget_published()
    memory, before = Memory(), sum(os.times()[:4])
    began = time.monotonic()
    with memory, profiled(wanted=options.profile):
        outcome = publish_pending(sites=sites, full=True, processes=options.processes)
    spent = time.monotonic() - began
    rate, used = outcome.made / spent, sum(os.times()[:4])
    print(
        f"full publication: {outcome.made:,} pages in {spent:.1f} s = {rate:,.0f} pages/s,"
        f" {outcome.made / (used - before):,.0f} per CPU second, PSS {memory.peak:.0f} MB"
    )
    if options.hugo:
        measure_hugo(options.articles, beside=rate)


def forget_published() -> None:
    """Put the published trees aside and forget what was made and what is waiting."""
    for folder in map(Path, (settings.PUBLISHED_FOLDER, settings.MANIFEST_FOLDER)):
        put_aside(folder)
    for model in (Work, ForeignRead, SiteManifest):
        model.objects.all().delete()
