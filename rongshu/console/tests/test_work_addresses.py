"""Long work in the worker's process, which answers at the public addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.urls import clear_url_caches, get_urlconf, reverse

from rongshu.accounts.models import Person
from rongshu.console import progress
from rongshu.console.models import LongWork


@pytest.mark.django_db
def test_work_names_pages_of_the_back_office(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = configured.PUBLIC_LISTENER["ROOT_URLCONF"]
    clear_url_caches()
    monkeypatch.setattr(
        progress, "_kinds", {"sample": lambda hand: reverse("console-work", args=[hand.work.pk])}
    )
    before = get_urlconf()
    work = LongWork.objects.create(kind="sample", person=Person.objects.create(handle="one", name="示范人员"))
    hand = progress.WorkInHand(work)
    assert progress._outcome(hand) == (LongWork.Status.DONE, "", f"/work/{work.pk}")
    assert get_urlconf() == before
