/** A typed array in a WebAssembly module's memory. */
export type Shared<T> = { readonly ptr: number; readonly len: number; readonly buf: T };

/**
 * What the wrapper of opus-decoder is made of (@wasm-audio-decoders/common; its version is pinned for it). Its own methods copy samples
 * twice and print errors; calling the module avoids both.
 */
export type WasmDecoder<Wasm> = {
  readonly ready: Promise<void>;
  readonly free: () => void;
  readonly _decoder: number;
  readonly _output: Shared<Float32Array>;
  readonly _common: { readonly wasm: Wasm; readonly allocateTypedArray: (length: number, type: Uint8ArrayConstructor) => Shared<Uint8Array> };
};
