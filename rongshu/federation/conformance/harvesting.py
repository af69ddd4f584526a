"""OAI-PMH 2.0, where the node offers it."""

from __future__ import annotations

from lxml import etree

from rongshu.federation.conformance.asking import Reply
from rongshu.federation.conformance.checks import Broken, CannotTell, check, expect
from rongshu.federation.conformance.session import Session

_SECTION = "OAI-PMH"
_NAMESPACE = "{http://www.openarchives.org/OAI/2.0/}"


def _harvest(session: Session, query: str) -> etree._Element:
    reply: Reply = session.asker.unsigned("GET", f"{session.asker.base_url.rstrip('/')}/-/oai?{query}")
    if reply.status == 404:
        raise CannotTell("节点没有提供 OAI-PMH（/-/oai 为 404）")
    expect(reply.status == 200, f"{query} 应为 200，实为 {reply.status}")
    try:
        return etree.fromstring(reply.plain(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Broken(f"{query} 的答复不是 XML：{error}") from error


def _error(answer: etree._Element) -> str:
    found = answer.find(f"{_NAMESPACE}error")
    return "" if found is None else str(found.get("code"))


@check(_SECTION, "Identify 说明版本 2.0、时间粒度和删除记录的方式")
def oai_identifies_itself(session: Session) -> None:
    """Ask who it is."""
    answer = _harvest(session, "verb=Identify")
    version = answer.findtext(f"{_NAMESPACE}Identify/{_NAMESPACE}protocolVersion")
    expect(version == "2.0", f"protocolVersion 应为 2.0，实为 {version}")
    for name in ("granularity", "deletedRecord", "earliestDatestamp"):
        expect(answer.findtext(f"{_NAMESPACE}Identify/{_NAMESPACE}{name}"), f"Identify 缺少 {name}")


@check(_SECTION, "提供 oai_dc 格式")
def oai_offers_dublin_core(session: Session) -> None:
    """Ask for the formats."""
    answer = _harvest(session, "verb=ListMetadataFormats")
    prefixes = [each.text for each in answer.iter(f"{_NAMESPACE}metadataPrefix")]
    expect("oai_dc" in prefixes, f"格式中没有 oai_dc：{prefixes}")


@check(_SECTION, "写错的动词和参数得到协议规定的错误")
def oai_names_errors(session: Session) -> None:
    """Ask for nonsense."""
    wrong = {
        "verb=Nonsense": "badVerb",
        "verb=ListRecords": "badArgument",
        "verb=ListRecords&resumptionToken=nonsense": "badResumptionToken",
        "verb=GetRecord&identifier=oai:nowhere:1&metadataPrefix=oai_dc": "idDoesNotExist",
    }
    for query, code in wrong.items():
        found = _error(_harvest(session, query))
        expect(found == code, f"{query} 应得到 {code}，实为 {found or '没有错误'}")
