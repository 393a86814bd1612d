//@ 1 01020304fffefdfc
function decodeUplink(input) {
  var bytes = Uint8Array.from(input.bytes);
  var words = new Uint16Array(bytes.buffer);
  var signed = new Int8Array(bytes.buffer, 4, 4);
  var clamped = new Uint8ClampedArray([300, -5, 1.5]);
  return { data: {
    words: Array.from(words), signed: Array.prototype.slice.call(signed), clamped: [].slice.call(clamped),
    sum: bytes.reduce((a, b) => a + b), asIs: new Uint8Array([1, 2]), set: Array.from(new Set(bytes.subarray(0, 2))),
    float: Array.from(new Float32Array([0.1])), max: Math.max.apply(null, bytes)
  } };
}
