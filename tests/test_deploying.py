"""What stands in `deploy/` and in the page of settings is what the program wants: units, proxy, image, settings."""

import ast
import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from painpath.cli import COMMANDS
from painpath.exchange.ers.site import Site
from painpath.letters.carriers.mesh import Access
from painpath.settings import MAX_UPLOAD_BYTES
from painpath.web.errors import _PROGRAMS
from tests.shared import SETTING

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
NAME = re.compile(r"\b(?:PAINPATH_[A-Z][A-Z_]*[A-Z]|DATABASE_(?:APP_)?URL)\b")
OF_TESTS = {"PAINPATH_TEST_WHOLE", "PAINPATH_AXE_RECORD", SETTING}


def unit(file: Path) -> configparser.ConfigParser:
    """A unit; of what may stand several times, such as EnvironmentFile, the last one."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(file.read_text())
    return parser


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """The directives of a file for nginx, each with the blocks that it stands in."""
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    found, inside, word = [], [], ""
    for part in re.split(r"('[^']*'|[;{}](?=\s|$))", text):
        if part == ";":
            found.append((" ".join(word.split()), list(inside)))
        elif part == "{":
            inside.append(" ".join(word.split()))
        elif part == "}":
            assert not word.strip(), f"without its semicolon: {word}"
            inside.pop()
        else:
            word += part
            continue
        word = ""
    assert not inside, "a block is not closed"
    assert not word.strip()
    return found


NGINX = blocks((DEPLOY / "nginx.conf").read_text())
PASSED = dict(text.rpartition(" ")[::2] for text, _ in blocks((DEPLOY / "painpath-proxy.conf").read_text()))


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_the_units_are_hardened(file: Path, tmp_path: Path) -> None:
    service = unit(file)["Service"]
    assert service["User"] not in ("", "root")
    wanted = {"NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "ProtectHome": "yes",
              "PrivateTmp": "yes", "PrivateDevices": "yes", "RestrictNamespaces": "yes", "UMask": "0077",
              "SystemCallFilter": "@system-service", "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6"}  # fmt: skip
    assert {name: service.get(name) for name in wanted} == wanted
    [command] = re.findall(r"/srv/painpath/\.venv/bin/painpath ([a-z]+)", service["ExecStart"])
    assert command in COMMANDS
    owners = [one for one in UNITS if "owner.env" in one.read_text()]
    assert [one.stem for one in owners] == ["painpath-backup", "painpath-migrate"], "nobody else knows the owner"
    for one in owners:
        assert unit(one)["Service"]["User"] != unit(DEPLOY / "painpath.service")["Service"]["User"]
    assert systemd_understands(file, tmp_path)


def systemd_understands(file: Path, tmp_path: Path) -> bool:
    """Whether systemd takes a unit; where it is not there, nobody knows."""
    if not (program := shutil.which("systemd-analyze")):
        return True
    here = tmp_path / file.name
    here.write_text(file.read_text().replace("/srv/painpath/.venv/bin/painpath", "/bin/true"))
    done = subprocess.run([program, "verify", "--man=no", here], capture_output=True, text=True, timeout=60)
    return not [line for line in done.stderr.splitlines() if file.name in line]


def nginx_understands(tmp_path: Path) -> bool:
    """Whether nginx takes the proxy's files; where it is not there, nobody knows."""
    if not (program := shutil.which("nginx")):
        return True
    key, made = str(tmp_path / "key.pem"), str(tmp_path / "made.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx.conf").read_text()
    for there, here in {"/etc/painpath/certificate.pem": made, "/etc/painpath/certificate.key": key,
                        "/etc/nginx/painpath-proxy.conf": str(DEPLOY / "painpath-proxy.conf"),
                        "/var/log/nginx/painpath.log": str(tmp_path / "log")}.items():  # fmt: skip
        text = text.replace(there, here)
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n")
    done = subprocess.run([program, "-t", "-e", "stderr", "-c", whole], capture_output=True, text=True, timeout=60)
    return "syntax is ok" in done.stderr


