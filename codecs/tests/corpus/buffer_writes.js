//@ 1 00
function decodeUplink() {
  const b = Buffer.alloc(16);
  let at = b.writeUInt8(200, 0);
  at = b.writeInt16LE(-2, at);
  at = b.writeUInt32BE(0xdeadbeef, at);
  at = b.writeFloatLE(1.5, at);
  const n = b.write("hé", at);
  return { data: { at, n, b: b.toString("hex"), zero: Buffer.allocUnsafe(2).fill(0), ab: Buffer.from(new Uint8Array([1, 2]).buffer), filled: Buffer.alloc(5, "ab").toString() } };
}
