'use strict';
// The YAML that configuration dumps use: nested maps and lists by indentation, plain and quoted scalars; or JSON.

function scalar(text) {
  const value = text.trim();
  if (value === '' || value === '~' || value === 'null') return null;
  if (/^(true|True|yes|on)$/.test(value)) return true;
  if (/^(false|False|no|off)$/.test(value)) return false;
  if (/^[[{]/.test(value)) return flow(value);
  if (value.startsWith('"')) return JSON.parse(value.replace(/\\U([0-9a-f]{8})/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))));
  if (value.startsWith("'")) return value.slice(1, -1).replace(/''/g, "'");
  if (/^[-+]?(\d[\d_]*)?\.?\d+(e[-+]?\d+)?$/i.test(value)) return Number(value);
  return value;
}

function flow(value) {
  try {
    return JSON.parse(value);
  } catch {
    const inner = value.slice(1, -1).trim();
    if (value.startsWith('[')) return inner === '' ? [] : inner.split(',').map(scalar);
    return Object.fromEntries(inner === '' ? [] : inner.split(',').map((pair) => pair.split(/:(.*)/s).slice(0, 2)).map(([k, v]) => [scalar(k), scalar(v ?? '')]));
  }
}

const keyOf = (text) => /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'#][^:]*?))\s*:(?:\s+(.*))?$/.exec(text);

/** Parses such a document. @throws {Error} naming the line that it cannot read. */
function parse(text) {
  if (/^\s*[{[]/.test(text)) return JSON.parse(text);
  const lines = text
    .split(/\r?\n/)
    .map((raw, i) => ({ number: i + 1, indent: raw.search(/\S/), text: raw.trim().replace(/(^|\s)#(?=[^'"]*$).*$/, '').trim() }))
    .filter((line) => line.text !== '' && line.text !== '---');
  let at = 0;
  const block = (indent) => {
    if (at >= lines.length || lines[at].indent < indent) return null;
    const list = lines[at].text.startsWith('- ') || lines[at].text === '-';
    const out = list ? [] : {};
    const level = lines[at].indent;
    while (at < lines.length && lines[at].indent === level && (lines[at].text.startsWith('-') === list || !list)) {
      const line = lines[at++];
      if (list) {
        out.push(scalar(line.text.slice(1)));
        continue;
      }
      const match = keyOf(line.text);
      if (match === null) throw new Error(`yaml line ${line.number}: ${line.text}`);
      const key = match[1] ?? match[2] ?? match[3];
      const rest = match[4] ?? '';
      const next = lines[at];
      const nested = rest === '' && next !== undefined && (next.indent > level || (next.indent === level && next.text.startsWith('- ')));
      out[key] = nested ? block(next.indent) : scalar(rest);
    }
    return out;
  };
  const parsed = block(0);
  if (at < lines.length) throw new Error(`yaml line ${lines[at].number}: ${lines[at].text}`);
  return parsed ?? {};
}

const quoted = (value) =>
  typeof value === 'string' && (value === '' || /^[\s\-?:,[\]{}#&*!|>'"%@`]|: | #|^(true|false|null|yes|no|on|off|~)$|^[-+.\d]/i.test(value) || /\s$/.test(value))
    ? `'${value.replace(/'/g, "''")}'`
    : value === null
      ? 'null'
      : String(value);

/** Writes maps of scalars, lists and maps, keys sorted, as PyYAML does. */
function dump(value, indent = '') {
  return Object.keys(value)
    .sort()
    .map((key) => {
      const item = value[key];
      if (Array.isArray(item)) return `${indent}${key}:\n${item.map((one) => `${indent}- ${quoted(one)}\n`).join('')}`;
      if (item !== null && typeof item === 'object') return `${indent}${key}:\n${dump(item, `${indent}  `)}`;
      return `${indent}${key}: ${quoted(item)}\n`;
    })
    .join('');
}

module.exports = { dump, parse };
