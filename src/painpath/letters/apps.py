from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "painpath.letters"
    label = "letters"
    default_auto_field = "django.db.models.BigAutoField"
