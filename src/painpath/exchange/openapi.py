"""What other programs may ask of us over HTTP, as an OpenAPI description: made from the tables that the program reads.

`tools/openapi.py` writes it to docs/reference/openapi.yaml. A test compares it with the addresses that there are, and
makes odd requests from it. Pure.
"""

from typing import Any

from painpath.exchange.bars.answers import CODES
from painpath.exchange.fhir import capability
from painpath.exchange.offers import SUPPORTED

Data = dict[str, Any]
FHIR = "application/fhir+json"
HOOKS = ("order-select", "order-sign")
SERVICES = ("check-referral-select", "check-referral-sign")
"""Those of CDS Hooks, as its discovery names them."""
_ID: Data = {"type": "string", "pattern": r"^[A-Za-z0-9.\-]{1,64}$"}
_INTRODUCTION = """\
A service has its own addresses. Each part answers only where the service has switched it on, and to programs that a
manager of the service has let in (docs/programs.md). No call decides anything: what comes waits for a person.

It matches the published specifications and examples. What no test of ours proves is listed in docs/programs.md.
"""


def description(service: str = "") -> Data:
    """The description; of one service's addresses, or of any's."""
    base = f"/services/{service or '{service}'}"
    paths = {f"{base}{path}": item for part in (_token(), _fhir(), _cds(), _bars()) for path, item in part.items()}
    if not service:
        slug = {
            "name": "service",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[-a-z0-9_]+$"},
        }
        paths = {path: {"parameters": [slug, *item.pop("parameters", [])], **item} for path, item in paths.items()}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Painpath for other programs", "version": "1", "description": _INTRODUCTION},
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": f"{base}/oauth/token", "scopes": dict.fromkeys(SUPPORTED, "As its name says"),
                        }
                    },
                },
                "statement": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "A statement that the program has signed for this very address, used once.",
                },
            },
            "schemas": _SCHEMAS,
        },
    }  # fmt: skip


def _operation(name: str, summary: str, *statuses: int, kind: str, security: str = "", **more: Any) -> Data:
    content = {kind: {"schema": {"type": "object"}}}
    answers = {str(one): {"description": _STATUSES[one], "content": content} for one in (200, *statuses)}
    return {
        "operationId": name, "summary": summary, "responses": answers,
        "security": [{one: []} for one in security.split()], **more,
    }  # fmt: skip


_STATUSES = {
    200: "Done",
    201: "Made",
    304: "Not changed",
    400: "Not understood",
    401: "It is not known who calls",
    403: "The program may not do this",
    404: "There is no such thing, or it is switched off",
    405: "Not by this method",
    406: "The answer cannot be given in this form",
    408: "It took too long here",
    409: "It was sent before",
    412: "It has changed meanwhile",
    413: "Too long",
    415: "Not read in this form",
    422: "Understood, and not possible",
    429: "Too often",
    500: "A fault of ours",
    501: "No method that is known here",
    503: "Not available now",
}


def _ref(name: str) -> Data:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(schema: Data, *kinds: str) -> Data:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}}


def _query(names: dict[str, str]) -> list[Data]:
    return [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": of} for name, of in names.items()
    ]


def _header(name: str, **schema: Any) -> Data:
    return {"name": name, "in": "header", "schema": {"type": "string", **schema}}


def _token() -> Data:
    form = {
        "type": "object",
        "required": ["grant_type", "client_assertion_type", "client_assertion", "scope"],
        "properties": {
            "grant_type": {"type": "string", "enum": ["client_credentials"]},
            "client_assertion_type": {
                "type": "string", "enum": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
            },
            "client_assertion": {"type": "string"},
            "scope": {"type": "string", "example": "system/ServiceRequest.cu"},
        },
    }  # fmt: skip
    return {
        "/oauth/token": {
            "post": _operation(
                "token", "An access token, for five minutes", 400, 404, 405, 429, kind="application/json",
                **_body(form, "application/x-www-form-urlencoded"),
            )
        },
        "/fhir/R4/.well-known/smart-configuration": {
            "get": _operation("smart-configuration", "How to get a token", 404, 405, kind="application/json")
        },
    }  # fmt: skip


def _fhir() -> Data:
    told = capability.statement(base="", service="", date="", version="")["rest"][0]["resource"]
    usual = (400, 401, 403, 404, 405, 406, 429)
    made: Data = {
        "/fhir/R4/metadata": {"get": _operation("metadata", "What can be done here", 404, 406, kind=FHIR)},
        "/fhir/R4": {
            "post": _operation(
                "transaction", "Several at once, all or none", *usual, 409, 412, 413, 415, 422, kind=FHIR,
                security="token", **_body(_ref("Bundle"), FHIR),
            )
        },
    }  # fmt: skip
    for one in told:
        made |= _kind(one, usual)
    return made


