//@ 1 010203040506
function decodeUplink(input) {
  const rows = [];
  for (let i = 0; i < input.bytes.length; i += 2) rows.push([input.bytes[i], [input.bytes[i + 1]]]);
  return { data: { rows, matrix: [[1, 2], [3, 4]].map((row) => row.map((x) => x * 2)), flat: rows.flat(2), deep: { a: { b: { c: [{ d: 1 }] } } } } };
}
