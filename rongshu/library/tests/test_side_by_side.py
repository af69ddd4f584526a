"""Two runs that admit the same texts at the same moment: every text is stored once."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connection

from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import open_batch
from rongshu.library.load_records import load_records
from rongshu.library.models import ApprovalBatch, ResourceVersion, VersionFingerprint
from rongshu.library.tests.conftest import Library, make_library

RUNS, RECORDS = 3, 150


@pytest.mark.requirement("P2-09")
@pytest.mark.django_db(transaction=True)
def test_runs_side_by_side_store_every_text_once(settings: object) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: its runs cannot overtake each other")
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    library = make_library()
    batches = [open_batch(actor=library.operator, kind="intake", source=f"{run}") for run in range(RUNS)]
    outcomes: list[Counter[str]] = []
    together = Barrier(RUNS)
    threads = [Thread(target=_admit, args=(library, batch, together, outcomes)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcomes, Counter()) == {"admitted": RECORDS, "exact-duplicate": RECORDS * (RUNS - 1)}
    assert ResourceVersion.objects.count() == RECORDS
    assert VersionFingerprint.objects.values("text_digest").distinct().count() == RECORDS


def _admit(library: Library, batch: ApprovalBatch, together: Barrier, outcomes: list[Counter[str]]) -> None:
    try:
        records = list(load_records([library.education], start=0, stop=RECORDS))
        together.wait()
        admissions = admit_many(actor=library.operator, records=records, batch=batch)
        outcomes.append(Counter(admission.outcome for admission in admissions))
    finally:
        connection.close()
