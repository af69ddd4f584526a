"""Pages without a date of their own: the old site's lists say the title and the day."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.management import call_command

from rongshu.intake.extraction import read_page
from rongshu.intake.models import IntakeArticle
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite, text

HOME = "http://old.example/"


def saved_from_word(title: str, body: str, signed: str = "") -> str:
    """A page as Word saves it: no place for a date or a source."""
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>关于印发</title>'
        "<!--[if gte mso 9]><xml><o:DocumentProperties><o:Created>2003-01-01</o:Created></xml><![endif]-->"
        "</head><body><div class=Section1><p class=MsoNormal align=center><b>"
        f"<span style='mso-bidi-font-size:12pt'>{title}<span lang=EN-US><o:p></o:p></span></span></b></p>"
        f"{body}<p align=right>{signed}</p></div></body></html>"
    )


def test_a_row_says_title_and_day_of_what_it_leads_to() -> None:
    rows = "".join(
        f"<tr><td><a href='{at}.htm' title='关于第{at}项示范工作的通知'>关于第{at}项…</a></td>"
        f"<td>{day}</td></tr>"
        for at, day in ((1, "2009年3月5日"), (2, "[03-06]"))
    )
    beside = "<p><a href=3.htm>关于第三项工作的函</a> <a href=4.htm>关于第四项工作的函</a> 2010-01-01</p>"
    page = f"<html><body><table>{rows}</table>{beside}</body></html>"
    assert read_page(page.encode(), url=HOME).announced == {
        f"{HOME}1.htm": ("关于第1项示范工作的通知", "2009-03-05"),
        f"{HOME}2.htm": ("关于第2项示范工作的通知", ""),
        f"{HOME}3.htm": ("关于第三项工作的函", ""),
        f"{HOME}4.htm": ("关于第四项工作的函", ""),
    }


def test_pages_without_a_date_take_the_day_of_the_list(run_intake: RunIntake) -> None:
    titles = {"/doc/1.htm": "关于第一项示范工作的通知", "/doc/2.htm": "关于第二项示范工作的通知"}
    rows = "".join(
        f"<tr><td><a href='{uri}'>{title}</a></td><td>2009-03-0{at}</td></tr>"
        for at, (uri, title) in enumerate(titles.items(), 1)
    )
    with OldSite() as site:
        # The front page names them without a day, and is read first.
        named = "".join(f"<li><a href='{uri}'>{title}</a></li>" for uri, title in titles.items())
        site.page("/", f"<html><body><ul>{named}</ul><a href='/doc/'>更多</a></body></html>")
        site.page("/doc/", f"<html><body><table>{rows}</table></body></html>")
        site.page("/doc/1.htm", saved_from_word(titles["/doc/1.htm"], text(1, 3)))
        site.page("/doc/2.htm", saved_from_word(titles["/doc/2.htm"], text(2, 12), "2009年2月20日"))
        report = run_intake(site.url)
        said = {urlsplit(one["url"]).path: (one["title"], one["published_at"]) for one in report["articles"]}
        assert said == {
            uri: (title, f"2009-03-0{at}") for at, (uri, title) in enumerate(titles.items(), 1)
        }, report["refused"]
        found_by = IntakeArticle.objects.values_list("extracted__found_by__published_at", flat=True)
        assert set(found_by) == {"list"}
        call_command("intake", "follow", report["run"], once=True)
        assert IntakeArticle.objects.count() == len(titles), "a second look finds them unchanged"

        fresh = "<tr><td><a href='/doc/3.htm'>关于第三项示范工作的通知</a></td><td>2009-03-09</td></tr>"
        site.page("/doc/", f"<html><body><table>{rows}{fresh}</table></body></html>")
        site.page("/doc/3.htm", saved_from_word("关于第三项示范工作的通知", text(3, 3)))
        call_command("intake", "follow", report["run"], once=True)
    added = IntakeArticle.objects.get(url__endswith="/doc/3.htm")
    assert (added.extracted["published_at"], added.outcome) == ("2009-03-09", IntakeArticle.Outcome.STORED)
