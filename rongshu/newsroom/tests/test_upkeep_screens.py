"""Keeping templates and flows: who may, and that nobody is offered what the action would refuse him."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.library.tests.conftest import Library
from rongshu.newsroom.actions.assign_flow import assign_flow, end_assignment
from rongshu.newsroom.actions.define_flow import StepSetting, define_flow
from rongshu.newsroom.actions.keep_key_periods import exempt_source
from rongshu.newsroom.models import Flow
from rongshu.newsroom.models.drafting import PieceTemplate
from rongshu.newsroom.tests.conftest import Newsroom

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


def _client(person: Person) -> ConsoleClient:
    return sign_in(ConsoleClient(), person)


@pytest.fixture
def keeper(library: Library) -> Person:
    """A person who keeps flows of the platform."""
    person = register_person(actor=Clock(), name="示范流程", handle="keeper")
    grant_role(actor=Clock(), person=person, role="security-administrator")
    return person


@pytest.fixture
def unit_keeper(library: Library) -> Person:
    """A person who keeps the flows of one unit."""
    person = register_person(actor=Clock(), name="示范机构", handle="unit", organization=library.education)
    grant_role(
        actor=Clock(), person=person, role="organization-administrator", scope="organization",
        scope_id=library.education.pk,
    )  # fmt: skip
    return person


@pytest.fixture
def template(library: Library) -> PieceTemplate:
    return PieceTemplate.objects.create(owner=library.education, name="开学通知", type_code="article")


def test_a_template_is_renamed_and_dropped_by_its_unit(library: Library, template: PieceTemplate) -> None:
    writer = _client(library.writer)
    page = reverse("newsroom-rename-template", args=[template.pk])
    assert "开学通知" in writer.get(reverse("newsroom-templates")).content.decode()
    PieceTemplate.objects.create(owner=library.education, name="放假通知", type_code="article")
    taken = writer.post(page, {"name": "放假通知"})
    assert taken.status_code == 422
    assert "已有同名模板" in taken.content.decode()
    writer.post(page, {"name": "秋季开学通知"})
    template.refresh_from_db()
    assert template.name == "秋季开学通知"
    drop = reverse("newsroom-drop-template", args=[template.pk])
    assert "停用模板" in writer.post(drop).content.decode()
    assert PieceTemplate.objects.get(pk=template.pk).is_active
    writer.post(drop, {"confirmed": "yes"})
    assert not PieceTemplate.objects.get(pk=template.pk).is_active
    writer.get("/")  # shows what was said
    assert "秋季开学通知" not in writer.get(reverse("newsroom-templates")).content.decode()


def test_a_name_that_is_free_again_may_be_used(library: Library, template: PieceTemplate) -> None:
    PieceTemplate.objects.create(
        owner=library.education, name="放假通知", type_code="article", is_active=False
    )
    page = reverse("newsroom-rename-template", args=[template.pk])
    assert _client(library.writer).post(page, {"name": "放假通知"}).status_code == 302
    assert PieceTemplate.objects.get(name="放假通知").pk == template.pk


def test_a_template_of_another_unit_is_not_there(library: Library, template: PieceTemplate) -> None:
    other = _client(library.health_writer)
    assert "开学通知" not in other.get(reverse("newsroom-templates")).content.decode()
    page = reverse("newsroom-rename-template", args=[template.pk])
    assert other.get(page).status_code == 404
    assert other.post(page, {"name": "改名"}).status_code == 404
    drop = reverse("newsroom-drop-template", args=[template.pk])
    assert other.post(drop, {"confirmed": "yes"}).status_code == 404
    template.refresh_from_db()
    assert (template.name, template.is_active) == ("开学通知", True)


def test_a_flow_is_retired_when_nobody_follows_it(keeper: Person) -> None:
    step = StepSetting(stage=1, kind="review", name="审定", capability="review.final")
    flow = define_flow(actor=keeper, code="own", name="示范自定流程", steps=[step])
    given = assign_flow(actor=keeper, flow="own", scope="platform", reason="试行")
    client, retire = _client(keeper), reverse("newsroom-retire-flow", args=["own"])
    assert "停用流程" in client.get(reverse("newsroom-flow", args=["own"])).content.decode()
    client.post(retire, {"confirmed": "yes"})
    assert Flow.objects.get(pk=flow.pk).is_active  # it is still given to the platform
    end_assignment(actor=keeper, assignment=given, reason="试行结束")
    assert "停用流程“示范自定流程”？" in client.post(retire).content.decode()
    client.post(retire, {"confirmed": "yes"})
    assert not Flow.objects.get(pk=flow.pk).is_active
    built_in = Flow.objects.filter(is_builtin=True, is_active=True).first()
    assert built_in is not None
    assert "停用流程" not in client.get(reverse("newsroom-flow", args=[built_in.pk])).content.decode()
    refused = client.post(reverse("newsroom-retire-flow", args=[built_in.pk]), {"confirmed": "yes"})
    assert refused.status_code == 404


def test_a_units_keeper_is_offered_what_he_may_do(
    library: Library, keeper: Person, unit_keeper: Person
) -> None:
    assign_flow(actor=Clock(), flow="three-reviews", scope="platform", reason="示范省规定")
    own = assign_flow(
        actor=Clock(),
        flow="important",
        scope="organization",
        scope_id=library.education.pk,
        reason="示范办法",
    )
    client = _client(unit_keeper)
    text = client.get(reverse("newsroom-flows")).content.decode()
    assert "新建流程" not in text
    assert text.count("的指定</span>") == 1
    assert str(own.pk) in text
    assert client.get(reverse("newsroom-define-flow")).status_code == 403
    assert client.post(reverse("newsroom-retire-flow", args=["important"])).status_code == 403
    assert "新建流程" in _client(keeper).get(reverse("newsroom-flows")).content.decode()


def test_a_sites_keeper_is_offered_no_periods(newsroom: Newsroom, unit_keeper: Person) -> None:
    exempt_source(actor=Clock(), name="示范日报", basis="示范名单", starts_on=clock.today())
    text = _client(unit_keeper).get(reverse("newsroom-exempt-sources")).content.decode()
    assert "增加来源" in text
    assert "移出<span" not in text  # the source is everyone's
    person = register_person(actor=Clock(), name="示范站管", handle="site-keeper")
    grant_role(
        actor=Clock(), person=person, role="site-administrator", scope="site",
        scope_id=newsroom.site.pk,
    )  # fmt: skip
    client = _client(person)
    for name, button in (("newsroom-key-periods", "设置保障期"), ("newsroom-exempt-sources", "增加来源")):
        assert button not in client.get(reverse(name)).content.decode(), name
    assert client.get(reverse("newsroom-set-key-period")).status_code == 403
