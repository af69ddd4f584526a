"""Records for the newsroom's pages that show one: pieces on their way, back again, out, recalled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.library.models import Resource
from rongshu.newsroom.actions.add_draft_file import add_draft_file
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.begin_draft import open_draft
from rongshu.newsroom.actions.keep_key_periods import exempt_source, set_key_period
from rongshu.newsroom.actions.pass_step import pass_step
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.actions.recall_piece import recall_piece, request_purge
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.actions.submit_piece import submit_piece
from rongshu.newsroom.models import Review
from rongshu.newsroom.models.drafting import PieceTemplate
from rongshu.newsroom.review_text import marks_of
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.actions.place_resource import place_resource

_BODY = (
    "<p>为加强全省中小学校校舍安全管理，现就有关事项通知如下。</p><h2>一、总体要求</h2>"
    "<p>各市要对校舍逐栋排查，建立台账，确保安全。</p><table><tr><th>市</th><th>校舍栋数</th></tr>"
    "<tr><td>示范市</td><td>128</td></tr></table><p>请于月底前报送工作进展。</p>"
)
_ROLES = ("editor", "first-reviewer", "second-reviewer", "final-reviewer", "proof-reader", "publisher")


class _Room:
    """A unit with one person of each role; the flow of three reviews."""

    def __init__(self) -> None:
        EventStream.objects.get_or_create(pk=1)
        seed_standard()
        region = register_region(actor=Clock(), code="990009", name="示范新城")
        code = demonstration_credit_code("990009", 5)
        self.owner = create_organization(
            actor=Clock(), name="示范新城教育局", credit_code=code, level="city", region=region
        )
        self.people = {role: self._person(role) for role in _ROLES}
        assign_flow(actor=Clock(), flow="three-reviews", scope="platform", reason="示范省规定")

    def _person(self, role: str) -> Person:
        person = register_person(
            actor=Clock(), name=f"示范{role}", handle=f"sample-{role}", organization=self.owner
        )
        grant_role(actor=Clock(), person=person, role=role, scope="organization", scope_id=self.owner.pk)
        return person

    def draft(self, title: str, writer: Person | None = None) -> Resource:
        record = IncomingRecord(
            type_code="article", owner=self.owner, title=title, content_source=self.owner.name,
            theme_code="11", description=f"{title}的主要内容。", form="text",
            body_html=_BODY.replace("逐栋", f"逐栋（{title}）"),
        )  # fmt: skip
        return create_draft(actor=writer or self.people["editor"], record=record)

    def submit(self, title: str) -> Review:
        return submit_piece(actor=self.people["editor"], resource=self.draft(title))

    def published(self, title: str) -> Review:
        review = self.submit(title)
        for role, level in (("first-reviewer", 1), ("second-reviewer", 2), ("final-reviewer", 3)):
            review = self.passed_up_to(review, level)
            step = review.steps.get(level=level)
            review = pass_step(actor=self.people[role], review=review, step_id=step.pk, comment="同意")
        return publish_piece(actor=self.people["publisher"], review=review)

    def passed_up_to(self, review: Review, level: int) -> Review:
        """Pass the proofs that stand before a level."""
        while not review.steps.get(level=level).is_open:
            step = review.steps.filter(is_open=True).earliest("position")
            review = pass_step(actor=self.people["proof-reader"], review=review, step_id=step.pk)
        return review


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 400), (60, 120, 90)).save(out, "PNG")
    return out.getvalue()


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make a piece under review, one sent back with marks, one published, one recalled, one to be erased."""
    room = _Room()
    under_way, returned = room.submit("校舍安全排查通知"), room.submit("暑期培训安排通知")
    marks = marks_of(returned.version, [("建立台账", "请写明台账格式")])
    return_piece(actor=room.people["first-reviewer"], review=returned, reason="请按标注修改", marks=marks)
    published, recalled = room.published("示范学校名单公示"), room.published("学前教育统计")
    recall = recall_piece(
        actor=room.people["publisher"], resource=recalled.resource, reason="数据有误", notice="正在核实。"
    )
    recall_piece(actor=room.people["publisher"], resource=room.published("旧闻").resource, reason="已过时")
    asked = request_purge(actor=person, version=recalled.version, reason="含个人信息")
    period = set_key_period(
        actor=Clock(), name="示范会议", starts_at=clock.now(), ends_at=clock.now() + timedelta(days=9),
        basis="示政办〔2026〕1号", freezes_templates=False,
    )  # fmt: skip
    source = exempt_source(actor=Clock(), name="示范日报", basis="示范名单", starts_on=clock.today())
    assignment = assign_flow(
        actor=Clock(), flow="important", scope="organization", scope_id=room.owner.pk, reason="示范办法"
    )
    draft = room.draft("教师节活动方案", writer=person)
    written = open_draft(actor=person, resource=draft)
    picture = add_draft_file(
        actor=person, draft=written, content=_picture(), name="校园.png", role="image", alt="校园一角"
    )
    site = create_site(
        actor=Clock(), slug="new-town", name="示范新城教育网", domain="new-town.localhost", type="department",
        admin_level="city", sponsor=room.owner,
    )  # fmt: skip
    column = create_column(
        actor=Clock(), site=site, slug="news", name="工作动态", type="工作动态", update_class="news"
    )
    placement = place_resource(actor=Clock(), resource=draft, column=column)
    template = PieceTemplate.objects.create(owner=room.owner, name="示范模板", type_code="article")
    return {
        "newsroom-draft": {"draft_id": written.pk},
        "newsroom-draft-file-crop": {"draft_id": written.pk, "digest": picture.digest},
        "newsroom-change-place": {"placement_id": placement.pk},
        "newsroom-review": {"review_id": under_way.pk},
        "newsroom-review-form": {"review_id": published.pk},
        "newsroom-piece": {"resource_id": published.resource_id},
        "newsroom-recall": {"resource_id": published.resource_id},
        "newsroom-restore-recall": {"recall_id": recall.pk},
        "newsroom-ask-purge": {"version_id": draft.working_version_id},
        "newsroom-decide-purge": {"request_id": asked.pk},
        "newsroom-flow": {"code": "three-reviews"},
        "newsroom-keep-template": {"version_id": draft.working_version_id},
        "newsroom-watermark": {"organization_id": draft.owner_id},
        "newsroom-rename-template": {"template_id": template.pk},
        "newsroom-end-assignment": {"assignment_id": assignment.pk},
        "newsroom-cancel-key-period": {"period_id": period.pk},
        "newsroom-end-source": {"source_id": source.pk},
        "newsroom-placements": {"resource_id": draft.pk},
        "newsroom-preview": {"resource_id": draft.pk},
        "newsroom-compare": {"resource_id": draft.pk},
    }
