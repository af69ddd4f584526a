"""A served newsroom: three sites of one office, a department beside it, and everybody's session."""

from __future__ import annotations

import http.client
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from rongshu.project.testing.installations import ScratchInstallation
from rongshu.project.tests.test_serving import Served

OFFICE: Final = "示范省人民政府办公厅"
SCHOOLS: Final = "示范省教育厅"
SITES: Final = {"portal": "示范省人民政府", "policy": "示范省政策网", "service": "示范省服务网"}
NEWS: Final = "示范动态"
STAFF: Final = {
    "writer": "editor",
    "proof": "proof-reader",
    "first": "first-reviewer",
    "second": "second-reviewer",
    "final": "final-reviewer",
    "publisher": "publisher",
}
FOREIGN: Final = "schools-writer"
NEWCOMER: Final = "newcomer"
_SIGNING_IN: Final = """
import json, sys, django
django.setup()
from django.conf import settings
from rongshu.accounts.models import Person
from rongshu.accounts.testing import sign_in
name = settings.CONSOLE_LISTENER["SESSION_COOKIE_NAME"]
people = Person.objects.filter(handle__in=sys.argv[1:])
print(json.dumps({one.handle: [name, sign_in(None, one).cookies[name].value] for one in people}))
"""


@dataclass
class NewsroomServed:
    """A running installation, the sessions of its people, and a browser."""

    served: Served
    sessions: dict[str, list[str]]
    browser: Browser

    @property
    def console(self) -> str:
        """Return where the back office is."""
        return f"http://localhost:{self.served.console}"

    def site(self, slug: str) -> str:
        """Return where a site is read."""
        return f"http://{slug}.localhost:{self.served.public}"

    def answer(self, slug: str, path: str) -> tuple[int, bytes]:
        """Ask a site as a program does: Python knows no names below localhost."""
        connection = http.client.HTTPConnection("127.0.0.1", self.served.public, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": f"{slug}.localhost:{self.served.public}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def tab_of(self, handle: str) -> Page:
        """Open a tab in which a person has signed in."""
        tab = self.stranger()
        name, value = self.sessions[handle]
        tab.context.add_cookies([{"name": name, "value": value, "url": self.console}])
        return tab

    def stranger(self) -> Page:
        """Open a tab of somebody who has not signed in."""
        context = self.browser.new_context(
            base_url=self.console, viewport={"width": 1366, "height": 768}, reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        return context.new_page()


def establish(place: ScratchInstallation, public: int) -> dict[str, list[str]]:
    """Set the sites up in an installation; return a session for each of its people."""
    file = place.folder / "sites.yaml"
    file.write_text(json.dumps(_declared(public), ensure_ascii=False), encoding="utf-8")
    place.run("site", "apply", str(file))
    place.run("publish")
    made = place.python("-c", _SIGNING_IN, *STAFF, FOREIGN)
    return dict(json.loads(made.stdout))


def _declared(public: int) -> dict[str, object]:
    return {
        "regions": [{"code": "990000", "name": "示范省"}],
        "organizations": [
            _organization(OFFICE, "11990000000000019A", "government"),
            _organization(SCHOOLS, "119900000000000275", "department"),
        ],
        "persons": [
            *(_person(handle, OFFICE, role) for handle, role in STAFF.items()),
            _person(FOREIGN, SCHOOLS, "editor"),
            _person(NEWCOMER, OFFICE, "editor"),
        ],
        "sites": [
            *(_site(slug, name, OFFICE, public) for slug, name in SITES.items()),
            _site("schools", SCHOOLS, SCHOOLS, public),
        ],
    }


def _organization(name: str, code: str, kind: str) -> dict[str, str]:
    return {"name": name, "credit_code": code, "kind": kind, "level": "province", "region": "990000"}


def _person(handle: str, unit: str, role: str) -> dict[str, object]:
    grants = [{"role": role, "organization": unit}]
    return {"handle": handle, "name": f"示范人员{handle}", "organization": unit, "roles": grants}


def _site(slug: str, name: str, sponsor: str, public: int) -> dict[str, object]:
    column = {"path": "/dynamics", "name": NEWS, "type": "工作动态", "description": NEWS, "keywords": NEWS}
    number = 1 + [*SITES, "schools"].index(slug)
    return {
        "slug": slug, "name": name, "domain": f"{slug}.localhost",
        "base_url": f"http://{slug}.localhost:{public}", "type": "portal" if number == 1 else "department",
        "admin_level": "province", "region": "990000", "sponsor": sponsor, "operator": "示范省政务信息中心",
        "identification_code": f"990000000{number}", "icp_number": f"示ICP备0000000{number}号-1",
        "police_number": f"示公网安备0000000000000{number}号", "party_gov_mark": f"9900000{number}",
        "approval_document": f"示政办函〔2026〕{number}号", "security_test": f"示测评〔2026〕{number}号",
        "contact": "0000-12345678（工作日 9:00—17:30）", "address": "示范省示范市示范大道1号",
        "opened_on": "2026-01-01", "status": "online", "theme": "azure", "columns": [column],
        "single_site_waiver": "示政办函〔2026〕9号（专题网站）",
        "blocks": [{"key": "news", "kind": "column-list", "title": NEWS, "columns": ["/dynamics"]}],
    }  # fmt: skip


def chromium() -> Path | None:
    """Return the browser of this machine, or None."""
    found = shutil.which("chromium")
    return Path(found) if found else None
