"""`painpath screen -r FOLDER --out FILE`: a whole folder of letters into one table."""

import argparse
from pathlib import Path

from painpath.pathway.model import Pathway
from painpath.screening.corpus.batch import screen_batch
from painpath.screening.corpus.running import Asked, Rows, run_over
from painpath.screening.corpus.tables import screened, write


def run(args: argparse.Namespace, service: Pathway) -> int:
    """Screen every file below the folder. 0 when all could be read, 1 when some could not or nothing could be done."""

    def finish(out: Path, rows: Rows) -> None:
        write(out, rows(), screened(service))

    asked = Asked(args.recursive, args.out, args.jobs, args.scheduler, args.anew, args.date)
    return run_over(asked, (service,), screen_batch, finish, "read into")
