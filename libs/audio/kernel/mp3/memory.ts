// AssemblyScript. Where everything lies in linear memory, bytes. src/mp3/mpeg-tables.ts fills the tables; it reads the exported addresses.

/** x^(4/3), x from 0 to 8206; float32. */
export const POWERS: usize = 0x400;
/** sign(x)·|x|^(4/3), x from −16 to 15; float32. */
export const SIGNED_POWERS: usize = 0x8500;
/** 2^((i − 400) / 4), i from 0 to 511; float32. */
export const GAINS: usize = 0x8600;
/** Widths of the bands in the order of the bitstream, lines; `[rate 9][long, short, mixed][40]` uint8, zeros at the end. */
export const WIDTHS: usize = 0x8e00;
/** Byte offset in a spectrum of each line of the bitstream; `[rate 9][long, short, mixed][576]` uint16. */
export const MAPS: usize = 0x9300;
/** Of each Huffman table: address of its lookup table (0: all lines are zero), by how much 64 bits are shifted for an index, linbits, and nothing; `[32][4]` uint32. */
export const HEADS: usize = 0x10d00;
/** Lookup tables of the two codes for quadruples, by ten bits; `[2][1024]` uint32. */
export const QUADS: usize = 0x10f00;
/** Windows of blocks of 36 with the last factors of their transform; `[block type 4][36]` float32. */
export const WINDOWS_36: usize = 0x12f00;
/** Of blocks of 12; `[12]` float32. */
export const WINDOW_12: usize = 0x13140;
/** Alias reduction: cs, ca; `[8][2]` float32. */
export const ALIAS: usize = 0x13180;
/** Intensity stereo: left, right; `[MPEG-1, MPEG-2 fine, MPEG-2 coarse][32][2]` float32. */
export const INTENSITY: usize = 0x13200;
/** Half secants of the DCT: 16 for 32 points, then 8 for 16; float32. */
export const SECANTS: usize = 0x13500;
/** The synthesis window; `[4 groups of 4 lanes][8 ages][A to low, B to low, A to high, B to high][4]` float32, then `[8]` for the first sample. */
export const SYNTHESIS: usize = 0x13580;
/** Lookup tables of the Huffman codes. */
export const CODES: usize = 0x13e00;

/** Layer II: kind of row of each subband, 255 beyond the last; `[table 5][32]` uint8. */
export const LAYER2_KINDS: usize = 0x36000;
/** Class of quantisation plus one, or 0, of each allocation of a kind; `[8][16]` uint8. */
export const LAYER2_CLASSES: usize = 0x36100;
/** Scale factors of layers I and II; `[64]` float32. */
export const LAYER2_FACTORS: usize = 0x36200;
export const TABLES_END: usize = 0x36300;

// Below: what decoding works with.
/** Byte 0 of the main data; the following ones lie below it, so that 64 bits can be loaded as a number. */
export const MAIN_DATA: usize = 0x39000;
/** Byte 0 of the side information, likewise. */
export const SIDE_INFO: usize = 0x39100;
/** Granules; `[2][2]` of {@link GRANULE_BYTES}. */
export const GRANULES: usize = 0x39200;
export const GRANULE_BYTES: usize = 128;
/** Factors of pairs of lines; `[288]` float32, and room for three more vectors. */
export const PAIR_SCALES: usize = 0x39400;
/** Spectra, `[channel 2][line 18][subband 32]` float32, each and some room. */
export const SPECTRA: usize = 0x39a00;
export const SPECTRUM_BYTES: usize = 0x940;
/** Second halves of the last blocks; `[channel 2][8 groups][18][4]` float32. */
export const OVERLAPS: usize = 0x3ad00;
export const OVERLAP_BYTES: usize = 2304;
/** Windowed blocks of 12; `[3][12][4]` float32. */
export const SHORTS: usize = 0x3bf00;
/** Subband samples; `[channel 2][36 + 2][32]` float32. */
export const SUBBANDS: usize = 0x3c200;
export const SUBBAND_BYTES: usize = 38 * 128;
/** One vector a row; `[32]`. */
export const DCT: usize = 0x3e800;
/** Cosine sums of the last 15 columns and the present ones; `[channel 2][15 + 36 + 2][32]` float32: 16 to 31, then 0, 15 … 1. */
export const COLUMNS: usize = 0x3ea00;
export const COLUMNS_BYTES: usize = 54 * 128;
/** Sum 16 of the same columns, in a row; `[channel 2][56]` float32. */
export const MIDDLES: usize = 0x42200;
export const MIDDLE_BYTES: usize = 56 * 4;
/** Bytes of each frame; `[16]` uint32. */
export const LENGTHS: usize = 0x42400;
/** What is decoded; `[channel 2][16 frames · 1152]` float32 and room for a vector. */
export const OUTPUT: usize = 0x42500;
export const OUTPUT_BYTES: usize = 16 * 1152 * 4 + 512;
/** Whole frames, one after another; {@link INPUT_BYTES}. */
export const INPUT: usize = 0x67000;
export const INPUT_BYTES: usize = 0xc000;
/** Overlap and subband samples of a mixed block's long part; `[18][4]` and `[18][32]` float32. */
export const MIXED: usize = 0x73000;
/** All of it. */
export const MEMORY_BYTES: usize = 0x74000;
