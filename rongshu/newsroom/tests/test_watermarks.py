"""What a unit writes over its pictures: set by who manages it, held by the units below, nobody else's."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import storage
from rongshu.foundation.audit import Clock
from rongshu.newsroom.actions.begin_draft import begin_draft
from rongshu.newsroom.models import DraftFile, Watermark
from rongshu.newsroom.queries.watermarks import mark_of
from rongshu.newsroom.tests.conftest import Newsroom

WISH = {"text": "示范教育", "place": "tl", "size": "25", "strength": "100", "is_usual": "on"}


@pytest.fixture
def manager(console_client: ConsoleClient, newsroom: Newsroom) -> ConsoleClient:
    return sign_in(console_client, _manager(newsroom))


def _manager(newsroom: Newsroom) -> Person:
    unit = newsroom.library.education
    person = register_person(actor=Clock(), name="示范管理员", handle="unit-manager", organization=unit)
    role = "organization-administrator"
    grant_role(actor=Clock(), person=person, role=role, scope="organization", scope_id=unit.pk)
    return person


def _address(newsroom: Newsroom, name: str = "newsroom-watermark") -> str:
    return reverse(name, args=[newsroom.library.education.pk])


def _brightness(digest: str, box: tuple[int, int, int, int]) -> int:
    with storage.open(digest) as source, Image.open(source) as image:
        part = image.convert("L").crop(box)
        return part.getextrema()[1]  # type: ignore[return-value]


def test_a_units_words_are_written_where_it_says(manager: ConsoleClient, newsroom: Newsroom) -> None:
    unit = newsroom.library.education
    asked = manager.post(reverse("newsroom-new-watermark"), {"owner": unit.name})
    assert asked["Location"] == _address(newsroom)
    assert manager.post(_address(newsroom), WISH).status_code == 302
    assert mark_of(unit).text == "示范教育"
    assert manager.get(_address(newsroom, "newsroom-watermark-sample"))["Content-Type"] == "image/webp"
    assert "示范教育" in manager.get(reverse("newsroom-watermarks")).content.decode()

    writer = sign_in(ConsoleClient(), newsroom.writer)
    draft = begin_draft(actor=newsroom.writer, owner=unit, type_code="article")
    assert 'data-marks="usual"' in writer.get(reverse("newsroom-draft", args=[draft.pk])).content.decode()
    out = BytesIO()
    Image.new("RGB", (800, 600), (20, 20, 20)).save(out, "JPEG")
    photo = SimpleUploadedFile("校园.jpg", out.getvalue(), "image/jpeg")
    given = {"file": photo, "role": "image", "alt": "校园", "watermark": "1"}
    writer.post(reverse("newsroom-draft-files", args=[draft.pk]), given)
    digest = DraftFile.objects.get(draft=draft).digest
    assert _brightness(digest, (0, 0, 400, 100)) > 200
    assert _brightness(digest, (400, 300, 800, 600)) < 60


def test_without_one_of_its_own_a_unit_has_that_above_it_or_its_name(newsroom: Newsroom) -> None:
    unit = newsroom.library.education
    assert (mark_of(unit).text, mark_of(unit).place) == (unit.name, "br")
    above = unit.parent
    assert above is not None
    Watermark.objects.create(owner=above, text="", place="mc")
    assert (mark_of(unit).text, mark_of(unit).place) == (unit.name, "mc")


@pytest.mark.parametrize("wrong", [{"place": "xx"}, {"strength": "5"}, {"size": "1"}, {"text": "长" * 41}])
def test_what_does_not_fit_changes_nothing(
    manager: ConsoleClient, newsroom: Newsroom, wrong: dict[str, str]
) -> None:
    assert manager.post(_address(newsroom), {**WISH, **wrong}).status_code == 422
    assert not Watermark.objects.exists()


def test_others_do_not_see_or_set_it(console_client: ConsoleClient, newsroom: Newsroom) -> None:
    Watermark.objects.create(owner=newsroom.library.education, text="示范教育")
    writer = sign_in(console_client, newsroom.writer)
    assert writer.get(reverse("newsroom-watermarks")).status_code == 403
    for name in ("newsroom-watermark", "newsroom-watermark-sample"):
        assert writer.get(_address(newsroom, name)).status_code == 404
    assert writer.post(_address(newsroom), WISH).status_code == 404
    assert writer.post(_address(newsroom, "newsroom-drop-watermark")).status_code == 404
    assert Watermark.objects.get().text == "示范教育"


def test_a_unit_goes_back_to_what_is_above_it(manager: ConsoleClient, newsroom: Newsroom) -> None:
    manager.post(_address(newsroom), WISH)
    assert "改用上级单位的设定" in manager.get(_address(newsroom)).content.decode()
    manager.post(_address(newsroom, "newsroom-drop-watermark"))
    assert not Watermark.objects.exists()
