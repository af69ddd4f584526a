"""The demo's own content: policies with their interpretations, leaders, institutions, guides, topics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml
from markdown_it import MarkdownIt

from rongshu.accounts.models import Person
from rongshu.library.actions.admit import admit
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.topics import add_to_topic
from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.models import Resource, ResourceVersion
from rongshu.project.legacy_sites.articles import Picture
from rongshu.project.legacy_sites.pictures import picture_bytes
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Site
from rongshu.sites.queries.columns import column_at

CONTENT: Final = Path(__file__).parent / "content"
BEIJING: Final = ZoneInfo("Asia/Shanghai")
_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")


def write_native_content(operator: Person) -> dict[str, Resource]:
    """Write, approve and place every piece of the demo's own content; return the resources by key."""
    written: dict[str, Resource] = {}
    for piece in pieces():
        resource = _write(operator, piece, written)
        site = Site.objects.get(slug=piece["site"])
        place_resource(
            actor=operator, resource=resource, column=column_at(site, piece["column"]), approve=True
        )
        written[piece["key"]] = resource
    for piece in pieces():
        if piece.get("members"):
            members = [written[key] for key in piece["members"]]
            add_to_topic(actor=operator, topic=written[piece["key"]], resources=members)
    return written


def pieces() -> Iterator[dict[str, Any]]:
    """Yield the pieces in the order of their files."""
    for file in sorted(CONTENT.glob("*.yaml")):
        yield from sorted(yaml.safe_load(file.read_text("utf-8")), key=lambda piece: "policy" in piece)


def _write(operator: Person, piece: dict[str, Any], written: dict[str, Resource]) -> Resource:
    known = (
        ResourceVersion.objects.filter(external_key=f"demo:{piece['key']}").select_related("resource").first()
    )
    if known is not None:
        return known.resource
    admission = admit(actor=operator, record=_record(piece, written))
    if admission.version_id is None:
        raise RuntimeError(f"{piece['key']}: {[error.message for error in admission.errors]}")
    version = ResourceVersion.objects.select_related("resource").get(pk=admission.version_id)
    return approve_version(actor=operator, version=version, comment="示范内容").resource


def _record(piece: dict[str, Any], written: dict[str, Resource]) -> IncomingRecord:
    site = Site.objects.select_related("sponsor").get(slug=piece["site"])
    published_at = piece["published_at"]
    if not isinstance(published_at, datetime):
        published_at = datetime.strptime(published_at, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - zone below
    return IncomingRecord(
        type_code=piece["type"],
        owner=site.sponsor,
        title=piece["title"],
        body_html=_body(piece),
        content_source=piece["source"],
        given_published_at=published_at.replace(tzinfo=BEIJING),
        description=piece["description"],
        keywords=tuple(piece.get("keywords", ())),
        elements=_elements(piece, written),
        theme_code=piece["theme"],
        files=tuple(_files(piece)),
        image=_address(piece) if "picture" in piece else "",
        source_app="demonstration",
        external_key=f"demo:{piece['key']}",
    )


def _body(piece: dict[str, Any]) -> str:
    picture = piece.get("picture")
    figure = f'<p><img src="{_address(piece)}" alt="{picture["alt"]}"></p>' if picture else ""
    return figure + str(_MARKDOWN.render(piece.get("body", "")))


def _address(piece: dict[str, Any]) -> str:
    return f"https://demo.invalid/{piece['key']}.png"


def _files(piece: dict[str, Any]) -> Iterator[IncomingFile]:
    if picture := piece.get("picture"):
        drawn = Picture(picture["alt"], picture["drawing"], tuple(picture.get("values", ())))
        yield IncomingFile(
            name=f"{picture['alt']}.png",
            content=picture_bytes(drawn, "png", piece["key"]),
            role="image",
            alt=picture["alt"],
            source_url=_address(piece),
        )


def _elements(piece: dict[str, Any], written: dict[str, Resource]) -> dict[str, Any]:
    elements = {name: _plain(value) for name, value in piece.get("elements", {}).items()}
    if "policy" in piece:
        elements["PolicyRef"] = str(written[piece["policy"]].pk)
    if "institution" in piece:
        elements |= _institution(piece["title"], piece["institution"], piece["site"])
    if "service" in piece:
        elements |= _service(piece["title"], piece["service"])
    return elements


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _institution(name: str, given: dict[str, Any], slug: str) -> dict[str, Any]:
    sponsor = Site.objects.select_related("sponsor").get(slug=slug).sponsor
    return {
        "OrgName": name,
        "USCC": sponsor.credit_code,
        "Duties": given["duties"],
        "InnerOrgs": [{"Name": inner} for inner in given["inner"]],
        "Address": given["address"],
        "Postcode": "000000",
        "OfficeHours": "工作日 9:00—12:00，13:30—17:30",
        "Phone": given["phone"],
        "Leader": "示范人物",
    }


def _service(name: str, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "ItemCode": given["code"],
        "Name": name.removesuffix("办理指南"),
        "Type": given["kind"],
        "Basis": given["basis"],
        "Object": given["object"],
        "Conditions": given["conditions"],
        "Materials": [{"Name": material, "Required": True} for material in given["materials"]],
        "Process": given["process"],
        "Place": given["place"],
        "Time": "工作日 9:00—17:00",
        "Contact": "0000-12345",
        "Fee": given["fee"],
        "LegalDays": given["legal"],
        "PromiseDays": given["promise"],
    }
