//@ 1 00
function decodeUplink() {
  const s = "  Temp: 21,5 °C ";
  return { data: { trim: s.trim(), start: s.trimStart().length, sub: s.substring(8, 2), substr: s.substr(-5, 2), slice: s.slice(-3), parts: s.trim().split(" "), repeat: "ab".repeat(3), has: s.includes("21"), begins: s.startsWith("Te", 2), all: "a-b-c".replaceAll("-", "+"), char: s.charAt(2), code: s.charCodeAt(2), index: s.indexOf("zz"), last: "abab".lastIndexOf("b"), join: ["a", null, undefined, 1].join(), compare: "a" < "B", local: "a".localeCompare("b"), number: parseFloat(s.replace(",", ".").slice(7)), concat: "a".concat(1, null), raw: String.raw`\d` } };
}
