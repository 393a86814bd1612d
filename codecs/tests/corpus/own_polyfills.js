//@ 1 0f
if (!String.prototype.padStart) { String.prototype.padStart = function () { return "polyfill"; }; }
Number.prototype.toHex = function (n) { return this.toString(16).padStart(n, "0").toUpperCase(); };
Array.prototype.sum = function () { return this.reduce(function (a, b) { return a + b; }, 0); };
Object.defineProperty(Array.prototype, "last", { get: function () { return this[this.length - 1]; } });
function decodeUplink(input) {
  var keys = [];
  for (var k in input.bytes) keys.push(k);
  return { data: { hex: input.bytes[0].toHex(4), sum: input.bytes.sum(), last: input.bytes.last, keys: keys } };
}
