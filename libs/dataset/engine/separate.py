# Drives the UVR5 models of a GPT-SoVITS checkout (48b1a01, tools/uvr5/webui.py does the same from a page).
# Run in the checkout's folder: separate.py --model NAME --device cpu|cuda --half 0|1 --agg 10 --jobs JOBS.json
# JOBS.json: [{"input": 44.1 kHz stereo WAV, "folder": where its voice goes}]. One JSON line for each job on stdout, begun with "@job ".
import argparse
import json
import os
import sys
import traceback

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--device", required=True, choices=["cpu", "cuda"])
parser.add_argument("--half", type=int, default=0)
parser.add_argument("--agg", type=int, default=10)
parser.add_argument("--jobs", required=True)
args = parser.parse_args()

root = os.getcwd()
for folder in (root, os.path.join(root, "tools"), os.path.join(root, "tools", "uvr5")):
    sys.path.insert(0, folder)
weights = os.path.join(root, "tools", "uvr5", "uvr5_weights")
half = bool(args.half)


def open_model(name):
    if name == "onnx_dereverb_By_FoxJoy":
        from mdxnet import MDXNetDereverb

        return MDXNetDereverb(15)
    if "roformer" in name.lower():
        from bsroformer import Roformer_Loader

        return Roformer_Loader(model_path=os.path.join(weights, name + ".ckpt"), config_path=os.path.join(weights, name + ".yaml"), device=args.device, is_half=half)
    from vr import AudioPre, AudioPreDeEcho

    return (AudioPreDeEcho if "DeEcho" in name else AudioPre)(agg=args.agg, model_path=os.path.join(weights, name + ".pth"), device=args.device, is_half=half)


with open(args.jobs, encoding="utf-8") as file:
    jobs = json.load(file)
model = open_model(args.model)
for index, job in enumerate(jobs):
    try:
        # The other part goes to a folder beside it: the models name their files each in their own way, so a folder holds one part only.
        model._path_audio_(job["input"], job["folder"] + ".rest", job["folder"], "wav", "HP3" in args.model)
        error = None
    except Exception:
        error = traceback.format_exc().strip().splitlines()[-1]
        traceback.print_exc()
    print("@job " + json.dumps({"index": index, "error": error}), flush=True)
