//@ 2 0cea0b2d7f
//@ 2 0cea8b2d01
function decodeUplink(input) {
  bytes = input.bytes;
  value = (bytes[0] << 8 | bytes[1]) & 0x3fff;
  batV = value / 1000;
  value = bytes[2] << 8 | bytes[3];
  if (bytes[2] & 0x80) value |= 0xffff0000;
  for (i = 0, sum = 0; i < bytes.length; i++) sum += bytes[i];
  return { data: { BatV: batV, temp: value / 100, sum: sum, flag: bytes[4] >> 7 } };
}
