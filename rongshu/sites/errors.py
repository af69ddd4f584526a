"""What sites refuse, and what the person is to do about it.

InvalidInput
├── SiteMalformed · DomainNotAllowed · ColumnMalformed · StandardUnknown
├── ThemeMalformed · BlockMalformed · PlacementMalformed · LegacyAddressMalformed
    ├── VerificationFileMalformed · SelectionMalformed
└── SiteFileMalformed                      `fields` names line and place in the file
Conflict
├── SlugTaken · UnitHasSite · SiteIncomplete · StatusForbids · OfflineTooLong · OfflineTooOften
├── ClosingNotAnnounced · ClosingTooSoon · ArchiveImpossible · StandardNameTaken
├── ColumnPathTaken · ColumnTreeCircular · ColumnInUse · ColumnClosed
└── SiteTakesNothing · ResourceUnfit · ApprovalUnfit · NothingToAccept
NotFound
└── UnknownSite · UnknownColumn · UnknownPlacement
"""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotFound, Unavailable


class UnknownSite(NotFound):
    """No such site, or not the viewer's."""

    code = "site-not-found"
    sentence = "没有找到这个站点，或者您无权查看；请核对站点代号。"


class UnknownColumn(NotFound):
    """No such column, or not the viewer's."""

    code = "column-not-found"
    sentence = "没有找到这个栏目，或者您无权查看；请核对栏目路径。"


class UnknownPlacement(NotFound):
    """No such placement, or not the viewer's."""

    code = "placement-not-found"
    sentence = "没有找到这条栏目内容，或者您无权查看。"


class SiteMalformed(InvalidInput):
    """An element of the site can't be accepted."""

    code = "site-malformed"
    sentence = "站点信息有误，请按提示修改。"


class DomainNotAllowed(InvalidInput):
    """The domain breaks the rules of 国办函〔2018〕55号."""

    code = "domain-not-allowed"
    sentence = "域名不符合政府网站域名管理要求，请更换。"


class ColumnMalformed(InvalidInput):
    """An element of the column can't be accepted."""

    code = "column-malformed"
    sentence = "栏目信息有误，请按提示修改。"


class StandardNameTaken(Conflict):
    """The unit keeps another column standard of this name."""

    code = "column-standard-name-taken"
    sentence = "本单位已有同名的栏目标准，请换一个名称。"


class StandardUnknown(InvalidInput):
    """No such column standard, or a path it does not have."""

    code = "column-standard-unknown"
    sentence = "没有这个栏目标准模板，请从模板清单中选择。"


class ThemeMalformed(InvalidInput):
    """A theme or token that the style guide refuses (P5-08)."""

    code = "theme-malformed"
    sentence = "主题设置不符合网页设计规范，请按提示修改。"


class BlockMalformed(InvalidInput):
    """A block of the home page is not complete."""

    code = "block-malformed"
    sentence = "首页区块设置有误，请按提示修改。"


class LegacyAddressMalformed(InvalidInput):
    """An old address is not a host and a request URI, or leads nowhere."""

    code = "legacy-address-malformed"
    sentence = "旧网址有误：须为完整网址，并指明去向或失效原因。"


class VerificationFileMalformed(InvalidInput):
    """A name that may not stand at a site's root, or too much content."""

    code = "verification-file-malformed"
    sentence = "验证文件的名称或内容不符合要求，请按提示修改。"


class PlacementMalformed(InvalidInput):
    """Times, order or title of a placement can't be accepted."""

    code = "placement-malformed"
    sentence = "栏目内容的设置有误：显示截止时间须晚于开始时间，标题不超过 200 字。"


class SiteFileMalformed(InvalidInput):
    """The file of `rongshu site apply` can't be accepted; nothing of it was carried out."""

    code = "site-file-malformed"
    sentence = "配置文件有误，未做任何改动；请按提示的位置修改后重试。"


class SelectionMalformed(InvalidInput):
    """The rule of an automatic column can't be accepted."""

    code = "selection-malformed"
    sentence = "自动归集规则有误，请按提示修改。"


class SlugTaken(Conflict):
    """Another site has this slug."""

    code = "site-slug-taken"
    sentence = "该站点代号已被使用，请换一个。"


class UnitHasSite(Conflict):
    """One unit opens at most one site (47号)."""

    code = "unit-has-site"
    sentence = "该单位已开设网站（一个单位最多开设一个网站）；确需另设的，请填写例外依据。"


class SiteIncomplete(Conflict):
    """The site may not go online before its registrations are filled (P1-03)."""

    code = "site-incomplete"
    sentence = "站点信息不完整，不能上线。"


class StatusForbids(Conflict):
    """The site's status does not admit this step."""

    code = "site-status-forbids"
    sentence = "站点当前状态下不能进行此操作。"


class OfflineTooLong(Conflict):
    """A temporary closure is longer than the rules admit."""

    code = "offline-too-long"
    sentence = "临时下线时间过长，请缩短。"


class OfflineTooOften(Conflict):
    """The site was offline this year already."""

    code = "offline-too-often"
    sentence = "本年度已临时下线过，不能再次临时下线。"


class ClosingNotAnnounced(Conflict):
    """A site is closed only after its closing was announced."""

    code = "closing-not-announced"
    sentence = "请先发布关停公告，公告期满后再关停。"


class ClosingTooSoon(Conflict):
    """The notice has not stood long enough."""

    code = "closing-too-soon"
    sentence = "关停公告期未满，暂不能关停。"


class ArchiveImpossible(Unavailable):
    """No web archive of the site could be made, and no site closes without one."""

    code = "archive-impossible"
    sentence = "未能生成网站归档包，站点未关停；请检查归档功能后重试。"


class ColumnPathTaken(Conflict):
    """Another column stands at this path."""

    code = "column-path-taken"
    sentence = "同一级下已有相同代号的栏目，请换一个代号。"


class ColumnTreeCircular(Conflict):
    """A column can't stand below itself."""

    code = "column-tree-circular"
    sentence = "不能把栏目移到它自己或它的下级之下。"


class ColumnInUse(Conflict):
    """The column still holds placements or columns."""

    code = "column-in-use"
    sentence = "栏目下仍有内容或下级栏目，请先移走再停用。"


class ColumnClosed(Conflict):
    """The column takes nothing any more."""

    code = "column-closed"
    sentence = "该栏目已停用，不能再发布内容，请选择其他栏目。"


class SiteTakesNothing(Conflict):
    """The site is offline or closed."""

    code = "site-takes-nothing"
    sentence = "该站点已下线，不能向它发布内容。"


class ResourceUnfit(Conflict):
    """The resource can't be shown: withdrawn for good, recycled or purged."""

    code = "resource-unfit"
    sentence = "该资源已归入回收站或已清除，不能放入栏目。"


class ApprovalUnfit(Conflict):
    """The approval is not decided, or is not about these resources."""

    code = "approval-unfit"
    sentence = "所给审批未通过，或不包含这些资源，请先完成审批。"


class NothingToAccept(Conflict):
    """The column shows the newest version already."""

    code = "nothing-to-accept"
    sentence = "该栏目显示的已是最新版本，无需确认。"
