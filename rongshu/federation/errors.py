"""What can go wrong between nodes; every error goes over the wire as a JSON problem with its code.

Refusal
├── between nodes
│   ├── NodeUnknown          403  we have no partner of this node id
│   ├── PartnerPaused        503  the partner is paused, refused, or it is not its time of day
│   ├── CategoryNotGiven     403  the category is not granted to this partner
│   ├── CursorForeign        409  the cursor is of another epoch: reconcile by the manifest
│   ├── RequestMalformed     400  parameters or body can't be read
│   ├── ProtocolUnknown      400  a version of the protocol we don't speak
│   ├── EnvelopeMalformed    400  one record of a batch has not the shape of an envelope
│   ├── OwnerOfAnother       409  a record names an owner that is not its node's
│   ├── BatchMalformed       502  what the partner answered breaks the protocol
│   ├── FileDiffers          502  a file has not the digest by which it was asked for
│   ├── PartnerRefused       502  the partner refused what we asked, and said why
│   ├── PartnerUnreachable   503  the partner does not answer
│   ├── PullBroken           500  taking its records failed by a fault of ours
│   └── CursorMoved          409  another process of ours has taken the batch meanwhile
├── of people
│   ├── PartnerKnown         409  the node, or its address, is a partner already
│   ├── ProfileUnknown       400  there is no profile of this name
│   ├── PartnerMalformed     400  an element of a partner can't be accepted
│   ├── PartnerStopped       409  nothing is exchanged with it, as somebody decided
│   ├── NotShared            409  the partner may not have this resource
│   ├── ErrandDecided        409  the report or offer was decided already
│   └── OfferMandatory       409  a mandatory offer can't be declined
└── of keys
    ├── KeyPresent           409  this node has a key in force: rotate it
    ├── KeyAmbiguous         400  several keys begin like this
    ├── KeyFileUnreadable    400  the file holds no public key
    ├── FingerprintDiffers   400  the key is not the one whose fingerprint was given
    ├── OwnNode              400  it is this node itself
    ├── ReasonMissing        400  a revocation has a reason
    └── RevocationInFuture   400  a revocation counts from now or from before
"""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotAllowed, RongshuError, Unavailable


class NodeUnknown(NotAllowed):
    """No partner of this node id."""

    code = "node-unknown"
    sentence = "本节点没有登记您的节点，请联系本节点的平台管理单位办理联通登记。"


class PartnerPaused(Unavailable):
    """The partner is paused or refused, or it is not the time agreed."""

    code = "partner-paused"
    sentence = "与该节点的联通已暂停，或不在约定的时段内，请稍后再试。"


class CategoryNotGiven(NotAllowed):
    """The category is not granted to this partner."""

    code = "category-not-given"
    sentence = "本节点没有授权您的节点获取该类别的资源，如有需要请联系本节点的平台管理单位。"


class CursorForeign(Conflict):
    """The cursor belongs to another epoch of the feed, or lies ahead of it."""

    code = "cursor-foreign"
    sentence = "游标不属于本节点当前的纪元（可能刚从备份恢复），请按清单核对后从新的位置继续。"


class RequestMalformed(InvalidInput):
    """Parameters or body can't be read."""

    code = "request-malformed"
    sentence = "请求不符合联通协议，请对照接口规范修改后重发。"


class ProtocolUnknown(InvalidInput):
    """A version of the protocol that we don't speak."""

    code = "protocol-unknown"
    sentence = "本节点不支持该协议版本，请使用节点说明中列出的版本。"


class BatchMalformed(Unavailable):
    """What a partner answered breaks the protocol: nothing of it was taken."""

    code = "batch-malformed"
    status = 502
    sentence = "对方发来的数据不符合联通协议，本批没有收入，请联系对方节点。"


class PartnerUnreachable(Unavailable):
    """The partner does not answer, or answers that it can't now."""

    code = "partner-unreachable"
    sentence = "对方节点没有应答，将自动重试；若长时间不通，请联系对方节点。"


class PullBroken(RongshuError):
    """Taking a partner's records failed by a fault of ours; the log has the trace."""

    code = "pull-broken"
    sentence = "收取时本节点发生意外错误，没有收入的将自动重试；若持续出现，请查看本节点的日志。"


