"""What the functions of a page do with the numbers its buttons give them: a reading of scripts, not a run.

Old pagers are a line or two: they put a number into an address or into a field of a form. Expressions are
sums of literals, parameters and plain variables; whatever else stands there is not understood and left alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

_FUNCTION = re.compile(
    r"(?:function\s{1,5}(\w{1,60})|(?:var\s{1,5}|window\.)?(\w{1,60})\s{0,5}[=:]\s{0,5}function)"
    r"\s{0,5}\(([\w\s,$]{0,200})\)\s{0,5}\{"
)
_VARIABLE = re.compile(
    r"\b(?:var|let|const)\s{1,5}(\w{1,60})\s{0,5}=\s{0,5}(\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'|\d{1,9})"
)
_CALL = re.compile(r"([\w$.]{1,80})\s{0,5}\(([^()]{0,300})\)")
_LITERAL = re.compile(r"^(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|(\d{1,9}))$", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SHIFTED = re.compile(r"^\(?\s*(?:parseInt|Number|eval)?\s*\(?\s*(\w+)\s*\)?\s*([+\-])\s*(\d{1,4})\s*\)?$")
_WRAPPED = re.compile(r"^(?:encodeURIComponent|encodeURI|escape|String|parseInt|Number)?\s*\(\s*(\w+)\s*\)$")
_FILLED = re.compile(r"([^$]+|\$(?!\{))|\$\{([^}]{1,100})\}")
_TERM = re.compile(
    r"`[^`]*`|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\([^()]*\)|\w+\s*\([^()]*\)|[^+\s\"'()`]+", re.DOTALL
)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_WRITES = re.compile(r"document\.write(?:ln)?\s{0,3}\(")
_KEYWORDS = frozenset(["void", "if", "for", "while", "switch", "catch", "return", "typeof"])
_LONGEST = 4000  # characters of one function
_SCRIPT_AT_MOST = 500_000
_FUNCTIONS_AT_MOST = 1000
_EXPRESSION_AT_MOST = 500
_WRITTEN_AT_MOST = 20_000  # characters of what a script writes into its page

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the names of its parameters and its text."""

    parameters: tuple[str, ...]
    body: str


class Scripts:
    """The functions and the plain variables of a page's script, read when they are first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text[:_SCRIPT_AT_MOST]

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Every function that has a name."""
        return {
            match.group(1) or match.group(2): Function(
                tuple(name.strip() for name in match.group(3).split(",") if name.strip()),
                _block(self.text, match.end()),
            )
            for match in islice(_FUNCTION.finditer(self.text), _FUNCTIONS_AT_MOST)
        }

    @cached_property
    def variables(self) -> Values:
        """Every variable that is a literal."""
        return _variables(self.text)


@dataclass(frozen=True, slots=True)
class Call:
    """A call with the values of its arguments; one that is no literal is None."""

    name: str
    arguments: tuple[str | None, ...]


def read_calls(script: str) -> Iterator[Call]:
    """Yield the calls of a handler such as `javascript:goPage(3);return false`."""
    for match in _CALL.finditer(script[:2000]):
        name = match.group(1).rpartition(".")[2]
        if name not in _KEYWORDS:
            yield Call(name, tuple(_literal(piece) for piece in _split(match.group(2))))


def values_in(function: Function, call: Call, scripts: Scripts) -> Values:
    """Return what the names inside a function stand for when it is called so."""
    given = {
        name: value
        for name, value in zip(function.parameters, call.arguments, strict=False)
        if value is not None
    }
    return {**scripts.variables, **_variables(function.body), **given}


def _variables(text: str) -> Values:
    return {name: value.strip("\"'") for name, value in _VARIABLE.findall(text)}


def evaluate(expression: str, values: Values) -> str | None:
    """Return the text an expression makes, or None where it holds anything that is not known."""
    pieces = []
    terms = _TERM.findall(expression.strip())
    if _SHIFTED.match(expression.strip()):
        terms = [expression.strip()]
    for term in terms:
        value = _term(term.strip(), values)
        if value is None:
            return None
        pieces.append(value)
    return "".join(pieces) if pieces else None


def expression_at(text: str, start: int, *, at_most: int = _EXPRESSION_AT_MOST) -> str:
    """Return the expression that begins at `start`, up to the comma, semicolon, line or bracket after it."""
    depth, quote = 0, ""
    for at in range(start, min(len(text), start + at_most)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote and text[at - 1] != "\\" else quote
        elif letter in "\"'`":
            quote = letter
        elif letter in ";\n}" or (letter in ",)" and not depth):
            return text[start:at]
        else:
            depth += (letter == "(") - (letter == ")")
    return text[start : start + at_most]


def written_out(script: str, values: Values) -> Iterator[str]:
    """Yield the mark-up a script writes while the page is drawn, as far as it is plain text."""
    for match in _WRITES.finditer(script):
        written = evaluate(expression_at(script, match.end(), at_most=_WRITTEN_AT_MOST), values)
        if written and "<" in written:
            yield written


def _template(term: str, values: Values) -> str | None:
    """`…${name}…`."""
    pieces = []
    for literal, expression in _FILLED.findall(term[1:-1]):
        value = literal or evaluate(expression, values)
        if value is None:
            return None
        pieces.append(value)
    return "".join(pieces)


def _term(term: str, values: Values) -> str | None:
    if term.startswith("`"):
        return _template(term, values)
    if (literal := _literal(term)) is not None:
        return literal
    if shifted := _SHIFTED.match(term):
        known = values.get(shifted.group(1), "")
        step = int(shifted.group(2) + shifted.group(3))
        return str(int(known) + step) if known.isdecimal() else None
    name = wrapped.group(1) if (wrapped := _WRAPPED.match(term)) else term
    return values.get(name)


def _literal(text: str) -> str | None:
    match = _LITERAL.match(text.strip())
    written = next((group for group in match.groups() if group is not None), "") if match else None
    return _ESCAPED.sub(_unescaped, written) if written and "\\" in written else written


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    return chr(int(code, 16)) if code else _CONTROLS.get(match.group(3), match.group(3))


def _split(arguments: str) -> list[str]:
    """At commas outside of quotes."""
    return re.findall(r"\s*(\"[^\"]*\"|'[^']*'|[^,]+)", arguments)


def _block(text: str, start: int) -> str:
    """The text up to the brace that closes the one before `start`; quotes and nesting are heeded."""
    depth, quote = 1, ""
    for at in range(start, min(len(text), start + _LONGEST)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote and text[at - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if not depth:
                return text[start:at]
    return text[start : start + _LONGEST]
