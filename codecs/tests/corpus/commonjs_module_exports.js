//@ 1 0102
//@ 2 0102
const scale = { 1: 10, 2: 100 };
function decode({ bytes, fPort }) {
  return { data: { value: bytes.map((b) => b / scale[fPort]) } };
}
module.exports = { decodeUplink: decode, encodeDownlink: () => ({ bytes: [] }) };
