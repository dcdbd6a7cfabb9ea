"""A pathway's files into a pathway, or into the list of everything that is wrong with them."""

from pathlib import Path

from painpath.pathway.checking import faults
from painpath.pathway.converting import convert
from painpath.pathway.model import Pathway
from painpath.pathway.problems import Fault, PathwayError, Problem, field_name
from painpath.pathway.sources import Document


def compile_files(folder: Path, files: dict[Path, bytes], digest: str) -> Pathway:
    """The pathway that the files describe. Raises PathwayError with every problem found."""
    pathway, _, problems = compile_or_explain(folder, files, digest)
    if pathway is None or problems:
        raise PathwayError(problems)
    return pathway


def compile_or_explain(
    folder: Path, files: dict[Path, bytes], digest: str
) -> tuple[Pathway | None, Document, list[Problem]]:
    """The pathway, if the files describe one at all; where its fields stand; and what makes it unusable."""
    document = Document()
    forms = []
    for file, content in files.items():
        if file.suffix == ".json":
            forms.append({"id": file.stem, "text": content.decode(errors="replace")})
        else:
            document.add(file, content)
    for name, value in (("name", folder.name), ("digest", digest), ("forms", forms)):
        if name in document.data:
            place = document.places[(name,)]
            document.problems.append(Problem(*place, name, "Take this field out: the program sets it."))
        document.data[name] = value
    pathway, found = convert(document.data, Pathway)
    if pathway:
        found = list(faults(pathway))
    return pathway, document, [*document.problems, *(locate(fault, document, folder) for fault in found)]


def locate(fault: Fault, document: Document, folder: Path) -> Problem:
    """The fault with its file and line."""
    place = document.place(fault.path)
    file, line = place or (folder, 0)
    return Problem(file, line, field_name(fault.path), fault.message)
