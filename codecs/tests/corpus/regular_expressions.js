//@ 1 543d32312e353b483d36303b423d332e36
function decodeUplink(input) {
  var text = input.bytes.map(function (b) { return String.fromCharCode(b); }).join("");
  var data = {};
  text.replace(/([A-Z])=([\d.]+)/g, function (all, key, value) { data[key] = Number(value); });
  const named = /T=(?<whole>\d+)\.(?<part>\d)/.exec(text).groups;
  return { data: {
    data, named: { ...named }, look: text.match(/(?<=H=)\d+/)[0], split: text.split(/[;=]/), all: [...text.matchAll(/\d/g)].length, sticky: /\d/y.test("a1"),
    hex: "0a0b0c".match(/../g).map((h) => parseInt(h, 16)), unicode: /^\p{Lu}+$/u.test("ÄÖ"), none: text.match(/zzz/), back: /(a)\1/.test("aa"), lazy: "<<a>>".replace(/<.*?>/, ""), last: text.search(/B/), dollar: "2".replace(/2/, "$&$&$$")
  } };
}
