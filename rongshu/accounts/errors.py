"""What may be wrong with persons, accounts and grants."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotFound, Refusal


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


class SignInRefused(Refusal):
    """Name and password do not belong together, or the account is not in use; it is not said which."""

    code = "sign-in-refused"
    status = 403
    sentence = "登录名或密码不正确，或者账号已停用、锁定。请核对后重试，或联系管理员。"


class SignInLockedOut(Refusal):
    """This name or this address has failed too often."""

    code = "sign-in-locked-out"
    status = 429
    sentence = "尝试次数过多，已暂时锁定。请稍后再试，或联系管理员解锁。"


class SecondFactorMissing(Refusal):
    """The password is right, but no second factor was registered."""

    code = "second-factor-missing"
    status = 403
    sentence = "该账号还没有登记第二验证因素，请用管理员发给您的登记链接完成设置。"


class SecondFactorWrong(Refusal):
    """The code is wrong, was used already, or the key is not this account's."""

    code = "second-factor-wrong"
    status = 403
    sentence = "验证没有通过：动态口令不正确，或者已经用过。请等下一个口令出现后重试。"


class WeakPassword(InvalidInput):
    """The password does not meet the rules."""

    code = "password-weak"
    sentence = "密码不符合要求，请换一个。"


class LastFactor(Conflict):
    """Without a second factor nobody works here."""

    code = "last-factor"
    sentence = "这是最后一个第二验证因素，不能移除；请先登记新的，再移除它。"


class EnrolmentSpent(Refusal):
    """The link was used, taken back, has run out, or never was."""

    code = "enrolment-spent"
    status = 410
    sentence = "登记链接无效：已经使用、已过期或被收回。请联系管理员重新发放。"


class NoAccount(NotFound):
    """The person has no account to sign in with."""

    code = "account-not-found"
    sentence = "该人员还没有登录账号，请先发放登记链接。"


class NoOperator(Conflict):
    """The installation was not set up yet, so nobody is recorded who could act."""

    code = "operator-not-recorded"
    sentence = "尚未设置运维人员：请先运行 rongshu setup，或用 --as 指明以谁的名义操作。"
