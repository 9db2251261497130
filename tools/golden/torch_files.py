"""Files as torch writes them, with what torch reads from them: libs/training/src/torch/torch-file.golden.json.

    pip install torch==2.13.0
    python tools/golden/torch_files.py          # write
    python tools/golden/torch_files.py --check  # the stored files still load, and hold what the golden says
"""
import base64, collections, io, json, math, pathlib, sys
import torch

OUT = pathlib.Path(__file__).resolve().parents[2] / "libs/training/src/torch/torch-file.golden.json"


def cases():
    torch.manual_seed(1234)
    big = torch.arange(24, dtype=torch.float32)
    yield "ssl, a transposed view", torch.randn(1, 5, 8).transpose(1, 2), None
    yield "scalar", torch.tensor(3.5), None
    yield "empty", torch.empty(0, 4), None
    for dtype in (torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool):
        yield f"{dtype}", torch.ones(3, 2).to(dtype), None
    for bad in (math.nan, math.inf, -math.inf):
        for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
            tensor = torch.zeros(2, 3, dtype=dtype)
            tensor[1, 2] = bad
            yield f"{bad} in {dtype}", tensor, None
    yield "two views of one storage", {"a": big[:6].view(2, 3), "b": big[12:]}, None
    yield "a largest float16", torch.full((4,), 65504.0, dtype=torch.float16), None
    weight = collections.OrderedDict([("layer.weight", torch.randn(2, 3).half()), ("layer.bias", torch.zeros(2).half())])
    yield "weights", collections.OrderedDict([("weight", weight), ("config", {"train": {"lr": 1e-4, "betas": [0.8, 0.99], "name": "語", "none": None, "big": 2**70, "neg": -3}}), ("info", "GPT-e2")]), None
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    yield "a training state", {"model": model.state_dict(), "iteration": 3, "optimizer": optimizer.state_dict(), "learning_rate": 1e-4}, None
    yield "a path, as Lightning keeps one", {"state_dict": model.state_dict(), "hyper_parameters": {"output_dir": pathlib.PosixPath("/a/b"), "n": 1}}, None
    yield "a parameter", torch.nn.Parameter(torch.ones(2)), None
    yield "protocol 4", {"t": torch.ones(2), "deep": [[1, (2, 3)], {"k": "v"}]}, 4


def tensors(value, name=""):
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from tensors(each, f"{name}/{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            yield from tensors(each, f"{name}/{index}" if name else str(index))


def describe(value):
    found = list(tensors(value))
    bad = sum(int((~torch.isfinite(tensor)).sum()) for _, tensor in found if tensor.is_floating_point())
    return {"notFinite": bad, "tensors": [{"name": n, "dtype": str(t.dtype).removeprefix("torch."), "shape": list(t.shape), "strides": list(t.stride()), "storageOffset": t.storage_offset()} for n, t in found]}


def make():
    rows = []
    for name, value, protocol in cases():
        out = io.BytesIO()
        torch.save(value, out, **({} if protocol is None else {"pickle_protocol": protocol}))
        rows.append({"name": name, **describe(value), "base64": base64.b64encode(out.getvalue()).decode()})
    return {"madeBy": "tools/golden/torch_files.py", "with": f"torch {torch.__version__}", "cases": rows}


if "--check" in sys.argv:
    for row in json.loads(OUT.read_text("utf-8"))["cases"]:
        loaded = torch.load(io.BytesIO(base64.b64decode(row["base64"])), weights_only=False)  # our own files
        seen = describe(loaded)
        assert seen == {key: row[key] for key in seen}, row["name"]
    print("ok")
else:
    OUT.write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n", "utf-8")
