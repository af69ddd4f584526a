"""What a tenant has of its own: pieces in every state, and whatever is written around them."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.db import transaction

from rongshu.accounts.actions.enrol import enrol
from rongshu.accounts.actions.open_account import open_account
from rongshu.accounts.models import Account, Person, Realm, SignInAttempt
from rongshu.console.actions.keep_looks import choose_columns, save_filter
from rongshu.console.progress import begin_work
from rongshu.federation.models import Message, Offer, Partner, Quarantined, Report
from rongshu.foundation import clock
from rongshu.inspection.actions.dictionaries import define_dictionary, import_words
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.actions.rescanning import start_rescan
from rongshu.inspection.actions.resolving import mark_wrong
from rongshu.inspection.models import FoundProblem
from rongshu.inspection.queries import unanswered_findings
from rongshu.intake.models import IntakeBatch, IntakeRun, IntakeTask
from rongshu.library.actions.admit import admit
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.batches import close_batch, open_batch
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.actions.recycle_resource import recycle_resource
from rongshu.library.actions.relate_resources import relate_resources
from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.models import Resource
from rongshu.newsroom.actions.add_draft_file import add_draft_file
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.begin_draft import begin_draft, open_draft
from rongshu.newsroom.actions.edit_lock import hold_lock
from rongshu.newsroom.actions.keep_draft import keep_draft
from rongshu.newsroom.actions.keep_key_periods import exempt_source, set_key_period
from rongshu.newsroom.actions.keep_watermark import keep_watermark
from rongshu.newsroom.actions.pass_step import pass_step
from rongshu.newsroom.actions.piece_templates import keep_as_template
from rongshu.newsroom.actions.recall_piece import recall_piece, request_purge
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.actions.submit_piece import submit_piece
from rongshu.newsroom.models import Review
from rongshu.organizations.models import Organization
from rongshu.search.actions.arrange_hot_words import arrange_hot_words
from rongshu.search.actions.keep_promotions import PromotionWish, keep_promotion
from rongshu.search.actions.keep_vocabulary import keep_vocabulary_entry
from rongshu.search.actions.manage_api_keys import digest_of
from rongshu.search.models import ApiKey
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_addresses
from rongshu.sites.actions.keep_standard import keep_as_standard
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.actions.register_verification_file import register_verification_file
from rongshu.sites.models import Column, Site

# Nothing of it is found by the inspection but what `flawed` adds; no two texts are alike.
_WORDS: Final = "山水田林湖草云雨风雪春夏秋冬东西南北江河桥路村镇城乡学医农工商文体育安居乐业和谐稳定"


@dataclass(frozen=True)
class Author:
    """Who makes a tenant's content: where, and under which mark; `flourish` follows it in every text."""

    mark: str
    unit: Organization
    site: Site
    columns: Sequence[Column]
    chief: Person
    second: Person
    editor: Person
    flourish: str = ""

    @property
    def said(self) -> str:
        """How every text of his begins."""
        return f"{self.mark}{self.flourish}"

    def record(self, name: str, **given: Any) -> IncomingRecord:
        """Return a complete record whose every text is marked."""
        chosen = random.Random(f"{self.mark}{name}")  # noqa: S311 - the same text at every run
        text = "，".join("".join(chosen.choices(_WORDS, k=7)) for _ in range(14))
        about = {
            "title": f"{self.said}{name}", "body_html": f"<p>{self.mark}正文{text}。</p>",
            "content_source": f"{self.said}来源", "description": f"{self.said}摘要", "share_type": "none",
            "author": f"{self.said}作者", "subtitle": f"{self.said}副题", "keywords": (f"{self.mark}词",),
        }  # fmt: skip
        return IncomingRecord(
            **{
                "type_code": "article",
                "owner": self.unit,
                "theme_code": "11",
                "form": "text",
                **about,
                **given,
            }
        )

    def draft(self, name: str, **given: Any) -> Resource:
        """Return a piece of the editor's that nobody has seen yet."""
        return create_draft(actor=self.editor, record=self.record(name, **given))

    def effective(self, name: str, **given: Any) -> Resource:
        """Return a piece that has been approved."""
        resource = self.draft(name, **given)
        assert resource.working_version is not None  # noqa: S101 - a new piece has a version
        return approve_version(actor=self.chief, version=resource.working_version, comment=self.mark).resource


