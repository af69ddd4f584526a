"""Keys of this node and of others, whom we believe about others' keys, and which messages have been here."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class NodeKey(models.Model):
    """The public half of a key; the private one of ours lies in a file or the environment, never here.

    Rows are never deleted and a revocation is never taken back: what the key signed is to be judged for ever.
    """

    class Trust(models.TextChoices):
        OWN = "own", "本节点"
        PINNED = "pinned", "人工核对指纹"
        ANNOUNCED = "announced", "由旧密钥宣布"
        ENDORSED = "endorsed", "由枢纽担保"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node = models.UUIDField("节点标识")
    # The key's fingerprint: RFC 7638, base64url.
    key_id = models.CharField("指纹", max_length=64)
    algorithm = models.CharField("算法", max_length=20)
    jwk = models.JSONField("公钥")
    trust = models.CharField("信任依据", max_length=10, choices=Trust.choices)
    # The key that announced it, or the hub that endorsed it.
    vouched_by_node = models.UUIDField(null=True)
    vouched_by_key = models.CharField(max_length=64, blank=True)
    vouched_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField("有效期起")
    valid_until = models.DateTimeField("有效期止", null=True)
    revoked_from = models.DateTimeField("自何时起不再采信", null=True)
    revoked_at = models.DateTimeField("吊销登记时间", null=True)
    revocation_reason = models.CharField("吊销原因", max_length=300, blank=True)
    # What was said of it, signed, word for word: passed on to nodes that never met this one.
    statements = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "节点密钥"
        constraints = [models.UniqueConstraint(fields=["node", "key_id"], name="node_key_once")]

    def __str__(self) -> str:
        return f"{self.node}#{self.key_id}"


class NodeTrust(models.Model):
    """What we grant a node about keys, and which state of its published keys we have read."""

    node = models.UUIDField(primary_key=True)
    # Its endorsements of others' keys are believed: a hub.
    endorses = models.BooleanField("采信它的担保", default=False)
    keys_tag = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节点信任"

    def __str__(self) -> str:
        return str(self.node)


class SeenNonce(models.Model):
    """A message that has been here: kept until it would be refused for its age."""

    id = models.BigAutoField(primary_key=True)
    node = models.UUIDField()
    nonce = models.CharField(max_length=200)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "nonce"], name="nonce_once")]

    def __str__(self) -> str:
        return f"{self.node} {self.nonce}"
