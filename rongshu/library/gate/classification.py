"""Classification at the gate: what the record says, what rules find, and a log line for each."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.library.gate.content import VersionContent


@dataclass(frozen=True, slots=True)
class Assignment:
    """A category the record is put under: by its source (rule "given") or by a rule, and how sure that is."""

    scheme: str
    code: str
    rule: str
    confidence: float | None


def classify(content: VersionContent, *, derives: bool) -> dict[str, float]:
    """Fill missing codes by rule, in place; return the confidence of each element filled."""
    if not content.form:
        content.form = _form_of(content)
        content.derived["FormCat"] = "content"
    return {}


def assignments_of(content: VersionContent, confidence: dict[str, float]) -> tuple[Assignment, ...]:
    """Return every category the record stands under, with the rule that put it there."""
    found = [
        ("ThemeCat", "theme", content.theme_code),
        ("GenreCat", "genre", content.genre_code),
        ("BaseCat", "base", content.base_code),
        *(("Audience", "audience", code) for code in content.audience),
    ]
    return tuple(
        Assignment(scheme, code, content.derived.get(element, "given"), confidence.get(element))
        for element, scheme, code in found
        if code
    )


def _form_of(content: VersionContent) -> str:
    media = [str(file["media_type"]) for file in content.attachments]
    for prefix, form in (("video/", "video"), ("audio/", "audio")):
        if any(kind.startswith(prefix) for kind in media) and len(content.text) < 200:
            return form
    if content.text:
        return "text"
    if any(file["role"] == "image" for file in content.attachments):
        return "picture"
    return "attachment" if content.attachments else "text"