def share(author: Author, mark: str) -> frozenset[str]:
    """Share a piece with everyone, under a mark of its own; return the ids by which all may see it."""
    shown = {
        "body_html": f"<p>{mark}共享正文。</p>", "content_source": mark, "description": mark, "author": "",
        "subtitle": "", "keywords": (),
    }  # fmt: skip
    resource = author.effective("共享", title=f"{mark}共享", share_type="unconditional", **shown)
    return frozenset({str(resource.pk), str(resource.effective_version_id)})


def fill(author: Author) -> None:
    """Give the tenant one of everything; what needs approval of one level comes before the flow."""
    with transaction.atomic():
        _pieces(author)
        _site(author)
        _files_and_drafts(author)
        _reviews(author)
        _inspection(author)
        _rules(author)
        _persons(author)
        _intake(author)
        _search(author)
        _federation(author)


def _pieces(author: Author) -> None:
    mark, said, chief = author.mark, author.said, author.chief
    shown = author.effective("已发", files=(IncomingFile(name=f"{mark}.txt", content=mark.encode()),))
    place_resource(
        actor=chief, resource=shown, column=author.columns[0], display_title=f"{said}显示", approve=True
    )
    recalled = author.effective("撤稿")
    place_resource(actor=chief, resource=recalled, column=author.columns[0], approve=True)
    recall_piece(actor=chief, resource=recalled, reason=f"{said}原因", notice=f"{said}说明")
    suspect = author.effective("清除", open_type="on-request")
    assert suspect.effective_version is not None  # noqa: S101 - a new piece has a version
    request_purge(actor=chief, version=suspect.effective_version, reason=f"{said}清除原因")
    author.effective("有条件", share_type="conditional")
    recycle_resource(actor=author.editor, resource=author.draft("回收"), reason=f"{said}回收原因")
    draft = author.draft("草稿")
    relate_resources(actor=author.editor, source=draft, target=shown, kind="based-on")
    place_resource(actor=author.editor, resource=draft, column=author.columns[1], display_title=f"{said}待显")


def _site(author: Author) -> None:
    mark, said, site, chief = author.mark, author.said, author.site, author.chief
    block = BlockSetting(
        key=f"{mark}-block", kind="column-list", title=said, columns=[author.columns[0].path]
    )
    change_blocks(actor=chief, site=site, blocks=[block])
    old = OldAddress(host=f"old.{mark}.localhost", request_uri=f"/{mark}.html", gone_reason=f"{said}停用")
    keep_legacy_addresses(actor=chief, site=site, addresses=[old])
    register_verification_file(actor=chief, site=site, name=f"{mark}.txt", content=f"{mark}验证")
    keep_as_standard(actor=chief, site=site, name=f"{said}标准", source=f"{said}依据")
    give_mandate(
        actor=chief, source=f"https://old.{mark}.localhost/", target_site_id=site.pk, signers=[chief],
        starts_on=clock.today(), ends_on=clock.today(), reason=f"{said}依据",
    )  # fmt: skip


def _files_and_drafts(author: Author) -> None:
    mark, said, editor = author.mark, author.said, author.editor
    draft = begin_draft(actor=editor, owner=author.unit, type_code="article")
    values = {"Title": f"{said}未提交", "Description": f"{said}摘要", "ContentSource": f"{said}来源"}
    draft = keep_draft(
        actor=editor,
        draft=draft,
        values=values,
        body=f"<p>{mark}暂存</p>",
        revision=draft.revision,
        writer=mark,
    )
    content = f"{mark}附件内容".encode()
    add_draft_file(
        actor=editor, draft=draft, content=content, name=f"{mark}.txt", role="attachment", alt=said
    )
    keep_as_template(actor=editor, draft=draft, name=f"{said}模板")
    keep_watermark(
        actor=author.chief, owner=author.unit, text=f"{said}水印", place="br", strength=75, size=40,
        is_usual=True,
    )  # fmt: skip
    piece = author.draft("正在修改")
    open_draft(actor=editor, resource=piece)
    hold_lock(actor=editor, resource=piece, writer=mark)


