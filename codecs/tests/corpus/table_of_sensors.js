//@ 1 0203d4000362a5f5cf0b9c
//@ 1 0203d400000b9c
var protocol = {
  VERSION: 2,
  SENSORS: [
    { length: 2, values: [
      { name: "temperature", displayName: "Air temperature", convert: function (x) { return (175 * x[0]) / 65535 - 45; }, unit: "°C" },
      { name: "humidity", convert: function (x) { return (100 * x[1]) / 65535; }, unit: "%" },
    ] },
    { length: 1, values: [{ name: "battery", convert: function (x) { return x[0] / 1000; }, unit: "V" }] },
  ],
  read_int: function (bytes, pos) { return (bytes[pos] << 8) + bytes[pos + 1]; },
  decode: function (bytes) {
    if (bytes[0] != this.VERSION) return { error: "protocol version " + bytes[0] };
    var result = { device_id: this.read_int(bytes, 1) }, flags = this.read_int(bytes, 3), pos = 5;
    for (var i = 0; i < this.SENSORS.length; i++, flags >>= 1) {
      if ((flags & 1) !== 1) continue;
      var sensor = this.SENSORS[i], x = [];
      for (var j = 0; j < sensor.length; j++) { x.push(this.read_int(bytes, pos)); pos += 2; }
      for (var k = 0; k < sensor.values.length; k++) {
        var value = sensor.values[k];
        if ("convert" in value) result[value.name] = { displayName: value.displayName, value: value.convert.bind(this)(x), unit: value.unit };
      }
    }
    return result;
  },
};
function decodeUplink(input) { return { data: protocol.decode(input.bytes) }; }
