"""The demonstration's own texts pass the inspection: nothing in them would stop a writer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from rongshu.inspection.checking import inspect_document
from rongshu.inspection.findings import Severity
from rongshu.inspection.seed_lexicon import built_in_lexicon
from rongshu.library.reading.document import Document
from rongshu.library.reading.web_pages import read_web_page

CONTENT: Final = Path(__file__).parents[1] / "demo/content"


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


@pytest.mark.parametrize("file", sorted(CONTENT.glob("*.yaml")), ids=lambda file: file.stem)
def test_sample_content_has_nothing_to_answer(file: Path) -> None:
    texts = list(texts_in(yaml.safe_load(file.read_text("utf-8"))))
    documents = [read_web_page(text) if "<" in text else Document(text) for text in texts]
    found = [one for document in documents for one in inspect_document(document, built_in_lexicon())]
    assert texts
    assert [(one.rule, one.text) for one in found if one.severity is not Severity.HINT] == []
