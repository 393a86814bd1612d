//@ 1 01
//@ 2 01
function decodeUplink(input) {
  if (input.fPort === 1) {
    return { data: { on: input.bytes[0] === 1 } };
  }
}
