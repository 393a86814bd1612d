//@ 1 ffffffff
//@ 1 80000001
//@ 1 7fffffff
function decodeUplink(input) {
  var b = input.bytes;
  var wrong = b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
  return { data: { wrong: wrong, right: wrong >>> 0, arithmetic: wrong >> 4, half: wrong >>> 1, not: ~wrong, beyond: b[0] << 33, product: b[0] * 16777216 * 256 } };
}
