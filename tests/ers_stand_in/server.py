"""The stand-in as a server: addresses, headers, versions, locks, roles, forced errors, and the sign-in of people.

Beyond the published document it is our reading of it: that a test passes here says nothing of the live service.
"""

import base64
import hashlib
import io
import json
import re
import secrets
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from reportlab.pdfgen import canvas

from painpath import clock
from painpath.exchange.ers.operations import OPERATIONS, SPC, SPCA, Operation
from painpath.exchange.ers.tokens import EXCHANGE, ID_TOKEN, STATEMENT
from tests.ers_stand_in import store
from tests.ers_stand_in.store import File, Referral, Request

FHIR = "application/fhir+json;charset=UTF-8"
API_KEY, CLIENT_ID, CLIENT_SECRET, KEY_ID = "the-api-key", "painpath", "the-secret", "key-1"
_PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = _PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
"""One key for all that is signed in a test: making one takes a second."""


class Answered(Exception):
    """An answer, as soon as it is known."""

    def __init__(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        self.status, self.body, self.headers = status, body, headers or {}


class StandIn:
    """e-RS with what a test puts into it. `roles` are those of whoever signs in; `force` makes the next calls fail."""

    def __init__(self) -> None:
        self.requests: dict[str, Request] = {}
        self.referrals: dict[str, Referral] = {}
        self.files: dict[str, File] = {}
        self.roles: list[tuple[str, str]] = [("R69", SPC)]
        self.force: list[tuple[str, int, str]] = []
        """Operation, status, code: the first that fits a call answers it, once. `0` does it and says nothing,
        and a number below that does it and answers the number without its sign."""
        self.always: dict[str, Answered] = {}
        """Operation, or path outside of the API, -> what answers it whatever is asked, and stays."""
        self.nobody_to_act_for = False
        self.headers_of_forced: dict[str, str] = {}
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        """What was asked: operation, headers, body."""
        self.answers: list[tuple[str, int, Any]] = []
        self.people: set[str] = set()
        """Tokens of people; those of applications in `applications`."""
        self.applications: set[str] = set()
        self.used: set[str] = set()
        self.codes: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def environ(self, key: str) -> dict[str, str]:
        """What a site has in its environment to speak with this one; `key` is the file of the private key."""
        said = {
            "URL": f"{self.address}/referrals/FHIR", "TOKEN_URL": f"{self.address}/oauth2/token",
            "SIGN_IN_URL": f"{self.address}/sign-in", "SIGN_IN_TOKEN_URL": f"{self.address}/sign-in/token",
            "SIGN_IN_KEYS_URL": f"{self.address}/sign-in/keys", "SIGN_IN_ISSUER": f"{self.address}/sign-in",
            "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "API_KEY": API_KEY, "KEY": key, "KEY_ID": KEY_ID,
            "FILE_HOSTS": self.address.removeprefix("http://"), "TIMEOUT": "2",
        }  # fmt: skip
        return {f"PAINPATH_ERS_{name}": value for name, value in said.items()}

    def token(self, *, application: bool = False) -> str:
        """A token that holds, for tests that do not sign in."""
        made = secrets.token_urlsafe(16)
        (self.applications if application else self.people).add(made)
        return made

    def add(self, one: Request) -> Request:
        self.requests[one.ubrn] = one
        for file in [*one.files, *(file for message in one.messages for file in message.files)]:
            self.files[file.id] = file
        return one

    def refer(self, one: Referral) -> Referral:
        """A referral for triage, with its files."""
        self.referrals[one.ubrn] = one
        self.files |= {file.id: file for file in one.files}
        return one

    def writes(self, name: str) -> int:
        """How often an operation was asked for."""
        return sum(1 for asked, _, _ in self.calls if asked == name)

    # --- e-RS -----------------------------------------------------------------------------------------------------

    def ers(self, method: str, path: str, query: dict[str, list[str]], headers: dict[str, str], body: bytes) -> None:
        """Answer one call of the API; always by raising Answered."""
        one, names = _find(method, path)
        said = json.loads(body) if body and "json" in headers.get("content-type", "") else body
        self.calls.append((one.id, headers, said))
        if one.id in self.always:
            raise self.always[one.id]
        silent = self._forced(one)
        self._check(one, headers)
        try:
            getattr(self, one.id.lower())(names, query, headers, said)
        except Answered as answered:
            self.answers.append((one.id, answered.status, answered.body))
            if silent is not None:
                raise Answered(silent) from None
            raise

    def _forced(self, one: Operation) -> int | None:
        for index, (name, status, code) in enumerate(self.force):
            if name == one.id:
                del self.force[index]
                if status <= 0:
                    return -status
                raise Answered(status, store.outcome(code) if code else None, self.headers_of_forced)
        return None

    def _check(self, one: Operation, headers: dict[str, str]) -> None:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        person = token in self.people
        if not person and token not in self.applications:
            raise Answered(401, store.outcome("NO_ACCESS"))
        organisation, role = headers.get("nhsd-end-user-organisation-ods"), headers.get("nhsd-ers-business-function")
        behalf = headers.get("nhsd-ers-on-behalf-of-user-id")
        if one.headers == "H3":
            return
        if not person and (one.headers == "H1") == bool(organisation or role):
            raise Answered(403, store.outcome("FORBIDDEN"))
        if not person and "app" not in one.access:
            raise Answered(403, store.outcome("FORBIDDEN"))
        if person and ((organisation, role) not in self.roles or role not in one.roles):
            raise Answered(403, store.outcome("FORBIDDEN"))
        if person and one.on_behalf and (role == SPCA) != bool(behalf):
            raise Answered(403, store.outcome("FORBIDDEN"))
        if one.versions == "if_match" and not re.fullmatch(r'W/"[0-9]+"', headers.get("if-match", "")):
            raise Answered(412)

    def _request(self, names: dict[str, str], headers: dict[str, str]) -> Request:
        found = self.requests.get(names["ubrn"])
        if found is None:
            raise Answered(404)
        if headers.get("nhsd-end-user-organisation-ods", found.organisation) != found.organisation:
            raise Answered(422, store.outcome("NO_RELATIONSHIP"))
        return found

    def _to_change(self, one: Request | Referral, version: str) -> None:
        if one.locked:
            raise Answered(423)
        if version != str(one.version):
            raise Answered(409)

    def a023(self, names: Any, query: Any, headers: dict[str, str], body: Any) -> None:
        rows = [one for one in self.requests.values() if one.organisation == headers["nhsd-end-user-organisation-ods"]]
        raise Answered(200, store.advice_worklist([one for one in rows if "PROVIDER_RESPONSE" in one.state]))

    def a008(self, names: Any, query: Any, headers: Any, body: Any) -> None:
        services = [row["valueIdentifier"]["value"] for row in body["parameter"] if row["name"] == "service"]
        organisation = headers.get("nhsd-end-user-organisation-ods")
        if organisation is None and not services:
            raise Answered(422, store.outcome("MISSING_VALUE"))
        rows = [
            one for one in self.referrals.values()
            if (not services or one.service in services) and organisation in (None, one.organisation)
            and one.state in ("AWAITING_TRIAGE", "BOOKED")
        ]  # fmt: skip
        raise Answered(200, store.referral_worklist(rows))

    def a024(self, names: dict[str, str], query: Any, headers: dict[str, str], body: Any) -> None:
        one = self._request(names, headers)
        raise Answered(200, store.communication_request(one), {"ETag": f'W/"{one.version}"'})

    def a025(self, names: Any, query: dict[str, list[str]], headers: dict[str, str], body: Any) -> None:
        found = re.fullmatch(r"CommunicationRequest/(\d{12})/_history/(\d+)", query.get("based-on", [""])[0])
        if found is None or len(query.get("_include", [])) != 3:
            raise Answered(400, store.outcome("INVALID_VALUE"))
        one = self._request({"ubrn": found[1]}, headers)
        if found[2] != str(one.version):
            raise Answered(400, store.outcome("HISTORY_NOT_SUPPORTED"))
        raise Answered(200, store.conversation(one))

    def a043(self, names: dict[str, str], query: Any, headers: dict[str, str], body: Any) -> None:
        one = self._request(names, headers)
        raise Answered(
            200,
            _pdf(f"Request {one.ubrn}", *(message.text for message in one.messages)),
            {"Content-Type": "application/pdf"},
        )

    def a042(self, names: dict[str, str], query: Any, headers: Any, body: Any) -> None:
        file = self.files.get(names["binary"])
        if file is None:
            raise Answered(404, store.outcome("REC_NOT_FOUND"))
        if file.availability != "AVAILABLE":
            raise Answered(422, store.outcome(file.availability))
        raise Answered(307, None, {"Location": f"{self.address}/files/{file.id}"})

    def a020(self, names: Any, query: Any, headers: dict[str, str], body: bytes) -> None:
        file = File(
            headers["nhsd-ers-file-name"], headers["content-type"], body, headers.get("nhsd-ers-referral-id", ""),
            kind="GUIDANCE_RESPONSE",
        )  # fmt: skip
        if not 0 < len(body) <= 5 * 1024 * 1024:
            raise Answered(422, store.outcome("FILE_SIZE_ERROR"))
        self.files[file.id] = file
        raise Answered(201, None, {"Location": f"Binary/{file.id}"})

    def _attached(self, parameters: dict[str, list[Any]], name: str, ubrn: str) -> list[File]:
        found = []
        for row in parameters.get(name, []):
            url = row["resource"]["content"][0]["attachment"]["url"]
            file = self.files.get(url.removeprefix("Binary/"))
            if file is None:
                raise Answered(422, store.outcome("REFERENCE_NOT_FOUND"))
            if file.referral != ubrn:
                raise Answered(422, store.outcome("INAPPROPRIATE_VALUE"))
            found.append(file)
        return found

    def a026(self, names: dict[str, str], query: Any, headers: dict[str, str], body: Any) -> None:
        one, said = self._request(names, headers), _parameters(body)
        self._to_change(one, headers["if-match"].removeprefix("W/").strip('"'))
        answer = _one(said, "guidanceOutcome")["valueCoding"]["code"]
        returned = answer == "RETURN_TO_REFERRER_WITH_ADVICE"
        if returned != ("guidanceIntendedRecommendation" in said):
            raise Answered(422, store.outcome("CONFLICTING_VALUES"))
        text = _one(said, "guidance")["valueString"]
        if len(text) > 8000:
            raise Answered(422, store.outcome("INVALID_VALUE"))
        if one.state != "PROVIDER_RESPONSE_REQUIRED":
            raise Answered(422, store.outcome("INVALID_REQUEST_STATE"))
        files = self._attached(said, "guidanceAttachmentFile", one.ubrn)
        one.priority = _one(said, "updatedPriority")["valueCoding"]["code"]
        if returned:
            one.recommendation = _one(said, "guidanceIntendedRecommendation")["valueCoding"]["code"]
        one.state = "REFERRER_TO_REVIEW_RESPONSE" if returned else "REFERRER_TO_SUBMIT_FURTHER_INFORMATION"
        message = one.say(text, "RESPONDER", files, sent=clock.now().isoformat())
        made, _ = store.communication(message, one)
        raise Answered(200, {
            "meta": store.profile("eRS-SendCommunicationToRequester-Response-Parameters-1"),
            "resourceType": "Parameters",
            "parameter": [
                {"name": "updatedCommunicationRequest", "resource": store.communication_request(one)},
                {"name": "createdCommunication", "resource": made},
            ],
        })  # fmt: skip

    def a027(self, names: Any, query: Any, headers: dict[str, str], body: Any) -> None:
        said = _parameters(body)
        source = _one(said, "createFrom")["valueReference"]["reference"]
        found = re.fullmatch(r"CommunicationRequest/(\d{12})/_history/(\d+)", source)
        if found is None:
            raise Answered(422, store.outcome("INVALID_VALUE"))
        one = self._request({"ubrn": found[1]}, headers)
        self._to_change(one, found[2])
        if one.may_convert is not True or one.state != "PROVIDER_RESPONSE_REQUIRED":
            raise Answered(422, store.outcome("INVALID_REQUEST_STATE"))
        files = self._attached(said, "guidanceAttachmentFile", one.ubrn)
        one.priority = _one(said, "newReferralPriority")["valueCoding"]["code"]
        one.converted = {"comments": _one(said, "reviewComments")["valueString"]}
        one.say(_one(said, "guidance")["valueString"], "RESPONDER", files, sent=clock.now().isoformat())
        one.state = "ADVICE_CONVERTED"
        made = store.referral_request(one, "TRIAGED_PROVIDER_TO_ACTION")
        raise Answered(201, made, {"ETag": f'W/"{one.version}"'})

    def _referral(self, names: dict[str, str], headers: dict[str, str]) -> Referral:
        found = self.referrals.get(names["ubrn"])
        if found is None:
            raise Answered(404)
        if headers.get("nhsd-end-user-organisation-ods", found.organisation) != found.organisation:
            raise Answered(422, store.outcome("NO_RELATIONSHIP"))
        return found

    def a005(self, names: dict[str, str], query: Any, headers: dict[str, str], body: Any) -> None:
        one = self._referral(names, headers)
        raise Answered(200, store.referral_request(one), {"ETag": f'W/"{one.version}"'})

    def a007(self, names: dict[str, str], query: Any, headers: dict[str, str], body: Any) -> None:
        one = self._referral(names, headers)
        lines = one.written.splitlines() or [""]
        raise Answered(200, _pdf(f"Referral {one.ubrn}", *lines), {"Content-Type": "application/pdf"})

    def a028(self, names: dict[str, str], query: Any, headers: dict[str, str], body: Any) -> None:
        one, said = self._referral(names, headers), _parameters(body)
        self._to_change(one, headers["if-match"].removeprefix("W/").strip('"'))
        if one.booked:
            raise Answered(422, store.outcome("INVALID_REQUEST_TYPE"))
        if one.state != "AWAITING_TRIAGE":
            raise Answered(422, store.outcome("INVALID_REQUEST_STATE"))
        outcome, comments = _one(said, "reviewOutcome")["valueCoding"]["code"], _one(said, "reviewComments")
        returned = outcome == "RETURN_TO_REFERRER_WITH_ADVICE"
        if not returned and outcome != "ACCEPT_REFER_BOOK_LATER":
            raise Answered(422, store.outcome("INVALID_CODE"))
        files = self._attached(said, "reviewAttachmentFile", one.ubrn)
        if "reviewPriority" in said:
            if returned:
                raise Answered(422, store.outcome("INAPPROPRIATE_VALUE"))
            one.priority = _one(said, "reviewPriority")["valueCoding"]["code"]
        for file in files:
            file.kind = "PROVIDER"
        one.files += files
        one.outcome, one.comments = outcome, comments["valueString"]
        one.state = "TRIAGE_RESPONSE" if returned else "TRIAGED_PROVIDER_TO_ACTION"
        one.version += 1
        raise Answered(200, store.referral_request(one), {"ETag": f'W/"{one.version}"'})

    def a029(self, names: Any, query: dict[str, list[str]], headers: Any, body: Any) -> None:
        found = re.fullmatch(r"ReferralRequest/(\d{12})/_history/(\d+)", query.get("focus", [""])[0])
        one = self.referrals.get(found[1]) if found else None
        if found is None or one is None:
            raise Answered(400, store.outcome("REFERENCE_NOT_FOUND"))
        if found[2] != str(one.version):
            raise Answered(400, store.outcome("HISTORY_NOT_SUPPORTED"))
        if (query.get("intent"), query.get("status")) != (["proposal"], ["ready"]):
            raise Answered(400, store.outcome("MISSING_PARAMETER"))
        may = ["RECORD_REVIEW_OUTCOME", "CANCEL_REFERRAL"] if one.state == "AWAITING_TRIAGE" and not one.booked else []
        raise Answered(200, store.actions(one, may))

    def a030(self, names: Any, query: Any, headers: Any, body: Any) -> None:
        system = "https://fhir.nhs.uk/CodeSystem/eRS-BusinessFunction-1"
        entries = []
        for organisation in dict.fromkeys(one for one, _ in self.roles):
            codes = [{"coding": [{"system": system, "code": code}]} for ods, code in self.roles if ods == organisation]
            role = {
                "id": f"PractitionerRole-{organisation}", "resourceType": "PractitionerRole",
                "meta": {"lastUpdated": "2026-11-26T09:00:00.000Z"},
                "practitioner": store.identified("https://fhir.nhs.uk/Id/sds-user-id", "103264994981"),
                "organization": store.identified(store.ODS, organisation), "code": codes,
            }  # fmt: skip
            entries.append(
                {
                    "fullUrl": f"_baseUrl_/R4/PractitionerRole/{role['id']}",
                    "resource": role,
                    "search": {"mode": "match"},
                }
            )
        raise Answered(200, {
            "id": str(uuid.uuid4()), "resourceType": "Bundle", "type": "searchset", "total": len(entries),
            "meta": {"lastUpdated": "2026-11-26T09:00:00.000Z"}, "timestamp": "2026-11-26T09:00:00.000Z",
            "link": [{"relation": "self", "url": "_baseUrl_/R4/PractitionerRole"}], "entry": entries,
        })  # fmt: skip

    def a040(self, names: Any, query: Any, headers: Any, body: Any) -> None:
        one = {"resourceType": "Practitioner", "id": "021600556514",
               "identifier": {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "021600556514"}}  # fmt: skip
        entries = [] if self.nobody_to_act_for else [{"resource": one}]
        raise Answered(200, {"resourceType": "Bundle", "type": "searchset", "entry": entries})

    # --- signing in -----------------------------------------------------------------------------------------------

    def sign_in(self, query: dict[str, list[str]]) -> None:
        """Somebody signs in at once, and is sent back with a code."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = {name: value[0] for name, value in query.items()}
        back = urlencode({"code": code, "state": query["state"][0]})
        raise Answered(302, None, {"Location": f"{query['redirect_uri'][0]}?{back}"})

    def id_token(self, nonce: str, **changes: Any) -> str:
        """Who has signed in, signed by the sign-in."""
        claims = {"iss": f"{self.address}/sign-in", "aud": CLIENT_ID, "sub": "103264994981", "nonce": nonce,
                  "iat": 1, "exp": 9_999_999_999} | changes  # fmt: skip
        return jwt.encode(claims, PEM, algorithm="RS256", headers={"kid": "them"})

    def sign_in_token(self, form: dict[str, str]) -> None:
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            begun is None
            or begun["code_challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("=")
            or begun["code_challenge_method"] != "S256"
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET)
        ):
            raise Answered(400, {"error": "invalid_grant"})
        raise Answered(200, {"access_token": "theirs", "token_type": "Bearer", "expires_in": 300,
                             "id_token": self.id_token(begun["nonce"])})  # fmt: skip

    def token_of(self, form: dict[str, str]) -> None:
        """The platform's token address: it takes a statement as its own tests say, and no statement twice."""
        try:
            statement = form["client_assertion"]
            head = jwt.get_unverified_header(statement)
            claims = jwt.decode(statement, _PRIVATE.public_key(), algorithms=["RS512"],
                                audience=f"{self.address}/oauth2/token")  # fmt: skip
            fits = head["kid"] == KEY_ID and claims["iss"] == claims["sub"] == API_KEY
            fits = fits and claims["jti"] not in self.used and form["client_assertion_type"] == STATEMENT
        except (jwt.PyJWTError, KeyError):
            fits = False
        if not fits:
            raise Answered(400, {"error": "invalid_request", "error_description": "RAW DIAGNOSTICS"})
        self.used.add(claims["jti"])
        kind = form["grant_type"]
        if kind == EXCHANGE:
            if form.get("subject_token_type") != ID_TOKEN or not form.get("subject_token"):
                raise Answered(400, {"error": "invalid_request"})
        elif kind == "refresh_token" and not form.get("refresh_token", "").startswith("again-"):
            raise Answered(401, {"error": "invalid_grant"})
        made = self.token(application=kind == "client_credentials")
        refresh = {} if kind == "client_credentials" else {"refresh_token": f"again-{made}"}
        raise Answered(200, {"access_token": made, "expires_in": "599", "token_type": "Bearer"} | refresh)

    def keys(self) -> None:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_PRIVATE.public_key()))
        raise Answered(200, {"keys": [public | {"kid": "them", "use": "sig", "alg": "RS256"}]})


