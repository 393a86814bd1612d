//@ 1 1e
function Measurement(raw) { this.raw = raw; }
Measurement.prototype = { get celsius() { return this.raw / 2; }, inherited: 1 };
function decodeUplink(input) {
  const data = { get value() { return input.bytes[0] * 2; }, ["computed" + 1]: true, m: new Measurement(input.bytes[0]) };
  Object.defineProperty(data, "hidden", { value: 1, enumerable: false });
  Object.defineProperty(data, "shown", { get: () => 2, enumerable: true });
  data.json = { toJSON(key) { return "as " + key; } };
  data[Symbol("s")] = 1;
  return { data };
}
