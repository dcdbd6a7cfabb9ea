"""allauth's forms in plain words: ACCOUNT_FORMS and MFA_FORMS."""

from typing import Any, ClassVar

from allauth.account import forms
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkeys

_NEW = "At least 12 characters. Three random words make a good password."


class _Plain:
    """Gives the fields their question, hint and sentence for a missing answer."""

    words: ClassVar[dict[str, tuple[str, str, str]]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint, missing) in self.words.items():
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text, field.error_messages["required"] = label, hint, missing


class SignIn(_Plain, forms.LoginForm):
    words: ClassVar = {
        "login": ("Email address", "", "Enter your email address"),
        "password": ("Password", "", "Enter your password"),
    }


class ChangePassword(_Plain, forms.ChangePasswordForm):
    words: ClassVar = {
        "oldpassword": ("Your password now", "", "Enter the password that you have now"),
        "password1": ("New password", _NEW, "Enter a new password"),
        "password2": ("New password again", "", "Enter the new password again"),
    }


class SetPassword(_Plain, forms.SetPasswordForm):
    words: ClassVar = {
        "password1": ("Password", _NEW, "Enter a password"),
        "password2": ("Password again", "", "Enter the password again"),
    }


class ResetPassword(_Plain, forms.ResetPasswordForm):
    words: ClassVar = {"email": ("Email address", "", "Enter your email address")}


class ResetPasswordKey(_Plain, forms.ResetPasswordKeyForm):
    words: ClassVar = SetPassword.words


class Reauthenticate(_Plain, forms.ReauthenticateForm):
    words: ClassVar = {"password": ("Password", "", "Enter your password")}


_CODE = "The 6 digits that your app shows now, or one of your recovery codes"


class EnterCode(_Plain, factors.AuthenticateForm):
    words: ClassVar = {"code": ("Code", _CODE, "Enter the code")}


class EnterCodeAgain(_Plain, factors.ReauthenticateForm):
    words: ClassVar = EnterCode.words


class AddPasskey(_Plain, passkeys.AddWebAuthnForm):
    """Every passkey proves its person (`MFA_WEBAUTHN_USER_VERIFICATION`), so that nobody has to choose its kind."""

    words: ClassVar = {
        "name": ("Name of this passkey", "So that you know it again, such as: my work phone", "Enter a name"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        self.initial["name"] = ""


class SetUpApp(_Plain, app.ActivateTOTPForm):
    words: ClassVar = {"code": ("Code", "The 6 digits that your app shows now", "Enter the code that your app shows")}
