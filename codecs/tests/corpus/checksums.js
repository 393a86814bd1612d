//@ 1 313233343536373839
function crc16(bytes) {
  let crc = 0xffff;
  for (const b of bytes) { crc ^= b << 8; for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff; }
  return crc;
}
function crc32(bytes) {
  var crc = -1;
  for (var i = 0; i < bytes.length; i++) { crc ^= bytes[i]; for (var k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1; }
  return (crc ^ -1) >>> 0;
}
function decodeUplink({ bytes }) {
  return { data: { crc16: crc16(bytes).toString(16), crc32: crc32(bytes).toString(16), xor: bytes.reduce((a, b) => a ^ b), sum: bytes.reduce((a, b) => (a + b) & 0xff) } };
}
