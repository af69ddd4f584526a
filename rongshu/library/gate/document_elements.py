"""发文字号: brought into its normal form, or flagged (P6-03)."""

from __future__ import annotations

from rongshu.library.gate.content import VersionContent


def normalise_document_number(content: VersionContent) -> None:
    """Write the document number in its normal form; one that has none is kept and flagged."""
