"""Where the private parts of this node's keys lie: a file of mode 600 each, or the environment.

Never elsewhere, and in no backup: whoever restores one puts the keys back from where they are kept apart, or
makes new ones, which the partners then have to pin by hand.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from rongshu.federation.signing.errors import SignatureMalformed
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.providers import Signer, provider, provider_names
from rongshu.foundation.errors import Misconfigured
from rongshu.foundation.storage import sync_folder

_OTHERS: Final = 0o077


class PrivateKeyOpen(Misconfigured):
    """Others on this machine can read the file of a private key."""

    code = "private-key-open"
    sentence = "私钥文件对其他用户可读，请先执行 chmod 600，并考虑更换这把密钥。"


class PrivateKeyMissing(Misconfigured):
    """The private part of our own key is neither in its file nor in the environment."""

    code = "private-key-missing"
    sentence = "找不到本节点密钥的私钥：请把单独保管的私钥放回 keys 目录，或重新制作密钥。"


def keys_folder() -> Path:
    """Return the folder of the private keys."""
    return Path(settings.DATA_FOLDER) / "keys"


def keep_private(key: SigningKey) -> Path:
    """Write a new private key to its file, durably, for nobody else to read; return the file."""
    folder = keys_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{key.key_id}.pem"
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(key.signer.private_pem())
        opened.flush()
        os.fsync(opened.fileno())
    sync_folder(folder)
    return file


def private_key(node: UUID, key_id: str, algorithm: str) -> SigningKey:
    """Load one of our private keys; raise `PrivateKeyMissing`, `PrivateKeyOpen`."""
    for signer in (_from_environment(algorithm), _from_file(key_id, algorithm)):
        if signer is not None:
            key = SigningKey.of(node, signer, algorithm)
            if key.key_id == key_id:
                return key
    raise PrivateKeyMissing(fields={"key": key_id})


def environment_key(node: UUID) -> SigningKey | None:
    """Return the key that the environment gives, whatever its algorithm."""
    if not settings.FEDERATION_KEY:
        return None
    for algorithm in provider_names():
        signer = _from_environment(algorithm)
        if signer is not None:
            return SigningKey.of(node, signer, algorithm)
    raise SignatureMalformed("环境变量 RONGSHU_FEDERATION_KEY 中不是可用的私钥，请填入 PEM 格式的私钥。")


def _from_environment(algorithm: str) -> Signer | None:
    given = str(settings.FEDERATION_KEY)
    return _loaded(given.replace("\\n", "\n").encode(), algorithm) if given else None


def _from_file(key_id: str, algorithm: str) -> Signer | None:
    file = keys_folder() / f"{key_id}.pem"
    try:
        found = file.stat()
        if found.st_mode & _OTHERS:
            raise PrivateKeyOpen(fields={"file": file.name})
        return _read(file, algorithm, found.st_mtime_ns, found.st_ino)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=8)
def _read(file: Path, algorithm: str, written_at: int, place: int) -> Signer | None:
    """Every message is signed: a file that is still the same one is not read again."""
    return _loaded(file.read_bytes(), algorithm)


def _loaded(pem: bytes, algorithm: str) -> Signer | None:
    try:
        return provider(algorithm).load_private(pem)
    except ValueError:
        return None
