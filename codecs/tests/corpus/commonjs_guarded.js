//@ 7 0a0b
function decodeUplink(input) {
  return { data: { first: input.bytes[0], last: input.bytes[input.bytes.length - 1] } };
}
if (typeof module !== "undefined" && module.exports) {
  module.exports.decodeUplink = decodeUplink;
}
if (typeof exports === "object") exports.version = "1.2.0";
