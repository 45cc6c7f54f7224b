"""Settle the answers: given, remembered, default or typed; and keep them as a file."""
