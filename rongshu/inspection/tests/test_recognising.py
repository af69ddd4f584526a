"""Words in pictures: drawn by Pillow, recognised by the process that the worker starts."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from rongshu.inspection.checking import inspect_text
from rongshu.inspection.reading.recognising import recognise
from rongshu.inspection.seed_lexicon import built_in_lexicon

NUMBER = "110101199003077758"


@pytest.fixture
def library_present() -> None:
    """Skip where the recognition is not installed; on a build server its absence is a failure."""
    if importlib.util.find_spec("rapidocr_onnxruntime") is None:
        if os.environ.get("CI"):
            pytest.fail("rapidocr-onnxruntime is not installed: pictures would go out unread")
        pytest.skip("rapidocr-onnxruntime is not installed: pictures are not tested here")


@pytest.mark.slow
@pytest.mark.requirement("P7-04")
@pytest.mark.usefixtures("library_present")
def test_an_id_in_a_picture_is_found(tmp_path: Path) -> None:
    picture = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(picture).text((40, 50), f"ID {NUMBER}", fill="black", font=ImageFont.load_default(48))
    picture.save(tmp_path / "card.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    words, nothing = recognise([tmp_path / "card.png", tmp_path / "broken.png"])
    found = inspect_text(words, built_in_lexicon())
    assert [(one.rule_code, one.text) for one in found if one.class_ == "E6"] == [("E6-id", NUMBER)]
    assert nothing == ""