def _find(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    for one in OPERATIONS.values():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(one.path))
        if one.method == method and (found := re.fullmatch(pattern, path)):
            return one, found.groupdict()
    raise Answered(404)


def _parameters(body: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in body["parameter"]:
        found.setdefault(row["name"], []).append(row)
    return found


def _one(said: dict[str, list[Any]], name: str) -> Any:
    if len(said.get(name, [])) != 1:
        raise Answered(422, store.outcome("MISSING_VALUE"))
    return said[name][0]


def _pdf(*lines: str) -> bytes:
    """A PDF that can be read."""
    made = io.BytesIO()
    page = canvas.Canvas(made, invariant=1)
    for number, line in enumerate(lines):
        page.drawString(60, 780 - 20 * number, line)
    page.save()
    return made.getvalue()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Nothing: tests are quiet."""

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                _route(stand_in, method, self.path, headers, body)
            except Answered as answered:
                self._send(answered, headers)

        def _send(self, answered: Answered, asked: dict[str, str]) -> None:
            if answered.status == 0:  # the line breaks
                self.close_connection = True
                return
            raw = isinstance(answered.body, bytes)
            content = b"" if answered.body is None else answered.body if raw else json.dumps(answered.body).encode()
            self.send_response(answered.status)
            if content and not raw:
                self.send_header("Content-Type", FHIR)
            for name, value in answered.headers.items():
                self.send_header(name, value)
            if "x-correlation-id" in asked:
                self.send_header("X-Correlation-ID", asked["x-correlation-id"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _route(stand_in: StandIn, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    where = urlparse(path)
    query = parse_qs(where.query)
    if where.path in stand_in.always:
        raise stand_in.always[where.path]
    if where.path.startswith("/referrals/FHIR/"):
        stand_in.ers(method, where.path.removeprefix("/referrals/FHIR"), query, headers, body)
    if where.path.startswith("/files/"):
        if "authorization" in headers:
            raise Answered(400)
        file = stand_in.files[where.path.removeprefix("/files/")]
        raise Answered(200, file.content, {"Content-Type": file.media_type})
    form = {name: value[0] for name, value in parse_qs(body.decode("latin-1")).items()}
    routes: dict[str, Callable[[], None]] = {
        "/sign-in": lambda: stand_in.sign_in(query),
        "/sign-in/token": lambda: stand_in.sign_in_token(form),
        "/sign-in/keys": stand_in.keys,
        "/oauth2/token": lambda: stand_in.token_of(form),
    }
    routes.get(where.path, lambda: None)()
    raise Answered(404)
