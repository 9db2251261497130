#!/usr/bin/env python3
"""Makes the small ONNX models that the tests hand to sherpa-onnx: of the shapes and metadata that its addon wants, and
functions of the signal that anyone can compute by hand, so that what comes out is known.

    python tools/golden/sherpa-models.py [--check]        (onnx==1.23.2, numpy)

Shapes and metadata: k2-fsa/sherpa-onnx 634265c, scripts/gtcrn/add_meta_data.py, scripts/pyannote/segmentation/export-onnx.py,
sherpa-onnx/csrc/offline-speech-denoiser-dpdfnet-model.cc and speaker-embedding-extractor-model.cc. The weights are ours; there are none to speak of.
"""
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

OUT = Path(__file__).resolve().parents[2] / "libs/dataset/test/sherpa"
FLOAT = TensorProto.FLOAT
node = helper.make_node


def const(name, value, dtype=np.float32):
    return numpy_helper.from_array(np.asarray(value, dtype=dtype), name)


def model(nodes, inputs, outputs, constants, metadata):
    infos = [[helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in each] for each in (inputs, outputs)]
    made = helper.make_model(helper.make_graph(nodes, "test", *infos, constants), opset_imports=[helper.make_opsetid("", 13)], producer_name="voxtune tests", ir_version=8)
    helper.set_model_props(made, {key: str(value) for key, value in metadata.items()})
    checker.check_model(made, full_check=True)
    return made.SerializeToString(deterministic=True)


def gain(spectrum, out, axis, quiet, loud):
    """Each bin times `loud` where its power is over 1, else times `quiet`."""
    return [
        node("Mul", [spectrum, spectrum], ["square"]),
        node("ReduceSum", ["square", "axis"], ["power"], keepdims=1),
        node("Greater", ["power", "one"], ["is_loud"]),
        node("Where", ["is_loud", "loud", "quiet"], ["gain"]),
        node("Mul", [spectrum, "gain"], [out]),
    ], [const("axis", [axis], np.int64), const("one", 1), const("loud", loud), const("quiet", quiet)]


def gtcrn(quiet, loud, bins=257):
    """With other than the 257 bins that n_fft makes, the runtime refuses each frame: an error inside of the native code."""
    caches = {"conv_cache": [2, 1, 16, 16, 33], "tra_cache": [2, 3, 1, 1, 16], "inter_cache": [2, 1, 33, 16]}
    nodes, constants = gain("mix", "enh", 3, quiet, loud)
    nodes += [node("Identity", [name], [f"{name}_out"]) for name in caches]
    shape = [1, bins, 1, 2]
    metadata = {"model_type": "gtcrn", "version": 1, "sample_rate": 16000, "n_fft": 512, "hop_length": 256, "window_length": 512, "window_type": "hann_sqrt", **{f"{name}_shape": ",".join(map(str, dims)) for name, dims in caches.items()}}
    return model(nodes, [("mix", shape), *caches.items()], [("enh", shape), *((f"{name}_out", dims) for name, dims in caches.items())], constants, metadata)


def dpdfnet(quiet, loud):
    nodes, constants = gain("spec", "spec_e", 3, quiet, loud)
    nodes.append(node("Identity", ["state"], ["state_out"]))
    bins, state = 481, 8
    metadata = {"model_type": "dpdfnet", "version": 1, "profile": "dpdfnet2_48khz_hr", "sample_rate": 48000, "n_fft": 960, "hop_length": 480, "window_length": 960, "window_type": "vorbis", "pad_mode": "reflect",
                "freq_bins": bins, "erb_bins": 2, "spec_bins": 2, "state_size": state, "erb_norm_state_size": 2, "spec_norm_state_size": 2, "erb_norm_init": "0,0", "spec_norm_init": "0,0"}
    return model(nodes, [("spec", [1, 1, bins, 2]), ("state", [state])], [("spec_e", [1, 1, bins, 2]), ("state_out", [state])], constants, metadata)


LOW_HZ, HIGH_HZ, RATE_HZ = 400, 1600, 16000
FIELD, SHIFT = 991, 270


