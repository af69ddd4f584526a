"""Why an address is not read; each ends up in the run's report with its code."""

from rongshu.foundation.errors import InvalidInput


class FetchRefused(InvalidInput):
    """An address that was not read."""

    code = "fetch-failed"
    sentence = "页面没有取到，请稍后续跑本次导入。"


class AddressNotAllowed(FetchRefused):
    """The host resolves to a private, loopback or link-local address."""

    code = "address-not-allowed"
    sentence = "地址指向内网或本机，已拒绝访问；确属要导入的站点时，请用 --allow-host 写明主机名。"


class PageTooLarge(FetchRefused):
    """More bytes, plain or decompressed, than a page may have."""

    code = "page-too-large"
    sentence = "页面（解压后）超过 20 MB，未导入；如果它是文件，请作为附件导入。"


class FileTooLarge(FetchRefused):
    """More bytes than a file may have."""

    code = "file-too-large"
    sentence = "文件超过 200 MB，未导入；请压缩或拆分后在后台上传。"


class RedirectLoop(FetchRefused):
    """The address leads back to itself, or through too many others."""

    code = "redirect-loop"
    sentence = "地址循环跳转，无法取到页面；请联系原网站修正跳转。"


class RobotsDisallowed(FetchRefused):
    """The site's robots.txt keeps crawlers out of this address."""

    code = "robots-disallowed"
    sentence = "原网站的 robots.txt 不允许抓取这个地址；请征得网站同意后关闭该限制再导入。"


class HttpFailure(FetchRefused):
    """The server has no such page, or does not give it."""

    code = "http-error"
    sentence = "原网站返回错误，页面没有取到。"


class NotModified(FetchRefused):
    """The page is what it was when it was last read; only asked for with the validators of that answer."""

    code = "not-modified"
    sentence = "页面自上次采集以来没有变化。"


class ServerFailure(FetchRefused):
    """The server failed itself or asks for patience (HTTP 429, 5xx), however often it was asked."""

    code = "server-error"
    sentence = "原网站服务器出错，页面没有取到；请待其恢复后再次导入。"


class TimedOut(FetchRefused):
    """The server did not answer in time, however often it was asked."""

    code = "timed-out"
    sentence = "原网站在规定时间内没有响应，请稍后续跑本次导入。"


class OutOfScope(FetchRefused):
    """The address leads to another site."""

    code = "out-of-scope"
    sentence = "地址跳转到了本次导入范围以外的网站，未导入。"


class EndlessPagination(FetchRefused):
    """Pages of this kind go on without bringing anything new."""

    code = "endless-pagination"
    sentence = "同类页面不断翻页却没有新内容，已停止抓取这一类地址；如有遗漏，请单独给出地址导入。"


class AddressTrap(FetchRefused):
    """The address repeats itself the way only faulty links do."""

    code = "address-trap"
    sentence = "地址自我重复、层级或参数过多，应是错误链接造成的，未抓取。"


class RouteNotRead(FetchRefused):
    """A page behind a # whose content nothing was asked for that we understand."""

    code = "route-not-read"
    sentence = "这一页由脚本按网址 # 后的部分显示，没有读到内容；请由旧平台的数据库或接口迁移。"


class RunFull(FetchRefused):
    """The run has read as many pages as it may."""

    code = "run-full"
    sentence = "已达到本次导入的页面数上限，其余地址未抓取；请提高上限后续跑。"


class NotSaved(FetchRefused):
    """The folder of saved pages does not hold this file."""

    code = "file-missing"
    sentence = "保存的文件夹里没有这个文件，请补齐后续跑。"


class ArchiveDamaged(FetchRefused):
    """A web archive that holds no answers, or can't be read at all."""

    code = "archive-damaged"
    sentence = "WARC 文件里没有可读的网页，请核对文件是否完整。"
