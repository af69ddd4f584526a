"""A government website and its life cycle."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.organizations.models import Organization, Region


class Site(models.Model):
    """All site elements of metadata.md 7.4; opened only when they are filled (P1-03)."""

    class Type(models.TextChoices):
        PORTAL = "portal", "门户网站"
        DEPARTMENT = "department", "部门网站"
        SPECIAL = "special", "专项网站"
        FOREIGN = "foreign", "外文网站"

    class AdminLevel(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"

    class Status(models.TextChoices):
        PREPARING = "preparing", "筹建"
        APPROVED = "approved", "已批准"
        ONLINE = "online", "正常"
        OFFLINE = "offline", "临时下线"
        CLOSED = "closed", "永久下线"

    class Theme(models.TextChoices):
        VERMILION = "vermilion", "朱红"
        AZURE = "azure", "青蓝"
        PINE = "pine", "松绿"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(
        "代号", max_length=40, unique=True, validators=[RegexValidator(r"\A[a-z0-9-]{2,40}\Z")]
    )
    name = models.CharField("网站名称", max_length=100)
    name_en = models.CharField("英文名称", max_length=100, blank=True)
    domain = models.CharField("网站域名", max_length=253)
    domain_cn = models.CharField("中文域名", max_length=100, blank=True)
    base_url = models.CharField("基准网址", max_length=300)
    identification_code = models.CharField(
        "网站标识码", max_length=10, blank=True, validators=[RegexValidator(r"\A(\d{10}|bm\d{8})\Z")]
    )
    type = models.CharField("网站类型", max_length=20, choices=Type.choices)
    admin_level = models.CharField("层级", max_length=20, choices=AdminLevel.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name="区划")
    sponsor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="sites", verbose_name="主办单位"
    )
    operator = models.CharField("承办单位", max_length=100, blank=True)
    icp_number = models.CharField("ICP备案编号", max_length=60, blank=True)
    police_number = models.CharField("公安备案编号", max_length=60, blank=True)
    party_gov_mark = models.CharField("党政机关网站标识", max_length=300, blank=True)
    approval_document = models.CharField("开办批准文件", max_length=200, blank=True)
    security_test = models.CharField("上线前安全检测", max_length=200, blank=True)
    contact = models.CharField("联系方式", max_length=200, blank=True)
    address = models.CharField("联系地址", max_length=200, blank=True)
    language = models.CharField("语言", max_length=20, default="zh-Hans")
    opened_on = models.DateField("开通日期", null=True)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PREPARING)
    status_changed_at = models.DateTimeField(default=timezone.now)
    has_ipv6 = models.BooleanField("支持IPv6", default=True)
    is_accessible = models.BooleanField("无障碍", default=True)
    theme = models.CharField("主题", max_length=20, choices=Theme.choices, default=Theme.VERMILION)
    tokens = models.JSONField("设计令牌", default=dict)
    emblem = models.CharField("徽标", max_length=80, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    # One unit has at most one site (47号 §1.1) unless a waiver is recorded.
    single_site_waiver = models.CharField("一单位一网站例外依据", max_length=200, blank=True)
    successor_url = models.CharField("承接网址", max_length=300, blank=True)
    allowed_outbound_hosts = models.JSONField("外链白名单", default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "站点"
        constraints = [
            models.UniqueConstraint(
                fields=["identification_code"],
                condition=~models.Q(identification_code=""),
                name="identification_code_once",
            ),
            models.UniqueConstraint(
                fields=["sponsor"],
                condition=models.Q(single_site_waiver="") & ~models.Q(status="closed"),
                name="one_site_per_unit",
            ),
            # P1-03: no site goes online before these are filled.
            models.CheckConstraint(
                condition=~models.Q(status__in=["online", "offline"])
                | (
                    ~models.Q(identification_code="")
                    & ~models.Q(icp_number="")
                    & ~models.Q(police_number="")
                    & ~models.Q(party_gov_mark="")
                    & ~models.Q(approval_document="")
                    & ~models.Q(security_test="")
                ),
                name="online_site_is_registered",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteStatusChange(models.Model):
    """One step of a site's life: who, when, why, and until when for a temporary one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="status_changes")
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    document = models.CharField(max_length=200, blank=True)
    notice = models.TextField("公告", blank=True)
    until = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.site_id} {self.from_status}→{self.to_status}"
