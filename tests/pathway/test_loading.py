"""Finding and loading a pathway, its compiled cache, keeping a version."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway import Pathway, PathwayError, decode, encode, find, load, loading


def cached(copy: Path) -> list[Path]:
    return sorted((copy.parents[1] / "cache").rglob("*.json"))


def load_anew(copy: Path) -> Pathway:
    """Load as a new process does, which remembers nothing."""
    loading._loaded.clear()
    return load(copy)


def test_a_process_decodes_what_did_not_change_once(copy: Path) -> None:
    assert load(copy) is load(copy)


def test_a_second_load_reads_the_cache_and_gives_the_same(copy: Path) -> None:
    first = load(copy)
    (kept,) = cached(copy)
    written = kept.stat().st_mtime_ns
    assert load_anew(copy) == first
    assert kept.stat().st_mtime_ns == written


def test_a_warm_load_imports_no_yaml(copy: Path) -> None:
    load(copy)
    program = (
        "import sys; from pathlib import Path; from painpath.pathway import load; "
        f"load(Path({str(copy)!r})); print('yaml' in sys.modules, 'django' in sys.modules, 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.split() == ["False", "False", "False"]


@pytest.mark.parametrize("damage", [b"", b"{}", b"0" * 64 + b"{}", b"\xff\xfe"])
def test_a_damaged_cache_is_not_trusted(copy: Path, damage: bytes) -> None:
    first = load(copy)
    (kept,) = cached(copy)
    kept.write_bytes(damage)
    assert load_anew(copy) == first
    assert kept.read_bytes() != damage, "and is written anew"


def test_one_changed_letter_in_the_cache_is_noticed(copy: Path) -> None:
    first = load(copy)
    (kept,) = cached(copy)
    kept.write_bytes(kept.read_bytes().replace(b"Email the Pain Team", b"Email a Pain Team!!", 1))
    assert load_anew(copy) == first


def test_a_cache_of_another_pathway_is_not_used(copy: Path) -> None:
    first = load(copy)
    (kept,) = cached(copy)
    other = kept.read_bytes()
    (copy / "service.yaml").write_text(
        (copy / "service.yaml").read_text().replace("version: 2025-11", "version: 2026-01")
    )
    second = load(copy)
    assert (first.version, second.version) == ("2025-11", "2026-01")
    (new,) = set(cached(copy)) - {kept}
    new.write_bytes(other)
    assert load_anew(copy).version == "2026-01"


@pytest.mark.parametrize("obstacle", ["a file where the folder should be", "nowhere"])
def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, obstacle: str
) -> None:
    if obstacle == "nowhere":
        monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    else:
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load(copy).name == "southampton-portsmouth"


def test_the_digest_follows_the_content(copy: Path) -> None:
    first = load(copy).digest
    service = copy / "service.yaml"
    before = service.read_text()
    service.write_text(before + "\n# a remark\n")
    assert load(copy).digest != first
    service.write_text(before)
    assert load(copy).digest == first


def test_the_coverage_of_the_page_is_not_part_of_the_pathway(copy: Path) -> None:
    first = load(copy).digest
    (copy / "seed-coverage.yaml").write_text("sentences: []\n")
    assert load(copy).digest == first


def test_shared_files_are_part_of_the_pathway(copy: Path) -> None:
    first = load(copy)
    shared = copy.parent / "shared"
    shared.mkdir(exist_ok=True)
    (shared / "more.yaml").write_text(
        "podcasts:\n  - {heading: A, title: B, speakers: [], about: [], link_words: C, published: D}\n"
    )
    second = load(copy)
    assert second.digest != first.digest
    assert [podcast.title for podcast in second.podcasts] == ["B", *(podcast.title for podcast in first.podcasts)]


def test_encode_and_decode_keep_everything(pathway: Pathway) -> None:
    assert decode(encode(pathway)) == pathway
    assert json.loads(encode(pathway))["version"] == "2025-11"


@given(data=st.binary(max_size=200))
def test_bytes_that_are_no_pathway_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(PathwayError, match="not a kept pathway"):
        decode(data)


def test_find_names_the_pathways_there_are() -> None:
    with pytest.raises(PathwayError, match=r"no pathway of this name.*southampton-portsmouth"):
        find("nowhere")


@pytest.mark.parametrize(
    "name", ["../southampton-portsmouth", "/etc", "", ".", "shared", "southampton-portsmouth/criteria"]
)
def test_find_takes_names_not_paths(name: str) -> None:
    with pytest.raises(PathwayError):
        find(name)


def test_find_looks_where_it_is_told(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAINPATH_PATHWAYS", str(copy.parent))
    assert find("southampton-portsmouth") == copy


def test_a_folder_without_a_service_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PathwayError, match="not a pathway's folder"):
        load(tmp_path)


def test_a_frozen_pathway_cannot_be_changed(pathway: Pathway) -> None:
    with pytest.raises(AttributeError):
        pathway.version = "2030-01"  # type: ignore[misc]


def test_files_that_did_not_change_are_not_read_again_and_every_change_is_seen(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SETTLED", 0)  # else two seconds would have to pass
    reads: list[Path] = []
    read = loading._read

    def noted(file: Path) -> bytes:
        reads.append(file)
        return read(file)

    monkeypatch.setattr(loading, "_read", noted)
    service, shared = copy / "service.yaml", copy.parent / "shared/more.yaml"
    first = load(copy)
    reads.clear()
    assert load(copy) is first
    assert not reads

    def changed(change: Callable[[], object]) -> bool:
        before = load(copy).digest
        change()
        return load(copy).digest != before

    words, stat = service.read_text(), service.stat()

    def same_size_and_date() -> None:
        service.write_text(words.replace("version: 2025-11", "version: 2025-12"))
        os.utime(service, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert changed(same_size_and_date)
    assert load(copy).version == "2025-12"

    def another_in_its_place() -> None:
        (copy / "new").write_text(words)
        (copy / "new").replace(service)

    assert changed(another_in_its_place)
    assert load(copy).digest == first.digest
    shared.parent.mkdir(exist_ok=True)
    assert changed(lambda: shared.write_text("podcasts: []\n"))
    assert changed(shared.unlink)
    assert load(copy).digest == first.digest


def test_what_was_changed_just_now_or_lies_behind_a_link_is_read_every_time(copy: Path, tmp_path: Path) -> None:
    assert loading._listing(copy) is None, "a file changed less than two seconds ago"
    later = time.time_ns() + 2 * loading.SETTLED
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: later)
        assert loading._listing(copy) is not None
        (tmp_path / "elsewhere").mkdir()
        (copy / "linked").symlink_to(tmp_path / "elsewhere")
        assert loading._listing(copy) is None
