"""What is written down about a run: journal, log, crash report, draft."""
