"""All tables together: what migrations are compared with."""

from mosaic_gateway.storage.compatibility_table import COMPATIBILITY
from mosaic_gateway.storage.job_tables import JOB_RUNS
from mosaic_gateway.storage.summary_table import SUMMARIES
from mosaic_gateway.storage.tables import METADATA

__all__ = ("COMPATIBILITY", "JOB_RUNS", "METADATA", "SUMMARIES")
