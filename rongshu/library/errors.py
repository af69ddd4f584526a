"""What the library refuses, and what the person is to do about it.

InvalidInput
├── ElementRefused              one element of a record; `fields` names it
│   ├── ElementMissing · ElementTooLong · ElementMalformed · ElementNotInDomain
│   ├── ElementPlaceholder · ElementUnknown · PublishedAtMissing
│   └── LegacyIndexNumberTaken
├── ResourceTypeUnknown · CategoryUnknown · SourceAppUnknown
├── FieldNameIllegal · FieldNameTaken · FieldDefinitionIllegal
├── CategoryFileMalformed · QueryMalformed
└── ForeignRecordMalformed · ForeignRecordChanged
Conflict
├── NothingChanged · VersionNotApprovable · ResourceNotEffective · ResourceRecycled · AlreadyPurged
├── BatchNotOpen · BatchNotWaiting · MandateNotValid
├── CategoryMoveCircular · CategoryInUse · RelationImpossible
├── RouteNeedsReview · WroteItOneself · SignersMissing
├── FieldInUse · StandardInUse · DeletionUnconfirmed
└── SecondPersonNeeded · ResourceOfOtherNode
"""

from __future__ import annotations

from typing import Self

from rongshu.foundation.errors import Conflict, InvalidInput
from rongshu.library.routes import Route


class ElementRefused(InvalidInput):
    """One element of a record can't be accepted."""

    code = "element-refused"
    reason = "填写有误"

    @classmethod
    def at(cls, name: str, name_cn: str, reason: str = "") -> Self:
        """Return the error that names the element in both languages, and what is wrong with it."""
        wrong = reason or cls.reason
        return cls(f"“{name_cn}”（{name}）{wrong}。", fields={name: wrong})


class ElementMissing(ElementRefused):
    """A mandatory element, or a conditional one whose condition holds, has no value."""

    code = "element-missing"
    reason = "必须填写"


class ElementTooLong(ElementRefused):
    """The value has more characters than the element table allows."""

    code = "element-too-long"
    reason = "超过规定长度"


class ElementMalformed(ElementRefused):
    """The value is not of the element's type."""

    code = "element-malformed"
    reason = "格式不正确"


class ElementNotInDomain(ElementRefused):
    """The value is not one of the codes the element admits."""

    code = "element-not-in-domain"
    reason = "不在规定的值域内"


class ElementPlaceholder(ElementRefused):
    """The value is what a program writes for "nothing": the string "null" and its like (P6-01)."""

    code = "element-placeholder"
    reason = "是程序写入的空值标记，请填写真实内容或留空"


class ElementUnknown(ElementRefused):
    """The resource type has no such element."""

    code = "element-unknown"
    reason = "不是该资源类型的元素"


class PublishedAtMissing(ElementRefused):
    """Material from outside has no publication date; it is never given the date of the run (P5-02)."""

    code = "published-at-missing"
    reason = "缺失：没有发布时间的内容不能入库发布，请补充后重新提交"


class AttachmentUnknown(ElementRefused):
    """The text names a file that came with no record the person may read."""

    code = "attachment-unknown"
    reason = "引用了不存在的附件，请重新上传"


class LegacyIndexNumberTaken(ElementRefused):
    """Another resource of the same unit bears this original index number."""

    code = "index-number-taken"
    reason = "与本单位已有资源的索引号重复，请核对"


class ResourceTypeUnknown(InvalidInput):
    """No such resource type in the standard."""

    code = "resource-type-unknown"
    sentence = "没有这个资源类型，请先在资源库标准中定义，或改用已有类型。"


class SourceAppUnknown(InvalidInput):
    """The bringing system is not registered or not active."""

    code = "source-app-unknown"
    sentence = "来源系统没有登记或已停用，请先登记该系统再提交资源。"


class CategoryUnknown(InvalidInput):
    """No such category in the scheme."""

    code = "category-unknown"
    sentence = "没有这个分类，请从分类体系中选择。"


class FieldNameIllegal(InvalidInput):
    """A Chinese or English element name breaks the naming rules (P2-02, P6-07, DB34/T 4086)."""

    code = "field-name-illegal"
    sentence = "元素名称不合规：英文名须由首字母大写的英文词或已登记的缩写组成，中文名须含汉字。"


class FieldNameTaken(InvalidInput):
    """The type has an element of this name at this level already."""

    code = "field-name-taken"
    sentence = "同一资源类型的同一层级中已有同名元素，请换一个名称。"


class FieldDefinitionIllegal(InvalidInput):
    """The definition contradicts itself, e.g. nested fields below a text."""

    code = "field-definition-illegal"
    sentence = "字段定义前后矛盾，请检查类型、长度、约束与值域。"


class CategoryFileMalformed(InvalidInput):
    """A file of categories to import has a row that can't be read."""

    code = "category-file-malformed"
    sentence = "分类文件有误，请按提示的行号修改后重新导入。"


class QueryMalformed(InvalidInput):
    """A library query names an unknown condition or an impossible value."""

    code = "query-malformed"
    sentence = "资源查询条件有误，请检查条件名称与取值。"


class NothingChanged(Conflict):
    """The revision equals the version it is to replace."""

    code = "nothing-changed"
    sentence = "内容与当前版本完全一致，没有需要保存的修改。"


