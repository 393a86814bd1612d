//@ 1 80ff017fc2f5483f40490fdb400921fb54442d1800000001
function decodeUplink(input) {
  var b = Buffer.from(input.bytes);
  return { data: {
    u8: b.readUInt8(0), i8: b.readInt8(0), u16le: b.readUInt16LE(1), u16be: b.readUInt16BE(1),
    i16le: b.readInt16LE(0), i16be: b.readInt16BE(0), u32le: b.readUInt32LE(0), u32be: b.readUInt32BE(0),
    i32le: b.readInt32LE(0), i32be: b.readInt32BE(0), f32le: b.readFloatLE(4), f32be: b.readFloatBE(8),
    f64be: b.readDoubleBE(12), f64le: b.readDoubleLE(12), u24be: b.readUIntBE(0, 3), u24le: b.readUIntLE(0, 3),
    i24be: b.readIntBE(0, 3), i24le: b.readIntLE(0, 3), u48: b.readUIntBE(0, 6), alias: b.readUint8(1),
    big: b.readBigUInt64BE(16).toString(), length: b.length, index: b[3], beyond: typeof b[99]
  } };
}
