//@ 10 01f400
//@ 10 01
function Decoder(bytes, port) {
  if (bytes.length < 3) throw new Error("frame of " + bytes.length + " bytes");
  return { port: port, count: bytes[0] << 8 | bytes[1], state: bytes[2] };
}

function decodeUplink(input) {
  try {
    return { data: Decoder(input.bytes, input.fPort) };
  } catch (e) {
    return { errors: [e.message] };
  }
}
