//@ 1 0102
function decodeUplink(input) {
  return { data: input.bytes.map(function (value, index) { return { channel: index, value: value }; }) };
}
