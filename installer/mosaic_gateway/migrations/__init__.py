"""The schema's history. Every version is one file in `versions/`; HEAD names the newest."""

# Known without importing Alembic, so that a start on an up-to-date database need not.
HEAD = "0012"
