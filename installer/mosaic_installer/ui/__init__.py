"""TALK: the only room that touches the person."""
