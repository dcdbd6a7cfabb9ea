from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "painpath.letters"
    label = "letters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Whatever moves a referral, what waits in the outbox about it is looked at. Settings that fail are said."""
        from django.core import checks

        from painpath.letters.carriers import mesh
        from painpath.letters.moving_on import hold_what_waits
        from painpath.letters.not_gone import check_nothing_waits
        from painpath.letters.online import heed_choice
        from painpath.referrals.moves import moved
        from painpath.referrals.retention.destroying import blocking

        checks.register(mesh.check_settings)
        moved.connect(hold_what_waits, dispatch_uid="letters.hold_what_waits")
        moved.connect(heed_choice, dispatch_uid="letters.heed_choice")
        blocking.connect(check_nothing_waits, dispatch_uid="letters.check_nothing_waits")
