from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "painpath.web"
    label = "web"

    def ready(self) -> None:
        from painpath.web import requests

        requests.watch()
