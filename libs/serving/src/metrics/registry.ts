/** Labels of one measurement; values are escaped, names are ours. */
export type Labels = Readonly<Record<string, string>>;
export type Counter = { add(labels?: Labels, by?: number): void };
export type Histogram = { observe(value: number, labels?: Labels): void };
export type Registry = {
  counter(name: string, help: string): Counter;
  /** `buckets`: upper bounds, ascending, without the last, infinite one. */
  histogram(name: string, help: string, buckets: readonly number[]): Histogram;
  /** Read when the text is asked for. */
  read(name: string, help: string, type: 'gauge' | 'counter', read: () => readonly { readonly labels?: Labels; readonly value: number }[]): void;
  /** All of it in the Prometheus text format, version 0.0.4. */
  format(): string;
};

const escape = (value: string): string => value.replace(/[\\"\n]/g, (one) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n' })[one] ?? one);
const render = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

/** Holds the measurements of one gateway. */
export function createRegistry(): Registry {
  const families: (() => readonly string[])[] = [];
  const family = (name: string, help: string, type: string, lines: () => readonly string[]): void => {
    families.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()]);
  };
  return {
    counter(name, help) {
      const values = new Map<string, number>();
      family(name, help, 'counter', () => [...values].map(([labels, value]) => `${name}${labels} ${value}`));
      return { add: (labels = {}, by = 1) => void values.set(render(labels), (values.get(render(labels)) ?? 0) + by) };
    },
    histogram(name, help, buckets) {
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
      family(name, help, 'histogram', () => [...series.values()].flatMap(({ labels, counts, sum, count }) => [
        ...buckets.map((bound, index) => `${name}_bucket${render({ ...labels, le: String(bound) })} ${counts[index] ?? 0}`),
        `${name}_bucket${render({ ...labels, le: '+Inf' })} ${count}`, `${name}_sum${render(labels)} ${sum}`, `${name}_count${render(labels)} ${count}`,
      ]));
      return {
        observe(value, labels = {}) {
          const key = render(labels);
          const one = series.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
          series.set(key, one);
          buckets.forEach((bound, index) => { if (value <= bound) one.counts[index] = (one.counts[index] ?? 0) + 1; });
          one.sum += value;
          one.count += 1;
        },
      };
    },
    read(name, help, type, read) {
      family(name, help, type, () => read().map(({ labels = {}, value }) => `${name}${render(labels)} ${value}`));
    },
    format: () => `${families.flatMap((lines) => lines()).join('\n')}\n`,
  };
}
