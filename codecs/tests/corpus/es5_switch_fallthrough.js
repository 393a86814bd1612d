//@ 1 0100d7
//@ 2 0100d73c
//@ 3 0100d73c64
//@ 9 00
function decodeUplink(input) {
  var b = input.bytes, data = {};
  switch (input.fPort) {
    case 3:
      data.battery = b[4];
    case 2:
      data.humidity = b[3];
      // falls through
    case 1:
      data.temperature = ((b[1] << 8) | b[2]) / 10;
      break;
    default:
      return { errors: ["unknown port " + input.fPort] };
  }
  return { data: data };
}
