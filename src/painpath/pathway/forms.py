"""The questionnaires of a pathway: FHIR R4 Questionnaires, each a JSON file of the folder `questionnaires`."""

from painpath.pathway.base import Data, Id


class Form(Data, frozen=True, kw_only=True):
    """One file. Its text is kept as it stands; `painpath.questionnaires.parse` reads it."""

    id: Id
    """The file's name without `.json`."""
    text: str
