"""Category trees: create, import, sort, move, merge, split — records keep their links (P2-04)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.events import announce, announce_many
from rongshu.foundation.text import normalise_line
from rongshu.library.errors import CategoryFileMalformed, CategoryImpossible, CategoryMoveCircular
from rongshu.library.events import CategoryRenamed, ResourceClassified
from rongshu.library.models import Category, CategoryScheme, Classification, ClassificationEntry
from rongshu.library.permissions import may_define


@dataclass(frozen=True)
class CategoryRow:
    """One line of a category file: code, name, and the code of the parent ("" for a root)."""

    line: int
    code: str
    name: str
    parent: str


def create_category(
    *, actor: Person, scheme: CategoryScheme, code: str, name: str, parent: Category | None = None
) -> Category:
    """Add a category as the last below its parent. Raise `CategoryImpossible` when the code is taken."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        category = _insert(scheme, normalise_line(code), normalise_line(name), parent)
        record(actor, "category.created", category, code=category.code)
    return category


def rename_category(*, actor: Person, category: Category, name: str) -> Category:
    """Give a category another name; what stands under it follows. Raise `CategoryImpossible`."""
    name = normalise_line(name)
    if not name or len(name) > 100:
        raise CategoryImpossible("分类名称必须填写，且不超过 100 字。", fields={"name": "必须填写"})
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        category = Category.objects.select_for_update().get(pk=category.pk)
        if category.name != name:
            record(actor, "category.renamed", category, was=category.name, now=name)
            _rename(category, name, actor)
    return category


def import_categories(*, actor: Person, scheme: CategoryScheme, content: str) -> int:
    """Add or rename categories from CSV with the columns code, name, parent (or 代码, 名称, 上级代码).

    All or nothing; every wrong line is named. Present codes are renamed and moved, none is removed.
    """
    rows = list(_read_rows(content))
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        known = {category.code: category for category in scheme.categories.select_for_update()}
        for row in rows:
            _import_row(actor, scheme, row, known)
        record(actor, "categories.imported", scheme, count=len(rows))
    return len(rows)


def sort_categories(*, actor: Person, categories: Sequence[Category]) -> None:
    """Put siblings into the order given. Raise `CategoryImpossible` unless they are siblings."""
    if len({(each.scheme_id, each.parent_id) for each in categories}) > 1:
        raise CategoryImpossible("只能在同一上级之下排序。")
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        for position, category in enumerate(categories):
            Category.objects.filter(pk=category.pk).update(position=position)
        record(actor, "categories.sorted", categories[0], count=len(categories))


def move_category(*, actor: Person, category: Category, parent: Category | None) -> Category:
    """Hang a category, with all below it, under another of its scheme. Raise `CategoryMoveCircular`."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        category = Category.objects.select_for_update().get(pk=category.pk)
        _move(category, parent)
        record(actor, "category.moved", category, parent=str(parent.pk if parent else ""))
    return category


def merge_categories(*, actor: Person, source: Category, target: Category) -> int:
    """Let `target` take over everything of `source`, which stays known as merged; return how many records
    moved.

    Raise `CategoryImpossible` between schemes, for an ended category, or into one's own subcategory.
    """
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        source, target = _locked_pair(source, target)
        moved = _relink(actor, Classification.objects.filter(category=source), target, f"merge:{source.code}")
        for child in source.children.all():
            _move(child, target)
        Category.objects.filter(merged_into=source).update(merged_into=target)
        source.merged_into, source.is_active = target, False
        source.save(update_fields=["merged_into", "is_active"])
        record(actor, "category.merged", source, into=target.code, moved=moved)
    return moved


def split_category(*, actor: Person, source: Category, target: Category, resource_ids: Sequence[UUID]) -> int:
    """Move some records of a category to another of its scheme; the others stay. Return how many moved."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        source, target = _locked_pair(source, target)
        links = Classification.objects.filter(category=source, resource_id__in=resource_ids)
        moved = _relink(actor, links, target, f"split:{source.code}")
        record(actor, "category.split", source, into=target.code, moved=moved)
    return moved


def _insert(scheme: CategoryScheme, code: str, name: str, parent: Category | None) -> Category:
    if not code or not name or scheme.categories.filter(code=code).exists():
        raise CategoryImpossible("分类代码和名称必须填写，且代码在体系内不能重复。", fields={"code": code})
    if parent is not None and parent.scheme_id != scheme.pk:
        raise CategoryImpossible
    position = scheme.categories.filter(parent=parent).count()
    category = Category(scheme=scheme, parent=parent, code=code, name=name, position=position)
    category.path = f"{parent.path if parent else '/'}{category.pk}/"
    category.save(force_insert=True)
    return category


