"""Addresses that belong to no door: signing in, forms that were kept, the accessibility tools, languages."""

from django.urls import include, path

from painpath.web import access, oidc, views

ACCESS = {
    "account_login": access.PUBLIC,
    "account_logout": access.PUBLIC,
    "account_inactive": access.PUBLIC,
    "account_signup": access.PUBLIC,  # a page that says that there is no signing up
    "account_reset_password": access.PUBLIC,
    "account_reset_password_done": access.PUBLIC,
    "account_reset_password_from_key": access.PUBLIC,
    "account_reset_password_from_key_done": access.PUBLIC,
    "account_change_password": access.SIGNED_IN,
    "account_set_password": access.SIGNED_IN,
    "account_reauthenticate": access.SIGNED_IN,
    "mfa_authenticate": access.PUBLIC,  # between password and being signed in
    "mfa_index": access.SIGNED_IN,
    "mfa_reauthenticate": access.SIGNED_IN,
    "mfa_activate_totp": access.SIGNED_IN,
    "mfa_deactivate_totp": access.SIGNED_IN,
    "mfa_add_webauthn": access.SIGNED_IN,
    "mfa_remove_webauthn": access.SIGNED_IN,
    "mfa_login_webauthn": access.PUBLIC,
    "mfa_view_recovery_codes": access.SIGNED_IN,
    "mfa_generate_recovery_codes": access.SIGNED_IN,
    "oidc-begin": access.PUBLIC,
    "oidc-callback": access.PUBLIC,
    "oidc-unknown": access.PUBLIC,
    "oidc-link": access.SIGNED_IN,
    "sessions": access.SIGNED_IN,
    "choose-service": access.SIGNED_IN,
    "kept": access.SIGNED_IN,
    "accessibility": access.PUBLIC,
    "language": access.PUBLIC,
}
"""allauth's other addresses are not listed, so nobody can open them."""

urlpatterns = [
    path("accounts/oidc/", oidc.begin, name="oidc-begin"),
    path("accounts/oidc/callback/", oidc.callback, name="oidc-callback"),
    path("accounts/oidc/unknown/", oidc.unknown, name="oidc-unknown"),
    path("accounts/oidc/link/", oidc.connect, name="oidc-link"),
    path("accounts/sessions/", views.signed_in_where, name="sessions"),
    path("accounts/service/", views.choose_service, name="choose-service"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", views.choose_language, name="language"),
    path("kept/<uuid:key>/", views.kept, name="kept"),
]