def segmentation():
    """A tone of LOW_HZ is the first speaker, one of HIGH_HZ the second, both at once are both: each is there where its amplitude over one receptive field is above 0.05."""
    constants = [const("zero", 0, np.int64), const("field", FIELD, np.int64), const("step", 1, np.int64), const("omega", 2 * np.pi * np.array([[LOW_HZ], [HIGH_HZ]]) / RATE_HZ), const("kernel_shape", [4, 1, FIELD], np.int64),
                 const("pairs", [0, 2, 4], np.int64), const("two", [2], np.int64), const("threshold", (0.05 * FIELD / 2) ** 2), const("slope", 1e3), const("low", -1), const("high", 1),
                 const("weights", np.array([[-1, 1, -1, 0, 1, 0, 0], [-1, -1, 1, 0, 1, 0, 0]])), const("bias", [0, 0, 0, -9, 0, -9, -9])]
    nodes = [
        node("Range", ["zero", "field", "step"], ["samples"]), node("Cast", ["samples"], ["time"], to=FLOAT), node("Mul", ["omega", "time"], ["phase"]),
        node("Cos", ["phase"], ["cosine"]), node("Sin", ["phase"], ["sine"]), node("Concat", ["cosine", "sine"], ["waves"], axis=0), node("Reshape", ["waves", "kernel_shape"], ["kernel"]),
        node("Conv", ["x", "kernel"], ["parts"], strides=[SHIFT]), node("Mul", ["parts", "parts"], ["squares"]), node("Split", ["squares"], ["squares_cos", "squares_sin"], axis=1), node("Add", ["squares_cos", "squares_sin"], ["energy"]),
        node("Sub", ["energy", "threshold"], ["over"]), node("Mul", ["over", "slope"], ["steep"]), node("Clip", ["steep", "low", "high"], ["there"]), node("Transpose", ["there"], ["frames"], perm=[0, 2, 1]),
        node("MatMul", ["frames", "weights"], ["scores"]), node("Add", ["scores", "bias"], ["y"]),
    ]
    metadata = {"num_speakers": 3, "powerset_max_classes": 2, "num_classes": 7, "sample_rate": RATE_HZ, "window_size": 10 * RATE_HZ, "receptive_field_size": FIELD, "receptive_field_shift": SHIFT, "model_type": "pyannote-segmentation-3.0", "version": 1}
    used = {name for each in nodes for name in each.input}
    return model(nodes, [("x", [1, 1, "T"])], [("y", [1, "F", 7])], [each for each in constants if each.name in used], metadata)


def embedding(bands=80):
    """Which mel bands are loudest, as shares: tones in different bands are at right angles. With other than 80 bands the runtime refuses."""
    nodes = [node("ReduceMean", ["feats"], ["mean"], axes=[1], keepdims=0), node("Softmax", ["mean"], ["embs"], axis=1)]
    metadata = {"framework": "wespeaker", "language": "English", "output_dim": 80, "sample_rate": RATE_HZ, "normalize_samples": 1}
    return model(nodes, [("feats", ["B", "T", bands])], [("embs", ["B", bands])], [], metadata)


MODELS = {
    "gtcrn-half.onnx": gtcrn(0.5, 0.5), "gtcrn-gate.onnx": gtcrn(0.1, 1), "gtcrn-worse.onnx": gtcrn(1, 0.2), "gtcrn-refuses.onnx": gtcrn(1, 1, bins=129), "dpdfnet-half.onnx": dpdfnet(0.5, 0.5),
    "segmentation.onnx": segmentation(), "embedding.onnx": embedding(), "embedding-refuses.onnx": embedding(bands=40),
}
OUT.mkdir(parents=True, exist_ok=True)
different = [name for name, made in MODELS.items() if "--check" in sys.argv and (OUT / name).read_bytes() != made]
if "--check" not in sys.argv:
    for name, made in MODELS.items():
        (OUT / name).write_bytes(made)
print(f"{len(MODELS)} models, {sum(map(len, MODELS.values()))} bytes" + (f"; different: {', '.join(different)}" if different else ""))
sys.exit(1 if different else 0)
