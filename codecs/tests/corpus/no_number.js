//@ 1 00
//@ 1 
function decodeUplink(input) {
  return { data: { nan: NaN, missing: input.bytes[5] * 2, infinite: 1 / input.bytes[0], negative: -1 / 0, undef: input.bytes[9], nothing: null, list: [undefined, NaN, function () {}], fn: function () {}, symbol: Symbol("x") } };
}
