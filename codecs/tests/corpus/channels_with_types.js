//@ 85 01755c03673401046865
//@ 85 0175640367ffff
//@ 85 7700
function readInt16LE(bytes) { var ref = (bytes[1] << 8) + bytes[0]; return ref > 0x7fff ? ref - 0x10000 : ref; }
function milestone(bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length; ) {
    var channel_id = bytes[i++];
    var channel_type = bytes[i++];
    if (channel_id === 0x01 && channel_type === 0x75) { decoded.battery = bytes[i]; i += 1; }
    else if (channel_id === 0x03 && channel_type === 0x67) { decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10; i += 2; }
    else if (channel_id === 0x04 && channel_type === 0x68) { decoded.humidity = bytes[i] / 2; i += 1; }
    else break;
  }
  return decoded;
}
function decodeUplink(input) { return { data: milestone(input.bytes) }; }
function Decode(fPort, bytes) { return milestone(bytes); }
function Decoder(bytes, port) { return milestone(bytes); }
