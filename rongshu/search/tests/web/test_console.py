"""The search in the console: what each screen shows and changes, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation.audit import Clock
from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.actions.keep_counts import keep_counts
from rongshu.search.models import ApiKey, HotWord, Promotion, VocabularyEntry
from rongshu.search.queries.answering import direct_answers
from rongshu.search.queries.searching import Reader, SearchQuery, search
from rongshu.search.queries.state import search_state

As = Callable[[Person], ConsoleClient]


@pytest.fixture
def as_person(console_client: ConsoleClient) -> As:
    return lambda person: sign_in(console_client, person)


def said(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("report", ["hot", "rising", "nothing", "unopened"])
def test_reports_are_shown_and_exported(world: World, as_person: As, report: str) -> None:
    keep_counts(
        {(world.portal.pk, "asked", "=公积金", ""): 9, (world.portal.pk, "nothing", "=公积金", ""): 1}
    )
    client = as_person(world.operator)
    shown = client.get(reverse("search-report"), {"report": report})
    assert shown.status_code == 200
    assert "=公积金" in said(shown)
    exported = client.get(reverse("search-report"), {"report": report, "format": "csv"})
    lines = b"".join(exported).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("'=公积金,9,1,0,0%"), "a spreadsheet must not take a query for a formula"


def test_a_wrong_period_is_told(world: World, as_person: As) -> None:
    answer = as_person(world.operator).get(
        reverse("search-report"), {"first": "2026-02-01", "last": "2026-01-01"}
    )
    assert answer.status_code == 400
    assert "不能早于起始日期" in said(answer)


@pytest.mark.parametrize(
    "name",
    [
        "search-report",
        "search-hot-words",
        "search-index",
        "search-keys",
        "search-new-key",
        "search-words",
        "search-promotions",
    ],
)
def test_who_may_not_is_refused(world: World, as_person: As, name: str) -> None:
    assert as_person(world.library.writer).get(reverse(name)).status_code == 403


def test_hot_words_are_arranged_on_a_page(world: World, as_person: As) -> None:
    client = as_person(world.operator)
    assert "示范省人民政府" in said(client.get(reverse("search-hot-words")))
    address = reverse("search-hot-words-of", args=["portal"])
    answer = client.post(address, {"shown": "公积金\n居住证", "hidden": "某人"}, follow=True)
    assert "现在显示：公积金、居住证" in said(answer)
    assert HotWord.objects.filter(site=world.portal).count() == 3
    refused = client.post(address, {"shown": "\n".join("一二三四五六七八九"), "hidden": ""})
    assert refused.status_code == 422
    assert HotWord.objects.filter(site=world.portal).count() == 3


def test_a_key_is_shown_once_and_taken_back_after_asking(world: World, as_person: As) -> None:
    client = as_person(world.operator)
    form = {
        "name": "自助终端", "organization": "示范省教育厅", "per_minute": "60",
        "per_day": "100",
    }  # fmt: skip
    given = client.post(reverse("search-new-key"), form)
    key = ApiKey.objects.get()
    assert f"<code>{key.hint}" in said(given)
    shown = client.get(reverse("search-key", args=[key.pk]))
    assert "每日 100 次" in said(shown)
    assert said(given).partition("<code>rs_")[2][:40] not in said(shown)
    asked = client.post(reverse("search-revoke-key", args=[key.pk]))
    assert "收回密钥“自助终端”？" in said(asked)
    key.refresh_from_db()
    assert key.revoked_at is None
    client.post(reverse("search-revoke-key", args=[key.pk]), {"confirmed": "yes"})
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_keys_are_absent_for_who_does_not_manage_them(world: World, as_person: As) -> None:
    client = as_person(world.operator)
    client.post(
        reverse("search-new-key"),
        {
            "name": "终端",
            "organization": "示范省教育厅",
            "per_minute": "6",
            "per_day": "9",
        },
    )
    key = ApiKey.objects.get()
    writer = as_person(world.library.writer)
    assert writer.get(reverse("search-key", args=[key.pk])).status_code == 404
    assert writer.post(reverse("search-revoke-key", args=[key.pk]), {"confirmed": "yes"}).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_the_index_is_shown_and_made_anew_after_asking(world: World, as_person: As) -> None:
    world.article(title="关于防汛工作的通知")
    index_pending()
    client = as_person(world.operator)
    assert "公众索引" in said(client.get(reverse("search-index")))
    before = search_state().indexes[0].generation
    assert "重建检索索引？" in said(client.post(reverse("search-rebuild")))
    index_pending()
    assert search_state().indexes[0].generation == before
    client.post(reverse("search-rebuild"), {"confirmed": "yes"})
    index_pending()
    assert search_state().indexes[0].generation != before
    writer = as_person(world.library.writer)
    assert writer.post(reverse("search-rebuild"), {"confirmed": "yes"}).status_code == 403


def test_words_are_tried_before_they_are_kept(world: World, as_person: As) -> None:
    world.article(title="住房公积金提取办法")
    index_pending()
    client = as_person(world.operator)
    form = {"kind": "one-way", "words": "取钱买房", "leads_to": "公积金", "note": "", "tried": "取钱买房"}
    tried = said(client.post(reverse("search-new-word"), {**form, "try": "yes"}))
    assert "现在：0 条" in tried
    assert "住房公积金提取办法" in tried
    assert not VocabularyEntry.objects.exists()
    refused = client.post(reverse("search-new-word"), {**form, "words": "。"})
    assert refused.status_code == 422
    assert not VocabularyEntry.objects.exists()
    client.post(reverse("search-new-word"), form)
    entry = VocabularyEntry.objects.get()
    assert entry.site is None
    # A word that would be taken out leads nowhere in what is tried.
    less = {**form, "leads_to": "社保", "try": "yes"}
    tried = said(client.post(reverse("search-word", args=[entry.pk]), less))
    assert "现在：1 条" in tried
    assert "保存后：0 条" in tried
    client.post(reverse("search-word", args=[entry.pk]), {**form, "words": "取钱买房 买房取钱"})
    shown = said(client.get(reverse("search-word", args=[entry.pk])))
    assert "one-way: 取钱买房 &gt; 公积金" in shown, "the history says what was before"
    client.post(reverse("search-remove-word", args=[entry.pk]), {"confirmed": "yes"})
    assert not VocabularyEntry.objects.exists()


def test_a_recommended_page_stands_first(world: World, as_person: As) -> None:
    resource = world.article(title="住房公积金提取办法")
    index_pending()
    client = as_person(world.operator)
    form = {
        "kind": "best-bet",
        "queries": "公积金",
        "title": "公积金办事大厅",
        "url": "/services/",
        "text": "在线提取",
    }
    client.post(reverse("search-new-promotion"), form)
    reader = Reader(site=world.portal.pk)
    results = search(reader, SearchQuery(text="公积金"))
    assert direct_answers(reader, "公积金", results)[0].title == "公积金办事大厅"
    block = {
        "kind": "block",
        "queries": "",
        "document": f"https://portal.localhost/a/{resource.address}.html",
    }
    client.post(reverse("search-new-promotion"), block)
    assert search(reader, SearchQuery(text="公积金")).total == 0
    refused = client.post(reverse("search-new-promotion"), {**block, "document": "/a/2020/01/none.html"})
    assert "这个网址没有对应的信息" in said(refused)
    refused = client.post(reverse("search-new-promotion"), {**form, "url": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert Promotion.objects.count() == 2


def test_promotions_are_tried_before_they_are_kept(world: World, as_person: As) -> None:
    resource = world.article(title="住房公积金提取办法")
    world.article(title="住房公积金缴存办法")
    index_pending()
    client = as_person(world.operator)

    def tried(**given: str) -> Any:
        given = {"queries": "公积金", "document": f"/a/{resource.address}.html", "try": "yes", **given}
        return client.post(reverse("search-new-promotion"), given)

    blocked = said(tried(kind="block", begins_on="2099-01-01"))
    assert "现在：2 条" in blocked
    assert "保存后：1 条" in blocked
    best = {"kind": "best-bet", "title": "公积金办事大厅", "url": "/services/", "document": ""}
    assert "<li>推荐：公积金办事大厅</li>" in said(tried(**best))
    pinned = said(tried(kind="pin")).partition("保存后")[2]
    assert pinned.rindex("提取办法") < pinned.rindex("缴存办法")
    everywhere = tried(kind="block", queries="")
    assert everywhere.status_code == 422
    assert "请填一个检索词来试看" in said(everywhere)
    assert tried(kind="pin", document="").status_code == 422
    assert not Promotion.objects.exists()


def test_words_of_all_sites_are_not_a_site_managers(world: World, as_person: As) -> None:
    manager = register_person(actor=Clock(), name="示范站长", handle="site-manager", organization=None)
    grant_role(
        actor=Clock(), person=manager, role="site-administrator", scope="site", scope_id=world.portal.pk
    )
    form = {"kind": "synonyms", "words": "甲词 乙词", "leads_to": "", "note": "", "tried": ""}
    as_person(world.operator).post(reverse("search-new-word"), form)
    of_all = VocabularyEntry.objects.get()
    client = as_person(manager)
    assert client.get(reverse("search-word", args=[of_all.pk])).status_code == 404
    assert client.post(reverse("search-new-word"), form).status_code == 422
    client.post(reverse("search-new-word"), {**form, "site": str(world.education.pk)})
    assert VocabularyEntry.objects.count() == 1
    client.post(reverse("search-new-word"), {**form, "site": str(world.portal.pk)})
    assert VocabularyEntry.objects.get(site=world.portal).person == manager
