"""Writes the generated pages of the documentation, and the compiled templates."""

from tests.reference.pages import ROOT, pages


def main() -> None:
    for name, content in pages().items():
        (ROOT / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
