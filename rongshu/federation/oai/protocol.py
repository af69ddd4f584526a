"""Requests: which verb, with which arguments. Everything the protocol forbids is told, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rongshu.federation.oai.errors import BadArgument, BadVerb

_LIST: Final = ("from", "until", "set")


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb takes. With a resumption token, which is exclusive, it takes nothing else."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_list: bool = False


VERBS: Final[Mapping[str, Verb]] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=("identifier",)),
    "ListSets": Verb(is_list=True),
    "GetRecord": Verb(required=("identifier", "metadataPrefix")),
    "ListIdentifiers": Verb(required=("metadataPrefix",), optional=_LIST, is_list=True),
    "ListRecords": Verb(required=("metadataPrefix",), optional=_LIST, is_list=True),
}
TOKEN: Final = "resumptionToken"  # noqa: S105 - the name of an argument


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A request that is in order."""

    verb: str
    arguments: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.arguments.get(name, "")


def read_request(given: Mapping[str, Sequence[str]]) -> OaiRequest:
    """Return the request; raise `BadVerb` or `BadArgument`."""
    verbs = given.get("verb", ())
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise BadVerb("verb 必须给出一次，且是 " + "、".join(VERBS) + " 之一。")
    verb, arguments = verbs[0], {name: values for name, values in given.items() if name != "verb"}
    _check(VERBS[verb], arguments)
    return OaiRequest(verb, {name: values[0] for name, values in arguments.items()})


def _check(verb: Verb, arguments: Mapping[str, Sequence[str]]) -> None:
    repeated = [name for name, values in arguments.items() if len(values) != 1]
    if repeated:
        raise BadArgument(f"参数 {_named(repeated)} 只能给一次。")
    if verb.is_list and TOKEN in arguments:
        if len(arguments) > 1:
            raise BadArgument(f"{TOKEN} 不能与其他参数同用。")
        return
    unknown = [name for name in arguments if name not in verb.required and name not in verb.optional]
    if unknown:
        raise BadArgument(f"这个动词没有参数 {_named(unknown)}。")
    missing = [name for name in verb.required if not arguments.get(name, ("",))[0]]
    if missing:
        raise BadArgument(f"缺少参数 {_named(missing)}。")
    empty = [name for name, values in arguments.items() if not values[0]]
    if empty:
        raise BadArgument(f"参数 {_named(empty)} 是空的。")


def _named(names: Sequence[str]) -> str:
    return "、".join(name[:40] for name in sorted(names)[:5])
