//@ 1 01670110026832037300c804028000
//@ 1 0188069a2dfe8b0003e8
//@ 1 0199
var types = { 0: ["digital_in", 1, 1, false], 1: ["digital_out", 1, 1, false], 2: ["analog_in", 2, 100, true], 103: ["temperature", 2, 10, true], 104: ["humidity", 1, 2, false], 115: ["barometer", 2, 10, false], 136: ["gps", 9, [1e4, 1e4, 100], true] };
function whole(list, signed) {
  var value = 0;
  for (var i = 0; i < list.length; i++) value = value * 256 + list[i];
  if (signed && list[0] > 127) value -= Math.pow(256, list.length);
  return value;
}
function decodeUplink(input) {
  var i = 0, data = {}, bytes = input.bytes;
  while (i < bytes.length) {
    var channel = bytes[i++], type = types[bytes[i++]];
    if (typeof type == "undefined") return { errors: ["unknown type " + bytes[i - 1]] };
    if (type[0] === "gps") {
      data["gps_" + channel] = { latitude: whole(bytes.slice(i, i + 3), true) / type[2][0], longitude: whole(bytes.slice(i + 3, i + 6), true) / type[2][1], altitude: whole(bytes.slice(i + 6, i + 9), true) / type[2][2] };
    } else {
      data[type[0] + "_" + channel] = whole(bytes.slice(i, i + type[1]), type[3]) / type[2];
    }
    i += type[1];
  }
  return { data: data };
}
