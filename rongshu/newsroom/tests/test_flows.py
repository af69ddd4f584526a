"""Which flow applies: to owners, columns, reprints, in key periods; and every other way out obeys it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.foundation import clock
from rongshu.foundation.errors import NotAllowed
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.actions.restore_version import restore_version
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.errors import RouteNeedsReview, SignersMissing
from rongshu.library.models import Approval, Resource
from rongshu.library.routes import owner_route
from rongshu.newsroom.actions.assign_flow import assign_flow, end_assignment
from rongshu.newsroom.actions.define_flow import StepSetting, define_flow
from rongshu.newsroom.actions.keep_key_periods import exempt_source, set_key_period
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.actions.submit_piece import submit_placement
from rongshu.newsroom.errors import FlowInUse, FlowMalformed, FlowRaised, NotYetAnswered
from rongshu.newsroom.models import Flow, FlowAssignment, Review
from rongshu.newsroom.tests.conftest import CLOCK, Newsroom
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.actions.change_theme import change_theme
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.actions.select_automatically import approve_selection, select_automatically
from rongshu.sites.freezing import TemplatesFrozen
from rongshu.sites.models import Placement


def test_flows_are_inherited_down_the_tree_and_overridable(newsroom: Newsroom) -> None:
    government, education = newsroom.library.government, newsroom.library.education
    assert owner_route(education.pk).code == "three-reviews"
    assign_flow(
        actor=CLOCK, flow="two-reviews", scope="organization", scope_id=government.pk, reason="示范办法"
    )
    assert owner_route(education.pk).code == "two-reviews"
    own = assign_flow(
        actor=CLOCK, flow="important", scope="organization", scope_id=education.pk, reason="示范办法"
    )
    assert owner_route(education.pk).code == "important"
    assert owner_route(newsroom.library.health.pk).code == "two-reviews"
    end_assignment(actor=CLOCK, assignment=own, reason="取消")
    assert owner_route(education.pk).code == "two-reviews"
    with pytest.raises(NotAllowed):
        assign_flow(
            actor=newsroom.writer, flow="single", scope="organization", scope_id=education.pk, reason="方便"
        )
    assert FlowAssignment.objects.filter(ended_at__isnull=True).count() == 2


def test_a_fresh_installation_reviews_three_times(newsroom: Newsroom, settings: Any) -> None:
    FlowAssignment.objects.all().delete()
    settings.REVIEW_FLOW = "three-reviews"
    assert owner_route(newsroom.library.education.pk).levels == 3
    settings.REVIEW_FLOW = "single"
    assert owner_route(newsroom.library.education.pk).code == "single"


@pytest.mark.requirement("P7-01", "P7-11")
def test_the_stricter_of_owner_and_column_wins(newsroom: Newsroom) -> None:
    assign_flow(
        actor=CLOCK, flow="important", scope="column", scope_id=newsroom.important.pk, reason="重要栏目"
    )
    resource = newsroom.draft()
    place_resource(actor=newsroom.publisher, resource=resource, column=newsroom.important)
    review = newsroom.submit(resource)
    assert (review.flow_id, review.flow_reason) == ("important", "栏目“重要通知”的要求")
    assert review.steps.filter(is_extra=True, kind="proof").count() == 1
    assert newsroom.submit().flow_id == "three-reviews"


def test_a_listed_reprint_is_spared_but_not_from_an_important_column(newsroom: Newsroom) -> None:
    exempt_source(actor=CLOCK, name="示范通讯社", basis="示范办法", starts_on=clock.today())
    assert newsroom.submit(newsroom.draft(content_source="示范通讯社")).flow_id == "reprint"
    assert newsroom.submit(newsroom.draft(content_source="示范通讯社网")).flow_id == "three-reviews"
    assign_flow(
        actor=CLOCK, flow="important", scope="column", scope_id=newsroom.important.pk, reason="重要栏目"
    )
    resource = newsroom.draft(content_source="示范通讯社")
    place_resource(actor=newsroom.publisher, resource=resource, column=newsroom.important)
    assert newsroom.submit(resource).flow_id == "important"


def test_a_key_period_raises_the_level_and_freezes_templates(newsroom: Newsroom) -> None:
    assign_flow(
        actor=CLOCK, flow="two-reviews", scope="organization", scope_id=newsroom.library.education.pk,
        reason="示范办法",
    )  # fmt: skip
    before = newsroom.pass_all(newsroom.submit())
    now = clock.now()
    set_key_period(
        actor=CLOCK, name="示范会议期间", starts_at=now, ends_at=now + timedelta(days=3), basis="示范通知",
        flow="important",
    )  # fmt: skip
    assert newsroom.submit().flow_id == "important"
    with pytest.raises(FlowRaised):
        publish_piece(actor=newsroom.publisher, review=before)
    with pytest.raises(TemplatesFrozen):
        change_theme(actor=CLOCK, site=newsroom.site, theme="pine", tokens={})
    newsroom.site.refresh_from_db()
    before.refresh_from_db()
    assert before.state == "passed"


def test_a_flow_of_ones_own_keeps_its_steps_once_used(newsroom: Newsroom) -> None:
    steps = [
        StepSetting(stage=1, kind="review", name="处室审核", capability="review.first"),
        StepSetting(stage=2, kind="review", name="签发", capability="review.final", days=2),
    ]
    with pytest.raises(FlowMalformed):
        define_flow(actor=CLOCK, code="own", name="本厅流程", steps=[])
    proof = StepSetting(stage=3, kind="proof", name="校对", capability="proof.read")
    with pytest.raises(FlowMalformed):
        define_flow(actor=CLOCK, code="own", name="本厅流程", steps=[*steps, proof])
    flow = define_flow(actor=CLOCK, code="own", name="本厅流程", steps=steps, needs_escalation=True)
    assert (flow.levels, flow.proofs, flow.excludes_writer) == (2, 0, True)
    assign_flow(
        actor=CLOCK,
        flow="own",
        scope="organization",
        scope_id=newsroom.library.education.pk,
        reason="示范办法",
    )
    review = newsroom.submit()
    with pytest.raises(NotYetAnswered):
        newsroom.pass_all(review)
    with pytest.raises(FlowInUse):
        define_flow(actor=CLOCK, code="own", name="本厅流程", steps=steps[1:])
    with pytest.raises(FlowInUse):
        define_flow(actor=CLOCK, code="single", name="单人", steps=steps)
    assert Flow.objects.get(pk="own").steps.count() == 2


@pytest.mark.requirement("P7-03")
def test_a_batch_needs_a_reviewer_of_each_level(newsroom: Newsroom) -> None:
    assign_flow(actor=CLOCK, flow="three-reviews", scope="platform", way="batches", reason="示范规定")
    operator = newsroom.library.operator
    batch = open_batch(actor=operator, kind="intake", source="旧站", target_site_id=newsroom.site.pk)
    records = [
        newsroom.make_record(title=f"旧闻{n}", body_html=f"<p>{chr(0x5000 + n) * 40}</p>") for n in range(3)
    ]
    list(admit_many(actor=operator, records=records, batch=batch))
    batch = close_batch(actor=operator, batch=batch)
    signers = [newsroom.first, newsroom.second, newsroom.final]
    with pytest.raises(SignersMissing):
        approve_batch(actor=operator, batch=batch, signers=signers[:2])
    with pytest.raises(NotAllowed):
        approve_batch(actor=operator, batch=batch, signers=list(reversed(signers)))
    today = clock.today()
    mandate = give_mandate(
        actor=newsroom.first, source="旧站", target_site_id=newsroom.site.pk, signers=signers[:1],
        starts_on=today, ends_on=today, reason="示范方案",
    )  # fmt: skip
    with pytest.raises(SignersMissing):
        approve_batch(actor=operator, batch=batch, mandate=mandate)
    assert not Resource.objects.filter(effective_version__isnull=False).exists()
    assert approve_batch(actor=operator, batch=batch, signers=signers) == 3
    approval = Approval.objects.get(outcome="approved")
    assert (approval.route, approval.levels, approval.signatures.count()) == ("three-reviews", 3, 3)


@pytest.mark.requirement("P7-03")
def test_a_restored_piece_goes_under_the_approval_it_had(newsroom: Newsroom) -> None:
    review = publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit()))
    resource, had = review.resource, review.approval_id
    withdraw_resource(actor=newsroom.publisher, resource=resource, reason="核实")
    reinstate_resource(actor=newsroom.publisher, resource=resource)
    resource.refresh_from_db()
    assert resource.effective_approval_id == had
    assert Approval.objects.count() == 1
    second = newsroom.revise(resource, title="改过的示范标题")
    publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(resource)))
    restored = restore_version(actor=newsroom.writer, version=review.version)
    resource.refresh_from_db()
    assert (resource.effective_version_id, resource.working_version_id) == (second.pk, restored.pk)
    assert newsroom.submit(resource).state == "reviewing"


@pytest.mark.requirement("P7-03")
def test_a_stricter_flow_since_then_asks_for_a_new_review(newsroom: Newsroom) -> None:
    education = newsroom.library.education
    assign_flow(
        actor=CLOCK, flow="two-reviews", scope="organization", scope_id=education.pk, reason="示范办法"
    )
    review = publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit()))
    withdraw_resource(actor=newsroom.publisher, resource=review.resource, reason="核实")
    assign_flow(
        actor=CLOCK, flow="three-reviews", scope="organization", scope_id=education.pk, reason="示范办法"
    )
    with pytest.raises(RouteNeedsReview):
        reinstate_resource(actor=newsroom.publisher, resource=review.resource)
    review.resource.refresh_from_db()
    assert review.resource.effective_version_id is None


@pytest.mark.requirement("P7-03")
def test_a_column_with_its_own_flow_is_entered_by_a_case(newsroom: Newsroom) -> None:
    review = publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit()))
    resource, column = review.resource, newsroom.important
    assign_flow(actor=CLOCK, flow="two-reviews", scope="column", scope_id=column.pk, reason="重要栏目")
    with pytest.raises(RouteNeedsReview):
        place_resource(actor=newsroom.publisher, resource=resource, column=column, approve=True)
    assert not Placement.objects.exists()
    placement = place_resource(actor=newsroom.publisher, resource=resource, column=column)
    with pytest.raises(RouteNeedsReview):
        approve_placement(actor=newsroom.publisher, placement=placement)
    case = newsroom.pass_all(submit_placement(actor=newsroom.publisher, placement=placement))
    assert case.column_id == column.pk
    publish_piece(actor=newsroom.publisher, review=case)
    placement.refresh_from_db()
    assert placement.state == "showing"
    assert placement.approval is not None
    assert (placement.approval.levels, placement.approval.column_id) == (2, column.pk)


@pytest.mark.requirement("P7-03")
def test_rules_and_bulk_placements_obey_a_columns_flow(newsroom: Newsroom) -> None:
    column, education = newsroom.important, newsroom.library.education
    assign_flow(actor=CLOCK, flow="two-reviews", scope="column", scope_id=column.pk, reason="重要栏目")
    administrator = newsroom.library.operator
    selection = select_automatically(
        actor=administrator, column=column, query={"owners": [education.credit_code], "types": ["article"]}
    )
    assert selection.approval_id is None
    with pytest.raises(RouteNeedsReview):
        approve_selection(actor=administrator, selection=selection)
    grant_role(
        actor=CLOCK, person=newsroom.first, role="site-administrator", scope="site", scope_id=newsroom.site.pk
    )
    signers = [newsroom.first, newsroom.final]
    assert (
        approve_selection(actor=administrator, selection=selection, signers=signers).approval_id is not None
    )
    assign_flow(actor=CLOCK, flow="single", scope="platform", way="batches", reason="迁移")
    batch = open_batch(actor=administrator, kind="intake", source="旧站", target_site_id=newsroom.site.pk)
    list(admit_many(actor=administrator, records=[newsroom.make_record()], batch=batch))
    batch = close_batch(actor=administrator, batch=batch)
    approve_batch(actor=administrator, batch=batch, signers=[newsroom.library.reviewer])
    resource = Resource.objects.get(versions__batch=batch)
    approval = Approval.objects.get(batch=batch)
    pairs = [(resource, column), (resource, newsroom.news)]
    place_many(actor=administrator, pairs=pairs, approval=approval)
    states = dict(Placement.objects.values_list("column_id", "state"))
    assert states == {column.pk: "waiting", newsroom.news.pk: "showing"}
    assert not Review.objects.exists()
