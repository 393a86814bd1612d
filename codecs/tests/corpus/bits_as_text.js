//@ 1 a50f
//@ 1 00
function decodeUplink(input) {
  const bits = input.bytes.map((b) => b.toString(2).padStart(8, "0")).join("");
  const take = (from, n) => parseInt(bits.substr(from, n), 2);
  return { data: { bits, a: take(0, 3), b: take(3, 7), c: take(10, 6), ones: bits.split("1").length - 1, end: bits.padEnd(20, "x") } };
}
