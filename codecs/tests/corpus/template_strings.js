//@ 1 0bb8
const tag = (strings, ...values) => strings.raw.join("|") + values.join(",");
function decodeUplink({ bytes, fPort }) {
  const n = (bytes[0] << 8) + bytes[1];
  return { data: { text: `port ${fPort}: ${n / 1000} V${n > 2000 ? ` (${"high"})` : ""}`, tagged: tag`a${1}\n${2}b`, lines: `one
two` } };
}
