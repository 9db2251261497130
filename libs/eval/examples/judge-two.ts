import { readFile } from 'node:fs/promises';
import { decodeWav } from '@voxtune/audio';
import { cosine, createDnsmos, createSpeakerEncoder } from '@voxtune/eval';

const [real, spoken] = await Promise.all(process.argv.slice(2, 4).map(async (path) => decodeWav(await readFile(path))));
const encoder = await createSpeakerEncoder({ model: 'models/speaker-ge2e/ge2e.onnx' });
const similarity = cosine(await encoder.embed(real!.channels[0]!, real!.sampleRateHz), await encoder.embed(spoken!.channels[0]!, spoken!.sampleRateHz));
const { p808 } = await (await createDnsmos({ p808: 'models/dnsmos/model_v8.onnx' })).score(spoken!.channels[0]!, spoken!.sampleRateHz);
console.log({ similarity, p808 }); // two recordings of one reader: above 0.8, about 4