class KeyPresent(Conflict):
    """This node has a key in force."""

    code = "key-present"
    sentence = "本节点已有在用的密钥；更换密钥请用 rongshu federation keys rotate。"


class KeyAmbiguous(InvalidInput):
    """Several keys have fingerprints that begin like this."""

    code = "key-ambiguous"
    sentence = "有多把密钥的指纹以此开头，请多写几位指纹。"


class FingerprintDiffers(InvalidInput):
    """The key at hand has another fingerprint than the one given: nothing was pinned."""

    code = "fingerprint-differs"
    sentence = "密钥的指纹与所给的不一致，没有登记；请通过电话或公文与对方核对指纹。"


class OwnNode(InvalidInput):
    """The node named is this one."""

    code = "own-node"
    sentence = "这是本节点自己的标识，请填写对方节点的标识。"


class ReasonMissing(InvalidInput):
    """No reason was given."""

    code = "reason-missing"
    sentence = "请写明原因。"


class RevocationInFuture(InvalidInput):
    """The instant of a revocation lies ahead."""

    code = "revocation-in-future"
    sentence = "吊销的起算时间不能晚于现在。"


class EnvelopeMalformed(InvalidInput):
    """A record has not the shape of an envelope."""

    code = "envelope-malformed"
    sentence = "记录的信封不符合联通协议，请来源节点按信封规范改正后重新提供。"


class KeyFileUnreadable(InvalidInput):
    """The file can't be read, or holds no public key."""

    code = "key-file-unreadable"
    sentence = "读不出密钥文件，请使用对方以 rongshu federation keys show --json 导出的文件。"


class PartnerRefused(Unavailable):
    """The partner refused; its code stands in `fields`."""

    code = "partner-refused"
    status = 502
    sentence = "对方节点拒绝了请求，请按其说明处理，或联系对方节点。"


class OwnerOfAnother(Conflict):
    """A record of a partner names an owner that stands elsewhere, or whose records are made here."""

    code = "owner-of-another"
    sentence = (
        "记录所称的所有者不属于来源节点，请来源节点核对统一社会信用代码；"
        "机构已划转的，请接收节点先把它移到新节点的机构之下。"
    )


class CursorMoved(Conflict):
    """Another process of this node has taken the batch meanwhile: nothing was written."""

    code = "cursor-moved"
    sentence = "该节点的数据正由另一个进程接收，请等它结束后再试。"


class FileDiffers(Unavailable):
    """A file has not the digest by which it was asked for: it is not stored."""

    code = "file-differs"
    status = 502
    sentence = "收到的附件与记录中的指纹不符，没有收入，将自动重试；若一再如此，请联系来源节点。"


class ErrandDecided(Conflict):
    """The report or offer was decided already, or is not ours to decide."""

    code = "errand-decided"
    sentence = "这条报送或下发已经处理，或者不由本节点处理，请刷新后查看。"


class OfferMandatory(Conflict):
    """A mandatory offer can't be declined."""

    code = "offer-mandatory"
    sentence = "这条下发要求必须采用，不能退回；如有问题请联系下发单位。"


class NotShared(Conflict):
    """The partner may not have this resource."""

    code = "not-shared"
    sentence = "这条资源没有授权给该节点，请先调整共享类型或授权类别，再报送或下发。"


class PartnerKnown(Conflict):
    """The node, or its address, is a partner already."""

    code = "partner-known"
    sentence = "这个节点或网址已经登记，请直接修改原有登记。"


class PartnerMalformed(InvalidInput):
    """An element of a partner can't be accepted."""

    code = "partner-malformed"
    sentence = "联通节点的登记内容有误，请按提示修改后重试。"


class PartnerStopped(Conflict):
    """Somebody decided that nothing is exchanged with it, or nothing that way."""

    code = "partner-stopped"
    sentence = "与这个节点的联通已暂停，或约定不从它获取；请先在控制台的“资源联通”中恢复。"


class ProfileUnknown(InvalidInput):
    """There is no profile of this name."""

    code = "profile-unknown"
    sentence = "没有这个区域方案，请从列出的方案中选择。"
