"""The frame of every page: menu, my day, looks, errors, assets, long work."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.urls import reverse

from rongshu.accounts.queries import viewer_for
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.accounts.viewers import Viewer
from rongshu.console import menu, my_day, progress
from rongshu.console.built_assets import asset_manifest, asset_url
from rongshu.console.menu import MenuEntry, Section, menu_for
from rongshu.console.models import LongWork, Preference
from rongshu.console.my_day import Panel, PanelItem, PanelItems, PanelStart
from rongshu.console.progress import WorkInHand, begin_work, do_waiting_work, register_work, stop_work
from rongshu.console.tests.conftest import Province
from rongshu.foundation.errors import Conflict, RongshuError
from rongshu.foundation.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_registrations() -> Iterator[None]:
    """Forget afterwards what a test registers."""
    entries, panels, kinds = list(menu._entries), dict(my_day._panels), dict(progress._kinds)
    yield
    menu._entries[:] = entries
    my_day._panels.clear()
    my_day._panels.update(panels)
    progress._kinds.clear()
    progress._kinds.update(kinds)


def _labels(client: ConsoleClient) -> str:
    text = client.get("/").content.decode()
    return text[text.index('id="menu"') : text.index("<main")]


def test_a_person_sees_only_what_he_may_use(page: ConsoleClient, province: Province) -> None:
    manager = _labels(sign_in(ConsoleClient(), province.manager))
    clerk = _labels(sign_in(ConsoleClient(), province.clerk))
    assert "运维状态" in _labels(page)
    assert "人员" in manager
    assert "运维状态" not in manager
    assert "审计日志" not in manager
    assert "组织与权限" not in clerk
    assert "工作台" in clerk


def test_what_has_no_address_is_absent_and_sections_keep_their_order(
    page: ConsoleClient, own_registrations: None, province: Province
) -> None:
    menu.register(MenuEntry("采编", "将来的功能", "no-such-address"))
    menu.register(MenuEntry("采编", "稿件", "console-people", order=1))
    shown = menu_for(viewer_for(province.manager), "/people")
    labels = [one.section.label for one in shown]
    assert labels == [one.label for one in Section if one.label in labels]
    assert "将来的功能" not in {entry.label for one in shown for entry in one.entries}


def test_every_entry_of_the_console_leads_to_a_page_its_reader_may_open(page: ConsoleClient) -> None:
    own = [entry for entry in menu.entries() if entry.url_name.startswith(("console-", "my-day", "status"))]
    assert len(own) >= 7
    for entry in own:
        assert page.get(reverse(entry.url_name)).status_code == 200, entry.label


def test_my_day_shows_panels_in_order_with_what_waits(page: ConsoleClient, own_registrations: None) -> None:
    my_day._panels.clear()
    assert "今天没有等您处理的事项" in page.get("/").content.decode()
    row = PanelItem("<b>待审</b>", "/people", note="示范省教育厅", is_urgent=True)
    start = PanelStart("登记人员", "/people/new")
    my_day.register(Panel("second", "第二", 20, lambda viewer: PanelItems()))
    my_day.register(Panel("first", "第一", 10, lambda viewer: PanelItems((row,), 31, "/people", start)))
    my_day.register(Panel("never", "不给看", 1, lambda viewer: None))
    text = page.get("/").content.decode()
    assert text.index("第一") < text.index("第二")
    assert "不给看" not in text
    assert "&lt;b&gt;待审" in text
    assert "31" in text
    assert '<a href="/people/new">登记人员</a>' in text


def test_the_theme_is_kept_per_person(page: ConsoleClient, province: Province) -> None:
    page.post("/-/theme", {"theme": "dark", "next": "/people"})
    assert 'data-theme="dark"' in page.get("/").content.decode()
    assert 'data-theme="auto"' in sign_in(ConsoleClient(), province.clerk).get("/").content.decode()
    assert page.post("/-/theme", {"theme": "pink"}).status_code == 400
    assert Preference.objects.get().theme == "dark"
    assert page.get("/-/theme").status_code == 405


def test_errors_are_told_in_the_form_asked_for(page: ConsoleClient) -> None:
    absent = "/people/01890000-0000-7000-8000-000000000000"
    whole = page.get(absent)
    assert (whole.status_code, "您无权查看" in whole.content.decode()) == (404, True)
    assert "not-found" in whole.content.decode()
    part = page.get(absent, headers={"HX-Request": "true"})
    assert json.loads(part["HX-Trigger"])["rongshu:toast"]["tone"] == "danger"
    assert part["HX-Reswap"] == "none"
    assert page.get(absent, headers={"Accept": "application/json"}).json()["code"] == "not-found"
    assert page.get("/no/such/page").status_code == 404


def test_a_forged_post_changes_nothing(page: ConsoleClient) -> None:
    page.handler.enforce_csrf_checks = True
    answer = page.post("/-/theme", {"theme": "dark"})
    assert answer.status_code == 403
    assert "本页已过期" in answer.content.decode()
    assert not Preference.objects.exists()


def test_pages_are_kept_by_no_cache_and_allow_no_inline_code(page: ConsoleClient) -> None:
    for path in ("/", "/people", "/organizations", "/audit", "/roles", "/sign-ins", "/work"):
        answer = page.get(path)
        assert "no-store" in answer["Cache-Control"]
        text = answer.content.decode()
        assert "style=" not in text
        assert "onclick=" not in text
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_assets_need_no_person_and_are_kept_for_ever(console_client: ConsoleClient) -> None:
    if not asset_manifest():
        pytest.skip("the console's assets are not built (make assets): this proof did not run")
    for name in asset_manifest():
        answer = console_client.get(asset_url(name), headers={"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Encoding"] == "br"
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    for name in ("manifest.json", "../build.mjs", "..%2Fbuild.mjs", "none.css"):
        assert console_client.get(f"/-/console/{name}").status_code == 404


def test_a_new_token_is_given_to_who_is_signed_in_only(page: ConsoleClient) -> None:
    assert page.get("/-/token").json()["token"]
    answer = ConsoleClient().get("/-/token", headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_long_work_advances_and_ends(
    page: ConsoleClient, province: Province, own_registrations: None
) -> None:
    def count(hand: WorkInHand) -> str:
        for number in range(1, hand.payload["to"] + 1):
            hand.advance(number, hand.payload["to"])
        return "/people"

    register_work("test.count", count)
    work = begin_work(actor=province.manager, kind="test.count", title="数一数", payload={"to": 1000})
    manager = sign_in(ConsoleClient(), province.manager)
    assert "等待后台进程开始" in manager.get(f"/work/{work.pk}").content.decode()
    assert do_waiting_work()
    work.refresh_from_db()
    assert (work.status, work.count, work.total, work.result_url) == ("done", 1000, 1000, "/people")
    shown = manager.get(f"/work/{work.pk}/progress").content.decode()
    assert "已完成 1,000 / 1,000" in shown
    assert "hx-get" not in shown
    assert not do_waiting_work()
    assert page.get(f"/work/{work.pk}").status_code == 404
    assert "数一数" not in page.get("/work").content.decode()


def test_long_work_stops_where_it_is_asked_to(province: Province, own_registrations: None) -> None:
    begun = []

    def endless(hand: WorkInHand) -> str:
        number = 0
        while True:
            number += 1
            hand._told_at = 0.0  # look every time, as after a second
            hand.advance(number)
            if number == 3:
                stop_work(actor=province.manager, work_id=hand.work.pk)
                begun.append(number)

    register_work("test.endless", endless)
    work = begin_work(actor=province.manager, kind="test.endless", title="没完没了")
    do_waiting_work()
    work.refresh_from_db()
    assert (work.status, work.count) == ("stopped", 4)
    assert AuditRecord.objects.filter(action="work.stopped").count() == 1


def test_stopped_work_goes_on_when_its_person_says_so(province: Province, own_registrations: None) -> None:
    register_work("test.short", lambda hand: "/people")
    work = begin_work(actor=province.manager, kind="test.short", title="停过一次")
    stop_work(actor=province.manager, work_id=work.pk)
    assert not do_waiting_work()
    manager, stranger = (sign_in(ConsoleClient(), one) for one in (province.manager, province.clerk))
    assert stranger.post(f"/work/{work.pk}/resume").status_code == 404
    work.refresh_from_db()
    assert work.status == LongWork.Status.STOPPED
    assert "继续" in manager.get(f"/work/{work.pk}").content.decode()
    manager.post(f"/work/{work.pk}/resume")
    assert do_waiting_work()
    manager.post(f"/work/{work.pk}/resume")  # done: there is nothing to go on with
    work.refresh_from_db()
    assert (work.status, work.stop_asked_at) == (LongWork.Status.DONE, None)
    assert AuditRecord.objects.filter(action="work.resumed").count() == 1


def test_a_foreign_work_is_not_stopped(page: ConsoleClient, province: Province) -> None:
    work = begin_work(actor=province.manager, kind="test.never", title="别人的")
    assert page.post(f"/work/{work.pk}/stop").status_code == 404
    work.refresh_from_db()
    assert work.stop_asked_at is None
    sign_in(ConsoleClient(), province.manager).post(f"/work/{work.pk}/stop")
    work.refresh_from_db()
    assert work.status == LongWork.Status.STOPPED


@pytest.mark.parametrize(
    ("error", "note"), [(Conflict("没有地方了。"), "没有地方了。"), (ZeroDivisionError(), "意外错误")]
)
def test_failed_work_says_why(
    province: Province, own_registrations: None, error: Exception, note: str
) -> None:
    def fail(hand: WorkInHand) -> str:
        raise error

    register_work("test.fail", fail)
    work = begin_work(actor=province.manager, kind="test.fail", title="不成")
    do_waiting_work()
    work.refresh_from_db()
    assert work.status == "failed"
    assert note in work.note


def test_a_failure_of_the_frame_itself_is_told_without_it(
    page: ConsoleClient, own_registrations: None
) -> None:
    def fail(viewer: Viewer) -> int:
        raise ZeroDivisionError

    menu.register(MenuEntry("采编", "坏的计数", "console-people", count=fail))
    page.raise_request_exception = False
    answer = page.get("/people")
    assert answer.status_code == 500
    assert RongshuError.sentence in answer.content.decode()
    assert 'id="menu"' not in answer.content.decode()


def test_a_post_of_too_many_fields_is_refused_in_words(page: ConsoleClient) -> None:
    answer = page.post("/-/theme", {f"field-{number}": "" for number in range(1_001)})
    assert answer.status_code == 400
    assert "减少一次提交的内容" in answer.content.decode()
