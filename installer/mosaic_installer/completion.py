"""The command line as a script that completes it in a shell; its use costs no start of ours."""

import argparse
from collections.abc import Iterator, Mapping, Sequence

FILES = frozenset({"FILE"})
PAIRS = "KEY=VALUE"

BASH = r"""
# Bash takes words apart at `=`: `key=value` is put together again, `--flag=value` taken apart.
_mosaic() {
  local -a words=()
  local index word last=-1 joins=
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if [[ $word == = && $last -ge 0 && ${words[last]} == --* ]]; then
      [[ $index -lt $COMP_CWORD ]] && continue
      word=
    elif [[ $joins || ($word == = && $last -ge 0) ]]; then
      [[ $word == = ]] && joins=yes || joins=
      words[last]+=$word
      continue
    fi
    words[++last]=$word
  done
  local typed=${words[last]}
  local -a COMP_WORDS=("${words[@]}")
  local COMP_CWORD=$last
  _shtab_mosaic
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
  if [[ $typed == *=* && $COMP_WORDBREAKS == *=* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${typed%%=*}="}")
  fi
}
complete -o bashdefault -F _mosaic mosaic
"""


def script(parser: argparse.ArgumentParser, shell: str, words: Mapping[str, Sequence[str]]) -> str:
    """Return the script of `shell` for `parser`, where arguments take `words` by their metavar.

    The parser is of no other use afterwards: it would insist on these words.
    """
    import shtab

    for action in _arguments(parser):
        name = str(action.metavar)
        if name in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab looks for it there
        elif name == PAIRS and shell == "zsh":
            before = {"zsh": _zsh_pairs(words[PAIRS])}
            action.complete = {"zsh": "_mosaic_pairs", "preamble": before}  # type: ignore[attr-defined]
        elif name in words:
            action.choices = tuple(words[name])
    text: str = shtab.complete(parser, shell=shell)
    return text + BASH if shell == "bash" else text


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public name for them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - nor for this
            for verb in action.choices.values():
                yield from _arguments(verb)
        else:
            yield action


def _zsh_pairs(pairs: Sequence[str]) -> str:
    """Return the function that adds no space after `key=`, where the value is still to come."""
    whole = " ".join(pair for pair in pairs if not pair.endswith("="))
    begun = " ".join(pair for pair in pairs if pair.endswith("="))
    return f"_mosaic_pairs() {{\n  compadd -- {whole}\n  compadd -S '' -- {begun}\n}}\n"
