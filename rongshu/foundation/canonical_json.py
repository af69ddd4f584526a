"""Canonical JSON (RFC 8785) and the tagged digests that name content on every node."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import orjson
import rfc8785

from rongshu.foundation.errors import InvalidInput

JSONValue = None | bool | int | float | str | Sequence["JSONValue"] | Mapping[str, "JSONValue"]

DIGEST_ALGORITHMS: Final = ("sha256", "sm3")
DEFAULT_ALGORITHM: Final = "sha256"

# RFC 8785 § 3.2.2.3: numbers are IEEE 754 doubles, exact up to this integer.
_LARGEST_INTEGER: Final = 2**53 - 1


class NotCanonicalizable(InvalidInput):
    """The value has no RFC 8785 form: NaN, an integer beyond 2**53-1, a lone surrogate, a foreign type."""

    code = "not-canonicalizable"
    sentence = "内容中有无法规范化的值，请改为文字、整数、小数、是否、列表或键值后再提交。"


class DigestMalformed(InvalidInput):
    """A digest is not `<algorithm>:<64 hexadecimal digits>` of an algorithm we know."""

    code = "digest-malformed"
    sentence = "内容指纹的写法不对：应为“sha256:”或“sm3:”加 64 位十六进制数字，请核对后重试。"


def canonical_json(value: JSONValue) -> bytes:
    """Return the RFC 8785 bytes of `value`; raise `NotCanonicalizable` when it has none.

    orjson writes the same bytes as RFC 8785 for everything but floats and keys outside the Basic
    Multilingual Plane, ten times faster: those two, and what orjson refuses, go to the `rfc8785` library.
    """
    try:
        if _fast_encoder_is_exact(value):
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError):
        pass  # a lone surrogate, or too deep
    try:
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:  # CanonicalizationError, UnicodeEncodeError, a cycle
        raise NotCanonicalizable from error


def digest(value: JSONValue, *, algorithm: str = DEFAULT_ALGORITHM) -> str:
    """Return the tagged digest of the canonical form of `value`, as `sha256:<hex>` or `sm3:<hex>`."""
    return digest_of_bytes(canonical_json(value), algorithm=algorithm)


def digest_of_bytes(content: bytes, *, algorithm: str = DEFAULT_ALGORITHM) -> str:
    """Return the tagged digest of `content` as it is, e.g. of an attachment."""
    return digest_of_chunks((content,), algorithm=algorithm)


def digest_of_chunks(chunks: Iterable[bytes], *, algorithm: str = DEFAULT_ALGORITHM) -> str:
    """Return the tagged digest of a stream, one chunk in memory at a time."""
    if algorithm not in DIGEST_ALGORITHMS:
        raise DigestMalformed
    state = hashlib.new(algorithm)
    for chunk in chunks:
        state.update(chunk)
    return f"{algorithm}:{state.hexdigest()}"


def split_digest(text: str) -> tuple[str, str]:
    """Return (algorithm, 64 lower-case hexadecimal digits) of a tagged digest; raise `DigestMalformed`."""
    algorithm, _, digits = text.partition(":")
    if algorithm not in DIGEST_ALGORITHMS or len(digits) != 64 or not _HEXADECIMAL.issuperset(digits):
        raise DigestMalformed
    return algorithm, digits


_HEXADECIMAL: Final = frozenset("0123456789abcdef")
_TEXT: Final = frozenset({str})
_PLAIN: Final = frozenset({str, bool, type(None)})


def _fast_encoder_is_exact(value: object) -> bool:
    """Whether orjson and RFC 8785 agree on `value`; subclasses and foreign types are left to the library."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is int:
        return -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER  # type: ignore[operator]
    if kind is dict:
        return _sort_alike(value) and _are_exact(value.values())  # type: ignore[arg-type, attr-defined]
    return (kind is list or kind is tuple) and _are_exact(value)  # type: ignore[arg-type]


def _are_exact(values: Collection[object]) -> bool:
    # Most are plain: types are compared without a step of Python for each.
    if _PLAIN.issuperset(map(type, values)):
        return True
    return all(type(value) in _PLAIN or _fast_encoder_is_exact(value) for value in values)


def _sort_alike(keys: Collection[object]) -> bool:
    # RFC 8785 § 3.2.3 sorts keys by UTF-16 code units; code points differ from them only beyond U+FFFF.
    if not _TEXT.issuperset(map(type, keys)):
        return False
    together = "".join(keys)  # type: ignore[arg-type]
    return together.isascii() or max(together) <= "\uffff"
