/** What a model is for: `mos` predicts opinion scores, `speaker` embeds voices, `vad` finds speech, `asr` writes down words, `denoise` takes noise off, `segmentation` tells who of a few speaks when. */
export type ModelKind = 'mos' | 'speaker' | 'vad' | 'asr' | 'denoise' | 'segmentation';

/** What a program must know to feed the model; members depend on the model. JSON values only. */
export type ModelDescriptor = Readonly<Record<string, unknown>>;

/** A model that is known by its contents. */
export type RegisteredModel = {
  readonly id: string;
  readonly kind: ModelKind;
  readonly title: string;
  /** SHA-256 of the file, 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** SPDX identifier. */
  readonly licence: string;
  /** Where it comes from: repository, and the file or package in it. */
  readonly source: string;
  /** Usual file name. A hint for people; contents decide. */
  readonly fileName: string;
  readonly descriptor: ModelDescriptor;
};

/** DNSMOS analyses 9.01 s at 16 kHz: microsoft/DNS-Challenge, DNSMOS/dnsmos_local.py, INPUT_LENGTH = 9.01, SAMPLING_RATE = 16000. */
const DNSMOS_WINDOW_SAMPLES = 144_160;
/** DNSMOS moves its window by one second: dnsmos_local.py, `hop_len_samples = fs`. */
const DNSMOS_HOP_SAMPLES = 16_000;

/** The models voxtune knows by sha256. Input and output names and shapes are those of the ONNX graphs. */
export const MODEL_REGISTRY: readonly RegisteredModel[] = [
  {
    id: 'dnsmos-p835',
    kind: 'mos',
    title: 'DNSMOS P.835 (SIG, BAK, OVRL)',
    sha256: '269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd',
    sizeBytes: 1_157_965,
    licence: 'CC-BY-4.0',
    source: 'microsoft/DNS-Challenge: DNSMOS/DNSMOS/sig_bak_ovr.onnx',
    fileName: 'sig_bak_ovr.onnx',
    descriptor: {
      sampleRateHz: 16_000,
      windowSamples: DNSMOS_WINDOW_SAMPLES,
      hopSamples: DNSMOS_HOP_SAMPLES,
      shorter: 'repeat',
      trailing: 'drop',
      combine: 'mean',
      input: { name: 'input_1', shape: ['N', DNSMOS_WINDOW_SAMPLES], holds: 'samples' },
      outputs: ['SIG', 'BAK', 'OVRL'],
      // dnsmos_local.py, get_polyfit_val (not personalized); highest power first.
      polynomials: {
        SIG: [-0.08397278, 1.22083953, 0.0052439],
        BAK: [-0.13166888, 1.60915514, -0.39604546],
        OVRL: [-0.06766283, 1.11546468, 0.04602535],
      },
    },
  },
  {
    id: 'dnsmos-p808',
    kind: 'mos',
    title: 'DNSMOS P.808 (overall)',
    sha256: '9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91',
    sizeBytes: 224_860,
    licence: 'CC-BY-4.0',
    source: 'microsoft/DNS-Challenge: DNSMOS/DNSMOS/model_v8.onnx',
    fileName: 'model_v8.onnx',
    descriptor: {
      sampleRateHz: 16_000,
      windowSamples: DNSMOS_WINDOW_SAMPLES,
      hopSamples: DNSMOS_HOP_SAMPLES,
      shorter: 'repeat',
      trailing: 'drop',
      combine: 'mean',
      // dnsmos_local.py, audio_melspec: the window without its last 160 samples; librosa mel, power_to_db(ref=max), (dB + 40) / 40.
      frontEnd: { kind: 'mel', dropLastSamples: 160, fftSamples: 321, hopSamples: 160, mels: 120, dbOffset: 40, dbScale: 40 },
      input: { name: 'input_1', shape: ['N', 900, 120], holds: 'log-power mel' },
      outputs: ['P808'],
    },
  },
  {
    id: 'silero-vad',
    kind: 'vad',
    title: 'Silero voice activity detection',
    sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3',
    sizeBytes: 2_327_524,
    licence: 'MIT',
    source: 'snakers4/silero-vad: src/silero_vad/data/silero_vad.onnx',
    fileName: 'silero_vad.onnx',
    descriptor: {
      // silero-vad, src/silero_vad/utils_vad.py, OnnxWrapper.__call__: 512 samples at a time, the 64 before them in front.
      sampleRateHz: 16_000,
      windowSamples: 512,
      contextSamples: 64,
      stateShape: [2, 1, 128],
      inputs: ['input', 'state', 'sr'],
      outputs: ['output', 'stateN'],
    },
  },
  {
    id: 'speaker-ge2e',
    kind: 'speaker',
    title: 'GE2E speaker encoder',
    sha256: '8a6cf8fe6c8adfcaf4ace8515982fa605e7139d914a08fe6de7bac12749b77dc',
    sizeBytes: 6_378_597,
    licence: 'Apache-2.0',
    source: 'resemble-ai/Resemblyzer: weights of the Resemblyzer 0.1.4 package, exported to ONNX',
    fileName: 'ge2e.onnx',
    descriptor: {
      sampleRateHz: 16_000,
      windowSamples: 25_600,
      hopSamples: 12_800,
      shorter: 'pad with zeros',
      trailing: 'drop',
      combine: 'mean, scaled to unit length',
      input: { name: 'waveform', shape: ['N', 'T'], holds: 'samples' },
      outputs: ['embedding'],
      embeddingLength: 256,
    },
  },
];
