"""Addresses of sign-in, enrolment and one's own account, on the console listener."""

from django.urls import URLPattern, path

from rongshu.accounts.web import enrolment, own_account, sign_in

urlpatterns: list[URLPattern] = [
    path("-/sign-in/", sign_in.show_sign_in, name="sign-in"),
    # allauth leads back here by this name.
    path("-/sign-in/", sign_in.show_sign_in, name="account_login"),
    path("-/sign-in/factor/", sign_in.show_second_factor, name="sign-in-factor"),
    path("-/sign-in/password/", sign_in.show_new_password, name="sign-in-password"),
    path("-/sign-in/security-keys.js", sign_in.show_key_script, name="security-keys-script"),
    path("-/sign-out/", sign_in.sign_out, name="sign-out"),
    path("-/enrol/<str:token>/", enrolment.show_enrolment, name="enrol"),
    path("-/enrol/<str:token>/factor/", enrolment.show_enrolment_factor, name="enrol-factor"),
    path("-/me/", own_account.show_account, name="own-account"),
    path("-/me/password/", own_account.show_password, name="own-password"),
    path("-/me/factors/new/", own_account.show_new_factor, name="new-factor"),
    path("-/me/factors/<int:factor_id>/remove/", own_account.show_factor_removal, name="remove-factor"),
    path("-/me/recovery-codes/", own_account.show_recovery_codes, name="recovery-codes"),
    path("-/me/recovery-codes/new/", own_account.show_new_recovery_codes, name="new-recovery-codes"),
    path("-/me/sessions/<int:session_id>/end/", own_account.revoke, name="end-session"),
]
