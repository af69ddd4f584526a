"""The pages: the check while writing, findings and what is done about them, dictionaries, re-scans."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.models import (
    Dictionary,
    Inspection,
    ProposedException,
    Rescan,
    Resolution,
    TextException,
)
from rongshu.inspection.queries import blocking_findings, unanswered_findings
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.tests.conftest import Library

Draft = Callable[..., ResourceVersion]
SEVERE = "<p>中华人民共合国成立以来，全省教育事业取得长足进步，校舍条件明显改善。</p>"
GENERAL = "<p>各地要认真进行进行排查，建立台账，逐校落实责任，确保师生安全。</p>"


@pytest.mark.requirement("P7-04")
def test_the_editor_posts_text_and_gets_findings(console_client: ConsoleClient, library: Library) -> None:
    client = sign_in(console_client, library.writer)
    answer = client.post(
        reverse("inspection-check"),
        json.dumps({"text": "各单位进行进行检查。"}),
        content_type="application/json",
    )
    assert [row["text"] for row in answer.json()["findings"]] == ["进行进行"]
    part = client.post(reverse("inspection-check"), {"text": "<b>进行进行"}, headers={"HX-Request": "true"})
    assert "发现 1 处" in part.content.decode()
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("body", ["{", "[]", '{"text": 5}'])
def test_a_malformed_check_is_refused(console_client: ConsoleClient, library: Library, body: str) -> None:
    client = sign_in(console_client, library.writer)
    answer = client.post(reverse("inspection-check"), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid-input"


def test_who_checks_without_end_is_asked_to_wait(console_client: ConsoleClient, library: Library) -> None:
    client = sign_in(console_client, library.writer)
    here = reverse("inspection-check")
    answers = [client.post(here, {"text": "进行进行"}, headers={"HX-Request": "true"}) for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {200}
    assert answers[120].status_code == 429
    assert 0 < int(answers[120]["Retry-After"]) <= 60
    other = sign_in(console_client, library.health_writer)
    assert other.post(here, {"text": "进行进行"}, headers={"HX-Request": "true"}).status_code == 200


def test_findings_are_shown_and_answered(
    console_client: ConsoleClient, library: Library, draft: Draft
) -> None:
    version = draft(GENERAL)
    client = sign_in(console_client, library.writer)
    here = reverse("inspection-findings", args=[version.pk])
    assert "还没有检查" in client.get(here).content.decode()
    assert client.post(reverse("inspection-inspect", args=[version.pk])).status_code == 302
    shown = client.get(here).content.decode()
    assert "重复的词语" in shown
    finding = unanswered_findings(version)[0]
    resolve = reverse("inspection-resolve", args=[finding.pk])
    refused = client.post(resolve, {"deed": "answer", "reason": ""}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "请填写理由" in refused.content.decode()
    assert not Resolution.objects.exists()
    done = client.post(resolve, {"deed": "answer", "reason": "原文如此"}, headers={"HX-Request": "true"})
    assert done.status_code == 200
    assert "原文如此" in done.content.decode()
    assert unanswered_findings(version) == []


def test_a_stranger_finds_nothing_and_changes_nothing(
    console_client: ConsoleClient, library: Library, draft: Draft
) -> None:
    version = draft(SEVERE)
    inspect_version(version_id=version.pk)
    finding = blocking_findings(version)[0]
    client = sign_in(console_client, library.health_writer)
    assert client.get(reverse("inspection-findings", args=[version.pk])).status_code == 404
    for name, key in (("mask", version.pk), ("inspect", version.pk), ("resolve", finding.pk)):
        posted = client.post(reverse(f"inspection-{name}", args=[key]), {"deed": "answer", "reason": "x"})
        assert posted.status_code == 404
    assert not Resolution.objects.exists()
    assert Resource.objects.get(pk=version.resource_id).working_version_id == version.pk


@pytest.mark.requirement("P7-06")
def test_one_press_masks(console_client: ConsoleClient, library: Library, draft: Draft) -> None:
    version = draft("<p>联系人张某，手机13812345678，欢迎咨询校舍安全有关事项。</p>")
    client = sign_in(console_client, library.writer)
    client.post(reverse("inspection-mask", args=[version.pk]))
    working = Resource.objects.get(pk=version.resource_id).working_version
    assert working is not None
    assert "138****5678" in working.body


@pytest.mark.requirement("P7-07")
def test_a_dictionary_is_begun_and_imported_by_form(
    console_client: ConsoleClient, library: Library, releaser: Person
) -> None:
    client = sign_in(console_client, releaser)
    given = {
        "name": "本地词库",
        "code": "local",
        "kind": "terms",
        "class_code": "E4",
        "organization": "示范省教育厅",
    }
    made = client.post(reverse("inspection-new-dictionary"), given)
    assert made.status_code == 302, made.content.decode()
    dictionary = Dictionary.objects.get()
    upload = SimpleUploadedFile("a.csv", "词语,建议\n旧名,新名\n".encode())
    form = {"file": upload, "source": "示范文件", "dated_on": "2026-06-01"}
    assert client.post(reverse("inspection-import", args=[dictionary.pk]), form).status_code == 302
    assert "示范文件" in client.get(reverse("inspection-dictionary", args=[dictionary.pk])).content.decode()
    assert "本地词库" in client.get(reverse("inspection-dictionaries")).content.decode()
    tried = client.post(reverse("inspection-try"), {"text": "仍用旧名。"})
    assert "新名" in tried.content.decode()
    refused = client.post(
        reverse("inspection-import", args=[dictionary.pk]),
        {**form, "file": SimpleUploadedFile("a.csv", b"\x00\x01")},
    )
    assert refused.status_code == 422
    assert dictionary.versions.count() == 1


def test_only_keepers_of_dictionaries_see_them(console_client: ConsoleClient, library: Library) -> None:
    client = sign_in(console_client, library.writer)
    for name in ("dictionaries", "exceptions", "rescans", "new-dictionary", "new-rescan", "try"):
        assert client.get(reverse(f"inspection-{name}")).status_code in {403, 404}


@pytest.mark.requirement("P7-07")
def test_what_an_editor_marked_as_wrong_is_accepted_by_one_press(
    console_client: ConsoleClient, library: Library, draft: Draft, releaser: Person
) -> None:
    version = draft(GENERAL)
    inspect_version(version_id=version.pk)
    resolve = reverse("inspection-resolve", args=[unanswered_findings(version)[0].pk])
    writer = sign_in(console_client, library.writer)
    marked = {"deed": "wrong", "reason": "方言用法"}
    said = writer.post(resolve, marked, headers={"HX-Request": "true"}).content.decode()
    assert "已送词库管理人员" in said
    proposal = ProposedException.objects.get()
    accept = reverse("inspection-accept")
    assert writer.get(reverse("inspection-proposals")).status_code in {403, 404}
    assert writer.post(accept, {"only": str(proposal.pk)}).status_code in {403, 404}
    assert not TextException.objects.exists()

    keeper = sign_in(console_client, releaser)
    assert proposal.phrase in keeper.get("/").content.decode()
    shown = keeper.get(reverse("inspection-proposals")).content.decode()
    assert f'name="only" value="{proposal.pk}" formaction="{accept}"' in shown
    assert keeper.post(accept, {}).status_code == 400
    assert keeper.post(accept, {"only": str(proposal.pk)}).status_code == 302
    assert TextException.objects.get().phrase == proposal.phrase
    assert keeper.post(reverse("inspection-decline"), {"only": str(proposal.pk)}).status_code == 409


@pytest.mark.requirement("P7-09")
def test_a_rescan_is_begun_and_reported(
    console_client: ConsoleClient, library: Library, releaser: Person
) -> None:
    client = sign_in(console_client, releaser)
    begun = client.post(
        reverse("inspection-new-rescan"), {"reason": "词库更新", "organization": "示范省教育厅"}
    )
    assert begun.status_code == 302, begun.content.decode()
    rescan = Rescan.objects.get()
    assert "词库更新" in client.get(reverse("inspection-rescan", args=[rescan.pk])).content.decode()
    assert "词库更新" in client.get(reverse("inspection-rescans")).content.decode()
    refused = client.post(reverse("inspection-new-rescan"), {"reason": "全部"})
    assert refused.status_code in {403, 422}
    assert Rescan.objects.count() == 1
