//@ 1 010203
function make({ a = 1, b: { c = 2 } = {}, ...rest } = {}, ...more) { return { a, c, rest, more }; }
const decodeUplink = (input) => {
  const [first, , third = 9, fourth = 8] = input.bytes;
  const base = { x: 1, y: 2 };
  let [p, q] = [1, 2];
  [p, q] = [q, p];
  return { data: { first, third, fourth, p, q, merged: { ...base, y: 3, z: 4 }, made: make({ a: 5, d: 6 }, 7, 8), max: Math.max(...input.bytes), joined: [...input.bytes, ...[4]] } };
};
