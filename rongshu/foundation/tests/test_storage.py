"""The store keeps a file once per digest, and never half of one."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from pytest_django import Settings

from rongshu.foundation import storage
from rongshu.foundation.canonical_json import DigestMalformed


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.STORE_FOLDER = tmp_path / "store"
    return tmp_path / "store"


def test_the_same_content_is_stored_once(store: Path) -> None:
    first = storage.put(io.BytesIO(b"banyan"))
    assert storage.put(io.BytesIO(b"banyan")) == first
    assert first == (f"sha256:{hashlib.sha256(b'banyan').hexdigest()}", 6)
    files = [file for file in store.rglob("*") if file.is_file()]
    digits = first.digest[7:]
    assert files == [store / digits[:2] / digits[2:4] / digits]
    assert list(storage.digests()) == [first.digest]
    with storage.open(first.digest) as opened:
        assert opened.read() == b"banyan"


def test_what_is_too_large_leaves_nothing(store: Path) -> None:
    with pytest.raises(storage.ContentTooLarge):
        storage.put(io.BytesIO(b"x" * 11), limit=10)
    assert not [file for file in store.rglob("*") if file.is_file()]


def test_a_copy_is_a_file_of_its_own(tmp_path: Path) -> None:
    stored = storage.put(io.BytesIO(b"banyan"))
    target = tmp_path / "www" / "a" / "leaf.txt"
    storage.copy_to(stored.digest, target)
    target.write_bytes(b"defaced")
    assert storage.is_intact(stored.digest)
    storage.copy_to(stored.digest, target)
    assert target.read_bytes() == b"banyan"
    assert [file.name for file in target.parent.iterdir()] == ["leaf.txt"]


@pytest.mark.django_db  # who might supply what is missing is asked
def test_erased_content_is_gone() -> None:
    stored = storage.put(io.BytesIO(b"leaked"))
    assert storage.erase(stored.digest)
    assert not storage.erase(stored.digest)
    assert not storage.exists(stored.digest)
    with pytest.raises(storage.ContentMissing):
        storage.open(stored.digest)


def test_damage_is_seen_and_a_truncated_file_is_replaced(store: Path) -> None:
    stored = storage.put(io.BytesIO(b"banyan"))
    file = next(file for file in store.rglob("*") if file.is_file())
    file.write_bytes(b"ban")
    assert not storage.is_intact(stored.digest)
    storage.put(io.BytesIO(b"banyan"))
    assert storage.is_intact(stored.digest)


@pytest.mark.parametrize("digest", ["sha256:../../etc/passwd", "", "sha256:" + "g" * 64, "md5:" + "0" * 64])
def test_a_path_never_gets_in(digest: str) -> None:
    with pytest.raises(DigestMalformed):
        storage.open(digest)
