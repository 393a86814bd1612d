//@ 1 09c40d05
//@ 1 fff6ffff
function decodeUplink(input) {
  var b = input.bytes, t = (b[0] << 24 >> 16 | b[1]) / 100, probe = b[2] << 8 | b[3];
  return { data: {
    temperature: t.toFixed(1), rounded: +t.toFixed(1), exact: Number((t * 3).toFixed(5)), probe: probe === 0xffff ? "No Sensor" : probe / 1000,
    precise: t.toPrecision(3), hex: probe.toString(16), exponent: (t * 1e9).toExponential(2), third: 1 / 3, tenth: 0.1 + 0.2
  } };
}