def _kind(one: Data, usual: tuple[int, ...]) -> Data:
    kind, does = one["type"], {each["code"] for each in one["interaction"]}
    name = {"name": "id", "in": "path", "required": True, "schema": _ID}
    schema = _ref(kind if kind in _SCHEMAS else "Resource")
    searched = {each["name"]: each["type"] for each in one.get("searchParam", ())}
    given: Data = {"kind": FHIR, "security": "token"}
    all_of_it: Data = {}
    if "search-type" in does:
        asked = [*_query(searched), *_query({"_count": "number", "_sort": "string", "_include": "string"})]
        all_of_it["get"] = _operation(f"search-{kind}", f"Search {kind}", *usual, parameters=asked, **given)
    if "create" in does:
        all_of_it["post"] = _operation(
            f"create-{kind}", f"Send a {kind}", 201, *usual, 409, 412, 413, 415, 422,
            parameters=[_header("If-None-Exist")], **given, **_body(schema, FHIR),
        )  # fmt: skip
    each: Data = {
        "parameters": [name],
        "get": _operation(
            f"read-{kind}", f"Read a {kind}", 304, *usual, parameters=[_header("If-None-Match")], **given
        ),
    }
    if "update" in does:
        each["put"] = _operation(
            f"update-{kind}", f"Add to a {kind}", *usual, 409, 412, 413, 415, 422,
            parameters=[_header("If-Match", example='W/"1"')], **given, **_body(schema, FHIR),
        )  # fmt: skip
    made: Data = {f"/fhir/R4/{kind}": all_of_it} if all_of_it else {}
    made[f"/fhir/R4/{kind}/{{id}}"] = each
    if "search-type" in does:
        form = {"type": "object", "properties": {each: {"type": "string"} for each in (*searched, "_count")}}
        made[f"/fhir/R4/{kind}/_search"] = {
            "post": _operation(
                f"search-by-post-{kind}", f"Search {kind} by POST", *usual, 415, **given,
                **_body(form, "application/x-www-form-urlencoded"),
            )
        }  # fmt: skip
    if "vread" in does:
        version = {
            "name": "version",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
        }
        made[f"/fhir/R4/{kind}/{{id}}/_history/{{version}}"] = {
            "parameters": [name, version],
            "get": _operation(f"vread-{kind}", f"Read a version of a {kind}", *usual, **given),
        }
    if "history-instance" in does:
        count = {"name": "_count", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 100}}
        since = {"name": "_since", "in": "query", "schema": {"type": "string", "format": "date-time"}}
        made[f"/fhir/R4/{kind}/{{id}}/_history"] = {
            "parameters": [name, count, since],
            "get": _operation(f"history-{kind}", f"The versions of a {kind}, the newest first", 400, *usual, **given),
        }
    for operation in one.get("operation", ()):
        called = operation["name"]
        made[f"/fhir/R4/{kind}/{{id}}/${called}"] = {
            "parameters": [name],
            "get": _operation(f"{called}-{kind}", operation["documentation"], *usual, **given),
        }
    return made


def _cds() -> Data:
    usual = (400, 401, 404, 405, 413, 415, 429)
    given: Data = {"kind": "application/json", "security": "statement"}
    name = {
        "name": "id", "in": "path", "required": True,
        "schema": _one_of(*SERVICES),
    }  # fmt: skip
    return {
        "/cds-services": {"get": _operation("cds-services", "Which hooks are answered", *usual, **given)},
        "/cds-services/{id}": {
            "parameters": [name],
            "post": _operation(
                "cds-call", "A card about a draft referral, or none", *usual, **given,
                **_body(_ref("HookCall"), "application/json"),
            ),
        },
        "/cds-services/{id}/feedback": {
            "parameters": [name],
            "post": _operation(
                "cds-feedback", "What became of cards", *usual, **given, **_body(_ref("Feedback"), "application/json")
            ),
        },
    }  # fmt: skip


def _bars() -> Data:
    headers = ("X-Request-Id", "X-Correlation-Id", "NHSD-Target-Identifier", "NHSD-End-User-Organisation",
               "NHSD-Requesting-Software", "NHSD-Requesting-Practitioner")  # fmt: skip
    return {
        "/bars/$process-message": {
            "parameters": [_header(name) for name in headers],
            "post": _operation(
                "process-message", "A message of the Booking and Referral Standard", *CODES, kind=FHIR,
                security="token statement", **_body(_ref("Message"), FHIR),
            ),
        }
    }  # fmt: skip


