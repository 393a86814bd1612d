//@ 1 09c4150f
//@ 2 00
function Decoder(bytes, port) {
  var decoded = {};
  if (port === 1) {
    decoded.temperature = (bytes[0] << 8 | bytes[1]) / 100;
    decoded.humidity = bytes[2] / 2;
    decoded.led = bytes[3] === 0 ? "off" : "on";
  }
  return decoded;
}
