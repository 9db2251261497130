import { type Dialect, type SynthesisRequest, type WireField } from '../request.js';
import { API } from './api.js';
import { API_V2 } from './api-v2.js';
import { GUIDE } from './guide.js';
import { type WireTable } from './table.js';

/** The wire table of each dialect. */
export const WIRE_TABLES: Readonly<Record<Dialect, WireTable>> = { 'api-v2': API_V2, api: API, guide: GUIDE };

/** Fields whose values api_v2.py compares in lower case only when they come by GET; sent in lower case always. */
const LANGUAGE_FIELDS: ReadonlySet<WireField> = new Set<WireField>(['textLanguage', 'promptLanguage']);

/** Warnings about these would repeat what the caller cannot choose: `stream` sets the mode itself. */
const SILENT_FIELDS: ReadonlySet<WireField> = new Set<WireField>(['streamingMode']);

/**
 * Turns a request into the JSON body of a dialect.
 * @returns The body, and one warning for each option that this dialect has no field for.
 */
export function toWire(request: SynthesisRequest, table: WireTable): { body: Record<string, unknown>; warnings: string[] } {
  const body: Record<string, unknown> = { ...table.constants };
  const warnings: string[] = [];
  for (const [name, field] of Object.entries(table.fields) as [WireField, string | null][]) {
    const value = request[name];
    if (value === undefined) continue;
    if (field !== null) {
      body[field] = LANGUAGE_FIELDS.has(name) && typeof value === 'string' ? value.toLowerCase() : value;
    } else if (!SILENT_FIELDS.has(name) && !(name === 'mediaType' && value === table.mediaTypes[0])) {
      warnings.push(`${name} was ignored: the ${table.dialect} dialect has no field for it`);
    }
  }
  return { body, warnings };
}
