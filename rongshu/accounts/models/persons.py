"""Persons, accounts (staff and public realm), roles and the grants that bind them to scopes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id
from rongshu.organizations.models import Organization


class Person(models.Model):
    """A human being who acts; audit and approvals name the person, not the account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("姓名", max_length=100)
    handle = models.CharField("人员代号", max_length=60, unique=True)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="persons", verbose_name="单位"
    )
    is_active = models.BooleanField("在岗", default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name


class Realm(models.TextChoices):
    """The two realms; each realm's sign-in refuses the other's accounts."""

    STAFF = "staff", "工作人员"
    PUBLIC = "public", "公众"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their natural key, which includes the realm."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the staff account: the public realm is never reached by a bare name."""
        return self.get(realm=Realm.STAFF, login_name=username)


class Account(AbstractBaseUser):
    """A way to sign in as a person, within one realm."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    realm = models.CharField(max_length=10, choices=Realm.choices)
    login_name = models.CharField("登录名", max_length=100)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField("锁定时间", null=True)
    lock_reason = models.CharField("锁定原因", max_length=200, blank=True)
    # The newest time step whose one-time code was accepted: no code is accepted twice (RFC 6238, 5.2).
    last_code_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "login_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["realm"]
    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["realm", "login_name"], name="login_name_once_per_realm")
        ]

    def __str__(self) -> str:
        return f"{self.realm}:{self.login_name}"


class Role(models.Model):
    """A named set of capabilities (accounts/capabilities.py lists them)."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=50)
    capabilities = models.JSONField(default=list)
    is_builtin = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A role given to a person for a scope, from a day until a day."""

    class Scope(models.TextChoices):
        PLATFORM = "platform", "全平台"
        ORGANIZATION = "organization", "机构及其下级"
        # A portal's editor writes for the government itself, not for every department below it.
        UNIT = "unit", "本机构"
        SITE = "site", "站点"
        COLUMN = "column", "栏目及其下级"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(max_length=20, choices=Scope.choices)
    scope_id = models.UUIDField(null=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="grants_given")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope="platform", scope_id__isnull=True)
                | (~models.Q(scope="platform") & models.Q(scope_id__isnull=False)),
                name="grant_scope_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role_id} {self.scope}"
