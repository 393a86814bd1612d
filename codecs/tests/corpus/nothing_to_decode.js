//@ 1 
//@ 1 00
function decodeUplink(input) {
  if (!input.bytes.length) return { data: {} };
  return { data: { empty: "", zero: 0, no: false, nothing: null, list: [], object: {} } };
}
