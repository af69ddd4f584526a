"""Watermarks of pictures: listed, set for a unit, looked at, dropped."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Button, Column, Empty
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb
from rongshu.console.working_place import UNIT, in_unit
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.guards import get_one
from rongshu.newsroom.actions.keep_watermark import drop_watermark, keep_watermark
from rongshu.newsroom.models.drafting import Watermark
from rongshu.newsroom.pictures import sample_of
from rongshu.newsroom.queries.watermarks import KEEPS, mark_of, units_for, watermark_of, watermarks_for

CRUMBS = (Crumb("图片水印", "newsroom-watermarks"),)
WATERMARKS: ListPage[Watermark] = ListPage(
    code="watermarks",
    title="图片水印",
    lead="编辑上传图片时可选加水印。没有设定的单位用上级单位的；都没有的，在右下角写本单位名称。",
    rows=watermarks_for,
    order="owner__path",
    columns=(
        Column("owner", "单位", lambda one: one.owner.name, order="owner__path"),
        Column("text", "文字", lambda one: one.text or "写稿单位的名称"),
        Column("place", "位置", lambda one: one.get_place_display(), is_narrow=True),
        Column("size", "字号", lambda one: one.get_size_display(), is_narrow=True),
        Column("strength", "不透明度", lambda one: f"{one.strength}%", is_narrow=True),
        Column("usual", "默认加", lambda one: one.is_usual, is_narrow=True),
    ),
    open_url=lambda one: reverse("newsroom-watermark", args=[one.pk]),
    narrow={UNIT: in_unit("owner_id")},
    buttons=(Button("设定水印", "newsroom-new-watermark", "plus", is_primary=True),),
    empty=Empty("还没有单位设定水印", "加水印的图片在右下角写单位名称。", "photo"),
)


class UnitForm(ConsoleForm):
    """Whose watermark it is."""

    owner = OrganizationField(label="单位")


class WatermarkForm(ConsoleForm):
    """The words, and how they stand on the picture."""

    text = forms.CharField(
        label="文字", max_length=40, required=False, help_text="留空则写写稿单位的名称；对下级单位同样有效"
    )
    place = forms.ChoiceField(label="位置", choices=Watermark.Place.choices, widget=forms.RadioSelect)
    size = forms.TypedChoiceField(
        label="字号", choices=Watermark.Size.choices, coerce=int, widget=forms.RadioSelect
    )
    strength = forms.IntegerField(label="不透明度（%）", min_value=10, max_value=100)
    is_usual = forms.BooleanField(
        label="上传图片时默认勾选“加水印”", required=False, help_text="编辑仍可取消"
    )


@require_safe
def list_watermarks(request: StaffRequest) -> HttpResponseBase:
    """List the watermarks of the viewer's units."""
    require(may_anywhere(request.viewer, KEEPS))
    return WATERMARKS.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def choose_unit(request: StaffRequest) -> HttpResponse:
    """Ask whose watermark is to be set."""
    require(may_anywhere(request.viewer, KEEPS))
    chosen: list[UUID] = []

    def act(form: UnitForm) -> str:
        owner = form.cleaned_data["owner"]
        if not units_for(request.viewer).filter(pk=owner.pk).exists():
            raise InvalidInput(fields={"owner": "这个单位不归您管理"})
        chosen.append(owner.pk)
        return ""

    form = UnitForm(request.POST if request.method == "POST" else None)
    return answer_form(
        request, form, act, title="设定图片水印", button="下一步",
        done_url=lambda: reverse("newsroom-watermark", args=[chosen[0]]),
        back_url=reverse("newsroom-watermarks"), crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Set a unit's watermark, with a picture of how it looks now."""
    unit = get_one(units_for(request.viewer), pk=organization_id)
    row = watermark_of(unit) or Watermark(owner=unit)
    is_own = row.owner_id == unit.pk and row.changed_at is not None
    page = reverse("newsroom-watermark", args=[unit.pk])

    def act(form: WatermarkForm) -> str:
        keep_watermark(actor=request.person, owner=unit, **form.cleaned_data)
        return "水印已保存，此后上传的图片按此添加；已上传的不变。"

    names = ("text", "place", "size", "strength", "is_usual")
    initial = {name: getattr(row, name) for name in names}
    return answer_form(
        request, WatermarkForm(request.POST if request.method == "POST" else None, initial=initial), act,
        title=f"图片水印：{unit.name}", button="保存水印", done_url=page,
        back_url=reverse("newsroom-watermarks"), crumbs=CRUMBS,
        lead="" if is_own else "现用上级单位的设定或默认样式，保存后为本单位设定。",
        template="newsroom/editing/watermark.html",
        context={"unit": unit, "is_own": is_own, "stamp": row.changed_at},
    )  # fmt: skip


@require_safe
def show_sample(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Give a picture that shows how the watermark looks now."""
    unit = get_one(units_for(request.viewer), pk=organization_id)
    picture = sample_of(mark_of(unit))
    answer = HttpResponse(picture.content, content_type=picture.media_type)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def drop(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Let the unit have again what the unit above it has."""
    row = get_one(watermarks_for(request.viewer), pk=organization_id)
    name = row.owner.name
    drop_watermark(actor=request.person, watermark=row)
    messages.success(request, f"{name}改用上级单位的设定。")
    return HttpResponseRedirect(reverse("newsroom-watermarks"))
