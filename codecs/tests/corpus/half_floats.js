//@ 1 3c00c0007bff00017c00fc007e00
function half(bits) {
  var sign = bits >>> 15 ? -1 : 1, exponent = (bits >>> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * Math.pow(2, exponent - 15) * (1 + fraction / 1024) : sign * Math.pow(2, -14) * (fraction / 1024);
}
function decodeUplink(input) {
  var values = [];
  for (var i = 0; i + 1 < input.bytes.length; i += 2) values.push(half(input.bytes[i] << 8 | input.bytes[i + 1]));
  return { data: { values: values } };
}
