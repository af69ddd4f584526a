"""How a site looks: the blocks of its home page and its theme, each with the real page beside it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import answer_form
from rongshu.foundation.errors import NotFound, RongshuError
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.change_theme import change_theme
from rongshu.sites.errors import ThemeMalformed
from rongshu.sites.models import Block, Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.previewing import preview_of_home
from rongshu.sites.queries.columns import column_tree
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.web.look_forms import BlockForm, NewBlockForm, ThemeForm
from rongshu.sites.web.site_pages import CRUMBS, render_site_page, site_context

# The page that holds the preview frames its own listener; the previewed page runs no script at all.
_FRAMING: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_PREVIEWED: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; "
    "font-src data:; form-action 'none'; frame-ancestors 'self'; sandbox"
)


def _arranged_site(request: StaffRequest, slug: str) -> Site:
    site = get_site_for(request.viewer, slug)
    require(may_arrange_site(request.viewer, site))
    return site


@require_safe
def show_blocks(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the blocks in their order, and the home page."""
    site = _arranged_site(request, slug)
    blocks = site.blocks.order_by("position", "key").prefetch_related("columns")
    answer = render_site_page(request, site, "sites/blocks.html", "site-blocks", {"blocks": blocks})
    answer["Content-Security-Policy"] = _FRAMING
    return answer


@require_POST
def arrange_blocks(request: StaffRequest, slug: str) -> HttpResponse:
    """Change one block (`move` is `key:up|down|hide|show|drop`), or write the whole `order`."""
    site = _arranged_site(request, slug)
    settings = settings_of_blocks(site)
    try:
        wanted = _rearranged(settings, request.POST.getlist("order"), request.POST.get("move", ""))
        change_blocks(actor=request.person, site=site, blocks=wanted)
    except RongshuError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("site-blocks", args=[slug]))


@require_http_methods(["GET", "POST"])
def add_block(request: StaffRequest, slug: str) -> HttpResponse:
    """Add a block at the end."""
    site = _arranged_site(request, slug)
    form = NewBlockForm(request.POST or None, tree=column_tree(site))
    return _block_page(request, site, form, "添加区块", None)


@require_http_methods(["GET", "POST"])
def edit_block(request: StaffRequest, slug: str, key: str) -> HttpResponse:
    """Change a block."""
    site = _arranged_site(request, slug)
    block = site.blocks.filter(key=key).prefetch_related("columns").first()
    if block is None:
        raise NotFound
    form = BlockForm(request.POST or None, tree=column_tree(site), initial=BlockForm.of(block))
    return _block_page(request, site, form, f"修改区块：{block.title or block.get_kind_display()}", block)


@require_http_methods(["GET", "POST"])
def edit_theme(request: StaffRequest, slug: str) -> HttpResponse:
    """Choose the theme and set its tokens, beside the page as it would be."""
    site = _arranged_site(request, slug)

    def act(form: ThemeForm) -> str:
        theme = form.cleaned_data["theme"]
        try:
            change_theme(actor=request.person, site=site, theme=theme, tokens=form.tokens)
        except ThemeMalformed as error:
            at_fields = {name.replace("-", "_"): problem for name, problem in error.fields.items()}
            raise ThemeMalformed(error.message, fields=at_fields) from error
        return "主题已保存，各页面正在重新生成。"

    page = reverse("site-theme", args=[slug])
    answer = answer_form(
        request,
        ThemeForm(request.POST or None, initial=ThemeForm.of(site)),
        act,
        title=f"主题：{site.name}",
        button="保存主题",
        done_url=page,
        lead="全站用色不超过三种，与文字的对比度不低于 4.5；改动先在右侧真实页面上预览，保存后才生效。",
        crumbs=CRUMBS,
        template="sites/theme.html",
        context=site_context(request, site, "site-theme"),
    )
    answer["Content-Security-Policy"] = _FRAMING
    return answer


@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the home page as it is, or as the posted theme or order of blocks would make it."""
    site = _arranged_site(request, slug)
    try:
        html = preview_of_home(site, lambda: _try(request, site))
    except RongshuError as error:
        html = _refusal(error.message)
    answer = HttpResponse(html, headers={"Cache-Control": "no-store"})
    answer["Content-Security-Policy"] = _PREVIEWED
    return answer


def settings_of_blocks(site: Site) -> list[BlockSetting]:
    """Return the present blocks as they would be given to `change_blocks`."""
    return [
        setting_of(block) for block in site.blocks.order_by("position", "key").prefetch_related("columns")
    ]


def setting_of(block: Block) -> BlockSetting:
    """Return a block as it would be given to `change_blocks`."""
    return BlockSetting(
        key=block.key,
        kind=block.kind,
        title=block.title,
        columns=[column.path for column in block.columns.all()],
        count=block.count,
        options=block.options,
        is_active=block.is_active,
    )


def _try(request: StaffRequest, site: Site) -> None:
    if request.method != "POST":
        return
    if "theme" in request.POST:
        form = ThemeForm(request.POST)
        if form.is_valid():
            theme, tokens = form.cleaned_data["theme"], form.tokens
            change_theme(actor=request.person, site=site, theme=theme, tokens=tokens)
    else:
        wanted = _rearranged(settings_of_blocks(site), request.POST.getlist("order"), "")
        change_blocks(actor=request.person, site=site, blocks=wanted)


def _block_page(
    request: StaffRequest, site: Site, form: BlockForm, title: str, block: Block | None
) -> HttpResponse:
    def act(form: BlockForm) -> str:
        setting = form.setting(block.options if block else {}, block.key if block else "")
        others = settings_of_blocks(site)
        blocks = [setting if block and one.key == block.key else one for one in others]
        change_blocks(actor=request.person, site=site, blocks=blocks if block else [*others, setting])
        return "区块已保存，首页正在重新生成。"

    page = reverse("site-blocks", args=[site.slug])
    return answer_form(
        request, form, act, title=title, button="保存区块", done_url=page, back_url=page, crumbs=CRUMBS
    )


def _rearranged(settings: list[BlockSetting], order: list[str], move: str) -> list[BlockSetting]:
    if order:
        places: Mapping[str, int] = {key: place for place, key in enumerate(order)}
        return sorted(settings, key=lambda one: places.get(one.key, len(places)))
    key, _, way = move.partition(":")
    place = next((at for at, one in enumerate(settings) if one.key == key), None)
    if place is None:
        return settings
    return _moved(settings, place, way)


def _moved(settings: list[BlockSetting], place: int, way: str) -> list[BlockSetting]:
    chosen, others = settings[place], [*settings[:place], *settings[place + 1 :]]
    if way == "drop":
        return others
    if way in {"hide", "show"}:
        values: dict[str, Any] = {**vars(chosen), "is_active": way == "show"}
        return [*settings[:place], BlockSetting(**values), *settings[place + 1 :]]
    at = max(place - 1, 0) if way == "up" else place + 1
    return [*others[:at], chosen, *others[at:]]


def _refusal(message: str) -> str:
    head = '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>预览</title>'
    return f"{head}<p>{escape(message)}</p></html>"
