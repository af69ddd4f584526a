"""Dictionaries as data: imported with a report, versioned, hot-loaded, re-scanned, reported by site."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, transaction

from rongshu.accounts.models import Person
from rongshu.console.models import LongWork
from rongshu.console.progress import do_lengthy_work, do_waiting_work
from rongshu.foundation.audit import Clock
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.errors import NotAllowed, NotFound
from rongshu.inspection.actions import rescanning
from rongshu.inspection.actions.changing import changed
from rongshu.inspection.actions.dictionaries import (
    define_dictionary,
    import_words,
    revoke_exception,
    switch_dictionary,
)
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.actions.rescanning import carry_on, start_rescan
from rongshu.inspection.actions.resolving import mark_wrong
from rongshu.inspection.checking import inspect_text
from rongshu.inspection.errors import DictionaryUnreadable
from rongshu.inspection.models import Dictionary, DictionaryVersion, Inspection, Rescan, TextException
from rongshu.inspection.queries import lexicon_for, unanswered_findings
from rongshu.inspection.words import pack, read_words, unpack
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.models import ResourceVersion
from rongshu.library.tests.conftest import Library
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.credit_code import demonstration_credit_code

Draft = Callable[..., ResourceVersion]
DAY = datetime.date(2026, 6, 1)


def imported(actor: Person, dictionary: Dictionary, text: str, name: str = "words.csv") -> DictionaryVersion:
    version, _ = import_words(
        actor=actor,
        dictionary_id=dictionary.pk,
        content=text.encode(),
        file_name=name,
        source="示范文件",
        dated_on=DAY,
    )
    return version


def words_found(organization_id: Any, text: str) -> list[str]:
    return [one.text for one in inspect_text(text, lexicon_for(organization_id)) if one.class_ == "E4"]


@pytest.fixture
def dictionary(releaser: Person, library: Library) -> Dictionary:
    return define_dictionary(
        actor=releaser, code="local", name="本地词库", kind="terms", organization_id=library.education.pk
    )


@pytest.mark.requirement("P7-07")
def test_an_import_is_in_force_at_once_and_only_for_its_unit(
    dictionary: Dictionary, releaser: Person, library: Library
) -> None:
    text = "示范旧县名已经更名。"
    assert words_found(library.education.pk, text) == []
    imported(releaser, dictionary, "词语,建议,级别\n示范旧县,示范新区,严重\n")
    assert words_found(library.education.pk, text) == ["示范旧县"]
    assert words_found(library.health.pk, text) == []
    finding = next(one for one in inspect_text(text, lexicon_for(library.education.pk)) if one.class_ == "E4")
    assert (finding.severity, finding.suggestion) == ("severe", "示范新区")
    switch_dictionary(actor=releaser, dictionary_id=dictionary.pk, is_active=False)
    assert words_found(library.education.pk, text) == []


@pytest.mark.requirement("P7-07")
def test_versions_are_kept_and_never_changed(
    dictionary: Dictionary, releaser: Person, library: Library
) -> None:
    first = imported(releaser, dictionary, "甲方旧词\n", "words.txt")
    second = imported(releaser, dictionary, "乙方旧词\n", "words.txt")
    assert (first.number, second.number) == (1, 2)
    assert [word["word"] for word in unpack(bytes(first.content))] == ["甲方旧词"]
    assert words_found(library.education.pk, "甲方旧词与乙方旧词") == ["乙方旧词"]
    with pytest.raises(DatabaseError), transaction.atomic():
        DictionaryVersion.objects.filter(pk=first.pk).update(source="别处")
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()
    assert DictionaryVersion.objects.count() == 2


def test_a_version_waits_for_its_day(dictionary: Dictionary, releaser: Person, library: Library) -> None:
    import_words(
        actor=releaser, dictionary_id=dictionary.pk, content="将来词".encode(), file_name="a.txt",
        source="示范文件", dated_on=DAY, effective_from=datetime.date(2999, 1, 1),
    )  # fmt: skip
    assert words_found(library.education.pk, "将来词") == []


def test_others_neither_see_nor_change_a_dictionary(dictionary: Dictionary, library: Library) -> None:
    for actor, error in ((library.health_writer, NotFound), (library.writer, NotFound)):
        with pytest.raises(error):
            imported(actor, dictionary, "词\n")
    with pytest.raises(NotAllowed):
        define_dictionary(actor=library.writer, code="mine", name="我的", kind="terms")
    assert not DictionaryVersion.objects.exists()
    assert Dictionary.objects.count() == 1


@pytest.mark.requirement("P7-07")
def test_csv_xlsx_and_txt_are_read_with_a_report() -> None:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in (("词语", "建议"), ("旧名", "新名"), ("旧名", "再次"), ("", "")):
        book.worksheets[0].append(row)
    book.save(target)
    words, report = read_words(target.getvalue(), "a.xlsx")
    assert (words, report.taken, report.repeated) == ([{"word": "旧名", "suggestion": "新名"}], 1, 1)

    text = "词语,级别,类别\n甲,严重,E4\n乙,很重,E4\n丙,一般,E99\n" + "长" * 80 + ",一般,E4\n"
    words, report = read_words(text.encode("gb18030"), "a.csv")
    assert [word["word"] for word in words] == ["甲"]
    assert report.refused == 3
    assert report.problems[0].startswith("第 3 行：")
    assert [word["word"] for word in read_words("# 注释\n甲\n\n乙\n".encode(), "a.txt")[0]] == ["甲", "乙"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04broken", b"\x00\x01\x02"])
def test_what_is_no_word_list_is_refused(
    content: bytes, dictionary: Dictionary, releaser: Person, library: Library
) -> None:
    with pytest.raises(DictionaryUnreadable):
        import_words(
            actor=releaser,
            dictionary_id=dictionary.pk,
            content=content,
            file_name="a.csv",
            source="x",
            dated_on=DAY,
        )
    assert not DictionaryVersion.objects.exists()


def test_a_very_large_list_is_packed_and_read() -> None:
    lines = "\n".join(f"示范词语{number}号" for number in range(200_000))
    words, report = read_words(lines.encode(), "big.txt")
    packed, _, count = pack(words)
    assert (report.taken, count) == (200_000, 200_000)
    assert sum(1 for _ in unpack(packed)) == 200_000


@pytest.mark.requirement("P7-07")
def test_a_revoked_exception_is_found_again(draft: Draft, releaser: Person, library: Library) -> None:
    version = draft("<p>各地要认真进行进行排查，建立台账，逐校落实责任，确保师生安全。</p>")
    inspect_version(version_id=version.pk)
    mark_wrong(actor=releaser, finding_id=unanswered_findings(version)[0].pk, reason="方言")
    assert inspect_version(version_id=version.pk).general_count == 0
    revoke_exception(actor=releaser, exception_id=TextException.objects.get().pk)
    assert lexicon_for(library.education.pk).all_excepted == {}
    again = draft("<p>各地要认真进行进行排查，按月公布结果。</p>", title="关于公布排查结果的通知")
    inspect_version(version_id=again.pk)
    assert [one.text for one in unanswered_findings(again)] == ["进行进行"]


@pytest.mark.requirement("P7-09")
def test_a_rescan_inspects_what_is_published_and_goes_on_where_it_stopped(
    draft: Draft, dictionary: Dictionary, releaser: Person, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [f"<p>{chr(0x4E00 + place * 9) * 30}示范旧县第{place}号事项。</p>" for place in range(5)]
    for place, body in enumerate(bodies):
        version = draft(body, title=f"示范事项第{place}号", external_key=str(place))
        if place < 4:
            approve_version(actor=library.reviewer, version=version)
    imported(releaser, dictionary, "词语,级别\n示范旧县,严重\n")
    # The change itself began it.
    rescan = Rescan.objects.get()
    assert LongWork.objects.get().payload == {"rescan": str(rescan.pk)}

    monkeypatch.setattr(rescanning, "_PORTION", 2)
    calls = {"left": 3}
    whole = inspect_version

    def killed(**given: Any) -> Inspection:
        if not calls["left"]:
            raise KeyboardInterrupt
        calls["left"] -= 1
        return whole(**given)

    monkeypatch.setattr(rescanning, "inspect_version", killed)
    with pytest.raises(KeyboardInterrupt):
        carry_on(rescan)
    rescan.refresh_from_db()
    assert (rescan.done, rescan.finished_at) == (2, None)
    calls["left"] = 99
    rescan = carry_on(rescan)
    assert (rescan.done, rescan.total) == (4, 4)
    assert rescan.finished_at is not None
    assert Inspection.objects.filter(rescan=rescan, severe_count=1).count() == 4


@pytest.mark.requirement("P7-09")
def test_every_change_is_followed_by_a_rescan_once_it_holds(
    dictionary: Dictionary, releaser: Person, library: Library, draft: Draft
) -> None:
    approve_version(actor=library.reviewer, version=draft("<p>示范旧县已经更名，现将有关事项公布。</p>"))
    begun = Rescan.objects.filter(organization=library.education).count
    later = datetime.date(2999, 1, 1)
    import_words(
        actor=releaser, dictionary_id=dictionary.pk, content="示范旧县".encode(), file_name="a.txt",
        source="示范文件", dated_on=DAY, effective_from=later,
    )  # fmt: skip
    assert begun() == 0, "a version that does not hold yet changes nothing"
    carry_out_due(datetime.datetime(2999, 1, 1, 1, tzinfo=datetime.UTC))
    assert begun() == 1
    imported(releaser, dictionary, "示范旧县\n", "a.txt")
    assert begun() == 1, "one that waits for its turn sees this change, too"
    assert not do_waiting_work(), "what takes seconds does not wait for it"
    assert do_lengthy_work()
    rescan = Rescan.objects.get()
    assert (rescan.done, rescan.finished_at is not None) == (1, True)
    assert Inspection.objects.get(rescan=rescan).general_count == 1
    switch_dictionary(actor=releaser, dictionary_id=dictionary.pk, is_active=False)
    switch_dictionary(actor=releaser, dictionary_id=dictionary.pk, is_active=False)
    assert begun() == 2


def test_a_rescan_of_the_platform_needs_the_platforms_permission(releaser: Person) -> None:
    with pytest.raises(NotAllowed):
        start_rescan(actor=releaser, reason="全部")
    assert not Inspection.objects.exists()


def test_names_of_the_installation_are_no_mistakes(library: Library) -> None:
    def doubted(text: str) -> list[str]:
        found = inspect_text(text, lexicon_for(library.education.pk))
        return [one.text for one in found if one.class_ == "E7"]

    assert doubted("共同富余工作室担任组长单位。") == ["余"]
    create_organization(
        actor=Clock(), name="共同富余工作室", credit_code=demonstration_credit_code("990009", 7),
        level="city", region=library.education.region,
    )  # fmt: skip
    changed()
    assert doubted("共同富余工作室担任组长单位。") == []
    assert doubted("推动共同富余取得新进展。") == ["余"]
