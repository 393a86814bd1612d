//@ 1 4bc3b66c6e
function decodeUplink(input) {
  const raw = String.fromCharCode.apply(null, input.bytes);
  return { data: {
    raw, utf8: decodeURIComponent(escape(raw)), degree: "21 °C", "schlüssel": "ß".toUpperCase(), emoji: "😀".length, points: [..."a😀b"].length, code: "😀".codePointAt(0),
    from: String.fromCodePoint(128512), escaped: "\u00e4\x41\u{1F600}", normal: "e\u0301".normalize("NFC").length, encoded: encodeURIComponent("ä€"), quotes: "\"\\\/\b\f\n\r\t", control: "\u0001\u007f\u2028", lone: "a\ud83d", order: ["ä", "z", "a"].sort(), lower: "İ".toLowerCase().length, ünï: 1
  } };
}
