//@ 1 42c80000c0490fdb0102
//@ 1 7f800000ff800000ffff
function decodeUplink(input) {
  const view = new DataView(new Uint8Array(input.bytes).buffer);
  return { data: {
    be: view.getFloat32(0), le: view.getFloat32(0, true), second: view.getFloat32(4).toFixed(4),
    i16: view.getInt16(8), u16: view.getUint16(8, true), n: view.byteLength,
  } };
}
