/** What FastAPI says of a parameter of the wrong type. */
export type Detail = { type: string; loc: (string | number)[]; msg: string; input: unknown; ctx?: { error: string } };

type Kind = 'string' | 'int' | 'float' | 'bool' | 'any';

/** Parameters of `/tts` with their types and defaults (GPT-SoVITS 48b1a01, api_v2.py, class TTS_Request). */
const FIELDS: Readonly<Record<string, readonly [Kind, unknown]>> = {
  text: ['string', null],
  text_lang: ['string', null],
  ref_audio_path: ['string', null],
  aux_ref_audio_paths: ['any', null],
  prompt_lang: ['string', null],
  prompt_text: ['string', ''],
  top_k: ['int', 15],
  top_p: ['float', 1],
  temperature: ['float', 1],
  text_split_method: ['string', 'cut5'],
  batch_size: ['int', 1],
  batch_threshold: ['float', 0.75],
  split_bucket: ['bool', true],
  speed_factor: ['float', 1],
  fragment_interval: ['float', 0.3],
  seed: ['int', -1],
  media_type: ['string', 'wav'],
  streaming_mode: ['any', false],
  parallel_infer: ['bool', true],
  repetition_penalty: ['float', 1.35],
  sample_steps: ['int', 32],
  super_sampling: ['bool', false],
  overlap_length: ['int', 2],
  min_chunk_length: ['int', 16],
};

const TRUE = new Set(['true', '1', 'yes', 'on', 't', 'y']);
const FALSE = new Set(['false', '0', 'no', 'off', 'f', 'n']);

function readOne(kind: Kind, value: unknown): { value: unknown } | { type: string; msg: string } {
  if (kind === 'any') return { value };
  if (kind === 'string') return typeof value === 'string' ? { value } : { type: 'string_type', msg: 'Input should be a valid string' };
  if (kind === 'bool') {
    if (typeof value === 'boolean') return { value };
    const word = String(value).toLowerCase();
    if (TRUE.has(word)) return { value: true };
    if (FALSE.has(word)) return { value: false };
    return { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' };
  }
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (kind === 'float') {
    if (Number.isFinite(number)) return { value: number };
    if (typeof value !== 'string') return { type: 'float_type', msg: 'Input should be a valid number' };
    return { type: 'float_parsing', msg: 'Input should be a valid number, unable to parse string as a number' };
  }
  if (Number.isInteger(number)) return { value: number };
  if (typeof value === 'number') return { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' };
  if (typeof value !== 'string') return { type: 'int_type', msg: 'Input should be a valid integer' };
  return { type: 'int_parsing', msg: 'Input should be a valid integer, unable to parse string as an integer' };
}

/** Reads the parameters of `/tts` as FastAPI would: values with defaults, or what is wrong with them. */
export function readTtsParams(given: Readonly<Record<string, unknown>>, where: 'query' | 'body'): { values: Record<string, unknown>; errors: Detail[] } {
  const values: Record<string, unknown> = {};
  const errors: Detail[] = [];
  for (const [name, [kind, standard]] of Object.entries(FIELDS)) {
    if (!(name in given)) {
      values[name] = standard;
      continue;
    }
    const read = readOne(kind, given[name]);
    if ('value' in read) values[name] = read.value;
    else errors.push({ type: read.type, loc: [where, name], msg: read.msg, input: given[name] });
  }
  return { values, errors };
}

/** What FastAPI says of a body that is not JSON; Python's words for the commonest fault. */
export function jsonInvalid(body: string): Detail {
  const at = Math.max(1, body.search(/[^\s{[]/));
  return {
    type: 'json_invalid',
    loc: ['body', at],
    msg: 'JSON decode error',
    input: {},
    ctx: { error: 'Expecting property name enclosed in double quotes' },
  };
}
