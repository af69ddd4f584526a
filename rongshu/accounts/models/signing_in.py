"""How an account comes to be used: enrolment links, former passwords, and every attempt to sign in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models.persons import Account, Person, Realm
from rongshu.foundation.identifiers import new_id


class Enrolment(models.Model):
    """A one-time link by which a person sets password and second factor; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enrolments")
    token_digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    password_set_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"enrolment of {self.account_id}"


class FormerPassword(models.Model):
    """A password an account had; the newest few may not come back."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"former password of {self.account_id}"


class SignInAttempt(models.Model):
    """One attempt to sign in: when, from where, how it ended. The database refuses to change a row."""

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", "登录成功"
        WRONG_PASSWORD = "wrong-password", "登录名或密码不正确"
        WRONG_FACTOR = "wrong-factor", "第二验证因素不正确"
        NOT_ENROLLED = "not-enrolled", "尚未登记第二验证因素"
        REFUSED = "refused", "账号已停用或锁定"
        LOCKED_OUT = "locked-out", "尝试过多，暂时锁定"
        # Not an attempt: an administrator let name or address try again.
        UNLOCKED = "unlocked", "解除锁定"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField("时间", default=timezone.now)
    realm = models.CharField(max_length=10, choices=Realm.choices)
    login_name = models.CharField("登录名", max_length=100)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="sign_in_attempts", verbose_name="账号"
    )
    address = models.CharField("地址", max_length=45)
    user_agent = models.CharField("浏览器", max_length=200, blank=True)
    outcome = models.CharField("结果", max_length=20, choices=Outcome.choices)
    factor = models.CharField("第二验证因素", max_length=20, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["realm", "login_name", "at"], name="sign_in_by_name"),
            models.Index(fields=["realm", "address", "at"], name="sign_in_by_address"),
            models.Index(fields=["account", "at"], name="sign_in_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.login_name} {self.outcome}"
