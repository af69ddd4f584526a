"""Classification at the gate: what the record says, what rules find, and a log line for each (P2-10)."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.library.classifying import (
    Suggestion,
    suggest_audience,
    suggest_form,
    suggest_genre,
    suggest_theme,
)
from rongshu.library.gate.content import VersionContent


@dataclass(frozen=True, slots=True)
class Assignment:
    """A category the record is put under: by its source (rule "given") or by a rule, and how sure that is."""

    scheme: str
    code: str
    rule: str
    confidence: float | None


def classify(content: VersionContent, *, derives: bool) -> dict[str, float]:
    """Fill missing codes by rule, in place; return the confidence of each element filled.

    The form is filled for everyone, because the content itself shows it; the others for migrated and
    harvested records only.
    """
    found: dict[str, Suggestion | None] = {}
    if not content.form:
        found["FormCat"] = _form_of(content)
    if derives and not content.theme_code:
        found["ThemeCat"] = suggest_theme(content.title, content.text, content.keywords)
    if derives and not content.genre_code:
        found["GenreCat"] = suggest_genre(content.title, str(content.elements.get("DocNo", "")))
    confidence = {element: _fill(content, element, each) for element, each in found.items() if each}
    if derives and not content.audience:
        confidence |= _fill_audience(content)
    return confidence


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


_ATTRIBUTES = {"FormCat": "form", "ThemeCat": "theme_code", "GenreCat": "genre_code"}


def _fill(content: VersionContent, element: str, suggestion: Suggestion) -> float:
    setattr(content, _ATTRIBUTES[element], suggestion.code)
    content.derived[element] = f"rule: {suggestion.reason}"
    return suggestion.confidence


def _fill_audience(content: VersionContent) -> dict[str, float]:
    suggestions = suggest_audience(content.title, content.text)
    if not suggestions:
        return {}
    content.audience = [each.code for each in suggestions]
    content.derived["Audience"] = "rule: " + "；".join(each.reason for each in suggestions)
    return {"Audience": suggestions[0].confidence}


def _form_of(content: VersionContent) -> Suggestion:
    body = content.body
    return suggest_form(
        content.title,
        content.text,
        media_types=[str(file["media_type"]) for file in content.attachments if file["role"] != "image"],
        pictures=body.count("<img") or sum(file["role"] == "image" for file in content.attachments),
        videos=body.count("<video"),
        audios=body.count("<audio"),
    )
