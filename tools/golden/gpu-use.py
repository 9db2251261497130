"""Which device and precision GPT-SoVITS chooses for a GPU, by its own function: config.py, get_device_dtype_sm.

    python tools/golden/gpu-use.py CHECKOUT            # writes libs/training/src/profile/gpu-use.golden.json
    python tools/golden/gpu-use.py CHECKOUT --check    # exits 1 when that file differs

Takes the function out of the checkout's config.py and runs it with a torch.cuda that says what the table below says. Python 3.10 or newer, and git.
"""
import argparse
import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

GOLDEN = Path(__file__).resolve().parents[2] / "libs/training/src/profile/gpu-use.golden.json"
GPUS = [
    ("NVIDIA H100 80GB HBM3", (9, 0), 79.2), ("NVIDIA GeForce RTX 4090", (8, 9), 23.6), ("NVIDIA GeForce RTX 2060", (7, 5), 5.8), ("NVIDIA GeForce GTX 1660 Ti", (7, 5), 5.8),
    ("NVIDIA GeForce GTX 1650", (7, 5), 3.8), ("NVIDIA GeForce GTX 1650", (7, 5), 3.5), ("Tesla V100-SXM2-16GB", (7, 0), 15.8), ("NVIDIA GeForce GTX 1080 Ti", (6, 1), 10.9),
    ("Tesla P100-PCIE-16GB", (6, 0), 15.9), ("NVIDIA GeForce GTX 980", (5, 2), 3.9), ("Tesla K80", (3, 7), 11.2), ("NVIDIA Tegra X1", (5, 3), 3.9), ("NVIDIA GeForce RTX 3050", (8, 6), 3.4),
]


def uses(checkout):
    tree = ast.parse((checkout / "config.py").read_text(encoding="utf-8"))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "get_device_dtype_sm")
    rows = []
    for name, capability, gib in GPUS:
        cuda = SimpleNamespace(
            is_available=lambda: True, get_device_capability=lambda index, c=capability: c, get_device_name=lambda index, n=name: n,
            get_device_properties=lambda index, g=gib: SimpleNamespace(total_memory=g * 1024**3),
        )
        torch = SimpleNamespace(cuda=cuda, device=lambda text: text, float16="float16", float32="float32", dtype=str)
        scope = {"torch": torch, "re": re}
        exec(compile(ast.Module([function], []), "config.py", "exec"), scope)
        device, dtype, _, _ = scope["get_device_dtype_sm"](0)
        rows.append({"name": name, "computeCapability": float("%d.%d" % capability), "memoryGiB": gib, "device": device.split(":")[0], "half": dtype == "float16"})
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    commit = subprocess.run(["git", "-C", options.checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    text = json.dumps({"madeBy": "tools/golden/gpu-use.py", "with": f"GPT-SoVITS {commit}, config.py", "gpus": uses(options.checkout)}, indent=1) + "\n"
    if not options.check:
        GOLDEN.write_text(text, encoding="utf-8")
    elif GOLDEN.read_text(encoding="utf-8") != text:
        sys.exit(f"{GOLDEN} differs from what {options.checkout} says")


if __name__ == "__main__":
    main()
