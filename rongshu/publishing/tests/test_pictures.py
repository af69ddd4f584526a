"""Pictures in sizes: made after the fact, carried by pages, gone with them, the same after a rebuild."""

from __future__ import annotations

import random
import re
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from PIL import Image

from rongshu.foundation import storage
from rongshu.foundation.work import RECALL, WorkRequest, enqueue, failing
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.gate.records import IncomingFile
from rongshu.library.models import Resource
from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.models import ForeignRead, Rendition, ScaledPicture, SiteManifest
from rongshu.publishing.picturing import QUEUE, scale_next
from rongshu.publishing.scaling import Unscalable, scaled
from rongshu.publishing.tests.world import World, tree_of


def photograph(width: int = 1200, height: int = 800, **saved: Any) -> bytes:
    """Return a picture that does not compress to nothing."""
    draw = random.Random(width)
    small = Image.frombytes("RGB", (60, 40), draw.randbytes(60 * 40 * 3))
    out = BytesIO()
    small.resize((width, height)).save(out, **{"format": "JPEG", "quality": 95, **saved})
    return out.getvalue()


def with_picture(world: World, content: bytes, **elements: Any) -> Resource:
    """Return an article with a picture in its text and as its title picture."""
    kept = storage.put(BytesIO(content))
    body = f'<p>校园新貌。</p><p><img src="attachment:{kept.digest}" alt="校园"></p>'
    file = IncomingFile(name="校园.jpg", content=content, role="image", alt="校园")
    return world.article(
        world.news, body_html=body, image=f"attachment:{kept.digest}", files=(file,), **elements
    )


def follow(world: World) -> None:
    """Let the consumers and the duty do what is asked for, then publish."""
    world.publish()
    while scale_next():
        pass
    world.publish()


def offered(html: str) -> list[str]:
    """Return the addresses in every `srcset`."""
    return [part.split()[0] for found in re.findall(r'srcset="([^"]*)"', html) for part in found.split(",")]


def test_a_page_offers_its_pictures_in_sizes_and_carries_them(world: World) -> None:
    resource = with_picture(world, photograph())
    world.publish()
    assert "srcset" not in world.page(world.portal, resource).read_text()
    follow(world)
    html = world.page(world.portal, resource).read_text()
    shown = re.search(r'<picture><source type="image/avif" [^>]*><img [^>]*></picture>', html)
    assert shown is not None
    for said in ('width="1200"', 'height="800"', 'loading="lazy"', 'alt="校园"', "480w", "960w", "1200w"):
        assert said in shown[0]
    tree = tree_of(world.portal)
    paths = offered(html)
    assert len(paths) == len(set(paths)) == 5
    for path in paths:
        with Image.open(BytesIO(tree[unquote(path).lstrip("/")])) as picture:
            assert f"-{picture.width}." in unquote(path)


def test_sizes_leave_with_the_page_and_come_back_with_it(world: World) -> None:
    resource = with_picture(world, photograph())
    follow(world)
    assert any(path.endswith(".webp") for path in tree_of(world.portal))
    withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    world.publish()
    assert not any(path.startswith("f/") for path in tree_of(world.portal))
    resource.refresh_from_db()
    reinstate_resource(actor=world.operator, resource=resource, reason="已核实")
    world.publish()
    assert any(path.endswith(".webp") for path in tree_of(world.portal))


def test_a_rebuild_gives_the_same_bytes(world: World, settings: Any, tmp_path: Any) -> None:
    with_picture(world, photograph())
    with_picture(world, photograph(700, 500))
    follow(world)
    before = tree_of(world.portal)
    settings.PUBLISHED_FOLDER, settings.MANIFEST_FOLDER = tmp_path / "again", tmp_path / "manifests-again"
    SiteManifest.objects.all().delete()
    ForeignRead.objects.all().delete()
    publish_pending(sites=[world.portal.id], full=True)
    assert tree_of(world.portal) == before


def test_a_purge_erases_the_sizes(world: World, django_capture_on_commit_callbacks: Any) -> None:
    resource = with_picture(world, photograph())
    follow(world)
    digests = list(Rendition.objects.values_list("digest", flat=True))
    assert digests
    assert all(map(storage.exists, digests))
    assert resource.effective_version is not None
    with django_capture_on_commit_callbacks(execute=True):
        purge_version(
            actor=world.operator, confirmed_by=world.library.reviewer, version=resource.effective_version,
            reason="含个人信息",
        )  # fmt: skip
    follow(world)
    assert not ScaledPicture.objects.exists()
    assert not any(map(storage.exists, digests))


def test_each_picture_is_scaled_once(world: World) -> None:
    content = photograph()
    with_picture(world, content)
    follow(world)
    made = set(Rendition.objects.values_list("pk", flat=True))
    with_picture(world, content)
    follow(world)
    assert set(Rendition.objects.values_list("pk", flat=True)) == made
    assert ScaledPicture.objects.count() == 1


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(40), b"no picture at all"])
def test_what_is_no_picture_is_shown_as_it_is(content: bytes) -> None:
    with pytest.raises(Unscalable):
        list(scaled(BytesIO(content), len(content)))


def test_too_many_pixels_are_not_decoded() -> None:
    out = BytesIO()
    Image.new("1", (9000, 5000)).save(out, format="PNG")
    with pytest.raises(Unscalable, match="too many pixels"):
        list(scaled(BytesIO(out.getvalue()), 10**9))


def test_a_large_photograph_is_decoded_smaller() -> None:
    content = photograph(9600, 5400, quality=30)
    assert {one.width for one in scaled(BytesIO(content), len(content))} == {480, 960, 1600}


def test_a_picture_too_high_for_a_format_is_offered_in_the_other() -> None:
    content = photograph(100, 17_000)
    assert [(one.form, one.height) for one in scaled(BytesIO(content), 10**9)] == [("avif", 17_000)]


def test_a_picture_that_fails_stays_visible_and_does_not_stop_the_others(world: World) -> None:
    enqueue([WorkRequest(QUEUE, "no version", priority=RECALL)])
    with_picture(world, photograph())
    follow(world)
    assert Rendition.objects.exists()
    assert [work.key for work in failing(QUEUE)] == ["no version"]


def test_a_photograph_is_turned_upright_and_bears_no_particulars() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    content = photograph(1000, 600, exif=exif)
    made = list(scaled(BytesIO(content), len(content)))
    assert {(one.width, one.height) for one in made} == {(480, 800), (600, 1000)}
    with Image.open(BytesIO(made[0].content)) as picture:
        assert not picture.getexif()
