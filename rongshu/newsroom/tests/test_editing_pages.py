"""The editing pages: what a writer sees and does, and what a foreign department never gets."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from PIL import Image
from pypdfium2 import PdfDocument

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.progress import do_waiting_work
from rongshu.library.models import Resource, ResourceRelation, ResourceVersion
from rongshu.newsroom.actions.add_draft_file import add_draft_file
from rongshu.newsroom.actions.begin_draft import begin_draft, open_draft
from rongshu.newsroom.actions.piece_templates import without_files
from rongshu.newsroom.models.drafting import Draft, DraftFile, EditLock, PieceTemplate
from rongshu.newsroom.tests.conftest import Newsroom
from rongshu.newsroom.tests.test_drafting import VALUES
from rongshu.newsroom.tests.test_previews import word_file
from rongshu.sites.models import Placement


@pytest.fixture
def writer(console_client: ConsoleClient, newsroom: Newsroom) -> ConsoleClient:
    return sign_in(console_client, newsroom.writer)


def new_draft(newsroom: Newsroom) -> Draft:
    return begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="article")


def form(draft: Draft, **changes: Any) -> dict[str, Any]:
    posted = {**VALUES, "body": "<p>各校要做好准备。</p>", "writer": "page", "revision": str(draft.revision)}
    return {**posted, **changes}


def picture(size: tuple[int, int] = (640, 480)) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, (20, 120, 90)).save(out, "JPEG")
    return SimpleUploadedFile("校园.jpg", out.getvalue(), "image/jpeg")


def test_begin_keep_and_save_a_piece(writer: ConsoleClient, newsroom: Newsroom) -> None:
    page = writer.get(reverse("newsroom-new-piece"))
    assert "通知" in page.content.decode()
    given = {"owner": str(newsroom.library.education.pk), "beginning": "template:notice"}
    answer = writer.post(reverse("newsroom-new-piece"), given)
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("newsroom-draft", args=[draft.pk])
    page = writer.get(answer["Location"])
    assert "data-editor" in page.content.decode()
    answer = writer.post(reverse("newsroom-draft-keep", args=[draft.pk]), form(draft))
    assert answer["X-Revision"] == "1"
    answer = writer.post(reverse("newsroom-draft-save", args=[draft.pk]), form(draft, revision="1"))
    resource = Resource.objects.get()
    assert answer["Location"] == reverse("newsroom-piece", args=[resource.pk])
    assert VALUES["Title"] in writer.get(answer["Location"]).content.decode()
    assert VALUES["Title"] in writer.get(reverse("newsroom-pieces")).content.decode()


def test_refused_save_keeps_what_was_typed_and_names_the_element(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    draft = new_draft(newsroom)
    typed = form(draft, Title="", Description="只写了摘要", body="<p>没有标题的正文</p>")
    answer = writer.post(reverse("newsroom-draft-save", args=[draft.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#el-Title"' in page
    assert "只写了摘要" in page
    assert "没有标题的正文" in page
    assert not Resource.objects.exists()


def test_what_is_held_back_from_review_is_saved_nevertheless(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    draft = new_draft(newsroom)
    save = reverse("newsroom-draft-save", args=[draft.pk])
    held = form(draft, body="<p>联系人手机13800138000。</p>", wish="submit")
    answer = writer.post(save, held)
    assert answer["Location"] == reverse("newsroom-draft", args=[draft.pk])
    page = writer.get(answer["Location"]).content.decode()
    assert "已保存为新版本，但没有提交审核" in page
    resource = Resource.objects.get()
    assert resource.status == Resource.Status.DRAFT
    draft.refresh_from_db()
    answer = writer.post(save, form(draft, wish="submit"))
    assert answer["Location"] == reverse("newsroom-piece", args=[resource.pk])
    resource.refresh_from_db()
    assert resource.status == Resource.Status.IN_REVIEW


def test_an_element_is_checked_by_the_gates_own_rules(writer: ConsoleClient, newsroom: Newsroom) -> None:
    draft = new_draft(newsroom)
    check = reverse("newsroom-draft-check", args=[draft.pk])
    wrong = writer.post(check, form(draft, element="ThemeCat", ThemeCat="不存在的分类"))
    assert "值域" in wrong.content.decode()
    right = writer.post(check, form(draft, element="ThemeCat"))
    assert not right.content.decode().strip()


def test_an_element_is_checked_beside_an_attachment_while_no_form_is_chosen(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    draft = new_draft(newsroom)
    add_draft_file(
        actor=newsroom.writer, draft=draft, content="示范附件".encode(), name="附件.txt", role="attachment"
    )
    given = form(draft, element="ThemeCat")
    given.pop("FormCat", None)
    answer = writer.post(reverse("newsroom-draft-check", args=[draft.pk]), given)
    assert answer.status_code == 200
    assert not answer.content.decode().strip()


def test_a_policy_is_written_with_all_its_elements(writer: ConsoleClient, newsroom: Newsroom) -> None:
    draft = begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="policy-document")
    elements = {
        "GenreCat": "通知", "IssuingOrg": "示范省教育厅、示范省财政厅", "WrittenDate": "2026-03-05",
        "Aging": "valid", "MajorPolicy": "true", "Keywords": "校舍，安全", "DocNo": "示教发〔2026〕3号",
    }  # fmt: skip
    answer = writer.post(reverse("newsroom-draft-save", args=[draft.pk]), form(draft, **elements))
    assert answer.status_code == 302, answer.content.decode()
    version = ResourceVersion.objects.get()
    assert version.elements["IssuingOrg"] == ["示范省教育厅", "示范省财政厅"]
    assert version.elements["MajorPolicy"] is True
    assert version.keywords == ["校舍", "安全"]


def test_nested_elements_are_read_by_row(writer: ConsoleClient, newsroom: Newsroom) -> None:
    draft = begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="institution")
    rows = {"InnerOrgs.0.Name": "办公室", "InnerOrgs.3.Name": "人事处", "InnerOrgs.3.Phone": "0000-1"}
    writer.post(reverse("newsroom-draft-keep", args=[draft.pk]), form(draft, **rows))
    draft.refresh_from_db()
    assert draft.values["InnerOrgs"] == [{"Name": "办公室"}, {"Name": "人事处", "Phone": "0000-1"}]
    row = writer.get(reverse("newsroom-draft-row", args=[draft.pk, "InnerOrgs"]) + "?index=5")
    assert "InnerOrgs.5.Name" in row.content.decode()


def test_picture_becomes_modern_and_belongs_to_the_saved_version(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    draft = new_draft(newsroom)
    files = reverse("newsroom-draft-files", args=[draft.pk])
    answer = writer.post(files, {"file": picture((2400, 1200)), "role": "image", "alt": "校园一角"})
    stored = answer.json()
    assert stored["media_type"] == "image/webp"
    assert stored["width"] == 1920
    shown = writer.get(reverse("newsroom-draft-file", args=[draft.pk, stored["digest"]]))
    assert shown["Content-Disposition"].startswith("attachment")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    body = f'<figure><img src="attachment:{stored["digest"]}" alt="校园一角"></figure><p>说明。</p>'
    crop = reverse("newsroom-draft-file-crop", args=[draft.pk, stored["digest"]])
    writer.post(crop, {"ratio": "1:1", "focus_x": "100", "focus_y": "500"})
    title = DraftFile.objects.get(made_from=stored["digest"])
    assert title.width == title.height
    given = form(draft, body=body, Image=f"attachment:{title.digest}")
    answer = writer.post(reverse("newsroom-draft-save", args=[draft.pk]), given)
    assert answer.status_code == 302, answer.content.decode()
    version = ResourceVersion.objects.get()
    assert {file["digest"] for file in version.attachments} == {stored["digest"], title.digest}
    assert version.attachments[0]["alt"] == "校园一角"


def test_bad_files_are_refused_and_nothing_stays(writer: ConsoleClient, newsroom: Newsroom) -> None:
    draft = new_draft(newsroom)
    files = reverse("newsroom-draft-files", args=[draft.pk])
    page = SimpleUploadedFile("通知.pdf", b"<html><script>alert(1)</script></html>", "application/pdf")
    answer = writer.post(files, {"file": page, "role": "attachment"}, headers={"accept": "application/json"})
    assert answer.status_code >= 400
    assert "message" in answer.json()
    huge = writer.generic(
        "POST", files, b"", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(300 * 1024**2),
    )  # fmt: skip
    assert huge.status_code == 413
    assert "200 MB" in huge.json()["message"]
    assert not DraftFile.objects.exists()


def test_an_attachment_is_previewed_in_the_draft_and_in_the_version(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    draft = new_draft(newsroom)
    given = SimpleUploadedFile("说明.docx", word_file(), "application/octet-stream")
    files = reverse("newsroom-draft-files", args=[draft.pk])
    stored = writer.post(files, {"file": given, "role": "attachment"}).json()
    shown = writer.get(reverse("newsroom-draft-file-preview", args=[draft.pk, stored["digest"]]))
    assert "<strong>总体要求</strong>" in shown.content.decode()
    writer.post(reverse("newsroom-draft-save", args=[draft.pk]), form(draft))
    version = ResourceVersion.objects.get()
    again = writer.get(reverse("newsroom-version-file-preview", args=[version.pk, stored["digest"]]))
    assert "<td>学校</td>" in again.content.decode()


def test_lock_is_told_and_taken_over(writer: ConsoleClient, newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    other = open_draft(actor=newsroom.all_roles, resource=resource)
    mine = open_draft(actor=newsroom.writer, resource=resource)
    colleague = sign_in(None, newsroom.all_roles)
    colleague.post(reverse("newsroom-draft-lock", args=[other.pk]), {"writer": "two"})
    lock = reverse("newsroom-draft-lock", args=[mine.pk])
    told = writer.post(lock, {"writer": "one"}).json()
    assert told["is_mine"] is False
    assert told["holder"] == newsroom.all_roles.name
    assert newsroom.all_roles.name in writer.get(reverse("newsroom-draft", args=[mine.pk])).content.decode()
    assert writer.post(lock, {"writer": "one", "lock": "take-over"}).json()["is_mine"]
    assert EditLock.objects.get().holder == newsroom.writer


def test_piece_is_placed_in_many_columns_each_in_its_own_way(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    resource = newsroom.draft()
    address = reverse("newsroom-placements", args=[resource.pk])
    assert "工作动态" in writer.get(address).content.decode()
    important = str(newsroom.important.pk)
    answer = writer.post(
        address,
        {
            "column": [str(newsroom.news.pk), important],
            "pin": "2",
            f"{important}-title": "另一个标题",
            f"{important}-visible_from": "2027-01-05T08:00",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    places = {place.column_id: place for place in Placement.objects.all()}
    assert places[newsroom.news.pk].display_title == ""
    assert places[newsroom.news.pk].pin == 2
    assert places[newsroom.important.pk].display_title == "另一个标题"
    assert places[newsroom.important.pk].visible_from is not None
    change = reverse("newsroom-change-place", args=[places[newsroom.news.pk].pk])
    answer = writer.post(change, {"title": "改过的标题", "pin": "0"})
    assert answer.status_code == 302
    remove = reverse("newsroom-remove-place", args=[places[newsroom.important.pk].pk])
    writer.post(remove, {"confirmed": "yes"})
    states = set(Placement.objects.values_list("display_title", "state"))
    assert states == {("改过的标题", "waiting"), ("另一个标题", "removed")}


def test_the_settings_of_a_column_come_when_asked_for_and_survive_a_refusal(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    resource = newsroom.draft()
    address = reverse("newsroom-placements", args=[resource.pk])
    news = str(newsroom.news.pk)
    # With the fields of every column a hundred columns would post more than one request may hold.
    assert f'name="{news}-title"' not in writer.get(address).content.decode()
    own = reverse("newsroom-own-place", args=[resource.pk, news])
    assert f'name="{news}-title"' in writer.get(own).content.decode()
    assert writer.get(reverse("newsroom-own-place", args=[resource.pk, uuid4()])).status_code == 404
    wrong = {"column": [news], f"{news}-title": "保留的标题", f"{news}-pin": "很高"}
    answer = writer.post(address, wrong)
    assert answer.status_code == 422
    assert 'value="保留的标题"' in answer.content.decode()
    assert not Placement.objects.exists()


def test_that_not_all_columns_were_looked_at_is_said_even_where_none_of_them_is_open(
    writer: ConsoleClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("newsroom-placements", args=[newsroom.draft().pk])
    assert "只列出一部分" not in writer.get(address).content.decode()
    monkeypatch.setattr("rongshu.newsroom.queries.pieces._MOST_COLUMNS", 0)
    shown = writer.get(address).content.decode()
    assert "只列出一部分" in shown
    assert "没有您可以放入的栏目" not in shown


def test_one_bad_column_places_nothing(writer: ConsoleClient, newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    address = reverse("newsroom-placements", args=[resource.pk])
    for foreign in (str(uuid4()), "nonsense"):
        answer = writer.post(address, {"column": [str(newsroom.news.pk), foreign]})
        assert answer.status_code == 404
    late = {
        "column": [str(newsroom.news.pk)], "visible_from": "2027-01-05T08:00",
        "visible_until": "2026-12-05T08:00",
    }  # fmt: skip
    assert writer.post(address, late).status_code == 422
    assert not Placement.objects.exists()


def test_preview_is_the_sites_page_and_writes_nothing(writer: ConsoleClient, newsroom: Newsroom) -> None:
    resource = newsroom.draft(title="预览的标题")
    address = reverse("newsroom-preview", args=[resource.pk])
    assert "iframe" in writer.get(address).content.decode()
    # Put into the page that is open, it would keep that page's policy, which allows no frame.
    swapped = writer.get(address, headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert (swapped["HX-Redirect"], swapped.content) == (address, b"")
    page = writer.get(reverse("newsroom-preview-page", args=[resource.working_version_id, newsroom.news.pk]))
    html = page.content.decode()
    assert "预览的标题" in html
    assert "示范省教育厅" in html
    assert page["X-Robots-Tag"] == "noindex"
    assert "allow-scripts" not in page["Content-Security-Policy"]
    assert ' href="/-/static/' not in html
    sheet = html.split(' href="')[1:]
    style = next(one.split('"')[0] for one in sheet if ".css" in one.split('"')[0])
    assert writer.get(style)["Content-Type"].startswith("text/css")
    assert not Placement.objects.exists()


def test_versions_are_compared_and_restored(writer: ConsoleClient, newsroom: Newsroom) -> None:
    resource = newsroom.draft(title="旧标题")
    old = resource.working_version
    assert old is not None
    newsroom.revise(resource, title="新标题", body_html="<p>完全不同的正文。</p>")
    page = writer.get(reverse("newsroom-compare", args=[resource.pk])).content.decode()
    assert "旧标题" in page
    assert "完全不同的正文" in page
    writer.post(reverse("newsroom-restore", args=[old.pk]))
    resource.refresh_from_db()
    assert resource.working_version is not None
    assert resource.working_version.title == "旧标题"
    assert resource.working_version.number == 3


def test_export_to_word_and_pdf(writer: ConsoleClient, newsroom: Newsroom) -> None:
    body = (
        "<h2>一、总体要求</h2><p>各校要做好准备。</p><ol><li>排查</li></ol>"
        "<table><tbody><tr><th>学校</th><td>数量</td></tr></tbody></table>"
        "<p class='signature'>教育厅</p>"
    )
    resource = newsroom.draft(body_html=body)
    newsroom.submit(resource)
    version_id = resource.working_version_id
    word = writer.get(reverse("newsroom-word", args=[version_id]))
    document = Document(BytesIO(word.content))
    assert "一、总体要求" in [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "学校" in cells
    assert "提交审核" in cells
    pdf = writer.get(reverse("newsroom-pdf", args=[version_id]))
    assert pdf.content.startswith(b"%PDF-")
    with PdfDocument(pdf.content) as shown:
        text = "".join(shown[page].get_textpage().get_text_range() for page in range(len(shown)))
    assert "总体要求" in text
    assert "审核单" in text


def test_interpretation_is_linked_to_its_policy(writer: ConsoleClient, newsroom: Newsroom) -> None:
    policy = newsroom.draft(
        type_code="policy-document", genre_code="通知",
        elements={"IssuingOrg": ["示范省教育厅"], "WrittenDate": "2026-03-05", "Aging": "valid"},
    )  # fmt: skip
    piece = newsroom.draft()
    relate = reverse("newsroom-relate", args=[piece.pk])
    writer.post(relate, {"kind": "interprets", "target": str(policy.pk)})
    relation = ResourceRelation.objects.get()
    assert relation.target_id == policy.pk
    writer.post(relate, {"end": str(relation.pk)})
    assert not ResourceRelation.objects.exists()


def test_many_pieces_are_submitted_as_long_work(writer: ConsoleClient, newsroom: Newsroom) -> None:
    pieces = [newsroom.draft(body_html=f"<p>各校要做好准备，共{count}项。</p>") for count in "三五"]
    answer = writer.post(reverse("newsroom-submit-many"), {"ids": [str(one.pk) for one in pieces]})
    assert answer.status_code == 302
    assert do_waiting_work()
    states = {Resource.objects.get(pk=one.pk).status for one in pieces}
    assert states == {Resource.Status.IN_REVIEW}


def test_picker_offers_only_what_the_viewer_sees(writer: ConsoleClient, newsroom: Newsroom) -> None:
    newsroom.draft(title="没有生效的草稿")
    rows = json.loads(writer.get(reverse("newsroom-resources") + "?q=草稿").content)["rows"]
    assert rows == []


def test_nothing_of_a_foreign_department_answers(newsroom: Newsroom, writer: ConsoleClient) -> None:
    resource = newsroom.draft(title="教育厅的秘密草稿")
    draft = open_draft(actor=newsroom.writer, resource=resource)
    stored = writer.post(
        reverse("newsroom-draft-files", args=[draft.pk]), {"file": picture(), "role": "image"}
    ).json()
    placed = writer.post(
        reverse("newsroom-placements", args=[resource.pk]), {"column": [str(newsroom.news.pk)]}
    )
    assert placed.status_code == 302
    place = Placement.objects.get()
    before = (Draft.objects.get().revision, DraftFile.objects.count(), ResourceVersion.objects.count())
    stranger = sign_in(None, newsroom.library.health_writer)
    version, digest = resource.working_version_id, stored["digest"]
    addresses = [
        *(reverse(f"newsroom-{name}", args=[resource.pk]) for name in _OF_A_PIECE),
        *(reverse(f"newsroom-draft{name}", args=[draft.pk]) for name in _OF_A_DRAFT),
        *(reverse(f"newsroom-draft-file{name}", args=[draft.pk, digest]) for name in _OF_A_FILE),
        *(reverse(f"newsroom-{name}", args=[version]) for name in ("duplicate", "restore", "word", "pdf")),
        *(reverse(f"newsroom-{name}", args=[place.pk]) for name in ("change-place", "remove-place")),
        reverse("newsroom-version-file", args=[version, digest]),
        reverse("newsroom-version-file-preview", args=[version, digest]),
        reverse("newsroom-preview-page", args=[version, newsroom.news.pk]),
        reverse("newsroom-draft-row", args=[draft.pk, "InnerOrgs"]),
    ]
    for address in addresses:
        for answer in (stranger.get(address), stranger.post(address, form(draft, Title="改掉"))):
            assert answer.status_code in {404, 405}, (address, answer.status_code)
            assert "秘密" not in answer.content.decode()
    after = (Draft.objects.get().revision, DraftFile.objects.count(), ResourceVersion.objects.count())
    assert after == before
    assert "秘密" not in stranger.get(reverse("newsroom-pieces")).content.decode()


_OF_A_PIECE = ("piece", "edit-piece", "relate", "placements", "preview", "compare")
_OF_A_DRAFT = ("", "-keep", "-check", "-save", "-discard", "-restart", "-lock", "-files")
_OF_A_FILE = ("", "-preview", "-change", "-crop")


def test_a_saved_piece_becomes_a_template_without_its_files(
    writer: ConsoleClient, newsroom: Newsroom
) -> None:
    body = (
        '<p>各校要做好准备，见<a href="attachment:sha256:00">附件</a>。</p>'
        '<figure><img src="attachment:sha256:00" alt="校园"><figcaption>校园</figcaption></figure>'
    )
    assert without_files(body) == "<p>各校要做好准备，见附件。</p>"
    version = newsroom.draft(title="关于做好秋季开学工作的通知").working_version
    assert version is not None
    page = reverse("newsroom-keep-template", args=[version.pk])
    owner = str(newsroom.library.education.pk)
    assert writer.post(page, {"owner": owner, "template-name": ""}).status_code == 422
    assert not PieceTemplate.objects.exists()
    answer = writer.post(page, {"owner": owner, "template-name": "开学通知"})
    assert answer["Location"] == reverse("newsroom-templates")
    template = PieceTemplate.objects.get()
    assert (template.name, template.values["Title"]) == ("开学通知", "关于做好秋季开学工作的通知")
    assert writer.post(page, {"owner": owner, "template-name": "开学通知"}).status_code == 422
    stranger = sign_in(ConsoleClient(), newsroom.library.health_reviewer)
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"owner": owner, "template-name": "偷"}).status_code == 404
    assert PieceTemplate.objects.count() == 1
