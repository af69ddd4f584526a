"""Judging envelopes: which are nothing new, which are refused and why, and which are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rongshu.federation.envelope import UPSERT, Envelope
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.queries.entitlement import categories_wanted, is_among
from rongshu.federation.queries.keys import keyring
from rongshu.federation.receiving.owners import Owners
from rongshu.federation.signing.errors import DigestMismatch, SignatureRefused
from rongshu.federation.signing.proofs import Proof, Statement, check_many, read_moment
from rongshu.foundation.canonical_json import NotCanonicalizable, digest
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.installation import node_id
from rongshu.library.actions.foreign_records import ForeignRecord
from rongshu.library.errors import ResourceOfOtherNode
from rongshu.library.models import Resource


@dataclass(slots=True)
class Judgement:
    """What is to be done with an envelope: nothing, refuse it for `errors`, or take it."""

    envelope: Envelope
    held: ForeignResource | None
    is_news: bool = True
    errors: tuple[RongshuError, ...] = ()
    record: ForeignRecord | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it has an effect."""
        return self.is_news and not self.errors

    @property
    def brings_version(self) -> bool:
        """Whether it brings a content that is not here yet."""
        return self.is_taken and self.record is not None


class Judge:
    """Judges the batches of one partner."""

    def __init__(self, partner: Partner) -> None:
        self.partner, self.own_node = partner, node_id()
        self.wanted, self.owners = categories_wanted(partner.pk), Owners(partner)

    def judge(self, envelopes: Sequence[Envelope]) -> list[Judgement]:
        """Judge envelopes in their order; reads only, but for owners that are registered at their first
        record."""
        ids = [each.resource_id for each in envelopes]
        held = ForeignResource.objects.select_related("version").defer("version__body").in_bulk(ids)
        origins = dict(Resource.objects.filter(pk__in=ids).values_list("pk", "origin_node"))
        judgements = [Judgement(each, held.get(each.resource_id)) for each in envelopes]
        for each in judgements:
            each.is_news = self._is_news(each)
        news = [each for each in judgements if each.is_news]
        self._check_proofs(news)
        for each in news:
            if not each.errors:
                each.errors = self._errors(each, origins)
        return judgements

    def _is_news(self, judgement: Judgement) -> bool:
        """Our own records, what passed here already, and what is older than what we hold change nothing."""
        envelope, held = judgement.envelope, judgement.held
        if envelope.origin == self.own_node or self.own_node in envelope.via:
            return False
        if held is not None:
            if envelope.origin != held.origin_node or envelope.version > held.origin_version:
                return True
            # We let go of it when its giver listed it no more, of our own accord: the same state comes back.
            was_let_go = held.kind != UPSERT and envelope.version == held.origin_version
            return was_let_go and envelope.kind == UPSERT
        # Of what we never had, a withdrawal is no news, and what we do not want is none either.
        return envelope.kind == UPSERT and is_among(self.wanted, envelope.record["categories"])

    def _check_proofs(self, judgements: Sequence[Judgement]) -> None:
        proven: list[tuple[Judgement, Statement, Proof]] = []
        for each in judgements:
            try:
                proven.append((each, each.envelope.statement(), Proof.of_json(each.envelope.proof)))
            except (SignatureRefused, NotCanonicalizable) as error:
                each.errors = (error,)
        answers = check_many([(statement, proof) for _, statement, proof in proven], keyring())
        for (each, _, _), answer in zip(proven, answers, strict=True):
            if isinstance(answer, SignatureRefused):
                each.errors = (answer,)

    def _errors(self, judgement: Judgement, origins: dict[UUID, UUID]) -> tuple[RongshuError, ...]:
        envelope = judgement.envelope
        origin = origins.get(envelope.resource_id)
        if origin is not None and origin != envelope.origin:
            return (ResourceOfOtherNode(fields={"id": str(envelope.resource_id)}),)
        if envelope.kind != UPSERT:
            return ()
        try:
            if self._is_held(judgement):
                self._follow_owner(judgement)
            else:
                _require_digest(envelope)
                judgement.record = self._record(envelope)
        except RongshuError as error:
            return (error,)
        return ()

    def _is_held(self, judgement: Judgement) -> bool:
        """Whether only what stands beside the content is new: the version itself is here."""
        held = judgement.held
        version = held.version if held is not None else None
        return version is not None and version.digest == judgement.envelope.digest and not version.purged_at

    def _follow_owner(self, judgement: Judgement) -> None:
        """Where only the owner is described otherwise: its name here follows."""
        said, held = judgement.envelope.record["owner"], judgement.held
        if held is not None and said != held.header.get("owner"):
            self.owners.of(said)

    def _record(self, envelope: Envelope) -> ForeignRecord:
        said, content = envelope.record, envelope.content or {}
        owner = self.owners.of(said["owner"])
        publisher = owner
        if said["publisher"]["code"] != owner.credit_code:
            publisher = self.owners.of(said["publisher"], like=said["owner"])
        if (content.get("owner"), content.get("publisher")) != (owner.credit_code, publisher.credit_code):
            raise DigestMismatch("信封与内容所说的所有者或发布机构不一致，请来源节点改正后重新提供。")
        return ForeignRecord(
            key=f"{envelope.resource_id}@{envelope.version}",
            resource_id=envelope.resource_id,
            origin_node=envelope.origin,
            origin_number=said["number"] or 1,
            digest=envelope.digest,
            content=content,
            owner_id=owner.pk,
            publisher_id=publisher.pk,
            publisher_name=publisher.name,
            published_at=_instant(said["published_at"]),
            index_number=said["index_number"],
        )


def _require_digest(envelope: Envelope) -> None:
    found = digest(envelope.content)
    if found != envelope.digest:
        raise DigestMismatch(fields={"expected": envelope.digest, "found": found})


def _instant(written: str | None) -> datetime | None:
    return read_moment(written) if written else None
