"""What can be wrong with a run as a whole; what is wrong with one address is a listed reason."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotFound, Unavailable


class SourceNotReadable(InvalidInput):
    """The source is neither a reachable address nor a folder."""

    code = "source-not-readable"
    sentence = "来源无法读取：请给出以 http:// 或 https:// 开头的网址，或一个存有网页的文件夹、WARC 文件。"


class MappingMalformed(InvalidInput):
    """The file of a plan can't be followed; nothing was begun."""

    code = "mapping-malformed"
    sentence = "迁移方案文件有误，请核对后再执行。"


class RunNotFound(NotFound):
    """No such run."""

    code = "intake-run-not-found"
    sentence = "没有这个采集任务，请核对编号（rongshu intake list）。"


class RunInProgress(Conflict):
    """Another process is working on this run."""

    code = "intake-run-in-progress"
    sentence = "这个采集任务正由另一个进程执行，请等它结束或停止后再继续。"


class SourceRefused(InvalidInput):
    """The first address itself was refused, and nothing else was found."""

    code = "source-refused"
    sentence = "来源的首页没有取到，没有迁入任何内容。"


class SourceSilent(Unavailable):
    """The source does not answer any more; the run waits for it."""

    code = "source-silent"
    sentence = "来源网站没有响应，任务已暂停；请稍后用 --resume 继续。"


class DiskFull(Unavailable):
    """Fetched files can't be kept."""

    code = "disk-full"
    sentence = "磁盘空间不足，任务已暂停，已采集的内容保留；请清理或扩充数据目录所在磁盘后用 --resume 继续。"


class PagesNotWritten(Unavailable):
    """Everything is in the library and in its columns, but some pages could not be written."""

    code = "pages-not-written"
    sentence = "内容已入库并进入栏目，但部分页面没有生成；请排除原因（rongshu doctor）后用 --resume 继续。"


class RunNotTested(Conflict):
    """The switch wants a test report newer than the last change."""

    code = "intake-run-not-tested"
    sentence = "这个迁移任务还没有测试报告，或出具报告后内容有变化；请先重新出具测试报告。"


class ReportNotClean(Conflict):
    """The test report has findings that keep the migration from being switched."""

    code = "intake-report-not-clean"
    sentence = "测试报告中有须先解决的问题，没有切换；解决后重新出具报告，确须切换的请用 --despite 写明理由。"


class RunSwitched(Conflict):
    """The old hosts are turned over already."""

    code = "intake-run-switched"
    sentence = "旧主机已经切换到本平台；要切回请用 --back。"


class NotSwitched(Conflict):
    """There is nothing to turn back."""

    code = "intake-run-not-switched"
    sentence = "这个迁移任务没有切换过，无须切回。"


class TaskNotFound(NotFound):
    """No such task."""

    code = "intake-task-not-found"
    sentence = "没有这个数据采集任务，请核对编号或名称（rongshu intake task list）。"


class TaskLocked(Conflict):
    """Source and mapping stay as they are while the task runs (P2-08)."""

    code = "intake-task-locked"
    sentence = "任务正在进行或已暂停，来源和映射不能修改；请等它读完，或先停止任务。"


class TaskNotReady(Conflict):
    """The state of the task forbids what was asked."""

    code = "intake-task-not-ready"
    sentence = "任务当前的状态不能进行这项操作，请刷新后查看。"


class NothingFailed(Conflict):
    """There are no failed records to read again."""

    code = "nothing-failed"
    sentence = "没有失败的记录，不需要重跑。"


class PathNotAllowed(InvalidInput):
    """Files of the server are named on its command line only."""

    code = "server-path-not-allowed"
    sentence = "服务器上的路径只能由运维人员用 rongshu intake task 命令指定；请在这里上传文件。"


class RunStopped(Conflict):
    """Somebody asked the run to stop."""

    code = "intake-run-stopped"
    sentence = "任务已按要求停下，已采集的内容保留；可以在任务页上继续，或用 --resume 继续。"


class MappingLocked(Conflict):
    """Articles are placed already, or about to be."""

    code = "intake-mapping-locked"
    sentence = "内容已经进入栏目，栏目对应不能再改；请在信息资源库中调整栏目。"


class NotYetCorrectable(Conflict):
    """Corrections are made while a run rests: before its approval, or after its end."""

    code = "intake-not-yet-correctable"
    sentence = "任务进行到一半，提取结果还不能更正；请等它停在“待审批”或完成后再更正。"


class LogNotReadable(InvalidInput):
    """The file is no access log we can read."""

    code = "log-not-readable"
    sentence = "日志读不懂：请给出通用（common、combined）或 W3C 格式的访问日志，可以是 gz、bz2 压缩。"


class ApplicationMalformed(InvalidInput):
    """The application form can't be read; nothing was begun."""

    code = "application-malformed"
    sentence = "申请表须是“名称: 内容”逐行写成的 YAML，例如“联系人: 示范科”，请核对。"


class RunNotFinished(Conflict):
    """Only a finished run is followed or switched."""

    code = "intake-run-not-finished"
    sentence = "这个任务还没有完成，请先用 rongshu intake run --resume 继续到完成。"


class BatchMalformed(InvalidInput):
    """The table of a batch can't be followed; nothing was begun."""

    code = "intake-batch-malformed"
    sentence = "批次表有误，没有开始；请按下列各行的说明改正后再执行。"
