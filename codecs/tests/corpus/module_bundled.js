//@ 1 0a0b
import { Buffer } from "buffer"; // as a bundler writes it
var factor = 2;
function d(input) {
  return { data: { values: [...Buffer.from(input.bytes)].map((value) => value * factor) } };
}
var n = (input) => ({ data: { n: input.data.values.length } });
export {
  d as decodeUplink,
  n as normalizeUplink,
  factor,
};
