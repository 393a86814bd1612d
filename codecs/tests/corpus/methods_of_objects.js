//@ 1 0102
function decodeUplink({ bytes }) {
  const frozen = Object.freeze({ a: 1 });
  frozen.a = 2;
  const made = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } });
  const seen = [];
  for (const key in made) seen.push(key);
  return { data: { frozen, made, seen, entries: Object.entries({ b: 1, a: 2 }), assigned: Object.assign({}, { a: 1 }, null, { b: bytes }), order: { b: 1, 2: 1, a: 1, 1: 1 }, keys: Object.keys("ab"), has: Object.hasOwn(frozen, "a"), sealed: Object.isFrozen(frozen), grouped: bytes.reduce((all, b) => { (all[b % 2 ? "odd" : "even"] ||= []).push(b); return all; }, {}) } };
}
