//@ 2 0a00640102fffe
class Reader {
  #bytes;
  #at = 0;
  static of(bytes) { return new this(bytes); }
  constructor(bytes) { this.#bytes = bytes; }
  get left() { return this.#bytes.length - this.#at; }
  u8() {
    if (this.left < 1) throw new RangeError("end of frame");
    return this.#bytes[this.#at++];
  }
  u16() { return this.u8() * 256 + this.u8(); }
  i16() { const n = this.u16(); return n > 0x7fff ? n - 0x10000 : n; }
}
function decodeUplink({ bytes }) {
  const r = Reader.of(bytes);
  const data = { a: r.u8(), b: r.u16(), c: r.u16(), d: r.i16() };
  data.left = r.left;
  return { data };
}
