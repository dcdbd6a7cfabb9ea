"""Programs: how one gets a token; and the pages where a manager lets one in, changes it, and ends it."""

from django.urls import path

from painpath.exchange import client_pages, tokens
from painpath.exchange.clients import WHO
from painpath.web.access import PROGRAM

ACCESS = {
    "exchange:token": PROGRAM,
    "exchange:smart-configuration": PROGRAM,
    "exchange:clients": WHO,
    "exchange:register-client": WHO,
    "exchange:client": WHO,
    "exchange:client-rights": WHO,
    "exchange:client-keys": WHO,
    "exchange:end-client": WHO,
}

urlpatterns = [
    path("services/<slug:service>/oauth/token", tokens.token, name="token"),
    path(
        "services/<slug:service>/fhir/R4/.well-known/smart-configuration", tokens.smart_configuration,
        name="smart-configuration",
    ),
    path("programs/", client_pages.clients, name="clients"),
    path("programs/register/", client_pages.register, name="register-client"),
    path("programs/<int:program>/", client_pages.client, name="client"),
    path("programs/<int:program>/rights/", client_pages.rights, name="client-rights"),
    path("programs/<int:program>/keys/", client_pages.keys, name="client-keys"),
    path("programs/<int:program>/end/", client_pages.end, name="end-client"),
]  # fmt: skip