def _reviews(author: Author) -> None:
    mark, said = author.mark, author.said
    assign_flow(
        actor=author.chief, flow="three-reviews", scope="organization", scope_id=author.unit.pk,
        reason=f"{said}依据",
    )  # fmt: skip
    placed = author.draft("审核")
    place_resource(actor=author.editor, resource=placed, column=author.columns[0])
    review = _submitted(author, placed)
    step = review.steps.get(level=1)
    pass_step(actor=author.chief, review=review, comment=f"{said}初审意见", step_id=step.pk)
    back = _submitted(author, author.draft("退回"))
    marks = [{"start": 0, "end": 2, "text": mark[:2], "reason": f"{said}不妥"}]
    return_piece(actor=author.chief, review=back, reason=f"{said}退回原因", marks=marks)
    assign_flow(
        actor=author.chief, flow="three-reviews", scope="column", scope_id=author.columns[1].pk,
        reason=f"{said}栏目依据",
    )  # fmt: skip


def _submitted(author: Author, resource: Resource) -> Review:
    """Submit a piece; whatever is found in it is said to be right."""
    version = resource.working_version
    assert version is not None  # noqa: S101 - a new piece has a version
    inspect_version(version_id=version.pk)
    for found in unanswered_findings(version):
        mark_wrong(actor=author.chief, finding_id=found.pk, reason=f"{author.said}误报")
    return submit_piece(actor=author.editor, resource=resource, comment=f"{author.said}提交意见")


def _inspection(author: Author) -> None:
    mark, said, chief = author.mark, author.said, author.chief
    body = f"<p>{mark}联系人身份证号110101199003077758，手机13812345678。各地要认真进行进行排查。</p>"
    version = author.draft("检查", body_html=body).working_version
    assert version is not None  # noqa: S101 - a new piece has a version
    inspection = inspect_version(version_id=version.pk)
    found = FoundProblem.objects.filter(inspection=inspection, severity="general").first()
    if found is not None:
        mark_wrong(actor=chief, finding_id=found.pk, reason=f"{said}误报")
    dictionary = define_dictionary(
        actor=chief, code=mark, name=f"{said}词库", kind="terms", organization_id=author.unit.pk
    )
    import_words(
        actor=chief, dictionary_id=dictionary.pk, content=f"词语,建议\n{mark}旧,{mark}新\n".encode(),
        file_name=f"{mark}.csv", source=f"{said}文件", dated_on=datetime.date(2026, 6, 1),
    )  # fmt: skip
    start_rescan(actor=chief, reason=f"{said}复查", organization_id=author.unit.pk)


def _rules(author: Author) -> None:
    mark, said, chief, now = author.mark, author.said, author.chief, clock.now()
    set_key_period(
        actor=chief, name=f"{said}保障期",
        starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=19),
        basis=f"{said}通知", organization_id=author.unit.pk,
    )  # fmt: skip
    exempt_source(
        actor=chief, name=f"{said}媒体", basis=f"{said}名录", starts_on=clock.today(),
        organization_id=author.unit.pk,
    )  # fmt: skip
    save_filter(actor=author.editor, list_code="newsroom-pieces", name=f"{said}筛选", query=f"q={mark}")
    choose_columns(actor=author.editor, list_code="newsroom-pieces", columns=["title"])
    begin_work(actor=author.editor, kind="audit.verify", title=f"{said}长时任务", total=10)


def _persons(author: Author) -> None:
    mark, said = author.mark, author.said
    for person in (author.editor, author.chief):
        open_account(actor=author.chief, person=person, realm=Realm.STAFF, login_name=person.handle)
    account = Account.objects.get(person=author.editor, realm=Realm.STAFF)
    enrol(actor=author.chief, person=author.second)
    SignInAttempt.objects.create(
        realm=Realm.STAFF, login_name=author.editor.handle, account=account, address="127.0.0.1",
        user_agent=f"{said}浏览器", outcome=SignInAttempt.Outcome.SUCCEEDED,
    )  # fmt: skip
    UserSession.objects.create(
        user=account, ip="127.0.0.1", user_agent=f"{said}浏览器", session_key=f"{mark}-session"
    )


