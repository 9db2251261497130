import fc from 'fast-check';

/** Text of any UTF-16 units, markup, separators and control characters more often than chance. */
export const anyText = (): fc.Arbitrary<string> =>
  fc.array(fc.oneof(fc.nat(0xffff), fc.nat(0x7f), fc.constantFrom(...[...'|<>&"\'\n\r\t:,.-01'].map((c) => c.charCodeAt(0)))), { maxLength: 60 }).map((units) => String.fromCharCode(...units));