class VersionNotApprovable(Conflict):
    """The version can't become effective: purged, or already effective."""

    code = "version-not-approvable"
    sentence = "该版本已生效或已清除，不能再审批，请刷新后查看最新版本。"


class ResourceNotEffective(Conflict):
    """The deed needs an effective resource."""

    code = "resource-not-effective"
    sentence = "该资源当前没有已生效的版本，不能进行此操作。"


class ResourceNotWithdrawn(Conflict):
    """Only a withdrawn resource can be reinstated."""

    code = "resource-not-withdrawn"
    sentence = "该资源没有被撤稿，无需恢复。"


class ResourceRecycled(Conflict):
    """The resource lies in the recycle bin."""

    code = "resource-recycled"
    sentence = "该资源在回收站中，请先从回收站恢复。"


class ResourceInUse(Conflict):
    """The resource is shown somewhere; recycling it would break pages."""

    code = "resource-in-use"
    sentence = "该资源仍在发布，请先撤稿再移入回收站。"


class AlreadyPurged(Conflict):
    """The version was purged before."""

    code = "already-purged"
    sentence = "该版本的内容已经清除，无法再次操作。"


class SecondPersonNeeded(Conflict):
    """A purge is confirmed by a person other than the one who asks for it."""

    code = "second-person-needed"
    sentence = "清除内容须由另一名有确认权限的人员共同确认。"


class BatchNotOpen(Conflict):
    """Records enter an open batch only."""

    code = "batch-not-open"
    sentence = "该批次已经封存，不能再加入资源；请新开一个批次。"


class BatchNotWaiting(Conflict):
    """Only a closed, waiting batch can be decided."""

    code = "batch-not-waiting"
    sentence = "该批次不在待审批状态，请先封存批次或刷新后查看。"


class ManifestChanged(Conflict):
    """The versions of the batch are not those of the manifest that was closed."""

    code = "manifest-changed"
    sentence = "批次内容与封存时的清单不一致，已停止审批，请重新核对批次。"


class MandateNotValid(Conflict):
    """The mandate does not cover this source, target or day, or was revoked."""

    code = "mandate-not-valid"
    sentence = "授权不适用于此来源、站点或日期，或已被撤销；请改为逐批审批或重新授权。"


class RouteNeedsReview(Conflict):
    """The route has more levels than this way of approving can sign."""

    code = "route-needs-review"
    sentence = "该内容须逐级审核，请提交审核，不能由一人直接批准。"

    @classmethod
    def by(cls, route: Route) -> Self:
        """Return the error that names the route."""
        return cls(f"该内容须按“{route.name}”逐级审核（{route.levels} 级），请提交审核，不能由一人批准。")


class WroteItOneself(Conflict):
    """Nobody reviews what he wrote."""

    code = "wrote-it-oneself"
    sentence = "您参与撰写了这篇稿件，不能审核自己的稿件，请由其他审核人办理。"


class SignersMissing(Conflict):
    """A batch or mandate is signed by fewer persons than its route has levels."""

    code = "signers-missing"

    @classmethod
    def of(cls, route: Route, given: int) -> Self:
        """Return the error that says how many have to sign."""
        return cls(f"按“{route.name}”须由 {route.levels} 名不同的审核人签署，现有 {given} 名，请补充后重试。")


class FieldInUse(Conflict):
    """The element is part of the core, or versions hold values of it."""

    code = "field-in-use"
    sentence = "该元素是核心元素或已有数据，不能删除。"


class CategoryMoveCircular(Conflict):
    """A category can't move below itself."""

    code = "category-move-circular"
    sentence = "不能把分类移动到它自己的下级之下。"


class CategoryImpossible(Conflict):
    """Merge or split between categories that don't fit."""

    code = "category-impossible"
    sentence = "只能在同一分类体系的有效分类之间合并或拆分。"


class RelationImpossible(Conflict):
    """The relation does not fit the two resources."""

    code = "relation-impossible"
    sentence = "这两个资源之间不能建立该关系，请检查资源类型。"


class DeletionUnconfirmed(Conflict):
    """What is to be deleted holds data: that takes the password and the name, typed (P2-03)."""

    code = "deletion-unconfirmed"
    sentence = "其下已有信息资源，删除须输入本人密码并再次输入名称确认。"


class StandardInUse(Conflict):
    """The default standard is what everything new is brought in by."""

    code = "standard-in-use"
    sentence = "缺省资源库标准不能删除，请先把另一标准设为缺省标准。"


class ForeignRecordMalformed(InvalidInput):
    """What a neighbour sent is no version: an origin field is missing, unknown or of a wrong type."""

    code = "foreign-record-malformed"
    sentence = "记录的内容字段不符合交换标准，请来源节点按信封规范改正后重新提供。"


class ForeignRecordChanged(InvalidInput):
    """The gate would have changed what a neighbour sent: it is refused, not repaired; `fields` names what."""

    code = "foreign-record-changed"
    sentence = "记录未经入库规则处理（含有会被清理或规范化的内容），请来源节点修订后重新提供。"


class ResourceOfOtherNode(Conflict):
    """The id belongs to a resource of another node."""

    code = "resource-of-other-node"
    sentence = "这条资源由另一节点发布，只有来源节点可以更新它；本节点可以归类、放入栏目。"
