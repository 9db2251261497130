"""What GPT-SoVITS' own web UI writes and exports for a training, as values.

Runs the functions of a checkout's webui.py (open1a, open1b, open1c, open1Ba, open1Bb) with the processes they would start taken down instead of started.
Modules that are not needed for that (torch, gradio, ...) are stood in for here, outside the checkout; the checkout is reached through links from an
empty folder, so that nothing in it changes. Needs Python 3.10 or newer with PyYAML, and git.

    python tools/golden/webui-plan.py CHECKOUT            # writes libs/training/src/plan/webui-plan.golden.json
    python tools/golden/webui-plan.py CHECKOUT --check    # exits 1 when that file differs
"""
import argparse
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import site
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import MagicMock

GOLDEN = Path(__file__).resolve().parents[2] / "libs/training/src/plan/webui-plan.golden.json"
VERSIONS = ["v1", "v2", "v2Pro", "v2ProPlus", "v3", "v4"]
STANDS_IN = {"torch", "gradio", "psutil", "numpy", "pandas", "ffmpeg"}
NAME = "staff001"
BATCH = {"gpt": 4, "sovits": 8}
EPOCHS = {"gpt": 15, "gptSave": 5, "sovits": 8, "sovitsSave": 4}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Any of STANDS_IN, as an object that takes every call."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in STANDS_IN else None

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__spec__, module.__path__ = spec, []
        return module

    def exec_module(self, module):
        pass


class Device:
    def __init__(self, text):
        self.type, _, index = text.partition(":")
        self.index = int(index) if index else None


def make_torch(gpus):
    import torch

    torch.device, torch.float16, torch.float32 = Device, "float16", "float32"
    torch.cuda.is_available.return_value = gpus > 0
    torch.cuda.device_count.return_value = gpus
    torch.cuda.get_device_capability.return_value = (8, 6)
    torch.cuda.get_device_name.return_value = "GPU"
    torch.cuda.get_device_properties.return_value.total_memory = 24 * 1024**3
    import psutil

    psutil.virtual_memory.return_value.total = 32 * 1024**3


def capture(checkout, gpus, version, gpu_numbers):
    """Runs in a process of its own: prints one JSON document."""
    sys.meta_path.insert(0, Finder())
    sys.argv = ["webui.py"]
    import yaml

    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        for entry in os.listdir(checkout):
            if entry not in {".git", "TEMP", "logs"} and not entry.startswith(("GPT_weights", "SoVITS_weights")):
                os.symlink(os.path.join(checkout, entry), os.path.join(folder, entry))
        os.chdir(folder)
        os.makedirs("packages")
        site.getsitepackages = lambda: [os.path.join(folder, "packages")]  # webui.py writes users.pth there
        sys.path.insert(0, folder)
        for variable in ["version", "language", "is_half", "TEMP", "no_proxy", "all_proxy", "_CUDA_VISIBLE_DEVICES", "hz", "bert_path"]:
            os.environ.pop(variable, None)
        clean = dict(os.environ)
        make_torch(gpus)
        started = []

        class Popen:
            def __init__(self, command, shell=False):
                env = {key: value for key, value in os.environ.items() if clean.get(key) != value}
                started.append({"command": command.strip(), "env": env})
                part = os.environ.get("i_part", "0")
                for script, name in [("1-get-text", f"2-name2text-{part}.txt"), ("3-get-semantic", f"6-name2semantic-{part}.tsv")]:
                    if script in command:
                        Path("logs", NAME, name).write_text(f"row{part}\n", encoding="utf8")

            def wait(self):
                return 0

        subprocess.Popen = Popen
        config = importlib.import_module("config")
        g, s1 = config.pretrained_sovits_name[version], config.pretrained_gpt_name[version]  # webui.py empties the names of files that are not there
        stdout, sys.stdout = sys.stdout, sys.stderr
        webui = importlib.import_module("webui")
        switched = webui.switch_version(version)
        base = dict(os.environ)
        clips = Path(folder, "clips")
        clips.mkdir()
        Path("logs", NAME).mkdir(parents=True)
        Path("train.list").write_text(f"{clips}/a.wav|{NAME}|ZH|一\n", encoding="utf8")
        webui.inp_wav_dir = "clips"  # a name that open1c reads and does not take
        inputs = (os.path.join(folder, "train.list"), str(clips))
        half = webui.is_half

        def run(stage, generator):
            os.environ.clear()
            os.environ.update(base)
            started.clear()
            for _ in generator:
                pass
            return [{"stage": stage, **each} for each in started]

        steps = [
            *run("1a", webui.open1a(*inputs, NAME, gpu_numbers, config.bert_path)),
            *run("1b", webui.open1b(version, *inputs, NAME, gpu_numbers, config.cnhubert_path)),
            *run("1c", webui.open1c(version, *inputs, NAME, gpu_numbers, g)),
            *run("1Bb", webui.open1Bb(BATCH["gpt"], EPOCHS["gpt"], NAME, False, True, True, EPOCHS["gptSave"], gpu_numbers, s1)),
            *run("1Ba", webui.open1Ba(version, BATCH["sovits"], EPOCHS["sovits"], NAME, 0.4, True, True, EPOCHS["sovitsSave"], gpu_numbers, g, g.replace("s2G", "s2D"), False, "32")),
        ]
        result = {
            "half": half,
            "uiDefaults": {"sovitsEpochs": switched[6]["value"], "sovitsSaveEvery": switched[7]["value"], "sovitsBatch": webui.default_batch_size, "gptBatch": webui.default_batch_size_s1},  # of 24 GiB of GPU memory, or 32 GiB without a GPU
            "importFolders": Path("packages/users.pth").read_text().split("\n"),
            "merged": {name: Path("logs", NAME, name).read_text(encoding="utf8") for name in ["2-name2text.txt", "6-name2semantic.tsv"]},
            "steps": steps,
            "s1": yaml.safe_load(Path("TEMP/tmp_s1.yaml").read_text()),
            "s2": json.loads(Path("TEMP/tmp_s2.json").read_text()),
        }
        text = json.dumps(result).replace(json.dumps(sys.executable)[1:-1], "PYTHON").replace(folder, "ROOT")
        sys.stdout = stdout
        print(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", nargs=3, metavar=("GPUS", "VERSION", "GPU_NUMBERS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    checkout = os.path.realpath(args.checkout)
    if args.one:
        capture(checkout, int(args.one[0]), args.one[1], args.one[2])
        return 0
    commit = subprocess.run(["git", "-C", checkout, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    cases = []
    for version in VERSIONS:
        for gpus, numbers in [(1, "0"), (0, "0"), *([(2, "0-1")] if version == "v2Pro" else [])]:
            process = subprocess.run([sys.executable, __file__, checkout, "--one", str(gpus), version, numbers], check=True, capture_output=True, text=True)
            cases.append({"version": version, "gpus": gpus, "gpuNumbers": numbers, **json.loads(process.stdout.splitlines()[-1])})
    golden = {
        "madeBy": "tools/golden/webui-plan.py", "with": f"GPT-SoVITS {commit}, webui.py", "name": NAME, "batchSize": BATCH, "epochs": EPOCHS, "cases": cases,
    }
    text = json.dumps(golden, ensure_ascii=False, indent=1) + "\n"
    if args.check:
        same = GOLDEN.read_text(encoding="utf8") == text
        print("equal" if same else f"{GOLDEN} differs from what this checkout's web UI writes")
        return 0 if same else 1
    GOLDEN.write_text(text, encoding="utf8")
    return 0


sys.exit(main())
