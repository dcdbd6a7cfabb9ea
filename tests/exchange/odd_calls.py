"""Calls of CDS Hooks of every shape, and of none."""

from hypothesis import strategies as st

from tests.exchange.cards import order

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from([
    "resourceType", "id", "status", "code", "coding", "text", "display", "concept", "reference", "reasonCode", "reason",
    "reasonReference", "note", "contained", "category", "performer", "subject", "bodySite", "birthDate", "entry",
    "resource", "onsetDateTime", "clinicalStatus", "doNotPerform",
])  # fmt: skip
WORDS = st.sampled_from(
    ["ServiceRequest", "Bundle", "Patient", "Condition", "MedicationRequest", "pain clinic", "pain", "#c", "2026-02-31",
     "0000-00-00", "1966-04-03", "Patient/p1", "draft", "", "\0", "\u200f", "<b>*_", "9" * 40]
)  # fmt: skip
RESOURCE = st.recursive(
    WORDS | ANYTHING,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
DRAFT = st.dictionaries(KEYS, RESOURCE, max_size=6).map(lambda changes: order() | changes)
CALLS = st.fixed_dictionaries(
    {"hook": st.sampled_from(["order-select", "order-sign"]), "context": st.fixed_dictionaries(
        {"draftOrders": DRAFT.map(lambda one: {"entry": [{"resource": one}]}) | st.lists(DRAFT, max_size=2) | RESOURCE},
        optional={"patientId": WORDS, "selections": ANYTHING})},
    optional={"prefetch": st.dictionaries(st.sampled_from(["patient", "conditions", "x"]), RESOURCE, max_size=2)
              | ANYTHING, "hookInstance": ANYTHING, "fhirServer": ANYTHING, "fhirAuthorization": ANYTHING},
)  # fmt: skip
