"""The signatures of all foreign records here, verified again."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from rongshu.federation.envelope import statement_of
from rongshu.federation.models import ForeignResource
from rongshu.federation.queries.keys import keyring
from rongshu.federation.signing.proofs import Proof, check_proof
from rongshu.foundation.errors import RongshuError


@dataclass(slots=True)
class Proven:
    """How many proofs were verified, and the resources whose proof does not hold, with the error's code."""

    checked: int = 0
    broken: list[tuple[UUID, str]] = field(default_factory=list)


def proofs_verified(*, every: int = 1) -> Proven:
    """Verify the origin's signature of foreign records, of one in `every`."""
    keys, proven = keyring(), Proven()
    rows = ForeignResource.objects.filter(proof__isnull=False).order_by("pk")
    found = rows.values_list("pk", "header", "proof", "received_at")
    for place, (pk, header, proof, received_at) in enumerate(found.iterator(chunk_size=2000)):
        if proof and place % every == 0:
            proven.checked += 1
            try:
                check_proof(statement_of(header), Proof.of_json(proof), keys, witnessed_at=received_at)
            except RongshuError as error:
                proven.broken.append((pk, error.code))
    return proven
