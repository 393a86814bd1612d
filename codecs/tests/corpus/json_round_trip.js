//@ 1 7b2261223a5b312c7b2262223a6e756c6c7d5d7d
//@ 1 7b2261
function decodeUplink(input) {
  var text = String.fromCharCode.apply(String, input.bytes);
  var parsed = JSON.parse(text);
  return { data: { parsed: parsed, again: JSON.stringify(parsed), pretty: JSON.stringify({ b: 1, a: [1] }, null, 1), only: JSON.stringify({ a: 1, b: 2 }, ["b"]), revived: JSON.parse("[1,2]", function (k, v) { return typeof v === "number" ? v * 2 : v; }) } };
}
