"""An administrator changes a running system beside the programs: each way has a row here."""
