"""What may be wrong with persons, accounts and grants."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotFound


class UnknownPerson(NotFound):
    """Nobody in office bears this handle."""

    code = "person-not-found"
    sentence = "没有这个人员代号，或者该人员已离岗；请核对后重试。"


class HandleTaken(Conflict):
    """Another person bears this handle."""

    code = "person-handle-taken"
    sentence = "该人员代号已被使用，请换一个。"


class LoginNameTaken(Conflict):
    """Another account of the realm has this login name."""

    code = "login-name-taken"
    sentence = "该登录名已被使用，请换一个。"


class UnknownRole(InvalidInput):
    """No such role."""

    code = "role-unknown"
    sentence = "没有这个角色，请从角色清单中选择。"


class UnknownCapability(InvalidInput):
    """No such capability."""

    code = "capability-unknown"
    sentence = "没有这项权限，请从权限清单中选择。"


class MalformedGrant(InvalidInput):
    """The scope of a grant, or its period, is not complete."""

    code = "grant-malformed"
    sentence = "授权范围不完整：除全平台外，须指明机构、站点或栏目；截止时间须晚于起始时间。"


class GrantBeyondOwnPowers(Conflict):
    """The giver does not manage persons there, or lacks an administrative power himself."""

    code = "grant-beyond-own-powers"
    status = 403
    sentence = "您不管理该范围内的人员，或者自己没有其中的管理权限，请由上级管理员授权。"


class RolesKeptApart(Conflict):
    """三员分立: one person would hold two of the roles that check each other."""

    code = "roles-kept-apart"
    sentence = "平台运维、系统管理员、安全管理员和审计管理员须由不同人员担任（三员分立），请另选人员。"


class GrantToOneself(Conflict):
    """Somebody gave himself a role."""

    code = "grant-to-oneself"
    status = 403
    sentence = "不能给自己授权，请由其他管理员办理。"


class CredentialsOutOfReach(Conflict):
    """Whose password or key one can reset, his powers one could take."""

    code = "credentials-out-of-reach"
    status = 403
    sentence = "该人员的权限超出您的管理范围，请由上级管理员处理其帐号。"


class NoOperator(Conflict):
    """The installation was not set up yet, so nobody is recorded who could act."""

    code = "operator-not-recorded"
    sentence = "尚未设置运维人员：请先运行 rongshu setup，或用 --as 指明以谁的名义操作。"
