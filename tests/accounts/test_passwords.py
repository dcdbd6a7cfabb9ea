"""What a password must be, how it is typed and kept (OWASP ASVS 5.0.0, 6.2, 7.2.4 and 11.4.2)."""

import pytest
from allauth.account.forms import LoginForm
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import PasswordInput
from django.test import Client

from painpath.accounts.models import Membership, User
from painpath.accounts.scope import scope
from painpath.web import signin

GOOD = "copper teapot seventeen"


@pytest.mark.parametrize(
    "password", [GOOD, "xkqjwvzxkqjwvz", "🙂" * 12 + "abcd", "   leading and trailing   ", "Ab1!" * 32, "8#2^6&4*0!7@3"]
)
def test_what_a_password_must_be(password: str) -> None:
    validate_password(password)  # any characters, none demanded; 128 of them too
    for refused in ("copper teap", "123456789123", "transformers", "QwertyUiop12"):
        with pytest.raises(ValidationError):
            validate_password(refused)


@pytest.mark.parametrize(
    "password", ["painpath2026!", "NHS pain clinic", "Welcome-to-Pain-Clinic", "doctor.password.1"]
)
def test_words_of_this_place_make_no_password(password: str) -> None:
    with pytest.raises(ValidationError, match="nothing to do with this service"):
        validate_password(password)
    validate_password(f"{password} {GOOD}")


def test_fields_for_passwords_are_masked_and_take_what_a_manager_fills_in() -> None:
    for form in (signin.SignIn, signin.ChangePassword, signin.SetPassword, signin.ResetPasswordKey):
        fields = [field for name, field in form.base_fields.items() if "password" in name]
        assert fields, form
        for field in fields:
            assert isinstance(field.widget, PasswordInput), form
            assert field.widget.attrs["autocomplete"] in ("current-password", "new-password")
            assert not {"onpaste", "maxlength"} & set(field.widget.attrs)


def test_a_password_is_taken_as_it_was_typed() -> None:
    for form in (LoginForm, signin.SignIn):
        assert form.base_fields["password"].strip is False
    quick = PBKDF2PasswordHasher()
    kept = quick.encode(" Copper  TEAPOT ", "salt", 1)
    assert quick.verify(" Copper  TEAPOT ", kept)
    assert not quick.verify("Copper  TEAPOT", kept)
    assert not quick.verify(" copper  teapot ", kept)


def test_passwords_are_kept_by_a_slow_hash() -> None:
    from django.conf import global_settings

    from painpath import settings

    assert not hasattr(settings, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    assert PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256"
    assert PBKDF2PasswordHasher.iterations >= 600_000  # OWASP Password Storage Cheat Sheet


@pytest.mark.django_db
def test_signing_in_gives_a_new_session(service_id: int) -> None:
    user = User.objects.create_user("ada@example.nhs.uk", "Dr Ada Example", GOOD)
    with scope(service_id):
        Membership.objects.create(service_id=service_id, user=user, role="administrator")
    client = Client()
    session = client.session
    session["left"] = "by a stranger"
    session.save()
    before = session.session_key
    answer = client.post("/accounts/login/", {"login": "ada@example.nhs.uk", "password": GOOD})
    assert answer.status_code == 302
    assert client.session.session_key != before
    assert not client.session.exists(before)
