"""Fail when something a person can use is not documented, or the documentation names what is gone.

Settings, commands with their sub-commands and options, events with their fields and followers, rules,
block kinds, column standards, keys of the site file and of the intake report, health problems, roles;
the example site file is read by the program itself, and relative links have to lead somewhere.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
# What Django gives every command; said once at the head of docs/commands.md.
GENERAL_OPTIONS = frozenset(
    {
        "--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color",
        "--force-color", "--skip-checks",
    }
)  # fmt: skip


def text_of(name: str) -> str:
    """Return a documentation file."""
    return (DOCS / name).read_text(encoding="utf-8")


def first_cells(text: str) -> dict[str, str]:
    """Return the rows of all tables by the code in their first cell."""
    return {row[1]: row[0] for row in re.finditer(r"^\| `([^`]+)` \|.*$", text, re.MULTILINE)}


def both_ways(file: str, what: str, wanted: Iterable[str], named: Iterable[str]) -> Iterator[str]:
    """Compare what there is with what is written."""
    wanted, named = set(wanted), set(named)
    yield from (f"{file}: {what} {one} is missing" for one in sorted(wanted - named))
    yield from (f"{file}: {what} {one} does not exist" for one in sorted(named - wanted))


def sections(text: str) -> dict[str, str]:
    """Return the text below each heading, sub-headings included."""
    heads = list(re.finditer(r"^(#+) (.+)$", _without_fences(text), re.MULTILINE))
    found = {}
    for place, head in enumerate(heads):
        rest = (after for after in heads[place + 1 :] if len(after[1]) <= len(head[1]))
        after = next(rest, None)
        found[head[2]] = text[head.end() : after.start() if after else len(text)]
    return found


def _without_fences(text: str) -> str:
    """Blank out fenced blocks, keeping every position."""
    blank = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
    return blank.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)


def settings() -> Iterator[str]:
    """Every environment variable stands in docs/settings.md, and nothing else does."""
    from rongshu.project.environment import VARIABLES  # noqa: PLC0415 - after the environment is set

    rows = first_cells(sections(text_of("settings.md")).get("环境变量", ""))
    yield from both_ways("docs/settings.md", "setting", (one.name for one in VARIABLES), rows)
    for one in VARIABLES:
        if one.default and one.name in rows and f"`{one.default}`" not in rows[one.name]:
            yield f"docs/settings.md: the default of {one.name} is {one.default}"


def rules() -> Iterator[str]:
    """Every rule of the seed stands in docs/settings.md with its source, and is marked when unverified."""
    seed = yaml.safe_load((ROOT / "rongshu/foundation/rules_seed.yaml").read_text(encoding="utf-8"))
    known = {f"{part}.{name}": rule for part, named in seed.items() for name, rule in named.items()}
    rows = first_cells(sections(text_of("settings.md")).get("规则表", ""))
    yield from both_ways("docs/settings.md", "rule", known, rows)
    for code, rule in known.items():
        row = rows.get(code, rule["source"])
        if rule["source"] not in row:
            yield f"docs/settings.md: the source of rule {code} is {rule['source']}"
        if code in rows and ("待核" in row) == bool(rule["verified"]):
            yield f"docs/settings.md: rule {code} is {'' if rule['verified'] else 'not '}verified"


def commands() -> Iterator[str]:
    """Every command, sub-command and option stands in docs/commands.md below the heading of its command."""
    from django.core.management import load_command_class  # noqa: PLC0415 - after django is set up

    parts = {
        match[1]: below
        for head, below in sections(text_of("commands.md")).items()
        if (match := re.search(r"`rongshu ([a-z-]+)`", head))
    }
    files = {file.stem: file.parts[-4] for file in ROOT.glob("rongshu/*/management/commands/*.py")}
    apps = {stem.replace("_", "-"): app for stem, app in files.items() if stem != "__init__"}
    yield from both_ways("docs/commands.md", "command", apps, parts)
    for name, app in sorted(apps.items()):
        parser = load_command_class(f"rongshu.{app}", name.replace("-", "_")).create_parser("rongshu", name)
        for missing in _not_said(parser, f"rongshu {name}", parts.get(name, "")):
            yield f"docs/commands.md: {missing} is missing"


def _not_said(parser: argparse.ArgumentParser, path: str, said: str) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                if f"`{path} {name}" not in said:
                    yield f"{path} {name}"
                yield from _not_said(below, f"{path} {name}", said)
        elif action.choices and not action.option_strings:
            wanted = (str(choice) for choice in action.choices if choice != action.default)
            yield from (f"{path} {choice}" for choice in wanted if f"`{path} {choice}" not in said)
        for option in action.option_strings:
            is_ours = option.startswith("--") and option not in GENERAL_OPTIONS
            if is_ours and not re.search(rf"`[^`\n]*{re.escape(option)}\b[^`\n]*`", said):
                yield f"{path} {option}"


def events() -> Iterator[str]:
    """Every event class has a row in docs/events.md that names its fields and its followers."""
    from rongshu.foundation.consumers import registered  # noqa: PLC0415 - after django is set up
    from rongshu.foundation.events import DomainEvent  # noqa: PLC0415

    ours = {event.__name__: event for event in all_subclasses(DomainEvent) if _is_ours(event)}
    rows = first_cells(text_of("events.md"))
    yield from both_ways("docs/events.md", "event", ours, rows)
    for name, event in sorted(ours.items()):
        wanted = [field.name for field in dataclasses.fields(event)]
        wanted += [one.name for one in registered() if name in one.kinds]
        missing = [one for one in wanted if name in rows and f"`{one}`" not in rows[name]]
        yield from (f"docs/events.md: {name} does not name {one}" for one in missing)


def _is_ours(event: type) -> bool:
    return event.__module__.startswith("rongshu.") and ".tests." not in event.__module__


def all_subclasses(root: type) -> Iterator[Any]:
    """Yield every class below `root`."""
    children: list[type] = root.__subclasses__()
    for child in children:
        yield child
        yield from all_subclasses(child)


def site_file() -> Iterator[str]:
    """The example in docs/using.md is a site file the program reads, and it uses every key there is."""
    from rongshu.foundation.errors import RongshuError  # noqa: PLC0415 - after django is set up
    from rongshu.sites.declaring.reading import read_site_file  # noqa: PLC0415

    blocks = re.findall(r"^```yaml\n(.*?)^```", text_of("using.md"), re.MULTILINE | re.DOTALL)
    used: set[str] = set()
    for block in blocks:
        try:
            used.update(_keys_in(read_site_file(block).content))
        except RongshuError as error:
            yield f"docs/using.md: an example site file is refused: {error.message}"
    schema = json.loads((ROOT / "rongshu/sites/seed/site_file.schema.json").read_text(encoding="utf-8"))
    missing = set(_properties_in(schema)) - used
    yield from (f"docs/using.md: no example uses the key {key} of the site file" for key in sorted(missing))


def _keys_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _keys_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys_in(item)


def _properties_in(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for item in schema.values():
            yield from _properties_in(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _properties_in(item)


def site_words() -> Iterator[str]:
    """Block kinds, column standards, statuses and column elements stand in docs/using.md."""
    from rongshu.library.models import ResourceRelation  # noqa: PLC0415 - after django is set up
    from rongshu.library.queries import matching  # noqa: PLC0415
    from rongshu.sites.column_elements import CHANGEABLE, LIST_TEMPLATES  # noqa: PLC0415
    from rongshu.sites.models import Block, Placement, Site  # noqa: PLC0415

    standards = yaml.safe_load(
        (ROOT / "rongshu/sites/seed/column_standards.yaml").read_text(encoding="utf-8")
    )
    types = yaml.safe_load((ROOT / "rongshu/library/seed/resource_types.yaml").read_text(encoding="utf-8"))
    below = sections(text_of("using.md"))
    wanted = {
        ("block kind", "首页区块"): Block.Kind.values,
        ("column standard", "栏目标准"): [standard["code"] for standard in standards],
        ("site status", "站点的一生"): Site.Status.values,
        ("theme", "站点的一生"): Site.Theme.values,
        ("placement state", "放入栏目"): Placement.State.values,
        ("column element", "栏目的各项"): CHANGEABLE,
        ("list template", "栏目的各项"): LIST_TEMPLATES,
        ("selection condition", "自动栏目"): matching._CONDITIONS,
        ("resource type", "资源类型"): [one["code"] for one in types],
        ("relation", "政策文件：时效性与解读"): set(ResourceRelation.Kind.values) - {"near-duplicate"},
    }
    for (what, head), names in wanted.items():
        missing = sorted(one for one in names if f"`{one}`" not in below.get(head, ""))
        yield from (f"docs/using.md: {what} {one} is missing below {head}" for one in missing)


def report_keys() -> Iterator[str]:
    """Every key of the intake report stands in docs/using.md."""
    tree = ast.parse((ROOT / "rongshu/intake/queries/report.py").read_text(encoding="utf-8"))
    keys = {
        key.value
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    said = sections(text_of("using.md")).get("迁移报告", "")
    yield from (
        f"docs/using.md: report key {key} is missing" for key in sorted(keys) if f"`{key}`" not in said
    )


def operating_words() -> Iterator[str]:
    """Roles, capabilities, and what `/-/health` and `rongshu doctor` name stand in docs/operating.md."""
    from rongshu.accounts.capabilities import BUILT_IN_ROLES, CAPABILITIES  # noqa: PLC0415

    tree = ast.parse((ROOT / "rongshu/project/health.py").read_text(encoding="utf-8"))
    checks = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "checks"
    ]
    problems = [key.value for dictionary in checks for key in dictionary.keys]  # type: ignore[attr-defined]
    doctor = (ROOT / "rongshu/project/doctor.py").read_text(encoding="utf-8")
    text = text_of("operating.md")
    wanted = {
        "role": [role.code for role in BUILT_IN_ROLES],
        "capability": CAPABILITIES,
        "finding of doctor": set(re.findall(r"_(?:problem|note)\(\s*\"([a-z-]+)\"", doctor)),
        "health problem": problems or ["(rongshu/project/health.py names none: check_docs.py is outdated)"],
    }
    for what, names in wanted.items():
        yield from (f"docs/operating.md: {what} {one} is missing" for one in names if f"`{one}`" not in text)


def codes() -> Iterator[str]:
    """Codes of errors named in the documentation, in round brackets, are codes the program has."""
    program = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "rongshu").rglob("*.py"))
    for file in sorted(DOCS.rglob("*.md")):
        named = re.findall(r"[（(]`([a-z]+(?:-[a-z]+)+)`", file.read_text(encoding="utf-8"))
        wrong = sorted({code for code in named if f'"{code}"' not in program})
        yield from (f"{file.relative_to(ROOT)}: the code {code} does not exist" for code in wrong)


def links() -> Iterator[str]:
    """Relative links lead to a file and, where they name one, a heading; paths in code spans exist."""
    for file in [*sorted(ROOT.glob("README*.md")), *sorted(DOCS.rglob("*.md"))]:
        name, text = file.relative_to(ROOT), file.read_text(encoding="utf-8")
        plain = _without_fences(text)
        for target in re.findall(r"\]\(([^)\s]+)\)", plain):
            if not re.match(r"[a-z]+:", target) and not _leads_somewhere(file, target):
                yield f"{name}: the link {target} leads nowhere"
        for path in re.findall(r"`((?:rongshu|docs|scripts|deploy|bench)/[\w./*-]+)`", plain):
            if not list(ROOT.glob(path.rstrip("/"))):
                yield f"{name}: {path} does not exist"


def intake_codes() -> Iterator[str]:
    """Every reason why a run, a page or a file is refused stands in docs/commands.md or docs/using.md."""
    text = text_of("commands.md") + text_of("using.md")
    for file in sorted((ROOT / "rongshu/intake").rglob("errors.py")):
        for code in re.findall(r'^    code = "([a-z-]+)"', file.read_text(encoding="utf-8"), re.MULTILINE):
            if f"`{code}`" not in text:
                yield f"docs: the code {code} of {file.relative_to(ROOT)} is missing"


def decisions() -> Iterator[str]:
    """Every decision stands in the index of decisions."""
    index = text_of("decisions/README.md")
    for file in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        if f"({file.name})" not in index:
            yield f"docs/decisions/README.md: {file.name} is missing"


def _leads_somewhere(file: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (file.parent / path).resolve() if path else file
    if not found.exists():
        return False
    if not anchor or found.suffix != ".md":
        return True
    heads = re.findall(r"^#+ (.+)$", _without_fences(found.read_text(encoding="utf-8")), re.MULTILINE)
    return anchor in {_anchor(head) for head in heads}


def _anchor(head: str) -> str:
    """Return the anchor GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-")


CHECKS = (
    settings, rules, commands, events, site_file, site_words, report_keys, operating_words, codes, links,
    intake_codes, decisions,
)  # fmt: skip


def main() -> int:
    """Print what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RONGSHU_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        found = [problem for check in CHECKS for problem in check()]
    print("\n".join(found) or "docs complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
