// The caller of tools/bench/serving.mjs, a process of its own so that the gateway's is measured without it. Takes one job a message, answers its times, ms.
const post = async (url, body) => {
  const startedMs = performance.now();
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  const reader = response.body.getReader();
  let [firstMs, soundMs, bytes] = [null, null, 0];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.length;
    firstMs ??= performance.now() - startedMs;
    if (bytes > 44) soundMs ??= performance.now() - startedMs; // beyond the header, which an engine sends before it has computed anything
  }
  return { ms: performance.now() - startedMs, firstMs, soundMs };
};

const JOBS = {
  /** Asks the worker and the gateway in turns, whole and streamed. */
  async turns({ worker, gateway, request, requests }) {
    const rows = { direct: [], through: [], directFirst: [], directSound: [], throughSound: [] };
    for (let n = -50; n < requests; n += 1) { // the first fifty warm up
      const a = await post(`${worker}/tts`, request.direct);
      const b = await post(`${gateway}/v1/audio/speech`, request.through);
      const c = await post(`${worker}/tts`, { ...request.direct, streaming_mode: 1 });
      const d = await post(`${gateway}/v1/audio/speech`, { ...request.through, stream_format: 'audio' });
      if (n < 0) continue;
      for (const [name, ms] of [['direct', a.ms], ['through', b.ms], ['directFirst', c.firstMs], ['directSound', c.soundMs], ['throughSound', d.soundMs]]) rows[name].push(ms);
    }
    return rows;
  },
  async same({ gateway, request, requests }) {
    const times = [];
    for (let n = -10; n < requests; n += 1) {
      const { ms } = await post(`${gateway}/v1/audio/speech`, request.through);
      if (n >= 0) times.push(ms);
    }
    return times;
  },
  /** How long the workers take by themselves, and through the gateway, in turns: each row is [alone, through], ms. */
  async throughput({ workers, gateway, request, each, rounds, callers }) {
    const timed = async (work) => {
      const startedMs = performance.now();
      await work();
      return performance.now() - startedMs;
    };
    const rows = [];
    for (let round = -1; round < rounds; round += 1) {
      const alone = await timed(() => Promise.all(workers.map(async (url) => { for (let n = 0; n < each; n += 1) await post(`${url}/tts`, request.direct); })));
      const served = await timed(() => Promise.all(Array.from({ length: callers }, async (_, caller) => {
        for (let n = caller; n < workers.length * each; n += callers) await post(`${gateway}/v1/audio/speech`, { ...request.through, input: `One sentence number ${n}.` });
      })));
      if (round >= 0) rows.push([alone, served]); // the first warms up
    }
    return rows;
  },
};

process.on('message', ({ job, of }) => void JOBS[job](of).then((result) => process.send({ result }), (error) => process.send({ error: String(error?.stack ?? error) })));
