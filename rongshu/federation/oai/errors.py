"""The protocol's own errors: they are answered with status 200 inside the XML, several at once if need be.

OaiProblem
├── BadVerb                 no verb, an unknown one, or more than one
├── BadArgument             an argument is missing, unknown, given twice or malformed
├── BadResumptionToken      the token is not ours, altered, of another list, or too old
├── CannotDisseminateFormat the record is not to be had in that format
├── IdDoesNotExist          no record of that identifier here
├── NoRecordsMatch          nothing matches what was asked for
└── NoMetadataFormats       (never: every record is to be had in every format)
"""

from __future__ import annotations

from typing import ClassVar


class OaiProblem(Exception):
    """An error of the protocol; its text is for the person who runs the harvester."""

    code: ClassVar[str]

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class BadVerb(OaiProblem):
    """No verb, an unknown one, or more than one."""

    code = "badVerb"


class BadArgument(OaiProblem):
    """An argument is missing, unknown, given twice or malformed."""

    code = "badArgument"


class BadResumptionToken(OaiProblem):
    """The token is not ours, was altered, belongs to another list or is too old."""

    code = "badResumptionToken"


class CannotDisseminateFormat(OaiProblem):
    """No record is to be had in that format."""

    code = "cannotDisseminateFormat"


class IdDoesNotExist(OaiProblem):
    """No record of that identifier here."""

    code = "idDoesNotExist"


class NoRecordsMatch(OaiProblem):
    """Nothing matches."""

    code = "noRecordsMatch"
