"""The FHIR R4 facade: one view for everything below its base. What stands below the base and is another part's (SMART's
discovery) must come before it in `_PARTS`."""

from django.urls import path

from painpath.exchange.fhir import frame
from painpath.web.access import PROGRAM

ACCESS = {"exchange:fhir": PROGRAM, "exchange:fhir-below": PROGRAM}

urlpatterns = [
    path("services/<slug:service>/fhir/R4", frame.fhir, name="fhir"),
    path("services/<slug:service>/fhir/R4/<path:rest>", frame.fhir, name="fhir-below"),
    path("services/<slug:service>/fhir/R4/", frame.fhir, name="fhir-below"),
]
