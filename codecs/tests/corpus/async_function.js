//@ 1 01
async function decodeUplink(input) {
  return { data: { a: await input.bytes[0] } };
}
