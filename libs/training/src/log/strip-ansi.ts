// CSI, OSC and two-character escape sequences (ECMA-48 §5.4, §8.3.89).
 
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Text without terminal escapes: colours, cursor moves, titles. */
export const stripAnsi = (text: string): string => text.replace(ESCAPES, '');
