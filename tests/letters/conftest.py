from typing import get_args

import pytest

from painpath import pathway
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.pathway.outcomes import OutcomeId

OUTCOMES = get_args(OutcomeId)
AUDIENCES = get_args(Audience)
EVERY_LETTER = [(outcome, audience) for outcome in OUTCOMES for audience in AUDIENCES]
SOUTHAMPTON_EMAIL = "southamptonpainteam@solent.nhs.uk"


@pytest.fixture(scope="session")
def service() -> Pathway:
    return pathway.load(pathway.find("southampton-portsmouth"))