def _intake(author: Author) -> None:
    """Take something over from an old site; its batch waits to be signed."""
    mark, said, chief, source = author.mark, author.said, author.chief, f"http://old.{author.mark}.localhost/"
    batch = open_batch(actor=chief, kind="intake", source=source, target_site_id=author.site.pk)
    admit(actor=chief, record=author.record("采集", source_app="migration"), batch=batch)
    run = IntakeRun.objects.create(
        site=author.site, source=source, batch=batch, started_by=chief, phase=IntakeRun.Phase.WAITING
    )
    run.refusals.create(url=f"{source}{mark}.html", key="x", code="http-error", reason=f"{said}网址打不开")
    extracted: dict[str, Any] = {
        "title": f"{said}旧文", "published_at": None, "source": f"{said}来源", "body_text": said,
        "confidence": {}, "found_by": {}, "attachments": [], "images": [], "column_path": [f"{mark}栏目"],
    }  # fmt: skip
    run.articles.create(
        position=0, url=f"{source}{mark}/1.html", key=mark, extracted=extracted,
        doubts=["published_at-missing"], review="open", shape=f"/{mark}.html 0", reason=said,
    )  # fmt: skip
    template = run.templates.create(shape=f"/{mark}.html 0", pages=1, sample=f"{source}{mark}/1.html")
    template.versions.create(number=1, rules={}, reason=said, made_by=chief)
    run.papers.create(kind="survey", content={"source": said}, digest=f"sha256:{mark}", person=chief)
    many = IntakeBatch.objects.create(name=f"{said}批次", table_digest=mark, started_by=chief)
    many.sites.create(position=1, source=source, site=author.site, owner=chief, run=run, reason=said)
    close_batch(actor=chief, batch=batch)
    task = IntakeTask.objects.create(
        site=author.site, name=f"{said}数据任务", kind="file",
        settings={"path": f"/nowhere/{mark}.csv", "key": mark},
        mapping={"fields": {"Title": f"{mark}title"}}, note=said, created_by=chief,
    )  # fmt: skip
    task.rows.create(key=mark, title=f"{said}记录", run=run, code="type-mismatch", reason=f"{said}不是日期")


def _federation(author: Author) -> None:
    """Something of the tenant's goes to another node, and something comes that is meant for its site."""
    said, partner = author.said, Partner.objects.get()
    message = Message.objects.create(
        partner=partner, direction="out", kind="report", status="failed", error=f"{said}错误", body=[said]
    )
    Quarantined.objects.create(
        partner=partner, resource_id=message.pk, origin_node=partner.pk, origin_version=1,
        title=f"{said}隔离", envelope={"title": said},
        reasons=[{"code": "record-refused", "message": f"{said}原因", "fields": {}}],
    )  # fmt: skip
    for model in (Report, Offer):
        about = {"partner": partner, "resource_id": message.pk, "note": f"{said}说明"}
        model.objects.create(
            direction="out", state="sent", title=f"{said}送出", sent_by=author.chief, **about
        )
        model.objects.create(
            direction="in", state="received", title=f"{said}收到", wish=author.site.slug + "/news", **about
        )


def _search(author: Author) -> None:
    mark, said = author.mark, author.said
    chief, site = author.chief, author.site
    arrange_hot_words(actor=chief, site=site, shown=[f"{mark}热词"], hidden=[f"{mark}不显示"])
    keep_vocabulary_entry(actor=chief, kind="synonyms", words=[f"{mark}甲", f"{mark}乙"], site=site)
    wish = PromotionWish(
        kind="best-bet", queries=[f"{mark}问"], title=f"{said}推荐", url=f"https://{mark}.localhost/"
    )
    keep_promotion(actor=chief, wish=wish, site=site)
    # Keys are given out by those who run the platform; each is for one unit.
    ApiKey.objects.create(
        name=f"{said}检索",
        organization=author.unit,
        hint=mark[:8],
        digest=digest_of(mark),
        created_by=author.chief,
    )
