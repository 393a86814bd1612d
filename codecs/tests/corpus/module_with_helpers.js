//@ 3 00ff80
export const VERSION = 2;
export class Frame {
  constructor(bytes) { this.bytes = bytes; }
  signed(at) { return (this.bytes[at] << 24) >> 24; }
}
export default function decodeUplink({ bytes }) {
  const frame = new Frame(bytes);
  return { data: { version: VERSION, values: bytes.map((_, at) => frame.signed(at)) } };
}
