//@ 1 0102010301
function decodeUplink({ bytes }) {
  const counts = new Map();
  for (const b of bytes) counts.set(b, (counts.get(b) || 0) + 1);
  const weak = new WeakMap();
  weak.set(counts, 1);
  return { data: { counts: Object.fromEntries(counts), list: [...counts], unique: [...new Set(bytes)], size: counts.size, has: counts.has(9), asIs: counts, weak: weak.get(counts) } };
}
