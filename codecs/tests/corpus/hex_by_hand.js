//@ 1 00ff10a0
function bytesToHex(bytes) {
  for (var hex = [], i = 0; i < bytes.length; i++) {
    hex.push((bytes[i] >>> 4).toString(16));
    hex.push((bytes[i] & 0xf).toString(16));
  }
  return hex.join("");
}
function swap(hex) { return hex.match(/.{2}/g).reverse().join(""); }
function signed(hex) { var n = parseInt(hex, 16); return n > 0x7fffffff ? n - 0x100000000 : n; }
function decodeUplink(input) {
  var hex = bytesToHex(input.bytes);
  return { data: { hex: hex, swapped: swap(hex), be: parseInt(hex, 16), le: signed(swap(hex)), ascii: hex.replace(/(..)/g, "$1 ").trim() } };
}
