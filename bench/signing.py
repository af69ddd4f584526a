"""Signatures: proofs of records signed and verified a second, and what signing a message costs.

    python -m bench.signing [--records 20000]

Processor time, one core. To reach: 10,000 proofs signed and 5,000 verified a second.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any
from uuid import UUID, uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")

from rongshu.federation.signing import messages
from rongshu.federation.signing.keys import KeysInMemory, SigningKey, VerifiedBy
from rongshu.federation.signing.messages import Asked
from rongshu.federation.signing.proofs import Proof, Statement, check_many, prove, prove_batch

_URL = "https://city.example/-/federation/v1/changes?after=12&limit=500"
_BATCH = 500
_MESSAGES = 300


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    records = parser.parse_args().records
    _records("ed25519", records)
    _messages("ed25519")
    if find_spec("gmssl_fast"):
        _records("sm2", records // 20)
        _messages("sm2")


def _records(algorithm: str, count: int) -> None:
    key = SigningKey.generate(uuid4(), algorithm)
    ring, at = KeysInMemory([key.public()]), datetime.now(UTC)
    said = [Statement(key.node, uuid4(), 1, f"sha256:{number:064x}", "upsert", at) for number in range(count)]
    alone, seconds = _timed(lambda: [prove(each, key) for each in said])
    print(f"{algorithm}: {count / seconds:,.0f} records signed a second, each by itself")
    _verify(algorithm, ring, said, alone)
    together, seconds = _timed(
        lambda: [
            proof for at in range(0, count, _BATCH) for proof in prove_batch(said[at : at + _BATCH], key)
        ]
    )
    print(f"{algorithm}: {count / seconds:,.0f} records signed a second, {_BATCH} by one signature")
    _verify(algorithm, ring, said, together)


def _verify(algorithm: str, ring: KeysInMemory, said: list[Statement], proofs: list[Proof]) -> None:
    found, seconds = _timed(lambda: check_many(zip(said, proofs, strict=True), ring))
    if not all(isinstance(each, VerifiedBy) for each in found):
        raise SystemExit("a proof does not hold")
    print(f"{algorithm}: {len(said) / seconds:,.0f} of these verified a second")


class _Forgetful:
    def is_first(self, node: UUID, nonce: str, until: datetime) -> bool:
        return True


def _messages(algorithm: str) -> None:
    here, there = SigningKey.generate(uuid4(), algorithm), SigningKey.generate(uuid4(), algorithm)
    ring = KeysInMemory([here.public(), there.public()])
    asked: dict[str, str] = {}
    answered: dict[str, str] = {}

    def ask() -> None:
        asked.update(messages.sign_request("GET", _URL, {}, b"", there, to=here.node))

    def take() -> None:
        messages.verify_request(
            "GET", _URL, asked, b"", keyring=ring, nonces=_Forgetful(), this_node=here.node
        )

    def answer() -> None:
        told = Asked("GET", _URL, asked)
        answered.update(messages.sign_response(304, {"ETag": '"idle"'}, b"", here, asked=told))

    def read() -> None:
        told = Asked("GET", _URL, asked)
        messages.verify_response(304, answered, b"", asked=told, keyring=ring, node=here.node)

    for name, deed in (("ask", ask), ("take", take), ("answer", answer), ("read", read)):
        _, seconds = _timed(lambda deed=deed: [deed() for _ in range(_MESSAGES)])  # type: ignore[misc]
        print(f"{algorithm}: {seconds / _MESSAGES * 1000:.2f} ms to {name}")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


if __name__ == "__main__":
    main()