def test_the_proxy_writes_anew_what_it_says_of_a_visitor() -> None:
    assert PASSED["proxy_set_header X-Forwarded-For"] == "$remote_addr"
    assert PASSED["proxy_set_header X-Forwarded-Proto"] == "$scheme"
    for name in ("X-Forwarded-Host", "X-Real-IP", "Forwarded"):
        assert PASSED[f"proxy_set_header {name}"] == '""'
    assert PASSED["proxy_request_buffering"] == "on"
    logs = [text for text, inside in NGINX if text.startswith("access_log") and inside == ["server"]]
    assert logs == ["access_log /var/log/nginx/painpath.log painpath"] * 2
    [form] = [text for text, _ in NGINX if text.startswith("log_format painpath")]
    assert "$request_uri" not in form
    assert "$args" not in form
    assert "$request " not in form, "what stands behind the question mark is not written down"
    passing = {inside[-1] for text, inside in NGINX if text == "include /etc/nginx/painpath-proxy.conf"}
    assert passing == {"location /", "location ~ ^/(health/ready|metrics)/?$"}


def test_the_proxy_speaks_only_tls_of_today(tmp_path: Path) -> None:
    said = dict(text.partition(" ")[::2] for text, inside in NGINX if inside == ["server"])
    assert said["ssl_protocols"] == "TLSv1.2 TLSv1.3"
    for cipher in said["ssl_ciphers"].split(":"):
        assert re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)", cipher)
    assert int(said["client_max_body_size"].removesuffix("m")) * 1024 * 1024 > MAX_UPLOAD_BYTES
    assert nginx_understands(tmp_path)


def test_in_clear_programs_are_refused_and_people_are_sent_on() -> None:
    clear = {tuple(inside[1:]): text for text, inside in NGINX if len(inside) == 2 and text.startswith("return")}
    programs = f"location ~ {_PROGRAMS.pattern}".replace("(?:", "(")
    assert clear == {(programs,): "return 403", ("location /",): "return 301 https://pain.example.nhs.uk$request_uri"}


def test_no_file_of_deployment_holds_a_secret() -> None:
    for line in (DEPLOY / "painpath.env.example").read_text().splitlines():
        name, _, value = line.partition("=")
        assert line.startswith("#") or not (value and re.search("KEY|PASSWORD|SECRET|DATABASE", name)), line
    for file in DEPLOY.iterdir():
        assert not re.search(r"postgresql://\S+:\S+@|[A-Za-z0-9_-]{43,}", file.read_text().replace("=", " ")
                             .replace(":", " ")), file  # fmt: skip
    named = set(NAME.findall((DEPLOY / "painpath.env.example").read_text()))
    assert named <= documented()


def test_the_image_is_made_of_what_is_there() -> None:
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    stages = [words for key, words in lines if key == "FROM"]
    assert stages == ["node:22-slim AS look", "python:3.11-slim AS made", "python:3.11-slim"]
    for key, words in lines:
        if key == "COPY" and not words.startswith("--from"):
            *sources, _ = words.split()
            assert all((ROOT / source).exists() for source in sources), words
            assert not {".", ".git", "tests"} & set(sources)
    last = dict(lines[[key for key, _ in lines].index("FROM", -9) :])
    assert last["USER"] not in ("root", "0")
    program, command, *_ = ast.literal_eval(last["CMD"])
    assert program == ".venv/bin/painpath"
    assert command in COMMANDS
    health = ast.literal_eval(last["HEALTHCHECK"].partition(" CMD ")[2])
    compile(health[2], "health", "exec")
    assert "/health/live" in health[2]
    assert not any(re.search("SECRET|PASSWORD|KEY", words) for key, words in lines if key in ("ENV", "ARG"))


def read_by_the_code() -> set[str]:
    """Every setting that a file of the program names, and those whose names are put together."""
    code = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    together = {f"PAINPATH_MESH_{name.upper()}" for name in Access.__struct_fields__}
    together |= {f"PAINPATH_ERS_{name.upper()}" for name in Site.__struct_fields__}
    return set(NAME.findall(code)) | together


def documented() -> set[str]:
    page = (ROOT / "docs/reference/settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))


def test_every_setting_stands_on_its_page_and_no_other() -> None:
    wanted = read_by_the_code() | OF_TESTS
    assert sorted(wanted - documented()) == [], "write them into docs/reference/settings.md"
    assert sorted(documented() - wanted) == [], "nothing reads them any more"


@pytest.mark.django_db
def test_trace_is_answered_by_nobody(service_id: int) -> None:
    client = Client(HTTP_X_SECRET="not to come back")
    for address in (
        "/accounts/login/",
        "/services/southampton-portsmouth/",
        "/services/southampton-portsmouth/patients/",
    ):
        answer = client.trace(address)
        assert answer.status_code == 405, address
        assert "not to come back" not in answer.content.decode()
