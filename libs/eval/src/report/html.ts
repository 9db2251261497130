/** Text as HTML, for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A number with a fixed count of decimals, or a dash where there is none. */
export const formatNumber = (value: number | null, decimals = 2): string => (value === null ? '–' : value.toFixed(decimals).replace('-', '−'));
