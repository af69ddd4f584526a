"""The screens of review: what each person sees there, and what a post does."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.progress import do_waiting_work
from rongshu.library.models import Resource
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.actions.recall_piece import request_purge
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.models import Flow, FlowAssignment, KeyPeriod, Recall, Review, ReviewAct
from rongshu.newsroom.tests.conftest import CLOCK, Newsroom

CASE = "/newsroom/reviews/{}"


def client_of(person: Person) -> ConsoleClient:
    return sign_in(None, person)


def test_a_reviewer_passes_from_the_inbox(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    client = client_of(newsroom.first)
    page = client.get("/newsroom/inbox").content.decode()
    assert "示范稿件之1" in page
    assert "待我审核" in client.get("/").content.decode()
    page = client.get(CASE.format(review.pk)).content.decode()
    assert "初审通过" in page
    step = re.search(r'name="step" value="([^"]+)"', page)
    assert step is not None
    posted = {"decision": "pass", "step": step[1], "comment": "同意"}
    answer = client.post(CASE.format(review.pk) + "/decide", posted)
    assert answer.status_code == 302
    act = ReviewAct.objects.get(kind="pass")
    assert (act.person, act.comment, act.via, act.address) == (newsroom.first, "同意", "web", "127.0.0.1")
    # That he looked at the draft is part of its history.
    assert ReviewAct.objects.filter(kind="open", person=newsroom.first).count() == 1
    assert "示范稿件之1" not in client.get("/newsroom/inbox").content.decode()


def test_who_read_a_draft_in_its_preview_or_a_comparison_is_part_of_its_history(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    for name, person in (("preview", newsroom.first), ("compare", newsroom.second)):
        answer = client_of(person).get(f"/newsroom/pieces/{review.resource_id}/{name}")
        assert answer.status_code == 200
    read = ReviewAct.objects.filter(review=review, kind="open").order_by("at")
    assert [act.person for act in read] == [newsroom.first, newsroom.second]


def test_a_return_quotes_the_text_and_keeps_what_was_typed(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    client, address = client_of(newsroom.first), CASE.format(review.pk) + "/decide"
    posted = {"decision": "return", "comment": "请修改<b>", "quotation": ["没有这句"], "mark_reason": ["错"]}
    answer = client.post(address, posted)
    assert answer.status_code == 422
    assert "正文中没有“没有这句”" in answer.content.decode()
    assert "请修改&lt;b&gt;" in answer.content.decode()
    assert 'value="没有这句"' in answer.content.decode()
    assert 'value="错"' in answer.content.decode()
    assert Review.objects.get().state == "reviewing"
    answer = client.post(
        address, posted | {"quotation": ["示范稿件", ""], "mark_reason": ["改为正式标题", ""]}
    )
    assert answer.status_code == 302
    review.refresh_from_db()
    assert review.last_act is not None
    assert review.last_act.marks == [{"start": 0, "end": 4, "text": "示范稿件", "reason": "改为正式标题"}]
    page = client_of(newsroom.writer).get(CASE.format(review.pk)).content.decode()
    assert "<mark>示范稿件</mark>" in page
    assert "修改稿件" in page
    assert "退回给我" in client_of(newsroom.writer).get("/").content.decode()


def test_publishing_recalling_and_restoring_from_the_console(newsroom: Newsroom) -> None:
    review = newsroom.pass_all(newsroom.submit())
    client = client_of(newsroom.publisher)
    assert "示范稿件之1" in client.get("/newsroom/ready").content.decode()
    assert (
        client.post(CASE.format(review.pk) + "/publish", {"decision": "later", "at": "x"}).status_code == 422
    )
    assert client.post(CASE.format(review.pk) + "/publish", {"decision": "now"}).status_code == 302
    resource = Resource.objects.get()
    assert resource.status == "effective"
    assert "发布审核表" in client.get(CASE.format(review.pk) + "/form").content.decode()
    assert "示范稿件之1" in client.get("/newsroom/recalls/live").content.decode()
    address = f"/newsroom/resources/{resource.pk}/recall"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "表述有误", "notice": ""}).status_code == 302
    recall = Recall.objects.get()
    assert "表述有误" in client.get("/newsroom/recalls").content.decode()
    assert client.post(f"/newsroom/recalls/{recall.pk}/restore", {"reason": "核实无误"}).status_code == 302
    resource.refresh_from_db()
    assert resource.status == "effective"


def test_many_are_recalled_after_a_second_look(newsroom: Newsroom) -> None:
    cases = [
        publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit())) for _ in range(2)
    ]
    client = client_of(newsroom.publisher)
    posted = {"ids": [str(case.resource_id) for case in cases]}
    answer = client.post("/newsroom/recalls/many", posted)
    assert "撤下 2 条内容？" in answer.content.decode()
    assert not Recall.objects.exists()
    answer = client.post("/newsroom/recalls/many", posted | {"confirmed": "yes", "reason": "整改"})
    assert answer.status_code == 302
    assert do_waiting_work()
    assert Recall.objects.count() == 2


def test_flows_and_periods_are_kept_by_who_may(newsroom: Newsroom) -> None:
    administrator = newsroom.publisher
    grant_role(
        actor=CLOCK, person=administrator, role="organization-administrator", scope="organization",
        scope_id=newsroom.library.education.pk,
    )  # fmt: skip
    client = client_of(administrator)
    flows = ("flows", "flows/three-reviews", "flows/assign")
    lists = ("key-periods", "key-periods/new", "exempt-sources", "exempt-sources/new", "purges", "reviews")
    for page in (*flows, *lists):
        assert client.get(f"/newsroom/{page}").status_code == 200, page
    assert client.get("/newsroom/flows/new").status_code == 403, "a flow is the whole platform's"
    posted = {
        "flow": "important", "scope": "organization", "place": "示范省教育厅", "way": "pieces",
        "reason": "示范办法",
    }  # fmt: skip
    assert client.post("/newsroom/flows/assign", posted).status_code == 302
    assert FlowAssignment.objects.filter(scope_id=newsroom.library.education.pk, flow="important").exists()
    assert (
        client.post("/newsroom/flows/assign", posted | {"place": "示范省卫生健康委员会"}).status_code == 422
    )
    assert (
        client.post("/newsroom/flows/assign", posted | {"scope": "platform", "place": ""}).status_code == 422
    )
    period = {
        "name": "示范会议", "organization": "示范省教育厅", "starts_at": "2026-11-01T08:00",
        "ends_at": "2026-11-30T18:00", "flow": "important", "basis": "示范通知",
    }  # fmt: skip
    assert client.post("/newsroom/key-periods/new", period).status_code == 302
    assert KeyPeriod.objects.get().freezes_templates is False
    assert (
        client.post("/newsroom/key-periods/new", period | {"ends_at": "2026-10-01T08:00"}).status_code == 422
    )
    assert client.get(f"/newsroom/key-periods/{KeyPeriod.objects.get().pk}/cancel").status_code == 200
    assert client_of(newsroom.writer).get("/newsroom/flows").status_code == 403
    operator = client_of(newsroom.library.operator)
    steps = {"code": "own", "name": "本省流程", "stage_1": 1, "kind_1": "review", "name_1": "签发",
             "capability_1": "review.final", "days_1": 1}  # fmt: skip
    blank = {
        f"{name}_{n}": value
        for n in range(2, 9)
        for name, value in (("kind", "review"), ("capability", "review.first"))
    }
    assert operator.get("/newsroom/flows/new").status_code == 200
    assert operator.post("/newsroom/flows/new", steps | blank).status_code == 302
    assert Flow.objects.get(pk="own").levels == 1


def test_what_is_foreign_is_not_there(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    stranger = client_of(newsroom.library.health_reviewer)
    addresses = [CASE.format(review.pk), CASE.format(review.pk) + "/form",
                 f"/newsroom/resources/{review.resource_id}/recall"]  # fmt: skip
    for address in addresses:
        assert stranger.get(address).status_code == 404
    for deed in ("decide", "delegate", "escalate", "answer", "proof", "urge", "withdraw", "publish"):
        assert stranger.post(f"{CASE.format(review.pk)}/{deed}", {"decision": "pass"}).status_code == 404
    for page in ("inbox", "ready", "reviews", "recalls", "recalls/live", "purges"):
        answer = stranger.get(f"/newsroom/{page}")
        assert "示范稿件" not in answer.content.decode()
    assert list(ReviewAct.objects.values_list("kind", flat=True)) == ["submit"]


@pytest.mark.parametrize("deed", ["delegate", "escalate", "answer", "proof", "urge", "withdraw", "publish"])
def test_deeds_answer_in_a_sentence(newsroom: Newsroom, deed: str) -> None:
    review = newsroom.submit()
    answer = client_of(newsroom.first).post(f"{CASE.format(review.pk)}/{deed}", {})
    assert answer.status_code == 422
    assert "没有办理成功" in answer.content.decode()


def test_addresses_are_reachable_by_name() -> None:
    with override_settings(ROOT_URLCONF="rongshu.project.urls_console"):
        assert reverse("newsroom-inbox") == "/newsroom/inbox"


def test_the_page_of_a_piece_leads_to_its_review(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    client, here = client_of(newsroom.writer), f"/newsroom/pieces/{resource.pk}"
    assert f"{here}/submit" in client.get(here).content.decode()
    assert client_of(newsroom.library.health_reviewer).post(f"{here}/submit").status_code == 404
    assert not Review.objects.exists()
    assert client.post(f"{here}/submit").status_code == 302
    review = Review.objects.get()
    page = client.get(here).content.decode()
    for deed in ("", "/urge", "/withdraw", "/form"):
        assert f'"{CASE.format(review.pk)}{deed}"' in page, deed
    assert f"{here}/submit" not in page
    publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(review))
    publisher = client_of(newsroom.publisher)
    for address in (here, f"/library/resources/{resource.pk}"):
        assert f"/newsroom/resources/{resource.pk}/recall" in publisher.get(address).content.decode()


def test_who_is_urged_sees_it_where_he_looks_first(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    client = client_of(newsroom.first)
    for page in ("/", "/newsroom/inbox"):
        assert "已催办" not in client.get(page).content.decode()
    assert client_of(newsroom.writer).post(CASE.format(review.pk) + "/urge").status_code == 302
    for page in ("/", "/newsroom/inbox"):
        assert "已催办" in client.get(page).content.decode()


def test_what_came_back_unchanged_asks_for_the_reason_where_it_is_submitted(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    return_piece(actor=newsroom.first, review=newsroom.submit(resource), reason="请核实户数")
    client, here = client_of(newsroom.writer), f"/newsroom/pieces/{resource.pk}"
    page = client.get(here).content.decode()
    assert "请核实户数" in page
    assert 'name="comment"' in page
    refused = client.post(f"{here}/submit", {"comment": ""}, follow=True).content.decode()
    assert "写明不修改的理由" in refused
    assert Review.objects.count() == 1
    assert client.post(f"{here}/submit", {"comment": "户数已核实"}).status_code == 302
    again = Review.objects.order_by("-opened_at")[0]
    shown = client_of(newsroom.first).get(CASE.format(again.pk)).content.decode()
    for told in ("请核实户数", "退回后没有修改", "户数已核实"):
        assert told in shown, told


def test_a_step_goes_only_to_persons_who_were_offered(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    stranger, page = newsroom.library.health_reviewer, f"{CASE.format(review.pk)}/delegate"
    answer = client_of(newsroom.first).post(page, {"to": str(stranger.pk)})
    assert answer.status_code == 422
    assert stranger.name not in answer.content.decode()
    assert list(ReviewAct.objects.exclude(kind="open").values_list("kind", flat=True)) == ["submit"]
    oneself = client_of(newsroom.first).post(page, {"to": str(newsroom.first.pk)})
    assert oneself.status_code == 422
    assert f'<option value="{newsroom.first.pk}"' not in oneself.content.decode()
    assert not ReviewAct.objects.filter(kind="delegate").exists()
    client_of(newsroom.first).post(page, {"to": str(newsroom.all_roles.pk), "comment": "出差"})
    assert ReviewAct.objects.get(kind="delegate").to_person == newsroom.all_roles


def test_an_empty_answer_to_a_purge_is_told_what_is_wrong(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    grant_role(
        actor=CLOCK, person=newsroom.publisher, role="organization-administrator", scope="organization",
        scope_id=newsroom.library.education.pk,
    )  # fmt: skip
    asked = request_purge(actor=newsroom.publisher, version=review.version, reason="含身份证号")
    shown = client_of(newsroom.publisher).get(f"/newsroom/purges/{asked.pk}").content.decode()
    assert 'name="decision"' not in shown
    # Another who may ask may not confirm: he is offered nothing that would be refused.
    grant_role(
        actor=CLOCK, person=newsroom.writer, role="organization-administrator", scope="organization",
        scope_id=newsroom.library.education.pk,
    )  # fmt: skip
    beside = client_of(newsroom.writer).get(f"/newsroom/purges/{asked.pk}").content.decode()
    assert 'name="decision"' not in beside
    assert 'value="yes"' in client_of(newsroom.final).get(f"/newsroom/purges/{asked.pk}").content.decode()
    answer = client_of(newsroom.publisher).post(f"/newsroom/purges/{asked.pk}")
    assert answer.status_code == 422
    assert "另一名" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.decided_at is None
    confirmed = client_of(newsroom.final).post(f"/newsroom/purges/{asked.pk}", {"decision": "yes"})
    assert confirmed.status_code == 302
    review.version.refresh_from_db()
    assert review.version.purged_at is not None
