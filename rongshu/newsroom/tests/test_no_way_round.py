"""Whatever is done in whatever order, nothing gets out without the signatures of its route (P7-03)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.errors import RongshuError
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.actions.restore_version import restore_version
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.newsroom.actions.add_proof_round import add_proof_round
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.begin_draft import duplicate_piece
from rongshu.newsroom.actions.delegate_step import delegate_step
from rongshu.newsroom.actions.escalate_review import escalate_review, record_answer
from rongshu.newsroom.actions.pass_step import pass_step
from rongshu.newsroom.actions.publish_piece import publish_piece, schedule_publication
from rongshu.newsroom.actions.recall_piece import recall_piece, restore_piece
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.actions.save_draft import save_draft
from rongshu.newsroom.actions.submit_piece import submit_piece, submit_placement
from rongshu.newsroom.actions.withdraw_from_review import withdraw_from_review
from rongshu.newsroom.models import Flow, Recall, Review, ReviewAct
from rongshu.newsroom.tests.conftest import CLOCK, Newsroom
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Placement

PERSONS = ("writer", "first", "second", "final", "proof", "publisher", "all_roles", "reviewer", "operator")
persons = st.sampled_from(PERSONS)
which = st.integers(0, 5)


class Ways(RuleBasedStateMachine):
    """Everybody tries everything on a handful of pieces."""

    newsroom: Newsroom

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.offset = timedelta()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def person(self, name: str) -> Person:
        library = self.newsroom.library
        found = getattr(self.newsroom, name, None) or getattr(library, name)
        assert isinstance(found, Person)
        return found

    def try_it(self, deed: Callable[[], Any]) -> None:
        with suppress(RongshuError, DatabaseError), transaction.atomic():
            deed()

    def piece(self, place: int) -> Resource:
        resources = Resource.objects.order_by("id")
        return resources[place % resources.count()]

    def case(self, place: int) -> Review | None:
        cases = Review.objects.order_by("-opened_at", "-id")[:4]
        return cases[place % len(cases)] if cases else None

    @initialize()
    def begin(self) -> None:
        review = self.newsroom.submit()
        publish_piece(actor=self.newsroom.publisher, review=self.newsroom.pass_all(review))
        self.newsroom.submit()
        assign_flow(
            actor=CLOCK,
            flow="two-reviews",
            scope="column",
            scope_id=self.newsroom.important.pk,
            reason="重要",
        )

    @rule(name=st.sampled_from(["writer", "all_roles", "operator"]))
    def submit(self, name: str) -> None:
        resource = self.newsroom.draft()
        self.try_it(lambda: submit_piece(actor=self.person(name), resource=resource))

    @rule(place=which, name=st.sampled_from(["writer", "all_roles", "publisher"]))
    def revise_and_submit(self, place: int, name: str) -> None:
        actor, resource = self.person(name), self.piece(place)
        title = f"第{ResourceVersion.objects.count()}次修改的示范标题"
        self.try_it(lambda: self.newsroom.revise(resource, actor=actor, title=title))
        self.try_it(lambda: submit_piece(actor=actor, resource=resource))

    @rule(place=which, name=persons, kind=st.sampled_from([None, "review", "proof"]))
    def take_step(self, place: int, name: str, kind: str | None) -> None:
        if (review := self.case(place)) is not None:
            self.try_it(lambda: pass_step(actor=self.person(name), review=review, kind=kind))

    @rule(place=which, publish=st.booleans())
    def go_the_right_way(self, place: int, publish: bool) -> None:
        """Without this the others would seldom come near the end."""
        review = self.case(place)
        if review is None:
            return
        self.try_it(lambda: self.newsroom.pass_all(review))
        if publish:
            self.try_it(lambda: publish_piece(actor=self.newsroom.publisher, review=review))

    @rule(
        place=which,
        name=persons,
        deed=st.sampled_from(["return", "withdraw", "escalate", "no", "yes", "proof"]),
    )
    def turn(self, place: int, name: str, deed: str) -> None:
        review, actor = self.case(place), self.person(name)
        if review is None:
            return
        deeds: dict[str, Callable[[], Any]] = {
            "return": lambda: return_piece(actor=actor, review=review, reason="请修改"),
            "withdraw": lambda: withdraw_from_review(actor=actor, review=review, reason="补充"),
            "escalate": lambda: escalate_review(
                actor=actor, review=review, office="secrecy", question="是否涉密"
            ),
            "no": lambda: record_answer(actor=actor, review=review, agrees=False, answer="不宜"),
            "yes": lambda: record_answer(actor=actor, review=review, agrees=True, answer="可以"),
            "proof": lambda: add_proof_round(actor=actor, review=review, reason="慎重"),
        }
        self.try_it(deeds[deed])

    @rule(place=which, name=persons, to=persons)
    def delegate(self, place: int, name: str, to: str) -> None:
        if (review := self.case(place)) is not None:
            self.try_it(lambda: delegate_step(actor=self.person(name), review=review, to=self.person(to)))

    @rule(place=which, name=persons)
    def publish(self, place: int, name: str) -> None:
        if (review := self.case(place)) is not None:
            self.try_it(lambda: publish_piece(actor=self.person(name), review=review))

    @rule(place=which, name=persons)
    def schedule(self, place: int, name: str) -> None:
        review, at = self.case(place), clock.now() + timedelta(seconds=30)
        if review is not None:
            self.try_it(lambda: schedule_publication(actor=self.person(name), review=review, at=at))

    @rule()
    def let_time_pass(self) -> None:
        carry_out_due(clock.now() + timedelta(minutes=1))

    @rule(place=which, name=persons)
    def approve_alone(self, place: int, name: str) -> None:
        version = self.piece(place).working_version
        assert version is not None
        self.try_it(lambda: approve_version(actor=self.person(name), version=version))

    @rule(
        signers=st.lists(persons, min_size=1, max_size=4),
        by_mandate=st.booleans(),
        kind=st.sampled_from(["intake", "federation"]),
    )
    def bring_a_batch(self, signers: list[str], by_mandate: bool, kind: str) -> None:
        """What is taken over from old sites, and what neighbours send, comes by one door."""
        operator, site = self.newsroom.library.operator, self.newsroom.site
        given = [self.person(name) for name in signers]
        batch = open_batch(actor=operator, kind=kind, source="旧站", target_site_id=site.pk)
        number = ResourceVersion.objects.count()
        records = [
            self.newsroom.make_record(title=f"旧闻{number}", body_html=f"<p>{chr(0x5000 + number) * 40}</p>")
        ]
        list(admit_many(actor=operator, records=records, batch=batch))
        batch = close_batch(actor=operator, batch=batch)

        def approve() -> None:
            if by_mandate:
                mandate = give_mandate(
                    actor=operator, source="旧站", target_site_id=site.pk, signers=given, reason="方案",
                    starts_on=clock.today(), ends_on=clock.today(),
                )  # fmt: skip
                approve_batch(actor=operator, batch=batch, mandate=mandate)
            else:
                approve_batch(actor=operator, batch=batch, signers=given)
            approval = Approval.objects.get(batch=batch, outcome="approved")
            resources = Resource.objects.filter(versions__batch=batch)
            columns = (self.newsroom.news, self.newsroom.important)
            pairs = [(resource, column) for resource in resources for column in columns]
            place_many(actor=operator, pairs=pairs, approval=approval)

        self.try_it(approve)

    @rule(
        flow=st.sampled_from(["single", "two-reviews", "three-reviews", "important"]),
        way=st.sampled_from(["pieces", "batches"]),
    )
    def change_the_flow(self, flow: str, way: str) -> None:
        education = self.newsroom.library.education.pk
        assign_flow(actor=CLOCK, flow=flow, scope="organization", scope_id=education, way=way, reason="调整")

    @rule(place=which, name=persons, is_important=st.booleans(), approve=st.booleans())
    def place_it(self, place: int, name: str, is_important: bool, approve: bool) -> None:
        column = self.newsroom.important if is_important else self.newsroom.news
        resource, actor = self.piece(place), self.person(name)
        self.try_it(lambda: place_resource(actor=actor, resource=resource, column=column, approve=approve))

    @precondition(lambda self: Placement.objects.exists())
    @rule(place=which, name=persons, by_case=st.booleans())
    def bring_into_column(self, place: int, name: str, by_case: bool) -> None:
        placements, actor = list(Placement.objects.order_by("id")), self.person(name)
        placement = placements[place % len(placements)]
        if by_case:
            self.try_it(lambda: submit_placement(actor=actor, placement=placement))
        else:
            self.try_it(lambda: approve_placement(actor=actor, placement=placement))

    @rule(place=which, name=persons)
    def recall(self, place: int, name: str) -> None:
        resource = self.piece(place)
        self.try_it(lambda: recall_piece(actor=self.person(name), resource=resource, reason="核实"))

    @rule(name=persons)
    def restore(self, name: str) -> None:
        for recall in Recall.objects.filter(restored_at__isnull=True)[:2]:
            self.try_it(partial(restore_piece, actor=self.person(name), recall=recall, reason="无误"))

    @rule(place=which, name=st.sampled_from(["writer", "all_roles"]))
    def clone_an_old_version(self, place: int, name: str) -> None:
        version = self.piece(place).versions.order_by("number")[0]
        self.try_it(lambda: restore_version(actor=self.person(name), version=version))

    @rule(place=which, name=st.sampled_from(["writer", "all_roles"]))
    def clone_into_a_new_piece(self, place: int, name: str) -> None:
        actor, source = self.person(name), self.piece(place)

        def clone() -> None:
            assert source.working_version is not None
            draft = duplicate_piece(actor=actor, version=source.working_version, owner=source.owner)
            made = save_draft(actor=actor, draft=draft, writer="page")
            assert made.effective_version_id is None, "no approval comes along"
            submit_piece(actor=actor, resource=made)

        self.try_it(clone)

    @rule(place=which)
    def write_past_the_code(self, place: int) -> None:
        resource = self.piece(place)
        approval = Approval.objects.filter(outcome="approved").order_by("-created_at").first()
        working = resource.working_version_id
        self.try_it(
            lambda: Resource.objects.filter(pk=resource.pk).update(
                status="effective", effective_version=working, effective_approval=approval,
                published_at=clock.now(), address=resource.address or f"2026/11/{resource.pk.hex[:12]}",
            )
        )  # fmt: skip

    @invariant()
    def what_is_out_is_signed(self) -> None:
        rows = Resource.objects.filter(effective_version__isnull=False)
        for resource in rows.select_related("effective_version", "effective_approval"):
            approval, version = resource.effective_approval, resource.effective_version
            assert approval is not None
            assert version is not None
            flow = Flow.objects.get(pk=approval.route)
            signers = [one.person_id for one in approval.signatures.filter(is_consent=True)]
            assert len(set(signers)) == len(signers) >= flow.levels
            if approval.batch_id is None and flow.levels > 1:
                assert Review.objects.filter(
                    approval=approval, state="published", version__digest=version.digest
                )
            if flow.excludes_writer:
                assert version.created_by_id not in signers

    @invariant()
    def what_shows_is_effective_and_approved(self) -> None:
        for placement in Placement.objects.filter(state="showing").select_related("approval", "column"):
            assert placement.approval is not None
            signed = placement.approval.signatures.filter(is_consent=True).count()
            assert signed >= placement.approval.levels
            if placement.column_id == self.newsroom.important.pk:
                assert signed >= 2

    @invariant()
    def nobody_decided_twice_or_passed_his_own(self) -> None:
        decided: dict[Any, Any] = {}
        acts = ReviewAct.objects.filter(kind__in=["pass", "return"], level__isnull=False)
        for act in acts.select_related("review", "step"):
            review = act.review
            piece = (review.resource_id, review.base_number, review.column_id, act.person_id)
            assert decided.setdefault(piece, act.level) == act.level
            written = ResourceVersion.objects.filter(
                resource_id=review.resource_id, created_by_id=act.person_id,
                number__gt=review.base_number, number__lte=review.version_number,
            )  # fmt: skip
            assert act.step is not None
            assert not (act.kind == "pass" and act.step.excludes_writer and written.exists())


def run(newsroom: Newsroom, *, examples: int, steps: int) -> None:
    machine = type("WaysHere", (Ways,), {"newsroom": newsroom})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )


@pytest.mark.requirement("P7-01", "P7-02", "P7-03")
def test_nothing_gets_out_unsigned(newsroom: Newsroom) -> None:
    run(newsroom, examples=8, steps=25)


@pytest.mark.slow
@pytest.mark.requirement("P7-01", "P7-02", "P7-03")
def test_nothing_gets_out_unsigned_for_long(newsroom: Newsroom) -> None:
    run(newsroom, examples=24, steps=50)
