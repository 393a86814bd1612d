//@ 1 0102
function decodeUplink(input) {
  var b = Buffer.from(input.bytes), seen = [];
  [[0, "readUInt16BE"], [1, "readUInt16BE"], [0, "readUInt32LE"], [-1, "readInt8"], [0.5, "readInt8"]].forEach(function (c) {
    try { seen.push(b[c[1]](c[0])); } catch (e) { seen.push(e.name); }
  });
  try { b.readUInt8("0"); } catch (e) { seen.push(e.name); }
  try { Buffer.from(5); } catch (e) { seen.push(e.name); }
  return { data: { seen: seen } };
}
