"""The formats a record is to be had in: `oai_dc`, which the protocol demands, and ours with every element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from rongshu.federation.oai.listing import Given
from rongshu.federation.oai.markup import containing, element, rooted
from rongshu.library.models.versions import ShareType
from rongshu.library.queries.schemas import schema_of
from rongshu.publishing.queries.shown import file_address

RESOURCE_NAMESPACE: Final = "urn:rongshu:resource:1"
RESOURCE_SCHEMA: Final = "resource-1.xsd"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"


@dataclass(frozen=True, slots=True)
class Format:
    """A metadata format. `schema` is an address, or the name of a file beside the endpoint."""

    prefix: str
    namespace: str
    schema: str
    write: Callable[[Given, str], str]

    def schema_url(self, base_url: str) -> str:
        """Return where the schema is to be had."""
        return self.schema if self.schema.startswith("http") else f"{base_url}/{self.schema}"


def write_dublin_core(given: Given, schema_url: str) -> str:
    """Write a record as unqualified Dublin Core."""
    parts = (element(f"dc:{name}", text) for name, text in _dublin_core(given) if text)
    return rooted("oai_dc:dc", parts, {"oai_dc": _OAI_DC, "dc": _DC}, f"{_OAI_DC} {schema_url}")


def _dublin_core(given: Given) -> Iterator[tuple[str, str]]:
    resource, version = given.resource, given.version
    yield "title", version.title
    yield "title", version.subtitle
    yield "creator", version.author or version.publisher.name
    yield from (("subject", str(word)) for word in version.keywords)
    yield "subject", given.themes.get(version.theme_code, "")
    yield "description", version.description
    yield "publisher", version.publisher.name
    yield "contributor", version.editor
    yield "date", _day(resource.published_at)
    yield "type", resource.type.name_cn
    yield "type", version.get_form_display()
    yield "format", "text/html"
    yield from (("identifier", url) for url in dict.fromkeys(place.url for place in given.places))
    yield "identifier", f"urn:uuid:{resource.pk}"
    yield "identifier", resource.index_number or resource.legacy_index_number
    yield "source", version.content_source
    yield "language", version.language
    yield "coverage", resource.owner.region.name
    yield "rights", ShareType(resource.share_type).label


def write_resource(given: Given, schema_url: str) -> str:
    """Write a record with every element it has."""
    resource, version = given.resource, given.version
    parts = (
        *_identity(given),
        element("body", version.body, mediaType="text/html"),
        *_elements(given),
        *_files(given),
        *(element("address", place.url, site=place.site_slug) for place in given.places),
    )
    return rooted(
        "resource", parts, {"": RESOURCE_NAMESPACE}, f"{RESOURCE_NAMESPACE} {schema_url}",
        id=str(resource.pk), type=resource.type.code, version=str(version.number), digest=version.digest,
        originNode=str(resource.origin_node), originVersion=str(resource.origin_version),
    )  # fmt: skip


def _identity(given: Given) -> Iterator[str]:
    resource, version = given.resource, given.version
    owner, publisher = resource.owner, version.publisher
    yield element("owner", owner.name, code=owner.credit_code, region=owner.region.code)
    yield element("publisher", publisher.name, code=publisher.credit_code)
    for name, text in _core(given):
        if text:
            yield element(name, text)
    yield from (element("keyword", str(word)) for word in version.keywords)
    yield from (element("audience", str(one)) for one in version.audience)
    for scheme, code, name in _categories(given):
        yield element("category", name, scheme=scheme, code=code)


def _core(given: Given) -> Iterator[tuple[str, str]]:
    resource, version = given.resource, given.version
    yield "title", version.title
    yield "subtitle", version.subtitle
    yield "description", version.description
    yield "source", version.content_source
    yield "author", version.author
    yield "editor", version.editor
    yield "form", version.form
    yield "language", version.language
    yield "openType", version.open_type
    yield "shareType", resource.share_type
    yield "indexNumber", resource.index_number or ""
    yield "legacyIndexNumber", resource.legacy_index_number
    yield "publishedAt", _moment(resource.published_at)
    yield "modifiedAt", _moment(resource.modified_at)
    yield "validity", resource.validity
    for name, day in (
        ("effectiveOn", resource.effective_on), ("expiresOn", resource.expires_on),
        ("abolishedOn", resource.abolished_on),
    ):  # fmt: skip
        yield name, day.isoformat() if day else ""


def _categories(given: Given) -> Iterator[tuple[str, str, str]]:
    version = given.version
    own = {(category.scheme_id, category.code): category.name for category in given.categories}
    for scheme, code in (
        ("theme", version.theme_code), ("genre", version.genre_code), ("base", version.base_code),
    ):  # fmt: skip
        if code:
            own.setdefault((scheme, code), given.themes.get(code, "") if scheme == "theme" else "")
    for (scheme, code), name in own.items():
        yield scheme, code, name


def _elements(given: Given) -> Iterator[str]:
    type_ = given.resource.type
    rules = {rule.name: rule for rule in schema_of(type_.code, standard=type_.standard_id).fields}
    for key, value in given.version.elements.items():
        rule = rules.get(key)
        names = {each.name: each.name_cn for each in rule.fields} if rule else {}
        yield _element(key, rule.name_cn if rule else "", value, names)


def _element(key: str, name: str, value: Any, names: Mapping[str, str]) -> str:
    """An element is a text, a list of values, or other elements."""
    if isinstance(value, Mapping):
        parts = [_element(each, names.get(each, ""), item, {}) for each, item in value.items()]
    elif isinstance(value, list):
        parts = [_value(item, names) for item in value]
    else:
        return element("element", _text(value), key=key, name=name)
    return containing("element", parts, key=key, name=name)


def _value(item: Any, names: Mapping[str, str]) -> str:
    if isinstance(item, Mapping):
        inner = (_element(each, names.get(each, ""), value, {}) for each, value in item.items())
        return containing("value", inner)
    return element("value", _text(item))


def _files(given: Given) -> Iterator[str]:
    site_url = given.places[0].site_url if given.places else ""
    for file in given.version.attachments:
        digest, name = str(file["digest"]), str(file["name"])
        yield element(
            "file", name, role=str(file.get("role", "")), digest=digest,
            mediaType=str(file.get("media_type", "")), size=str(file.get("size", "")),
            alt=str(file.get("alt") or ""), href=site_url + file_address(digest, name) if site_url else "",
        )  # fmt: skip


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _day(moment: datetime | None) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


FORMATS: Final[Mapping[str, Format]] = {
    one.prefix: one
    for one in (
        Format("oai_dc", _OAI_DC, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", write_dublin_core),
        Format("rongshu", RESOURCE_NAMESPACE, RESOURCE_SCHEMA, write_resource),
    )
}