def _object(required: str = "", **properties: Data) -> Data:
    return {"type": "object", "properties": properties} | ({"required": required.split()} if required else {})


def _list(schema: Data) -> Data:
    return {"type": "array", "items": schema}


def _one_of(*words: str) -> Data:
    return {"type": "string", "enum": list(words)}


_TEXT: Data = {"type": "string"}
_REFERENCE = _object(reference=_TEXT, display=_TEXT)
_IDENTIFIER = _object(system=_TEXT, value=_TEXT)
_CONCEPT = _object(text=_TEXT, coding=_list(_object(system=_TEXT, code=_TEXT, display=_TEXT)))
_REQUEST = {
    "resourceType": _one_of("ServiceRequest"), "id": _TEXT, "status": _one_of("active", "revoked", "entered-in-error"),
    "intent": _one_of("plan", "order"), "identifier": _list(_IDENTIFIER), "subject": _REFERENCE,
    "requester": _REFERENCE, "basedOn": _list(_REFERENCE), "reasonCode": _list(_CONCEPT),
    "note": _list(_object(text=_TEXT)), "authoredOn": _TEXT, "contained": _list(_ref("Patient")),
}  # fmt: skip
_ENTRY = _list(_object(fullUrl=_TEXT, resource=_ref("Resource"), request=_object(method=_one_of("POST"), url=_TEXT)))
_SCHEMAS: Data = {
    "Resource": _object("resourceType", resourceType=_TEXT, id=_TEXT),
    "ServiceRequest": _object("resourceType status intent subject", **_REQUEST),
    "Patient": _object(
        "resourceType", resourceType=_one_of("Patient"), id=_TEXT, identifier=_list(_IDENTIFIER),
        name=_list(_object(family=_TEXT, given=_list(_TEXT), text=_TEXT)), birthDate=_TEXT, gender=_TEXT,
    ),
    "DocumentReference": _object(
        "resourceType", resourceType=_one_of("DocumentReference"),
        content=_list(_object(attachment=_object(contentType=_TEXT, title=_TEXT, data=_TEXT))),
        context=_object(related=_list(_REFERENCE)),
    ),
    "QuestionnaireResponse": _object(
        "resourceType", resourceType=_one_of("QuestionnaireResponse"), questionnaire=_TEXT, status=_TEXT,
        basedOn=_list(_REFERENCE), item=_list(_object(linkId=_TEXT, answer=_list(_object(valueString=_TEXT)))),
    ),
    "Bundle": _object(
        "resourceType type", resourceType=_one_of("Bundle"), type=_one_of("transaction", "batch"), entry=_ENTRY
    ),
    "Message": _object(
        "resourceType type entry", resourceType=_one_of("Bundle"), id=_TEXT, type=_one_of("message"),
        entry=_list(_object(fullUrl=_TEXT, resource={"oneOf": [_ref("MessageHeader"), _ref("ServiceRequest"),
                                                               _ref("Patient")]})),
    ),
    "MessageHeader": _object(
        "resourceType", resourceType=_one_of("MessageHeader"), focus=_list(_REFERENCE),
        eventCoding=_object(system=_TEXT, code=_one_of("servicerequest-request", "servicerequest-response")),
        reason=_object(coding=_list(_object(code=_one_of("new", "update", "delete")))),
    ),
    "HookCall": _object(
        "hook hookInstance context", hook=_one_of(*HOOKS), hookInstance={"type": "string", "format": "uuid"},
        context=_object(userId=_TEXT, patientId=_TEXT, selections=_list(_TEXT), draftOrders=_object(
            resourceType=_TEXT, entry=_list(_object(resource=_ref("ServiceRequest"))),
        )),
        prefetch={"type": "object"}, hookVersion=_TEXT, fhirServer=_TEXT,
        fhirAuthorization=_object(access_token=_TEXT, token_type=_TEXT, scope=_TEXT, subject=_TEXT),
    ),
    "Feedback": _object("feedback", feedback=_list(_object(
        "card outcome", card=_TEXT, outcome=_one_of("accepted", "overridden"), outcomeTimestamp=_TEXT,
        acceptedSuggestions=_list(_object(id=_TEXT)),
        overrideReason=_object(reason=_object(code=_TEXT), userComment=_TEXT),
    ))),
}  # fmt: skip
