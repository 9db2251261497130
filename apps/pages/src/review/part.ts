/** An element of the page by its id. @throws {Error} where the page is not the one that the program was written for. */
export function part<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page lacks #${id}`);
  return element;
}

export const button = (id: string): HTMLButtonElement => part(id, HTMLButtonElement);
/** Puts words where the page has a place for them. */
export const write = (id: string, words: string): void => { part(id, HTMLElement).textContent = words; };
