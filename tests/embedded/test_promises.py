"""The log, the ledger and the files keep their promises on the stand-in too: the same tests, another server."""

from tests.shell.test_evidence_store import *  # noqa: F403
from tests.shell.test_ledger import *  # noqa: F403
from tests.shell.test_log_promises import *  # noqa: F403