def _read_rows(content: str) -> Iterator[CategoryRow]:
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff")))
    header = [name.strip().lower() for name in next(reader, [])]
    names = {"代码": "code", "名称": "name", "上级代码": "parent"}
    columns = [names.get(name, name) for name in header]
    if not {"code", "name"} <= set(columns):
        raise CategoryFileMalformed("首行须为列名：代码,名称,上级代码。", fields={"1": "缺少列名"})
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _read_row(reader.line_num, dict(zip(columns, map(normalise_line, cells), strict=False)))


def _read_row(line: int, cells: dict[str, str]) -> CategoryRow:
    code, name = cells.get("code", ""), cells.get("name", "")
    if not code or not name or len(code) > 40 or len(name) > 100:
        raise CategoryFileMalformed(
            f"第 {line} 行：代码（≤40 字）和名称（≤100 字）必须填写。", fields={str(line): "不完整"}
        )
    return CategoryRow(line, code, name, cells.get("parent", ""))


def _import_row(actor: Person, scheme: CategoryScheme, row: CategoryRow, known: dict[str, Category]) -> None:
    parent = known.get(row.parent) if row.parent else None
    if row.parent and parent is None:
        raise CategoryFileMalformed(
            f"第 {row.line} 行：上级代码“{row.parent}”不存在，上级须写在下级之前。",
            fields={str(row.line): "上级不存在"},
        )
    present = known.get(row.code)
    if present is None:
        known[row.code] = _insert(scheme, row.code, row.name, parent)
        return
    if present.parent_id != (parent.pk if parent else None):
        _move(present, parent)
    if present.name != row.name:
        _rename(present, row.name, actor)


def _rename(category: Category, name: str, actor: Person) -> None:
    category.name = name
    category.save(update_fields=["name"])
    announce(
        CategoryRenamed(category_id=category.pk, scheme=category.scheme_id, code=category.code),
        actor_id=actor.id,
    )


def _move(category: Category, parent: Category | None) -> None:
    if parent is not None:
        parent = Category.objects.get(pk=parent.pk)
        if parent.path.startswith(category.path):
            raise CategoryMoveCircular
        if parent.scheme_id != category.scheme_id:
            raise CategoryImpossible
    old, new = category.path, f"{parent.path if parent else '/'}{category.pk}/"
    Category.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1))
    )
    category.parent, category.path = parent, new
    category.save(update_fields=["parent"])


def _locked_pair(source: Category, target: Category) -> tuple[Category, Category]:
    locked = {
        each.pk: each for each in Category.objects.select_for_update().filter(pk__in=[source.pk, target.pk])
    }
    if len(locked) != 2:
        raise CategoryImpossible
    source, target = locked[source.pk], locked[target.pk]
    fits = (
        source.scheme_id == target.scheme_id and target.is_active and not target.path.startswith(source.path)
    )
    if not fits:
        raise CategoryImpossible
    return source, target


def _relink(actor: Person, links: QuerySet[Classification], target: Category, rule: str) -> int:
    """Point links to another category and log it; a record that stands under both keeps one link."""
    rows = list(links.values_list("pk", "resource_id", "category_id"))
    there = set(
        Classification.objects.filter(category=target, resource_id__in=[row[1] for row in rows]).values_list(
            "resource_id", flat=True
        )
    )
    Classification.objects.filter(pk__in=[pk for pk, resource_id, _ in rows if resource_id in there]).delete()
    Classification.objects.filter(
        pk__in=[pk for pk, resource_id, _ in rows if resource_id not in there]
    ).update(category=target)
    for _, resource_id, category_id in rows:
        _log(actor, resource_id, category_id, rule, is_removal=True)
        _log(actor, resource_id, target.pk, rule, is_removal=False)
    announce_many((ResourceClassified(resource_id=row[1]) for row in rows), actor_id=actor.id)
    return len(rows)


def _log(actor: Person, resource_id: UUID, category_id: UUID, rule: str, *, is_removal: bool) -> None:
    ClassificationEntry.objects.create(
        resource_id=resource_id, category_id=category_id, rule=rule, person_id=actor.id, is_removal=is_removal
    )
