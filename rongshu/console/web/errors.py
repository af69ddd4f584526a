"""What a person sees when something is refused, is not there, or fails: what happened and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from rongshu.console.pages import render_page
from rongshu.foundation.errors import NotFound, RongshuError
from rongshu.foundation.rate_limits import TooManyRequests

_HEADINGS: Final = {
    400: "填写有误",
    403: "没有权限",
    404: "没有找到",
    409: "现在不能进行",
    429: "请稍候",
    503: "暂时不可用",
}


class PresentErrors:
    """Middleware that turns a RongshuError into a page, a toast or JSON; other exceptions go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a view has refused."""
        return answer_error(request, exception) if isinstance(exception, RongshuError) else None


def answer_error(request: HttpRequest, error: RongshuError) -> HttpResponse:
    """Answer an error in the form the request asks for."""
    answer = _answer(request, error)
    if isinstance(error, TooManyRequests):
        answer["Retry-After"] = str(error.retry_after)
    return answer


def _answer(request: HttpRequest, error: RongshuError, base: str = "") -> HttpResponse:
    if request.headers.get("X-Autosave"):
        return HttpResponse(error.message, status=error.status, content_type="text/plain; charset=utf-8")
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        told = json.dumps({"rongshu:toast": {"text": error.message, "tone": "danger"}})
        return HttpResponse(status=error.status, headers={"HX-Reswap": "none", "HX-Trigger": told})
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(error.as_json(), status=error.status)
    shown = {
        "error": error,
        "heading": _HEADINGS.get(error.status, "没有完成"),
        "base": base or ("console/base.html" if hasattr(request, "person") else "console/bare.html"),
    }
    return render_page(request, "console/error.html", shown, status=error.status)


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer_error(request, NotFound())


class RequestMalformed(RongshuError):
    """The request can't be read: more fields or bytes than one may have, or a host that is not ours."""

    code = "request-malformed"
    status = 400
    sentence = "提交的内容过多或格式有误，没有保存。请返回上一页，减少一次提交的内容后重试。"


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read, without the frame: it fails before the person is known."""
    return _answer(request, RequestMalformed(), base="console/bare.html")


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours, without the frame: what failed may be a part of it."""
    return _answer(request, RongshuError(), base="console/bare.html")


class FormExpired(RongshuError):
    """The page's token no longer fits the session."""

    code = "form-expired"
    status = 403
    sentence = "本页已过期，刚才的内容没有提交。请返回上一页，刷新后再提交。"


def refuse_forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a post whose token does not fit; the setting CSRF_FAILURE_VIEW names this."""
    return answer_error(request, FormExpired())
