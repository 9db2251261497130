/** What is used of WebAssembly; the library's types know neither a browser's nor Node's globals. */
type WebAssemblyLike = {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
type Memory = { readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number } };

const PAGE_BYTES = 65536;

/** The functions of a kernel, and its linear memory of at least so many bytes. Everyone uses that from 0 on: what lies there is anyone's after a call. */
export type Kernel<Functions> = Functions & { readonly memoryOf: (bytes: number) => ArrayBuffer };

/** Compiles a kernel that kernel/build.mjs wrote; null where WebAssembly or its SIMD instructions are missing. */
export function loadKernel<Functions>(base64: string): Kernel<Functions> | null {
  const api = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (api?.validate(bytes) !== true) return null;
  const { memory, ...functions } = new api.Instance(new api.Module(bytes)).exports as Functions & Memory;
  return { ...functions as Functions, memoryOf: (wanted) => {
    const missing = wanted - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return memory.buffer;
  } };
}
