//@ 1 0a0102640305
function decodeUplink({ bytes }) {
  const people = [{ n: "b", v: 1 }, { n: "a", v: 1 }, { n: "c", v: 0 }];
  return { data: { text: [...bytes].sort(), number: [...bytes].sort((a, b) => a - b), down: bytes.slice().sort((a, b) => b - a), stable: people.sort((a, b) => a.v - b.v).map((p) => p.n).join(""), undef: [3, undefined, 1].sort(), reversed: [1, 2, 3].reverse(), median: [...bytes].sort((a, b) => a - b)[bytes.length >> 1] } };
}
