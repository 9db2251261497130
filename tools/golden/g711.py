"""Golden of G.711 encoding: every 16-bit value through the ITU's own software tools.

Usage: python3 tools/golden/g711.py G711_C [--check]
G711_C is src/g711/g711.c of https://github.com/openitu/STL (062a0d5); a C compiler is needed.
Writes libs/audio/src/encode/g711.golden.json: the values from which on each code holds, in rising order.
"""
import ctypes, json, pathlib, subprocess, sys, tempfile

source = pathlib.Path(sys.argv[1]).read_text()
target = pathlib.Path(__file__).parents[2] / "libs/audio/src/encode/g711.golden.json"
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    (folder / "g711.h").write_text("void alaw_compress(long, short*, short*); void alaw_expand(long, short*, short*); void ulaw_compress(long, short*, short*); void ulaw_expand(long, short*, short*);\n")
    (folder / "g711.c").write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", "g711.so", "g711.c"], cwd=folder, check=True)
    lib = ctypes.CDLL(str(folder / "g711.so"))

def run(name, values):
    count = len(values)
    given, got = (ctypes.c_short * count)(*values), (ctypes.c_short * count)()
    getattr(lib, name)(ctypes.c_long(count), given, got)
    return list(got)

golden = {"madeBy": "tools/golden/g711.py", "with": "ITU-T STL (openitu/STL 062a0d5), g711 3.01"}
for law, prefix in (("mulaw", "ulaw"), ("alaw", "alaw")):
    codes = run(prefix + "_compress", list(range(-32768, 32768)))
    changes = [[v - 32768, c] for v, c in enumerate(codes) if v == 0 or codes[v - 1] != c]
    golden[law] = {"codesFrom": changes, "values": run(prefix + "_expand", list(range(256)))}
text = json.dumps(golden) + "\n"
if "--check" in sys.argv:
    sys.exit(0 if target.read_text() == text else f"{target} differs")
target.write_text(text)
