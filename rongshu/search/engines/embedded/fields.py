"""The schema in the engine's terms, and documents as it takes them."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import orjson
from tantivy import Document, Index, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from rongshu.search.documents import Prepared
from rongshu.search.schema import FIELDS, Field, FieldKind

_SPACES: Final = "spaces"
KEY: Final = "_key"
_TEXT: Final = tuple(field.name for field in FIELDS if field.is_text)
_VALUES: Final = tuple(
    field.name for field in FIELDS if field.kind is FieldKind.KEYWORD and field.name != "id"
)
_NUMBERS: Final = tuple(field.name for field in FIELDS if field.kind is FieldKind.INTEGER)


def open_index(folder: str) -> Index:
    """Open the index in a folder, or make it there; tokenizers are not kept but named at every opening."""
    index = Index(_schema(), folder)
    index.register_tokenizer(_SPACES, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def open_as_made(folder: str) -> Index:
    """Open an index for reading, with the fields it was made with: it serves until its successor is ready."""
    index = Index.open(folder)
    index.register_tokenizer(_SPACES, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def document_of(prepared: Prepared) -> Document:
    """Return a document as the engine takes it."""
    document = Document()
    document.add_text("id", prepared["id"])
    for name in _TEXT:
        if text := prepared[name]:
            document.add_text(name, text)
    for name in _VALUES:
        for value in prepared[name]:
            document.add_text(name, value)
    for name in _NUMBERS:
        document.add_integer(name, prepared[name])
    document.add_integer(KEY, _key(prepared["id"]))
    document.add_bytes("source", orjson.dumps(prepared["source"]))
    return document


def _schema() -> Schema:
    builder = SchemaBuilder()
    for field in FIELDS:
        _add(builder, field)
    builder.add_integer_field(KEY, indexed=True, fast=True)
    return builder.build()


def _key(id_: str) -> int:
    """A number for an id: numbers of many documents are read at once, their ids one by one."""
    return int.from_bytes(blake2b(id_.encode(), digest_size=8).digest(), "big") >> 1


def _add(builder: SchemaBuilder, field: Field) -> None:
    if field.is_text:
        option = "position" if field.phrases else "freq"
        builder.add_text_field(field.name, stored=field.stored, tokenizer_name=_SPACES, index_option=option)
    elif field.kind is FieldKind.KEYWORD:
        # A raw text field: deleting by a term of a number silently deletes nothing.
        builder.add_text_field(
            field.name, stored=field.stored, fast=field.fast, tokenizer_name="raw", index_option="basic"
        )
    elif field.kind is FieldKind.INTEGER:
        builder.add_integer_field(field.name, stored=field.stored, indexed=True, fast=field.fast)
    else:
        builder.add_bytes_field(field.name, stored=True)
