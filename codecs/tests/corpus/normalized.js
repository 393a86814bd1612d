//@ 1 00d73c
//@ 2 00d73c
//@ 3 00d73c
function decodeUplink(input) {
  return { data: { port: input.fPort, temp: ((input.bytes[0] << 8) + input.bytes[1]) / 10, hum: input.bytes[2], gone: undefined } };
}
function normalizeUplink(input) {
  if (input.data.port === 2) return { errors: ["no vocabulary for this port"] };
  if (input.data.port === 3) return {};
  return { data: { air: { temperature: input.data.temp, relativeHumidity: input.data.hum }, keys: Object.keys(input.data).length }, warnings: ["normalised"] };
}
