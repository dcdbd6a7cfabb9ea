from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "painpath.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Settings that are not right are said, and pages of the team lead to what is switched on."""
        from django.core import checks

        from painpath.exchange.ers.site import check_settings
        from painpath.exchange.presenters import ers
        from painpath.web.offered import offer

        checks.register(check_settings)
        offer("triage:ers", ers.link_of_reply)
        offer("triage:receive", ers.link_of_worklist)
